package web

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/query"
	"koyomi/internal/store"
)

// The bounds of a page of a list.
const (
	defaultLimit = 100
	maxLimit     = 1000
)

const jsonType = "application/json"

func apiHeaders() http.Header {
	return http.Header{"Cache-Control": cachePage, "Vary": varyEncoding}
}

// sealJSON makes a document of v.
func sealJSON(v any, modified time.Time) (document, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return document{}, err
	}
	return newDocument(
		publish.Seal(append(body, '\n'), jsonType, modified),
		apiHeaders(),
	), nil
}

// A listSpec is what a list's address asks for.
type listSpec struct {
	query    query.Query
	from, to event.Date
	// begins leaves out what begins earlier, unless it is on; zero for nothing.
	begins event.Date
	limit  int
	after  cursor
	now    time.Time
}

// minute is how long the answer to what is upcoming may lag behind the clock.
const minute = time.Minute

func minuteBucket(t time.Time) int64 { return t.Unix() / int64(minute/time.Second) }

// readList reads the parameters of a list.
func (s *Site) readList(r *http.Request) (listSpec, error) {
	l := listSpec{now: s.now().Truncate(minute)}
	p, err := readParams(r, "q", "from", "to", "limit", "cursor")
	if err != nil {
		return l, err
	}
	var wrong [5]error
	l.query, wrong[0] = p.query(l.now, s.calendar)
	l.from, _, wrong[1] = p.days("from", l.now, s.calendar.Zone)
	_, l.to, wrong[2] = p.days("to", l.now, s.calendar.Zone)
	l.limit, wrong[3] = p.number("limit", defaultLimit, maxLimit)
	l.after, wrong[4] = parseCursor(p["cursor"])
	if err := cmp.Or(wrong[:]...); err != nil {
		return l, err
	}
	isRange := !l.from.IsZero() && !l.to.IsZero()
	if isRange && l.to.Compare(l.from) < 0 {
		return l, badParameter("to", "is before from: nothing can lie between them")
	}
	return l, nil
}

// apiEvents answers /api/v1/events.
func (s *Site) apiEvents(w http.ResponseWriter, r *http.Request, _ string) error {
	l, err := s.readList(r)
	if err != nil {
		return err
	}
	d, err := s.document(r.Context(), job{
		key:    "api:" + r.URL.RawQuery,
		now:    l.now,
		bucket: minuteBucket(l.now),
		make: func(ctx context.Context, w *maker) (document, error) {
			events, more, err := w.list(ctx, l)
			if err != nil {
				return document{}, err
			}
			unseen, err := w.unseen(ctx, events)
			if err != nil {
				return document{}, err
			}
			page := publish.Page{Events: []publish.JSON{}}
			for _, e := range events {
				page.Events = append(page.Events, w.toJSON(e, unseen))
			}
			if more {
				next := cursorOf(events[len(events)-1]).String()
				page.Next = &next
			}
			return sealJSON(page, latestUpdate(events))
		},
	})
	if err != nil {
		return err
	}
	return s.send(w, r, d)
}

// list returns the events of one page, and whether more follow.
func (w *maker) list(
	ctx context.Context,
	l listSpec,
) (events []event.Event, more bool, err error) {
	docs, err := w.candidates(ctx, l)
	if err != nil {
		return nil, false, err
	}
	for i := range docs {
		d := &docs[i]
		if !l.holds(d, w.calendar) || !l.query.MatchDoc(d) {
			continue
		}
		if len(events) == l.limit {
			return events, true, nil
		}
		events = append(events, d.Event)
	}
	return events, false, nil
}

// candidates returns the events that a list chooses from: those in memory where
// they reach back far enough, else what the store has.
func (w *maker) candidates(ctx context.Context, l listSpec) ([]query.Doc, error) {
	begin, _ := w.calendar.Window(w.day)
	b := l.query.Bounds()
	if l.from.IsZero() || l.from.Begin(w.calendar.Zone).After(begin.AddDate(0, 0, 2)) {
		all, err := w.recent(ctx)
		if err != nil {
			return nil, err
		}
		return all.docs, nil
	}
	window := store.Window{
		From:  l.from.Add(-1).Begin(w.calendar.Zone),
		Until: b.Until,
	}
	if b.From.After(window.From) {
		window.From = b.From
	}
	if !l.to.IsZero() {
		if until := l.to.Add(2).Begin(w.calendar.Zone); window.Until.IsZero() ||
			until.Before(window.Until) {
			window.Until = until
		}
	}
	if len(b.Communities) == 1 && w.names.byID[b.Communities[0]] != nil {
		window.Community = b.Communities[0]
	}
	docs, _, err := w.read(ctx, window, w.names)
	return docs, err
}

// holds reports whether d is within the list's days and after its cursor. Without
// from, it is what is not yet over.
func (l listSpec) holds(d *query.Doc, c publish.Calendar) bool {
	switch e := d.Event; {
	case l.after.set && l.after.compare(e) >= 0,
		!l.to.IsZero() && !query.StartsBefore(e, l.to.Add(1), c.Zone),
		!l.begins.IsZero() && !query.EndsOnOrAfter(e, l.begins, c.Zone, c.Assumed):
		return false
	case l.from.IsZero():
		return e.Over(c.Assumed).After(l.now)
	default:
		return query.EndsOnOrAfter(e, l.from, c.Zone, c.Assumed)
	}
}

func latestUpdate(events []event.Event) time.Time {
	var t time.Time
	for _, e := range events {
		if e.Updated.After(t) {
			t = e.Updated
		}
	}
	return t
}

// apiEvent answers /api/v1/events/{id}.
func (s *Site) apiEvent(w http.ResponseWriter, r *http.Request, id string) error {
	if _, err := readParams(r); err != nil {
		return err
	}
	return s.oneEvent(
		w,
		r,
		id,
		"/api/v1/events/",
		"",
		oneJSON,
	)
}

// oneJSON makes the document of one event.
func oneJSON(ctx context.Context, w *maker, e event.Event) (document, error) {
	unseen, err := w.unseen(ctx, []event.Event{e})
	if err != nil {
		return document{}, err
	}
	return sealJSON(w.toJSON(e, unseen), e.Updated)
}

// toJSON returns an event as the API writes it.
func (w *maker) toJSON(e event.Event, unseen map[string]int) publish.JSON {
	j := publish.ToJSON(w.inherit(e))
	j.Unseen = unseen[e.UID]
	return j
}

// inherit adds what an event has of its community.
func (s *Site) inherit(e event.Event) event.Event {
	return query.Inherit(e, s.catalogue().byID[e.Community])
}
