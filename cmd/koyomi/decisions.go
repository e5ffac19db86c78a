package main

import (
	"context"

	"koyomi/internal/poll"
)

// A decisions is where a person decides: the database, beside a daemon that may be at
// work on it, and what carries a decision out.
type decisions struct {
	app    *app
	store  database
	poller *poll.Poller
}

// openDecisions opens the database for a person's decisions; dry writes none of them.
func (a *app) openDecisions(ctx context.Context, dry bool) (*decisions, error) {
	db, err := a.openWriter(ctx)
	if err != nil {
		return nil, err
	}
	return &decisions{
		app:   a,
		store: db,
		poller: &poll.Poller{
			Memory:    db,
			Now:       a.clockOf(),
			Next:      a.next,
			Authority: a.authority,
			Assumed:   a.assumed(),
			Version:   readers,
			DryRun:    dry,
		},
	}, nil
}

func (d *decisions) close() { _ = d.store.Close() } // what was written is committed already
