package deploy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"koyomi/internal/backoff"
	"koyomi/internal/daemon"
	"koyomi/internal/usage"
	"koyomi/internal/web"
)

// Put puts the whole site into a place. held is asked before each step, and its error ends
// the run; nil for nobody else who puts there.
func Put(
	ctx context.Context,
	site *web.Site,
	p Place,
	held func(context.Context) error,
) (Counts, error) {
	t, err := Open(ctx, p)
	if err != nil {
		return Counts{}, err
	}
	defer t.Close()
	if held == nil {
		held = func(context.Context) error { return nil }
	}
	done, err := put(ctx, site, t, held)
	switch {
	case errors.Is(err, ErrShrunk):
		return done, fmt.Errorf(
			"%w in the database, and %s shows some: it is left as it is; an empty TARGET starts again",
			err,
			usage.Quote(p.Target),
		)
	case err != nil:
		return done, fmt.Errorf("publish to %s: %w", usage.Quote(p.Target), err)
	}
	return done, nil
}

func put(
	ctx context.Context,
	site *web.Site,
	t Target,
	held func(context.Context) error,
) (Counts, error) {
	names, err := site.FileNames(ctx)
	if err != nil {
		return Counts{}, err
	}
	if err := held(ctx); err != nil {
		return Counts{}, err
	}
	if err := t.Begin(ctx, names); err != nil {
		return Counts{}, err
	}
	put := func(f web.File) error {
		if err := held(ctx); err != nil {
			return err
		}
		return t.Put(ctx, f)
	}
	if err := site.Files(ctx, put); err != nil {
		return Counts{}, err
	}
	if err := held(ctx); err != nil {
		return Counts{}, err
	}
	return t.Finish(ctx)
}

// A Publisher keeps one target as the database is: it writes the site after changes, and
// when a day begins.
type Publisher struct {
	// Name is the target's, for the log.
	Name string
	// Every is how often at most the site is written.
	Every time.Duration
	// State returns what differs when the site does: the revision of the events, the day,
	// the program.
	State func(ctx context.Context) (string, error)
	// Write writes the whole site; held as in Put.
	Write func(ctx context.Context, held func(context.Context) error) (Counts, error)
	Log   *slog.Logger
}

// failing is how long a Publisher waits after failures in a row.
var failing = backoff.Policy{First: time.Minute, Most: time.Hour}

// Duty has the site written by one process of all on a database, which lanes says.
func (p *Publisher) Duty(lanes func(queue string, parallel int) daemon.Lanes) *daemon.Duty {
	name := "publish " + p.Name
	return &daemon.Duty{
		Name:   name,
		Lanes:  lanes(name, 1),
		Needed: p.Needed,
		Do:     p.Do,
		Next:   p.Next,
	}
}

// Needed reports whether the site differs from what was written last.
func (p *Publisher) Needed(ctx context.Context, written string) (bool, error) {
	state, err := p.State(ctx)
	return state != written, err
}

// Do writes the site and returns its state.
func (p *Publisher) Do(
	ctx context.Context,
	written string,
	held func(context.Context) error,
) (string, error) {
	state, err := p.State(ctx)
	if err != nil {
		return written, err
	}
	counts, err := p.Write(ctx, held)
	if err != nil {
		if ctx.Err() == nil {
			p.Log.Error("publish", "target", p.Name, "error", err)
		}
		return written, err
	}
	p.Log.Info(
		"published",
		"target", p.Name,
		"written", counts.Written,
		"unchanged", counts.Unchanged,
		"removed", counts.Removed,
	)
	return state, nil
}

// Next says when the site may be written again.
func (p *Publisher) Next(now time.Time, failures int) time.Time {
	if failures > 0 {
		return now.Add(failing.Wait(failures))
	}
	return now.Add(p.Every)
}
