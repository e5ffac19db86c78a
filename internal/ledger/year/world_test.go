// Package year holds the simulated year: communities that announce, edit, move,
// cancel and re-post as real ones do, on sources that fail as real ones do, polled
// once a day through poll, health and ledger. What truly happened is known, so
// that every mistake can be counted. It shares no normalising and no matching with
// the ledger.
package year

import (
	"fmt"
	"math/rand/v2"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
	"koyomi/internal/source"
)

// first is the first day; days how many follow.
var first = time.Date(2026, 4, 1, 0, 0, 0, 0, event.Tokyo)

const days = 365

// A gathering is what truly takes place.
type gathering struct {
	id        int
	community string
	title     string
	start     time.Time
	hours     int
	// days is the length of an all-day one, 0 for one with hours.
	days        int
	place, area string
	online      bool
	announced   int
	number      string
	cancelled   bool
	// withdrawn is set once it was taken away; ghost marks what never was there and
	// only a faulty reader sees.
	withdrawn, ghost bool
	// befell are the mutations it went through.
	befell   []string
	postings []*posting
	// shown is set once a poll in health listed it; uid is the UID it was given, and
	// settled once its community's founding day is over.
	shown, settled bool
	uid            string
}

func (g *gathering) over() time.Time {
	if g.days > 0 {
		return g.start.AddDate(0, 0, g.days)
	}
	return g.start.Add(time.Duration(g.hours) * time.Hour)
}

// A posting is one announcement of a gathering on one outlet, with what it says now.
type posting struct {
	of       *gathering
	on       *outlet
	key, url string
	dress    func(string) string
	title    string
	start    time.Time
	place    string
	area     string
	status   event.Status
	note     string
	// trace is a number of its own. It rides on the source's own counter, which no
	// rule looks at, so that a claim can be told whose it truly is.
	trace  int
	hidden bool
	// seen is set once a poll in health listed it.
	seen  bool
	page  string // "alive", "gone", or the title that its page shows
	vague bool   // tells the day only
	// blur is by how many days the faulty reader misreads the start.
	blur int
}

// An outlet is a place that announces: what the program calls a source.
type outlet struct {
	source    *source.Source
	community string
	habit     habit
	rank      int
	aggregate bool
	postings  []*posting
	faults    []fault
	rng       *rand.Rand
	next      int
	ghosts    []*posting
	// opens is the day from which it is watched.
	opens int
	zone  *time.Location
	// yearless marks dates as people write them: no year, a weekday.
	yearless bool
	// blurs is the day from which it words dates in a way that the faulty reader
	// misreads, 0 for never.
	blurs int
	// upsetOn is the day on which all that it had ahead was truly changed.
	upsetOn int
	// heldOn is the last day on which it was held in health.
	heldOn int
	// polledAt is the moment of the last poll in health.
	polledAt time.Time
}

// habit is how an outlet lists.
type habit int

const (
	groupPage    habit = iota // all that is ahead and the last month, ids of its own
	calendarFile              // all, ids, no page of an event
	yearPage                  // this year, a page each
	handList                  // all that is ahead and the last quarter, no ids
	newsFeed                  // the newest eight posts
	cityList                  // what others announce, ahead only
)

// A world is everything that is truly so.
type world struct {
	rng        *rand.Rand
	outlets    []*outlet
	gatherings []*gathering
	byURL      map[string]*posting
	// agenda is what will happen, by day.
	agenda map[int][]func()
	day    int
	tally  *tally
	// traces are all postings by their trace, from 1.
	traces []*posting
	// zone is that of the community being founded.
	zone *time.Location
	// mended is set once the reader that sees ghosts is repaired.
	mended   bool
	expected []*expectation
	// span is for how many days it is lived through, kept what is known of it.
	span int
	kept *memory
	// watch, where it is set, sees what is reconciled with which past.
	watch func(ledger.Visit, ledger.Known)
}

func newWorld(seed uint64) *world {
	w := emptyWorld(seed)
	w.found()
	return w
}

// emptyWorld returns a world in which nothing is announced yet.
func emptyWorld(seed uint64) *world {
	return &world{
		rng: rand.New(rand.NewPCG(seed, 1)), byURL: map[string]*posting{}, agenda: map[int][]func(){},
		tally: newTally(), traces: []*posting{nil}, zone: event.Tokyo, span: days,
	}
}

func (w *world) chance(percent int) bool { return w.rng.IntN(100) < percent }

func (w *world) between(a, b int) int { return a + w.rng.IntN(b-a+1) }

func pick[T any](w *world, all []T) T { return all[w.rng.IntN(len(all))] }

// on plans something for a day.
func (w *world) on(day int, do func()) { w.agenda[day] = append(w.agenda[day], do) }

// dawn lets happen what is planned for a day.
func (w *world) dawn(day int) {
	w.day = day
	for i := 0; i < len(w.agenda[day]); i++ {
		w.agenda[day][i]()
	}
	delete(w.agenda, day)
}

// open opens an outlet of a community.
func (w *world) open(community string, h habit, platform string, rank int) *outlet {
	id := community
	if rank > 0 {
		id = fmt.Sprintf("%s-%d", community, rank)
	}
	kind := source.JSON
	if h == yearPage || h == handList {
		kind = source.HTML // read leniently, as pages for people are
	}
	o := &outlet{
		source:    &source.Source{ID: id, Community: community, Kind: kind, Platform: platform, URL: "https://" + id + ".example/list", Zone: w.zone.String()},
		community: community, habit: h, rank: rank, aggregate: h == cityList, zone: w.zone,
		rng: rand.New(rand.NewPCG(w.rng.Uint64(), 2)), next: 10_000 * (len(w.outlets) + 1),
	}
	o.yearless = h == handList && len(w.outlets)%2 == 0
	w.outlets = append(w.outlets, o)
	return o
}

// post announces a gathering on an outlet.
func (w *world) post(g *gathering, o *outlet) *posting {
	o.next++
	p := &posting{of: g, on: o, trace: len(w.traces), page: "alive", start: g.start, place: g.place, area: g.area, status: event.Confirmed}
	w.traces = append(w.traces, p)
	p.dress = o.dressing(w)
	p.title = p.dress(g.title)
	switch o.habit {
	case groupPage, cityList:
		p.key = fmt.Sprint(o.next)
		p.url = fmt.Sprintf("https://%s.example/event/%d/", o.source.ID, o.next)
	case calendarFile:
		p.key = fmt.Sprintf("%x@%s", o.rng.Uint64(), o.source.ID)
	case yearPage, newsFeed:
		p.url = fmt.Sprintf("https://%s.example/%d/post-%d", o.source.ID, g.start.Year(), o.next)
		p.key = p.url
	}
	if o.misreads(w.day) {
		p.blur = o.rng.IntN(30) + 5
		w.misread(p)
	}
	if o.habit == newsFeed {
		p.vague = o.rank > 0 && w.chance(20)
		if o.rank > 0 && w.chance(30) {
			p.place = ""
		}
	}
	if g.cancelled {
		w.callOff(p)
	}
	w.byURL[p.url] = p
	o.postings = append(o.postings, p)
	g.postings = append(g.postings, p)
	return p
}

// dressing is how an outlet words the titles it takes over.
func (o *outlet) dressing(w *world) func(string) string {
	plain := func(s string) string { return s }
	switch {
	case o.aggregate:
		return pick(w, []func(string) string{
			plain, plain, plain, wide, func(s string) string { return "【勉強会】" + s }, func(s string) string { return s + " " }, func(s string) string { return cut(s, 30) },
		})
	case o.habit == newsFeed && o.rank > 0:
		return pick(w, []func(string) string{
			plain, func(s string) string { return s + "を開催します" }, func(s string) string { return s + " のお知らせ" }, func(s string) string { return "【告知】" + s },
		})
	case o.rank > 0:
		return pick(w, []func(string) string{plain, plain, wide, func(s string) string { return s + "！" }})
	}
	return plain
}

// wide writes ASCII letters and digits in full width.
func wide(s string) string {
	r := []rune(s)
	for i, c := range r {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' {
			r[i] = c + 0xfee0
		}
	}
	return string(r)
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
