package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
	"koyomi/internal/publish"
	"koyomi/internal/query"
	"koyomi/internal/recording"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/usage"
)

// A question is what a reader asks of a calendar: words and days as typed, since
// a running koyomi that is asked has a today of its own.
type question struct {
	words    string
	from, to string
	past     bool
	limit    int
}

// A calendar answers questions: a database here, or a running koyomi.
type calendar interface {
	// Ask gives the events a question is about, soonest first, past ones latest
	// first.
	Ask(ctx context.Context, q question) ([]event.Event, error)
	// Moved gives the UIDs of those events that were moved since they were first
	// announced; nil where that is not known.
	Moved(ctx context.Context, events []event.Event) (map[string]bool, error)
	// Whole returns all that is known of the event whose id begins so.
	Whole(ctx context.Context, id string) (whole, error)
	// Clash returns what is on around a day, for an event that words would find.
	Clash(ctx context.Context, day, words string) (publish.ClashJSON, error)
	// Sources returns all sources and how each is doing.
	Sources(ctx context.Context) ([]sourceLine, error)
}

// local is the calendar of a database on this machine.
type local struct {
	// store is the database, nil where there is none yet.
	store     store.Reader
	catalogue func() *source.Catalogue
	// now is the clock that today is read from; calendar has the reader's zone and how
	// long an event without an end lasts.
	now      func() time.Time
	calendar publish.Calendar
	// standing is whose word each source is, polls reports whether it is polled.
	standing func(id string) ledger.Standing
	polls    func(*source.Source) bool
	// recordings are those that sources are proved by.
	recordings func() ([]recording.Visit, error)
}

// A plan is how a question is answered: what is read, and what each event that was
// read is asked.
type plan struct {
	query  query.Query
	window store.Window
}

// Ask chooses by days and signs in the database, then by words.
func (l *local) Ask(ctx context.Context, q question) ([]event.Event, error) {
	p, err := l.plan(q)
	if err != nil {
		return nil, err
	}
	answers := l.answers(p.query)
	if q.past {
		over, now, assumed := answers, l.now(), l.calendar.Assumed
		answers = func(e event.Event) bool { return !e.Over(assumed).After(now) && over(e) }
	}
	return l.read(ctx, p.window, q, answers)
}

// plan reads a question and says what is to be read of the database.
func (l *local) plan(q question) (plan, error) {
	now, assumed := l.now(), l.calendar.Assumed
	parsed, problem := query.Parse(q.words, query.Env{Now: now, Zone: event.Tokyo, Assumed: assumed})
	if problem != nil {
		return plan{}, usage.Of(problem)
	}
	from, to, err := q.days(now)
	if err != nil {
		return plan{}, err
	}
	asked := parsed.Bounds()
	w := store.Window{From: now, AssumedLength: assumed, Until: asked.Until}
	switch {
	case !from.IsZero():
		w.From = from.Begin(event.Tokyo).Add(-time.Second)
	case q.past:
		w.From = time.Time{}
	}
	if asked.From.After(w.From) {
		w.From = asked.From
	}
	if q.past {
		w.Until = sooner(w.Until, now)
	}
	if !to.IsZero() {
		w.Until = sooner(w.Until, to.Add(1).Begin(event.Tokyo))
	}
	w.Signs = l.signs(parsed, w, now)
	return plan{parsed, w}, nil
}

// sooner gives the earlier of an end, which may be none, and another.
func sooner(end, other time.Time) time.Time {
	if end.IsZero() || other.Before(end) {
		return other
	}
	return end
}

// signs gives what to look for in the database where the window is wide: a narrow one
// is read sooner, and without the catalogue.
func (l *local) signs(q query.Query, w store.Window, now time.Time) [][]query.Sign {
	if q.Empty() || !w.From.IsZero() && now.Sub(w.From) < farBack {
		return nil
	}
	return q.Signs(l.catalogue().Communities)
}

// farBack is how far a window reaches back for the index to be worth asking.
const farBack = 60 * 24 * time.Hour

// read gives the events that answer, at most as many as were asked for. Where that is
// a few of many, it reads the window in pieces.
func (l *local) read(ctx context.Context, w store.Window, q question, answers func(event.Event) bool) ([]event.Event, error) {
	if q.limit > 0 {
		found, err := l.inPieces(ctx, w, q, answers)
		if err != nil || found != nil {
			return found, err
		}
	}
	events, err := l.window(ctx, w, q.past)
	return matching(events, answers, q.limit), err
}

// window gives the events of a window, the latest first where what is past is asked for.
func (l *local) window(ctx context.Context, w store.Window, latestFirst bool) ([]event.Event, error) {
	events, err := l.store.Events(ctx, w)
	if err != nil {
		return nil, fmt.Errorf("ask the database: %w", err)
	}
	if latestFirst {
		slices.Reverse(events)
	}
	return events, nil
}

// inPieces reads from the window's end backwards where what is past is asked for, else
// from its begin: pieces of growing length until one has as many that answer as were
// asked for; nil where none has. The index is left alone as long as the first days have
// many that answer, and asked where they have few.
func (l *local) inPieces(ctx context.Context, w store.Window, q question, answers func(event.Event) bool) ([]event.Event, error) {
	piece := w
	piece.Signs = nil
	for span := recent; span < longest; {
		if !cutTo(&piece, w, span, q.past) {
			return nil, nil
		}
		events, err := l.window(ctx, piece, q.past)
		if err != nil {
			return nil, err
		}
		found := matching(slices.DeleteFunc(events, atTheCut(piece, q.past)), answers, q.limit)
		if len(found) == q.limit {
			return found, nil
		}
		if piece.Signs = w.Signs; len(w.Signs) > 0 && 20*len(found) < q.limit {
			return nil, nil
		}
		// As far as twice as many lie, if they are spread evenly.
		span *= time.Duration(max(2, 2*q.limit/max(1, len(found))))
	}
	return nil, nil
}

// cutTo makes a piece as long as span, and reports whether the window w is longer.
func cutTo(piece *store.Window, w store.Window, span time.Duration, past bool) bool {
	if past {
		piece.From = w.Until.Add(-span)
		return piece.From.After(w.From)
	}
	piece.Until = w.From.Add(span)
	return w.Until.IsZero() || piece.Until.Before(w.Until)
}

// atTheCut tells the events of the days at which a piece was cut, in whatever zone:
// not all of those days are in it.
func atTheCut(piece store.Window, past bool) func(event.Event) bool {
	if past {
		first := event.DateOf(piece.From.In(event.Tokyo)).Add(2)
		return func(e event.Event) bool { return e.Start.Date.Compare(first) < 0 }
	}
	last := event.DateOf(piece.Until.In(event.Tokyo)).Add(-2)
	return func(e event.Event) bool { return e.Start.Date.Compare(last) > 0 }
}

// recent is the length of the first piece; what would be longest is read at once.
const (
	recent  = 32 * 24 * time.Hour
	longest = 6 * 365 * 24 * time.Hour
)

// Moved asks for the events that have changed in time, place or status.
func (l *local) Moved(ctx context.Context, events []event.Event) (map[string]bool, error) {
	var changed []string
	for _, e := range events {
		if e.Sequence > 0 {
			changed = append(changed, e.UID)
		}
	}
	moved := map[string]bool{}
	if len(changed) == 0 {
		return moved, nil
	}
	uids, err := l.store.Moved(ctx, changed)
	if err != nil {
		return nil, fmt.Errorf("ask the database: %w", err)
	}
	for _, uid := range uids {
		moved[uid] = true
	}
	return moved, nil
}

// answers gives what a question asks of one event. The catalogue is read meanwhile
// where names of communities have a part in it, and not at all where they have none.
func (l *local) answers(q query.Query) func(event.Event) bool {
	switch {
	case q.Empty():
		return func(e event.Event) bool { return e.Type == "" || e.Type == event.TypeEvent }
	case !q.Named():
		return func(e event.Event) bool { return q.Match(e, nil) }
	}
	read := make(chan map[string]*source.Community, 1)
	go func() { read <- communitiesOf(l.catalogue()) }()
	byID := sync.OnceValue(func() map[string]*source.Community { return <-read })
	return func(e event.Event) bool { return q.Match(e, byID()[e.Community]) }
}

// matching gives the events that are published and answer, at most limit (0 for all).
func matching(events []event.Event, answers func(event.Event) bool, limit int) []event.Event {
	var found []event.Event
	for _, e := range events {
		if limit > 0 && len(found) == limit {
			break
		}
		if publish.Published(e) && answers(e) {
			found = append(found, e)
		}
	}
	return found
}

// days reads the days of a question; zero where it names none.
func (q question) days(now time.Time) (from, to event.Date, err error) {
	for _, d := range []struct {
		flag, value string
		day         func(string, time.Time, *time.Location) (event.Date, error)
		into        *event.Date
	}{{"--from", q.from, query.Day, &from}, {"--to", q.to, lastDay, &to}} {
		if d.value == "" {
			continue
		}
		if *d.into, err = d.day(d.value, now, event.Tokyo); err != nil {
			return from, to, usage.Errorf("%s %s: %w", d.flag, usage.Quote(d.value), err)
		}
	}
	if !from.IsZero() && !to.IsZero() && to.Compare(from) < 0 {
		return from, to, usage.Errorf("--from %s is after --to %s: nothing can lie between them", from, to)
	}
	return from, to, nil
}

// lastDay gives the last of the days that words mean: Sunday of 今週末.
func lastDay(s string, now time.Time, zone *time.Location) (event.Date, error) {
	_, last, err := query.Days(s, now, zone)
	return last, err
}

// communitiesOf returns the communities of a catalogue by id.
func communitiesOf(all *source.Catalogue) map[string]*source.Community {
	byID := make(map[string]*source.Community, len(all.Communities))
	for _, c := range all.Communities {
		byID[c.ID] = c
	}
	return byID
}
