package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/store"
)

const correctionColumns = `id, kind, at, event, other, source, key, field, value, claims, undone, note`

func scanCorrections(rows *sql.Rows) ([]store.Correction, error) {
	defer rows.Close()
	var all []store.Correction
	for rows.Next() {
		var c store.Correction
		var at, undone instant
		err := rows.Scan(
			&c.ID,
			&c.Kind,
			&at,
			&c.Event,
			&c.Other,
			&c.Source,
			&c.Key,
			&c.Field,
			&c.Value,
			jsonOf{&c.Claims},
			&undone,
			&c.Note,
		)
		if err != nil {
			return nil, err
		}
		c.At, c.Undone = at.Time, undone.Time
		all = append(all, c)
	}
	return all, rows.Err()
}

// Corrections returns a person's corrections on an event, or all.
func (d *DB) Corrections(ctx context.Context, uid string) ([]store.Correction, error) {
	text, args := `SELECT `+correctionColumns+` FROM corrections ORDER BY id`, []any(nil)
	if uid != "" {
		text = `SELECT ` + correctionColumns + ` FROM corrections WHERE event = $1 OR other = $1 AND other <> '' ORDER BY id`
		args = append(args, uid)
	}
	all, err := query(ctx, d, scanCorrections, text, args...)
	if err != nil {
		return nil, fmt.Errorf("corrections: %w", err)
	}
	return all, nil
}

// Amend writes a correction, or its undoing, with what it changes.
func (d *DB) Amend(ctx context.Context, a store.Amendment) (id int64, err error) {
	err = d.write(ctx, "write the correction", func(t *Tx) (err error) {
		if err := t.Lock(LockEvents); err != nil {
			return err
		}
		if id, err = t.correct(a.Correction); err != nil {
			return err
		}
		if err := t.writing(a.Writing, 0, a.Correction.At); err != nil {
			return err
		}
		return t.count(0, 1)
	})
	return id, err
}

// correct appends a correction, or notes that it was undone, and returns its ID.
func (t *Tx) correct(c store.Correction) (id int64, err error) {
	at, err := nanos(c.At)
	if err != nil {
		return 0, err
	}
	undone, err := nanos(c.Undone)
	if err != nil {
		return 0, err
	}
	if c.ID != 0 {
		if undone == nil {
			return 0, errors.New(
				"the correction is there already: only its undoing can be written, with the moment of it",
			)
		}
		n, err := t.Exec(
			"UPDATE corrections SET undone = $1 WHERE id = $2 AND undone IS NULL",
			undone,
			c.ID,
		)
		if err == nil && n == 0 {
			err = fmt.Errorf("correction %d: %w", c.ID, store.ErrNotFound)
		}
		return c.ID, err
	}
	claims, err := jsonText(c.Claims)
	if err != nil {
		return 0, err
	}
	err = t.Row(`INSERT INTO corrections (kind, at, event, other, source, key, field, value, claims, undone, note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
		string(
			c.Kind,
		), at, c.Event, c.Other, c.Source, c.Key, c.Field, c.Value, claims, undone, c.Note).
		Scan(&id)
	return id, err
}

const candidateColumns = `poll, source, at, since, polls, cause, message, digest, told, partial, choice, decided, listings, changes, figures, events, claims, past, doubts, until`

// keptFor is how long a candidate is kept after it was decided on.
const keptFor = 90 * 24 * time.Hour

// settleCandidate keeps a held poll for a person, or closes what a good poll made
// idle.
func (t *Tx) settleCandidate(o store.Outcome) error {
	if o.Held == nil {
		if o.Poll.State != health.Unchanged && o.Poll.State != health.Applied {
			return nil
		}
		decided, err := nanos(o.Poll.Closed)
		if err != nil {
			return err
		}
		_, err = t.Exec(
			"UPDATE candidates SET choice = $1, decided = $2 WHERE source = $3 AND choice = ''",
			string(store.Superseded),
			decided,
			o.Poll.Source,
		)
		return err
	}
	old, err := nanos(o.Poll.At.Add(-keptFor))
	if err != nil {
		return err
	}
	_, err = t.Exec(
		"DELETE FROM candidates WHERE source = $1 AND choice = '' OR choice <> '' AND decided < $2",
		o.Poll.Source,
		old,
	)
	if err != nil {
		return err
	}
	c := *o.Held
	c.Poll, c.Source = o.Poll.ID, o.Poll.Source
	values, err := candidateValues(c)
	if err != nil {
		return err
	}
	_, err = t.Exec(
		`INSERT INTO candidates (`+candidateColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		values...)
	return err
}

// candidateValues returns the values of candidateColumns.
func candidateValues(c store.Candidate) ([]any, error) {
	values := []any{
		c.Poll, c.Source, nil, nil, c.Polls, string(c.Cause), c.Message, c.Digest, flag(c.Told), flag(c.Partial),
		string(c.Choice), nil, nil, nil, nil, nil, nil, c.Past, nil, nil,
	}
	var err error
	for i, t := range map[int]time.Time{2: c.At, 3: c.Since, 11: c.Decided, 19: c.Until} {
		if values[i], err = nanos(t); err != nil {
			return nil, err
		}
	}
	for i, text := range map[int]func() (any, error){
		12: func() (any, error) { return heldJSON(c.Listings, heldListing) },
		13: func() (any, error) { return heldChanges(c.Changes) },
		14: func() (any, error) { return valueJSON(c.Figures) },
		15: func() (any, error) { return heldJSON(c.Events, heldEventOf) },
		16: func() (any, error) { return heldJSON(c.Claims, heldClaimOf) },
		18: func() (any, error) { return jsonText(c.Doubts) },
	} {
		if values[i], err = text(); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func heldChanges(changes []event.Change) (any, error) {
	all, err := changesJSON(changes)
	if err != nil {
		return nil, err
	}
	return jsonText(all)
}

func scanCandidates(rows *sql.Rows) ([]store.Candidate, error) {
	defer rows.Close()
	var all []store.Candidate
	for rows.Next() {
		var c store.Candidate
		var at, since, decided, until instant
		var listings []listing
		var changes []event.ChangeJSON
		var events []heldEvent
		var claims []heldClaim
		err := rows.Scan(
			&c.Poll,
			&c.Source,
			&at,
			&since,
			&c.Polls,
			&c.Cause,
			&c.Message,
			&c.Digest,
			&c.Told,
			&c.Partial,
			&c.Choice,
			&decided,
			jsonOf{&listings},
			jsonOf{&changes},
			jsonOf{&c.Figures},
			jsonOf{&events},
			jsonOf{&claims},
			&c.Past,
			jsonOf{&c.Doubts},
			&until,
		)
		if err != nil {
			return nil, err
		}
		c.At, c.Since, c.Decided, c.Until = at.Time, since.Time, decided.Time, until.Time
		var errs [3]error
		c.Listings, errs[0] = fromHeld(
			listings,
			func(k listing) (event.Listing, error) { return k.listing("", k.Description) },
		)
		c.Events, errs[1] = fromHeld(events, heldEvent.event)
		c.Claims, errs[2] = fromHeld(claims, heldClaim.claim)
		if err := errors.Join(errs[:]...); err != nil {
			return nil, fmt.Errorf("held poll %d: %w", c.Poll, err)
		}
		if c.Changes, err = changesFrom(changes); err != nil {
			return nil, fmt.Errorf("held poll %d: %w", c.Poll, err)
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// Candidates returns the held polls of a source, or of all, newest first.
func (d *DB) Candidates(
	ctx context.Context,
	source string,
	decided bool,
) ([]store.Candidate, error) {
	var c conditions
	if source != "" {
		c.add("source = ?", source)
	}
	if !decided {
		c.add("choice = ''")
	}
	all, err := query(
		ctx,
		d,
		scanCandidates,
		numbered("SELECT "+candidateColumns+" FROM candidates"+c.where()+" ORDER BY poll DESC"),
		c.args...)
	if err != nil {
		return nil, fmt.Errorf("held polls: %w", err)
	}
	return all, nil
}

// Candidate returns the one of a poll.
func (d *DB) Candidate(ctx context.Context, poll int64) (store.Candidate, error) {
	all, err := query(
		ctx,
		d,
		scanCandidates,
		"SELECT "+candidateColumns+" FROM candidates WHERE poll = $1",
		poll,
	)
	if err == nil && len(all) == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Candidate{}, fmt.Errorf("held poll %d: %w", poll, err)
	}
	return all[0], nil
}

// Decide closes a candidate, and writes what approving it changes.
func (d *DB) Decide(ctx context.Context, c store.Decision) error {
	return d.write(
		ctx,
		fmt.Sprintf("decide on the held poll %d", c.Poll),
		func(t *Tx) error {
			if err := t.choose(c); err != nil {
				return err
			}
			if c.Choice != store.Approved {
				return nil
			}
			if err := t.approve(c); err != nil {
				return err
			}
			return t.writing(c.Writing, c.Poll, c.At)
		},
	)
}

// choose closes the candidate. One whose place a later poll took is as stale as one
// that was decided on.
func (t *Tx) choose(c store.Decision) error {
	if c.Choice != store.Approved && c.Choice != store.Discarded {
		return fmt.Errorf(
			"%q is not a decision (use %s or %s)",
			c.Choice,
			store.Approved,
			store.Discarded,
		)
	}
	at, err := nanos(c.At)
	if err != nil {
		return err
	}
	n, err := t.Exec(
		"UPDATE candidates SET choice = $1, decided = $2 WHERE poll = $3 AND choice = ''",
		string(c.Choice),
		at,
		c.Poll,
	)
	if err != nil || n > 0 {
		return err
	}
	var held int
	err = t.Row("SELECT count(*) FROM polls WHERE id = $1 AND (state = 'held' OR id IN (SELECT poll FROM candidates))", c.Poll).
		Scan(&held)
	switch {
	case err != nil:
		return err
	case held == 0:
		return store.ErrNotFound
	}
	return store.ErrStale
}

// approve makes an applied poll of a held one.
func (t *Tx) approve(c store.Decision) error {
	kinds := map[event.ChangeKind]int{}
	for _, ch := range c.Changes {
		kinds[ch.Kind]++
	}
	var counted any
	if len(kinds) > 0 {
		b, err := json.Marshal(kinds)
		if err != nil {
			return err
		}
		counted = string(b)
	}
	_, err := t.Exec(
		"UPDATE polls SET state = $1, changes = $2 WHERE id = $3",
		string(health.Applied),
		counted,
		c.Poll,
	)
	if err != nil {
		return err
	}
	profile, err := valueJSON(c.Profile)
	if err != nil {
		return err
	}
	_, err = t.Exec(
		`UPDATE sources SET failures = 0, last_good = p.at, first_good = coalesce(first_good, p.at), profile = $2
		FROM (SELECT source, at FROM polls WHERE id = $1) AS p WHERE sources.id = p.source`,
		c.Poll,
		profile,
	)
	return err
}
