package delivery

import (
	"context"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish/digest"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// TestPastIssues: what was told on a day is told of that day later on, whatever has become
// of its events meanwhile.
func TestPastIssues(t *testing.T) {
	b := newBureau(t)
	ctx := context.Background()
	const day = 24 * time.Hour
	issue := func(e *digest.Planner, cursor int64, at time.Time) string {
		t.Helper()
		r := ReaderOf(subscriber.Subscriber{Wish: subscriber.Wish{Lang: "ja", Minute: 420}}, event.DateOf(at.In(event.Tokyo)))
		r.Cursor, r.Since = cursor, r.Date.Add(-1)
		d, body, err := e.Make(r)
		if err != nil {
			t.Fatal(err)
		}
		if d.Empty() {
			return ""
		}
		text, page := body.For("way", "own")
		return body.Subject + text + page
	}
	type told struct {
		at    time.Time
		issue string
	}
	var all []told
	var events []event.Event
	for n := range 6 {
		events = append(events, b.tell(n+1, n+2))
		if n > 1 {
			events[n-1] = b.turn(events[n-1], event.Cancelled)
		}
		if n > 2 {
			events[n-2] = b.turn(events[n-2], event.Confirmed)
		}
		b.pass(time.Hour)
		cursor, err := LastBefore(ctx, b.db, b.clock().Add(-day))
		if err != nil {
			t.Fatal(err)
		}
		e, _, err := Edition(ctx, b.db, b.Publication, b.clock(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, told{b.clock(), issue(e, cursor, b.clock())})
		b.pass(day - time.Hour)
	}
	for n, one := range all {
		e, cursor, err := Past(ctx, b.db, b.Publication, one.at.Add(-day), one.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := issue(e, cursor, one.at); got != one.issue || got == "" {
			t.Errorf("day %d was told as\n%s\nand is told as\n%s", n, one.issue, got)
		}
	}
	all[0].at = all[0].at.Add(-30 * day)
	e, _, err := Past(ctx, b.db, b.Publication, all[0].at.Add(-day), all[0].at)
	if err != nil {
		t.Fatal(err)
	}
	if got := issue(e, 0, all[0].at); got != "" {
		t.Errorf("before there was anything: %s", got)
	}
}

// TestLastBefore: the change is the last one of a moment, whichever way it is looked for.
func TestLastBefore(t *testing.T) {
	b := newBureau(t)
	ctx := context.Background()
	var at []time.Time
	for n := range 20 {
		b.tell(n+1, 5)
		if n%3 > 0 {
			b.pass(time.Duration(n) * time.Minute)
		}
		at = append(at, b.clock())
	}
	changes, err := store.Reader(b.db).Changes(ctx, "", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, moment := range append(at, at[0].Add(-time.Hour), at[19].Add(time.Hour)) {
		var want int64
		for _, c := range changes {
			if !c.At.After(moment) {
				want = c.ID
			}
		}
		if got, err := LastBefore(ctx, b.db, moment); err != nil || got != want {
			t.Errorf("%s: %d, %v, want %d", moment, got, err, want)
		}
	}
}
