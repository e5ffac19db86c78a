package discover

import (
	"slices"
	"strings"

	"koyomi/internal/discover/choose"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/html"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// exact are the ways of documents that were made to be read by programs; they are
// believed before any reading of blocks.
var exact = []Way{Platform, Calendar, Structured, Feed}

// stub is how many more events a page must show than its mark-up states for the
// mark-up to be one for the page alone.
const stub = 3

// blocks reads the document as blocks, and puts the likeliest reading before the other
// ways of guessing. Where that is "no events", the other guesses are doubted.
func (s *search) blocks() {
	src := &source.Source{
		ID:       "discover",
		Kind:     source.HTML,
		URL:      s.page.URL,
		Settings: &html.Settings{Auto: true},
	}
	v := extract.Visit{
		Source: src,
		At:     s.at,
		Pages:  []extract.Page{s.page},
	}
	look, err := choose.Look(v, choose.Fitted())
	if err != nil {
		return
	}
	best := look.Readings[0]
	if best.None {
		s.doubt(look.Readings)
		return
	}
	p := Proposal{
		Way:    Page,
		Why:    best.Why(),
		Source: src,
		Tried:  true,
	}
	if p.Result, p.Err = best.Result(v); p.Err != nil || len(p.Result.Listings) == 0 {
		return
	}
	if s.arePosts(p.Result) {
		s.doubt(look.Readings)
		return
	}
	if len(best.Events()) > 1 {
		p.Way = List
	}
	p.Hints = []string{"weighed: " + strings.Join(best.Reasons(choose.Fitted(), 5), "; ")}
	s.promote(p)
}

// arePosts reports whether another guess found the same days to be those of posts.
func (s *search) arePosts(r extract.Result) bool {
	return slices.ContainsFunc(s.report.Proposals, func(o Proposal) bool {
		return o.Posted && coversDays(o.Result, r)
	})
}

// coversDays reports whether each day of r is one of all.
func coversDays(all, r extract.Result) bool {
	days := map[event.Date]bool{}
	for _, l := range all.Listings {
		days[l.Start.Date] = true
	}
	return !slices.ContainsFunc(
		r.Listings,
		func(l event.Listing) bool { return !days[l.Start.Date] },
	)
}

// promote puts a reading before the other guesses, or one of them that reads the same.
func (s *search) promote(p Proposal) {
	top, same := 0.0, -1
	for i := range s.report.Proposals {
		o := &s.report.Proposals[i]
		if !o.Tried || s.isExact(o, len(p.Result.Listings)) {
			continue
		}
		top = max(top, o.score)
		if same < 0 && placed(o.Result) >= placed(p.Result) &&
			agenda(o.Result) == agenda(p.Result) {
			same = i
		}
	}
	p.score = max(top, 50+worth(p.Result)) + 1
	if same >= 0 {
		s.report.Proposals[same].score = p.score
		p.score = 0.5
	}
	s.report.Proposals = append(s.report.Proposals, p)
}

// isExact reports whether a proposal is read from what was made for programs, and
// states as much as the page shows.
func (s *search) isExact(p *Proposal, shown int) bool {
	isGuess := p.Way == Structured && strings.HasSuffix(p.Why, "opengraph")
	return slices.Contains(exact, p.Way) && !isGuess && len(p.Result.Listings)*stub >= shown
}

// doubt notes that the document looks like one without events.
func (s *search) doubt(all []*choose.Reading) {
	doubted := false
	for i := range s.report.Proposals {
		o := &s.report.Proposals[i]
		if o.Tried && !s.isExact(o, 0) {
			o.Doubted, doubted = true, true
		}
	}
	s.report.None = choose.Doubt(all)
	if doubted {
		s.report.None += "; --pick 1 to take the best guess anyway"
	}
}

// placed is how many events of a reading have a place.
func placed(r extract.Result) int {
	n := 0
	for _, l := range r.Listings {
		if l.Location != "" {
			n++
		}
	}
	return n
}

// agenda is what two readings share that find the same events.
func agenda(r extract.Result) string {
	var lines []string
	for _, l := range r.Listings {
		lines = append(lines, l.Start.String()+" "+text.Fold(l.Title)+" "+string(l.Status))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
