package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"strings"
	"testing"

	"koyomi/internal/publish/site"
	"koyomi/internal/web/webtest"
)

// TestLinksUnfold: each service finds title, text and a picture that it can show, within
// the part of the page that it reads.
func TestLinksUnfold(t *testing.T) {
	h, _ := open(may2009())
	picture := func(address string) ([]byte, string) {
		w := get(h, strings.TrimPrefix(address, "https://koyomi.example"))
		return w.Body.Bytes(), w.Header().Get("Content-Type")
	}
	for _, path := range []string{"/", "/events/0000000200005000", "/events/0000000200005000?lang=en", "/communities/bpstudy", "/month/2009-05", "/calendar", "/clash", "/sources", "/embed"} {
		body := get(h, path).Body.Bytes()
		for _, wrong := range webtest.Previews(body, "https://koyomi.example"+path, picture) {
			t.Errorf("%s: %s", path, wrong)
		}
		d := page(t, h, path)
		for _, l := range []string{"ja", "en", "x-default"} {
			if at := d.Find("link[hreflang='"+l+"']").AttrOr("href", ""); !strings.HasPrefix(at, "https://koyomi.example/") {
				t.Errorf("%s in %s is at %q", path, l, at)
			}
		}
	}
}

// TestEventsAreToldToSearchEngines: what schema.org and search engines require of an
// event is there for each of a made world, and what they recommend where it is known.
func TestEventsAreToldToSearchEngines(t *testing.T) {
	h := madeSite(60)
	list := get(h, "/api/v1/events?limit=1000")
	var all struct{ Events []struct{ ID string } }
	if err := json.Unmarshal(list.Body.Bytes(), &all); err != nil || len(all.Events) < 50 {
		t.Fatalf("%v, %d events", err, len(all.Events))
	}
	for _, e := range all.Events {
		for _, wrong := range webtest.Event(get(h, "/events/"+e.ID).Body.Bytes()) {
			t.Errorf("%s: %s", e.ID, wrong)
		}
	}
}

// TestTheFirstPageIsSmall: with a hundred events HTML and style take 20 kB on the wire.
func TestTheFirstPageIsSmall(t *testing.T) {
	h := madeSite(100)
	packed := func(target string) int {
		w := get(h, target, "Accept-Encoding", "gzip")
		if w.Header().Get("Content-Encoding") == "gzip" {
			return w.Body.Len()
		}
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(w.Body.Bytes())
		_ = z.Close()
		return b.Len()
	}
	style := packed("/style.css")
	for _, target := range []string{"/", "/?from=2026-06-03", "/month/2026-06"} {
		n := packed(target)
		t.Logf("%s: %d octets, with the style %d", target, n, n+style)
		if n+style > 20_000 {
			t.Errorf("%s takes %d octets with the style", target, n+style)
		}
	}
	if n := page(t, h, "/?from=2026-06-03").Find(".event").Length(); n != onPage {
		t.Errorf("the page lists %d events", n)
	}
}

// TestLanguagesAreWhole: no page in Japanese speaks of areas in Latin letters, and none
// in English of the site's own things in Japanese.
func TestLanguagesAreWhole(t *testing.T) {
	h := madeSite(40)
	for _, path := range []string{"/", "/communities", "/calendar", "/clash", "/month/2026-06"} {
		en := page(t, h, path+"?lang="+site.English)
		if got := texts(en, ".chips a, .ticks label"); strings.Contains(got, "東京都") {
			t.Errorf("%s in English: %s", path, got)
		}
	}
}
