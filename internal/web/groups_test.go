package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestGroupsAreFound: communities are found by words of either language, wherever they
// stand, and without a script.
func TestGroupsAreFound(t *testing.T) {
	h, _ := open(may2009())
	for words, want := range map[string]string{
		"仮想化":          "仮想化友の会",
		"ｖ-ＴＯＭＯ":       "仮想化友の会",
		"仮想化 存在しないことば": "",
		"%zz":          "",
		"<script>":     "",
	} {
		d := page(t, h, "/communities?q="+url.QueryEscape(words))
		got := texts(d, ".cards h2")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", words, got, want)
		}
		if value := d.Find("#q").AttrOr("value", ""); value != words {
			t.Errorf("%s stands in the field as %q", words, value)
		}
		if robots := d.Find("meta[name=robots]").AttrOr("content", ""); robots != "noindex" {
			t.Errorf("%s: search engines see %q", words, robots)
		}
	}
	d := page(t, h, "/communities")
	if d.Find("form[role=search] #q").Length() != 1 || d.Find("#found").Length() != 0 {
		t.Error("the list of all has no field, or finds something")
	}
	d.Find(".chips a").Each(func(_ int, a *goquery.Selection) {
		if found := page(t, h, strings.TrimPrefix(a.AttrOr("href", ""), "https://koyomi.example")); found.Find(".cards li").Length() == 0 {
			t.Errorf("%s leads to nothing", a.Text())
		}
	})
}

// TestManyCommunitiesAreChosenFrom: the page to subscribe names the communities with something
// to come, those that are chosen, and all where that is asked for.
func TestManyCommunitiesAreChosenFrom(t *testing.T) {
	s := may2009()
	s.events = s.events[:2] // of BPStudy and 仮想化友の会 alone
	h, _ := open(s)
	for target, want := range map[string]string{
		"/calendar":                     "BPStudy 仮想化友の会",
		"/calendar?show=all":            "BPStudy 仮想化友の会 Interop Tokyo",
		"/calendar?q=community:interop": "BPStudy 仮想化友の会 Interop Tokyo",
	} {
		d := page(t, h, target)
		var got []string
		d.Find(".ticks label:has(input[name=community])").Each(func(_ int, l *goquery.Selection) {
			l.Find(".av, .n").Remove()
			got = append(got, words(l))
		})
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
		if leads := d.Find("fieldset a[href*='show=all']").Length() > 0; leads != (target == "/calendar") {
			t.Errorf("%s: a way to all of them: %t", target, leads)
		}
	}
	if w := get(h, "/calendar?show=some"); w.Code != 400 {
		t.Errorf("another value: %d", w.Code)
	}
}
