package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A visit counts what a person does on the way to something.
type visit struct {
	*tab
	taps int
}

// tap clicks on what a selector names; follows is set where another page comes.
func (v *visit) tap(selector string, follows bool) {
	v.Helper()
	v.taps++
	act := chromedp.Click(chromedp.CSS(selector))
	if follows {
		v.follow(act)
		return
	}
	v.do(act)
}

// TestTasksInABrowser does on a phone what readers and organisers come for, beginning on the
// first page, and holds how many taps each takes.
func TestTasksInABrowser(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	home := replayService(t, "2026-06-01T09:00:00+09:00")
	for _, c := range []struct {
		name string
		// most is how many taps it may take.
		most int
		do   func(v *visit)
	}{
		{"find this weekend's evening events in Tokyo", 3, func(v *visit) {
			v.tap(".chips.row a[href*='weekend']", true)
			v.tap(".chips.row a[href*='evening']", true)
			v.tap(".chips.row a[href*='%E6%9D%B1%E4%BA%AC']", true)
			if got := v.where(); !strings.Contains(got, "weekend") || !strings.Contains(got, "evening") || !strings.Contains(got, "area:東京") {
				v.Errorf("the list is %s", got)
			}
		}},
		{"choose a day without a clash", 3, func(v *visit) {
			v.tap("footer a[href^='/clash']", true)
			v.tap(".heat a.h0:not(.gone)", true)
			if got := v.texts("section[aria-labelledby=on] .event"); len(got) != 0 {
				v.Errorf("on the free day there is %q", got)
			}
		}},
		{"take a list for one's own site", 2, func(v *visit) {
			v.tap("footer a[href^='/embed']", true)
			if got := v.text("pre"); !strings.HasPrefix(got, "<iframe src=") {
				v.Errorf("the line is %q", got)
			}
		}},
		{"subscribe to three communities", 6, func(v *visit) {
			v.tap("header .go a", true)
			v.tap(".box details summary", false)
			for n := range 3 {
				v.tap(fmt.Sprintf(".ticks li:nth-child(%d) input[name=community]", n+1), false)
			}
			v.tap(".done button", true)
			if got := v.where(); strings.Count(got, "community:") != 3 {
				v.Errorf("the address is %s", got)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := &visit{tab: b.tab(t, home, "ja")}
			v.size(390, "light")
			v.open("/")
			c.do(v)
			t.Logf("%d taps", v.taps)
			if v.taps > c.most {
				t.Errorf("it takes %d taps, more than %d", v.taps, c.most)
			}
		})
	}
	// On each device the page offers its way with the second tap.
	for device, want := range map[string]string{"iphone": "webcal://", "mac": "webcal://", "android": "https://calendar.google.com/", "windows": "https://"} {
		v := &visit{tab: b.tab(t, home, "ja")}
		v.open("/calendar?device=" + device)
		if got := evaluate[string](v.tab, "document.querySelector('#how .button').href"); !strings.HasPrefix(got, want) {
			t.Errorf("%s: the first way is %s", device, got)
		}
	}
}
