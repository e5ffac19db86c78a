package daemon

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"koyomi/internal/store"
	"koyomi/internal/store/storetest"
)

// attic is a database and an archive of which is noted what is forgotten.
type attic struct {
	forgot []time.Time
	hashes map[string]bool
	broken atomic.Bool
}

func (a *attic) ForgetPolls(_ context.Context, before time.Time) (int64, error) {
	if a.broken.Load() {
		return 0, errors.New("no answer")
	}
	a.forgot = append(a.forgot, before)
	return 1, nil
}

func (a *attic) Sources(context.Context) ([]store.SourceState, error) {
	return []store.SourceState{{ID: "a", Validators: []store.Validator{{Hash: "validated"}}}}, nil
}

func (a *attic) Good(context.Context, string, int) ([]store.Poll, error) {
	return []store.Poll{{Pages: []store.Page{{Hash: "read"}}}}, nil
}

func (a *attic) Sweep(keep func(string) bool, _ time.Time) (n int, _ error) {
	for hash := range a.hashes {
		if !keep(hash) {
			delete(a.hashes, hash)
			n++
		}
	}
	return n, nil
}

func (*attic) Path() string { return "archive" }

// TestTidier: once a day what is older than is kept is forgotten, except answers that a
// source is still read from; a failure is tried again in an hour.
func TestTidier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		a := &attic{hashes: map[string]bool{"validated": true, "read": true, "old": true}}
		a.broken.Store(true)
		began := time.Now()
		tidier := &Tidier{Store: a, Archive: a, Now: time.Now, Log: slog.New(slog.DiscardHandler), Keep: func() time.Duration { return 48 * time.Hour }}
		lanes := func(string, int) Lanes { return nil }
		d := &Duties{All: tidier.Duties(lanes), Store: &storetest.Duties{}, Now: time.Now, Log: tidier.Log}
		ended := make(chan error)
		go func() { ended <- d.Run(ctx) }()
		time.Sleep(time.Minute)
		synctest.Wait()
		a.broken.Store(false)
		time.Sleep(26 * time.Hour)
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		want := []time.Time{began.Add(-47 * time.Hour), began.Add(-23 * time.Hour)}
		if !slices.EqualFunc(a.forgot, want, time.Time.Equal) || len(a.hashes) != 2 || a.hashes["old"] {
			t.Errorf("polls before %v, want %v; %v is left", a.forgot, want, a.hashes)
		}
	})
}

// TestTidyOnce: a sync without a daemon forgets what is old as well, once a day; what
// failed is tried again in an hour.
func TestTidyOnce(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	a := &attic{hashes: map[string]bool{"validated": true, "read": true, "old": true}}
	a.broken.Store(true)
	tidier := &Tidier{
		Store: a, Archive: a, Now: func() time.Time { return now },
		Log: slog.New(slog.DiscardHandler), Keep: func() time.Duration { return 48 * time.Hour },
	}
	db := &storetest.Duties{}
	for _, c := range []struct {
		name   string
		after  time.Duration
		forgot int
	}{
		{"the database does not answer", 0, 0},
		{"half an hour later", 30 * time.Minute, 0},
		{"an hour later", time.Hour, 1},
		{"four hours later", 4 * time.Hour, 1},
		{"the next day", 26 * time.Hour, 2},
	} {
		now = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC).Add(c.after)
		if err := tidier.Once(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		a.broken.Store(false)
		if len(a.forgot) != c.forgot {
			t.Fatalf("%s: polls were forgotten %d times, want %d", c.name, len(a.forgot), c.forgot)
		}
	}
	if want := now.Add(-48 * time.Hour); !a.forgot[1].Equal(want) || a.hashes["old"] || len(a.hashes) != 2 {
		t.Errorf("polls from before %v are forgotten, want %v; kept %v", a.forgot, want, a.hashes)
	}
}
