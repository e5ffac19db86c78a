package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

// watch asks for the figures from an address.
func watch(h http.Handler, from string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.RemoteAddr = from
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestMetricsAreNotPublic: they are told to machines nearby alone (F63).
func TestMetricsAreNotPublic(t *testing.T) {
	h, _ := open(may2009())
	for _, c := range []struct {
		from    string
		headers []string
		want    int
	}{
		{"127.0.0.1:1", nil, 200},
		{"[::1]:1", nil, 200},
		{"10.0.0.7:1", nil, 200},
		{"[fd00::7]:1", nil, 200},
		{"[::ffff:192.168.0.7]:1", nil, 200},
		{"203.0.113.9:1", nil, 404},
		{"[2001:db8::9]:1", nil, 404},
		{"127.0.0.1:1", []string{"X-Forwarded-For", "203.0.113.9"}, 404},
		{"127.0.0.1:1", []string{"Forwarded", "for=203.0.113.9"}, 404},
		{"127.0.0.1:1", []string{"X-Forwarded-For", "127.0.0.1"}, 404},
		{"127.0.0.1:1", []string{"X-Forwarded-Proto", "https"}, 404},
		{"127.0.0.1:1", []string{"X-Forwarded-Host", "koyomi.example"}, 404},
		{"127.0.0.1:1", []string{"X-Real-Ip", "203.0.113.9"}, 404},
		{"127.0.0.1:1", []string{"Via", "1.1 proxy"}, 404},
		{"127.0.0.1:1", []string{"True-Client-IP", "203.0.113.9"}, 404},
		{"127.0.0.1:1", []string{"Cf-Connecting-Ip", "203.0.113.9"}, 404},
		{"127.0.0.1:1", []string{"X-Scrape", "1", "User-Agent", "Prometheus/3"}, 200},
		{"somewhere", nil, 404},
	} {
		if w := watch(h, c.from, c.headers...); w.Code != c.want || w.Code == 404 && strings.Contains(w.Body.String(), "koyomi_") {
			t.Errorf("%s %v: %d, want %d", c.from, c.headers, w.Code, c.want)
		}
	}
}

// TestMetricsAreClosedToProxies: a proxy that says nothing of whom it speaks for is known
// by the host it asks, by its protocol, or by its address where that is trusted.
func TestMetricsAreClosedToProxies(t *testing.T) {
	o := openSender(t, func(m *Mailing) { m.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	for name, c := range map[string]struct {
		change func(r *http.Request)
		want   int
	}{
		"a scraper":              {func(*http.Request) {}, 200},
		"a trusted proxy":        {func(r *http.Request) { r.RemoteAddr = "10.1.2.3:1" }, 404},
		"the public name":        {func(r *http.Request) { r.Host = "Koyomi.Example:443" }, 404},
		"HTTP/1.0, as nginx has": {func(r *http.Request) { r.Proto, r.ProtoMinor = "HTTP/1.0", 0 }, 404},
	} {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.RemoteAddr, r.Host = "127.0.0.1:1", "127.0.0.1:8080"
		c.change(r)
		if w := o.answer(r); w.Code != c.want {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
	}
}

func TestMetrics(t *testing.T) {
	h, _ := open(may2009())
	etag := get(h, "/calendar.ics").Header().Get("Etag")
	size := get(h, "/calendar.ics").Body.Len()
	get(h, "/calendar.ics", "If-None-Match", etag)
	get(h, "/nothing")
	get(h, "/api/v1/events?limit=0")
	w := watch(h, "127.0.0.1:4711")
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	problems, err := promlint.New(strings.NewReader(w.Body.String())).Lint()
	if err != nil {
		t.Errorf("not in the format of Prometheus: %v", err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	for _, want := range []string{
		`koyomi_info{version="test"} 1`, `koyomi_source_last_visit_timestamp_seconds{source="v-tomo"} 1.2426048e+09`, `koyomi_source_failures{source="bpstudy"} 0`, `koyomi_source_items{source="interop"} 0`,
		`koyomi_sources{state="failed"} 0`, `koyomi_sources{state="applied"} 3`, "koyomi_held 2", `koyomi_events{status="confirmed"} 4`, `koyomi_events{status="cancelled"} 1`,
		`koyomi_http_requests_total{code="200",kind="feed"} 2`, `koyomi_http_requests_total{code="304",kind="feed"} 1`, `koyomi_http_requests_total{code="404",kind="page"} 1`, `koyomi_http_requests_total{code="400",kind="api"} 1`,
	} {
		if !strings.Contains(w.Body.String(), want+"\n") {
			t.Errorf("no %s in\n%s", want, w.Body)
		}
	}
	if got := h.tally.bytes[kindFeed].Load(); got != int64(2*size) {
		t.Errorf("%d octets of feeds, want %d", got, 2*size)
	}
	if strings.Contains(w.Body.String(), `last_good_timestamp_seconds{`) {
		t.Error("a source that was never believed has a last good visit")
	}
}
