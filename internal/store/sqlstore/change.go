package sqlstore

import (
	"database/sql"
	"fmt"

	"koyomi/internal/event"
)

const changeColumns = `id, uid, kind, at, source, poll, field, before, after, reasons`

const insertChange = `INSERT INTO changes (uid, kind, at, source, poll, field, before, after, reasons)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// changeValues returns the values of insertChange, for a change learnt from a poll.
func changeValues(c event.Change, poll int64) ([]any, error) {
	at, err := nanos(c.At)
	if err != nil {
		return nil, err
	}
	before, err := valueText(c.Before)
	if err != nil {
		return nil, err
	}
	after, err := valueText(c.After)
	if err != nil {
		return nil, err
	}
	reasons, err := jsonText(c.Reasons)
	return []any{
		c.UID,
		string(c.Kind),
		at,
		c.Source,
		poll,
		c.Field,
		before,
		after,
		reasons,
	}, err
}

// valueText returns a value as a column holds it.
func valueText(v event.Value) (any, error) {
	b, err := event.EncodeValue(v)
	if err != nil || b == nil {
		return nil, err
	}
	return string(b), nil
}

// scanChanges reads all rows of changeColumns.
func scanChanges(rows *sql.Rows) ([]event.Change, error) {
	defer rows.Close()
	var all []event.Change
	for rows.Next() {
		var c event.Change
		var at instant
		var before, after sql.NullString
		err := rows.Scan(
			&c.ID,
			&c.UID,
			&c.Kind,
			&at,
			&c.Source,
			&c.Poll,
			&c.Field,
			&before,
			&after,
			jsonOf{&c.Reasons},
		)
		if err != nil {
			return nil, err
		}
		c.At = at.Time
		if c.Before, err = event.DecodeValue(c.Field, []byte(before.String)); err == nil {
			c.After, err = event.DecodeValue(c.Field, []byte(after.String))
		}
		if err != nil {
			return nil, fmt.Errorf("change %d: %w", c.ID, err)
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// changesJSON returns changes as JSON carries them.
func changesJSON(changes []event.Change) ([]event.ChangeJSON, error) {
	all := make([]event.ChangeJSON, len(changes))
	for i, c := range changes {
		c.At = utc(c.At)
		var err error
		if all[i], err = c.JSON(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// changesFrom reads what changesJSON returned; none is nil.
func changesFrom(all []event.ChangeJSON) ([]event.Change, error) {
	var changes []event.Change
	for _, j := range all {
		c, err := j.Change()
		if err != nil {
			return nil, err
		}
		changes = append(changes, c)
	}
	return changes, nil
}
