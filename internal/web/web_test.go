package web

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
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

// shelf is a store in memory that can be made to fail.
type shelf struct {
	store.Reader
	mu       sync.Mutex
	events   []event.Event
	changes  []event.Change
	revision int64
	broken   error
	reads    atomic.Int64
	// entered is told of each reading, which then waits for wait; nil for neither.
	entered, wait chan struct{}
}

func (s *shelf) Revision(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.revision, s.broken
}

func (s *shelf) Events(_ context.Context, w store.Window) ([]event.Event, error) {
	s.reads.Add(1)
	if s.entered != nil {
		s.entered <- struct{}{}
	}
	if s.wait != nil {
		<-s.wait
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return nil, s.broken
	}
	var found []event.Event
	for _, e := range s.events {
		if (w.Hidden || publish.Published(e)) && (w.Community == "" || w.Community == e.Community) && e.Over(w.AssumedLength).After(w.From) && (w.Until.IsZero() || e.Start.Begin(event.Tokyo).Before(w.Until)) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, publish.Compare)
	return found, nil
}

func (s *shelf) Event(_ context.Context, id string) (event.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return event.Event{}, s.broken
	}
	var found []event.Event
	for _, e := range s.events {
		if strings.HasPrefix(strings.ReplaceAll(e.UID, "-", ""), strings.ReplaceAll(id, "-", "")) {
			found = append(found, e)
		}
	}
	switch len(found) {
	case 0:
		return event.Event{}, store.ErrNotFound
	case 1:
		return found[0], nil
	}
	return event.Event{}, store.ErrAmbiguous
}

func (s *shelf) Claims(context.Context, string) ([]event.Claim, error) { return nil, nil }

func (s *shelf) Changes(_ context.Context, uid string, _ int64, _ int) ([]event.Change, error) {
	var found []event.Change
	for _, c := range s.changes {
		if c.UID == uid {
			found = append(found, c)
		}
	}
	return found, nil
}

func (s *shelf) Polls(_ context.Context, source string, _ int) ([]store.Poll, error) {
	return []store.Poll{{Source: source, State: "applied"}}, nil
}

func (s *shelf) Sources(context.Context) ([]store.SourceState, error) {
	return []store.SourceState{{ID: "v-tomo", LastPoll: monday}}, s.broken
}

// change does something to the events, and the revision grows.
func (s *shelf) change(f func(events []event.Event) []event.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = f(slices.Clone(s.events))
	s.revision++
}

func (s *shelf) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
}

func told(s string) event.Moment {
	m, err := event.ParseMoment(s, event.Tokyo)
	if err != nil {
		panic(err)
	}
	return m
}

func made(n int, community, title, start, end string) event.Event {
	e := event.Event{UID: fmt.Sprintf("%08x-0000-5000-8000-000000000000", n), Community: community, Sources: []string{community}}
	e.Title, e.Start, e.End, e.Zone = title, told(start), told(end), "Asia/Tokyo"
	e.Status, e.Type = event.Confirmed, event.TypeEvent
	e.Created, e.Updated = monday.Add(-72*time.Hour).UTC(), monday.Add(-48*time.Hour).UTC()
	return e
}

// may2009 is the week in which the owner's notes begin.
func may2009() *shelf {
	events := []event.Event{
		made(1, "bpstudy", "BPStudy#21", "2009-05-22", ""),
		made(2, "v-tomo", "仮想化友の会 第9回", "2009-05-28T19:00:00+09:00", "2009-05-28T20:40:00+09:00"),
		made(3, "interop", "Interop Tokyo 2009 カンファレンス", "2009-06-08", "2009-06-12"),
		made(4, "interop", "Interop Tokyo 2009 展示会", "2009-06-10", "2009-06-12"),
		made(5, "v-tomo", "前の会", "2009-04-23T19:00:00+09:00", "2009-04-23T21:00:00+09:00"),
		made(6, "bpstudy", "やめた会", "2009-05-30", ""),
		made(7, "bpstudy", "下げた会", "2009-05-31", ""),
		made(8, "bpstudy", "まとめた会", "2009-05-22", ""),
	}
	events[1].Location, events[1].Area, events[1].URL, events[1].Description = "東京都千代田区", "東京都", "https://example.jp/9", "KVMの話"
	events[1].Sequence = 1
	events[2].Location, events[3].Location = "幕張メッセ", "幕張メッセ"
	events[5].Status, events[5].CancelledAt = event.Cancelled, monday.Add(-time.Hour)
	events[6].Withdrawn = true
	events[7].MergedInto = events[0].UID
	return &shelf{events: events, changes: []event.Change{
		{UID: events[1].UID, Kind: event.ChangeAdded, At: monday.Add(-72 * time.Hour), Source: "v-tomo"},
		{UID: events[1].UID, Kind: event.ChangeMoved, At: monday.Add(-48 * time.Hour), Field: "start", Old: "2009-05-27T19:00:00+09:00", New: "2009-05-28T19:00:00+09:00", Source: "v-tomo"},
	}}
}

var catalogue2009 = []*source.Community{
	{ID: "bpstudy", Name: "BPStudy", URL: "https://bpstudy.example/", Sources: []*source.Source{{ID: "bpstudy", Community: "bpstudy", Kind: source.Feed}}},
	{ID: "v-tomo", Name: "仮想化友の会", Sources: []*source.Source{{ID: "v-tomo", Community: "v-tomo", Kind: source.HTML}}},
	{ID: "interop", Name: "Interop Tokyo", Sources: []*source.Source{{ID: "interop", Community: "interop", Kind: source.HTML}}},
}

// open gives a site over a shelf, with a clock that can be set.
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

// titles gives the summaries of a calendar, in its order.
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
	if got, want := titles(t, w.Body.String()), "前の会 | BPStudy#21 | 仮想化友の会 第9回 | やめた会 | Interop Tokyo 2009 カンファレンス | Interop Tokyo 2009 展示会"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	for target, want := range map[string]string{
		"/calendar.ics?q=kvm": "仮想化友の会 第9回",
		"/calendar.ics?q=community%3Ainterop+before%3A2009-06-09": "Interop Tokyo 2009 カンファレンス",
		"/calendar.ics?q=status%3Acancelled&cancelled=mark":       "【中止】やめた会",
		"/calendar.ics?q=status%3Acancelled&cancelled=hide":       "",
		"/calendar.ics?q=qemu":                                    "",
		"/communities/bpstudy.ics":                                "BPStudy#21 | やめた会",
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
	for _, target := range []string{"/", "/calendar.ics", "/events/0000000200005000", "/events/0000000200005000.json", "/api/v1/events", "/bot", "/robots.txt", "/style.css", "/healthz", "/readyz", "/nothing"} {
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

func TestConditionalRequests(t *testing.T) {
	h, _ := open(may2009())
	first := get(h, "/calendar.ics")
	tag, modified := first.Header().Get("Etag"), first.Header().Get("Last-Modified")
	var list []string
	for i := range 100 {
		list = append(list, fmt.Sprintf(`"other-%d"`, i))
	}
	for name, c := range map[string]struct {
		headers []string
		want    int
	}{
		"the same tag":                 {[]string{"If-None-Match", tag}, 304},
		"the same, weak":               {[]string{"If-None-Match", "W/" + tag}, 304},
		"the tag of the other coding":  {[]string{"If-None-Match", tag[:len(tag)-1] + `-gz"`}, 304},
		"any":                          {[]string{"If-None-Match", "*"}, 304},
		"one of a hundred":             {[]string{"If-None-Match", strings.Join(list, ", ") + ",  " + tag}, 304},
		"none of a hundred":            {[]string{"If-None-Match", strings.Join(list, ", ")}, 200},
		"on a second line":             {[]string{"If-None-Match", `"x"`, "If-None-Match", tag}, 304},
		"a tag with a comma before it": {[]string{"If-None-Match", `"a,b", ` + tag}, 304},
		"unquoted":                     {[]string{"If-None-Match", strings.Trim(tag, `"`)}, 200},
		"garbage":                      {[]string{"If-None-Match", `"""W/,,` + "\x7f"}, 200},
		"open quote":                   {[]string{"If-None-Match", `"abc`}, 200},
		"another tag wins over a date": {[]string{"If-None-Match", `"x"`, "If-Modified-Since", modified}, 200},
		"the same date":                {[]string{"If-Modified-Since", modified}, 304},
		"a later date":                 {[]string{"If-Modified-Since", "Sat, 01 Jan 2028 00:00:00 GMT"}, 304},
		"an earlier date":              {[]string{"If-Modified-Since", "Thu, 01 Jan 2009 00:00:00 GMT"}, 200},
		"no date":                      {[]string{"If-Modified-Since", "yesterday"}, 200},
		"ranges":                       {[]string{"Range", "bytes=0-,0-,0-10"}, 200},
	} {
		w := get(h, "/calendar.ics", c.headers...)
		if w.Code != c.want || w.Header().Get("Etag") == "" || w.Header().Get("Last-Modified") != modified {
			t.Errorf("%s: %d %v, want %d", name, w.Code, w.Header(), c.want)
		}
		if w.Code == 304 && (w.Body.Len() > 0 || w.Header().Get("Content-Length") != "" || w.Header().Get("Content-Type") != "") {
			t.Errorf("%s: a 304 with %d octets, %v", name, w.Body.Len(), w.Header())
		}
		if w.Code == 200 && !bytes.Equal(w.Body.Bytes(), first.Body.Bytes()) {
			t.Errorf("%s: not the whole calendar", name)
		}
	}
}

func TestCompressesOnlyWhenAsked(t *testing.T) {
	h, _ := open(may2009())
	plain := get(h, "/calendar.ics")
	for accept, zipped := range map[string]bool{
		"gzip": true, "x-gzip": true, "deflate, gzip;q=0.5, br": true, "*": true, "gzip;q=1.0": true, "GZIP": true, "br;q=1, *;q=0.1": true,
		"": false, "gzip;q=0": false, "gzip; q=0.000": false, "br": false, "*;q=0": false, "identity": false, "*;q=0, gzip;q=0": false, "gzip;q=0, *": false, "gzip;x": false, "gzip;q=NaN": false,
	} {
		w := get(h, "/calendar.ics", "Accept-Encoding", accept)
		if (w.Header().Get("Content-Encoding") == "gzip") != zipped {
			t.Errorf("%q: %v", accept, w.Header())
			continue
		}
		if w.Header().Get("Content-Length") != fmt.Sprint(w.Body.Len()) || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: %v with %d octets", accept, w.Header(), w.Body.Len())
		}
		body := w.Body.Bytes()
		if zipped {
			r, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
			if w.Header().Get("Etag") == plain.Header().Get("Etag") {
				t.Error("both codings have one strong tag")
			}
		}
		if !bytes.Equal(body, plain.Body.Bytes()) {
			t.Errorf("%q: other bytes", accept)
		}
	}
}

// TestRefusesWhatItDoesNotKnow: B66, B70.
func TestRefusesWhatItDoesNotKnow(t *testing.T) {
	h, _ := open(may2009())
	many := strings.Repeat("a=1&", 500)
	for target, want := range map[string]string{
		"/calendar.ics?quary=kvm":                    `parameter "quary": is not known here; would be right: q, cancelled, tz`,
		"/calendar.ics?q=a&q=b":                      `parameter "q": is given twice`,
		"/calendar.ics?q=%00":                        `parameter "q": query, column 1: a control character`,
		"/calendar.ics?q=foo%3Abar":                  `parameter "q": query, column 1: unknown field foo:`,
		"/calendar.ics?q=%22open":                    `this quote is not closed`,
		"/calendar.ics?q=%zz":                        `parameter "q": is not encoded`,
		"/calendar.ics?cancelled=maybe":              `parameter "cancelled": would be right: keep, mark or hide`,
		"/calendar.ics?tz=Mars":                      `parameter "tz": would be right`,
		"/calendar.ics?from=9999-99-99":              `parameter "from": is not known here`,
		"/calendar.ics?" + many:                      `parameter "a": is not known here`,
		"/api/v1/events?from=9999-99-99":             `parameter "from": "9999-99-99" is no day`,
		"/api/v1/events?from=+7d&to=today":           `parameter "to": is before from`,
		"/api/v1/events?limit=1e9":                   `parameter "limit": would be right: a number from 1 to 1000`,
		"/api/v1/events?limit=-1":                    `parameter "limit"`,
		"/api/v1/events?limit=1001":                  `parameter "limit"`,
		"/api/v1/events?cursor=x":                    `parameter "cursor"`,
		"/api/v1/events?limt=5":                      `parameter "limt"`,
		"/api/v1/events/0000000200005000?x":          `parameter "x": is not known here; this address takes none`,
		"/api/v1/sources?q=":                         `parameter "q"`,
		"/?lang=xx":                                  `parameter "lang"`,
		"/robots.txt?x=1":                            `parameter "x"`,
		"/api/v1/events?q=near%3A%E6%9D%B1%E4%BA%AC": `near: is reserved`,
	} {
		w := get(h, target)
		var p problem
		if w.Code != 400 || w.Header().Get("Content-Type") != "application/problem+json" || json.Unmarshal(w.Body.Bytes(), &p) != nil || !strings.Contains(p.Detail, want) {
			t.Errorf("%s: %d %s, want %s", target[:min(60, len(target))], w.Code, w.Body, want)
		}
	}
	if w := get(h, "/calendar.ics?q="+strings.Repeat("a", 9000)); w.Code != 414 {
		t.Errorf("a long query: %d", w.Code)
	}
	if w := get(h, "/calendar.ics?q=%3Cscript%3E%3A%22", "Accept", "text/html"); w.Code != 400 || strings.Contains(w.Body.String(), "<script>") || !strings.Contains(w.Body.String(), "column") {
		t.Errorf("as a page: %d %s", w.Code, w.Body)
	}
	// What databases take for syntax is text here.
	for _, q := range []string{"%25_%27%3B--", "NEAR%28a+b%29", "%2A", "%27+OR+%27"} {
		if w := get(h, "/calendar.ics?q="+q); w.Code != 200 && w.Code != 400 {
			t.Errorf("%s: %d", q, w.Code)
		}
	}
}

// TestNoPathLeadsAnywhereElse: B69, B73.
func TestNoPathLeadsAnywhereElse(t *testing.T) {
	h, _ := open(may2009())
	server := httptest.NewServer(h)
	defer server.Close()
	for _, path := range []string{
		"/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//evil.test", "//evil.test/calendar.ics", "/calendar.ics/", "/calendar.ics%00", "/events/", "/events/..", "/events/%00", "/events/../robots.txt",
		"/events/a/b", "/style.css/..", "/communities/", "/communities/none.ics", "/communities/..%2fbpstudy.ics", "/./robots.txt", "/events/zz", "/events/" + strings.Repeat("a", 100), "/api/v1/", "/api/v1/events/",
		"/events/%E3%81%82%E3%81%82%E3%81%82%E3%81%82",
	} {
		w := raw(t, server.Listener.Addr().String(), "GET "+path+" HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n")
		if w.StatusCode != 404 && w.StatusCode != 400 || w.Header.Get("Location") != "" {
			t.Errorf("%s: %d %s", path, w.StatusCode, w.Header.Get("Location"))
		}
	}
	if w := get(h, "/events/00000002"); w.Code != 302 || w.Header().Get("Location") != "/events/0000000200005000" {
		t.Errorf("a part of an id: %d %s", w.Code, w.Header().Get("Location"))
	}
	if w := get(h, "/events/0000"); w.Code != 404 {
		t.Errorf("an id that many begin with: %d", w.Code)
	}
	body := get(h, "http://evil.test/calendar.ics", "Host", "evil.test", "X-Forwarded-Host", "evil.test", "X-Forwarded-Proto", "ftp").Body.String()
	page := get(h, "/", "Host", "evil.test", "X-Forwarded-Host", "evil.test").Body.String()
	if strings.Contains(body, "evil") || !strings.Contains(body, "https://koyomi.example/events/") || strings.Contains(page, "evil") || !strings.Contains(page, "https://koyomi.example/calendar.ics") {
		t.Error("links follow the request's host")
	}
}

// raw sends octets as they are and reads one answer.
func raw(t *testing.T, address, request string) *http.Response {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("%.80q: %v", request, err)
	}
	r.Body.Close()
	return r
}

// TestOversizedRequests: B69, B70 on the wire.
func TestOversizedRequests(t *testing.T) {
	h, _ := open(may2009())
	server := httptest.NewUnstartedServer(h)
	server.Config = NewServer(h)
	server.Start()
	defer server.Close()
	for request, want := range map[string]int{
		"GET /" + strings.Repeat("a", 64<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n":          431,
		"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + strings.Repeat("b", 64<<10) + "\r\n\r\n": 431,
		"GET / HTTP/1.1\r\n\r\n":                400,
		"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n": 400,
		"POST /calendar.ics HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n": 405,
		"GET http://evil.test/robots.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n":                           200,
	} {
		if w := raw(t, server.Listener.Addr().String(), request); w.StatusCode != want {
			t.Errorf("%.60q: %d, want %d", request, w.StatusCode, want)
		}
	}
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

func TestListsEventsByAPI(t *testing.T) {
	h, clock := open(may2009())
	list := func(target string) (ids []string, next string) {
		t.Helper()
		w := get(h, target)
		events, next, err := publish.DecodePage(bytes.NewReader(w.Body.Bytes()))
		if w.Code != 200 || err != nil {
			t.Fatalf("%s: %d %v %s", target, w.Code, err, w.Body)
		}
		for _, e := range events {
			ids = append(ids, strings.TrimLeft(e.UID[:8], "0"))
		}
		return ids, next
	}
	for target, want := range map[string]string{
		"/api/v1/events":                                  "[1 2 6 3 4]",
		"/api/v1/events?q=kvm":                            "[2]",
		"/api/v1/events?from=2009-04-01":                  "[5 1 2 6 3 4]",
		"/api/v1/events?from=2009-04-01&to=today":         "[5]",
		"/api/v1/events?to=2009-05-28":                    "[1 2]",
		"/api/v1/events?from=2009-06-12":                  "[3 4]",
		"/api/v1/events?from=2009-06-13":                  "[]",
		"/api/v1/events?from=1999-01-01&to=2009-04-30":    "[5]",
		"/api/v1/events?q=community%3Abpstudy&from=2000":  "[1 6]",
		"/api/v1/events?q=-status%3Acancelled&to=2009-06": "[1 2 3 4]",
	} {
		if ids, _ := list(target); fmt.Sprint(ids) != want {
			t.Errorf("%s: %v, want %s", target, ids, want)
		}
	}
	var all []string
	for cursor, n := "", 0; n == 0 || cursor != ""; n++ {
		ids, next := list("/api/v1/events?limit=2&cursor=" + cursor)
		if len(ids) > 2 || n > 5 {
			t.Fatalf("pages do not end: %v", all)
		}
		all, cursor = append(all, ids...), next
	}
	if fmt.Sprint(all) != "[1 2 6 3 4]" {
		t.Errorf("in pages: %v", all)
	}
	clock.Store(monday.AddDate(0, 0, 4).Add(16 * time.Hour).Unix()) // Saturday, 01:00
	if ids, _ := list("/api/v1/events"); fmt.Sprint(ids) != "[2 6 3 4]" {
		t.Errorf("what is over is still upcoming: %v", ids)
	}
}

func TestShapeOfAnEvent(t *testing.T) {
	h, _ := open(may2009())
	for _, target := range []string{"/api/v1/events/0000000200005000", "/events/0000000200005000.json"} {
		w := get(h, target)
		want := `{"id":"0000000200005000","uid":"00000002-0000-5000-8000-000000000000","title":"仮想化友の会 第9回","start":"2009-05-28T19:00:00+09:00","end":"2009-05-28T20:40:00+09:00","all_day":false,"tz":"Asia/Tokyo","status":"confirmed","type":"event","community":"v-tomo","sources":["v-tomo"],"url":"https://example.jp/9","location":"東京都千代田区","online_url":"","area":"東京都","tags":[],"sequence":1,"updated":"2009-05-16T00:00:00Z"}` + "\n"
		if w.Body.String() != want || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s: %v\n got %s\nwant %s", target, w.Header(), w.Body, want)
		}
	}
	if body := get(h, "/api/v1/events/0000000300005000").Body.String(); !strings.Contains(body, `"start":"2009-06-08","end":"2009-06-12","all_day":true`) {
		t.Errorf("several days: %s", body)
	}
	if body := get(h, "/api/v1/events/0000000100005000").Body.String(); !strings.Contains(body, `"start":"2009-05-22","end":null,"all_day":true`) {
		t.Errorf("one day: %s", body)
	}
	if body := get(h, "/api/v1/sources").Body.String(); !strings.HasPrefix(body, `{"sources":[{"id":"bpstudy","community":"bpstudy","kind":"feed"`) || !strings.Contains(body, `"last_poll":"2009-05-18T00:00:00Z"`) {
		t.Errorf("sources: %s", body)
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
		total := 0
		for el := c.order.Front(); el != nil; el = el.Next() {
			total += el.Value.(*entry).size()
		}
		if len(c.entries) > 10 || c.bytes > 100_000 || c.bytes != total || c.order.Len() != len(c.entries) {
			t.Fatalf("%d entries of %d octets, counted %d", len(c.entries), total, c.bytes)
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
