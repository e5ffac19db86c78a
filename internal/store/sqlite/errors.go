package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"koyomi/internal/store"
)

// code returns SQLite's primary result code of an error, 0 where it is not one of its.
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

// meanings are SQLite's codes in the words of the store's contract.
var meanings = map[int]error{
	codes.SQLITE_CORRUPT:   store.ErrCorrupt,
	codes.SQLITE_NOTADB:    store.ErrCorrupt,
	codes.SQLITE_FULL:      store.ErrFull,
	codes.SQLITE_BUSY:      store.ErrBusy,
	codes.SQLITE_LOCKED:    store.ErrBusy,
	codes.SQLITE_INTERRUPT: context.Canceled,
}

// perhapsFull are the codes behind which a full disk may hide.
var perhapsFull = []int{codes.SQLITE_IOERR, codes.SQLITE_CANTOPEN}

// unreadableLog are the codes for a log whose index is missing or out of date where it
// cannot be written again.
var unreadableLog = []int{codes.SQLITE_CANTOPEN, codes.SQLITE_PROTOCOL}

// translate turns SQLite's errors into those of the store's contract.
func (d *DB) translate(err error) error {
	c := code(err)
	if meaning, known := meanings[c]; known {
		err = fmt.Errorf("%w: %w", meaning, err)
	}
	switch {
	case errors.Is(err, store.ErrCorrupt):
		return fmt.Errorf("%w; %s", err, advice)
	case slices.Contains(perhapsFull, c) && d.full():
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	case slices.Contains(unreadableLog, c) && exists(d.path+"-wal"):
		return fmt.Errorf(
			"%w: the log %s-wal beside it is read only where it can be written to (copy both files to such a directory)",
			err,
			d.path,
		)
	}
	return err
}

// full reports whether the disk has no room left, or a limit is set on the size of
// this process's files: SQLite does not tell either from other failures in every
// place.
func (d *DB) full() bool {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &limit); err == nil &&
		limit.Cur != unix.RLIM_INFINITY {
		return true
	}
	var s unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(d.path), &s); err != nil {
		return false
	}
	return s.Bavail < 16
}
