package sqlstore

import (
	"context"
	"fmt"
	"time"

	"koyomi/internal/store"
)

// Due returns the sources that are due at a moment, and when the next one is.
func (d *DB) Due(
	ctx context.Context,
	now time.Time,
) (due []store.DueSource, next time.Time, err error) {
	at, err := nanos(now)
	if err != nil {
		return nil, time.Time{}, err
	}
	due, err = often(
		ctx,
		d,
		allRows(scanDue),
		"SELECT id, next_at FROM sources WHERE next_at IS NOT NULL AND next_at <= $1 ORDER BY next_at, id",
		at,
	)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("sources that are due: %w", err)
	}
	later, err := often(
		ctx,
		d,
		allRows(scanDue),
		"SELECT id, next_at FROM sources WHERE next_at IS NOT NULL AND next_at > $1 ORDER BY next_at LIMIT 1",
		at,
	)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("sources that are due: %w", err)
	}
	for _, s := range later {
		next = s.At
	}
	return due, next, nil
}

// DueOf returns those of some sources that are due at a moment.
func (d *DB) DueOf(
	ctx context.Context,
	now time.Time,
	ids []string,
) ([]store.DueSource, error) {
	at, err := nanos(now)
	if err != nil {
		return nil, err
	}
	among, err := texts(ids)
	if err != nil {
		return nil, err
	}
	due, err := often(
		ctx,
		d,
		allRows(scanDue),
		`SELECT s.id, s.next_at FROM list_of($2) u /* as written */ JOIN sources s ON s.id = u.value
		WHERE s.next_at <= $1 ORDER BY s.next_at, s.id`,
		at,
		among[0],
	)
	if err != nil {
		return nil, fmt.Errorf("sources that are due: %w", err)
	}
	return due, nil
}

func scanDue(r row) (s store.DueSource, err error) {
	var at instant
	err = r.Scan(&s.ID, &at)
	s.At = at.Time
	return s, err
}
