package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"koyomi/internal/store"
)

// Queue returns how the outbox fares.
func (d *DB) Queue(ctx context.Context, now time.Time) (store.Queue, error) {
	var q store.Queue
	var oldest, accepted instant
	day := now.Add(-24 * time.Hour).UnixNano()
	err := d.ask(ctx, `SELECT
			count(*) FILTER (WHERE done IS NULL), min(planned) FILTER (WHERE done IS NULL), max(done) FILTER (WHERE state = 'sent'),
			count(*) FILTER (WHERE state = 'failed' AND done > $1), count(*) FILTER (WHERE state = 'expired' AND done > $1),
			count(*) FILTER (WHERE state = 'unknown' AND done > $1) FROM letters`, day).
		Scan(&q.Waiting, &oldest, &accepted, &q.Refused, &q.Expired, &q.Unanswered)
	if err != nil {
		return q, d.found(err, "the queue of mails")
	}
	q.Oldest, q.Accepted = oldest.Time, accepted.Time
	err = d.ask(ctx, `SELECT coalesce((SELECT cause FROM letters
		WHERE cause <> '' AND state <> 'sent' AND (done IS NULL OR done > $1) ORDER BY coalesce(done, next) DESC LIMIT 1), '')`, day).Scan(&q.Cause)
	return q, d.found(err, "the queue of mails")
}

// subscriptionEnded is why a message is closed that nobody waits for any more.
const (
	subscriptionEnded    = "the subscription was ended"
	subscriptionReplaced = "there is a new subscription"
)

// GivenUp returns the digests that were closed and not accepted.
func (d *DB) GivenUp(
	ctx context.Context,
	after time.Time,
	limit int,
) ([]store.Message, error) {
	scan := func(rows *sql.Rows) ([]store.Message, error) { return scanMessages(rows, false) }
	all, err := query(ctx, d, scan, `SELECT `+messageColumns+` FROM letters
		WHERE done > $1 AND kind = 'digest' AND state IN ('failed', 'unknown', 'expired') AND cause NOT IN ($2, $3)
		ORDER BY done, id LIMIT $4`, after.UnixNano(), subscriptionEnded, subscriptionReplaced, limited(limit))
	if err != nil {
		return nil, fmt.Errorf("messages that were given up: %w", err)
	}
	return all, nil
}

// Posted returns when a message whose key begins so was last planned.
func (d *DB) Posted(ctx context.Context, prefix string) (time.Time, error) {
	var at instant
	err := d.ask(ctx, "SELECT max(planned) FROM letters WHERE substr(key, 1, $1) = $2", len(prefix), prefix).
		Scan(&at)
	return at.Time, d.found(err, "the last message of a kind")
}

// CloseOutbox keeps what a restored database was about to send from being sent: it
// was sent long ago, or is old news.
func (t *Tx) CloseOutbox(now time.Time) error {
	at, err := nanos(now)
	if err != nil {
		return err
	}
	_, err = t.Exec(
		`UPDATE letters SET state = 'expired', done = $1, bytes = NULL, sender = '',
		cause = 'the database was restored from a backup' WHERE done IS NULL`,
		at,
	)
	if err != nil {
		return err
	}
	_, err = t.Exec("UPDATE mail SET not_before = $1, seen = NULL", at)
	return err
}
