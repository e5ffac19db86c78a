package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// shelf is a store in memory that can be made to fail.
type shelf struct {
	store.Reader
	mu       sync.Mutex
	events   []event.Event
	changes  []event.Change
	revision int64
	shown    map[string]time.Time
	broken   error
	reads    atomic.Int64
	// entered hears of each reading, which then waits for wait; nil for neither.
	entered, wait chan struct{}
}

// Shown says when its events were last seen, nothing of those that are not in shown.
func (s *shelf) Shown(context.Context, []string) (map[string]time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown, s.broken
}

func (s *shelf) Revision(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.revision, s.broken
}

func (s *shelf) Events(_ context.Context, w store.Window) ([]event.Event, error) {
	s.reads.Add(1)
	if s.entered != nil {
		s.entered <- struct{}{}
	}
	if s.wait != nil {
		<-s.wait
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return nil, s.broken
	}
	var found []event.Event
	for _, e := range s.events {
		if (w.Hidden || publish.Published(e)) && (w.Community == "" || w.Community == e.Community) && e.Over(w.AssumedLength).After(w.From) && (w.Until.IsZero() || e.Start.Begin(event.Tokyo).Before(w.Until)) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, publish.Compare)
	return found, nil
}

func (s *shelf) Event(_ context.Context, id string) (event.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return event.Event{}, s.broken
	}
	var found []event.Event
	for _, e := range s.events {
		if strings.HasPrefix(strings.ReplaceAll(e.UID, "-", ""), strings.ReplaceAll(id, "-", "")) {
			found = append(found, e)
		}
	}
	switch len(found) {
	case 0:
		return event.Event{}, store.ErrNotFound
	case 1:
		return found[0], nil
	}
	return event.Event{}, store.ErrAmbiguous
}

func (s *shelf) Claims(context.Context, string) ([]event.Claim, error) { return nil, nil }

// Mark tells apart the states of the shelf.
func (s *shelf) Mark(ctx context.Context) (int64, error) { return s.Revision(ctx) }

func (s *shelf) Changes(_ context.Context, uid string, after int64, most int) ([]event.Change, error) {
	var found []event.Change
	for i, c := range s.changes {
		c.ID = int64(i + 1)
		if c.ID > after && (uid == "" || c.UID == uid) && (most == 0 || len(found) < most) {
			found = append(found, c)
		}
	}
	return found, nil
}

func (s *shelf) Polls(_ context.Context, source string, _ int) ([]store.Poll, error) {
	return []store.Poll{{Source: source, State: "applied"}}, nil
}

// News returns none: too little is known of the sources to tell their rhythm.
func (s *shelf) News(context.Context, string, int) ([]time.Time, error) { return nil, nil }

func (s *shelf) Sources(context.Context) ([]store.SourceState, error) {
	return []store.SourceState{{ID: "v-tomo", LastPoll: monday}}, s.broken
}

func (s *shelf) Source(_ context.Context, id string) (store.SourceState, error) {
	if id != "v-tomo" {
		return store.SourceState{}, store.ErrNotFound
	}
	return store.SourceState{ID: id, LastPoll: monday}, s.broken
}

func (s *shelf) Candidates(context.Context, string, bool) ([]store.Candidate, error) {
	return make([]store.Candidate, 2), nil
}

// change does something to the events, and the revision grows.
func (s *shelf) change(f func(events []event.Event) []event.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = f(slices.Clone(s.events))
	s.revision++
}

func (s *shelf) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
}

func told(s string) event.Moment {
	m, err := event.ParseMoment(s, event.Tokyo)
	if err != nil {
		panic(err)
	}
	return m
}

func made(n int, community, title, start, end string) event.Event {
	e := event.Event{UID: fmt.Sprintf("%08x-0000-5000-8000-000000000000", n), Community: community, Sources: []string{community}}
	e.Title, e.Start, e.End, e.Zone = title, told(start), told(end), "Asia/Tokyo"
	e.Status, e.Type = event.Confirmed, event.TypeEvent
	e.Created, e.Updated = monday.Add(-72*time.Hour).UTC(), monday.Add(-48*time.Hour).UTC()
	return e
}

// may2009 is the week in which the owner's notes begin.
func may2009() *shelf {
	events := []event.Event{
		made(1, "bpstudy", "BPStudy#21", "2009-05-22", ""),
		made(2, "v-tomo", "仮想化友の会 第9回", "2009-05-28T19:00:00+09:00", "2009-05-28T20:40:00+09:00"),
		made(3, "interop", "Interop Tokyo 2009 カンファレンス", "2009-06-08", "2009-06-12"),
		made(4, "interop", "Interop Tokyo 2009 展示会", "2009-06-10", "2009-06-12"),
		made(5, "v-tomo", "前の会", "2009-04-23T19:00:00+09:00", "2009-04-23T21:00:00+09:00"),
		made(6, "bpstudy", "やめた会", "2009-05-30", ""),
		made(7, "bpstudy", "下げた会", "2009-05-31", ""),
		made(8, "bpstudy", "まとめた会", "2009-05-22", ""),
	}
	events[1].Location, events[1].Area, events[1].URL, events[1].Description = "東京都千代田区", "東京都", "https://example.jp/9", "KVMの話"
	events[1].Sequence = 1
	events[2].Location, events[3].Location = "幕張メッセ", "幕張メッセ"
	events[5].Status, events[5].CancelledAt = event.Cancelled, monday.Add(-time.Hour)
	events[6].Withdrawn = true
	events[7].MergedInto = events[0].UID
	return &shelf{events: events, changes: []event.Change{
		{UID: events[1].UID, Kind: event.ChangeAdded, At: monday.Add(-72 * time.Hour), Source: "v-tomo"},
		{UID: events[1].UID, Kind: event.ChangeMoved, At: monday.Add(-48 * time.Hour), Field: "start", Before: at19("2009-05-27"), After: at19("2009-05-28"), Source: "v-tomo"},
	}}
}

var catalogue2009 = []*source.Community{
	{ID: "bpstudy", Name: "BPStudy", URL: "https://bpstudy.example/", Sources: []*source.Source{{ID: "bpstudy", Community: "bpstudy", Kind: source.Feed}}},
	{ID: "v-tomo", Name: "仮想化友の会", Sources: []*source.Source{{ID: "v-tomo", Community: "v-tomo", Kind: source.HTML}}},
	{ID: "interop", Name: "Interop Tokyo", Sources: []*source.Source{{ID: "interop", Community: "interop", Kind: source.HTML}}},
}

// at19 is the value of the field "start" of a day at 19:00.
func at19(day string) event.Value {
	m, err := event.ParseMoment(day+"T19:00:00+09:00", event.Tokyo)
	if err != nil {
		panic(err) // the days are constants
	}
	return event.Times{Start: m, Zone: "Asia/Tokyo"}
}
