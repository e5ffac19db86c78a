package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/source"
)

// TestShortcutsLeadNowhereElse: an address asked for again is answered as if it were
// read again, after a change, on another day and after a reload.
func TestShortcutsLeadNowhereElse(t *testing.T) {
	shelf := may2009()
	now := monday
	catalogue, calendars := catalogue2009, []NamedCalendar{{Name: "mine", Query: "kvm"}}
	h := New(Options{
		Reader: shelf, Communities: func() []*source.Community { return catalogue },
		Calendars: func() []NamedCalendar { return calendars },
		Calendar:  publish.Calendar{Name: "勉強会カレンダー"}, Now: func() time.Time { return now },
	})
	see := func(step, target, want string) {
		t.Helper()
		for i := range 3 {
			if got := titles(t, get(h, target).Body.String()); got != want {
				t.Errorf("%s, asked %d times: %s, want %s", step, i+1, got, want)
			}
		}
	}
	see("first", "/calendar.ics?q=on:%2B4d", "BPStudy#21 | まとめた会")
	see("first", "/c/mine.ics", "仮想化友の会 第9回")
	now = now.AddDate(0, 0, 6)
	see("six days later", "/calendar.ics?q=on:%2B4d", "仮想化友の会 第9回")
	see("six days later, by date", "/calendar.ics?q=on:2009-05-22", "BPStudy#21 | まとめた会")
	see("six days later", "/calendar.ics?q=on:%2B4d", "仮想化友の会 第9回")
	calendars = []NamedCalendar{{Name: "mine", Query: "community:bpstudy", Cancelled: publish.Hide}}
	catalogue = append([]*source.Community{}, catalogue...)
	see("reloaded", "/c/mine.ics", "BPStudy#21")
	shelf.change(func(all []event.Event) []event.Event {
		for i := range all {
			all[i].Title = strings.ReplaceAll(all[i].Title, "BPStudy#21", "BPStudy#21 改")
		}
		return all
	})
	see("changed", "/c/mine.ics", "BPStudy#21 改")
	if w := ask(h, "POST", "/c/mine.ics"); w.Code != 405 {
		t.Errorf("a POST is answered with %d", w.Code)
	}
}

func TestShortcutsAreBounded(t *testing.T) {
	h, _ := open(may2009())
	for i := range 3 * mostShortcuts {
		h.shortcuts.learn(address{"/calendar.ics", fmt.Sprint("q=", i)}, shortcut{key: "feed:x"})
	}
	h.shortcuts.learn(address{"/calendar.ics", strings.Repeat("&", longestShortcuts+1)}, shortcut{})
	if n := len(h.shortcuts.known); n == 0 || n > mostShortcuts {
		t.Errorf("%d are kept", n)
	}
}

// TestNotModifiedSaysWhatACacheGoesBy: RFC 9110 section 15.4.5, and no more.
func TestNotModifiedSaysWhatACacheGoesBy(t *testing.T) {
	h, _ := open(may2009())
	for _, target := range []string{"/calendar.ics", "/calendar.ics?for=outlook"} {
		first := get(h, target).Header()
		for _, headers := range [][]string{{"If-None-Match", first.Get("Etag")}, {"If-Modified-Since", first.Get("Last-Modified")}} {
			w := get(h, target, headers...)
			if w.Code != 304 {
				t.Fatalf("%s %v: %d", target, headers, w.Code)
			}
			for _, name := range []string{"Etag", "Last-Modified", "Cache-Control", "Vary"} {
				if got := w.Header().Get(name); got == "" || got != first.Get(name) {
					t.Errorf("%s %v: %s is %q, want %q", target, headers, name, got, first.Get(name))
				}
			}
			if len(w.Header()) != 4 {
				t.Errorf("%s %v: it says %v", target, headers, w.Header())
			}
		}
	}
}
