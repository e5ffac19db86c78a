package main

import (
	"context"
	"errors"

	"koyomi/internal/poll"
	"koyomi/internal/store"
)

// A visitor asks hosts outside of polls (source try, source add, source check --live)
// and keeps to what they asked of any koyomi on the database.
type visitor struct {
	poll.Fetcher
	app *app
	// closers end the use of what it works with, in order.
	closers []func() error
}

// A keeper remembers hosts and can hand on what they asked for.
type keeper interface {
	store.Hosts
	// Asked reports whether a host asked for anything that outlives the process.
	Asked() bool
	// HandOver writes that into another memory.
	HandOver(ctx context.Context, to store.Hosts) error
}

// newVisitor makes a visitor; the caller closes it.
func (a *app) newVisitor(ctx context.Context) (*visitor, error) {
	e, name, err := a.engine()
	if err != nil {
		return nil, err
	}
	v := &visitor{app: a}
	var hosts store.Hosts
	if e.exists(name) {
		db, err := e.open(ctx, name, access{})
		if err != nil {
			return nil, err
		}
		hosts, v.closers = db, append(v.closers, db.Close)
	} else {
		memory := newKeeper(a.clockOf())
		hosts, v.closers = memory, append(v.closers, func() error { return a.keepHosts(ctx, memory) })
	}
	client := a.newClient(a.clockOf(), hosts)
	v.Fetcher, v.closers = client, append([]func() error{client.Close}, v.closers...)
	return v, nil
}

// keepHosts writes what hosts asked for while there was no database into a new one, so
// that the next koyomi keeps to it.
func (a *app) keepHosts(ctx context.Context, memory keeper) error {
	if !memory.Asked() {
		return nil
	}
	e, name, err := a.engine()
	if err != nil {
		return err
	}
	db, err := e.open(ctx, name, access{})
	if err != nil {
		return err
	}
	return errors.Join(memory.HandOver(ctx, db), db.Close())
}

// Close ends the visits.
func (v *visitor) Close() error {
	var all []error
	for _, end := range v.closers {
		all = append(all, end())
	}
	err := errors.Join(all...)
	if err != nil {
		v.app.log.Warn("what hosts asked for could not be kept", "error", err)
	}
	return err
}
