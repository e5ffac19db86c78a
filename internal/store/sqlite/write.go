package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	driver "modernc.org/sqlite"

	"koyomi/internal/store"
)

// patience is how long a write waits for another process that has the write lock.
const patience = 10 * time.Second

// errReading says that the database was opened for questions only.
var errReading = errors.New("the database is open for reading only")

// write does one transaction, whole or not at all. do is given the write lock, and
// may be done again from the start.
func (d *DB) write(ctx context.Context, doing string, do func(t *transaction) error) error {
	if d.writer == nil {
		return fmt.Errorf("%s: %w", doing, errReading)
	}
	if err := d.transact(ctx, do); err != nil {
		return fmt.Errorf("%s: %w", doing, d.translate(err))
	}
	return nil
}

// transact waits for the write lock in short turns, so that it ends soon after ctx.
func (d *DB) transact(ctx context.Context, do func(t *transaction) error) error {
	for start := time.Now(); ; {
		err := d.once(ctx, do)
		switch {
		case ctx.Err() != nil && err != nil:
			return ctx.Err()
		case !isBusy(err) || time.Since(start) > d.patience:
			return err
		}
	}
}

func (d *DB) once(ctx context.Context, do func(t *transaction) error) (err error) {
	tx, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	t := &transaction{ctx: ctx, tx: tx}
	var writes int64
	if err = d.unchanged(); err == nil {
		err = do(t)
	}
	if err == nil {
		err = t.row("UPDATE counters SET writes = writes + 1 RETURNING writes").
			Scan(&writes)
	}
	if err == nil {
		err = d.unchanged()
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return d.lock.mark(writes)
}

// A transaction is the statements of one write.
type transaction struct {
	ctx context.Context
	tx  *sql.Tx
}

// exec does a statement and says how many rows it changed.
func (t *transaction) exec(query string, args ...any) (int64, error) {
	r, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (t *transaction) row(query string, args ...any) *sql.Row {
	return t.tx.QueryRowContext(t.ctx, query, args...)
}

// each does one statement for each of many, and says for how many it changed a row.
func each[T any](
	t *transaction,
	query string,
	all []T,
	args func(T) ([]any, error),
) (changed int64, err error) {
	if len(all) == 0 {
		return 0, nil
	}
	stmt, err := t.tx.PrepareContext(t.ctx, query)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	for _, one := range all {
		values, err := args(one)
		if err != nil {
			return changed, err
		}
		r, err := stmt.ExecContext(t.ctx, values...)
		if err != nil {
			return changed, err
		}
		n, err := r.RowsAffected()
		if err != nil {
			return changed, err
		}
		changed += n
	}
	return changed, nil
}

// compareMark holds how many writes the database has seen against what the lock file
// says of the last run: what is missing was in a log that is missing or was cut.
func (d *DB) compareMark(ctx context.Context) error {
	var writes int64
	if err := d.writer.QueryRowContext(ctx, "SELECT writes FROM counters").Scan(&writes); err != nil {
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

// fenced turns a count of changed rows into store.ErrStale where it is 0.
func fenced(n int64, err error) error {
	if err == nil && n == 0 {
		return store.ErrStale
	}
	return err
}
