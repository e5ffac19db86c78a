package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/publish"
)

func texts(d *goquery.Document, selector string) string {
	var all []string
	d.Find(selector).Each(func(_ int, s *goquery.Selection) { all = append(all, words(s)) })
	return strings.Join(all, " | ")
}

func TestPageOfAMonth(t *testing.T) {
	h, _ := open(may2009())
	d := page(t, h, "/month/2009-05")
	if got := d.Find("h1").Text(); !strings.Contains(got, "2009年5月") {
		t.Errorf("heading %q", got)
	}
	if n := d.Find("td").Length(); n != 35 {
		t.Errorf("%d days in the grid of May 2009, which has five weeks", n)
	}
	if got := texts(d, "td li"); !strings.Contains(got, "BPStudy#21") || !strings.Contains(got, "19:00 日時変更 仮想化友の会 第9回") {
		t.Errorf("events: %s", got)
	}
	june := texts(page(t, h, "/month/2009-06"), "td li")
	if n := strings.Count(june, "カンファレンス"); n != 5 {
		t.Errorf("five days are named on %d: %s", n, june)
	}
	if got := texts(page(t, h, "/month/2009-05?q=kvm"), "td li"); got != "19:00 日時変更 仮想化友の会 第9回" {
		t.Errorf("of kvm: %s", got)
	}
	for _, bad := range []string{"/month/2009-13", "/month/1969-12", "/month/x", "/month/2009-5"} {
		if w := get(h, bad); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
}

func TestFormBecomesOneQuery(t *testing.T) {
	h, _ := open(may2009())
	for target, want := range map[string]string{
		"/?q=kvm&community=&area=&is=&tag=":           "/?q=kvm",
		"/?q=kvm&community=v-tomo&lang=en":            "/?lang=en&q=kvm+community%3Av-tomo",
		"/?q=kvm+OR+xen&area=%E6%9D%B1%E4%BA%AC":      "/?q=%28kvm+OR+xen%29+area%3A%E6%9D%B1%E4%BA%AC",
		"/month/2009-05?tag=go&q=":                    "/month/2009-05?q=tag%3Ago",
		"/clash?date=2009-05-28&community=bpstudy&q=": "/clash?date=2009-05-28&q=community%3Abpstudy",
	} {
		w := get(h, target)
		if got := w.Header().Get("Location"); got != want || want != "" && w.Code != http.StatusSeeOther {
			t.Errorf("%s: %d to %q, want %q", target, w.Code, got, want)
		}
	}
	d := page(t, h, "/?q=kvm+community%3Av-tomo")
	if got := texts(d, ".chips [aria-current]"); d.Find("#q").AttrOr("value", "") != "kvm community:v-tomo" || got != "仮想化友の会 × | kvm ×" {
		t.Errorf("the page shows that %s was chosen", got)
	}
}

func TestPagesOfCommunities(t *testing.T) {
	h, _ := open(may2009())
	d := page(t, h, "/communities/bpstudy")
	if got := texts(d, ".list li a"); !strings.Contains(got, "BPStudy#21") {
		t.Errorf("coming: %s", got)
	}
	if got := d.Find("header .go a").AttrOr("href", ""); got != "/calendar?q=community%3Abpstudy" {
		t.Errorf("subscribing at %s", got)
	}
	if !strings.Contains(texts(page(t, h, "/communities"), "main li"), "BPStudy") {
		t.Error("the list of communities names none")
	}
	for _, none := range []string{"/communities/nobody", "/communities/nobody.ics", "/communities/nobody.atom"} {
		if w := get(h, none); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", none, w.Code)
		}
	}
	if got := texts(page(t, h, "/sources"), "main"); !strings.Contains(got, "BPStudy") {
		t.Errorf("sources: %s", got)
	}
}

func TestLooksForClashes(t *testing.T) {
	h, _ := open(may2009())
	d := page(t, h, "/clash?date=2009-05-28")
	if got := texts(d, "main"); !strings.Contains(got, "仮想化友の会 第9回") {
		t.Errorf("on the day: %s", got)
	}
	if w := get(h, "/api/v1/clash?date=2009-05-28&q=kvm"); w.Code != 200 || !strings.HasPrefix(w.Body.String(), `{"date":"2009-05-28","on":[{"id":"0000000200005000"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for _, bad := range []string{"/api/v1/clash", "/api/v1/clash?date=x", "/api/v1/clash?date=2009-05", "/clash?date=x", "/clash?date=2009-05"} {
		if w := get(h, bad); w.Code != 400 || !strings.Contains(w.Body.String(), "date") {
			t.Errorf("%s: %d %s", bad, w.Code, w.Body)
		}
	}
	if w := get(h, "/clash?date=x", "Accept", "text/html"); w.Code != 400 || !strings.Contains(w.Body.String(), `value="x"`) {
		t.Errorf("a page for what was typed wrong: %d", w.Code)
	}
}

func TestNamedCalendars(t *testing.T) {
	s := may2009()
	h, _ := open(s)
	h.calendars = func() []NamedCalendar {
		return []NamedCalendar{{Name: "virtual", Title: "仮想化", Query: "kvm"}, {Name: "off", Query: "status:cancelled", Cancelled: publish.Mark}}
	}
	for target, want := range map[string]string{
		"/c/virtual.ics":            "仮想化友の会 第9回",
		"/c/virtual.ics?q=nothing":  "",
		"/c/off.ics":                "【中止】やめた会",
		"/c/off.ics?cancelled=keep": "やめた会",
	} {
		w := get(h, target)
		if got := titles(t, w.Body.String()); w.Code != 200 || got != want {
			t.Errorf("%s: %d %s", target, w.Code, got)
		}
	}
	if !strings.Contains(get(h, "/c/virtual.ics").Body.String(), "\r\nNAME:仮想化\r\n") {
		t.Error("the calendar has not its title")
	}
	for _, none := range []string{"/c/nothing.ics", "/c/virtual", "/c/virtual.atom"} {
		if w := get(h, none); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", none, w.Code)
		}
	}
}

func TestFeedsOfNews(t *testing.T) {
	h, _ := open(may2009())
	for target, want := range map[string]string{
		"/feed.atom": "application/atom+xml", "/feed.json": "application/feed+json", "/communities/v-tomo.atom": "application/atom+xml",
	} {
		w := get(h, target)
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), want) || !strings.Contains(w.Body.String(), "仮想化友の会 第9回") {
			t.Errorf("%s: %d %v %s", target, w.Code, w.Header(), w.Body)
		}
	}
	if body := get(h, "/communities/bpstudy.atom").Body.String(); strings.Contains(body, "仮想化友の会 第9回") {
		t.Error(fmt.Sprint("news of another community: ", body))
	}
}
