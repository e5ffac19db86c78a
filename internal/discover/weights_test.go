package discover

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/text"
)

var fit = flag.Bool("fit", false, "fit the weights to the factPage pages of $KOYOMI_PAGES")

// A factPage page, as in facts.jsonl.
type factPage struct {
	File   string    `json:"file"`
	Ref    time.Time `json:"ref"`
	Events []struct {
		Title []string `json:"title"`
		Start string   `json:"start"`
		Opt   bool     `json:"opt"`
	} `json:"events"`
	site string
}

// A trial is one reading of one page: its features, and how right it is.
type trial struct {
	values       []float64
	found, asked int
	right, given int
	page         int
	f1           float64
}

// TestWeights fits the weights where -fit is set, and states what choosing by them
// is worth on sites that were left out.
func TestWeights(t *testing.T) {
	dir := os.Getenv("KOYOMI_PAGES")
	if dir == "" {
		t.Skip("KOYOMI_PAGES names no folder of factPage pages")
	}
	pages := factPages(t, dir)
	var all []trial
	for i, p := range pages {
		all = append(all, trials(t, dir, p, i)...)
	}
	best := choose(pages, all, func(tr trial) float64 { return tr.f1 - 0.001 }, 0)
	report(t, "best possible", pages, best)
	for _, c := range best {
		if c.asked > 0 && c.f1 < 0.7 {
			t.Logf("poor: %s: %d of %d, %d given", pages[c.page].File, c.right, c.asked, c.given)
		}
	}
	var held []trial
	for fold := range 5 {
		inFold := func(p int) bool { return foldOf(pages[p].site) == fold }
		m := fitted(all, func(p int) bool { return !inFold(p) })
		m.least = bestLeast(pages, all, m, func(p int) bool { return !inFold(p) })
		score := func(tr trial) float64 { return m.probability(tr.values) - m.least }
		for _, c := range choose(pages, all, score, 0) {
			if inFold(c.page) {
				held = append(held, c)
			}
		}
	}
	report(t, "sites left out", pages, held)
	m := fitted(all, func(int) bool { return true })
	m.least = bestLeast(pages, all, m, func(int) bool { return true })
	report(t, "all", pages, choose(pages, all, func(tr trial) float64 { return m.probability(tr.values) - m.least }, 0))
	if *fit {
		var b strings.Builder
		fmt.Fprintf(&b, "constant\t%.3f\nleast\t%.3f\n", m.constant, m.least)
		for i, f := range features {
			fmt.Fprintf(&b, "%s\t%.3f\n", f.name, m.weights[i])
		}
		if err := os.WriteFile("weights.tsv", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func foldOf(site string) int {
	h := fnv.New32a()
	h.Write([]byte(site))
	return int(h.Sum32() % 5)
}

func factPages(t *testing.T, dir string) []factPage {
	sites := map[string]string{}
	index, err := os.ReadFile(filepath.Join(dir, "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(index)) {
		if f := strings.Split(line, "\t"); len(f) > 2 {
			sites[f[0]] = f[2]
		}
	}
	f, err := os.Open(filepath.Join(dir, "facts.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []factPage
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var p factPage
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		p.site = sites[p.File]
		out = append(out, p)
	}
	return out
}

var mediaTypes = map[string]string{".html": "text/html; charset=utf-8", ".md": "text/markdown", ".json": "application/json", ".csv": "text/csv", ".xml": "text/xml", ".yml": "text/yaml", ".rst": "text/plain"}

// trials reads a page by all proposals.
func trials(t *testing.T, dir string, p factPage, n int) []trial {
	body, err := os.ReadFile(filepath.Join(dir, "docs", p.File))
	if err != nil {
		t.Fatal(err)
	}
	f := &Finder{Kinds: kinds.All}
	page := extract.Page{URL: "https://pages.example/" + p.File, Status: 200, ContentType: mediaTypes[filepath.Ext(p.File)], Body: body}
	page.Requested = page.URL
	r := f.Address(page.URL)
	s := &search{finder: f, page: page, at: p.Ref, report: &r}
	s.look()
	var out []trial
	for _, proposal := range r.Proposals {
		if proposal.Tried {
			tr := against(p, proposal.Result.Listings)
			tr.values, tr.page = s.readingOf(proposal).values(), n
			out = append(out, tr)
		}
	}
	return out
}

// against holds listings against the facts of a page.
func against(p factPage, listings []event.Listing) trial {
	tr := trial{given: len(listings)}
	used := map[int]bool{}
	neutral := 0
	for pass := range 2 {
		for _, f := range p.Events {
			if f.Opt != (pass == 1) {
				continue
			}
			if !f.Opt {
				tr.asked++
			}
			i := match(f.Title, f.Start, listings, used)
			if i < 0 {
				continue
			}
			used[i] = true
			if f.Opt {
				neutral++
				continue
			}
			tr.found++
			tr.right++
		}
	}
	tr.given -= neutral
	if tr.asked+tr.given > 0 {
		tr.f1 = 2 * float64(tr.right) / float64(tr.asked+tr.given)
	}
	return tr
}

func match(titles []string, start string, listings []event.Listing, used map[int]bool) int {
	for i, l := range listings {
		if used[i] || !strings.HasPrefix(start, l.Start.Date.String()) {
			continue
		}
		for _, title := range titles {
			if title == "*" || alike(title, l.Title) {
				return i
			}
		}
	}
	return -1
}

func bareOf(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" 　.,、。・!！?？-‐–—~〜:：;/／|｜()（）[]［］「」『』【】<>\"'", r) {
			return -1
		}
		return r
	}, text.Fold(s))
}

func alike(a, b string) bool {
	a, b = bareOf(a), bareOf(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	if a == "" {
		return false
	}
	if a == b || len(a) >= 3 && strings.Contains(b, a) && len(a)*4 >= len(b) {
		return true
	}
	return 2*common([]rune(a), []rune(b)) >= 0.6*float64(len([]rune(a))+len([]rune(b)))
}

// common is the length of the longest common subsequence.
func common(a, b []rune) float64 {
	row := make([]int, len(b)+1)
	for _, x := range a {
		before := 0
		for j, y := range b {
			here := row[j+1]
			if x == y {
				row[j+1] = before + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			before = here
		}
	}
	return float64(row[len(b)])
}

// fitted fits the weights to the pages that may be used: logistic regression with a
// quadratic penalty, by gradient descent from nought.
func fitted(all []trial, may func(page int) bool) model {
	m := model{weights: make([]float64, len(features))}
	per := map[int]float64{}
	for _, tr := range all {
		per[tr.page]++
	}
	const rate, penalty = 0.5, 0.008
	for range 3000 {
		gradient, constant, total := make([]float64, len(features)), 0.0, 0.0
		for _, tr := range all {
			if !may(tr.page) {
				continue
			}
			weight := 1 / math.Sqrt(per[tr.page])
			miss := weight * (tr.f1 - m.probability(tr.values))
			total += weight
			constant += miss
			for i, v := range tr.values {
				gradient[i] += miss * v
			}
		}
		m.constant += rate * constant / total
		for i := range m.weights {
			m.weights[i] += rate * (gradient[i]/total - penalty*m.weights[i])
		}
	}
	return m
}

// choose takes the best reading of each page; one whose score is not above least is
// none.
func choose(pages []factPage, all []trial, score func(trial) float64, least float64) []trial {
	best := make([]trial, len(pages))
	top := make([]float64, len(pages))
	for i, p := range pages {
		best[i], top[i] = against(p, nil), least
		best[i].page = i
	}
	for _, tr := range all {
		if s := score(tr); s > top[tr.page] {
			best[tr.page], top[tr.page] = tr, s
		}
	}
	return best
}

// bestLeast is the probability from which on readings are believed that is worth
// most.
func bestLeast(pages []factPage, all []trial, m model, may func(int) bool) float64 {
	best, most := 0.5, -1.0
	for least := 0.1; least < 0.7; least += 0.02 {
		var chosen []trial
		for _, c := range choose(pages, all, func(tr trial) float64 { return m.probability(tr.values) - least }, 0) {
			if may(c.page) {
				chosen = append(chosen, c)
			}
		}
		micro, mean, empty := figures(pages, chosen)
		if worth := micro + mean + 0.5*empty; worth > most {
			best, most = least, worth
		}
	}
	return best
}

// figures are F1 over all events, the mean F1 of pages, and the share of pages
// without events that are kept empty.
func figures(pages []factPage, chosen []trial) (micro, mean, empty float64) {
	right, asked, given, none, kept := 0, 0, 0, 0, 0
	for _, c := range chosen {
		right, asked, given = right+c.right, asked+c.asked, given+c.given
		f1 := c.f1
		if c.asked == 0 {
			none++
			f1 = truth(c.given == 0)
			kept += int(f1)
		}
		mean += f1 / float64(len(chosen))
	}
	return 2 * float64(right) / float64(max(asked+given, 1)), mean, float64(kept) / float64(max(none, 1))
}

func report(t *testing.T, name string, pages []factPage, chosen []trial) {
	micro, mean, empty := figures(pages, chosen)
	t.Logf("%s: F1 %.3f, mean page F1 %.3f, pages without events kept empty %.3f", name, micro, mean, empty)
}
