package sqlstore

import (
	"context"
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
		UNION SELECT uid FROM claims WHERE source = $1 AND key IN (SELECT value FROM list_of($5))
		UNION SELECT uid FROM events WHERE community = $2 AND $2 <> '' AND start_day BETWEEN greatest($3, 1) AND $4
		UNION SELECT value FROM list_of($6)
		UNION SELECT uid FROM events WHERE block <> '' AND block IN (SELECT value FROM list_of($7))
		UNION SELECT e.merged_into FROM named n /* as written */ JOIN events e ON e.uid = n.uid WHERE e.merged_into <> ''
	)
	SELECT ` + eventColumns + ` FROM named /* as written */ JOIN events USING (uid)`

// Known returns the part of the past that n names, at one moment.
func (d *DB) Known(ctx context.Context, n store.Need) (k store.Known, err error) {
	lists, err := texts(n.Keys, n.UIDs, n.Blocks)
	if err != nil {
		return k, err
	}
	err = Retried(ctx, d.engine, func() (err error) {
		k, err = d.known(ctx, n, lists)
		return err
	})
	if err != nil {
		return k, fmt.Errorf("what is known for %s: %w", n.Source, d.engine.Translate(err))
	}
	return k, nil
}

func (d *DB) known(
	ctx context.Context,
	n store.Need,
	lists []string,
) (k store.Known, err error) {
	tx, err := d.reader.BeginTx(ctx, d.engine.Snapshot())
	if err != nil {
		return k, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	t := d.reading(ctx, tx)
	rows, err := t.Rows(
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
	rows, err = t.Rows(`SELECT `+prefixed("c.", claimColumns)+`
		FROM list_of($1) u /* as written */ JOIN claims c ON c.uid = u.value`, uids[0])
	if err != nil {
		return k, err
	}
	if k.Claims, err = scanClaims(rows); err != nil {
		return k, err
	}
	rows, err = t.Rows(
		`SELECT `+correctionColumns+` FROM corrections WHERE undone IS NULL AND (
			event IN (SELECT value FROM list_of($1)) OR other <> '' AND other IN (SELECT value FROM list_of($1))
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

// texts writes lists of words as JSON, for list_of.
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
