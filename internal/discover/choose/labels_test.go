package choose

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"koyomi/internal/discover/block"
	"koyomi/internal/discover/record"
	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// A labelled document: as the folders hold it that KOYOMI_PAGES names.
type labelled struct {
	File, Ref, Base string
	Class, site     string
	Events          []fact
	dir             string
	page            *record.Page
	visit           extract.Visit
}

type fact struct {
	Title, Location []string
	Start           string
	DayStart        bool
	Opt             bool
}

// folders names folders of labelled documents: facts.jsonl, INDEX.tsv and docs/.
const folders = "KOYOMI_PAGES"

// documents reads the labelled documents of the folders.
func documents(t testing.TB) []*labelled { return documentsIn(t, os.Getenv(folders)) }

func documentsIn(t testing.TB, list string) []*labelled {
	var out []*labelled
	for _, dir := range filepath.SplitList(list) {
		sites := sitesOf(t, dir)
		for _, line := range linesOf(t, filepath.Join(dir, "facts.jsonl")) {
			d := &labelled{dir: dir}
			if err := json.Unmarshal([]byte(line), d); err != nil {
				t.Fatal(err)
			}
			d.site = sites[d.File]
			d.load(t)
			out = append(out, d)
		}
	}
	return out
}

func linesOf(t testing.TB, name string) (out []string) {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 8<<20)
	for s.Scan() {
		if s.Text() != "" {
			out = append(out, s.Text())
		}
	}
	return out
}

func sitesOf(t testing.TB, dir string) map[string]string {
	out := map[string]string{}
	for _, line := range linesOf(t, filepath.Join(dir, "INDEX.tsv")) {
		f := strings.Split(line, "\t")
		out[f[0]] = f[2]
	}
	return out
}

var types = map[string]string{".html": "text/html", ".md": "text/markdown", ".txt": "text/plain", ".rst": "text/plain", ".csv": "text/csv", ".xml": "application/xml", ".json": "application/json", ".yml": "text/yaml", ".yaml": "text/yaml"}

func (d *labelled) load(t testing.TB) {
	body, err := os.ReadFile(filepath.Join(d.dir, "docs", d.File))
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, d.Ref)
	if err != nil {
		t.Fatal(err)
	}
	p := extract.Page{URL: "http://127.0.0.1/" + d.File, Status: 200, Body: body, ContentType: types[filepath.Ext(d.File)]}
	d.visit = extract.Visit{Source: &source.Source{ID: "try", Kind: source.HTML}, At: at, Pages: []extract.Page{p}}
	doc, err := block.Parse(p, d.visit.Source)
	if err != nil {
		t.Logf("%s: %v", d.File, err)
		doc = &block.Doc{}
	}
	d.page = record.New(doc, at, d.visit.Source.TimeZone())
}

func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || strings.ContainsRune("+#@", r) {
			return r
		}
		return -1
	}, strings.ToLower(norm.NFKC.String(s)))
}

// alikeness is 1 for the same title, 0.5 for one that is accepted, 0 for another.
func alikeness(want []string, got string) float64 {
	best := 0.0
	for _, w := range want {
		if w == "*" {
			return 1
		}
		best = max(best, alikeOne(folded(w), folded(got)))
	}
	return best
}

func alikeOne(w, g string) float64 {
	if w == "" || g == "" {
		return 0
	}
	d := dice([]rune(w), []rune(g))
	if w == g || d > 0.9 {
		return 1
	}
	s, l := w, g
	if len(s) > len(l) {
		s, l = l, s
	}
	holds := len([]rune(s)) >= 3 && strings.Contains(l, s) && len(s)*4 >= len(l)
	if holds || d >= 0.6 {
		return 0.5
	}
	return 0
}

// dice is the share of pairs of runes that two texts have in common.
func dice(a, b []rune) float64 {
	pairs := map[[2]rune]int{}
	for i := 1; i < len(a); i++ {
		pairs[[2]rune{a[i-1], a[i]}]++
	}
	n := 0
	for i := 1; i < len(b); i++ {
		k := [2]rune{b[i-1], b[i]}
		if pairs[k] > 0 {
			pairs[k]--
			n++
		}
	}
	return 2 * float64(n) / float64(max(1, len(a)+len(b)-2))
}

func day(s string) string { return s[:min(len(s), 10)] }

// reward is what a reading is worth: its F1 on the document.
func (d *labelled) reward(r *Reading) float64 {
	used := map[int]bool{}
	right, given, found, asked := 0.0, 0, 0, 0
	for _, f := range d.Events {
		asked += int(flag(!f.Opt))
	}
	items := r.Events()
	for i := range items {
		k := d.match(&items[i], used)
		if k < 0 {
			given++
			continue
		}
		used[k] = true
		if d.Events[k].Opt {
			continue
		}
		given++
		found++
		right += quality(&d.Events[k], &items[i])
	}
	switch {
	case asked == 0 && given == 0:
		return 1
	case asked == 0 || given == 0:
		return 0
	}
	return 2 * right / float64(asked+given)
}

// quality is how well a found event is read: title, hour and place.
func quality(f *fact, it *Item) float64 {
	start := it.Raw.Span.Start.String()
	isHour := f.DayStart || len(f.Start) > 19 || len(f.Start) > 16 || start[:min(len(start), 16)] == f.Start
	isPlace := len(f.Location) == 0 || alikeness(f.Location, it.Place) > 0
	return 0.5 + 0.2*flag(alikeness(f.Title, it.Title) == 1) + 0.15*flag(isHour) + 0.15*flag(isPlace)
}

// match returns the fact that an item is, -1 for none.
func (d *labelled) match(it *Item, used map[int]bool) int {
	best, score := -1, 0.0
	start := it.Raw.Span.Start.Date.String()
	for k, f := range d.Events {
		if used[k] || !f.isOn(start, it) {
			continue
		}
		v := alikeness(f.Title, it.Title) - 0.1*flag(f.Opt)
		if v > 0 && v > score {
			best, score = k, v
		}
	}
	return best
}

// isOn reports whether an item begins on the day of a fact, or at its instant.
func (f *fact) isOn(day string, it *Item) bool {
	if day == f.Start[:min(len(f.Start), 10)] {
		return true
	}
	at, err := time.Parse(time.RFC3339, f.Start)
	return err == nil && it.Raw.Span.Start.Time.Equal(at)
}

func siteList(docs []*labelled) []string {
	var sites []string
	for _, d := range docs {
		sites = append(sites, d.site)
	}
	slices.Sort(sites)
	return slices.Compact(sites)
}
