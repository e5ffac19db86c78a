package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"koyomi/internal/store"
	"koyomi/internal/usage"
)

// A database is what commands need of one: the store's contract, the outbox of the
// daily mail, and copies.
type database interface {
	store.Store
	store.Outbox
	// Path is where it lies.
	Path() string
	// Backup writes a whole copy to a file that must not exist yet.
	Backup(ctx context.Context, file string) error
}

// An engine is a kind of database.
type engine struct {
	// prefix is what its addresses begin with.
	prefix string
	// later says that the engine is still to come; "" for those that are there.
	later string
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
	// readOnly writes nothing; lock refuses to work beside a daemon.
	readOnly, lock bool
}

// engineOf returns the engine of an address, and the name that it knows the database by.
func engineOf(address string) (engine, string, error) {
	for _, e := range engines {
		name, ok := strings.CutPrefix(address, e.prefix)
		switch {
		case !ok:
		case e.later != "":
			return e, "", usage.Errorf("--database %s: expected a path or sqlite:PATH, %s", usage.Quote(address), e.later)
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
	if notThere(err) {
		return nil, noDatabase(name)
	}
	if err == nil {
		a.growing.Remember(db)
	}
	return db, err
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
	db, err := e.open(ctx, name, access{})
	if err == nil {
		a.growing.Remember(db)
	}
	return db, err
}

// noDatabase says that there is none of that name, and what to do.
func noDatabase(name string) error {
	return fmt.Errorf("there is no database %s yet: `koyomi sync` or `koyomi serve` makes one, `--database` names another, `--server` a running koyomi", usage.Quote(name))
}
