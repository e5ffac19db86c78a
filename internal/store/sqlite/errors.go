package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sys/unix"
	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"koyomi/internal/store"
)

// code gives SQLite's primary result code of an error, 0 where it is none of its.
func code(err error) int {
	var e *driver.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & 0xff
}

func isNotADatabase(err error) bool { return code(err) == codes.SQLITE_NOTADB }

func isBusy(err error) bool { return code(err) == codes.SQLITE_BUSY }

// advice follows what is said of a damaged database.
const advice = "nothing was changed; keep a copy of the file and put a backup in its place with `koyomi restore FILE` (`koyomi backup FILE` makes them)"

// translate gives SQLite's errors the names and words of the store's contract.
func (d *DB) translate(err error) error {
	switch code(err) {
	case 0:
		if errors.Is(err, store.ErrCorrupt) {
			return fmt.Errorf("%w; %s", err, advice)
		}
		return err
	case codes.SQLITE_CORRUPT, codes.SQLITE_NOTADB:
		return fmt.Errorf("%w: %w; %s", store.ErrCorrupt, err, advice)
	case codes.SQLITE_FULL:
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	case codes.SQLITE_IOERR, codes.SQLITE_CANTOPEN:
		if d.full() {
			return fmt.Errorf("%w: %w", store.ErrFull, err)
		}
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		return fmt.Errorf("%w: %w", store.ErrBusy, err)
	case codes.SQLITE_INTERRUPT:
		return fmt.Errorf("%w: %w", context.Canceled, err)
	}
	return err
}

// full reports whether the disk has no room left, or a limit is set on the size of
// this process's files: SQLite does not tell either from other failures in every
// place.
func (d *DB) full() bool {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &limit); err == nil && limit.Cur != unix.RLIM_INFINITY {
		return true
	}
	var s unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(d.path), &s); err != nil {
		return false
	}
	return s.Bavail < 16
}
