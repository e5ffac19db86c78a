package main

import (
	"context"
	"errors"
	"time"

	"koyomi/internal/fetch"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
)

// A visitor asks hosts outside of polls (source try, source add, source check --live)
// and keeps to what they asked of any koyomi on the database.
type visitor struct {
	*fetch.Client
	app *app
	// database is nil while there is none; then hosts remembers.
	database *sqlite.DB
	hosts    store.Hosts
}

// newVisitor makes a visitor; the caller closes it.
func (a *app) newVisitor(ctx context.Context) (*visitor, error) {
	name, err := a.databaseName()
	if err != nil {
		return nil, err
	}
	v := &visitor{app: a}
	if exists(name) {
		if v.database, err = sqlite.Open(ctx, name, sqlite.Options{}); err != nil {
			return nil, err
		}
		v.hosts = v.database
	} else {
		v.hosts = fetch.NewMemory(a.clockOf())
	}
	v.Client = a.newClient(a.clockOf(), v.hosts)
	return v, nil
}

// Close ends the visits. What a host asked for while there was no database makes one,
// so that the next koyomi keeps to it.
func (v *visitor) Close() error {
	err := v.Client.Close()
	if v.database != nil {
		return errors.Join(err, v.database.Close())
	}
	return errors.Join(err, v.keep(context.Background()))
}

// keep writes what hosts asked for into a new database.
func (v *visitor) keep(ctx context.Context) error {
	hosts, addresses, err := v.asked(ctx)
	if err != nil || len(hosts)+len(addresses) == 0 {
		return err
	}
	name, err := v.app.databaseName()
	if err != nil {
		return err
	}
	db, err := sqlite.Open(ctx, name, sqlite.Options{})
	if err != nil {
		return err
	}
	for _, h := range hosts {
		err = errors.Join(err, db.WithHost(ctx, h.Host, func(s *store.HostState) { *s = h }))
	}
	for _, a := range addresses {
		err = errors.Join(err, db.WithAddress(ctx, a.URL, func(s *store.AddressState) { *s = a }))
	}
	return errors.Join(err, db.Close())
}

// asked returns the hosts that rest and the addresses that are asked no more.
func (v *visitor) asked(ctx context.Context) (hosts []store.HostState, addresses []store.AddressState, err error) {
	allHosts, err := v.hosts.HostStates(ctx)
	if err != nil {
		return nil, nil, err
	}
	now := v.app.clockOf()()
	for _, h := range allHosts {
		if h.Rest.After(now) {
			hosts = append(hosts, h)
		}
	}
	all, err := v.hosts.Addresses(ctx)
	for _, a := range all {
		if !a.Stopped.IsZero() {
			addresses = append(addresses, a)
		}
	}
	return hosts, addresses, err
}

// ofSource reports whether what is remembered of an address is about a source.
func ofSource(a store.AddressState, id, url string) bool { return a.Source == id || a.URL == url }

// stoppedWords says since when and why an address is asked no more, "" where it is.
func stoppedWords(a store.AddressState) string {
	if a.Stopped.IsZero() {
		return ""
	}
	return "since " + a.Stopped.UTC().Format(time.DateOnly) + ": " + a.Message
}

// movedWords says where an address has moved to for good, "" where it has not.
func movedWords(a store.AddressState) string {
	if !a.Steady() {
		return ""
	}
	return a.MovedTo + " since " + a.Moved.UTC().Format(time.DateOnly)
}
