package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"koyomi/internal/store"
)

// applicationID marks the file as koyomi's (SQLite file format, section 1.3.16):
// "koyo".
const applicationID = 0x6b6f796f

var markStatement = fmt.Sprintf("PRAGMA application_id = %d", applicationID)

// dsn names the file in the way of the driver, with URI parameters of SQLite's.
func (d *DB) dsn(parameters ...string) string {
	q := url.Values{"_dqs": {"0"}, "_error_rc": {"1"}}
	for i := 0; i < len(parameters); i += 2 {
		q.Add(parameters[i], parameters[i+1])
	}
	return (&url.URL{Scheme: "file", Path: d.path, RawQuery: q.Encode()}).String()
}

// busyTimeout is how long one attempt waits for the lock of another process, in
// milliseconds; see patience.
const busyTimeout = "busy_timeout(250)"

func (d *DB) writingDSN() string {
	return d.dsn("mode", "rw", "_txlock", "immediate", "_defensive", "1",
		"_pragma", busyTimeout,
		"_pragma", "journal_mode(WAL)",
		"_pragma", "synchronous(FULL)",
		"_pragma", "cache_size(-16000)",
		"_pragma", "cell_size_check(1)",
		"_pragma", "temp_store(MEMORY)",
		"_pragma", "journal_size_limit(67108864)")
}

// markingDSN is for marking the file before there is a log.
func (d *DB) markingDSN() string {
	return d.dsn("mode", "rw", "_pragma", busyTimeout, "_pragma", "synchronous(FULL)")
}

// daemonReadingDSN is for readers beside a writer in one process, who clears the
// log away when all have gone.
func (d *DB) daemonReadingDSN() string {
	return d.dsn(
		"mode",
		"ro",
		"_pragma",
		busyTimeout,
		"_pragma",
		"cache_size(-8000)",
		"_pragma",
		"temp_store(MEMORY)",
	)
}

// readingDSN is for a process that only reads. Where it may, it opens the file for
// writing and forbids itself to: the last to go then clears the log away, which
// a reader without the right to write would leave behind.
func (d *DB) readingDSN() string {
	mode := []string{"mode", "rw"}
	switch dir := filepath.Dir(d.path); {
	case errors.Is(unix.Access(dir, unix.W_OK), unix.EROFS) && !exists(d.path+"-wal"):
		// Nobody can write here: SQLite need not look for those who do.
		mode = []string{"mode", "ro", "immutable", "1"}
	case unix.Access(d.path, unix.W_OK) != nil:
		mode = []string{"mode", "ro"}
	}
	return d.dsn(
		append(
			mode,
			"_query_only",
			"1",
			"_pragma",
			"busy_timeout(10000)",
			"_pragma",
			"temp_store(MEMORY)",
		)...)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// checkWritable says in plain words why nothing can be written here.
func (d *DB) checkWritable() error {
	dir := filepath.Dir(d.path)
	for _, p := range []string{dir, d.path} {
		err := unix.Access(p, unix.W_OK)
		isNew := p == d.path && errors.Is(err, fs.ErrNotExist)
		switch {
		case err == nil, isNew:
		case errors.Is(err, unix.EROFS):
			return fmt.Errorf("%s is on a read-only file system: %w", p, fs.ErrPermission)
		case errors.Is(err, unix.EACCES):
			return fmt.Errorf("%s may not be written by this user: %w", p, fs.ErrPermission)
		default:
			return &fs.PathError{Op: "write to", Path: p, Err: err}
		}
	}
	return nil
}

// create makes the file, for its owner alone, and marks it as koyomi's.
func (d *DB) create(ctx context.Context) error {
	f, err := os.OpenFile(d.path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist): // empty, left by a process that died
	case err != nil:
		return err
	default:
		if err := f.Close(); err != nil {
			return err
		}
	}
	// Before there is a log, so that the mark stands in the file itself.
	db, err := d.pool(d.markingDSN(), 1)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, markStatement)
	return errors.Join(err, db.Close(), syncDir(filepath.Dir(d.path)))
}

// syncDir puts the names in a directory on the disk.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// remember notes which files are in use.
func (d *DB) remember() (err error) {
	if d.file, err = os.Stat(d.path); err != nil {
		return err
	}
	d.log, err = os.Stat(d.path + "-wal")
	return err
}

// unchanged reports with store.ErrReplaced that the files in use are not those that
// others see under their names.
func (d *DB) unchanged() error {
	for name, was := range map[string]os.FileInfo{d.path: d.file, d.path + "-wal": d.log} {
		is, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("%w: %s is gone", store.ErrReplaced, name)
		case err != nil:
			return err
		case !os.SameFile(was, is):
			return fmt.Errorf("%w: %s is another file", store.ErrReplaced, name)
		}
	}
	return nil
}

// checkTime bounds how long opening a database looks for damage.
const checkTime = 3 * time.Second

// checkDamage looks through the file for damage.
func (d *DB) checkDamage(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	found, err := quickCheck(limited, d.writer)
	switch {
	case ctx.Err() == nil && limited.Err() != nil:
		d.notes = append(
			d.notes,
			fmt.Sprintf(
				"the database is large: it was looked through for damage for %s only",
				checkTime,
			),
		)
		return nil
	case err != nil:
		return err
	case found != "ok":
		return fmt.Errorf("%w: %s", store.ErrCorrupt, found)
	}
	return nil
}

// quickCheck returns "ok", or the first of what is wrong.
func quickCheck(ctx context.Context, db *sql.DB) (found string, err error) {
	err = db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found)
	return found, err
}
