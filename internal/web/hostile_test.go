package web

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestRefusesWhatItDoesNotKnow: B66, B70.
func TestRefusesWhatItDoesNotKnow(t *testing.T) {
	h, _ := open(may2009())
	many := strings.Repeat("a=1&", 500)
	for target, want := range map[string]string{
		"/calendar.ics?quary=kvm":                    `parameter "quary": is not known here (use q, cancelled, days, for, parts, tz)`,
		"/calendar.ics?q=a&q=b":                      `parameter "q": is given twice`,
		"/calendar.ics?q=%00":                        `parameter "q": query, column 1: a control character`,
		"/calendar.ics?q=foo%3Abar":                  `parameter "q": query, column 1: unknown field "foo:"`,
		"/calendar.ics?q=%22open":                    `this quote is not closed`,
		"/calendar.ics?q=%zz":                        `parameter "q": is not encoded`,
		"/calendar.ics?cancelled=maybe":              `parameter "cancelled": expected keep, mark or hide`,
		"/calendar.ics?days=0":                       `parameter "days": expected a number from 1 to 400`,
		"/calendar.ics?days=401":                     `parameter "days": expected a number from 1 to 400`,
		"/?days=x":                                   `parameter "days": expected a number from 1 to 400`,
		"/calendar.ics?tz=Mars":                      `parameter "tz": is not known (use`,
		"/calendar.ics?from=9999-99-99":              `parameter "from": is not known here`,
		"/calendar.ics?" + many:                      `parameter "a": is not known here`,
		"/api/v1/events?from=9999-99-99":             `parameter "from": "9999-99-99" is no day`,
		"/api/v1/events?from=+7d&to=today":           `parameter "to": is before from`,
		"/api/v1/events?limit=1e9":                   `parameter "limit": expected a number from 1 to 1000`,
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
	if w := get(h, "/calendar.ics?q=%3Cscript%3E%3A%22", "Accept", "text/html"); w.Code != 400 || strings.Contains(w.Body.String(), "<script>") || !strings.Contains(w.Body.String(), "文字目") {
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
		"/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//evil.test", "//evil.test/calendar.ics", "/calendar.ics%00", "/events/", "/events/..", "/events/%00", "/events/../robots.txt",
		"/events/a/b", "/style.css/..", "/communities/none.ics", "/communities/..%2fbpstudy.ics", "/./robots.txt", "/events/zz", "/events/" + strings.Repeat("a", 100), "/api/v1/", "/api/v1/events/",
		"/events/%E3%81%82%E3%81%82%E3%81%82%E3%81%82",
	} {
		w := raw(t, server.Listener.Addr().String(), "GET "+path+" HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n")
		if w.StatusCode != http.StatusNotFound && w.StatusCode != http.StatusBadRequest || w.Header.Get("Location") != "" {
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
	if strings.Contains(body, "evil") || !strings.Contains(body, "https://koyomi.example/events/") || strings.Contains(page, "evil") || !strings.Contains(page, `"https://koyomi.example/"`) {
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

// TestOversizedRequests: B69, B70, B78 on the wire.
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
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef":                         400,
		"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n":                                           501,
		"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n":                                           400,
		"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nabcde":                                               400,
		"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n":                                                               400,
		"GET http://evil.test/robots.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n":                           200,
	} {
		if w := raw(t, server.Listener.Addr().String(), request); w.StatusCode != want {
			t.Errorf("%.60q: %d, want %d", request, w.StatusCode, want)
		}
	}
}
