package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

var monday = time.Date(2009, 5, 18, 9, 0, 0, 0, event.Tokyo)

// open returns a site over a shelf, with a clock that can be set.
func open(s *shelf) (*Site, *atomic.Int64) {
	clock := new(atomic.Int64)
	clock.Store(monday.Unix())
	return New(Options{
		Reader: s, Communities: func() []*source.Community { return catalogue2009 },
		Calendar:  publish.Calendar{Name: "勉強会カレンダー"},
		PublicURL: "https://koyomi.example/", Contact: "mailto:who@koyomi.example", Version: "test",
		Now: func() time.Time { return time.Unix(clock.Load(), 0).In(event.Tokyo) },
	}), clock
}

func ask(h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", nil)
	u, err := r.URL.Parse(target)
	if err != nil {
		panic(err)
	}
	r.URL = u
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func get(h http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	return ask(h, http.MethodGet, target, headers...)
}

// titles returns the summaries of a calendar, in its order.
func titles(t *testing.T, body string) string {
	t.Helper()
	c, err := ics.ParseCalendar(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%v:\n%s", err, body)
	}
	var all []string
	for _, e := range c.Events() {
		all = append(all, e.GetProperty(ics.ComponentPropertySummary).Value)
	}
	return strings.Join(all, " | ")
}

func TestServesTheCombinedCalendar(t *testing.T) {
	h, _ := open(may2009())
	w := get(h, "/calendar.ics")
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || w.Header().Get("Last-Modified") != "Sat, 16 May 2009 00:00:00 GMT" || !strings.Contains(w.Header().Get("Vary"), "Accept-Encoding") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	if got, want := titles(t, w.Body.String()), "前の会 | BPStudy#21 | まとめた会 | 仮想化友の会 第9回 | やめた会 | Interop Tokyo 2009 カンファレンス | Interop Tokyo 2009 展示会"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	for target, want := range map[string]string{
		"/calendar.ics?q=kvm": "仮想化友の会 第9回",
		"/calendar.ics?q=community%3Ainterop+before%3A2009-06-09": "Interop Tokyo 2009 カンファレンス",
		"/calendar.ics?q=status%3Acancelled&cancelled=mark":       "【中止】やめた会",
		"/calendar.ics?q=status%3Acancelled&cancelled=hide":       "",
		"/calendar.ics?q=qemu":                                    "",
		"/calendar.ics?days=12":                                   "前の会 | BPStudy#21 | まとめた会 | 仮想化友の会 第9回 | やめた会",
		"/calendar.ics?days=1&q=interop":                          "",
		"/communities/bpstudy.ics":                                "BPStudy#21 | まとめた会 | やめた会",
		"/events/0000000200005000.ics":                            "仮想化友の会 第9回",
		"/events/0000000700005000.ics":                            "",
	} {
		w := get(h, target)
		if w.Code != 200 {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
			continue
		}
		if got := titles(t, w.Body.String()); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
	if body := get(h, "/calendar.ics?tz=utc").Body.String(); !strings.Contains(body, "DTSTART:20090528T100000Z\r\n") {
		t.Errorf("tz=utc:\n%s", body)
	}
}

func TestHeadAnswersAlike(t *testing.T) {
	h, _ := open(may2009())
	for _, target := range []string{"/", "/month/2009-05", "/communities", "/communities/bpstudy", "/communities/bpstudy.ics", "/communities/bpstudy.atom", "/sources", "/clash?date=2009-05-28", "/feed.atom", "/feed.json", "/api/v1/clash?date=2009-05-28", "/calendar.ics", "/events/0000000200005000", "/events/0000000200005000.json", "/api/v1/events", "/bot", "/robots.txt", "/style.css", "/healthz", "/readyz", "/nothing"} {
		g, hd := get(h, target), ask(h, http.MethodHead, target)
		if g.Code != hd.Code || hd.Body.Len() != 0 || fmt.Sprint(g.Header()) != fmt.Sprint(hd.Header()) {
			t.Errorf("%s: GET %d %v\nHEAD %d %v with %d octets", target, g.Code, g.Header(), hd.Code, hd.Header(), hd.Body.Len())
		}
		if g.Header().Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(g.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %v", target, g.Header())
		}
	}
}

// TestBytesStayTheSame holds the promise: while nothing changes, nothing differs,
// not even over days; and an event that leaves the window is the only difference.
func TestBytesStayTheSame(t *testing.T) {
	s := may2009()
	h, clock := open(s)
	first := get(h, "/calendar.ics")
	for hours := range 24 * 10 {
		clock.Store(monday.Add(time.Duration(hours) * time.Hour).Unix())
		if w := get(h, "/calendar.ics"); !bytes.Equal(w.Body.Bytes(), first.Body.Bytes()) || w.Header().Get("Etag") != first.Header().Get("Etag") || w.Header().Get("Last-Modified") != first.Header().Get("Last-Modified") {
			t.Fatalf("after %d hours the calendar differs", hours)
		}
	}
	// 180 days after 23 April the oldest one goes; a reader that asks by date alone hears of it.
	clock.Store(monday.AddDate(0, 5, 10).Unix())
	w := get(h, "/calendar.ics", "If-Modified-Since", first.Header().Get("Last-Modified"))
	if w.Code != 200 || strings.Contains(w.Body.String(), "前の会") {
		t.Errorf("%d: an event outside the window is still told, or its leaving is not", w.Code)
	}
	again, _ := open(s)
	if w := get(again, "/calendar.ics"); !bytes.Equal(w.Body.Bytes(), first.Body.Bytes()) {
		t.Error("another process wrote other bytes")
	}
}

func TestTellsChangesAtOnce(t *testing.T) {
	s := may2009()
	h, _ := open(s)
	first := get(h, "/calendar.ics")
	s.change(func(events []event.Event) []event.Event {
		events[1].Title, events[1].Updated = "仮想化友の会 第9回（増席）", monday.Add(-time.Minute)
		return events
	})
	second := get(h, "/calendar.ics", "If-None-Match", first.Header().Get("Etag"))
	if second.Code != 200 || !strings.Contains(second.Body.String(), "増席") || second.Header().Get("Etag") == first.Header().Get("Etag") {
		t.Errorf("%d: the change is not told", second.Code)
	}
	if got := second.Header().Get("Last-Modified"); got != "Sun, 17 May 2009 23:59:00 GMT" {
		t.Errorf("last modified %s", got)
	}
}

// TestWithdrawalIsNews: an event that goes brings no date of its own.
func TestWithdrawalIsNews(t *testing.T) {
	s := may2009()
	h, _ := open(s)
	first := get(h, "/calendar.ics")
	s.change(func(events []event.Event) []event.Event { events[1].Withdrawn = true; return events })
	w := get(h, "/calendar.ics", "If-Modified-Since", first.Header().Get("Last-Modified"))
	if w.Code != 200 || strings.Contains(w.Body.String(), "第9回") || strings.Contains(w.Body.String(), "SUMMARY:仮想化友の会 第9回") {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}

func TestLastGoodIsServedWhileTheStoreFails(t *testing.T) {
	s := may2009()
	h, clock := open(s)
	first := get(h, "/calendar.ics")
	page := get(h, "/events/0000000200005000")
	s.fail(errors.New("disk I/O error"))
	clock.Store(monday.AddDate(0, 0, 3).Unix())
	for target, before := range map[string]*httptest.ResponseRecorder{"/calendar.ics": first, "/events/0000000200005000": page} {
		if w := get(h, target); w.Code != 200 || !bytes.Equal(w.Body.Bytes(), before.Body.Bytes()) {
			t.Errorf("%s: %d, the last good one is not served", target, w.Code)
		}
	}
	if w := get(h, "/calendar.ics?q=never-asked"); w.Code != 503 || w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if r, ok := get(h, "/readyz"), get(h, "/healthz"); r.Code != 503 || ok.Code != 200 {
		t.Errorf("readyz %d, healthz %d", r.Code, ok.Code)
	}
	s.fail(nil)
	if w := get(h, "/calendar.ics?q=never-asked"); w.Code != 200 {
		t.Errorf("%d after the store came back", w.Code)
	}
	// The revision may come while the events do not.
	s.change(func(events []event.Event) []event.Event { return events[:0] })
	h.reader = half{s}
	if w := get(h, "/calendar.ics"); w.Code != 200 || !bytes.Equal(w.Body.Bytes(), first.Body.Bytes()) {
		t.Errorf("%d with half a store", w.Code)
	}
}

type half struct{ *shelf }

func (half) Events(context.Context, store.Window) ([]event.Event, error) {
	return nil, errors.New("database disk image is malformed")
}

func TestMergedEventsLeadOn(t *testing.T) {
	h, _ := open(may2009())
	for from, to := range map[string]string{
		"/events/0000000800005000": "/events/0000000100005000", "/events/0000000800005000.ics": "/events/0000000100005000.ics",
		"/events/0000000800005000.json": "/events/0000000100005000.json", "/api/v1/events/0000000800005000": "/api/v1/events/0000000100005000",
	} {
		if w := get(h, from); w.Code != 301 || w.Header().Get("Location") != to {
			t.Errorf("%s: %d %s", from, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestOnlyGetAndHead(t *testing.T) {
	h, _ := open(may2009())
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "PATCH", "TRACE"} {
		if w := ask(h, method, "/calendar.ics"); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d %v", method, w.Code, w.Header())
		}
	}
	if w := ask(h, "PUT", "/nothing"); w.Code != 404 {
		t.Errorf("PUT /nothing: %d", w.Code)
	}
}

func TestReloadedCommunitiesShow(t *testing.T) {
	s := may2009()
	all := catalogue2009
	h := New(Options{Reader: s, Communities: func() []*source.Community { return all }, Now: func() time.Time { return monday }})
	if body := get(h, "/calendar.ics").Body.String(); !strings.Contains(body, "CATEGORIES:仮想化友の会") {
		t.Fatalf("no name of a community in\n%s", body)
	}
	all = []*source.Community{{ID: "v-tomo", Name: "友の会"}}
	if body := get(h, "/calendar.ics").Body.String(); !strings.Contains(body, "CATEGORIES:友の会") {
		t.Error("the name is as before the reload")
	}
}

func TestReadersWhoComeTogetherAreServedByOneReading(t *testing.T) {
	s := may2009()
	s.wait = make(chan struct{})
	h, _ := open(s)
	var group sync.WaitGroup
	codes := make([]int, 200)
	for i := range codes {
		group.Go(func() { codes[i] = get(h, "/calendar.ics").Code })
	}
	close(s.wait)
	group.Wait()
	for _, c := range codes {
		if c != 200 {
			t.Fatalf("answered %d", c)
		}
	}
	if n := s.reads.Load(); n > 3 {
		t.Errorf("%d readings of the store for 200 readers", n)
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := newCache(10, 100_000)
	for i := range 1000 {
		d := newDocument(publish.Seal(bytes.Repeat([]byte{byte(i)}, 1+i*37%5000), "x", time.Time{}), nil)
		c.put(entry{key: fmt.Sprint(i % 50), doc: &d})
		if i%3 == 0 {
			c.get(fmt.Sprint((i + 7) % 50))
		}
		total, listed := 0, 0
		for _, l := range []*lru{&c.once, &c.often} {
			for el := l.order.Front(); el != nil; el = el.Next() {
				total += el.Value.(*cached).size()
				listed++
			}
		}
		if len(c.entries) > 10 || c.bytes() > 100_000 || c.bytes() != total || listed != len(c.entries) {
			t.Fatalf("%d entries of %d octets, counted %d", len(c.entries), total, c.bytes())
		}
	}
	big := newDocument(publish.Seal(bytes.Repeat([]byte("ab"), 100_000), "x", time.Time{}), nil)
	c.put(entry{key: "big", doc: &big})
	if _, ok := c.get("big"); ok {
		t.Error("one document fills more than the cache")
	}
	if _, ok := c.get("49"); !ok {
		t.Error("what is too large pushed out what is not")
	}
}
