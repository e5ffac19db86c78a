package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// Reader returns the subscription of a generation.
func (d *DB) Reader(
	ctx context.Context,
	id, generation int64,
) (subscriber.Subscriber, error) {
	s, err := scanSubscriber(d.ask(
		ctx,
		`SELECT `+subscriberColumns+` FROM subscribers WHERE id = $1 AND generation = $2`,
		id,
		generation,
	))
	return s, d.found(err, "a subscription")
}

// Consent returns how a subscription came about.
func (d *DB) Consent(ctx context.Context, id, generation int64) (store.Consent, error) {
	var c store.Consent
	var asked, at instant
	err := d.ask(
		ctx,
		`SELECT asked, at, network, way FROM consents WHERE subscriber = $1 AND generation = $2`,
		id,
		generation,
	).Scan(&asked, &at, &c.Network, &c.Way)
	c.Asked, c.At = asked.Time, at.Time
	return c, d.found(err, "the consent to a subscription")
}

// consent records how a subscription came about.
func (t *Tx) consent(s subscriber.Subscriber, c store.Consent) error {
	asked, err := nanos(c.Asked)
	if err != nil {
		return err
	}
	at, err := nanos(c.At)
	if err != nil {
		return err
	}
	_, err = t.Exec(
		`INSERT INTO consents (subscriber, generation, asked, at, network, way)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		s.ID,
		s.Generation,
		asked,
		at,
		c.Network,
		string(c.Way),
	)
	return err
}

// own changes one subscription of a generation: ErrNotFound where the statement finds none.
func (d *DB) own(ctx context.Context, doing, statement string, args ...any) error {
	return d.write(ctx, doing, func(t *Tx) error {
		n, err := t.Exec(statement, args...)
		if err == nil && n == 0 {
			err = store.ErrNotFound
		}
		return err
	})
}

// ChangeWish replaces what a reader asks for.
func (d *DB) ChangeWish(
	ctx context.Context,
	id, generation int64,
	w subscriber.Wish,
) error {
	return d.own(
		ctx,
		"change a subscription",
		`UPDATE subscribers SET query = $3, zone = $4, minute = $5, lang = $6, format = $7, rhythm = $8, look = $9, urgent = $10
		WHERE id = $1 AND generation = $2 AND state = 'active'`,
		id,
		generation,
		w.Query,
		w.Zone,
		w.Minute,
		w.Lang,
		string(w.Format),
		string(w.Rhythm),
		w.Look,
		flag(w.Urgent),
	)
}

// Pause has nothing planned until a local date.
func (d *DB) Pause(ctx context.Context, id, generation int64, until event.Date) error {
	return d.own(
		ctx,
		"pause a subscription",
		`UPDATE subscribers SET paused_day = $3 WHERE id = $1 AND generation = $2 AND state = 'active'`,
		id,
		generation,
		dayNumber(until),
	)
}

// Resume makes a subscription active again whose address was refused.
func (d *DB) Resume(ctx context.Context, id, generation int64, _ time.Time) error {
	return d.own(
		ctx,
		"resume a subscription",
		`UPDATE subscribers SET state = 'active', ended = NULL, refusals = 0, bounced = 0, bounced_why = ''
		WHERE id = $1 AND generation = $2 AND state IN ('active', 'refused')`,
		id,
		generation,
	)
}

// A move is a subscription that comes to another address.
type move struct{ id, generation int64 }

// move has a subscription go on under another address, from where it stands.
func (t *Tx) move(
	m move,
	to subscriber.Address,
	now time.Time,
) (subscriber.Subscriber, error) {
	at, err := nanos(now)
	if err != nil {
		return subscriber.Subscriber{}, err
	}
	old, err := scanSubscriber(t.Row(
		`SELECT `+subscriberColumns+` FROM subscribers WHERE id = $1 AND generation = $2 AND state <> 'left'`,
		m.id,
		m.generation,
	))
	if errors.Is(err, sql.ErrNoRows) {
		err = store.ErrNotFound
	}
	if err != nil {
		return old, err
	}
	if old.Address.Key() == to.Key() {
		return old, nil
	}
	if _, err := t.leave("id = $1", old.ID, at); err != nil {
		return old, err
	}
	s := old
	s.Address = to
	if s, err = t.subscribe(s, now); err != nil {
		return s, err
	}
	return scanSubscriber(t.Row(
		`UPDATE subscribers SET cursor = $2, since_day = $3, planned_day = greatest(planned_day, $4), paused_day = $5, alerted = $6
		WHERE id = $1 RETURNING `+subscriberColumns,
		s.ID,
		old.Cursor,
		dayNumber(old.Since),
		dayNumber(old.Planned),
		dayNumber(old.PausedUntil),
		old.Alerted,
	))
}

// Bounced counts a bounce.
func (d *DB) Bounced(ctx context.Context, b store.Bounce) (refused bool, err error) {
	err = d.write(ctx, "count a bounce", func(t *Tx) error {
		refused = false
		s, err := scanSubscriber(t.Row(
			`SELECT `+subscriberColumns+` FROM subscribers WHERE id = $1 AND generation = $2 FOR UPDATE`,
			b.Subscriber,
			b.Generation,
		))
		if errors.Is(err, sql.ErrNoRows) {
			return store.ErrNotFound
		}
		counted := s.State == subscriber.Active &&
			(b.Complaint || b.Day.Compare(s.Bounced) > 0)
		if err != nil || !counted {
			return err
		}
		points := b.Points
		if b.Day.Sub(s.Bounced) <= subscriber.BounceStale {
			points += s.Bounces
		}
		refused = b.Complaint || points >= subscriber.MaxBounces
		return t.countBounce(b, points, refused)
	})
	return refused, err
}

func (t *Tx) countBounce(b store.Bounce, points int, refused bool) error {
	_, err := t.Exec(
		`UPDATE subscribers SET bounced = $2, bounced_day = $3, bounced_why = $4 WHERE id = $1`,
		b.Subscriber,
		points,
		dayNumber(b.Day),
		b.Cause,
	)
	if err != nil || !refused {
		return err
	}
	at, err := nanos(b.Now)
	if err != nil {
		return err
	}
	_, err = t.Exec(
		`UPDATE subscribers SET state = 'refused', ended = $2 WHERE id = $1`,
		b.Subscriber,
		at,
	)
	if err != nil {
		return err
	}
	return t.closeOpen(b.Subscriber, at, fmt.Sprintf("mail to it came back: %s", b.Cause))
}
