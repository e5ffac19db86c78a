// Package storetest answers for what every implementation of the store's contract
// must do alike; it knows none of them.
package storetest

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/store"
)

// Open returns an empty store, and what closes it and opens it again with what it
// holds.
type Open func(t *testing.T) (s store.Store, again func() store.Store)

// Run holds an implementation against the contract.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, Open){
		"returns events as they were written":       eventsComeBack,
		"keeps every field of events and changes":   fieldsComeBack,
		"returns claims as they were written":       claimsComeBack,
		"returns polls as they were written":        pollsComeBack,
		"returns candidates as they were written":   candidatesComeBack,
		"is empty at first":                         emptyAtFirst,
		"sorts events by civil start":               sorted,
		"chooses events by window":                  windows,
		"finds an event by how its id begins":       byID,
		"appends changes":                           changes,
		"tells when a source brought something new": news,
		"keeps one open poll a source":              openPolls,
		"refuses the outcome of a stale poll":       stale,
		"closes what a dead process left open":      abandoned,
		"writes an outcome whole or not at all":     atomic,
		"counts revisions":                          revisions,
		"knows when an event was last shown":        shown,
		"returns the latest good polls":             good,
		"knows what a poll is reconciled with":      known,
		"follows merged events":                     merged,
		"keeps a held poll until it is decided on":  held,
		"lets a held poll through":                  approve,
		"keeps a person's corrections":              corrections,
		"knows a person's corrections":              knownCorrections,
		"schedules sources":                         schedule,
		"forgets polls that are old":                forgets,
		"gives a duty to one at a time":             duties,
		"keeps communities that were found":         grown,
		"knows what is due":                         due,
		"keeps a history of seats":                  seatsComeBack,
		"reads while it is written":                 together,
		"refuses what was reckoned from the past":   overtaken,
	} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

// day0 is the week in which the owner's notes begin.
var day0 = time.Date(2009, 5, 18, 0, 0, 0, 0, time.UTC)

// at returns a moment n hours after day0, told in Tokyo and not to the full second, as
// a clock does.
func at(n int) time.Time {
	return day0.Add(time.Duration(n)*time.Hour + 123456789).In(event.Tokyo)
}

// alike compares what was written with what came back: empty lists are nil, instants
// are told in UTC.
var alike = cmp.Options{
	cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b event.Moment) bool {
		return a.Date == b.Date && a.Time.Equal(b.Time) && a.String() == b.String() &&
			zoneName(a) == zoneName(b)
	}),
}

// zoneName names the zone of a moment; zones that only have an offset have none.
func zoneName(m event.Moment) string {
	if m.Time.IsZero() {
		return ""
	}
	name := m.Time.Location().String()
	if _, err := time.LoadLocation(name); err != nil {
		return ""
	}
	return name
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, alike); diff != "" {
		t.Errorf("%s (- want, + got):\n%s", what, diff)
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var ctx = context.Background()

// twice returns a store, and then the same one opened again.
func twice(s store.Store, again func() store.Store) iter.Seq[store.Store] {
	return func(yield func(store.Store) bool) {
		if yield(s) {
			yield(again())
		}
	}
}

// visit polls a source with an outcome that is made good, and returns the poll's id.
func visit(t *testing.T, s store.Store, source string, hour int, w store.Writing) int64 {
	t.Helper()
	id := must(s.OpenPoll(ctx, source, at(hour)))(t)
	ok(t, s.ClosePoll(ctx, outcome(id, source, hour, w)))
	return id
}

// outcome is that of a good poll.
func outcome(id int64, source string, hour int, w store.Writing) store.Outcome {
	state := health.Unchanged
	if len(w.Changes) > 0 {
		state = health.Applied
	}
	return store.Outcome{
		Poll: store.Poll{
			ID:     id,
			Source: source,
			At:     at(hour),
			Closed: at(hour).Add(time.Minute),
			State:  state,
		},
		State: store.SourceState{
			ID:        source,
			LastPoll:  at(hour),
			LastGood:  at(hour),
			FirstGood: at(0),
		},
		Writing: w,
	}
}

// events writes events, each once, without anything beside them.
func write(t *testing.T, s store.Store, events ...event.Event) {
	t.Helper()
	visit(t, s, "writer", 0, store.Writing{Events: events})
}

func added(e event.Event, source string, hour int) event.Change {
	return event.Change{
		UID:     e.UID,
		Kind:    event.ChangeAdded,
		At:      at(hour),
		Source:  source,
		Reasons: []string{"listed"},
	}
}
