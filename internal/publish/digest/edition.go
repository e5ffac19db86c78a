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

// An Input is what all digests of one moment are made from.
type Input struct {
	Now time.Time
	// Calendar gives the names of communities, the site's address (URL) and that
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
}

// Back is how long an event that is over may still be told to be cancelled or
// changed: for readers who were not reached for a while.
const Back = 30 * 24 * time.Hour

// An Edition is what all digests of one moment are made from. It is not safe for
// use by several goroutines.
type Edition struct {
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

// Open makes an edition.
func Open(in Input) *Edition {
	in.Calendar = in.Calendar.WithDefaults()
	e := &Edition{
		in: in, communities: map[string]*source.Community{}, byUID: map[string]*query.Doc{},
		past: map[string][]event.Change{}, nets: map[int64][]net{}, queries: map[string]query.Query{},
	}
	for _, c := range in.Communities {
		e.communities[c.ID] = c
	}
	e.docs = make([]query.Doc, len(in.Events))
	for i, ev := range in.Events {
		e.docs[i] = query.NewDoc(ev, e.communities[ev.Community])
		e.byUID[ev.UID] = &e.docs[i]
	}
	for i := range e.docs {
		if d := &e.docs[i]; e.remindable(d.Event) {
			e.ahead = append(e.ahead, d)
		}
	}
	slices.SortStableFunc(e.ahead, byStart)
	return e
}

func byStart(a, b *query.Doc) int { return publish.Compare(a.Event, b.Event) }

// Background gives the UIDs of events whose whole history is needed, so that
// nobody is reminded twice of what was moved: hand it over with Remember.
func (e *Edition) Background() []string {
	var uids []string
	for _, d := range e.ahead {
		if ev := d.Event; !ev.Updated.Equal(ev.Created) && e.near(ev) {
			uids = append(uids, ev.UID)
		}
	}
	return uids
}

// Remember takes over all changes of one event, oldest first.
func (e *Edition) Remember(uid string, changes []event.Change) { e.past[uid] = changes }

// For makes the digest of a sort of reader. An error is a filter that does not parse.
func (e *Edition) For(r Reader) (Digest, error) { return e.upTo(r, Most) }

// upTo is For with at most so many events.
func (e *Edition) upTo(r Reader, most int) (Digest, error) {
	q, err := e.query(r)
	if err != nil {
		return Digest{}, err
	}
	d := Digest{Reader: r, Upto: e.in.Upto, home: e.in.Calendar.URL}
	found := e.collect(r, q)
	total := 0
	for k, f := range found {
		d.Totals[k] = len(f)
		total += len(f)
	}
	d.More = max(0, total-most)
	d.MoreURL = e.searchURL(r)
	t := teller{edition: e, reader: r, words: languages[r.Lang], zone: event.Zone(r.Zone), google: min(total, most) <= Short}
	room := most
	for k, tales := range found {
		slices.SortStableFunc(tales, func(a, b tale) int { return publish.Compare(a.doc.Event, b.doc.Event) })
		tales = tales[:min(len(tales), room)]
		if len(tales) == 0 {
			continue
		}
		room -= len(tales)
		s := Section{Kind: Kind(k)}
		for _, one := range tales {
			s.Items = append(s.Items, t.item(one))
		}
		d.Sections = append(d.Sections, s)
	}
	if r.Operator {
		d.Stale = e.in.Stale
	}
	return d, nil
}

// A tale is one event and why it is told.
type tale struct {
	kind Kind
	doc  *query.Doc
	// before is the event as the reader knew it, nil where nothing of that is told.
	before *event.Event
	// closes tells a deadline, opens the start of registration.
	opens, closes bool
}

// collect gives the tales of a reader by kind, each event in one of them only.
func (e *Edition) collect(r Reader, q query.Query) [kinds][]tale {
	var found [kinds][]tale
	told := map[string]bool{}
	add := func(t tale) {
		told[t.doc.Event.UID] = true
		found[t.kind] = append(found[t.kind], t)
	}
	if r.First() {
		for _, d := range e.week(r, q) {
			add(tale{kind: Week, doc: d})
		}
	} else {
		for i := range e.since(r.Cursor) {
			n := &e.since(r.Cursor)[i]
			if t, ok := e.tell(n, q); ok {
				add(t)
			}
		}
	}
	for _, d := range e.ahead {
		if told[d.Event.UID] || !q.MatchDoc(d) {
			continue
		}
		if t, ok := e.remind(d, r); ok {
			add(t)
		}
	}
	return found
}

// week gives what a first digest shows: what is on in the days ahead.
func (e *Edition) week(r Reader, q query.Query) []*query.Doc {
	zone := event.Zone(r.Zone)
	until := r.Date.Add(FirstDays)
	var all []*query.Doc
	for _, d := range e.ahead {
		if d.Event.Start.In(zone).Date.Compare(until) < 0 && q.MatchDoc(d) {
			all = append(all, d)
		}
	}
	return all
}

// query gives a reader's filter, parsed once for all who have it.
func (e *Edition) query(r Reader) (query.Query, error) {
	key := r.Zone + "\n" + r.Query
	if q, ok := e.queries[key]; ok {
		return q, nil
	}
	q, err := query.Parse(r.Query, query.Env{Now: e.in.Now, Zone: event.Zone(r.Zone), Assumed: e.in.Calendar.Assumed})
	if err != nil {
		return q, fmt.Errorf("the filter %q: %w", r.Query, err)
	}
	e.queries[key] = q
	return q, nil
}

// searchURL gives the page that lists what the reader asks for.
func (e *Edition) searchURL(r Reader) string {
	v := url.Values{"lang": {r.Lang}}
	if r.Query != "" {
		v.Set("q", r.Query)
	}
	return e.in.Calendar.URL + "?" + v.Encode()
}

// over reports whether an event is over at the edition's moment.
func (e *Edition) over(ev event.Event) bool {
	return !ev.Over(e.in.Calendar.Assumed).After(e.in.Now)
}

// since gives the net changes after a cursor, worked out once for all who stand there.
func (e *Edition) since(cursor int64) []net {
	if n, ok := e.nets[cursor]; ok {
		return n
	}
	from, _ := slices.BinarySearchFunc(e.in.Changes, cursor+1, func(c event.Change, id int64) int { return cmp.Compare(c.ID, id) })
	n := e.netOf(e.in.Changes[from:])
	e.nets[cursor] = n
	return n
}
