package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	driver "modernc.org/sqlite"

	"koyomi/internal/store/sqlstore"
)

// patience is how long a write waits for another process that has the write lock.
const patience = 10 * time.Second

// words are what SQLite spells in its own way. It takes one writer at a time, so that
// no row needs a lock.
var words = sqlstore.Words{Replace: strings.NewReplacer(
	"list_of(", "json_each(",
	"greatest(", "max(",
	"least(", "min(",
	"/* as written */ JOIN", "CROSS JOIN",
	" FOR UPDATE", "",
)}

// An engine is what SQLite does in its own way, as the store's contract is kept.
type engine struct{ *DB }

// contract joins the handles with the statements.
func (d *DB) contract() { d.DB = sqlstore.New(d.reader, d.writer, engine{d}, words) }

// Translate returns an error of SQLite's as one of the store's contract.
func (e engine) Translate(err error) error { return e.translate(err) }

// Lock does nothing: whoever writes has the write lock.
func (engine) Lock(*sqlstore.Tx, string) error { return nil }

// Announce does nothing: one process changes events, and readers ask.
func (engine) Announce(*sqlstore.Tx) error { return nil }

// Again reports that nothing is tried again that has waited for its turn.
func (engine) Again(context.Context, time.Time, int, error) bool { return false }

// Snapshot is how a transaction begins that reads at one moment.
func (engine) Snapshot() *sql.TxOptions { return &sql.TxOptions{ReadOnly: true} }

// Transact waits for the write lock in short turns, so that it ends soon after ctx.
func (e engine) Transact(ctx context.Context, do func(t *sqlstore.Tx) error) error {
	for start := time.Now(); ; {
		err := e.once(ctx, do)
		switch {
		case ctx.Err() != nil && err != nil:
			return ctx.Err()
		case !isBusy(err) || time.Since(start) > e.patience:
			return err
		}
	}
}

func (e engine) once(ctx context.Context, do func(t *sqlstore.Tx) error) (err error) {
	tx, err := e.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	t := e.Begun(ctx, tx)
	var writes int64
	if err = e.unchanged(); err == nil {
		err = do(t)
	}
	if err == nil {
		err = t.Row("UPDATE counters SET writes = writes + 1 RETURNING writes").
			Scan(&writes)
	}
	if err == nil {
		err = e.unchanged()
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	t.Ended(ctx)
	return e.lock.mark(writes)
}

// compareMark holds how many writes the database has seen against what the lock file
// says of the last run: what is missing was in a log that is missing or was cut.
func (d *DB) compareMark(ctx context.Context) error {
	var writes int64
	if err := d.writer.QueryRowContext(ctx, "SELECT writes FROM counters").
		Scan(&writes); err != nil {
		return err
	}
	if marked, ok := d.lock.marked(); ok && marked > writes {
		d.notes = append(d.notes, fmt.Sprintf(
			"the write-ahead log %s-wal was missing or cut short: the last %d writes are lost, and the database is as it was at the one before them",
			d.path,
			marked-writes,
		))
	}
	return d.lock.mark(writes)
}

// keepLog leaves the log and its index alone when the connections are closed: what
// stands under their names may be another database's.
func (d *DB) keepLog() error {
	c, err := d.writer.Conn(context.Background())
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Raw(func(raw any) error {
		f, ok := raw.(driver.FileControl)
		if !ok {
			return errors.New("the driver cannot keep the log")
		}
		_, err := f.FileControlPersistWAL("main", 1)
		return err
	})
}
