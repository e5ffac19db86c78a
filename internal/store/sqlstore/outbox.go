package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// Mail returns what the sender remembers.
func (d *DB) Mail(ctx context.Context) (store.MailState, error) {
	var s store.MailState
	var secret []byte
	var notBefore, seen instant
	if err := d.ask(ctx, "SELECT secret, not_before, seen FROM mail").Scan(&secret, &notBefore, &seen); err != nil {
		return s, fmt.Errorf("the state of the outbox: %w", d.engine.Translate(err))
	}
	if secret == nil && d.writer != nil {
		err := d.write(ctx, "draw a secret", func(t *Tx) (err error) {
			secret, err = t.secret()
			return err
		})
		if err != nil {
			return s, err
		}
	}
	s.Secret, s.NotBefore, s.Seen = secret, notBefore.Time, seen.Time
	return s, nil
}

// SetClock sets the latest moment seen, and takes back what was planned for days after
// it.
func (d *DB) SetClock(ctx context.Context, now time.Time) error {
	return d.write(ctx, "set the clock of the outbox", func(t *Tx) error {
		at, err := nanos(now)
		if err != nil {
			return err
		}
		if _, err := t.Exec("UPDATE mail SET seen = $1", at); err != nil {
			return err
		}
		_, err = t.Exec(`UPDATE subscribers SET planned_day = least(planned_day, $1), since_day = least(since_day, $1), refused_day = least(refused_day, $1)
			WHERE planned_day > $1`, dayNumber(event.DateOf(now.UTC())))
		return err
	})
}

// saw notes a moment.
func (t *Tx) saw(at any) error {
	_, err := t.Exec("UPDATE mail SET seen = greatest(coalesce(seen, $1), $1)", at)
	return err
}

// LastChange returns the ID of the last change there is.
func (d *DB) LastChange(ctx context.Context) (n int64, err error) {
	err = d.ask(ctx, "SELECT coalesce(max(id), 0) FROM changes").Scan(&n)
	return n, d.found(err, "the last change")
}

// Plan writes the digests of one local date.
func (d *DB) Plan(ctx context.Context, p store.Planning) (messages int, err error) {
	err = d.write(ctx, fmt.Sprintf("plan the digests of %s", p.Day), func(t *Tx) error {
		messages, err = planned(t, p.Now, p.Bodies, p.Readers, func(r store.Recipient, now any, ids []int64) (bool, error) {
			done, err := t.plan(p, r, now, ids)
			return done, addressed(err, r.Subscriber)
		})
		return err
	})
	return messages, err
}

// body keeps a body and returns its number.
func (t *Tx) body(b store.Body) (id int64, err error) {
	text, err := json.Marshal(b)
	if err != nil {
		return 0, err
	}
	err = t.Row("INSERT INTO bodies (body) VALUES ($1) RETURNING id", string(text)).Scan(&id)
	return id, err
}

// doubtful finds the digests of a subscriber that may be with the server: before what
// became of them is known nothing else is planned.
const doubtful = `SELECT 1 FROM letters WHERE letters.subscriber = subscribers.id AND kind IN ('digest', 'alert')
	AND done IS NULL AND (letters.state IN ('sending', 'unknown') OR unanswered > 0)`

// plan plans for one reader, and reports whether there is a message.
func (t *Tx) plan(p store.Planning, r store.Recipient, now any, bodies []int64) (bool, error) {
	if err := t.holdReader(r.Subscriber.ID); err != nil {
		return false, err
	}
	s, day := r.Subscriber, dayNumber(p.Day)
	since, cursor := dayNumber(s.Since), s.Cursor
	if r.Body < 0 && !r.Quiet {
		since, cursor = day, p.Upto
	}
	n, err := t.Exec(`UPDATE subscribers SET planned_day = $1, since_day = $2, cursor = $3
		WHERE id = $4 AND state = 'active' AND generation = $5 AND planned_day < $1 AND cursor = $6 AND since_day = $7
			AND NOT EXISTS (`+doubtful+`) AND (SELECT count(*) `+toldAtOnce+`) = $8`,
		day, since, cursor, s.ID, s.Generation, s.Cursor, dayNumber(s.Since), r.Told)
	if err != nil || n == 0 {
		return false, err
	}
	if err := t.closeOpen(s.ID, now, "its content is in the digest of "+p.Day.String()); err != nil || r.Body < 0 {
		return false, err
	}
	l := store.Message{
		Key:        fmt.Sprintf("digest %d %s", s.ID, p.Day),
		Kind:       store.Digest,
		Subscriber: s.ID,
		Generation: s.Generation,
		Day:        p.Day,
		To:         s.Address,
		Format:     s.Format,
		MessageID:  r.MessageID,
		Upto:       p.Upto,
		Planned:    p.Now,
		Next:       p.Now,
		Expires:    p.Expires,
	}
	return t.message(l, bodies[r.Body])
}

// message writes a message; false where there is one of its key.
func (t *Tx) message(l store.Message, body int64) (bool, error) {
	var times [3]any
	for i, at := range []time.Time{l.Planned, l.Next, l.Expires} {
		var err error
		if times[i], err = nanos(at); err != nil {
			return false, err
		}
	}
	n, err := t.Exec(`INSERT INTO letters (key, kind, subscriber, generation, day, recipient, format, message_id, body, upto, state, planned, next, expires)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'planned', $11, $12, $13) ON CONFLICT DO NOTHING`,
		l.Key, string(l.Kind), l.Subscriber, l.Generation, dayNumber(l.Day), string(l.To), string(l.Format), l.MessageID, body, l.Upto,
		times[0], times[1], times[2])
	return n > 0, err
}

// Post writes a message that is no digest.
func (d *DB) Post(ctx context.Context, l store.Message) (posted bool, err error) {
	err = d.write(ctx, "post a message to "+string(l.To), func(t *Tx) (err error) {
		posted, err = t.post(l)
		return err
	})
	return posted, err
}

func (t *Tx) post(l store.Message) (bool, error) {
	var there int
	if err := t.Row("SELECT count(*) FROM letters WHERE key = $1", l.Key).Scan(&there); err != nil || there > 0 {
		return false, err
	}
	body, err := t.body(l.Body)
	if err != nil {
		return false, err
	}
	return t.message(l, body)
}

// Ready returns messages that may be sent now.
func (d *DB) Ready(ctx context.Context, now time.Time, limit int) ([]store.Message, error) {
	at, err := nanos(now)
	if err != nil {
		return nil, err
	}
	if err := d.lapse(ctx, now); err != nil {
		return nil, err
	}
	scan := func(rows *sql.Rows) ([]store.Message, error) { return scanMessages(rows, true) }
	all, err := query(ctx, d, scan, `SELECT `+messageColumns+`, bytes, bodies.body FROM letters JOIN bodies ON bodies.id = letters.body
		WHERE done IS NULL AND state <> 'sending' AND next <= $1 ORDER BY next, letters.id LIMIT $2`, at, limited(limit))
	if err != nil {
		return nil, fmt.Errorf("messages to be sent: %w", err)
	}
	return all, nil
}

// lapsed are the messages whose time is over, with the moment of now as $1 and the
// moment before which even those expired that may be with the server as $2.
const lapsed = `done IS NULL AND (state = 'sending' AND lease <= $1
	OR state <> 'sending' AND expires <= CASE WHEN unanswered > 0 THEN $2 ELSE $1 END)`

// lapse closes messages that expired and drops those whose sender is gone.
func (d *DB) lapse(ctx context.Context, now time.Time) error {
	at, err := nanos(now)
	if err != nil {
		return err
	}
	settled := now.Add(-store.SettleWithin).UnixNano()
	var n int
	err = d.ask(ctx, "SELECT count(*) FROM letters WHERE "+lapsed, at, settled).Scan(&n)
	if err != nil || n == 0 {
		return d.found(err, "messages that lapsed")
	}
	return d.write(ctx, "close the messages that lapsed", func(t *Tx) error {
		if err := t.Lock("messages that lapsed"); err != nil {
			return err
		}
		for _, step := range lapseSteps {
			if _, err := t.Exec(step, at, settled); err != nil {
				return err
			}
		}
		return nil
	})
}

// lapseSteps close what lapsed: a message whose sender is gone may be with the server; one
// that was never settled is taken for told, the others are not.
var lapseSteps = []string{
	`UPDATE letters SET state = 'unknown', next = $1, sender = '', lease = NULL, unanswered = greatest(unanswered, 1),
		cause = 'whoever sent it ended before the answer was noted'
	WHERE done IS NULL AND state = 'sending' AND lease <= $1 AND $2 < $1`,
	`UPDATE subscribers SET cursor = greatest(cursor, l.upto), since_day = greatest(since_day, l.day)
	FROM letters l WHERE l.kind = 'digest' AND l.subscriber = subscribers.id AND l.generation = subscribers.generation
		AND l.done IS NULL AND l.state <> 'sending' AND l.unanswered > 0 AND l.expires <= $2 AND $2 < $1`,
	`UPDATE letters SET state = 'unknown', done = $1, bytes = NULL
	WHERE done IS NULL AND state <> 'sending' AND unanswered > 0 AND expires <= $2`,
	`UPDATE letters SET state = 'expired', done = $1, bytes = NULL
	WHERE done IS NULL AND state <> 'sending' AND unanswered = 0 AND expires <= $1 AND $2 < $1`,
}

const messageColumns = `letters.id, key, kind, subscriber, generation, day, recipient, format, message_id, upto, state,
	planned, next, expires, attempts, unanswered, cause, done`

func scanMessages(rows *sql.Rows, whole bool) ([]store.Message, error) {
	defer rows.Close()
	var all []store.Message
	for rows.Next() {
		var l store.Message
		var day int64
		var body string
		var planned, next, expires, done instant
		into := []any{
			&l.ID, &l.Key, &l.Kind, &l.Subscriber, &l.Generation, &day, &l.To, &l.Format, &l.MessageID, &l.Upto, &l.State,
			&planned, &next, &expires, &l.Attempts, &l.Unanswered, &l.Cause, &done,
		}
		if whole {
			into = append(into, &l.Bytes, &body)
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		l.Day = dayOf(day)
		l.Planned, l.Next, l.Expires, l.Done = planned.Time, next.Time, expires.Time, done.Time
		if whole {
			if err := json.Unmarshal([]byte(body), &l.Body); err != nil {
				return nil, fmt.Errorf("message %d: %w", l.ID, err)
			}
		}
		all = append(all, l)
	}
	return all, rows.Err()
}

// Begin notes that a message is about to be sent.
func (d *DB) Begin(ctx context.Context, id int64, by string, now, lease time.Time, bytes []byte) (fixed []byte, err error) {
	err = d.write(ctx, fmt.Sprintf("begin to send message %d", id), func(t *Tx) error {
		at, err := nanos(now)
		if err != nil {
			return err
		}
		until, err := nanos(lease)
		if err != nil {
			return err
		}
		if err := t.holdReaderOf(id); err != nil {
			return err
		}
		err = t.Row(`UPDATE letters SET state = 'sending', sender = $1, lease = $2, bytes = coalesce(bytes, $3)
			WHERE id = $4 AND done IS NULL AND state <> 'sending' AND next <= $5
				AND expires > CASE WHEN unanswered > 0 THEN $6 ELSE $5 END RETURNING bytes`,
			by, until, bytes, id, at, now.Add(-store.SettleWithin).UnixNano()).Scan(&fixed)
		if errors.Is(err, sql.ErrNoRows) {
			return store.ErrStale
		}
		return err
	})
	return fixed, err
}

// Settle notes what became of an attempt.
func (d *DB) Settle(ctx context.Context, s store.Settlement) error {
	return d.write(ctx, fmt.Sprintf("settle message %d", s.ID), func(t *Tx) error {
		now, err := nanos(s.Now)
		if err != nil {
			return err
		}
		next, err := nanos(s.Next)
		if err != nil {
			return err
		}
		if err := t.holdReaderOf(s.ID); err != nil {
			return err
		}
		closed := s.State == store.Sent || s.State == store.Failed || s.State == store.Expired || next == nil
		var kind store.MessageKind
		var reader, generation, day, upto int64
		err = t.Row(`UPDATE letters SET state = $1, next = coalesce($2, next), attempts = $3, unanswered = $4, cause = $5, sender = '', lease = NULL,
				done = CASE WHEN $6 THEN CAST($7 AS bigint) END, bytes = CASE WHEN $6 THEN NULL ELSE bytes END
			WHERE id = $8 AND done IS NULL AND sender = $9 RETURNING kind, subscriber, generation, day, upto`,
			string(s.State), next, s.Attempts, s.Unanswered, s.Cause, closed, now, s.ID, s.By).Scan(&kind, &reader, &generation, &day, &upto)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return store.ErrStale
		case err != nil:
			return err
		}
		if kind == store.Digest && closed && (s.State == store.Sent || s.State == store.Unknown) {
			if err := t.told(reader, generation, day, upto, s.State == store.Sent); err != nil {
				return err
			}
		}
		if s.Refused {
			if err := t.refuse(reader, generation, day, now); err != nil {
				return err
			}
		}
		return t.saw(now)
	})
}

// told moves a reader's cursor to what a digest told, never back.
func (t *Tx) told(reader, generation, day, upto int64, arrived bool) error {
	_, err := t.Exec(`UPDATE subscribers SET cursor = greatest(cursor, $1), since_day = greatest(since_day, $2),
		refusals = CASE WHEN $3 THEN 0 ELSE refusals END WHERE id = $4 AND generation = $5`, upto, day, arrived, reader, generation)
	return err
}

// refuse counts a refusal, once a local date; the last one allowed ends the
// subscription.
func (t *Tx) refuse(reader, generation, day int64, now any) error {
	_, err := t.Exec(`UPDATE subscribers SET refusals = refusals + 1, refused_day = $1,
			state = CASE WHEN refusals + 1 >= $2 THEN 'refused' ELSE state END,
			ended = CASE WHEN refusals + 1 >= $2 THEN $3 ELSE ended END
		WHERE id = $4 AND generation = $5 AND state = 'active' AND refused_day < $1`, day, subscriber.MaxRefusals, now, reader, generation)
	return err
}

// Messages returns the latest, without what they say.
func (d *DB) Messages(ctx context.Context, limit int) ([]store.Message, error) {
	scan := func(rows *sql.Rows) ([]store.Message, error) { return scanMessages(rows, false) }
	all, err := query(ctx, d, scan, `SELECT `+messageColumns+` FROM letters ORDER BY id DESC LIMIT $1`, limited(limit))
	if err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	return all, nil
}

// Next returns when a message that waits may next be tried.
func (d *DB) Next(ctx context.Context) (time.Time, error) {
	var at instant
	err := d.ask(ctx, `SELECT min(CASE state WHEN 'sending' THEN lease ELSE next END) FROM letters WHERE done IS NULL`).Scan(&at)
	return at.Time, d.found(err, "the next message")
}

// Tidy forgets what is over.
func (d *DB) Tidy(ctx context.Context, before time.Time) error {
	return d.write(ctx, "tidy the outbox", func(t *Tx) error {
		at, err := nanos(before)
		if err != nil {
			return err
		}
		for _, old := range []string{
			"DELETE FROM told_at_once WHERE letter IN (SELECT id FROM letters WHERE done < $1)",
			"DELETE FROM letters WHERE done < $1",
			"DELETE FROM asks WHERE expires < $1",
			"DELETE FROM bodies WHERE CAST($1 AS bigint) > 0 AND NOT EXISTS (SELECT 1 FROM letters WHERE letters.body = bodies.id AND done IS NULL)",
		} {
			if _, err := t.Exec(old, at); err != nil {
				return err
			}
		}
		return nil
	})
}
