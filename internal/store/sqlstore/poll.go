package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/store"
)

const pollColumns = `id, source, at, closed, state, cause, message, read, rejected, excluded, dated, titled, placed,
	first_day, last_day, median_day, over, outside, expected, found, changes, rejections, notes, pages, figures`

// stopped is what is said of a poll whose process died.
const stopped = "koyomi was stopped before the visit ended"

// OpenPoll notes the intent to visit a source.
func (d *DB) OpenPoll(ctx context.Context, source string, at time.Time) (id int64, err error) {
	err = d.note(ctx, "open a poll of "+source, func(t *Tx) error {
		moment, err := nanos(at)
		if err != nil {
			return err
		}
		if err := t.Lock("source " + source); err != nil {
			return err
		}
		_, err = t.Exec(`UPDATE polls SET state = $1, cause = $2, message = $3, closed = $4 WHERE source = $5 AND state = 'open'`,
			string(health.Failed), string(health.CauseStopped), stopped, moment, source)
		if err != nil {
			return err
		}
		return t.Row(`INSERT INTO polls (source, at, state, cause, message, read, rejected, excluded, dated, titled, placed,
				first_day, last_day, median_day, over, outside, expected, found)
			VALUES ($1, $2, 'open', '', '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) RETURNING id`, source, moment).Scan(&id)
	})
	return id, err
}

// ClosePoll writes an outcome.
func (d *DB) ClosePoll(ctx context.Context, o store.Outcome) error {
	write := d.write
	if o.IsQuiet() {
		write = d.note // where it is lost, the source is polled once more
	}
	return write(ctx, "close the poll of "+o.Poll.Source, func(t *Tx) error {
		if err := t.Lock("source " + o.Poll.Source); err != nil {
			return err
		}
		if err := t.closePoll(o.Poll); err != nil {
			return err
		}
		if err := t.writing(o.Writing, o.Poll.ID, o.Poll.At); err != nil {
			return err
		}
		if err := t.keepState(o.State); err != nil {
			return err
		}
		return t.settleCandidate(o)
	})
}

// closePoll closes the open poll; the id of another source's is as stale as one that
// was closed.
func (t *Tx) closePoll(p store.Poll) error {
	values, err := pollValues(p)
	if err != nil {
		return err
	}
	return fenced(t.Exec(`UPDATE polls SET (at, closed, state, cause, message, read, rejected, excluded, dated, titled, placed,
			first_day, last_day, median_day, over, outside, expected, found, changes, rejections, notes, pages, figures) =
			(coalesce($3, at), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
		WHERE id = $1 AND source = $2 AND state = 'open'`, values...))
}

// pollValues returns the values of pollColumns.
func pollValues(p store.Poll) ([]any, error) {
	values := []any{
		p.ID, p.Source, nil, nil, string(p.State), string(p.Cause), p.Message,
		p.Read, p.Rejected, p.Excluded, p.Dated, p.Titled, p.Placed,
		dayNumber(p.First), dayNumber(p.Last), dayNumber(p.Median), p.Over, p.Outside, p.Expected, p.Found,
		nil, nil, nil, nil, nil,
	}
	var err error
	if values[24], err = valueJSON(restOf(p.Figures)); err != nil {
		return nil, err
	}
	if values[2], err = nanos(p.At); err != nil {
		return nil, err
	}
	if values[3], err = nanos(p.Closed); err != nil {
		return nil, err
	}
	if len(p.Changes) > 0 {
		b, err := json.Marshal(p.Changes)
		if err != nil {
			return nil, err
		}
		values[20] = string(b)
	}
	if values[21], err = jsonText(p.Rejections); err != nil {
		return nil, err
	}
	if values[22], err = jsonText(p.Notes); err != nil {
		return nil, err
	}
	values[23], err = jsonText(p.Pages)
	return values, err
}

// restOf returns the figures that have no column of their own.
func restOf(f health.Figures) health.Figures {
	return health.Figures{
		Counts:    health.Counts{Timed: f.Timed},
		CalledOff: f.CalledOff,
		Partial:   f.Partial,
		Impact: health.Impact{
			Unexplained: f.Unexplained,
			Recalled:    f.Recalled,
			Kept:        f.Kept,
			Moved:       f.Moved,
			Far:         f.Far,
			Distant:     f.Distant,
			Cancelled:   f.Cancelled,
			Withdrawn:   f.Withdrawn,
			Lost:        f.Lost,
		},
	}
}

// keepState replaces the state of a source.
func (t *Tx) keepState(s store.SourceState) error {
	validators, err := jsonText(s.Validators)
	if err != nil {
		return err
	}
	profile, err := valueJSON(s.Profile)
	if err != nil {
		return err
	}
	values := []any{s.ID, nil, nil, nil, nil, nil, s.Failures, s.Fingerprint, validators, profile}
	for i, at := range []time.Time{s.NextAt, s.LastPoll, s.LastGood, s.FirstGood, s.Recheck} {
		if values[1+i], err = nanos(at); err != nil {
			return err
		}
	}
	_, err = t.Exec(`INSERT INTO sources (`+sourceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET
			(next_at, last_poll, last_good, first_good, recheck, failures, fingerprint, validators, profile) =
			($2, $3, $4, $5, $6, $7, $8, $9, $10)`, values...)
	return err
}

const sourceColumns = `id, next_at, last_poll, last_good, first_good, recheck, failures, fingerprint, validators, profile`

func scanStates(rows *sql.Rows) (all []store.SourceState, err error) {
	defer rows.Close()
	for rows.Next() {
		var s store.SourceState
		var next, last, good, first, recheck instant
		err := rows.Scan(&s.ID, &next, &last, &good, &first, &recheck, &s.Failures, &s.Fingerprint, jsonOf{&s.Validators}, jsonOf{&s.Profile})
		if err != nil {
			return nil, err
		}
		s.NextAt, s.LastPoll, s.LastGood, s.FirstGood, s.Recheck = next.Time, last.Time, good.Time, first.Time, recheck.Time
		all = append(all, s)
	}
	return all, rows.Err()
}

// Sources returns the states of all sources.
func (d *DB) Sources(ctx context.Context) ([]store.SourceState, error) {
	all, err := often(ctx, d, scanStates, "SELECT "+sourceColumns+" FROM sources ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("states of the sources: %w", err)
	}
	return all, nil
}

// Source returns the state of one source.
func (d *DB) Source(ctx context.Context, id string) (store.SourceState, error) {
	all, err := often(ctx, d, scanStates, "SELECT "+sourceColumns+" FROM sources WHERE id = $1", id)
	switch {
	case err != nil:
		return store.SourceState{}, fmt.Errorf("state of %s: %w", id, err)
	case len(all) == 0:
		return store.SourceState{ID: id}, nil
	}
	return all[0], nil
}

// Shown returns when events were last seen to be listed.
func (d *DB) Shown(ctx context.Context, uids []string) (map[string]time.Time, error) {
	asked, err := texts(uids)
	if err != nil {
		return nil, err
	}
	type shown struct {
		uid string
		at  instant
	}
	scan := func(rows *sql.Rows) (all []shown, err error) {
		defer rows.Close()
		for rows.Next() {
			var s shown
			if err := rows.Scan(&s.uid, &s.at); err != nil {
				return nil, err
			}
			all = append(all, s)
		}
		return all, rows.Err()
	}
	all, err := query(ctx, d, scan, `SELECT c.uid, max(greatest(coalesce(c.seen, 0), CASE WHEN c.absence IS NULL THEN coalesce(s.last_good, 0) ELSE 0 END))
		FROM list_of($1) u /* as written */ JOIN claims c ON c.uid = u.value LEFT JOIN sources s ON s.id = c.source
		WHERE c.until IS NULL GROUP BY c.uid`, asked[0])
	if err != nil {
		return nil, fmt.Errorf("when events were last shown: %w", err)
	}
	at := make(map[string]time.Time, len(all))
	for _, s := range all {
		at[s.uid] = s.at.Time
	}
	return at, nil
}

// Schedule sets when sources are due.
func (d *DB) Schedule(ctx context.Context, due map[string]time.Time) error {
	if len(due) == 0 {
		return nil
	}
	return d.write(ctx, "schedule the sources", func(t *Tx) error {
		_, err := each(t, `INSERT INTO sources (id, next_at, failures, fingerprint) VALUES ($1, $2, 0, '')
			ON CONFLICT (id) DO UPDATE SET next_at = $2`, slices.Sorted(maps.Keys(due)), func(id string) ([]any, error) {
			at, err := nanos(due[id])
			return []any{id, at}, err
		})
		return err
	})
}

// Abandoned closes all polls left open.
func (d *DB) Abandoned(ctx context.Context, now time.Time) (polls []store.Poll, err error) {
	err = d.write(ctx, "close what was left open", func(t *Tx) error {
		moment, err := nanos(now)
		if err != nil {
			return err
		}
		rows, err := t.Rows(`UPDATE polls SET state = $1, cause = $2, message = $3, closed = $4
			WHERE state = 'open' RETURNING `+pollColumns, string(health.Failed), string(health.CauseStopped), stopped, moment)
		if err != nil {
			return err
		}
		polls, err = scanPolls(rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(polls, func(a, b store.Poll) int { return int(a.ID - b.ID) })
	return polls, nil
}

func scanPolls(rows *sql.Rows) ([]store.Poll, error) {
	defer rows.Close()
	var all []store.Poll
	for rows.Next() {
		var p store.Poll
		var at, closed instant
		var first, last, median int64
		err := rows.Scan(&p.ID, &p.Source, &at, &closed, &p.State, &p.Cause, &p.Message,
			&p.Read, &p.Rejected, &p.Excluded, &p.Dated, &p.Titled, &p.Placed,
			&first, &last, &median, &p.Over, &p.Outside, &p.Expected, &p.Found,
			jsonOf{&p.Changes}, jsonOf{&p.Rejections}, jsonOf{&p.Notes}, jsonOf{&p.Pages}, jsonOf{&p.Figures})
		if err != nil {
			return nil, err
		}
		p.At, p.Closed = at.Time, closed.Time
		p.First, p.Last, p.Median = dayOf(first), dayOf(last), dayOf(median)
		all = append(all, p)
	}
	return all, rows.Err()
}

// Polls returns the latest polls of a source, or of all, newest first.
func (d *DB) Polls(ctx context.Context, source string, limit int) ([]store.Poll, error) {
	text, args := `SELECT `+pollColumns+` FROM polls ORDER BY id DESC LIMIT $1`, []any{limited(limit)}
	if source != "" {
		text = `SELECT ` + pollColumns + ` FROM polls WHERE source = $2 ORDER BY id DESC LIMIT $1`
		args = append(args, source)
	}
	all, err := query(ctx, d, scanPolls, text, args...)
	if err != nil {
		return nil, fmt.Errorf("polls: %w", err)
	}
	return all, nil
}

// Good returns the latest polls of a source that were unchanged or applied.
func (d *DB) Good(ctx context.Context, source string, limit int) ([]store.Poll, error) {
	all, err := often(ctx, d, scanPolls, `SELECT `+pollColumns+` FROM polls
		WHERE source = $1 AND state IN ('unchanged', 'applied') ORDER BY id DESC LIMIT $2`, source, limited(limit))
	if err != nil {
		return nil, fmt.Errorf("good polls of %s: %w", source, err)
	}
	return all, nil
}

// writing writes what became different of events, learnt from a poll (0 for none) at a
// moment.
func (t *Tx) writing(w store.Writing, poll int64, at time.Time) error {
	if w.IsEmpty() && w.Mark == 0 {
		return nil
	}
	// What is known changes by one transaction at a time, so that the changes get their
	// IDs in the order in which they are seen: who has heard of one has heard of all before.
	if err := t.Lock(LockEvents); err != nil {
		return err
	}
	if err := t.checkMark(w.Mark); err != nil {
		return err
	}
	changed, err := t.writeEvents(w.Events)
	if err != nil {
		return err
	}
	if err := t.writeSeats(w.Events, at); err != nil {
		return err
	}
	claims, err := each(t, upsertClaim, w.Claims, claimValues)
	if err != nil {
		return err
	}
	_, err = each(t, insertChange, w.Changes, func(c event.Change) ([]any, error) { return changeValues(c, poll) })
	if err != nil {
		return err
	}
	return t.count(changed, claims)
}

// writeEvents writes events and says how many became different.
func (t *Tx) writeEvents(events []event.Event) (changed int64, err error) {
	if len(events) == 0 {
		return 0, nil
	}
	stmt, err := t.prepare(upsertEvent)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, stmt.close()) }()
	var moved []event.Event
	for _, e := range events {
		values, err := eventValues(e)
		if err != nil {
			return changed, err
		}
		var id int64
		err = stmt.row(values).Scan(&id)
		switch {
		case errors.Is(err, sql.ErrNoRows): // it is as it was
		case err != nil:
			return changed, fmt.Errorf("event %s: %w", e.UID, err)
		default:
			changed++
			moved = append(moved, e)
			if err := t.index(id, e); err != nil {
				return changed, fmt.Errorf("event %s: %w", e.UID, err)
			}
		}
	}
	_, err = each(t, "UPDATE claims SET event_day = $1 WHERE uid = $2 AND event_day <> $1", moved, func(e event.Event) ([]any, error) {
		return []any{dayNumber(e.Start.Date), e.UID}, nil
	})
	return changed, err
}
