package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"

	codes "modernc.org/sqlite/lib"

	"koyomi/internal/store"
)

// probe reports whether the file is a koyomi database: fs.ErrNotExist where there is
// none, store.ErrForeign where it is something else. An empty file is not yet one.
//
// It never finds damage: only SQLite's own opening of the file, with the log beside
// it, says whether a database is whole. It reads through SQLite, which must be the
// only one in this process to open the file (closing another descriptor of it would
// drop SQLite's locks).
func (d *DB) probe(ctx context.Context) (ours bool, err error) {
	size, err := d.fileSize()
	if err != nil || size == 0 {
		return false, err
	}
	id, err := d.markAlone(ctx)
	if err != nil {
		// In the middle of a checkpoint, a rollback or another process's write the file
		// means nothing without what lies beside it.
		id, err = d.markWithLog(ctx)
	}
	switch {
	case code(err) == codes.SQLITE_READONLY: // a journal to be played back first: see playBack
		return true, nil
	case isNotADatabase(err):
		return false, fmt.Errorf(
			"%w, nor of any other program that keeps its data with SQLite",
			store.ErrForeign,
		)
	case err != nil:
		return false, err
	case id != applicationID:
		return false, errOtherProgram
	}
	return true, nil
}

var errOtherProgram = fmt.Errorf(
	"%w, but another program's: choose another file with --database",
	store.ErrForeign,
)

// fileSize returns the octets of the database file, which must be a regular one.
func (d *DB) fileSize() (int64, error) {
	info, err := os.Stat(d.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, fmt.Errorf("there is no such file: %w", fs.ErrNotExist)
	case err != nil:
		return 0, err
	case info.IsDir():
		return 0, fmt.Errorf("%w: it is a directory", store.ErrForeign)
	case !info.Mode().IsRegular():
		return 0, fmt.Errorf("%w: it is not a regular file", store.ErrForeign)
	}
	return info.Size(), nil
}

// markAlone returns the mark in the file's first page, without a look at anything
// beside it and without taking a lock, so that a foreign file is left as it is. That
// page has the mark from the beginning (see create), before there is a log.
func (d *DB) markAlone(ctx context.Context) (int64, error) {
	return d.markBy(ctx, d.dsn("mode", "ro", "immutable", "1"))
}

// markWithLog returns the mark as SQLite reads the database, log and journal included.
func (d *DB) markWithLog(ctx context.Context) (int64, error) {
	return d.markBy(ctx, d.dsn("mode", "ro", "_pragma", "busy_timeout(10000)"))
}

func (d *DB) markBy(ctx context.Context, dsn string) (int64, error) {
	db, err := d.pool(dsn, 1)
	if err != nil {
		return 0, err
	}
	id, err := markOf(ctx, db)
	return id, errors.Join(err, db.Close())
}

func markOf(ctx context.Context, db *sql.DB) (id int64, err error) {
	err = db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id)
	return id, err
}

// playBack has SQLite play a journal back. Only a process that died while it marked a
// new file leaves one (see create): the file is then as empty as before, and is marked
// again.
func (d *DB) playBack(ctx context.Context) error {
	db, err := d.pool(d.markingDSN(), 1)
	if err != nil {
		return err
	}
	return errors.Join(remark(ctx, db), db.Close())
}

// remark marks a database without tables as koyomi's where it is not.
func remark(ctx context.Context, db *sql.DB) error {
	id, err := markOf(ctx, db)
	if err != nil || id == applicationID {
		return err
	}
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	if tables > 0 || id != 0 {
		return errOtherProgram
	}
	_, err = db.ExecContext(ctx, markStatement)
	return err
}
