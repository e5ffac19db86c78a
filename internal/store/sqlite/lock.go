package sqlite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"koyomi/internal/store"
)

// A lockFile is held by flock(2): it dies with the process, however that ends. Its
// text says who has it, and how many writes the database has seen, so that the next
// to come can tell whether any of them were lost. A nil *lockFile is none.
type lockFile struct {
	file *os.File
	// before is what the last to hold it left there.
	before string
	since  string
}

// takeLock takes the lock, or fails at once with store.ErrLocked.
func takeLock(path string) (*lockFile, error) {
	for {
		l, err := lockNamed(path)
		if err != nil {
			return nil, err
		}
		// Whoever had it may have been told to remove it: what counts is the file
		// that the next to come will find.
		if here, err := os.Stat(path); err == nil && isSame(here, l.file) {
			return l, nil
		}
		if err := l.release(); err != nil {
			return nil, err
		}
	}
}

// lockNamed locks the file of a name, which is made where it is missing.
func lockNamed(path string) (*lockFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the lock file: %w", err)
	}
	l := &lockFile{file: f, since: time.Now().Format(time.RFC3339)}
	if l.before, err = l.take(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return l, nil
}

func isSame(here os.FileInfo, f *os.File) bool {
	info, err := f.Stat()
	return err == nil && os.SameFile(here, info)
}

// take locks the file and returns its text.
func (l *lockFile) take() (string, error) {
	err := syscall.Flock(int(l.file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	text, readErr := io.ReadAll(io.LimitReader(l.file, 1000))
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return "", fmt.Errorf(
			"%w%s: stop it first, or choose another with --database",
			store.ErrLocked,
			holder(string(text)),
		)
	case err != nil:
		return "", fmt.Errorf("lock %s: %w", l.file.Name(), err)
	}
	return string(text), readErr
}

// holder says who has the lock, as far as its text does.
func holder(text string) string {
	pid, since := field(text, "process"), field(text, "since")
	if pid == "" {
		return ""
	}
	return fmt.Sprintf(" (process %s, since %s)", pid, since)
}

// field returns the value of a line "name value" of a lock's text.
func field(text, name string) string {
	for line := range strings.Lines(text) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), name+" "); ok {
			return v
		}
	}
	return ""
}

// marked returns how many writes the database had seen when it was last in use, and
// whether that use did not end well.
func (l *lockFile) marked() (writes int64, ok bool) {
	if l == nil {
		return 0, false
	}
	writes, err := strconv.ParseInt(field(l.before, "writes"), 10, 64)
	return writes, err == nil
}

// mark notes how many writes the database has seen. It is not synced: after a loss
// of power it may tell of fewer, never of more than there were.
func (l *lockFile) mark(writes int64) error {
	if l == nil {
		return nil
	}
	// The number has a fixed width, so that no text of an older mark stays behind.
	text := fmt.Sprintf(
		"process %d\nsince %s\nwrites %020d\n",
		os.Getpid(),
		l.since,
		writes,
	)
	_, err := l.file.WriteAt([]byte(text), 0)
	return err
}

// forget notes that the use ended well.
func (l *lockFile) forget() error {
	if l == nil {
		return nil
	}
	return l.file.Truncate(0)
}

// release frees the lock. The file stays: were it removed, two could each
// hold a lock of that name.
func (l *lockFile) release() error {
	if l == nil {
		return nil
	}
	return l.file.Close()
}
