// Package discover answers for the question how koyomi could read a document that
// nobody has described yet: it recognises platforms, calendars, feeds, structured
// data, tables, repeated patterns and labelled pages, and proposes settings. What a
// proposal shows is what the kinds really read by them; it fetches nothing and
// decides nothing.
package discover

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"koyomi/internal/extract"
	"koyomi/internal/extract/html"
	"koyomi/internal/source"
	"koyomi/internal/text"
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

// ways are all of them, those whose settings say most first.
var ways = []Way{Platform, Calendar, Structured, JSON, File, Feed, Table, List, Page}

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
	// Doubts are the reasons why what was read is not believed to be events; nil where
	// it is.
	Doubts []string

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
}

// Find recognises what a document can be read as. The page is what came back for
// its address, at the moment of the visit.
func (f *Finder) Find(p extract.Page, at time.Time) Report {
	r := f.Address(p.URL)
	if p.Requested == "" {
		p.Requested = p.URL
	}
	s := &search{finder: f, page: p, at: at, report: &r}
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
	// title is what the page calls itself.
	title string
}

func (s *search) look() {
	switch sniff(s.page) {
	case "calendar":
		s.try(Calendar, "it is a calendar", &source.Source{Kind: source.ICS})
	case "feed":
		s.feed()
	case "json":
		s.json()
	case "xml":
		s.try(JSON, "XML with events in it", &source.Source{Kind: source.JSON})
	case "file":
		s.file()
		if isMarkdown(s.page) {
			s.htmlPage()
		}
	default:
		s.htmlPage()
	}
}

// htmlPage looks at a page made for people.
func (s *search) htmlPage() {
	doc, base, err := html.Parse(s.page, &source.Source{})
	if err != nil {
		s.report.Failed = append(s.report.Failed, Proposal{Way: Page, Why: "a page for people", Tried: true, Err: err})
		s.file()
		return
	}
	d := newDocument(doc, base)
	s.report.Name = d.name()
	s.title = text.Line(doc.Find("title").First().Text()+" "+doc.Find("h1").First().Text(), 200)
	s.marks(d)
	s.links(d)
	s.groups(d)
	s.structured(d)
	if d.tooLarge {
		s.report.Notes = append(s.report.Notes, "the page is very large: lists and tables were not looked for")
		return
	}
	s.tables(d)
	s.lists(d)
	s.single(d)
}

// try reads the document in hand by settings and keeps what came of it.
func (s *search) try(way Way, why string, src *source.Source) *Proposal {
	src.ID, src.URL = "discover", s.page.URL
	p := Proposal{Way: way, Why: why, Source: src, Tried: true}
	visit := extract.Visit{Source: src, At: s.at, Pages: []extract.Page{s.page}}
	p.Result, p.Err = s.finder.Kinds[src.Kind].Read(visit)
	if p.Err != nil || len(p.Result.Listings) == 0 {
		s.report.Failed = append(s.report.Failed, p)
		return nil
	}
	s.report.Proposals = append(s.report.Proposals, p)
	return &s.report.Proposals[len(s.report.Proposals)-1]
}

// judge weighs a reading: how likely it is right, and what speaks against it where
// it is not believed.
func (s *search) judge(p *Proposal) {
	values := s.readingOf(*p).values()
	m := weighed()
	likely := m.probability(values)
	p.score = 100 * likely
	if likely < m.least {
		p.Doubts = m.reasons(values, true)
		p.Hints = append(p.Hints, "it does not look like events: "+strings.Join(p.Doubts, ", "))
	}
}

// readingOf is what a proposal has read, looked at as a whole.
func (s *search) readingOf(p Proposal) reading {
	return reading{p: p, at: s.at, title: s.report.Name + " " + s.title, others: s.report.Proposals}
}

// point keeps a way that has to ask another address first.
func (s *search) point(way Way, why string, src *source.Source, score float64) {
	if known(s.report.Proposals, src) {
		return
	}
	s.report.Proposals = append(s.report.Proposals, Proposal{Way: way, Why: why, Source: src, score: score})
}

// known reports whether the same address or group is proposed already.
func known(all []Proposal, src *source.Source) bool {
	return slices.ContainsFunc(all, func(p Proposal) bool {
		return p.Source.Platform == src.Platform && p.Source.Group == src.Group && p.Source.URL == src.URL
	})
}

// ranked returns the report with the best proposal first, each reading once.
func (s *search) ranked() Report {
	r := s.report
	for i := range r.Proposals {
		if r.Proposals[i].Tried {
			s.judge(&r.Proposals[i])
		}
	}
	level(r.Proposals)
	slices.SortStableFunc(r.Proposals, func(a, b Proposal) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(slices.Index(ways, a.Way), slices.Index(ways, b.Way)))
	})
	seen := map[string]bool{}
	r.Proposals = slices.DeleteFunc(r.Proposals, func(p Proposal) bool {
		key := string(p.Way) + "\n" + signature(p.Result)
		isAgain := p.Tried && seen[key]
		seen[key] = true
		return isAgain
	})
	for i := range r.Proposals {
		s.hint(&r.Proposals[i])
	}
	return *r
}

// level makes proposals that read the same events stand alike: of them the one counts
// whose settings say most.
func level(all []Proposal) {
	best := map[string]float64{}
	for _, p := range all {
		if p.Tried {
			key := signature(p.Result)
			best[key] = max(best[key], p.score)
		}
	}
	for i, p := range all {
		if p.Tried {
			all[i].score = best[signature(p.Result)]
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

// Repeated gives the best way to read a page by what it repeats: a table, or a list
// of which it is known where the dates stand, that are those of events.
func (r Report) Repeated() (Proposal, bool) {
	for _, p := range r.Proposals {
		isBelieved := p.Tried && p.Err == nil && len(p.Doubts) == 0
		if isBelieved && p.fieldsNamed() {
			return p, true
		}
	}
	return Proposal{}, false
}

// fieldsNamed reports whether a proposal is a table, or a list that says where title
// and date are.
func (p Proposal) fieldsNamed() bool {
	if p.Way != List {
		return p.Way == Table
	}
	set := extract.SettingsOf[html.Settings](p.Source)
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
