package web

import (
	"regexp"
	"strings"
	"testing"
)

func TestMetrics(t *testing.T) {
	h, _ := open(may2009())
	etag := get(h, "/calendar.ics").Header().Get("Etag")
	size := get(h, "/calendar.ics").Body.Len()
	get(h, "/calendar.ics", "If-None-Match", etag)
	get(h, "/nothing")
	get(h, "/api/v1/events?limit=0")
	w := get(h, "/metrics")
	if w.Code != 200 || w.Header().Get("Content-Type") != metricsType {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	line := regexp.MustCompile(`^(# (HELP [a-z_]+ .+\.|TYPE [a-z_]+ (gauge|counter))|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9]+)$`)
	for l := range strings.Lines(w.Body.String()) {
		if !line.MatchString(strings.TrimSuffix(l, "\n")) {
			t.Errorf("no line of Prometheus' text format: %q", l)
		}
	}
	for _, want := range []string{
		`koyomi_info{version="test"} 1`, `koyomi_source_last_visit_timestamp_seconds{source="v-tomo"} 1242604800`, `koyomi_source_failures{source="bpstudy"} 0`, `koyomi_source_items{source="interop"} 0`,
		"koyomi_held 2", `koyomi_events{status="confirmed"} 4`, `koyomi_events{status="cancelled"} 1`,
		`koyomi_http_requests_total{kind="feed",code="200"} 2`, `koyomi_http_requests_total{kind="feed",code="304"} 1`, `koyomi_http_requests_total{kind="page",code="404"} 1`, `koyomi_http_requests_total{kind="api",code="400"} 1`,
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
