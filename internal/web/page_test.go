package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

func page(t *testing.T, h *Site, target string, headers ...string) *goquery.Document {
	t.Helper()
	w := get(h, target, headers...)
	d, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
	if err != nil || w.Code != 200 {
		t.Fatalf("%s: %d %v", target, w.Code, err)
	}
	return d
}

func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func TestPageOfWhatIsComing(t *testing.T) {
	h, _ := open(may2009())
	d := page(t, h, "/")
	var rows []string
	d.Find(".list h2, .list h3, .list li").Each(func(_ int, s *goquery.Selection) { rows = append(rows, words(s)) })
	want := []string{
		"今日 5/18（月）",
		"今週", "5/22（金）", "時刻未発表 BPStudy#21 BBPStudy",
		"来週", "5/28（木）", "19:00–20:40 日時変更 仮想化友の会 第9回 仮仮想化友の会 · 東京都千代田区 · 変更前 5/27（水） 19:00",
		"5/30（土）", "時刻未発表 中止 やめた会 BBPStudy",
		"6月", "6/8（月）", "6/12（金）まで Interop Tokyo 2009 カンファレンス IInterop Tokyo · 幕張メッセ",
		"6/10（水）", "6/12（金）まで Interop Tokyo 2009 展示会 IInterop Tokyo · 幕張メッセ",
	}
	if fmt.Sprint(rows) != fmt.Sprint(want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
	if got := d.Find(".list li.cancelled a").Text(); got != "やめた会" {
		t.Errorf("cancelled is not marked: %q", got)
	}
	var links []string
	page(t, h, "/calendar?device=mac").Find("#how .button, #policies a, #windows a").Each(func(_ int, s *goquery.Selection) { links = append(links, s.AttrOr("href", "")) })
	want = []string{
		"webcal://koyomi.example/calendar.ics?for=apple", "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Fkoyomi.example%2Fcalendar.ics%3Ffor%3Dgoogle",
		"https://outlook.live.com/calendar/0/addfromweb?name=%E5%8B%89%E5%BC%B7%E4%BC%9A%E3%82%AB%E3%83%AC%E3%83%B3%E3%83%80%E3%83%BC&url=https%3A%2F%2Fkoyomi.example%2Fcalendar.ics%3Ffor%3Doutlook",
		"https://outlook.office.com/calendar/0/addfromweb?name=%E5%8B%89%E5%BC%B7%E4%BC%9A%E3%82%AB%E3%83%AC%E3%83%B3%E3%83%80%E3%83%BC&url=https%3A%2F%2Fkoyomi.example%2Fcalendar.ics%3Ffor%3Doutlook",
		"/calendar?device=mac#feed", "/calendar?cancelled=keep&device=mac#feed", "/calendar?cancelled=mark&device=mac#feed", "/calendar?cancelled=hide&device=mac#feed",
		"/calendar?device=mac#feed", "/calendar?days=30&device=mac#feed", "/calendar?days=90&device=mac#feed", "/calendar?days=180&device=mac#feed",
	}
	if got := strings.Join(links, " "); got != strings.Join(want, " ") {
		t.Errorf("ways to subscribe: %s", got)
	}
	found := page(t, h, "/?q=kvm")
	if n := found.Find(".list li").Length(); n != 1 || found.Find("#q").AttrOr("value", "") != "kvm" || found.Find("header .go a").AttrOr("href", "") != "/calendar?q=kvm" {
		t.Errorf("%d events for kvm, subscribing at %s", n, found.Find("header .go a").AttrOr("href", ""))
	}
	if got := page(t, h, "/calendar?q=kvm").Find("#feed").AttrOr("value", ""); got != "https://koyomi.example/calendar.ics?q=kvm" {
		t.Errorf("subscribing to %s", got)
	}
	if n := page(t, h, "/?from=2009-06-01").Find(".list li").Length(); n != 2 {
		t.Errorf("%d events from June on", n)
	}
}

func TestSpeaksTheReadersLanguage(t *testing.T) {
	h, _ := open(may2009())
	for accept, want := range map[string]string{
		"": "ja", "ja": "ja", "en": "en", "en-GB,en;q=0.9,ja;q=0.1": "en", "ja-JP,en;q=0.9": "ja", "fr": "en", "de,ja;q=0.5": "ja", "nonsense;;q=x": "ja", strings.Repeat("en,", 3000): "en",
	} {
		if got := page(t, h, "/", "Accept-Language", accept).Find("html").AttrOr("lang", ""); got != want {
			t.Errorf("%.40q: %s, want %s", accept, got, want)
		}
	}
	d := page(t, h, "/?q=kvm&lang=en", "Accept-Language", "ja")
	if d.Find("html").AttrOr("lang", "") != "en" || d.Find("a.lang").AttrOr("href", "") != "/?lang=ja&q=kvm" {
		t.Errorf("lang=en: %s", d.Find("a.lang").AttrOr("href", ""))
	}
	if got := d.Find(".list a").First().AttrOr("href", ""); got != "/events/0000000200005000?lang=en" {
		t.Errorf("the language chosen is lost at %s", got)
	}
	if got := page(t, h, "/events/0000000200005000").Find(".name a").AttrOr("href", ""); got != "/" {
		t.Errorf("a language not chosen is kept: %s", got)
	}
	if w := get(h, "/"); w.Header().Get("Vary") != "Accept-Encoding, Accept-Language" {
		t.Errorf("vary %q", w.Header().Get("Vary"))
	}
}

func TestPageOfOneEvent(t *testing.T) {
	h, _ := open(may2009())
	d := page(t, h, "/events/0000000200005000")
	if got := words(d.Find("dl")); got != "日時 2009年5月28日（木） 19:00–20:40 変更前 2009年5月27日（水） 19:00 日本時間 (UTC+09:00) 場所東京都千代田区 地図" {
		t.Errorf("facts: %s", got)
	}
	if got := words(d.Find(".history li").First()); got != "2009-05-16 09:00 日時の変更 2009年5月27日（水） 19:00 → 2009年5月28日（木） 19:00" {
		t.Errorf("history: %s", got)
	}
	var ld map[string]any
	if err := json.Unmarshal([]byte(d.Find(`script[type="application/ld+json"]`).Text()), &ld); err != nil {
		t.Fatal(err)
	}
	if ld["@type"] != "Event" || ld["name"] != "仮想化友の会 第9回" || ld["startDate"] != "2009-05-28T19:00:00+09:00" || ld["eventStatus"] != "https://schema.org/EventRescheduled" || ld["previousStartDate"] != "2009-05-27T19:00:00+09:00" {
		t.Errorf("%v", ld)
	}
	if d := page(t, h, "/events/0000000700005000"); !strings.Contains(d.Text(), "取り下げられました") || d.Find("script[type]").Length() != 0 {
		t.Error("a withdrawn event does not say so")
	}
}

// hostile are titles and texts that would do something if they were not text:
// B47, B49, B50, B53, B54.
var hostile = []string{
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</script><script>alert(1)</script>", "</title><svg onload=alert(1)>", "{{.}} ${x} <!-- ]]>", "javascript:alert(1)", "a&amp;b&lt;c",
	"\u2028\u2029", "x\r\nSet-Cookie: a=b", "\u202eabc", "👨‍👩‍👧‍👦", "【中止】", strings.Repeat("長", 200), `\"'` + "`",
}

func TestForeignTextIsText(t *testing.T) {
	for _, bad := range hostile {
		bad = text.Line(bad, 200)
		s := may2009()
		s.change(func(events []event.Event) []event.Event {
			e := &events[1]
			e.Title, e.Location, e.Description, e.Tags, e.Sources = bad, bad, bad, []string{bad}, []string{bad}
			e.URL, e.OnlineURL = "javascript:alert(1)", `https://x.example/"><script>`
			return events
		})
		s.changes = []event.Change{{UID: s.events[1].UID, Kind: event.ChangeMoved, At: monday, Before: event.Text(bad), After: event.Text(bad), Field: bad, Source: bad}}
		h, _ := open(s)
		for _, target := range []string{"/", "/events/0000000200005000", "/?q=" + "%3Cscript%3Ealert(1)%3C%2Fscript%3E"} {
			w := get(h, target, "Accept", "text/html")
			d, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
			if err != nil {
				t.Fatal(err)
			}
			d.Find("script[src^='/script.js?v='][defer]").Remove()
			if d.Find("script:not([type='application/ld+json']), svg:not(.i), img, iframe, object, [onerror], [onload], [style], [href^='javascript:']").Length() > 0 || d.Find("script").Length() > 1 {
				t.Errorf("%s: %q became markup:\n%s", target, bad, w.Body)
			}
			if strings.HasPrefix(target, "/events/") {
				var ld map[string]any
				if err := json.Unmarshal([]byte(d.Find("script").Text()), &ld); err != nil || bad != "" && ld["name"] != bad {
					t.Errorf("%q in JSON-LD: %v %v", bad, ld["name"], err)
				}
				if got := d.Find("h1 .title").Text(); bad != "" && got != bad {
					t.Errorf("%q is shown as %q", bad, got)
				}
			}
		}
		if w := get(h, "/api/v1/events"); !json.Valid(w.Body.Bytes()) || strings.Contains(w.Body.String(), "<script") {
			t.Errorf("%q in JSON: %s", bad, w.Body)
		}
		titles(t, get(h, "/calendar.ics").Body.String())
	}
}

func TestMissingPagesSaySo(t *testing.T) {
	h, _ := open(may2009())
	w := get(h, "/nothing", "Accept", "text/html")
	if w.Code != 404 || w.Header().Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(w.Body.String(), "ページがありません") || !strings.Contains(w.Body.String(), `name="robots" content="noindex"`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	w = get(h, "/?q=foo%3Abar", "Accept", "text/html")
	if w.Code != 400 || !strings.Contains(w.Body.String(), "1 文字目: 「foo:」という項目はありません") || !strings.Contains(w.Body.String(), `value="foo:bar"`) {
		t.Errorf("a query that does not parse: %d %s", w.Code, w.Body)
	}
	for target, want := range map[string]string{"/bot": "User-agent: koyomi", "/bot?lang=en": "How to opt out", "/robots.txt": "User-agent: *\nAllow: /\n"} {
		if w := get(h, target); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

// TestOnePageAfterTheOtherHasEveryEvent: a day may have more events than fit a page.
func TestOnePageAfterTheOtherHasEveryEvent(t *testing.T) {
	s := may2009()
	s.change(func([]event.Event) []event.Event {
		var events []event.Event
		for i := range 2*onPage + 30 {
			day := 28
			if i >= 2*onPage+10 {
				day = 29
			}
			events = append(events, made(i+1, "v-tomo", fmt.Sprint("会", i), fmt.Sprintf("2009-05-%dT19:00:00+09:00", day), ""))
		}
		return append(events, made(5000, "interop", "開催中", "2009-05-01", "2009-06-30"))
	})
	h, _ := open(s)
	for _, start := range []string{"/?q=-qemu&lang=en", "/?from=2009-05-20"} {
		seen := map[string]int{}
		pages := 0
		for target := start; target != ""; pages++ {
			d := page(t, h, target)
			d.Find(".list .what a").Each(func(_ int, a *goquery.Selection) { seen[a.Text()]++ })
			target = d.Find("a[rel=next]").AttrOr("href", "")
			if pages > 3 {
				t.Fatalf("%s: the pages do not end", start)
			}
		}
		if pages != 3 || len(seen) != 2*onPage+31 {
			t.Errorf("%s: %d pages with %d events", start, pages, len(seen))
		}
		for title, n := range seen {
			if n != 1 {
				t.Errorf("%s: %s stands on %d pages", start, title, n)
			}
		}
	}
	if w := get(h, "/?cursor=x"); w.Code != 400 {
		t.Errorf("a cursor that is none: %d", w.Code)
	}
}

func TestWindowOfTheBox(t *testing.T) {
	h, _ := open(may2009())
	for target, want := range map[string]string{
		"/calendar?days=30&q=kvm":                     "https://koyomi.example/calendar.ics?days=30&q=kvm",
		"/calendar?days=90&cancelled=mark":            "https://koyomi.example/calendar.ics?cancelled=mark&days=90",
		"/calendar?days=180":                          "https://koyomi.example/calendar.ics?days=180",
		"/calendar?q=community:v-tomo&days=30":        "https://koyomi.example/communities/v-tomo.ics?days=30",
		"/calendar?q=community:v-tomo&cancelled=hide": "https://koyomi.example/communities/v-tomo.ics?cancelled=hide",
	} {
		d := page(t, h, target)
		if got := d.Find("#feed").AttrOr("value", ""); got != want {
			t.Errorf("%s: the box shows %s, want %s", target, got, want)
		}
		if got := d.Find("#windows [aria-current]").Length(); got != 1 {
			t.Errorf("%s: %d windows are chosen", target, got)
		}
		d.Find("#windows a, #policies a").Each(func(_ int, a *goquery.Selection) {
			if w := get(h, a.AttrOr("href", "")); w.Code != 200 {
				t.Errorf("%s leads to %s: %d", target, a.AttrOr("href", ""), w.Code)
			}
		})
	}
}

// TestFilesOfAVersionAreKept: what pages name with its version is asked for once; under
// another version, which a page of another program named, it is not kept for long.
func TestFilesOfAVersionAreKept(t *testing.T) {
	h, _ := open(may2009())
	style := page(t, h, "/").Find("link[rel=stylesheet]").AttrOr("href", "")
	_, name, _ := strings.Cut(style, "/style")
	style = "/style" + name
	for target, want := range map[string]bool{style: true, style + "0": false, "/style.css": false} {
		if got := get(h, target).Header().Get("Cache-Control"); strings.Contains(got, "immutable") != want {
			t.Errorf("%s: %s", target, got)
		}
	}
}
