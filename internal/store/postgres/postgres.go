// Package postgres answers for a koyomi database in PostgreSQL 14 or later, on which any
// number of processes work at a time. The statements are sqlstore's.
//
// Transactions read what is committed; where a write depends on what it has read, it
// takes a lock by name first (sqlstore.Tx.Lock), so that what several processes do comes
// out as if one had done it after the other. What fails because a connection broke,
// the server was restarted or two transactions met is done again.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"koyomi/internal/store"
	"koyomi/internal/store/sqlstore"
)

// Options say how a database is opened.
type Options struct {
	// ReadOnly opens a database for questions; what writes fails.
	ReadOnly bool
	// AtWork says that the process keeps the database up to date: nobody restores a backup
	// into it meanwhile.
	AtWork bool
	// Missing fails with store.ErrEmpty where the database holds no koyomi yet,
	// instead of making it.
	Missing bool
}

// DB is a koyomi database; it is a store.Store.
type DB struct {
	*sqlstore.DB
	address string
	pool    *pgxpool.Pool
	handle  *sql.DB
	// patience is how long what failed for a reason that passes is tried again.
	patience time.Duration
}

var _ store.Store = (*DB)(nil)

// patience outlasts a restart of the server, and a standby that takes its place.
const patience = 30 * time.Second

// defaultConnections is how many connections a process has at most, where the address
// does not say it (pool_max_conns).
const defaultConnections = 12

// Open opens the database at an address (postgres://USER@HOST/NAME?PARAMETERS, as libpq
// has it). Tables are made where there are none, and those of an older koyomi are brought
// up to date, unless it is opened for reading.
//
// It fails, and changes nothing, with store.ErrForeign where tables of another program
// have koyomi's names, store.ErrNewer where a newer koyomi has been there,
// store.ErrUnreachable where no server answers.
func Open(ctx context.Context, address string, o Options) (*DB, error) {
	d, err := connect(address, o)
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", Masked(address), err)
	}
	if err := d.prepare(ctx, o); err != nil {
		err = d.translate(err)
		_ = d.Close() // the first error is the one that matters
		return nil, fmt.Errorf("open the database %s: %w", Masked(address), err)
	}
	return d, nil
}

// prepare holds the schema against this koyomi's.
func (d *DB) prepare(ctx context.Context, o Options) error {
	is, err := d.version(ctx)
	switch {
	case err != nil:
		return err
	case o.ReadOnly:
		return d.checkVersion(is)
	case o.Missing && is == 0:
		return store.ErrEmpty
	}
	if err := d.migrate(ctx, migrations()); err != nil {
		return err
	}
	return d.indexAll(ctx)
}

// connect returns a database of which nothing has been asked yet.
func connect(address string, o Options) (*DB, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, errors.New(
			"the address is not one of PostgreSQL (use postgres://USER@HOST/NAME)",
		)
	}
	configure(config, address, o)
	return connectWith(config, address, o.ReadOnly)
}

// connectWith is connect with connections as they are to be.
func connectWith(config *pgxpool.Config, address string, readOnly bool) (*DB, error) {
	// Nothing is asked before the first use.
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		return nil, err
	}
	d := &DB{address: address, pool: pool, patience: patience}
	d.handle = stdlib.OpenDBFromPool(pool)
	writer := d.handle
	if readOnly {
		writer = nil
	}
	d.DB = sqlstore.New(
		d.handle,
		writer,
		engine{d},
		sqlstore.Words{Clean: true, Prepared: true},
	)
	return d, nil
}

// session is what the server does for each connection: it ends the transaction of a
// process that stands still or cannot be reached any more, so that others need not wait.
var session = map[string]string{
	"application_name":                    "koyomi",
	"client_encoding":                     "UTF8",
	"idle_in_transaction_session_timeout": "15s",
	"lock_timeout":                        "20s",
	"statement_timeout":                   "120s",
	"tcp_keepalives_idle":                 "10",
	"tcp_keepalives_interval":             "5",
	"tcp_keepalives_count":                "3",
}

// atWorkName is what the names begin with of connections of a process at work.
const atWorkName = "koyomi at work "

// configure adds what the address leaves open.
func configure(c *pgxpool.Config, address string, o Options) {
	params := c.ConnConfig.RuntimeParams
	for name, value := range session {
		if params[name] == "" {
			params[name] = value
		}
	}
	if o.AtWork {
		params["application_name"] = fmt.Sprint(atWorkName, os.Getpid())
	}
	if o.ReadOnly {
		params["default_transaction_read_only"] = "on"
	}
	if !says(address, "pool_max_conns") {
		c.MaxConns = defaultConnections
	}
	if c.ConnConfig.ConnectTimeout == 0 {
		c.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	dialer := &net.Dialer{
		Timeout: c.ConnConfig.ConnectTimeout,
		KeepAliveConfig: net.KeepAliveConfig{
			Enable:   true,
			Idle:     10 * time.Second,
			Interval: 5 * time.Second,
			Count:    3,
		},
	}
	c.ConnConfig.DialFunc = dialer.DialContext
	c.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheStatement
}

// says reports whether an address has a parameter.
func says(address, parameter string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Query().Has(parameter)
}

// Masked returns an address without its password.
func Masked(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "of PostgreSQL"
	}
	q := u.Query()
	if q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}

// Path returns the address, without its password.
func (d *DB) Path() string { return Masked(d.address) }

// Notes returns what a person should hear of how the database was found: nothing.
func (d *DB) Notes() []string { return nil }

// Pool returns the connections, for what works on the same database beside the store.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Ping reports whether the database answers, within the time of ctx and without a second
// try.
func (d *DB) Ping(ctx context.Context) error {
	var one int
	return d.translate(d.pool.QueryRow(ctx, "SELECT 1").Scan(&one))
}

// Close ends the use of the database.
func (d *DB) Close() error {
	err := d.handle.Close()
	d.pool.Close()
	return err
}
