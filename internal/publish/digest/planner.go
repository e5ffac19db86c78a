package digest

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/query"
	"koyomi/internal/source"
)

// An Input is what all digests of one moment are made of.
type Input struct {
	Now time.Time
	// Calendar returns the names of communities, the site's address (URL) and that
	// of event pages (EventBase); its Assumed is how long an event without an end
	// lasts.
	Calendar publish.Calendar
	// Events are those not over since Back before Now, withdrawn and merged ones
	// too.
	Events []event.Event
	// Changes are all after the smallest cursor of any reader, oldest first; Upto
	// is the ID of the last change there is.
	Changes     []event.Change
	Upto        int64
	Communities []*source.Community
	Stale       []Stale
	// Shown is when the sources of events were last seen to list them, by UID.
	Shown map[string]time.Time
}

// Back is how long an event that is over may still be reported as cancelled or
// changed: for readers who were not reached for a while.
const Back = 30 * 24 * time.Hour

// A Planner makes all digests of one moment. It is not safe for
// use by several goroutines.
type Planner struct {
	in          Input
	communities map[string]*source.Community
	docs        []query.Doc
	byUID       map[string]*query.Doc
	// ahead are the docs that someone may be reminded of, by start.
	ahead []*query.Doc
	// past holds the whole history of some of them.
	past    map[string][]event.Change
	nets    map[int64][]net
	queries map[string]query.Query
}

// NewPlanner makes a planner.
func NewPlanner(in Input) *Planner {
	in.Calendar = in.Calendar.WithDefaults()
	p := &Planner{
		in:          in,
		communities: map[string]*source.Community{},
		byUID:       map[string]*query.Doc{},
		past:        map[string][]event.Change{},
		nets:        map[int64][]net{},
		queries:     map[string]query.Query{},
	}
	for _, c := range in.Communities {
		p.communities[c.ID] = c
	}
	p.docs = make([]query.Doc, len(in.Events))
	for i, ev := range in.Events {
		d := &p.docs[i]
		*d = query.NewDoc(ev, p.communities[ev.Community])
		p.byUID[ev.UID] = d
		if p.remindable(ev) {
			p.ahead = append(p.ahead, d)
		}
	}
	slices.SortStableFunc(p.ahead, byStart)
	return p
}

func byStart(a, b *query.Doc) int { return publish.Compare(a.Event, b.Event) }

// Background returns the UIDs of events whose whole history is needed, so that
// nobody is reminded twice of what was moved: hand it over with Remember.
func (p *Planner) Background() []string {
	var uids []string
	for _, d := range p.ahead {
		if ev := d.Event; !ev.Updated.Equal(ev.Created) && p.near(ev) {
			uids = append(uids, ev.UID)
		}
	}
	return uids
}

// Remember takes over all changes of one event, oldest first.
func (p *Planner) Remember(uid string, changes []event.Change) { p.past[uid] = changes }

// For makes the digest of a sort of reader. An error is a filter that does not parse.
func (p *Planner) For(r Reader) (Digest, error) { return p.upTo(r, Most) }

// upTo is For with at most so many events.
func (p *Planner) upTo(r Reader, most int) (Digest, error) {
	q, err := p.query(r)
	if err != nil {
		return Digest{}, err
	}
	d := Digest{
		Reader:  r,
		Upto:    p.in.Upto,
		home:    p.in.Calendar.URL,
		MoreURL: p.searchURL(r),
	}
	found, ahead := p.collect(r, q)
	d.Ahead = ahead
	total := 0
	for k, f := range found {
		d.Totals[k] = len(f)
		total += len(f)
	}
	d.More = max(0, total-most)
	w := writer{
		planner: p,
		reader:  r,
		words:   languages[r.Lang],
		zone:    event.Zone(r.Zone),
		google:  min(total, most) <= Short,
	}
	d.Sections = w.sections(found, most)
	if r.Operator {
		d.Stale = p.in.Stale
	}
	return d, nil
}

// sections writes the first entries of each kind, at most so many in all.
func (w writer) sections(found [kinds][]entry, most int) []Section {
	var all []Section
	for k, entries := range found {
		slices.SortStableFunc(
			entries,
			func(a, b entry) int { return byStart(a.doc, b.doc) },
		)
		entries = entries[:min(len(entries), most)]
		most -= len(entries)
		s := Section{Kind: Kind(k)}
		for _, one := range entries {
			s.Items = append(s.Items, w.item(one))
		}
		if len(s.Items) > 0 {
			all = append(all, s)
		}
	}
	return all
}

// An entry is one event and why it is in the digest.
type entry struct {
	kind Kind
	doc  *query.Doc
	// before is the event as the reader knew it, nil where nothing of that is said.
	before *event.Event
	// closes is set for a deadline, opens for the start of registration.
	opens, closes bool
}

// collect returns the entries of a reader by kind, each event in one of them only, and
// for a first digest how many events are further ahead.
func (p *Planner) collect(r Reader, q query.Query) (found [kinds][]entry, ahead int) {
	told := map[string]bool{}
	for _, t := range p.news(r, q) {
		told[t.doc.Event.UID] = true
		found[t.kind] = append(found[t.kind], t)
	}
	for _, d := range p.ahead {
		if told[d.Event.UID] || !q.MatchDoc(d) {
			continue
		}
		if t, ok := p.coming(d, r); ok {
			found[t.kind] = append(found[t.kind], t)
			continue
		}
		ahead++
	}
	if !r.First() {
		ahead = 0 // those were told before
	}
	return found, ahead
}

// coming returns what a reader hears about an event without news: in the first digest
// that it is on in the days ahead, else what there is to be reminded of.
func (p *Planner) coming(d *query.Doc, r Reader) (entry, bool) {
	if r.First() && inFirstDays(d.Event, r) {
		return entry{kind: Week, doc: d}, true
	}
	return p.remind(d, r)
}

// news returns what changed since a reader's cursor, be it that of the subscription: a
// first digest has what is new among the days ahead, where those are.
func (p *Planner) news(r Reader, q query.Query) []entry {
	var all []entry
	nets := p.since(r.Cursor)
	for i := range nets {
		t, ok := p.report(&nets[i], q)
		if !ok {
			continue
		}
		if t.kind == New && r.First() && p.remindable(t.doc.Event) &&
			inFirstDays(t.doc.Event, r) {
			t.kind = Week
		}
		all = append(all, t)
	}
	return all
}

// inFirstDays reports whether an event begins in the days that a first digest shows.
func inFirstDays(e event.Event, r Reader) bool {
	return e.Start.In(event.Zone(r.Zone)).Date.Compare(r.Date.Add(FirstDays)) < 0
}

// query returns a reader's filter, parsed once for all who have it.
func (p *Planner) query(r Reader) (query.Query, error) {
	key := r.Zone + "\n" + r.Query
	if q, ok := p.queries[key]; ok {
		return q, nil
	}
	q, err := query.Parse(r.Query, query.Env{
		Now:     p.in.Now,
		Zone:    event.Zone(r.Zone),
		Assumed: p.in.Calendar.Assumed,
	})
	if err != nil {
		return q, fmt.Errorf("the filter %q: %w", r.Query, err)
	}
	p.queries[key] = q
	return q, nil
}

// searchURL returns the page that lists what the reader asks for.
func (p *Planner) searchURL(r Reader) string {
	v := url.Values{"lang": {r.Lang}}
	if r.Query != "" {
		v.Set("q", r.Query)
	}
	return p.in.Calendar.URL + "?" + v.Encode()
}

// over reports whether an event is over at the planner's moment.
func (p *Planner) over(ev event.Event) bool {
	return !ev.Over(p.in.Calendar.Assumed).After(p.in.Now)
}

// since returns the net changes after a cursor, worked out once for all who stand there.
func (p *Planner) since(cursor int64) []net {
	if n, ok := p.nets[cursor]; ok {
		return n
	}
	from, _ := slices.BinarySearchFunc(
		p.in.Changes,
		cursor+1,
		func(c event.Change, id int64) int { return cmp.Compare(c.ID, id) },
	)
	n := p.netOf(p.in.Changes[from:])
	p.nets[cursor] = n
	return n
}
