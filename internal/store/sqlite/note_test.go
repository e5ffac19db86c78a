package sqlite

import (
	"context"
	"fmt"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlstore"
)

// TestWhatWaitsForTheDisk: a commit waits for the disk, before and after those that do
// not, and also on a connection that took the place of one that broke.
func TestWhatWaitsForTheDisk(t *testing.T) {
	d := opened(t, fresh(t), Options{Lock: true})
	e := engine{d}
	asked := 0
	level := func(by func(context.Context, func(*sqlstore.Tx) error) error) (n int) {
		asked++ // SQLite answers as it parses, and a text that is the same is parsed once
		err := by(ctx, func(t *sqlstore.Tx) error {
			return t.Row(fmt.Sprintf("PRAGMA synchronous -- %d", asked)).Scan(&n)
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for range 3 {
		if n := level(e.Note); n != 1 {
			t.Errorf("synchronous %d in a note, want 1 (NORMAL)", n)
		}
		if n := level(e.Transact); n != 2 {
			t.Errorf("synchronous %d, want 2 (FULL)", n)
		}
		level(e.Note)
		ended, cancel := context.WithTimeout(ctx, time.Millisecond)
		_, err := d.writer.ExecContext(ended, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
		cancel()
		if err == nil {
			t.Fatal("it was not interrupted")
		}
		if n := level(e.Transact); n != 2 {
			t.Errorf("synchronous %d on a connection that is new, want 2 (FULL)", n)
		}
	}
}

// TestOnlyQuietPollsAreNotes: a poll that brought something, was held or failed is counted
// among the writes that wait for the disk; one that brought nothing is not.
func TestOnlyQuietPollsAreNotes(t *testing.T) {
	d := opened(t, fresh(t), Options{Lock: true})
	writes := func() int64 { return ask[int64](t, d.reader, "SELECT writes FROM counters") }
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	change := event.Change{UID: "u", At: at, Kind: event.ChangeAdded}
	for _, c := range []struct {
		name   string
		o      store.Outcome
		writes int64
	}{
		{"unchanged", store.Outcome{Poll: store.Poll{State: health.Unchanged}}, 0},
		{"failed", store.Outcome{Poll: store.Poll{State: health.Failed}}, 1},
		{"applied", store.Outcome{Poll: store.Poll{State: health.Applied}}, 1},
		{"unchanged with a change", store.Outcome{Poll: store.Poll{State: health.Unchanged}, Writing: store.Writing{Changes: []event.Change{change}}}, 1},
		{"held", store.Outcome{Poll: store.Poll{State: health.Held}, Held: &store.Candidate{Source: "s", At: at, Since: at}}, 1},
	} {
		before := writes()
		id, err := d.OpenPoll(ctx, "s", at)
		if err != nil {
			t.Fatal(err)
		}
		c.o.Poll.ID, c.o.Poll.Source, c.o.Poll.At, c.o.Poll.Closed, c.o.State.ID = id, "s", at, at, "s"
		if c.o.Held != nil {
			c.o.Held.Poll = id
		}
		if err := d.ClosePoll(ctx, c.o); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if n := writes() - before; n != c.writes {
			t.Errorf("%s: %d writes wait for the disk, want %d", c.name, n, c.writes)
		}
	}
}
