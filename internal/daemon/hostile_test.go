package daemon_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// unsaid marks an answer that asks for rest without saying for how long.
const unsaid = -1 * time.Second

// An answer is one row of the hostile host: a status, its headers at a moment, and for
// how long no request may come after it.
type answer struct {
	name   string
	status int
	header func(now time.Time) http.Header
	// rest is what the answer asks for, as RFC 9110 reads it, at most a day; unsaid
	// where it says 429 and no time.
	rest time.Duration
	// gone is set where the address may never be asked again.
	gone bool
	body string
}

// after is a Retry-After header.
func after(value string) func(time.Time) http.Header {
	return func(time.Time) http.Header { return http.Header{"Retry-After": {value}} }
}

// afterDate is a Retry-After with a date, in one of the three forms of RFC 9110.
func afterDate(d time.Duration, layout string) func(time.Time) http.Header {
	return func(now time.Time) http.Header {
		return http.Header{"Retry-After": {now.Add(d).UTC().Format(layout)}}
	}
}

// location is a redirect.
func location(to string) func(time.Time) http.Header {
	return func(time.Time) http.Header { return http.Header{"Location": {to}} }
}

const hour = time.Hour

// answers are every status, header form and rest that a host can meet a visitor with.
var answers = []answer{
	{name: "429 seconds", status: 429, header: after("120"), rest: 2 * time.Minute},
	{name: "429 hours", status: 429, header: after("14400"), rest: 4 * hour},
	{name: "429 ten hours", status: 429, header: after("36000"), rest: 10 * hour},
	{name: "429 twenty hours", status: 429, header: after("72000"), rest: 20 * hour},
	{name: "429 with blanks", status: 429, header: after("  7200  "), rest: 2 * hour},
	{name: "429 huge", status: 429, header: after("99999999999999999999"), rest: 24 * hour},
	{name: "429 two days", status: 429, header: after("172800"), rest: 24 * hour},
	{name: "429 date", status: 429, header: afterDate(6*hour, http.TimeFormat), rest: 6 * hour},
	{name: "429 date of RFC 850", status: 429, header: afterDate(5*hour, "Monday, 02-Jan-06 15:04:05 GMT"), rest: 5 * hour},
	{name: "429 date of asctime", status: 429, header: afterDate(13*hour, time.ANSIC), rest: 13 * hour},
	{name: "429 far date", status: 429, header: after("Fri, 31 Dec 9999 23:59:59 GMT"), rest: 24 * hour},
	{name: "429 past date", status: 429, header: afterDate(-hour, http.TimeFormat)},
	{name: "429 zero", status: 429, header: after("0")},
	{name: "429 negative", status: 429, header: after("-5"), rest: unsaid},
	{name: "429 fraction", status: 429, header: after("1.5"), rest: unsaid},
	{name: "429 words", status: 429, header: after("soon"), rest: unsaid},
	{name: "429 empty", status: 429, header: after(""), rest: unsaid},
	{name: "429 bare", status: 429, rest: unsaid},
	{name: "503 seconds", status: 503, header: after("900"), rest: 15 * time.Minute},
	{name: "503 ten hours", status: 503, header: after("36000"), rest: 10 * hour},
	{name: "503 date", status: 503, header: afterDate(11*hour, http.TimeFormat), rest: 11 * hour},
	{name: "503 bare", status: 503},
	{name: "500", status: 500, header: after("3600")},
	{name: "502", status: 502},
	{name: "504", status: 504},
	{name: "401", status: 401},
	{name: "403", status: 403, body: "<html>no"},
	{name: "404", status: 404},
	{name: "418", status: 418},
	{name: "451", status: 451},
	{name: "204", status: 204},
	{name: "304 cold", status: 304, header: func(time.Time) http.Header { return http.Header{"Etag": {`"new"`}} }},
	{name: "301", status: 301, header: location("/elsewhere")},
	{name: "302", status: 302, header: location("/elsewhere")},
	{name: "303", status: 303, header: location("/elsewhere")},
	{name: "307", status: 307, header: location("/elsewhere")},
	{name: "308", status: 308, header: location("/elsewhere")},
	{name: "redirect in a circle", status: 302, header: location("/a.ics")},
	{name: "redirect to nowhere", status: 302},
	{name: "cut off", status: 200, body: "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"},
	{name: "empty", status: 200},
}

// gone is the answer that ends the asking.
var goneForGood = answer{name: "410", status: 410, gone: true}

// robotsAnswers are what a host says to /robots.txt.
var robotsAnswers = []answer{
	{name: "robots.txt that is slow", status: 200, body: "User-agent: *\nCrawl-delay: 40\nDisallow: /private\n"},
	{name: "no robots.txt", status: 404},
	{name: "robots.txt forbidden", status: 403},
	{name: "robots.txt limited", status: 429, header: after("30000"), rest: 30000 * time.Second},
	{name: "robots.txt unavailable", status: 503, header: after("4000"), rest: 4000 * time.Second},
	{name: "robots.txt broken", status: 500},
	{name: "robots.txt gone", status: 410},
	{name: "robots.txt elsewhere", status: 301, header: location("/other-robots.txt")},
}

const goodCalendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//\r\n" +
	"BEGIN:VEVENT\r\nUID:1@x.example\r\nDTSTAMP:20000101T000000Z\r\nDTSTART:20000210T100000Z\r\nSUMMARY:勉強会\r\nEND:VEVENT\r\n" +
	"END:VCALENDAR\r\n"

const goodPage = `<html><script type="application/ld+json">{"@context":"https://schema.org","@type":"Event","name":"勉強会","startDate":"2000-02-11T19:00:00+09:00"}</script></html>`

// A hostile host answers with its rows, one after the other with good answers between,
// and holds every request against what it has asked for.
type hostile struct {
	t     *testing.T
	clock *atomic.Int64
	base  string
	rows  []answer

	mu       sync.Mutex
	n        int
	robots   int
	busy     bool
	last     time.Time
	rest     time.Time
	freshTo  time.Time
	delay    time.Duration
	gone     map[string]bool
	given    map[string]int
	requests int
	// broken counts requests inside a rest, too soon after another, beside another, for
	// a robots.txt that is fresh, or to what is gone.
	inRest, tooSoon, beside, staleless, toGone int
}

func newHostile(t *testing.T, clock *atomic.Int64, rows []answer) *hostile {
	h := &hostile{t: t, clock: clock, rows: rows, gone: map[string]bool{}, given: map[string]int{}}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	h.base = server.URL
	return h
}

func (h *hostile) host() string { return strings.TrimPrefix(h.base, "http://") }

func (h *hostile) now() time.Time { return time.Unix(0, h.clock.Load()) }

func (h *hostile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, now := h.next(r.URL.Path)
	if a.header != nil {
		for k, v := range a.header(now) {
			w.Header()[k] = v
		}
	}
	w.WriteHeader(a.status)
	if a.status != http.StatusNotModified && a.status != http.StatusNoContent {
		io.WriteString(w, a.body)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.busy, h.last = false, h.now()
}

// next notes a request and chooses its answer.
func (h *hostile) next(path string) (answer, time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	h.hold(path, now)
	h.requests++
	h.busy = true
	a := h.choose(path)
	h.given[a.name]++
	switch {
	case a.rest == unsaid:
		h.rest = now.Add(15 * time.Minute)
	case a.rest > 0:
		// To the second, as the header can say it.
		h.rest = now.Add(a.rest).Truncate(time.Second)
	}
	if a.gone {
		h.gone[path] = true
	}
	return a, now
}

// hold holds a request against what was asked for.
func (h *hostile) hold(path string, now time.Time) {
	if now.Before(h.rest) {
		h.inRest++
		h.t.Errorf("%s%s was asked %s before its rest ended", h.host(), path, h.rest.Sub(now))
	}
	if gap := max(2*time.Second, h.delay); !h.last.IsZero() && now.Sub(h.last) < gap {
		h.tooSoon++
		h.t.Errorf("%s%s was asked %s after the request before, want %s", h.host(), path, now.Sub(h.last), gap)
	}
	if h.busy {
		h.beside++
		h.t.Errorf("%s%s was asked beside another request", h.host(), path)
	}
	if path == "/robots.txt" && now.Before(h.freshTo) {
		h.staleless++
		h.t.Errorf("%s/robots.txt was asked %s before it was out of date", h.host(), h.freshTo.Sub(now))
	}
	if h.gone[path] {
		h.toGone++
		h.t.Errorf("%s%s was asked after 410", h.host(), path)
	}
}

func (h *hostile) choose(path string) answer {
	switch path {
	case "/robots.txt":
		a := robotsAnswers[h.robots%len(robotsAnswers)]
		h.robots++
		if a.status == 200 {
			h.delay = 40 * time.Second
		}
		if a.status < 429 && a.status != 301 {
			h.freshTo = h.now().Add(24*time.Hour - time.Second)
		}
		if a.status < 429 && a.status != 200 {
			h.delay = 0
		}
		return a
	case "/other-robots.txt":
		h.freshTo = h.now().Add(24*time.Hour - time.Second)
		return answer{name: "other robots.txt", status: 200, body: "User-agent: *\nDisallow: /private\n"}
	case "/elsewhere":
		return answer{name: "elsewhere", status: 200, body: goodCalendar}
	}
	h.n++
	if len(h.rows) > 0 && h.n%3 != 0 {
		return h.rows[(h.n-h.n/3)%len(h.rows)]
	}
	if strings.HasSuffix(path, ".html") {
		return answer{name: "good", status: 200, body: goodPage}
	}
	return answer{name: "good", status: 200, body: goodCalendar}
}

func (h *hostile) String() string {
	return fmt.Sprintf("%d requests: %d inside a rest, %d too soon, %d beside another, %d for a fresh robots.txt, %d to what is gone",
		h.requests, h.inRest, h.tooSoon, h.beside, h.staleless, h.toGone)
}
