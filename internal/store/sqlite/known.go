package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"koyomi/internal/event"
	"koyomi/internal/store"
)

// knownEvents finds the events that a Need names ($1 source, $2 community, $3 and $4
// first and last day, $5 keys, $6 UIDs, $7 blocks), each part by an index.
const knownEvents = `WITH RECURSIVE named (uid) AS (
		SELECT uid FROM claims WHERE source = $1 AND $1 <> '' AND event_day >= $3 AND event_day > 0
		UNION SELECT uid FROM claims WHERE source = $1 AND key IN (SELECT value FROM json_each($5))
		UNION SELECT uid FROM events WHERE community = $2 AND $2 <> '' AND start_day BETWEEN max($3, 1) AND $4
		UNION SELECT value FROM json_each($6)
		UNION SELECT uid FROM events WHERE block <> '' AND block IN (SELECT value FROM json_each($7))
		UNION SELECT e.merged_into FROM named n CROSS JOIN events e ON e.uid = n.uid WHERE e.merged_into <> ''
	)
	SELECT ` + eventColumns + ` FROM named CROSS JOIN events USING (uid)`

// Known returns the part of the past that n names, at one moment.
func (d *DB) Known(ctx context.Context, n store.Need) (k store.Known, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("what is known for %s: %w", n.Source, d.translate(err))
		}
	}()
	lists, err := texts(n.Keys, n.UIDs, n.Blocks)
	if err != nil {
		return k, err
	}
	tx, err := d.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return k, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	rows, err := tx.QueryContext(
		ctx,
		knownEvents,
		n.Source,
		n.Community,
		dayNumber(n.From),
		dayNumber(n.To),
		lists[0],
		lists[1],
		lists[2],
	)
	if err != nil {
		return k, err
	}
	if k.Events, err = scanEvents(rows); err != nil {
		return k, err
	}
	uids, err := texts(uidsOf(k.Events))
	if err != nil {
		return k, err
	}
	rows, err = tx.QueryContext(ctx, `SELECT `+prefixed("c.", claimColumns)+`
		FROM json_each($1) u CROSS JOIN claims c ON c.uid = u.value`, uids[0])
	if err != nil {
		return k, err
	}
	if k.Claims, err = scanClaims(rows); err != nil {
		return k, err
	}
	rows, err = tx.QueryContext(
		ctx,
		`SELECT `+correctionColumns+` FROM corrections WHERE undone IS NULL AND (
			event IN (SELECT value FROM json_each($1)) OR other <> '' AND other IN (SELECT value FROM json_each($1))
		) ORDER BY id`,
		uids[0],
	)
	if err != nil {
		return k, err
	}
	k.Corrections, err = scanCorrections(rows)
	return k, err
}

func uidsOf(events []event.Event) []string {
	all := make([]string, len(events))
	for i, e := range events {
		all[i] = e.UID
	}
	return all
}

// texts writes lists of words as JSON, for json_each.
func texts(lists ...[]string) ([]string, error) {
	all := make([]string, len(lists))
	for i, l := range lists {
		if len(l) == 0 {
			all[i] = "[]"
			continue
		}
		b, err := json.Marshal(l)
		if err != nil {
			return nil, err
		}
		all[i] = string(b)
	}
	return all, nil
}
