package main

import (
	"context"

	"koyomi/internal/query"
	"koyomi/internal/recording"
	"koyomi/internal/store"
	"koyomi/internal/usage"
)

// openCalendar gives the calendar that --server or --database names, and what ends
// its use.
func (a *app) openCalendar(ctx context.Context) (calendar, func(), error) {
	if a.flags.server != "" {
		r, err := newRemote(a.flags.server)
		return r, func() {}, err
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return nil, nil, err
	}
	return a.local(db), func() { db.Close() }, nil
}

// openSources returns the calendar that is asked for sources: it answers as well where
// there is no database yet.
func (a *app) openSources(ctx context.Context) (calendar, func(), error) {
	if a.flags.server != "" {
		return a.openCalendar(ctx)
	}
	name, err := a.databaseName()
	if err != nil {
		return nil, nil, err
	}
	if !exists(name) {
		return a.local(nil), func() {}, nil
	}
	return a.openCalendar(ctx)
}

// local returns the calendar of a database on this machine.
func (a *app) local(r store.Reader) *local {
	return &local{
		store: r, catalogue: a.catalogue, now: a.now, calendar: a.config.Calendar().WithDefaults(), standing: a.standing, polls: a.config.Polls,
		recordings: func() ([]recording.Visit, error) { return a.recordings("") },
	}
}

// checkClash checks what was typed before anything is asked.
func (a *app) checkClash(day, words string) error {
	if a.flags.server != "" {
		return nil // the server's today counts
	}
	c := a.config.Calendar().WithDefaults()
	if _, err := query.Day(day, a.now(), c.Zone); err != nil {
		return usage.Errorf("%s: %w", usage.Quote(day), err)
	}
	if _, problem := query.Parse(words, query.Env{Now: a.now(), Zone: c.Zone, Assumed: c.Assumed}); problem != nil {
		return usage.Of(problem)
	}
	return nil
}
