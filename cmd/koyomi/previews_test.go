package main

import (
	"encoding/json"
	"net/http"
	"testing"

	"koyomi/internal/web/webtest"
)

// TestEveryEventIsSentOn: the page of each event that a replay of three springs knows is one that services show
// a preview of, and that search engines take for an event.
func TestEveryEventIsSentOn(t *testing.T) {
	t.Parallel()
	for _, now := range []string{"2009-05-18T09:00:00+09:00", "2020-03-02T09:00:00+09:00", "2026-06-01T09:00:00+09:00"} {
		t.Run(now[:7], func(t *testing.T) {
			home := replayService(t, now)
			_, list, _ := get(t, home+"/api/v1/events?from=2000-01-01&limit=1000")
			var all struct{ Events []struct{ ID string } }
			if err := json.Unmarshal([]byte(list), &all); err != nil || len(all.Events) < 10 {
				t.Fatalf("%v, %d events", err, len(all.Events))
			}
			t.Logf("%d events", len(all.Events))
			for _, e := range all.Events {
				path := "/events/" + e.ID
				_, page, _ := get(t, home+path)
				wrong := webtest.Event([]byte(page))
				for _, w := range append(wrong, webtest.Previews([]byte(page), home+path, fetchFile(t))...) {
					t.Errorf("%s: %s", path, w)
				}
			}
		})
	}
}

// fetchFile returns a function that fetches each address once.
func fetchFile(t *testing.T) func(string) ([]byte, string) {
	type file struct{ body, kind string }
	known := map[string]file{}
	return func(address string) ([]byte, string) {
		t.Helper()
		if _, ok := known[address]; !ok {
			status, body, h := get(t, address)
			if status != http.StatusOK {
				t.Errorf("%s: %d", address, status)
			}
			known[address] = file{body, h.Get("Content-Type")}
		}
		return []byte(known[address].body), known[address].kind
	}
}
