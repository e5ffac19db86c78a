package kinds

import (
	"fmt"
	"strings"
	"testing"

	"koyomi/internal/extract"
	"koyomi/internal/extract/json"
	"koyomi/internal/source"
)

// TestFaultRows runs, by the number of the fault that they show, the cases whose
// documents are bad in one way each.
func TestFaultRows(t *testing.T) {
	for row, cases := range map[string][]string{
		"B06": {"ics-damage-no-end", "ics-damage-cut"},
		"B07": {"feed-damage-html-in-rss", "json-damage-html", "json-damage-empty", "ics-damage-html"},
		"B24": {"feed-damage-no-channel", "feed-damage-json-no-feed", "feed-damage-other-xml", "feed-json"},
		"B25": {"feed-fields-and-oddities", "feed-announced"},
		"B28": {"feed-fields-and-oddities"},
		"B35": {"feed-xxe-and-entities"},
		"B36": {"structured-broken-block"},
		"B37": {"json-damage-dups"},
		"B38": {"json-damage-number", "json-damage-null", "json-damage-trailing", "json-damage-nan", "json-damage-huge-number"},
		"B41": {"ics-bad-neighbours"},
		"B43": {"ics-bad-neighbours", "ics-zones"},
		"B44": {"ics-bom-fold-in-character", "ics-versions"},
		"B45": {"ics-recurring"},
		"B46": {"ics-zones"},
	} {
		for _, c := range cases {
			t.Run(row+"/"+c, func(t *testing.T) { runCase(t, "testdata/"+c) })
		}
	}
}

// TestB22SameGUID holds that fifty items of one GUID stay fifty events.
func TestB22SameGUID(t *testing.T) {
	var b strings.Builder
	for i := range 50 {
		fmt.Fprintf(&b, "<item><guid>same</guid><title>会 %d</title><link>https://f.example/%d</link><description>日時: 2026年6月%d日 %d:00</description></item>", i, i, i%28+1, i/28+10)
	}
	r := readBody(t, source.Feed, `<rss version="2.0"><channel><title>t</title>`+b.String()+`</channel></rss>`)
	if checkSound(t, r); len(r.Listings) != 50 || len(r.Notes) == 0 {
		t.Errorf("%d events and the notes %q, want 50 and a word on the key", len(r.Listings), r.Notes)
	}
}

// TestB26Links holds that links are resolved against the page they came from.
func TestB26Links(t *testing.T) {
	for link, want := range map[string]string{
		"/event/1":             "https://f.example/event/1",
		"event/1":              "https://f.example/event/1",
		"//o.example/1":        "https://o.example/1",
		" https://o.example/1": "https://o.example/1",
		"a b.html":             "https://f.example/a%20b.html",
	} {
		r := readBody(t, source.Feed, `<rss version="2.0"><channel><title>t</title><item><title>会</title><link>`+link+
			`</link><description>日時: 2026年6月10日</description></item></channel></rss>`)
		if len(r.Listings) != 1 || r.Listings[0].URL != want {
			t.Errorf("%q: got %+v, want %s", link, r.Listings, want)
		}
	}
}

// TestB27Entities holds that entities are decoded once, and what is no character
// neither kept nor a reason to lose the item.
func TestB27Entities(t *testing.T) {
	r := readBody(t, source.Feed, `<rss version="2.0"><channel><title>t</title><item><title>会&nbsp;A&hellip;&#x1F600;&#0;&#xD800;</title>`+
		`<description>日時: 2026年6月10日</description></item></channel></rss>`)
	if len(r.Listings) != 1 || !strings.HasPrefix(r.Listings[0].Title, "会 A…😀") || strings.ContainsAny(r.Listings[0].Title, "\x00&") {
		t.Errorf("got %+v", r.Listings)
	}
}

// TestB39B40Pages holds that a visit is not complete without the page that
// follows, and that one that comes again is not asked for a second time.
func TestB39B40Pages(t *testing.T) {
	s := &source.Source{ID: "p", Kind: source.JSON, URL: "https://f.example/list", Settings: &json.Settings{
		Paging: &json.Paging{By: "next", Next: ".next"},
	}}
	page := func(at, next string) extract.Page {
		return extract.Page{Requested: at, URL: at, Status: 200, Body: []byte(
			`{"events":[{"id":"` + at + `","title":"会","start":"2026-06-10"}],"next":"` + next + `"}`)}
	}
	v := visitOf(s, "")
	s.URL = "https://f.example/list"
	v.Pages = []extract.Page{page("https://f.example/list", "https://f.example/2")}
	need, err := All[source.JSON].Need(v)
	if err != nil || len(need) != 1 || need[0].URL != "https://f.example/2" {
		t.Fatalf("B39: needs %v, %v; want page 2", need, err)
	}
	v.Pages = append(v.Pages, page("https://f.example/2", "https://f.example/list"))
	if need, err = All[source.JSON].Need(v); err == nil && len(need) > 0 {
		t.Errorf("B40: the list goes round: %v", need)
	}
}

// readBody reads one document by a kind's own rules.
func readBody(t *testing.T, kind source.Kind, body string) extract.Result {
	t.Helper()
	r, err := All[kind].Read(visitOf(&source.Source{Kind: kind}, body))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
