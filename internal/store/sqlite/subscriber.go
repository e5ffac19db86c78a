package sqlite

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
	cursor, since_day, planned_day, refusals, refused_day, created, ended`

// A scanner is a row or rows.
type scanner interface{ Scan(into ...any) error }

func scanSubscriber(row scanner) (subscriber.Subscriber, error) {
	var s subscriber.Subscriber
	var created, ended instant
	var since, planned, refused int64
	err := row.Scan(&s.ID, &s.Address, &s.Query, &s.Zone, &s.Minute, &s.Lang, &s.Format, &s.State, &s.Operator, &s.Generation,
		&s.Cursor, &since, &planned, &s.Refusals, &refused, &created, &ended)
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
	all, err := query(ctx, d, scanSubscribers, `SELECT `+subscriberColumns+` FROM subscribers ORDER BY key`)
	if err != nil {
		return nil, fmt.Errorf("subscribers: %w", err)
	}
	return all, nil
}

// Subscriber returns the one of an address.
func (d *DB) Subscriber(ctx context.Context, a subscriber.Address) (subscriber.Subscriber, error) {
	s, err := scanSubscriber(d.reader.QueryRowContext(ctx, `SELECT `+subscriberColumns+` FROM subscribers WHERE key = $1`, a.Key()))
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
	return fmt.Errorf(format+": %w", append(args, d.translate(err))...)
}

// Waiting returns active subscribers for whom nothing is planned yet.
func (d *DB) Waiting(ctx context.Context, h store.Hour, day event.Date, after int64, limit int) ([]subscriber.Subscriber, error) {
	all, err := query(ctx, d, scanSubscribers, `SELECT `+subscriberColumns+` FROM subscribers
		WHERE state = 'active' AND zone = $1 AND minute = $2 AND planned_day < $3 AND id > $4
			AND NOT EXISTS (SELECT 1 FROM letters WHERE letters.subscriber = subscribers.id AND kind = 'digest'
				AND day = planned_day AND letters.state = 'sending')
		ORDER BY id LIMIT $5`, h.Zone, h.Minute, dayNumber(day), after, limited(limit))
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
	all, err := query(ctx, d, scan, `SELECT DISTINCT zone, minute FROM subscribers WHERE state = 'active' ORDER BY zone, minute`)
	if err != nil {
		return nil, fmt.Errorf("hours of digests: %w", err)
	}
	return all, nil
}

// LeastCursor returns the smallest cursor of active subscribers who had a digest.
func (d *DB) LeastCursor(ctx context.Context) (n int64, err error) {
	err = d.reader.QueryRowContext(ctx, `SELECT coalesce(min(cursor), -1) FROM subscribers WHERE state = 'active' AND since_day > 0`).Scan(&n)
	return n, d.found(err, "the oldest cursor")
}

// Subscribe makes an address a new subscription.
func (d *DB) Subscribe(ctx context.Context, s subscriber.Subscriber, now time.Time) (out subscriber.Subscriber, err error) {
	err = d.write(ctx, fmt.Sprintf("subscribe %s", s.Address), func(t *transaction) (err error) {
		out, err = t.subscribe(s, now)
		return err
	})
	return out, err
}

func (t *transaction) subscribe(s subscriber.Subscriber, now time.Time) (subscriber.Subscriber, error) {
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
	err = t.row(`INSERT INTO subscribers (key, address, query, zone, minute, lang, format, state, operator, generation, leave,
			cursor, since_day, planned_day, refusals, refused_day, created, ended)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8, 1, $9, 0, 0, 0, 0, 0, $10, NULL)
		ON CONFLICT (key) DO UPDATE SET address = excluded.address, query = excluded.query, zone = excluded.zone,
			minute = excluded.minute, lang = excluded.lang, format = excluded.format, state = 'active', operator = excluded.operator,
			generation = generation + 1, cursor = 0, since_day = 0, refusals = 0, refused_day = 0,
			created = excluded.created, ended = NULL
		RETURNING id, generation`,
		s.Address.Key(), string(s.Address), s.Query, s.Zone, s.Minute, s.Lang, string(s.Format), s.Operator, []byte(rand.Text()), created).Scan(&id, &generation)
	if err != nil {
		return s, err
	}
	if err := t.closeOpen(id, created, "there is a new subscription"); err != nil {
		return s, err
	}
	return scanSubscriber(t.row(`UPDATE subscribers SET leave = $1 WHERE id = $2 RETURNING `+subscriberColumns,
		subscriber.Hash(secret.Leave(id, generation)), id))
}

// allowed refuses an address that must not be written to.
func (t *transaction) allowed(a subscriber.Address) error {
	var n int
	err := t.row("SELECT count(*) FROM suppressed WHERE hash = $1", subscriber.Suppressed(a)).Scan(&n)
	if err == nil && n > 0 {
		err = store.ErrSuppressed
	}
	return err
}

// secret returns the key of tokens, which is drawn now where there is none.
func (t *transaction) secret() (subscriber.Secret, error) {
	var secret []byte
	if err := t.row("SELECT secret FROM mail").Scan(&secret); err != nil || secret != nil {
		return secret, err
	}
	secret = make([]byte, subscriber.SecretLen)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	_, err := t.exec("UPDATE mail SET secret = $1", secret)
	return secret, err
}

// Unsubscribe ends the subscription of an address.
func (d *DB) Unsubscribe(ctx context.Context, a subscriber.Address, now time.Time, never bool) error {
	return d.write(ctx, fmt.Sprintf("unsubscribe %s", a), func(t *transaction) error {
		at, err := nanos(now)
		if err != nil {
			return err
		}
		if never {
			_, err := t.exec("INSERT INTO suppressed VALUES ($1, $2) ON CONFLICT DO NOTHING", subscriber.Suppressed(a), at)
			if err != nil {
				return err
			}
			if _, err := t.exec("DELETE FROM asks WHERE key = $1", a.Key()); err != nil {
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
	err = d.write(ctx, "end a subscription", func(t *transaction) error {
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
func (t *transaction) leave(where string, value, at any) (int64, error) {
	var id int64
	err := t.row("UPDATE subscribers SET state = 'left', ended = $2 WHERE "+where+" AND state <> 'left' RETURNING id", value, at).Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, nil
	case err != nil:
		return 0, err
	}
	return 1, t.closeOpen(id, at, "the subscription was ended")
}

// closeOpen closes what waits to be sent to a subscriber; what is being sent is not
// called back.
func (t *transaction) closeOpen(id int64, at any, cause string) error {
	_, err := t.exec(`UPDATE letters SET state = 'expired', done = $1, cause = $2, bytes = NULL
		WHERE subscriber = $3 AND kind = 'digest' AND done IS NULL AND state <> 'sending'`, at, cause, id)
	return err
}

// Ask keeps a wish to be confirmed and posts its message.
func (d *DB) Ask(ctx context.Context, a store.Asking) error {
	return d.write(ctx, "keep a wish to subscribe", func(t *transaction) error {
		if err := t.allowed(a.Address); err != nil {
			return err
		}
		now, err := nanos(a.Now)
		if err != nil {
			return err
		}
		expires, err := nanos(a.Expires)
		if err != nil {
			return err
		}
		n, err := t.exec(`INSERT INTO asks (key, address, query, zone, minute, lang, format, hash, asked, expires, asks)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)
			ON CONFLICT (key) DO UPDATE SET address = excluded.address, query = excluded.query, zone = excluded.zone,
				minute = excluded.minute, lang = excluded.lang, format = excluded.format, hash = excluded.hash,
				asked = excluded.asked, expires = excluded.expires, asks = asks + 1
			WHERE asks < $11 AND asked <= $12`,
			a.Address.Key(), string(a.Address), a.Wish.Query, a.Wish.Zone, a.Wish.Minute, a.Wish.Lang, string(a.Wish.Format),
			a.Hash, now, expires, subscriber.AddressAsks, a.Now.Add(-subscriber.AddressGap).UnixNano())
		switch {
		case err != nil:
			return err
		case n == 0:
			return store.ErrLimited
		}
		_, err = t.post(a.Message)
		return err
	})
}

// Confirm turns a wish into a subscription.
func (d *DB) Confirm(ctx context.Context, hash []byte, now time.Time) (s subscriber.Subscriber, err error) {
	err = d.write(ctx, "confirm a subscription", func(t *transaction) error {
		at, err := nanos(now)
		if err != nil {
			return err
		}
		err = t.row(`UPDATE asks SET hash = NULL, asks = 0 WHERE hash = $1 AND expires > $2
			RETURNING address, query, zone, minute, lang, format`, hash, at).
			Scan(&s.Address, &s.Query, &s.Zone, &s.Minute, &s.Lang, &s.Format)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return store.ErrNotFound
		case err != nil:
			return err
		}
		s, err = t.subscribe(s, now)
		return err
	})
	return s, err
}
