// Package sqlite answers for a koyomi database in one SQLite file: opening it, locks,
// damage, full-text search and copies. The statements are sqlstore's.
//
// One connection writes, several read, in write-ahead-log mode, so that neither
// waits for the other. Each write is one transaction that begins by taking the
// write lock, and that first looks whether the file is still the one that was
// opened. A commit is on the disk when it returns (synchronous=FULL), except for those
// that only note a visit on its way or one that brought nothing (engine.Note).
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"koyomi/internal/store"
	"koyomi/internal/store/sqlstore"
)

// Options say how a database is opened.
type Options struct {
	// Lock takes the daemon's lock file beside the database, PATH.lock, which dies
	// with the process; where another process has it, Open fails with
	// store.ErrLocked. The database is then checked for damage as well.
	Lock bool
	// ReadOnly opens an existing database for questions. It never waits for a
	// writer and none waits for it; what writes fails.
	ReadOnly bool
}

// DB is a koyomi database; it is a store.Store.
type DB struct {
	*sqlstore.DB
	path string
	// writer is nil where the database was opened for reading.
	writer, reader *sql.DB
	// held is a reader that never lets go: as long as one connection is open, no
	// other process clears the write-ahead log away.
	held *sql.Conn
	lock *lockFile
	// level is guarded by having the connection that writes.
	level syncLevel
	// file and log are the database file and its write-ahead log as opened.
	file, log os.FileInfo
	notes     []string
	// patience is how long a write waits for another process.
	patience time.Duration

	close    sync.Once
	closeErr error
}

var _ store.Store = (*DB)(nil)

// Open opens the database at path, which is made where it is missing (mode 0600,
// its directory 0700) unless it is opened for reading: then it must be there
// (fs.ErrNotExist). A schema of an older koyomi is brought up to date.
//
// It fails, and touches nothing, with store.ErrForeign on a file that is not a koyomi
// database, store.ErrNewer on one of a newer koyomi, store.ErrLocked where another
// process has the lock, store.ErrCorrupt where the file is damaged.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	real, err := locate(path)
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	d := &DB{path: real, patience: patience}
	if o.ReadOnly {
		err = d.openReading(ctx)
	} else {
		err = d.openWriting(ctx, o.Lock)
	}
	if err != nil {
		err = d.translate(err)
		d.abandon()
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	return d, nil
}

// locate returns the absolute path of the file itself, wherever links lead.
func locate(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(abs)
	if errors.Is(err, fs.ErrNotExist) {
		return abs, nil
	}
	return real, err
}

// openReading opens what is there, for questions.
func (d *DB) openReading(ctx context.Context) error {
	ours, err := d.probe(ctx)
	switch {
	case err != nil:
		return err
	case !ours:
		return fmt.Errorf("%w: the file is empty", store.ErrForeign)
	}
	if d.reader, err = d.pool(d.readingDSN(), runtime.NumCPU()); err != nil {
		return err
	}
	d.contract()
	return d.checkVersion(ctx)
}

// openWriting opens or makes the database.
func (d *DB) openWriting(ctx context.Context, keepLock bool) error {
	if err := os.MkdirAll(filepath.Dir(d.path), 0o700); err != nil {
		return err
	}
	ours, err := d.probe(ctx)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := d.checkWritable(); err != nil {
		return err
	}
	if keepLock || !ours {
		if d.lock, err = takeLock(d.path + ".lock"); err != nil {
			return err
		}
	}
	if err := d.prepare(ctx, ours); err != nil {
		return err
	}
	if err := d.openPools(ctx, keepLock); err != nil {
		return err
	}
	if keepLock {
		return d.compareMark(ctx)
	}
	return d.unlock()
}

// prepare makes the file where there is none, and ends what a process left half done.
func (d *DB) prepare(ctx context.Context, ours bool) error {
	switch {
	case !ours:
		return d.create(ctx)
	case exists(d.path + "-journal"):
		return d.playBack(ctx)
	}
	return nil
}

// openPools opens the connections and brings the schema up to date.
func (d *DB) openPools(ctx context.Context, check bool) (err error) {
	if d.writer, err = d.pool(d.writingDSN(), 1); err != nil {
		return err
	}
	d.contract()
	steps := []func(context.Context) error{
		d.checkDamage,
		d.migrateAll,
		d.indexAll,
		d.openReaders,
	}
	if !check {
		steps = steps[1:]
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return d.remember()
}

// openReaders opens the connections that read, one of which never lets go.
func (d *DB) openReaders(ctx context.Context) (err error) {
	if d.reader, err = d.pool(
		d.daemonReadingDSN(),
		1+max(4, runtime.NumCPU()),
	); err != nil {
		return err
	}
	d.contract()
	if d.held, err = d.reader.Conn(ctx); err != nil {
		return err
	}
	_, err = d.held.ExecContext(ctx, "SELECT count(*) FROM sqlite_schema")
	return err
}

// pool opens a pool of at most n connections, all of which stay.
func (d *DB) pool(dsn string, n int) (*sql.DB, error) {
	if err := oldWords(); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

// Path returns the file of the database, absolute and without links.
func (d *DB) Path() string { return d.path }

// Notes returns what a person should hear of how the database was found: that the
// end of the last run is lost, or that it was too large to be checked whole.
func (d *DB) Notes() []string { return d.notes }

// Close ends the use of the database. The file is then whole without its
// write-ahead log. Where the file was replaced meanwhile, the new one and what
// lies beside it are left alone, and the error is store.ErrReplaced.
func (d *DB) Close() error {
	d.close.Do(func() { d.closeErr = d.shut() })
	return d.closeErr
}

func (d *DB) shut() error {
	err := errors.Join(d.emptyLog(), d.closePools(), d.unlock())
	if err != nil {
		return fmt.Errorf("close the database %s: %w", d.path, d.translate(err))
	}
	return nil
}

// emptyLog brings everything from the log into the file, so that the file alone is
// whole, and notes that the use ended well.
func (d *DB) emptyLog() error {
	if d.writer == nil {
		return nil
	}
	if err := d.unchanged(); err != nil {
		return errors.Join(err, d.keepLog())
	}
	if _, err := d.writer.ExecContext(
		context.Background(),
		"PRAGMA wal_checkpoint(TRUNCATE)",
	); err != nil {
		return err
	}
	return d.lock.forget()
}

// closePools closes the writer last: the last connection clears the log away.
func (d *DB) closePools() error {
	var all []error
	if d.held != nil {
		all = append(all, d.held.Close())
	}
	for _, p := range []*sql.DB{d.reader, d.writer} {
		if p != nil {
			all = append(all, p.Close())
		}
	}
	return errors.Join(all...)
}

// abandon closes what Open has opened so far.
func (d *DB) abandon() {
	// The error that Open returns is the one that matters.
	_ = errors.Join(d.closePools(), d.unlock())
}

func (d *DB) unlock() error {
	l := d.lock
	d.lock = nil
	return l.release()
}
