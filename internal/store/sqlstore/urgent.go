package sqlstore

import (
	"context"
	"database/sql"
	"fmt"

	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// toldAtOnce finds the events that a reader of subscribers heard about at once since the
// cursor: those of messages that were accepted, or are taken for it.
const toldAtOnce = `FROM told_at_once JOIN letters ON letters.id = told_at_once.letter
	WHERE letters.subscriber = subscribers.id AND letters.generation = subscribers.generation AND letters.upto > subscribers.cursor
		AND letters.done IS NOT NULL AND letters.state IN ('sent', 'unknown')`

// undelivered finds the digests of a subscriber that wait, and the messages that may be
// with the server: before what became of them is known nothing is told at once.
const undelivered = `SELECT 1 FROM letters WHERE letters.subscriber = subscribers.id AND done IS NULL
	AND (kind = 'digest' OR kind = 'alert' AND (letters.state IN ('sending', 'unknown') OR unanswered > 0))`

// ToldAtOnce returns what active readers were told at once since their cursor.
func (d *DB) ToldAtOnce(ctx context.Context) ([]store.Told, error) {
	scan := func(rows *sql.Rows) (all []store.Told, err error) {
		defer rows.Close()
		for rows.Next() {
			var told store.Told
			if err := rows.Scan(&told.Subscriber, &told.UID, &told.Upto); err != nil {
				return nil, err
			}
			all = append(all, told)
		}
		return all, rows.Err()
	}
	all, err := query(ctx, d, scan, `SELECT subscribers.id, told_at_once.uid, letters.upto
		FROM told_at_once JOIN letters ON letters.id = told_at_once.letter
			JOIN subscribers ON subscribers.id = letters.subscriber AND subscribers.generation = letters.generation
		WHERE subscribers.state = 'active' AND letters.upto > subscribers.cursor
			AND letters.done IS NOT NULL AND letters.state IN ('sent', 'unknown')
		ORDER BY subscribers.id, letters.upto, told_at_once.uid`)
	if err != nil {
		return nil, fmt.Errorf("what was told at once: %w", err)
	}
	return all, nil
}

// UrgentReaders returns those who asked to be told at once, and for whom something may be
// to be told.
func (d *DB) UrgentReaders(
	ctx context.Context,
	upto int64,
) ([]subscriber.Subscriber, error) {
	all, err := query(
		ctx,
		d,
		scanSubscribers,
		`SELECT `+subscriberColumns+` FROM subscribers
		WHERE state = 'active' AND urgent <> 0 AND alerted < $1 AND NOT EXISTS (`+undelivered+`) ORDER BY id`,
		upto,
	)
	if err != nil {
		return nil, fmt.Errorf("readers to be told at once: %w", err)
	}
	return all, nil
}

// PlanUrgent writes messages that tell at once.
func (d *DB) PlanUrgent(ctx context.Context, u store.Urgency) (messages int, err error) {
	err = d.write(ctx, "plan what is told at once", func(t *Tx) error {
		messages, err = planned(t, u.Now, u.Bodies, u.Readers, func(r store.Urgent, _ any, ids []int64) (bool, error) {
			done, err := t.planUrgent(u, r, ids)
			return done, addressed(err, r.Subscriber)
		})
		return err
	})
	return messages, err
}

// planUrgent plans for one reader, and reports whether there is a message.
func (t *Tx) planUrgent(u store.Urgency, r store.Urgent, bodies []int64) (bool, error) {
	s := r.Subscriber
	n, err := t.Exec(`UPDATE subscribers SET alerted = $1
		WHERE id = $2 AND state = 'active' AND generation = $3 AND cursor = $4 AND alerted = $5
			AND NOT EXISTS (`+undelivered+`) AND (SELECT count(*) `+toldAtOnce+`) = $6`,
		u.Upto, s.ID, s.Generation, s.Cursor, s.Alerted, r.Told)
	if err != nil || n == 0 {
		return false, err
	}
	// What was to be told before and waits is told by this one too, where it still holds.
	now, err := nanos(u.Now)
	if err != nil {
		return false, err
	}
	_, err = t.Exec(
		`UPDATE letters SET state = 'expired', done = $1, bytes = NULL, cause = 'its content is in a later message'
		WHERE subscriber = $2 AND kind = 'alert' AND done IS NULL AND state <> 'sending'`,
		now,
		s.ID,
	)
	if err != nil || r.Body < 0 {
		return false, err
	}
	key := fmt.Sprintf("alert %d %d", s.ID, u.Upto)
	isNew, err := t.message(store.Message{
		Key:        key,
		Kind:       store.Alert,
		Subscriber: s.ID,
		Generation: s.Generation,
		Day:        r.Day,
		To:         s.Address,
		Format:     s.Format,
		MessageID:  r.MessageID,
		Upto:       u.Upto,
		Planned:    u.Now,
		Next:       u.Now,
		Expires:    u.Expires,
	}, bodies[r.Body])
	if err != nil || !isNew {
		return false, err
	}
	var id int64
	if err := t.Row("SELECT id FROM letters WHERE key = $1", key).Scan(&id); err != nil {
		return false, err
	}
	_, err = each(
		t,
		"INSERT INTO told_at_once (letter, uid) VALUES ($1, $2) ON CONFLICT DO NOTHING",
		r.UIDs,
		func(uid string) ([]any, error) { return []any{id, uid}, nil },
	)
	return true, err
}
