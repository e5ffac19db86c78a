package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
)

// insertSeats adds a row unless the latest one says the same.
const insertSeats = `INSERT INTO seats (uid, at, most, accepted, waiting) SELECT CAST($1 AS text), CAST($2 AS bigint), CAST($3 AS bigint), CAST($4 AS bigint), CAST($5 AS bigint)
	WHERE NOT EXISTS (SELECT 1 FROM (SELECT most, accepted, waiting FROM seats WHERE uid = $1 ORDER BY at DESC LIMIT 1) AS latest
		WHERE (most, accepted, waiting) IS NOT DISTINCT FROM ($3, $4, $5))
	ON CONFLICT (uid, at) DO UPDATE SET (most, accepted, waiting) = (excluded.most, excluded.accepted, excluded.waiting)`

// writeSeats adds to the history of seats, and forgets what is too old.
func (t *Tx) writeSeats(events []event.Event, at time.Time) error {
	var told []event.Event
	for _, e := range events {
		if !e.Seats.IsZero() {
			told = append(told, e)
		}
	}
	if len(told) == 0 || at.IsZero() {
		return nil
	}
	now, err := nanos(at)
	if err != nil {
		return err
	}
	_, err = each(t, insertSeats, told, func(e event.Event) ([]any, error) {
		s := e.Seats
		return []any{e.UID, now, count(s.Limit), count(s.Accepted), count(s.Waiting)}, nil
	})
	if err != nil {
		return fmt.Errorf("seats: %w", err)
	}
	old, err := nanos(at.Add(-store.SeatsKept))
	if err == nil {
		_, err = t.Exec("DELETE FROM seats WHERE at < $1", old)
	}
	return err
}

// count returns a number as a value to store, NULL for none.
func count(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

// Seats returns the history of seats of events.
func (d *DB) Seats(ctx context.Context, uids []string) ([]event.SeatsAt, error) {
	if len(uids) == 0 {
		return nil, nil
	}
	asked, err := texts(uids)
	if err != nil {
		return nil, err
	}
	all, err := query(ctx, d, scanSeats, `SELECT s.uid, s.at, s.most, s.accepted, s.waiting
		FROM list_of($1) u /* as written */ JOIN seats s ON s.uid = u.value ORDER BY s.at, s.uid`, asked[0])
	if err != nil {
		return nil, fmt.Errorf("seats over time: %w", err)
	}
	return all, nil
}

func scanSeats(rows *sql.Rows) (all []event.SeatsAt, err error) {
	defer rows.Close()
	for rows.Next() {
		var r event.SeatsAt
		var at instant
		if err := rows.Scan(&r.UID, &at, &r.Limit, &r.Accepted, &r.Waiting); err != nil {
			return nil, err
		}
		r.At = at.Time
		all = append(all, r)
	}
	return all, rows.Err()
}
