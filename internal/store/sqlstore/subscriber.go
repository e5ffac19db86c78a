package sqlstore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

var _ store.Outbox = (*DB)(nil)

const subscriberColumns = `id, address, query, zone, minute, lang, format, state, operator, generation,
	cursor, since_day, planned_day, refusals, refused_day, created, ended,
	rhythm, look, urgent, paused_day, alerted, bounced, bounced_day, bounced_why`

// A scanner is a row or rows.
type scanner interface{ Scan(into ...any) error }

func scanSubscriber(row scanner) (subscriber.Subscriber, error) {
	var s subscriber.Subscriber
	var created, ended instant
	var since, planned, refused, paused, bounced int64
	err := row.Scan(
		&s.ID,
		&s.Address,
		&s.Query,
		&s.Zone,
		&s.Minute,
		&s.Lang,
		&s.Format,
		&s.State,
		&s.Operator,
		&s.Generation,
		&s.Cursor,
		&since,
		&planned,
		&s.Refusals,
		&refused,
		&created,
		&ended,
		&s.Rhythm,
		&s.Look,
		&s.Urgent,
		&paused,
		&s.Alerted,
		&s.Bounces,
		&bounced,
		&s.BouncedWhy,
	)
	s.PausedUntil, s.Bounced = dayOf(paused), dayOf(bounced)
	s.Since, s.Planned, s.Refused = dayOf(since), dayOf(planned), dayOf(refused)
	s.Created, s.Ended = created.Time, ended.Time
	return s, err
}

func scanSubscribers(rows *sql.Rows) ([]subscriber.Subscriber, error) {
	defer rows.Close()
	var all []subscriber.Subscriber
	for rows.Next() {
		s, err := scanSubscriber(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// Subscribers returns all, by address.
func (d *DB) Subscribers(ctx context.Context) ([]subscriber.Subscriber, error) {
	all, err := query(
		ctx,
		d,
		scanSubscribers,
		`SELECT `+subscriberColumns+` FROM subscribers ORDER BY key`,
	)
	if err != nil {
		return nil, fmt.Errorf("subscribers: %w", err)
	}
	return all, nil
}

// Subscriber returns the one of an address.
func (d *DB) Subscriber(
	ctx context.Context,
	a subscriber.Address,
) (subscriber.Subscriber, error) {
	s, err := scanSubscriber(
		d.ask(ctx,
			`SELECT `+subscriberColumns+` FROM subscribers WHERE key = $1`,
			a.Key(),
		),
	)
	return s, d.found(err, "subscriber %s", a)
}

// found returns "no row" its name in the contract.
func (d *DB) found(err error, format string, args ...any) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		err = store.ErrNotFound
	}
	return fmt.Errorf(format+": %w", append(args, d.engine.Translate(err))...)
}

// Waiting returns active subscribers for whom nothing is planned yet.
func (d *DB) Waiting(
	ctx context.Context,
	h store.Hour,
	day event.Date,
	after int64,
	limit int,
) ([]subscriber.Subscriber, error) {
	all, err := query(
		ctx,
		d,
		scanSubscribers,
		`SELECT `+subscriberColumns+` FROM subscribers
		WHERE state = 'active' AND zone = $1 AND minute = $2 AND planned_day < $3 AND id > $4
			AND NOT EXISTS (`+doubtful+`)
		ORDER BY id LIMIT $5`,
		h.Zone,
		h.Minute,
		dayNumber(day),
		after,
		limited(limit),
	)
	if err != nil {
		return nil, fmt.Errorf("subscribers of %s: %w", subscriber.Hour(h.Minute), err)
	}
	return all, nil
}

// Hours returns those of active subscribers.
func (d *DB) Hours(ctx context.Context) ([]store.Hour, error) {
	scan := func(rows *sql.Rows) (all []store.Hour, err error) {
		defer rows.Close()
		for rows.Next() {
			var h store.Hour
			if err := rows.Scan(&h.Zone, &h.Minute); err != nil {
				return nil, err
			}
			all = append(all, h)
		}
		return all, rows.Err()
	}
	all, err := query(
		ctx,
		d,
		scan,
		`SELECT DISTINCT zone, minute FROM subscribers WHERE state = 'active' ORDER BY zone, minute`,
	)
	if err != nil {
		return nil, fmt.Errorf("hours of digests: %w", err)
	}
	return all, nil
}

// LeastCursor returns the smallest cursor of active subscribers.
func (d *DB) LeastCursor(ctx context.Context) (n int64, err error) {
	err = d.ask(ctx, `SELECT coalesce(min(cursor), -1) FROM subscribers WHERE state = 'active'`).
		Scan(&n)
	return n, d.found(err, "the oldest cursor")
}

// Subscribe makes an address a new subscription.
func (d *DB) Subscribe(
	ctx context.Context,
	s subscriber.Subscriber,
	now time.Time,
) (out subscriber.Subscriber, err error) {
	err = d.write(
		ctx,
		fmt.Sprintf("subscribe %s", s.Address),
		func(t *Tx) (err error) {
			if out, err = t.subscribe(s, now); err != nil {
				return err
			}
			return t.consent(out, store.Consent{Asked: now, At: now, Way: store.ByOperator})
		},
	)
	return out, err
}

func (t *Tx) subscribe(
	s subscriber.Subscriber,
	now time.Time,
) (subscriber.Subscriber, error) {
	created, err := nanos(now)
	if err != nil {
		return s, err
	}
	if err := t.allowed(s.Address); err != nil {
		return s, err
	}
	secret, err := t.secret()
	if err != nil {
		return s, err
	}
	// The hash is not known before the row is there: until then it is one that no
	// token has.
	var id, generation int64
	err = t.Row(`INSERT INTO subscribers (key, address, query, zone, minute, lang, format, state, operator, generation, leave,
			cursor, since_day, planned_day, refusals, refused_day, created, ended, rhythm, look, urgent, alerted)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8, 1, $9, (SELECT coalesce(max(id), 0) FROM changes), 0, 0, 0, 0, $10, NULL,
			$11, $12, $13, (SELECT coalesce(max(id), 0) FROM changes))
		ON CONFLICT (key) DO UPDATE SET address = excluded.address, query = excluded.query, zone = excluded.zone,
			minute = excluded.minute, lang = excluded.lang, format = excluded.format, state = 'active', operator = excluded.operator,
			generation = subscribers.generation + 1, cursor = excluded.cursor, since_day = 0, refusals = 0, refused_day = 0,
			created = excluded.created, ended = NULL, rhythm = excluded.rhythm, look = excluded.look, urgent = excluded.urgent,
			paused_day = 0, alerted = excluded.alerted, bounced = 0, bounced_day = 0, bounced_why = ''
		RETURNING id, generation`,
		s.Address.Key(),
		string(
			s.Address,
		), s.Query, s.Zone, s.Minute, s.Lang, string(s.Format), flag(s.Operator), []byte(rand.Text()), created,
		string(s.Rhythm), s.Look, flag(s.Urgent)).
		Scan(&id, &generation)
	if err != nil {
		return s, err
	}
	if err := t.closeOpen(id, created, subscriptionReplaced); err != nil {
		return s, err
	}
	return scanSubscriber(
		t.Row(
			`UPDATE subscribers SET leave = $1 WHERE id = $2 RETURNING `+subscriberColumns,
			subscriber.Hash(secret.Leave(id, generation)),
			id,
		),
	)
}

// allowed refuses an address that must not be written to.
func (t *Tx) allowed(a subscriber.Address) error {
	return t.unsuppressed(subscriber.Suppressed(a))
}

// mayAsk refuses an address that must not be written to, in any of its forms.
func (t *Tx) mayAsk(a subscriber.Address) error {
	if err := t.allowed(a); err != nil {
		return err
	}
	return t.unsuppressed(subscriber.SuppressedForms(a))
}

func (t *Tx) unsuppressed(hash []byte) error {
	var n int
	err := t.Row("SELECT count(*) FROM suppressed WHERE hash = $1", hash).Scan(&n)
	if err == nil && n > 0 {
		err = store.ErrSuppressed
	}
	return err
}

// suppress keeps an address from ever being written to again.
func (t *Tx) suppress(a subscriber.Address, at any) error {
	for _, hash := range [][]byte{subscriber.Suppressed(a), subscriber.SuppressedForms(a)} {
		if _, err := t.Exec(
			"INSERT INTO suppressed VALUES ($1, $2) ON CONFLICT DO NOTHING",
			hash,
			at,
		); err != nil {
			return err
		}
	}
	_, err := t.Exec("DELETE FROM asks WHERE key = $1", a.Key())
	return err
}

// secret returns the key of tokens, which is drawn now where there is none.
func (t *Tx) secret() (subscriber.Secret, error) {
	var secret []byte
	if err := t.Row("SELECT secret FROM mail").Scan(&secret); err != nil || secret != nil {
		return secret, err
	}
	secret = make([]byte, subscriber.SecretLen)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	_, err := t.Exec("UPDATE mail SET secret = $1", secret)
	return secret, err
}

// Unsubscribe ends the subscription of an address.
func (d *DB) Unsubscribe(
	ctx context.Context,
	a subscriber.Address,
	now time.Time,
	never bool,
) error {
	return d.write(ctx, fmt.Sprintf("unsubscribe %s", a), func(t *Tx) error {
		at, err := nanos(now)
		if err != nil {
			return err
		}
		if never {
			if err := t.suppress(a, at); err != nil {
				return err
			}
		}
		n, err := t.leave("key = $1", a.Key(), at)
		if err == nil && n == 0 && !never {
			return store.ErrNotFound
		}
		return err
	})
}

// Leave ends the subscription whose token has a hash.
func (d *DB) Leave(ctx context.Context, hash []byte, now time.Time) (left bool, err error) {
	err = d.write(ctx, "end a subscription", func(t *Tx) error {
		at, err := nanos(now)
		if err != nil {
			return err
		}
		n, err := t.leave("leave = $1", hash, at)
		left = n > 0
		return err
	})
	return left, err
}

// leave ends the subscription that is found by a value, and what is planned for it.
func (t *Tx) leave(where string, value, at any) (int64, error) {
	var id int64
	err := t.Row("UPDATE subscribers SET state = 'left', ended = $2 WHERE "+where+" AND state <> 'left' RETURNING id", value, at).
		Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, nil
	case err != nil:
		return 0, err
	}
	return 1, t.closeOpen(id, at, subscriptionEnded)
}

// closeOpen closes what waits to be sent to a subscriber; what is being sent is not
// called back.
func (t *Tx) closeOpen(id int64, at any, cause string) error {
	_, err := t.Exec(
		`UPDATE letters SET state = 'expired', done = $1, cause = $2, bytes = NULL
		WHERE subscriber = $3 AND kind IN ('digest', 'alert') AND done IS NULL AND state <> 'sending'`,
		at,
		cause,
		id,
	)
	return err
}
