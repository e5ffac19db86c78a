package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/query"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/text"
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
}

// openCalendar gives the calendar that --server or --database names, and what ends
// its use.
func (a *app) openCalendar(ctx context.Context) (calendar, func(), error) {
	if a.flags.server != "" {
		r, err := a.remote()
		return r, func() {}, err
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return nil, nil, err
	}
	return &local{app: a, store: db}, func() { db.Close() }, nil
}

// local is the calendar of a database on this machine.
type local struct {
	app   *app
	store store.Reader
}

// Ask chooses by days in the database, then by words.
func (l *local) Ask(ctx context.Context, q question) ([]event.Event, error) {
	now, assumed := l.app.now(), l.app.assumed()
	parsed, problem := query.Parse(q.words, query.Env{Now: now, Zone: event.Tokyo, Assumed: assumed})
	if problem != nil {
		return nil, usageError{problem}
	}
	from, to, err := q.days(now)
	if err != nil {
		return nil, err
	}
	w := store.Window{From: now, AssumedLength: assumed, Until: parsed.Bounds().Until}
	switch {
	case !from.IsZero():
		w.From = from.Begin(event.Tokyo).Add(-time.Second)
	case q.past:
		w.From = time.Time{}
	}
	if q.past && (w.Until.IsZero() || now.Before(w.Until)) {
		w.Until = now
	}
	if !to.IsZero() {
		if until := to.Add(1).Begin(event.Tokyo); w.Until.IsZero() || until.Before(w.Until) {
			w.Until = until
		}
	}
	w.Signs = l.signs(parsed, w, now)
	answers := l.answers(parsed)
	if q.past {
		over := answers
		answers = func(e event.Event) bool { return !e.Over(assumed).After(now) && over(e) }
	}
	return l.read(ctx, w, q, answers)
}

// signs gives what to look for in the database where the window is wide: a narrow one
// is read sooner, and without the catalogue.
func (l *local) signs(q query.Query, w store.Window, now time.Time) [][]query.Sign {
	if q.Empty() || !w.From.IsZero() && now.Sub(w.From) < farBack {
		return nil
	}
	return q.Signs(l.app.catalogue().Communities)
}

// farBack is how far a window reaches back for the index to be worth asking.
const farBack = 60 * 24 * time.Hour

// read gives the events that answer, at most as many as were asked for. Where that is
// a few of many, it reads the window in pieces, each twice as long as the last.
func (l *local) read(ctx context.Context, w store.Window, q question, answers func(event.Event) bool) ([]event.Event, error) {
	if q.limit == 0 || !q.past {
		events, err := l.store.Events(ctx, w)
		if err != nil {
			return nil, fmt.Errorf("ask the database: %w", err)
		}
		if q.past {
			slices.Reverse(events)
		}
		return matching(events, answers, q.limit), nil
	}
	return l.latest(ctx, w, q.limit, answers)
}

// latest reads backwards from the window's end, without the index as long as the
// latest days have many that answer: it is asked where they have few.
func (l *local) latest(ctx context.Context, w store.Window, limit int, answers func(event.Event) bool) ([]event.Event, error) {
	piece := w
	piece.Signs = nil
	for span := recent; span < longest && w.Until.Add(-span).After(w.From); {
		piece.From = w.Until.Add(-span)
		events, err := l.store.Events(ctx, piece)
		if err != nil {
			return nil, fmt.Errorf("ask the database: %w", err)
		}
		// All events of the first days, in whatever zone, are for a longer piece.
		first := event.DateOf(piece.From.In(event.Tokyo)).Add(2)
		events = slices.DeleteFunc(events, func(e event.Event) bool { return e.Start.Date.Compare(first) < 0 })
		slices.Reverse(events)
		found := matching(events, answers, limit)
		if len(found) == limit {
			return found, nil
		}
		if piece.Signs = w.Signs; len(w.Signs) > 0 && 20*len(found) < limit {
			break
		}
		// As far back as twice as many lie, if they are spread evenly.
		span *= time.Duration(max(2, 2*limit/max(1, len(found))))
	}
	events, err := l.store.Events(ctx, w)
	if err != nil {
		return nil, fmt.Errorf("ask the database: %w", err)
	}
	slices.Reverse(events)
	return matching(events, answers, limit), nil
}

// recent is the length of the shortest piece; what is longest or older is read at once.
const (
	recent  = 32 * 24 * time.Hour
	longest = 6 * 365 * 24 * time.Hour
)

// Moved reads the history of the events that have changed in time, place or status.
func (l *local) Moved(ctx context.Context, events []event.Event) (map[string]bool, error) {
	moved := map[string]bool{}
	for _, e := range events {
		if e.Sequence == 0 {
			continue
		}
		changes, err := l.store.Changes(ctx, e.UID, 0, 0)
		if err != nil {
			return nil, fmt.Errorf("ask the database: %w", err)
		}
		moved[e.UID] = slices.ContainsFunc(changes, func(c event.Change) bool { return c.Kind == event.ChangeMoved })
	}
	return moved, nil
}

// answers gives what a question asks of one event.
func (l *local) answers(q query.Query) func(event.Event) bool {
	if q.Empty() {
		return func(e event.Event) bool { return e.Type == "" || e.Type == event.TypeEvent }
	}
	byID := l.app.communities()
	return func(e event.Event) bool { return q.Match(e, byID[e.Community]) }
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
			return from, to, usagef("%s %s: %w", d.flag, quoted(d.value), err)
		}
	}
	if !from.IsZero() && !to.IsZero() && to.Compare(from) < 0 {
		return from, to, usagef("--from %s is after --to %s: nothing can lie between them", from, to)
	}
	return from, to, nil
}

// lastDay gives the last of the days that words mean: Sunday of 今週末.
func lastDay(s string, now time.Time, zone *time.Location) (event.Date, error) {
	_, last, err := query.Days(s, now, zone)
	return last, err
}

// communities gives the catalogue by id.
func (a *app) communities() map[string]*source.Community {
	byID := make(map[string]*source.Community, len(a.catalogue().Communities))
	for _, c := range a.catalogue().Communities {
		byID[c.ID] = c
	}
	return byID
}

// remote is the calendar of a running koyomi.
type remote struct {
	base   string
	client *http.Client
}

// remoteTimeout bounds one question to a running koyomi; maxAnswer its answer.
const (
	remoteTimeout = 30 * time.Second
	maxAnswer     = 32 << 20
)

func (a *app) remote() (*remote, error) {
	u, err := url.Parse(a.flags.server)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, usagef("--server %s: would be right: http://127.0.0.1:8080", quoted(a.flags.server))
	}
	return &remote{base: strings.TrimRight(a.flags.server, "/"), client: &http.Client{Timeout: remoteTimeout}}, nil
}

// Moved is not told by the API.
func (r *remote) Moved(context.Context, []event.Event) (map[string]bool, error) { return nil, nil }

// pageSize is how many events are asked for at a time.
const pageSize = 500

// Ask asks page by page until there are enough.
func (r *remote) Ask(ctx context.Context, q question) ([]event.Event, error) {
	v := url.Values{}
	for name, value := range map[string]string{"q": q.words, "from": q.from, "to": q.to} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.past {
		return r.past(ctx, q, v)
	}
	return r.list(ctx, v, q.limit)
}

// Event gives the event that begins with id, or the one it was merged into.
func (r *remote) Event(ctx context.Context, id string) (event.Event, error) {
	body, err := r.get(ctx, "/api/v1/events/"+url.PathEscape(id))
	if err != nil {
		return event.Event{}, err
	}
	defer body.Close()
	var j publish.JSON
	if err := decodeJSON(body, &j); err != nil {
		return event.Event{}, fmt.Errorf("ask %s: not an event as koyomi gives it: %w", r.base, err)
	}
	return j.Event()
}

// past gives what is over, latest first: all that began up to today, without what
// is not over.
func (r *remote) past(ctx context.Context, q question, v url.Values) ([]event.Event, error) {
	coming, err := r.list(ctx, url.Values{"q": v["q"]}, 0)
	if err != nil {
		return nil, err
	}
	upcoming := make(map[string]bool, len(coming))
	for _, e := range coming {
		upcoming[e.UID] = true
	}
	if q.from == "" {
		v.Set("from", "1970-01-01")
	}
	if q.to == "" {
		v.Set("to", "today")
	}
	events, err := r.list(ctx, v, 0)
	if err != nil {
		return nil, err
	}
	events = slices.DeleteFunc(events, func(e event.Event) bool { return upcoming[e.UID] })
	slices.Reverse(events)
	if q.limit > 0 && len(events) > q.limit {
		events = events[:q.limit]
	}
	return events, nil
}

// list asks for the pages of a list.
func (r *remote) list(ctx context.Context, v url.Values, limit int) ([]event.Event, error) {
	var events []event.Event
	for {
		size := pageSize
		if limit > 0 {
			size = min(size, limit-len(events))
		}
		v.Set("limit", strconv.Itoa(size))
		body, err := r.get(ctx, "/api/v1/events?"+v.Encode())
		if err != nil {
			return nil, err
		}
		page, next, err := publish.DecodePage(body)
		body.Close()
		if err != nil {
			return nil, fmt.Errorf("ask %s: %w", r.base, err)
		}
		events = append(events, page...)
		if next == "" || next == v.Get("cursor") || limit > 0 && len(events) >= limit {
			return events, nil
		}
		v.Set("cursor", next)
	}
}

// get asks for one address; a 400 is a wrong question, told in the server's words.
func (r *remote) get(ctx context.Context, path string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w; is koyomi running there?", r.base, errors.Unwrap(err))
	}
	body := struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	if resp.StatusCode == http.StatusOK {
		return body, nil
	}
	defer resp.Body.Close()
	said := problemDetail(body)
	switch resp.StatusCode {
	case http.StatusBadRequest:
		return nil, usagef("%s", said)
	case http.StatusNotFound:
		return nil, errors.New(said)
	}
	return nil, fmt.Errorf("ask %s: status %d: %s", r.base, resp.StatusCode, said)
}

// problemDetail gives the words of a problem (RFC 9457), or that there are none.
func problemDetail(r io.Reader) string {
	var p struct{ Title, Detail string }
	if err := decodeJSON(r, &p); err != nil || p.Title+p.Detail == "" {
		return "no koyomi answers there"
	}
	return text.Line(strings.TrimPrefix(p.Detail, p.Title+": "), 500)
}
