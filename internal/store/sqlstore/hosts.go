package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"koyomi/internal/store"
)

var _ store.Hosts = (*DB)(nil)

const hostColumns = `host, rest, limited, asked, holder, lease, delay`

// WithHost changes the state of a host. What a host asked for is on the disk once the poll
// that it was said to is closed.
func (d *DB) WithHost(
	ctx context.Context,
	host string,
	change func(*store.HostState),
) error {
	return d.note(ctx, "remember the host "+host, func(t *Tx) error {
		if err := t.Lock("host " + host); err != nil {
			return err
		}
		before, err := scanHost(
			t.Row(`SELECT `+hostColumns+` FROM hosts WHERE host = $1`, host),
		)
		fresh := errors.Is(err, sql.ErrNoRows)
		if err != nil && !fresh {
			return err
		}
		before.Host = host
		after := before
		if change(&after); !fresh && after == before {
			return nil
		}
		if fresh {
			if err := forgetHosts(t, after); err != nil {
				return err
			}
		}
		values, err := times(after.Rest, after.Asked, after.Lease)
		if err != nil {
			return err
		}
		_, err = t.Exec(
			`INSERT INTO hosts (`+hostColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (host) DO UPDATE SET (rest, limited, asked, holder, lease, delay) = ($2, $3, $4, $5, $6, $7)`,
			host,
			values[0],
			after.Limited,
			values[1],
			after.Holder,
			values[2],
			int64(after.Delay),
		)
		return err
	})
}

// hostsFor is how long a host is remembered that was not asked since.
const hostsFor = 90 * 24 * time.Hour

// forgetHosts makes room for a new host: redirects may lead to any number of them.
func forgetHosts(t *Tx, fresh store.HostState) error {
	now := fresh.Lease
	if fresh.Asked.After(now) {
		now = fresh.Asked
	}
	if now.IsZero() {
		return nil
	}
	old, err := nanos(now.Add(-hostsFor))
	if err != nil {
		return err
	}
	_, err = t.Exec(
		`DELETE FROM hosts WHERE greatest(coalesce(rest, 0), coalesce(asked, 0), coalesce(lease, 0)) < $1`,
		old,
	)
	return err
}

// times returns moments as values to store.
func times(all ...time.Time) (values []any, err error) {
	for _, t := range all {
		v, err := nanos(t)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	return values, nil
}

// A row is one of sql.Row and sql.Rows.
type row interface{ Scan(into ...any) error }

func scanHost(r row) (s store.HostState, err error) {
	var rest, asked, lease instant
	var delay int64
	if err := r.Scan(
		&s.Host,
		&rest,
		&s.Limited,
		&asked,
		&s.Holder,
		&lease,
		&delay,
	); err != nil {
		return store.HostState{}, err
	}
	s.Rest, s.Asked, s.Lease, s.Delay = rest.Time, asked.Time, lease.Time, time.Duration(
		delay,
	)
	return s, nil
}

// HostStates returns all hosts that are remembered.
func (d *DB) HostStates(ctx context.Context) ([]store.HostState, error) {
	all, err := query(
		ctx,
		d,
		allRows(scanHost),
		`SELECT `+hostColumns+` FROM hosts ORDER BY host`,
	)
	if err != nil {
		return nil, fmt.Errorf("hosts: %w", err)
	}
	return all, nil
}

// allRows reads all rows with a function that reads one.
func allRows[T any](scan func(row) (T, error)) func(*sql.Rows) ([]T, error) {
	return func(rows *sql.Rows) (all []T, err error) {
		for rows.Next() {
			one, err := scan(rows)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
		return all, rows.Err()
	}
}

// Robots returns the robots.txt of an origin as it was last had.
func (d *DB) Robots(ctx context.Context, origin string) (store.Robots, error) {
	r := store.Robots{Origin: origin}
	var at, again instant
	err := d.ask(ctx, `SELECT text, at, again, failure FROM robots WHERE origin = $1`, origin).
		Scan(&r.Text, &at, &again, &r.Failure)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("robots.txt of %s: %w", origin, d.engine.Translate(err))
	}
	r.At, r.Again = at.Time, again.Time
	return r, nil
}

// SaveRobots replaces it, and forgets those that nobody has asked for in months.
func (d *DB) SaveRobots(ctx context.Context, r store.Robots) error {
	return d.write(ctx, "keep the robots.txt of "+r.Origin, func(t *Tx) error {
		values, err := times(r.At, r.Again, r.Again.Add(-hostsFor))
		if err != nil {
			return err
		}
		if _, err := t.Exec(`DELETE FROM robots WHERE again < $1`, values[2]); err != nil {
			return err
		}
		_, err = t.Exec(
			`INSERT INTO robots (origin, text, at, again, failure) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (origin) DO UPDATE SET (text, at, again, failure) = ($2, $3, $4, $5)`,
			r.Origin,
			r.Text,
			values[0],
			values[1],
			r.Failure,
		)
		return err
	})
}

const addressColumns = `url, source, refused, refusals, cause, message, stopped, moved_to, moved, move_seen`

func scanAddress(r row) (a store.AddressState, err error) {
	var refused, stopped, moved, seen instant
	err = r.Scan(
		&a.URL,
		&a.Source,
		&refused,
		&a.Refusals,
		&a.Cause,
		&a.Message,
		&stopped,
		&a.MovedTo,
		&moved,
		&seen,
	)
	if err != nil {
		return store.AddressState{}, err
	}
	a.Refused, a.Stopped, a.Moved, a.MoveSeen = refused.Time, stopped.Time, moved.Time, seen.Time
	return a, nil
}

const oneAddress = `SELECT ` + addressColumns + ` FROM addresses WHERE url = $1`

// Address returns what is remembered of an address.
func (d *DB) Address(ctx context.Context, url string) (store.AddressState, error) {
	a, err := scanAddress(d.ask(ctx, oneAddress, url))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return a, fmt.Errorf(
			"what is remembered of an address: %w",
			d.engine.Translate(err),
		)
	}
	a.URL = url
	return a, nil
}

// WithAddress changes what is remembered of an address.
func (d *DB) WithAddress(
	ctx context.Context,
	url string,
	change func(*store.AddressState),
) error {
	return d.write(ctx, "remember an address", func(t *Tx) error {
		if err := t.Lock("address " + url); err != nil {
			return err
		}
		a, err := scanAddress(t.Row(oneAddress, url))
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		a.URL = url
		change(&a)
		if a.Zero() {
			_, err := t.Exec(`DELETE FROM addresses WHERE url = $1`, url)
			return err
		}
		values, err := times(a.Refused, a.Stopped, a.Moved, a.MoveSeen)
		if err != nil {
			return err
		}
		_, err = t.Exec(
			`INSERT INTO addresses (`+addressColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (url) DO UPDATE SET (source, refused, refusals, cause, message, stopped, moved_to, moved, move_seen) =
				($2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			url,
			a.Source,
			values[0],
			a.Refusals,
			a.Cause,
			a.Message,
			values[1],
			a.MovedTo,
			values[2],
			values[3],
		)
		return err
	})
}

// Addresses returns all addresses of which something is remembered.
func (d *DB) Addresses(ctx context.Context) ([]store.AddressState, error) {
	all, err := query(
		ctx,
		d,
		allRows(scanAddress),
		`SELECT `+addressColumns+` FROM addresses ORDER BY url`,
	)
	if err != nil {
		return nil, fmt.Errorf("addresses: %w", err)
	}
	return all, nil
}
