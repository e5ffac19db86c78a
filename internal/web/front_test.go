package web

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"koyomi/internal/publish"
	"koyomi/internal/source"
)

// TestAddressesLeadToTheTidyOne: what trackers add, slashes at the end and index.html
// lead on; the API stays strict, and so does what nobody knows.
func TestAddressesLeadToTheTidyOne(t *testing.T) {
	h, _ := open(may2009())
	for target, want := range map[string]string{
		"/?utm_source=x&utm_medium=y":                  "/",
		"/?q=kvm&fbclid=1":                             "/?q=kvm",
		"/?gclid=1&q=on%3A%E4%BB%8A%E9%80%B1%E6%9C%AB": "/?q=on%3A%E4%BB%8A%E9%80%B1%E6%9C%AB",
		"/calendar.ics?q=kvm&mc_cid=a&mc_eid=b":        "/calendar.ics?q=kvm",
		"/feed.atom?ref=somebody":                      "/feed.atom",
		"/events/0000000200005000?UTM_Source=x":        "/events/0000000200005000",
		"/events/0000000200005000/":                    "/events/0000000200005000",
		"/month/2009-05/":                              "/month/2009-05",
		"/communities/":                                "/communities",
		"/index.html":                                  "/",
		"/communities/index.html":                      "/communities",
		"/og/0000000200005000.png?ref=x":               "/og/0000000200005000.png",
		"/calendar.ics/":                               "/calendar.ics",
		"/?q=kvm":                                      "",
		"/api/v1/events?utm_source=x":                  "",
		"/api/v1/events/":                              "",
		"/?nonsense=1":                                 "",
		"/events/":                                     "",
		"/nothing/":                                    "",
		"/sources?cursor=a":                            "",
		"/calendar.ics?q=" + strings.Repeat("a", maxQueryBytes+1): "",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			w := ask(h, method, target)
			got := w.Header().Get("Location")
			if got != want || (w.Code == http.StatusMovedPermanently) != (want != "") {
				t.Errorf("%s %.60s: %d to %q, want %q", method, target, w.Code, got, want)
			}
		}
	}
	if w := get(h, "/api/v1/events?utm_source=x"); w.Code != 400 {
		t.Errorf("the API takes anything: %d", w.Code)
	}
	if w := ask(h, http.MethodPost, "/subscribe?utm_source=x"); w.Code == http.StatusMovedPermanently {
		t.Error("what is sent is lost on the way")
	}
}

// TestTheSiteLivesUnderAPath: with the path in the address, and without it where a proxy
// takes it away; all that it says of itself has it.
func TestTheSiteLivesUnderAPath(t *testing.T) {
	h := New(Options{
		Reader: may2009(), Communities: func() []*source.Community { return catalogue2009 },
		Calendar: publish.Calendar{Name: "koyomi"}, PublicURL: "https://who.example/koyomi", Now: func() time.Time { return monday },
	})
	for _, path := range []string{"/", "/month/2009-05", "/communities/bpstudy", "/events/0000000200005000", "/calendar", "/sources", "/clash"} {
		for _, root := range []string{"", "/koyomi"} {
			d := page(t, h, root+path)
			if got := d.Find("link[rel=canonical]").AttrOr("href", ""); got != "https://who.example/koyomi"+path {
				t.Errorf("%s%s calls itself %s", root, path, got)
			}
			for _, one := range d.Find("a[href^='/'], link[href^='/'], script[src^='/']").EachIter() {
				if at := one.AttrOr("href", one.AttrOr("src", "")); !strings.HasPrefix(at, "/koyomi/") {
					t.Errorf("%s%s leads to %s", root, path, at)
				}
			}
		}
	}
	for from, to := range map[string]string{
		"/koyomi/events/00000002":                  "/koyomi/events/0000000200005000",
		"/koyomi/events/0000000800005000":          "/koyomi/events/0000000100005000",
		"/koyomi/?fbclid=1":                        "/koyomi/",
		"/koyomi/communities/":                     "/koyomi/communities",
		"/koyomi/?community=bpstudy":               "/koyomi/?q=community%3Abpstudy",
		"/koyomi/calendar?community=a&community=b": "/koyomi/calendar?q=%28community%3Aa+OR+community%3Ab%29",
	} {
		if got := get(h, from).Header().Get("Location"); got != to {
			t.Errorf("%s leads to %q, want %q", from, got, to)
		}
	}
	if w := get(h, "/koyomisomething"); w.Code != 404 {
		t.Errorf("a path that only begins alike: %d", w.Code)
	}
}

// TestOtherSitesMayRead the API and the feeds, and show widgets; nothing else.
func TestOtherSitesMayRead(t *testing.T) {
	h, _ := open(may2009())
	for target, may := range map[string]bool{
		"/api/v1/events": true, "/api/v1/events?x=1": true, "/calendar.ics": true, "/feed.atom": true, "/feed.json": true, "/events/0000000200005000.json": true, "/embed.js": true,
		"/": false, "/subscribe": false, "/sources": false, "/metrics": false,
	} {
		if got := get(h, target).Header().Get("Access-Control-Allow-Origin") == "*"; got != may {
			t.Errorf("%s may be read by other sites: %v", target, got)
		}
	}
	for target, may := range map[string]bool{"/embed/list": true, "/embed/free?date=2009-05-28": true, "/": false, "/embed": false, "/subscribe": false} {
		csp := strings.Join(get(h, target).Header()["Content-Security-Policy"], ";")
		if got := strings.Contains(csp, "frame-ancestors *"); got != may {
			t.Errorf("%s may be framed: %s", target, csp)
		}
	}
}

// TestWidgets: the next events, a free evening and one that is taken, a badge.
func TestWidgets(t *testing.T) {
	h, _ := open(may2009())
	d := page(t, h, "/embed/list?q=community:v-tomo")
	if got := texts(d, "li a"); got != "仮想化友の会 第9回" || d.Find("script").Length() != 0 {
		t.Errorf("the list: %s", got)
	}
	for target, want := range map[string]string{
		"/embed/free?date=2009-05-28":              "5/28（木） の夜は 1件",
		"/embed/free?date=2009-05-29":              "5/29（金） の夜は空いています",
		"/embed/free?date=2009-05-28&q=area:osaka": "5/28（木） の夜は空いています",
		"/embed/free?date=2009-05-29&lang=en":      "The evening of Fri 29 May is free",
		"/embed/list?q=community:interop&limit=1":  "次のイベント",
		"/embed/list?q=community:nobody&lang=en":   "Next events",
	} {
		if got := page(t, h, target).Find("h1").Text(); got != want {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
	}
	badge := get(h, "/embed/badge.svg?q=community:v-tomo")
	if err := xml.Unmarshal(badge.Body.Bytes(), new(struct{})); err != nil || !strings.Contains(badge.Body.String(), "5/28（木） 19:00") || badge.Header().Get("Content-Type") != "image/svg+xml" {
		t.Errorf("%v %s", err, badge.Body)
	}
	for _, bad := range []string{"/embed/list?q=(", "/embed/list?limit=99", "/embed/free?date=x", "/embed/other", "/embed/list?x=1"} {
		if w := get(h, bad); w.Code != 400 && w.Code != 404 {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
	d = page(t, h, "/embed?q=community:v-tomo")
	for _, s := range d.Find("iframe").EachIter() {
		if at := strings.TrimPrefix(s.AttrOr("src", ""), "https://koyomi.example"); get(h, at).Code != 200 {
			t.Errorf("the preview %s is none", at)
		}
	}
	if code := d.Find("pre").First().Text(); !strings.HasPrefix(code, `<iframe src="https://koyomi.example/embed/list?q=community%3Av-tomo" title="仮想化友の会"`) {
		t.Errorf("the code to copy is %s", code)
	}
}

// TestPicturesOfLinks: each event has one of 1200 by 630 pixels, the start of an id leads
// to it, and nothing else has one.
func TestPicturesOfLinks(t *testing.T) {
	h, _ := open(may2009())
	for target, width := range map[string]int{"/og/0000000200005000.png": 1200, "/og/site.png": 1200, "/touch.png": 180, "/icon-512.png": 512} {
		w := get(h, target)
		p, err := png.Decode(bytes.NewReader(w.Body.Bytes()))
		if err != nil || p.Bounds().Dx() != width || w.Header().Get("Content-Type") != "image/png" {
			t.Errorf("%s: %d %v", target, w.Code, err)
		}
	}
	for target, want := range map[string]int{"/og/00000002.png": 302, "/og/0000000800005000.png": 301, "/og/ffffffff.png": 404, "/og/x": 404, "/og/site.png?x=1": 400} {
		if w := get(h, target); w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
}

// TestSitemap names every page that search engines may show, and each is there.
func TestSitemap(t *testing.T) {
	h, _ := open(may2009())
	var set urlSet
	if err := xml.Unmarshal(get(h, "/sitemap.xml").Body.Bytes(), &set); err != nil || len(set.URLs) < 10 {
		t.Fatalf("%v %v", err, set)
	}
	for _, u := range set.URLs {
		path, ok := strings.CutPrefix(u.Address, "https://koyomi.example")
		if w := get(h, path); !ok || w.Code != 200 || strings.Contains(w.Body.String(), `content="noindex"`) {
			t.Errorf("%s: %d", u.Address, w.Code)
		}
	}
	if !strings.Contains(get(h, "/robots.txt").Body.String(), "Sitemap: https://koyomi.example/sitemap.xml") {
		t.Error("robots.txt names no sitemap")
	}
}

// TestStepsForEachDevice: the browser's name decides, and the reader's choice before it.
func TestStepsForEachDevice(t *testing.T) {
	h, _ := open(may2009())
	for agent, want := range map[string]string{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)": "iPhone・iPad", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)": "Mac",
		"Mozilla/5.0 (Linux; Android 15)": "Android", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)": "Windows", "curl/8": "そのほか",
	} {
		d := page(t, h, "/calendar", "User-Agent", agent)
		if got := d.Find(".tabs [aria-current]").Text(); got != want {
			t.Errorf("%s gets %s", agent, got)
		}
		if isPhone := strings.Contains(want, "i") || want == "Android"; (d.Find("svg.code").Length() == 0) != (want == "iPhone・iPad" || want == "Android") && isPhone {
			t.Errorf("%s: a code for the phone: %d", agent, d.Find("svg.code").Length())
		}
	}
	if got := page(t, h, "/calendar?device=windows", "User-Agent", "iPhone").Find(".tabs [aria-current]").Text(); got != "Windows" {
		t.Errorf("who chose Windows gets %s", got)
	}
	if !strings.Contains(get(h, "/calendar").Header().Get("Vary"), "User-Agent") {
		t.Error("caches do not know what the page depends on")
	}
	if w := get(h, "/calendar?device=toaster"); w.Code != 400 {
		t.Errorf("a device that nobody knows: %d", w.Code)
	}
}

// TestTicksBecomeOneQuery, and the page shows them ticked.
func TestTicksBecomeOneQuery(t *testing.T) {
	h, _ := open(may2009())
	w := get(h, "/calendar?community=bpstudy&community=interop&tag=web&area=%E6%9D%B1%E4%BA%AC%E9%83%BD&is=online&rest=-status%3Acancelled&device=mac&lang=en")
	const want = "/calendar?device=mac&lang=en&q=%28community%3Abpstudy+OR+community%3Ainterop+OR+tag%3Aweb%29+%28area%3A%E6%9D%B1%E4%BA%AC%E9%83%BD+OR+is%3Aonline%29+-status%3Acancelled"
	if got := w.Header().Get("Location"); got != want {
		t.Fatalf("%d %s", w.Code, got)
	}
	d := page(t, h, want)
	var on []string
	for _, s := range d.Find(".ticks input[checked]").EachIter() {
		on = append(on, s.AttrOr("name", "")+":"+s.AttrOr("value", ""))
	}
	if got := strings.Join(on, " "); got != "community:bpstudy community:interop area:東京都 is:online" {
		t.Errorf("ticked are %s", got)
	}
	if got := d.Find("#rest").AttrOr("value", ""); got != "-status:cancelled" {
		t.Errorf("the rest is %q", got)
	}
}
