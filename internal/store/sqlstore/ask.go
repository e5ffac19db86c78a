package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// Ask keeps a wish to be confirmed and posts its message.
func (d *DB) Ask(ctx context.Context, a store.Asking) error {
	return d.write(ctx, "keep a wish to subscribe", func(t *Tx) error {
		if err := t.Lock("asks of " + a.Address.Canonical()); err != nil {
			return err
		}
		if err := t.mayAsk(a.Address); err != nil {
			return err
		}
		if err := t.withinDay(a); err != nil {
			return err
		}
		if err := t.keepWish(a); err != nil {
			return err
		}
		_, err := t.post(a.Message)
		return err
	})
}

// withinDay refuses an address that was written to often enough of late, whoever asked.
func (t *Tx) withinDay(a store.Asking) error {
	var n int
	err := t.Row("SELECT count(*) FROM asks WHERE canonical = $1 AND asked > $2", a.Address.Canonical(), a.Now.Add(-subscriber.AddressGap).UnixNano()).
		Scan(&n)
	if err == nil && n >= subscriber.AddressDay {
		err = store.ErrLimited
	}
	return err
}

// keepWish keeps the wish of an asker in place of an earlier one.
func (t *Tx) keepWish(a store.Asking) error {
	now, err := nanos(a.Now)
	if err != nil {
		return err
	}
	expires, err := nanos(a.Expires)
	if err != nil {
		return err
	}
	asker := a.Asker
	if asker == nil {
		asker = []byte{}
	}
	n, err := t.Exec(
		`INSERT INTO asks (canonical, asker, key, address, query, zone, minute, lang, format, hash, asked, expires, asks,
			rhythm, look, urgent, network, moves, moves_generation)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $16, $17, $18, $19, $20, $21)
		ON CONFLICT (canonical, asker) DO UPDATE SET key = excluded.key, address = excluded.address, query = excluded.query,
			zone = excluded.zone, minute = excluded.minute, lang = excluded.lang, format = excluded.format, hash = excluded.hash,
			rhythm = excluded.rhythm, look = excluded.look, urgent = excluded.urgent, network = excluded.network,
			moves = excluded.moves, moves_generation = excluded.moves_generation,
			asked = excluded.asked, expires = excluded.expires, asks = CASE WHEN asks.asked <= $15 THEN 1 ELSE asks.asks + 1 END
		WHERE asks.asked <= $14 AND asks.asks < $13 OR asks.asked <= $15`,
		a.Address.Canonical(),
		asker,
		a.Address.Key(),
		string(a.Address),
		a.Wish.Query,
		a.Wish.Zone,
		a.Wish.Minute,
		a.Wish.Lang,
		string(a.Wish.Format),
		a.Hash,
		now,
		expires,
		subscriber.AddressAsks,
		a.Now.Add(-subscriber.AddressGap).UnixNano(),
		a.Now.Add(-subscriber.AddressRest).UnixNano(),
		string(a.Wish.Rhythm),
		a.Wish.Look,
		flag(a.Wish.Urgent),
		a.Network,
		a.Moves,
		a.MovesGeneration,
	)
	if err == nil && n == 0 {
		err = store.ErrLimited
	}
	return err
}

// wishColumns are those of a wish, and intoWish where they go.
const wishColumns = "address, query, zone, minute, lang, format, rhythm, look, urgent"

func intoWish(a *subscriber.Address, w *subscriber.Wish) []any {
	return []any{
		a,
		&w.Query,
		&w.Zone,
		&w.Minute,
		&w.Lang,
		&w.Format,
		&w.Rhythm,
		&w.Look,
		&w.Urgent,
	}
}

// Pending returns the wish of a token, and the subscription that it would replace.
func (d *DB) Pending(
	ctx context.Context,
	hash []byte,
	now time.Time,
) (store.Pending, error) {
	var p store.Pending
	err := d.ask(ctx, `SELECT `+wishColumns+`, moves > 0 FROM asks WHERE hash = $1 AND expires > $2`, hash, now.UnixNano()).
		Scan(append(intoWish(&p.Address, &p.Wish), &p.Moves)...)
	if err != nil {
		return p, d.found(err, "a wish to subscribe")
	}
	s, err := d.Subscriber(ctx, p.Address)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return p, nil
	case err == nil && s.State == subscriber.Active:
		p.Now = &s.Wish
	}
	return p, err
}

// Confirm turns a wish into a subscription.
func (d *DB) Confirm(
	ctx context.Context,
	hash []byte,
	now time.Time,
) (s subscriber.Subscriber, err error) {
	err = d.write(ctx, "confirm a subscription", func(t *Tx) error {
		at, err := nanos(now)
		if err != nil {
			return err
		}
		var asked instant
		var moves move
		c := store.Consent{At: now, Way: store.ByForm}
		err = t.Row(`UPDATE asks SET hash = NULL, asks = 0 WHERE hash = $1 AND expires > $2
			RETURNING `+wishColumns+`, asked, network, moves, moves_generation`, hash, at).
			Scan(append(intoWish(&s.Address, &s.Wish), &asked, &c.Network, &moves.id, &moves.generation)...)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return store.ErrNotFound
		case err != nil:
			return err
		}
		c.Asked = asked.Time
		if moves.id > 0 {
			c.Way = store.ByMove
			s, err = t.move(moves, s.Address, now)
		} else {
			s, err = t.subscribe(s, now)
		}
		if err != nil {
			return err
		}
		return t.consent(s, c)
	})
	return s, err
}
