package sqlstore

import (
	"context"
	"time"

	"koyomi/internal/store"
)

// forgetAtOnce is how many polls are removed in one transaction: others write between.
const forgetAtOnce = 2000

// ForgetPolls removes polls from before a moment.
func (d *DB) ForgetPolls(ctx context.Context, before time.Time) (removed int64, err error) {
	at, err := nanos(before)
	if err != nil {
		return 0, err
	}
	for {
		var n int64
		err := d.write(ctx, "forget old polls", func(t *Tx) error {
			n, err = t.Exec(`DELETE FROM polls WHERE id IN (
				SELECT p.id FROM polls p WHERE p.at < $1 AND p.closed IS NOT NULL
				AND EXISTS (SELECT 1 FROM polls q WHERE q.source = p.source AND q.id > p.id)
				AND NOT EXISTS (SELECT 1 FROM candidates c WHERE c.poll = p.id)
				AND (p.state NOT IN ('unchanged', 'applied') OR EXISTS (
					SELECT 1 FROM polls g WHERE g.source = p.source AND g.state IN ('unchanged', 'applied') AND g.id > p.id
					ORDER BY g.id LIMIT 1 OFFSET $2))
				ORDER BY p.at LIMIT $3)`, at, store.GoodKept-1, forgetAtOnce)
			return err
		})
		removed += n
		if err != nil || n < forgetAtOnce {
			return removed, err
		}
	}
}
