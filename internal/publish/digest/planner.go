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
	found, ahead := p.collect(r, q)
	d := p.digest(r, found, most)
	d.Ahead = ahead
	if r.Operator {
		d.Stale = p.in.Stale
	}
	return d, nil
}

// digest writes entries, at most so many of them.
func (p *Planner) digest(r Reader, found [kinds][]entry, most int) Digest {
	d := Digest{
		Reader:  r,
		Upto:    p.in.Upto,
		home:    p.in.Calendar.URL,
		MoreURL: p.searchURL(r),
	}
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
		adds:    min(total, most) <= Short,
	}
	w.order(&found)
	d.subject = w.top(found, total)
	d.Sections = w.sections(found, most)
	return d
}

// order sorts the entries of each kind: those that go by days by their day and hour.
func (w writer) order(found *[kinds][]entry) {
	for _, entries := range found {
		slices.SortStableFunc(
			entries,
			func(a, b entry) int { return byStart(a.doc, b.doc) },
		)
	}
}

// top writes the subject: the first entry of the first kind there is is the most
// important one; small changes come last.
func (w writer) top(found [kinds][]entry, total int) string {
	all := slices.Concat(found[:]...)
	for _, passes := range []func(entry) bool{entry.matters, entry.small} {
		if i := slices.IndexFunc(all, passes); i >= 0 {
			return w.subject(all[i], total)
		}
	}
	return ""
}

// matters reports whether an entry is of interest before others.
func (one entry) matters() bool { return !one.running && !one.small() }

// small reports whether all that changed is what one goes there by all the same: a title,
// an end, a link.
func (one entry) small() bool {
	if one.kind != Changed || one.doc.Event.Withdrawn || one.reinstated() {
		return false
	}
	was, now := *one.before, one.doc.Event
	isMoved := !was.Start.Equal(now.Start) || placeDiffers(was, now) ||
		modeDiffers(was, now)
	return !isMoved
}

// sections writes the first entries of each kind, at most so many in all.
func (w writer) sections(found [kinds][]entry, most int) []Section {
	var all []Section
	for k, entries := range found {
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
	// fresh is set for what is new in a section of another name, running for what began
	// on an earlier day.
	fresh, running bool
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

// coming returns what a reader hears about an event without news: that it is on today,
// that it is on in the days ahead where those are listed, else what there is to be
// reminded of.
func (p *Planner) coming(d *query.Doc, r Reader) (entry, bool) {
	if runs, began := onToday(d.Event, r); runs {
		return entry{kind: Today, doc: d, running: began}, true
	}
	if r.looks() && inFirstDays(d.Event, r) {
		return entry{kind: Week, doc: d}, true
	}
	return p.remind(d, r)
}

// longestRun is for how many days after its first an event is listed each day.
const longestRun = 6

// onToday reports whether an event is on on the day of a digest, and whether it began
// before it.
func onToday(e event.Event, r Reader) (runs, began bool) {
	zone := event.Zone(r.Zone)
	first, last := e.Start.In(zone).Date, e.Start.In(zone).Date
	if !e.End.IsZero() {
		last = event.DateOf(e.End.Over(zone).In(zone).Add(-time.Second))
	}
	isShort := last.Sub(first) <= longestRun
	isWithin := first.Compare(r.Date) <= 0 && last.Compare(r.Date) >= 0
	return first == r.Date || isShort && isWithin, first != r.Date
}

// news returns what changed since a reader's cursor, be it that of the subscription.
// What is new stands among what is on today, and in a first digest among the days ahead.
func (p *Planner) news(r Reader, q query.Query) []entry {
	var all []entry
	for _, n := range p.sinceFor(r) {
		t, ok := p.report(&n, q)
		if !ok {
			continue
		}
		if t.kind == New && p.remindable(t.doc.Event) {
			t.kind = placeOfNew(t.doc.Event, r)
			t.fresh = t.kind != New
		}
		all = append(all, t)
	}
	return all
}

// placeOfNew returns the section of an event that is new.
func placeOfNew(e event.Event, r Reader) Kind {
	_, began := onToday(e, r)
	switch {
	case !began:
		return Today
	case r.First() && inFirstDays(e, r):
		return Week
	}
	return New
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
