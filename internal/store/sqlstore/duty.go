package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"koyomi/internal/store"
)

var _ store.Duties = (*DB)(nil)

const oneDuty = `SELECT name, due, failures, memory, term FROM duties WHERE name = $1`

func scanDuty(r row) (d store.Duty, err error) {
	var due instant
	err = r.Scan(&d.Name, &due, &d.Failures, &d.Memory, &d.Term)
	d.Due = due.Time
	return d, err
}

// Duty returns the one of a name.
func (d *DB) Duty(ctx context.Context, name string) (store.Duty, error) {
	one, err := scanDuty(d.ask(ctx, oneDuty, name))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return one, fmt.Errorf("the duty %s: %w", name, d.engine.Translate(err))
	}
	one.Name = name
	return one, nil
}

// BeginDuty begins another term of one that is due.
func (d *DB) BeginDuty(
	ctx context.Context,
	name string,
	now time.Time,
) (one store.Duty, err error) {
	at, err := nanos(now)
	if err != nil {
		return one, err
	}
	err = d.write(ctx, "begin the duty "+name, func(t *Tx) error {
		if err := t.Lock("duty " + name); err != nil {
			return err
		}
		one, err = scanDuty(t.Row(`INSERT INTO duties (name, due, failures, memory, term) VALUES ($1, NULL, 0, '', 1)
			ON CONFLICT (name) DO UPDATE SET term = duties.term + 1 WHERE duties.due IS NULL OR duties.due <= $2
			RETURNING name, due, failures, memory, term`, name, at))
		if errors.Is(err, sql.ErrNoRows) {
			return store.ErrStale
		}
		return err
	})
	return one, err
}

// EndDuty notes what is to be remembered of a term.
func (d *DB) EndDuty(ctx context.Context, one store.Duty) error {
	due, err := nanos(one.Due)
	if err != nil {
		return err
	}
	return d.write(ctx, "end the duty "+one.Name, func(t *Tx) error {
		done, err := t.Exec(
			`UPDATE duties SET due = $1, failures = $2, memory = $3 WHERE name = $4 AND term = $5`,
			due,
			one.Failures,
			one.Memory,
			one.Name,
			one.Term,
		)
		if err != nil {
			return err
		}
		if done == 0 {
			return store.ErrStale
		}
		return nil
	})
}

// HastenDuty has one done sooner.
func (d *DB) HastenDuty(ctx context.Context, name string, at time.Time) error {
	due, err := nanos(at)
	if err != nil {
		return err
	}
	return d.write(ctx, "hasten the duty "+name, func(t *Tx) error {
		_, err := t.Exec(`UPDATE duties SET due = $1 WHERE name = $2 AND due > $1`, due, name)
		return err
	})
}
