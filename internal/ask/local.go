// Package ask plans a question to the calendar and answers it from a database. It
// neither opens the database nor prints.
package ask

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"koyomi/internal/coverage"
	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/publish"
	"koyomi/internal/query"
	"koyomi/internal/recording"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/usage"
)

// A Question is what a reader asks of a calendar: words and days as typed, since
// a running koyomi that is asked has a today of its own.
type Question struct {
	Words    string
	From, To string
	Past     bool
	Limit    int
}

// A Calendar answers questions: a database here, or a running koyomi.
type Calendar interface {
	// Ask returns the events a question is about, soonest first, past ones latest
	// first.
	Ask(ctx context.Context, q Question) ([]event.Event, error)
	// Moved returns the UIDs of those events that were moved since they were first
	// announced; nil where that is not known.
	Moved(ctx context.Context, events []event.Event) (map[string]bool, error)
	// Doubtful returns the UIDs of those events that no source has shown for days; nil
	// where that is not known.
	Doubtful(ctx context.Context, events []event.Event) (map[string]bool, error)
	// Whole returns all that is known of the event whose id begins so.
	Whole(ctx context.Context, id string) (Whole, error)
	// Clash returns what is on around a day, for an event that words would find.
	Clash(ctx context.Context, day, words string) (publish.ClashJSON, error)
	// Sources returns all sources and how each is doing.
	Sources(ctx context.Context) ([]Source, error)
	// Coverage returns what is known by week, area and platform, and what is not seen.
	Coverage(ctx context.Context) (coverage.Report, error)
}

// Local is the calendar of a database on this machine.
type Local struct {
	// Store is the database, nil where there is none yet.
	Store     store.Reader
	Catalogue func() *source.Catalogue
	// Now is the clock that today is read from; calendar has the reader's zone and how
	// long an event without an end lasts.
	Now      func() time.Time
	Calendar publish.Calendar
	// Waits returns the name of the key for which a source waits, "" for none; nil where
	// no key is asked for.
	Waits func(s *source.Source) string
	// Authority is whose word each source is, polls reports whether it is polled.
	Authority func(id string) ledger.Authority
	Polls     func(*source.Source) bool
	// Recordings are those that sources are proved by.
	Recordings func() ([]recording.Visit, error)
}

// A Plan is how a question is answered: what is read, and what each event that was
// read is asked.
type Plan struct {
	Query  query.Query
	Window store.Window
}

// Ask chooses by days and index terms in the database, then by words.
func (l *Local) Ask(ctx context.Context, q Question) ([]event.Event, error) {
	p, err := l.Plan(q)
	if err != nil {
		return nil, err
	}
	answers := l.answers(p.Query)
	if q.Past {
		over, now, assumed := answers, l.Now(), l.Calendar.Assumed
		answers = func(e event.Event) bool { return !e.Over(assumed).After(now) && over(e) }
	}
	events, err := l.read(ctx, p.Window, q, answers)
	return l.inherited(events), err
}

// inherited adds to events what they have of their communities.
func (l *Local) inherited(events []event.Event) []event.Event {
	if len(events) == 0 {
		return events
	}
	byID := CommunitiesOf(l.Catalogue())
	for i, e := range events {
		events[i] = query.Inherit(e, byID[e.Community])
	}
	return events
}

// Plan reads a question and says what is to be read of the database.
func (l *Local) Plan(q Question) (Plan, error) {
	now, assumed := l.Now(), l.Calendar.Assumed
	parsed, problem := query.Parse(q.Words, query.Env{
		Now:     now,
		Zone:    event.Tokyo,
		Assumed: assumed,
	})
	if problem != nil {
		return Plan{}, usage.Of(problem)
	}
	from, to, err := q.Days(now)
	if err != nil {
		return Plan{}, err
	}
	asked := parsed.Bounds()
	w := store.Window{
		From:          now,
		AssumedLength: assumed,
		Until:         asked.Until,
	}
	switch {
	case !from.IsZero():
		w.From = from.Begin(event.Tokyo).Add(-time.Second)
	case q.Past:
		w.From = time.Time{}
	}
	if asked.From.After(w.From) {
		w.From = asked.From
	}
	if q.Past {
		w.Until = sooner(w.Until, now)
	}
	if !to.IsZero() {
		w.Until = sooner(w.Until, to.Add(1).Begin(event.Tokyo))
	}
	w.IndexTerms = l.indexTerms(parsed, w, now)
	return Plan{parsed, w}, nil
}

// sooner returns the earlier of an end, which may be none, and another.
func sooner(end, other time.Time) time.Time {
	if end.IsZero() || other.Before(end) {
		return other
	}
	return end
}

// indexTerms returns what to look for in the database where the window is wide: a narrow one
// is read sooner, and without the catalogue.
func (l *Local) indexTerms(
	q query.Query,
	w store.Window,
	now time.Time,
) [][]query.IndexTerm {
	if q.Empty() || !w.From.IsZero() && now.Sub(w.From) < farBack {
		return nil
	}
	return q.IndexTerms(l.Catalogue().Communities)
}

// farBack is how far a window reaches back for the index to be worth asking.
const farBack = 60 * 24 * time.Hour

// read returns the events that answer, at most as many as were asked for. Where that is
// a few of many, it reads the window in pieces.
func (l *Local) read(
	ctx context.Context,
	w store.Window,
	q Question,
	answers func(event.Event) bool,
) ([]event.Event, error) {
	if q.Limit > 0 {
		found, err := l.inPieces(ctx, w, q, answers)
		if err != nil || found != nil {
			return found, err
		}
	}
	events, err := l.window(ctx, w, q.Past)
	return matching(events, answers, q.Limit), err
}

// window returns the events of a window, the latest first where what is past is asked for.
func (l *Local) window(
	ctx context.Context,
	w store.Window,
	latestFirst bool,
) ([]event.Event, error) {
	events, err := l.Store.Events(ctx, w)
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
func (l *Local) inPieces(
	ctx context.Context,
	w store.Window,
	q Question,
	answers func(event.Event) bool,
) ([]event.Event, error) {
	piece := w
	piece.IndexTerms = nil
	for span := recent; span < longest; {
		if !cutTo(&piece, w, span, q.Past) {
			return nil, nil
		}
		events, err := l.window(ctx, piece, q.Past)
		if err != nil {
			return nil, err
		}
		found := matching(
			slices.DeleteFunc(events, atTheCut(piece, q.Past)),
			answers,
			q.Limit,
		)
		if len(found) == q.Limit {
			return found, nil
		}
		if piece.IndexTerms = w.IndexTerms; len(w.IndexTerms) > 0 &&
			20*len(found) < q.Limit {
			return nil, nil
		}
		// As far as twice as many lie, if they are spread evenly.
		span *= time.Duration(max(2, 2*q.Limit/max(1, len(found))))
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

// atTheCut writes the events of the days at which a piece was cut, in whatever zone:
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
func (l *Local) Moved(ctx context.Context, events []event.Event) (map[string]bool, error) {
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
	uids, err := l.Store.Moved(ctx, changed)
	if err != nil {
		return nil, fmt.Errorf("ask the database: %w", err)
	}
	for _, uid := range uids {
		moved[uid] = true
	}
	return moved, nil
}

// Doubtful asks when the events were last shown.
func (l *Local) Doubtful(
	ctx context.Context,
	events []event.Event,
) (map[string]bool, error) {
	uids := make([]string, 0, len(events))
	for _, e := range events {
		uids = append(uids, e.UID)
	}
	shown, err := l.Store.Shown(ctx, uids)
	if err != nil {
		return nil, fmt.Errorf("ask the database: %w", err)
	}
	doubtful := map[string]bool{}
	for uid := range health.Unseen(events, shown, l.Now(), l.Calendar.WithDefaults().Assumed) {
		doubtful[uid] = true
	}
	return doubtful, nil
}

// answers returns what a question asks of one event. The catalogue is read meanwhile
// where names of communities have a part in it, and not at all where they have none.
func (l *Local) answers(q query.Query) func(event.Event) bool {
	switch {
	case q.Empty():
		return func(e event.Event) bool { return e.Type == "" || e.Type == event.TypeEvent }
	case !q.Named():
		return func(e event.Event) bool { return q.Match(e, nil) }
	}
	read := make(chan map[string]*source.Community, 1)
	go func() { read <- CommunitiesOf(l.Catalogue()) }()
	byID := sync.OnceValue(func() map[string]*source.Community { return <-read })
	return func(e event.Event) bool { return q.Match(e, byID()[e.Community]) }
}

// matching returns the events that are published and answer, at most limit (0 for all).
func matching(
	events []event.Event,
	answers func(event.Event) bool,
	limit int,
) []event.Event {
	if limit <= 0 {
		limit = len(events)
	}
	var found []event.Event
	for _, e := range events {
		if len(found) == limit {
			break
		}
		if publish.Published(e) && answers(e) {
			found = append(found, e)
		}
	}
	return found
}

// Days reads the days of a question; zero where it names none.
func (q Question) Days(now time.Time) (from, to event.Date, err error) {
	for _, d := range []struct {
		flag, value string
		day         func(string, time.Time, *time.Location) (event.Date, error)
		into        *event.Date
	}{{"--from", q.From, query.Day, &from}, {"--to", q.To, lastDay, &to}} {
		if d.value == "" {
			continue
		}
		if *d.into, err = d.day(d.value, now, event.Tokyo); err != nil {
			return from, to, usage.Errorf("%s %s: %w", d.flag, usage.Quote(d.value), err)
		}
	}
	if !from.IsZero() && !to.IsZero() && to.Compare(from) < 0 {
		return from, to, usage.Errorf(
			"--from %s is after --to %s: nothing can lie between them",
			from,
			to,
		)
	}
	return from, to, nil
}

// lastDay returns the last of the days that words mean: Sunday of 今週末.
func lastDay(s string, now time.Time, zone *time.Location) (event.Date, error) {
	_, last, err := query.Days(s, now, zone)
	return last, err
}

// CommunitiesOf returns the communities of a catalogue by id.
func CommunitiesOf(all *source.Catalogue) map[string]*source.Community {
	byID := make(map[string]*source.Community, len(all.Communities))
	for _, c := range all.Communities {
		byID[c.ID] = c
	}
	return byID
}
