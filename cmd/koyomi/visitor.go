package main

import (
	"context"
	"errors"

	"koyomi/internal/probe"
	"koyomi/internal/store"
)

// A keeper remembers hosts and can hand on what they asked for.
type keeper interface {
	store.Hosts
	// Asked reports whether a host asked for anything that outlives the process.
	Asked() bool
	// HandOver writes that into another memory.
	HandOver(ctx context.Context, to store.Hosts) error
}

// newVisitor makes a visitor; the caller closes it.
func (a *app) newVisitor(ctx context.Context) (*probe.Visitor, error) {
	e, name, err := a.engine()
	if err != nil {
		return nil, err
	}
	v := &probe.Visitor{Log: a.log}
	var hosts store.Hosts
	if e.exists(name) {
		db, err := e.open(ctx, name, access{})
		if err != nil {
			return nil, err
		}
		hosts, v.Closers = db, append(v.Closers, db.Close)
	} else {
		memory := newKeeper(a.clockOf())
		hosts, v.Closers = memory, append(v.Closers, func() error { return a.keepHosts(ctx, memory) })
	}
	client := a.newClient(a.clockOf(), hosts)
	v.Fetcher, v.Closers = client, append([]func() error{client.Close}, v.Closers...)
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
