package probe

import (
	"regexp"
	"strings"
	"time"

	"koyomi/internal/discover"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// A Measured page was read without the events that it states for programs, and compared
// with them.
type Measured struct {
	// Of is how many events the page states as JSON-LD, Found how many of them are read
	// without it; Given is how many are read, Right how many of those are events stated.
	Of    int `json:"of"`
	Found int `json:"found"`
	Given int `json:"given"`
	Right int `json:"right"`
}

// Add sums two measures.
func (m *Measured) Add(o Measured) {
	m.Of += o.Of
	m.Found += o.Found
	m.Given += o.Given
	m.Right += o.Right
}

// Recall is the share of the events stated that are found, Precision that of the events
// given that are right; 1 where there are none.
func (m Measured) Recall() float64    { return part(m.Found, m.Of) }
func (m Measured) Precision() float64 { return part(m.Right, m.Given) }

func part(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

var linked = regexp.MustCompile(`(?is)<script[^>]*ld\+json[^>]*>.*?</script\s*>`)

// Measure reads a page as if it stated no JSON-LD and compares the events with those
// that it states. ok is false where it states none.
func Measure(
	catalogue *source.Catalogue,
	p extract.Page,
	at time.Time,
) (m Measured, ok bool) {
	stated := statedIn(p, at)
	if len(stated) == 0 {
		return m, false
	}
	p.Body = linked.ReplaceAll(p.Body, nil)
	f := &discover.Finder{Catalogue: catalogue, Kinds: kinds.All}
	given := bestOf(f.Find(p, at))
	m.Of, m.Given = len(stated), len(given)
	used := map[int]bool{}
	for i := range given {
		if k := sameEvent(stated, used, &given[i]); k >= 0 {
			used[k] = true
			m.Right++
		}
	}
	m.Found = len(used)
	return m, true
}

// statedIn returns the events of a page's JSON-LD: those of its mark-up that are not
// stated without it.
func statedIn(p extract.Page, at time.Time) []event.Listing {
	if !linked.Match(p.Body) {
		return nil
	}
	p.Body = []byte(
		"<!DOCTYPE html>" + strings.Join(linked.FindAllString(string(p.Body), -1), "\n"),
	)
	s := &source.Source{ID: "measure", Kind: source.Structured, URL: p.URL}
	r, err := kinds.All[source.Structured].Read(
		extract.Visit{Source: s, At: at, Pages: []extract.Page{p}},
	)
	if err != nil {
		return nil
	}
	return r.Listings
}

// bestOf returns the events of the proposal that would be taken.
func bestOf(r discover.Report) []event.Listing {
	for _, p := range r.Proposals {
		if p.Tried && p.Err == nil && !p.Doubted {
			return p.Result.Listings
		}
	}
	return nil
}

// sameEvent returns which of the events stated a listing is, -1 for none: it begins on
// its day, and one title holds the other.
func sameEvent(stated []event.Listing, used map[int]bool, l *event.Listing) int {
	title := text.Fold(l.Title)
	for k := range stated {
		if used[k] || stated[k].Start.Date != l.Start.Date || title == "" {
			continue
		}
		want := text.Fold(stated[k].Title)
		if strings.Contains(title, want) || strings.Contains(want, title) {
			return k
		}
	}
	return -1
}
