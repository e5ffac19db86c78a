package kinds

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/tools/txtar"

	"koyomi/internal/discover"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// A siteCase is one document made the way one system or hand makes them: the
// comment of a txtar archive, whose part "page" is the document and "want" each
// event in it, written as sampleFacts.Events are.
type siteCase struct {
	At     string        `yaml:"at"`
	URL    string        `yaml:"url"`
	Source source.Source `yaml:"source"`
	// Encode is the charset that the page is turned into.
	Encode string `yaml:"encode,omitempty"`
	// Found says that the page says nothing by labels, and the list or table that
	// is found in it holds the events.
	Found bool `yaml:"found,omitempty"`
	// To is the last day of recurring events.
	To      string `yaml:"to,omitempty"`
	LeftOut int    `yaml:"left_out,omitempty"`
	// Excluded is what the source's own include and exclude leave out.
	Excluded int `yaml:"excluded,omitempty"`
}

// TestSites holds that documents of many makes are read as people read them:
// those of widespread systems, of universities, of pages made by hand.
func TestSites(t *testing.T) {
	files, err := filepath.Glob("testdata/sites/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sites: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { holdSite(t, file) })
	}
}

func holdSite(t *testing.T, file string) {
	c, page, want := openSite(t, file)
	v := c.visit(t, page)
	r, err := All[c.Source.Kind].Read(v)
	if err != nil {
		t.Fatal(err)
	}
	if c.Found {
		p, ok := (&discover.Finder{Kinds: All}).Find(v.Pages[0], v.At).Repeated()
		if !ok || len(r.Listings) > 0 {
			t.Fatalf("%d events by labels; found a list or table: %t", len(r.Listings), ok)
		}
		r = p.Result
	}
	checkSound(t, r)
	if len(r.Listings) != len(want) || len(r.Rejections) != c.LeftOut || r.Excluded != c.Excluded {
		t.Errorf("%d events, %d left out, %d excluded, want %d, %d and %d",
			len(r.Listings), len(r.Rejections), r.Excluded, len(want), c.LeftOut, c.Excluded)
	}
	for _, w := range want {
		find(t, r.Listings, w)
	}
	if !t.Failed() {
		return
	}
	for _, l := range r.Listings {
		t.Logf("read: %s/%s | %s | %s | %s %s", l.Start, l.End, l.Title, l.Location, l.Status, l.Mode)
	}
	for _, j := range r.Rejections {
		t.Logf("left out: %s: %s", j.Item, j.Reason)
	}
}

func openSite(t *testing.T, file string) (c siteCase, page []byte, want []string) {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, problems := decode(a.Comment, file, &c); len(problems) > 0 {
		t.Fatalf("%v", problems)
	}
	for _, f := range a.Files {
		switch f.Name {
		case "page":
			page = f.Data
		case "want":
			if said := strings.TrimSpace(string(f.Data)); said != "" {
				want = strings.Split(said, "\n")
			}
		default:
			t.Fatalf("%s: a part %q", file, f.Name)
		}
	}
	if c.Encode != "" {
		e, err := htmlindex.Get(c.Encode)
		if err != nil {
			t.Fatal(err)
		}
		if page, err = e.NewEncoder().Bytes(page); err != nil {
			t.Fatal(err)
		}
	}
	return c, page, want
}

func (c *siteCase) visit(t *testing.T, page []byte) extract.Visit {
	t.Helper()
	at, err := time.Parse(time.RFC3339, c.At)
	if err != nil {
		t.Fatal(err)
	}
	c.Source.ID, c.Source.URL = "site", c.URL
	v := extract.Visit{Source: &c.Source, At: at}
	if c.To != "" {
		to, err := event.ParseDate(c.To)
		if err != nil {
			t.Fatal(err)
		}
		v.To = to.Add(1).Begin(event.Tokyo)
	}
	v.Pages = []extract.Page{{Requested: c.URL, URL: c.URL, Status: 200, Body: page}}
	return v
}
