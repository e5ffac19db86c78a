package web

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"koyomi/internal/publish"
)

func TestListsEventsByAPI(t *testing.T) {
	h, clock := open(may2009())
	list := func(target string) (ids []string, next string) {
		t.Helper()
		w := get(h, target)
		page, err := publish.DecodePage(bytes.NewReader(w.Body.Bytes()))
		if w.Code != 200 || err != nil {
			t.Fatalf("%s: %d %v %s", target, w.Code, err, w.Body)
		}
		for _, e := range page.Events {
			ids = append(ids, strings.TrimLeft(e.UID[:8], "0"))
		}
		return ids, page.Next
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
	if body := get(h, "/api/v1/events/0000000100005000").Body.String(); !strings.Contains(body, `"start":"2009-05-22","end":null,"all_day":true`) || !strings.Contains(body, `"time_announced":false`) {
		t.Errorf("one day: %s", body)
	}
	if body := get(h, "/api/v1/sources").Body.String(); !strings.HasPrefix(body, `{"sources":[{"id":"bpstudy","community":"bpstudy","kind":"feed"`) || !strings.Contains(body, `"last_poll":"2009-05-18T00:00:00Z"`) {
		t.Errorf("sources: %s", body)
	}
}
