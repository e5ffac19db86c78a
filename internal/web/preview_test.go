package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"koyomi/internal/publish/site"
)

// A preview is what a service shows of a link.
type preview struct{ title, text, image string }

// readers are how services read a page, by what they document: Facebook and LINE go by
// Open Graph alone, X by its cards and then Open Graph, Slack by Open Graph, X and then
// the title and description of HTML, Discord as Slack.
var readers = map[string]struct {
	properties [][3]string
	mostBytes  int
}{
	"facebook": {[][3]string{{"og:title", "og:description", "og:image"}}, 8 << 20},
	"line":     {[][3]string{{"og:title", "og:description", "og:image"}}, 1 << 20},
	"x":        {[][3]string{{"twitter:title", "twitter:description", "twitter:image"}, {"og:title", "og:description", "og:image"}}, 5 << 20},
	"slack":    {[][3]string{{"og:title", "og:description", "og:image"}, {"twitter:title", "twitter:description", "twitter:image"}}, 2 << 20},
	"discord":  {[][3]string{{"og:title", "og:description", "og:image"}, {"twitter:title", "twitter:description", "twitter:image"}}, 8 << 20},
}

// property returns the content of a meta element, as the first of its kind says it.
func property(d *goquery.Document, name string) string {
	return d.Find(`head meta[property="`+name+`"], head meta[name="`+name+`"]`).First().AttrOr("content", "")
}

func (p *preview) fill(d *goquery.Document, names [3]string) {
	for i, into := range []*string{&p.title, &p.text, &p.image} {
		if *into == "" {
			*into = property(d, names[i])
		}
	}
}

// TestLinksUnfold: each service finds title, text and a picture that it can show, within
// the part of the page that it reads.
func TestLinksUnfold(t *testing.T) {
	h, _ := open(may2009())
	for _, path := range []string{"/", "/events/0000000200005000", "/events/0000000200005000?lang=en", "/communities/bpstudy", "/month/2009-05", "/calendar", "/clash", "/sources", "/embed"} {
		body := get(h, path).Body.Bytes()
		const firstPart = 32 << 10 // services stop reading after a while
		d, err := goquery.NewDocumentFromReader(bytes.NewReader(body[:min(len(body), firstPart)]))
		if err != nil {
			t.Fatal(err)
		}
		if at := property(d, "og:url"); at != d.Find("link[rel=canonical]").AttrOr("href", "") || !strings.HasPrefix(at, "https://koyomi.example/") {
			t.Errorf("%s names itself %s", path, at)
		}
		if property(d, "twitter:card") != "summary_large_image" || property(d, "og:type") == "" || property(d, "og:site_name") == "" {
			t.Errorf("%s has no card", path)
		}
		for service, how := range readers {
			var p preview
			for _, names := range how.properties {
				p.fill(d, names)
			}
			if n := len([]rune(p.title)); n == 0 || n > 200 {
				t.Errorf("%s on %s: a title of %d characters", path, service, n)
			}
			if n := len([]rune(p.text)); n == 0 || n > 200 {
				t.Errorf("%s on %s: a text of %d characters: %s", path, service, n, p.text)
			}
			u, err := url.Parse(p.image)
			if err != nil || u.Scheme != "https" || u.Host != "koyomi.example" {
				t.Errorf("%s on %s: the picture is at %s", path, service, p.image)
				continue
			}
			w := get(h, u.Path)
			picture, err := png.DecodeConfig(bytes.NewReader(w.Body.Bytes()))
			isFit := err == nil && picture.Width == 1200 && picture.Height == 630 && w.Body.Len() <= how.mostBytes
			if w.Code != 200 || !isFit {
				t.Errorf("%s on %s: %d, %d octets, %v", path, service, w.Code, w.Body.Len(), err)
			}
		}
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
		checkLD(t, page(t, h, "/events/"+e.ID), e.ID)
	}
}

// checkLD holds the structured data of an event's page to the rules of search engines
// (https://developers.google.com/search/docs/appearance/structured-data/event).
func checkLD(t *testing.T, d *goquery.Document, id string) {
	t.Helper()
	var ld map[string]any
	if err := json.Unmarshal([]byte(d.Find(`script[type="application/ld+json"]`).Text()), &ld); err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	for _, name := range []string{"@context", "@type", "name", "startDate", "location", "eventStatus", "eventAttendanceMode", "organizer", "image", "description", "url"} { //nolint:misspell // schema.org
		if v := ld[name]; v == nil || v == "" {
			t.Errorf("%s: no %s", id, name)
		}
	}
	for _, name := range []string{"startDate", "endDate", "previousStartDate"} {
		v, given := ld[name].(string)
		_, asTime := time.Parse(time.RFC3339, v)
		_, asDay := time.Parse(time.DateOnly, v)
		if given && asTime != nil && asDay != nil {
			t.Errorf("%s: %s is %q", id, name, v)
		}
	}
	if strings.HasSuffix(ld["eventStatus"].(string), "EventRescheduled") && ld["previousStartDate"] == nil {
		t.Errorf("%s: rescheduled from nowhere", id)
	}
	places, _ := ld["location"].([]any)
	for _, p := range places {
		one := p.(map[string]any)
		isPlace := one["@type"] == "Place" && one["name"] != "" && one["address"] != nil
		isVirtual := one["@type"] == "VirtualLocation" && strings.HasPrefix(one["url"].(string), "http")
		if !isPlace && !isVirtual {
			t.Errorf("%s: a location %v", id, one)
		}
	}
	if offers, ok := ld["offers"].(map[string]any); ok && !strings.HasPrefix(offers["url"].(string), "http") {
		t.Errorf("%s: an offer %v", id, offers)
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
