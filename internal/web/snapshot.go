package web

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/digest"
	"koyomi/internal/publish/site"
	"koyomi/internal/query"
	"koyomi/internal/store"
)

// A snapshot is the events from the beginning of the calendar's window on, ready
// to be asked for.
type snapshot struct {
	stamp stamp
	// docs are what can be shown, sorted: events, and what is announced of their
	// registration. gone are those that were withdrawn or merged.
	docs, gone []query.Doc
	// counts tells how many of what is to come have which community, area, topic.
	counts site.Counts
}

// snapshotAt returns the snapshot at a stamp whose bucket is a day.
func (s *Site) snapshotAt(
	ctx context.Context,
	at stamp,
	day event.Date,
	names *catalogue,
) (*snapshot, error) {
	if old := s.snapshot.Load(); old != nil && old.stamp == at {
		return old, nil
	}
	v, err, _ := s.flight.Do(fmt.Sprintf("snapshot %v", at), func() (any, error) {
		from, _ := s.calendar.Window(day)
		docs, gone, err := s.read(ctx, store.Window{From: from}, names)
		if err != nil {
			return nil, err
		}
		n := &snapshot{
			stamp:  at,
			docs:   docs,
			gone:   gone,
			counts: site.Counts{},
		}
		begin := day.Begin(s.calendar.Zone)
		for i := range docs {
			if e := &docs[i].Event; isEvent(e) && e.Over(s.calendar.Assumed).After(begin) {
				n.counts.Add(s.inherit(*e))
			}
		}
		s.snapshot.Store(n)
		return n, nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*snapshot), nil
}

func isEvent(e *event.Event) bool { return e.Type == event.TypeEvent || e.Type == "" }

// find returns the event of a UID, also one that is shown no more.
func (n *snapshot) find() func(uid string) (*query.Doc, bool) {
	index := make(map[string]*query.Doc, len(n.docs)+len(n.gone))
	for _, list := range [][]query.Doc{n.docs, n.gone} {
		for i := range list {
			index[list[i].Event.UID] = &list[i]
		}
	}
	return func(uid string) (*query.Doc, bool) { d, ok := index[uid]; return d, ok }
}

// read asks the store for a window, prepared for matching.
func (s *Site) read(
	ctx context.Context,
	w store.Window,
	names *catalogue,
) (docs, gone []query.Doc, err error) {
	w.AssumedLength, w.Hidden = s.calendar.Assumed, true
	events, err := s.reader.Events(ctx, w)
	if err != nil {
		return nil, nil, fmt.Errorf("events of the store: %w", err)
	}
	docs = make([]query.Doc, 0, len(events))
	apart := false
	for _, e := range events {
		if !publish.Published(e) {
			gone = append(gone, query.NewDoc(e, names.byID[e.Community]))
			continue
		}
		for _, x := range publish.Entries(e) {
			docs = append(docs, query.NewDoc(x, names.byID[e.Community]))
			apart = apart || !isEvent(&x)
		}
	}
	if apart {
		slices.SortStableFunc(
			docs,
			func(a, b query.Doc) int { return publish.Compare(a.Event, b.Event) },
		)
	}
	return docs, gone, nil
}

// A past is what is known of all changes: what calendars tell of each event, and
// the latest news.
type past struct {
	// last is the id of the latest change that was read.
	last int64
	// hidden is the id of the latest change by which a person hid an event.
	hidden int64
	before map[string]publish.Before
	// latest are the latest changes that are of interest, oldest first.
	latest []event.Change
}

// The bounds of reading changes.
const (
	changesAtOnce = 5000
	latestChanges = 5000
)

// history returns the past, read on from where it was read to before.
func (w *maker) history(ctx context.Context) (*past, error) {
	v, err, _ := w.flight.Do(
		fmt.Sprintf("history %d", w.stamp.revision),
		func() (any, error) {
			p := w.past.Load()
			if p != nil && w.pastRevision.Load() == w.stamp.revision {
				return p, nil
			}
			p, err := w.readPast(ctx, p)
			if err != nil {
				return nil, err
			}
			w.past.Store(p)
			w.pastRevision.Store(w.stamp.revision)
			return p, nil
		},
	)
	if err != nil {
		return nil, fmt.Errorf("changes of the store: %w", err)
	}
	return v.(*past), nil
}

// readPast reads the changes that came after old, which may be nil and is left as
// it is for those who read it.
func (s *Site) readPast(ctx context.Context, old *past) (*past, error) {
	p := &past{before: map[string]publish.Before{}}
	if old != nil {
		p.last, p.hidden = old.last, old.hidden
		p.before, p.latest = maps.Clone(old.before), slices.Clone(old.latest)
	}
	for {
		changes, err := s.reader.Changes(ctx, "", p.last, changesAtOnce)
		if err != nil {
			return nil, err
		}
		for _, c := range changes {
			p.last = max(p.last, c.ID)
			if digest.Hides(c) {
				p.hidden = p.last
			}
			if b := p.before[c.UID].After(c); !b.IsZero() {
				p.before[c.UID] = b
			}
			if publish.Newsworthy(c) {
				p.latest = append(p.latest, c)
			}
		}
		if n := len(p.latest); n > latestChanges {
			p.latest = slices.Clone(p.latest[n-latestChanges:])
		}
		if len(changes) < changesAtOnce {
			return p, nil
		}
	}
}
