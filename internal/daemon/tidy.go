package daemon

import (
	"context"
	"log/slog"
	"os"
	"time"

	"koyomi/internal/store"
)

// A Tidier forgets what is old: polls, and answers of sites that nothing depends on.
type Tidier struct {
	Store interface {
		ForgetPolls(ctx context.Context, before time.Time) (int64, error)
		Sources(ctx context.Context) ([]store.SourceState, error)
		Good(ctx context.Context, source string, limit int) ([]store.Poll, error)
	}
	// Archive is that of this process.
	Archive interface {
		// Sweep removes the answers from before a moment that keep does not want, and says
		// how many.
		Sweep(keep func(hash string) bool, before time.Time) (int, error)
		// Path is where it lies.
		Path() string
	}
	// Keep is how long what is old is kept.
	Keep func() time.Duration
	Now  func() time.Time
	Log  *slog.Logger
}

// tidyEvery is how often what is old is forgotten.
const tidyEvery = 24 * time.Hour

// Duties are those of forgetting: the polls by one process of all on the database, the
// archive by each its own.
func (t *Tidier) Duties(lanes func(queue string, parallel int) Lanes) []*Duty {
	next := func(now time.Time, failures int) time.Time {
		if failures > 0 {
			return now.Add(time.Hour)
		}
		return now.Add(tidyEvery)
	}
	one := func(name string, lanes Lanes, do func(context.Context, time.Time) error) *Duty {
		return &Duty{Name: name, Lanes: lanes, Next: next, Do: func(ctx context.Context, _ string, _ func(context.Context) error) (string, error) {
			err := do(ctx, t.Now().Add(-t.Keep()))
			if err != nil && ctx.Err() == nil {
				t.Log.Error(name, "error", err)
			}
			return "", err
		}}
	}
	host, _ := os.Hostname() // one without a name has one archive
	return []*Duty{
		one("forget polls", lanes("forget polls", 1), t.polls),
		one("sweep "+host+" "+t.Archive.Path(), nil, t.archive),
	}
}

// Once forgets what is old where no daemon does, as seldom as one would: db says when
// that was done last.
func (t *Tidier) Once(ctx context.Context, db store.Duties) error {
	alone := func(string, int) Lanes { return nil }
	duties := &Duties{All: t.Duties(alone), Store: db, Now: t.Now, Log: t.Log}
	return duties.Once(ctx)
}

func (t *Tidier) polls(ctx context.Context, before time.Time) error {
	n, err := t.Store.ForgetPolls(ctx, before)
	if n > 0 {
		t.Log.Info("old polls are forgotten", "polls", n)
	}
	return err
}

// archive removes the answers that no source is read from any more.
func (t *Tidier) archive(ctx context.Context, before time.Time) error {
	states, err := t.Store.Sources(ctx)
	if err != nil {
		return err
	}
	needed := map[string]bool{}
	for _, s := range states {
		for _, v := range s.Validators {
			needed[v.Hash] = true
		}
		good, err := t.Store.Good(ctx, s.ID, store.GoodKept)
		if err != nil {
			return err
		}
		for _, p := range good {
			for _, page := range p.Pages {
				needed[page.Hash] = true
			}
		}
	}
	n, err := t.Archive.Sweep(func(hash string) bool { return needed[hash] }, before)
	if n > 0 {
		t.Log.Info("old answers are removed from the archive", "answers", n)
	}
	return err
}
