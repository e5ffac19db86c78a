package deploy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"koyomi/internal/backoff"
	"koyomi/internal/usage"
	"koyomi/internal/web"
)

// Put puts the whole site into a place.
func Put(ctx context.Context, site *web.Site, p Place) (Counts, error) {
	t, err := Open(ctx, p)
	if err != nil {
		return Counts{}, err
	}
	defer t.Close()
	done, err := put(ctx, site, t)
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

func put(ctx context.Context, site *web.Site, t Target) (Counts, error) {
	names, err := site.FileNames(ctx)
	if err != nil {
		return Counts{}, err
	}
	if err := t.Begin(ctx, names); err != nil {
		return Counts{}, err
	}
	put := func(f web.File) error { return t.Put(ctx, f) }
	if err := site.Files(ctx, put); err != nil {
		return Counts{}, err
	}
	return t.Finish(ctx)
}

// A Publisher keeps one target as the database is: it writes the site at its start, after
// changes, and when a day begins.
type Publisher struct {
	// Name is the target's, for the log.
	Name string
	// Every is how often at most the site is written.
	Every time.Duration
	// State returns what differs when the site does: the revision of the events and the
	// day.
	State func(ctx context.Context) (string, error)
	// Write writes the whole site.
	Write func(ctx context.Context) (Counts, error)
	Log   *slog.Logger
}

// look is how often a Publisher looks for changes.
const look = 10 * time.Second

// failing is how long a Publisher waits after failures in a row.
var failing = backoff.Policy{First: time.Minute, Most: time.Hour}

// Run publishes until ctx ends. A failure is logged and tried again, later each time.
func (p *Publisher) Run(ctx context.Context) error {
	var written string
	var next time.Time
	failures := 0
	for {
		if !time.Now().Before(next) {
			state, done := p.once(ctx, written)
			switch {
			case ctx.Err() != nil:
				return nil //nolint:nilerr // it was asked to end
			case !done:
				failures++
				next = time.Now().Add(failing.Wait(failures))
			case state != written:
				written, failures = state, 0
				next = time.Now().Add(p.Every)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(look):
		}
	}
}

// once writes the site if it differs from what was written; done is false after a
// failure.
func (p *Publisher) once(ctx context.Context, written string) (state string, done bool) {
	state, err := p.State(ctx)
	if err != nil {
		p.Log.Error("publish", "target", p.Name, "error", err)
		return "", false
	}
	if state == written {
		return state, true
	}
	counts, err := p.Write(ctx)
	if err != nil {
		if ctx.Err() == nil {
			p.Log.Error("publish", "target", p.Name, "error", err)
		}
		return "", false
	}
	p.Log.Info(
		"published",
		"target", p.Name,
		"written", counts.Written,
		"unchanged", counts.Unchanged,
		"removed", counts.Removed,
	)
	return state, true
}
