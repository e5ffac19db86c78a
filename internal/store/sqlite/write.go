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
	return e.patiently(ctx, func() error { return e.once(ctx, do) })
}

// Note is Transact without waiting for the disk, and not counted among the writes that a
// lost log takes away.
func (e engine) Note(ctx context.Context, do func(t *sqlstore.Tx) error) error {
	return e.patiently(ctx, func() error { return e.begun(ctx, false, do) })
}

func (e engine) patiently(ctx context.Context, once func() error) error {
	for start := time.Now(); ; {
		err := once()
		switch {
		case ctx.Err() != nil && err != nil:
			return ctx.Err()
		case !isBusy(err) || time.Since(start) > e.patience:
			return err
		}
	}
}

// once does a transaction that is on the disk when it returns.
func (e engine) once(ctx context.Context, do func(t *sqlstore.Tx) error) error {
	var writes int64
	err := e.begun(ctx, true, func(t *sqlstore.Tx) error {
		if err := do(t); err != nil {
			return err
		}
		return t.Row("UPDATE counters SET writes = writes + 1 RETURNING writes").
			Scan(&writes)
	})
	if err != nil {
		return err
	}
	return e.lock.mark(writes)
}

// begun does a transaction on the one connection that writes. One that does not wait for
// the disk is short: once begun it is done, so that no statement of it watches ctx.
func (e engine) begun(
	ctx context.Context,
	synced bool,
	do func(t *sqlstore.Tx) error,
) error {
	c, err := e.writer.Conn(ctx)
	if err != nil {
		return err
	}
	if !synced {
		ctx = context.WithoutCancel(ctx)
	}
	var t *sqlstore.Tx
	if err = e.synced(ctx, c, synced); err == nil {
		t, err = e.on(ctx, c, synced, do)
	}
	if err = errors.Join(err, c.Close()); err == nil {
		t.Ended(ctx)
	}
	return err
}

// synced sets whether the commits of a connection wait for the disk.
func (e engine) synced(ctx context.Context, c *sql.Conn, wait bool) error {
	var isSet bool
	err := c.Raw(func(driver any) error {
		isSet = e.level == syncLevel{driver, wait}
		e.level = syncLevel{driver, wait}
		return nil
	})
	if err != nil || isSet {
		return err
	}
	_, err = c.ExecContext(ctx, "PRAGMA synchronous="+map[bool]string{true: "FULL", false: "NORMAL"}[wait])
	if err != nil {
		e.level = syncLevel{}
	}
	return err
}

// A syncLevel is what was set last, on which connection of the driver. Whoever has the
// connection that writes may look at it.
type syncLevel struct {
	conn any
	wait bool
}

// on does a transaction on a connection. Of one that waits for the disk it is looked at its
// end as well whether the file is still the one that was opened.
func (e engine) on(
	ctx context.Context,
	c *sql.Conn,
	synced bool,
	do func(t *sqlstore.Tx) error,
) (*sqlstore.Tx, error) {
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	t := e.Begun(ctx, tx)
	if err = e.unchanged(); err == nil {
		err = do(t)
	}
	if err == nil && synced {
		err = e.unchanged()
	}
	if err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return t, tx.Commit()
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
