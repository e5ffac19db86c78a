package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"koyomi/internal/store"
	"koyomi/internal/store/sqlstore"
	"koyomi/internal/usage"
)

// A database is what commands need of one: the store's contract, the outbox of the
// daily mail, and copies.
type database interface {
	store.Store
	store.Outbox
	// SQL is the database as it is copied to another.
	SQL() *sqlstore.DB
	// Path is where it lies.
	Path() string
	// Backup writes a whole copy to a file that must not exist yet.
	Backup(ctx context.Context, file string) error
}

// An engine is a kind of database.
type engine struct {
	// prefix is what its addresses begin with.
	prefix string
	// server says that the name of a database is its whole address, and that it lies on a
	// server.
	server bool
	// exists reports whether there is a database of a name.
	exists func(name string) bool
	// open opens the database of a name.
	open func(ctx context.Context, name string, how access) (database, error)
	// restore puts a copy of a backup in the place of the database of a name, and
	// returns what the one that was there is called now, "" where there was none.
	restore func(ctx context.Context, backup, name string, now time.Time) (aside string, err error)
}

// access is how a database is opened.
type access struct {
	// readOnly writes nothing; lock refuses to work beside a daemon, where only one can be
	// at work; present fails where there is no database yet.
	readOnly, lock, present bool
}

// engineOf returns the engine of an address, and the name that it knows the database by.
func engineOf(address string) (engine, string, error) {
	for _, e := range engines {
		name, ok := strings.CutPrefix(address, e.prefix)
		switch {
		case !ok:
		case e.server:
			return e, address, nil
		case name == "":
			return e, "", usage.Errorf("--database: expected a path (use --database koyomi.db)")
		default:
			return e, name, nil
		}
	}
	return engine{}, "", usage.Errorf("--database %s: no engine for it", usage.Quote(address))
}

// engine returns the engine of the database, and its name.
func (a *app) engine() (engine, string, error) {
	if a.flags.database != "" {
		return engineOf(a.flags.database)
	}
	return engineOf(a.config.Database)
}

// databaseName returns the path of the database.
func (a *app) databaseName() (string, error) {
	_, name, err := a.engine()
	return name, err
}

// hasDatabase reports whether there is a database yet.
func (a *app) hasDatabase() (bool, error) {
	e, name, err := a.engine()
	return err == nil && e.exists(name), err
}

// openReader opens the database for asking. What can ask a running koyomi as well has
// done so before.
func (a *app) openReader(ctx context.Context) (database, error) {
	if a.flags.server != "" {
		return nil, usage.Errorf("a running koyomi does not answer this: it takes --database, not --server")
	}
	e, name, err := a.engine()
	if err != nil {
		return nil, err
	}
	db, err := e.open(ctx, name, access{readOnly: true})
	switch {
	case notThere(err):
		return nil, noDatabase(name)
	case err != nil:
		return nil, err
	}
	a.growing.Remember(db)
	return db, nil
}

// openWriter opens the database for a person's corrections, beside a daemon that
// may be at work on it.
func (a *app) openWriter(ctx context.Context) (database, error) {
	if a.flags.server != "" {
		return nil, usage.Errorf("this changes the database itself: it takes --database, not --server")
	}
	e, name, err := a.engine()
	if err != nil {
		return nil, err
	}
	if !e.exists(name) {
		return nil, noDatabase(name)
	}
	db, err := e.open(ctx, name, access{present: true})
	if err == nil {
		a.growing.Remember(db)
	}
	return db, err
}

// isServer reports whether a database of a name lies on a server.
func isServer(name string) bool {
	e, _, err := engineOf(name)
	return err == nil && e.server
}

// noDatabase says that there is none of that name, and what to do.
func noDatabase(name string) error {
	name = spoken(name)
	return fmt.Errorf("there is no database %s yet: `koyomi sync` or `koyomi serve` makes one, `--database` names another, `--server` a running koyomi", usage.Quote(name))
}
