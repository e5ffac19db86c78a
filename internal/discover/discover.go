// Package discover answers for the question how koyomi could read a document that
// nobody has described yet: it recognises platforms, calendars, feeds, structured
// data, tables, repeated patterns and labelled pages, and proposes settings. What a
// proposal shows is what the kinds really read by them; it fetches nothing and
// decides nothing.
package discover

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/html"
	"koyomi/internal/source"
)

// A Finder looks at documents. It may be asked from several goroutines.
type Finder struct {
	// Catalogue holds the platforms; nil for none.
	Catalogue *source.Catalogue
	// Kinds are the readers of documents.
	Kinds map[source.Kind]extract.Kind

	once      sync.Once
	platforms []template
}

// A Way is how a document, or what it links to, can be read.
type Way string

// The ways, surest first among equals.
const (
	Platform   Way = "platform"
	Calendar   Way = "calendar"
	Structured Way = "structured data"
	JSON       Way = "json"
	File       Way = "file"
	Feed       Way = "feed"
	Table      Way = "table"
	List       Way = "list"
	Page       Way = "page"
)

// A Proposal is one way to read a source.
type Proposal struct {
	Way Way
	// Why says in words what was recognised.
	Why string
	// Source holds the settings; its URL is what is read. One of a platform holds
	// Platform and Group and no settings of its own.
	Source *source.Source
	// Tried says that Result, or Err, is what is read of the document in hand; else
	// another address has to be asked first.
	Tried  bool
	Result extract.Result
	Err    error
	// Hints are words for the person who decides.
	Hints []string
	// Posted says that the dates look like the days of posts, not of events.
	Posted bool
	// Doubted says that the document looks like one without events.
	Doubted bool

	score float64
}

// A Report is what was recognised.
type Report struct {
	// Proposals are best first. Those that were tried read at least one event.
	Proposals []Proposal
	// Failed are ways that were tried and read nothing, or were damaged.
	Failed []Proposal
	// Refused says why the document's address may not be read as a page.
	Refused error
	// Name is what the document calls its site, "" if nothing.
	Name string
	// Notes are words beside the proposals.
	Notes []string
	// None says why the document looks like one without events, "" where it does not.
	None string
}

// Find recognises what a document can be read as. The page is what came back for
// its address, at the moment of the visit.
func (f *Finder) Find(p extract.Page, at time.Time) Report {
	r := f.Address(p.URL)
	if p.Requested == "" {
		p.Requested = p.URL
	}
	s := &search{
		finder: f,
		page:   p,
		at:     at,
		report: &r,
	}
	if r.Refused == nil || offered(p) {
		s.look()
	}
	return s.ranked()
}

// offered reports whether a document is one for programs, and so no page.
func offered(p extract.Page) bool {
	switch sniff(p) {
	case "calendar", "feed", "json":
		return true
	}
	return false
}

// A search is one Find under way.
type search struct {
	finder *Finder
	page   extract.Page
	at     time.Time
	report *Report
}

func (s *search) look() {
	switch sniff(s.page) {
	case "calendar":
		s.try(Calendar, "it is a calendar", &source.Source{Kind: source.ICS}, 95)
	case "feed":
		s.feed()
	case "json":
		s.json()
	case "xml":
		s.try(JSON, "XML with events in it", &source.Source{Kind: source.JSON}, 70)
	case "file":
		s.file()
		if isMarkdown(s.page) {
			s.htmlPage()
		}
	default:
		s.htmlPage()
	}
	if !slices.Contains([]string{"calendar", "feed"}, sniff(s.page)) {
		s.blocks()
	}
}

// htmlPage looks at a page made for people.
func (s *search) htmlPage() {
	doc, base, err := html.Parse(s.page, &source.Source{})
	if err != nil {
		s.report.Failed = append(s.report.Failed, Proposal{
			Way:   Page,
			Why:   "a page for people",
			Tried: true,
			Err:   err,
		})
		s.file()
		return
	}
	d := newDocument(doc, base)
	s.report.Name = d.name()
	s.marks(d)
	s.links(d)
	s.groups(d)
	s.structured(d)
	if d.tooLarge {
		s.report.Notes = append(
			s.report.Notes,
			"the page is very large: lists and tables were not looked for",
		)
		return
	}
	s.tables(d)
	s.lists(d)
	s.single(d)
}

// try reads the document in hand by settings and keeps what came of it. The score
// is that of a perfect reading; what is read decides the rest.
func (s *search) try(way Way, why string, src *source.Source, score float64) *Proposal {
	src.ID, src.URL = "discover", s.page.URL
	p := Proposal{
		Way:    way,
		Why:    why,
		Source: src,
		Tried:  true,
	}
	visit := extract.Visit{
		Source: src,
		At:     s.at,
		Pages:  []extract.Page{s.page},
	}
	p.Result, p.Err = s.finder.Kinds[src.Kind].Read(visit)
	if p.Err != nil || len(p.Result.Listings) == 0 {
		s.report.Failed = append(s.report.Failed, p)
		return nil
	}
	p.score = score + worth(p.Result)
	s.report.Proposals = append(s.report.Proposals, p)
	return &s.report.Proposals[len(s.report.Proposals)-1]
}

// worth says how much a reading has brought: many events and few that were left
// out, with their hours, places and pages.
func worth(r extract.Result) float64 {
	n, bad := float64(len(r.Listings)), float64(len(r.Rejections))
	var full, odd float64
	titles := map[string]bool{}
	for _, l := range r.Listings {
		if !l.AllDay() {
			full += 5
		}
		if l.Location != "" || l.Mode != "" {
			full += 4
		}
		if l.URL != "" {
			full += 3
		}
		if len(l.Title) > 240 {
			odd++
		}
		titles[l.Title] = true
	}
	same := 1 - float64(len(titles))/n
	return min(9*math.Log2(1+n), 45) + full/n - 40*bad/(n+bad) - 15*odd/n - 10*same
}

// point keeps a way that has to ask another address first.
func (s *search) point(way Way, why string, src *source.Source, score float64) {
	if known(s.report.Proposals, src) {
		return
	}
	s.report.Proposals = append(s.report.Proposals, Proposal{
		Way:    way,
		Why:    why,
		Source: src,
		score:  score,
	})
}

// known reports whether the same address or group is proposed already.
func known(all []Proposal, src *source.Source) bool {
	return slices.ContainsFunc(all, func(p Proposal) bool {
		return p.Source.Platform == src.Platform && p.Source.Group == src.Group &&
			p.Source.URL == src.URL
	})
}

// ranked returns the report with the best proposal first, each reading once.
func (s *search) ranked() Report {
	r := s.report
	s.several()
	slices.SortStableFunc(
		r.Proposals,
		func(a, b Proposal) int { return cmp.Compare(b.score, a.score) },
	)
	seen := map[string]bool{}
	r.Proposals = slices.DeleteFunc(r.Proposals, func(p Proposal) bool {
		if !p.Tried {
			return false
		}
		k := string(p.Way) + "\n" + signature(p.Result)
		again := seen[k]
		seen[k] = true
		return again
	})
	for i := range r.Proposals {
		s.hint(&r.Proposals[i])
	}
	return *r
}

// several puts a page that was read as one event behind the ways that read that
// event and others without leaving anything out.
func (s *search) several() {
	all := s.report.Proposals
	for i := range all {
		one := &all[i]
		if one.Way != Page || len(one.Result.Listings) != 1 {
			continue
		}
		start := one.Result.Listings[0].Start
		for _, p := range all {
			covers := slices.ContainsFunc(
				p.Result.Listings,
				func(l event.Listing) bool { return l.Start == start },
			)
			if covers && len(p.Result.Listings) > 1 && len(p.Result.Rejections) == 0 &&
				p.score > 50 {
				one.score = min(one.score, p.score-1)
			}
		}
	}
}

// signature tells two readings apart.
func signature(r extract.Result) string {
	var b strings.Builder
	for _, l := range r.Listings {
		b.WriteString(l.Title + "\t" + l.Start.String() + "\n")
	}
	return b.String()
}

// Repeated returns the best way to read a page by what it repeats: a table, or a list
// of which it is known where the dates stand, that are those of events.
func (r Report) Repeated() (Proposal, bool) {
	i := slices.IndexFunc(
		r.Proposals,
		func(p Proposal) bool { return p.isSound() && p.fieldsNamed() },
	)
	if i < 0 {
		return Proposal{}, false
	}
	return r.Proposals[i], true
}

// isSound reports whether a proposal was tried and nothing speaks against it.
func (p Proposal) isSound() bool {
	isRead := p.Tried && p.Err == nil
	return isRead && !p.Posted && !p.Doubted
}

// fieldsNamed reports whether a proposal is a table, or a list that says where title
// and date are.
func (p Proposal) fieldsNamed() bool {
	if p.Way != List {
		return p.Way == Table
	}
	set := extract.SettingsOf[html.Settings](p.Source)
	if set.List == nil {
		return set.Auto
	}
	fields := set.List.Fields
	if len(fields["title"]) == 0 || len(fields["when"]) == 0 {
		return false
	}
	if fields["title"][0] != titleLine {
		return true
	}
	// Lines that begin with a day are as often news.
	full := 0
	for _, l := range p.Result.Listings {
		if !l.AllDay() || l.Location != "" {
			full++
		}
	}
	return full*2 > len(p.Result.Listings)
}

// Sure reports whether the address itself names the group of a platform, and
// nothing else needs to be looked at.
func (p Proposal) Sure() bool { return p.Way == Platform && p.score > 100 }
