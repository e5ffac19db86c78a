package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"koyomi/internal/store"
)

// Backup writes a whole copy of the database, as it stands at one moment, to a file
// that must not exist yet (fs.ErrExist), for its owner alone. Others may read and
// write meanwhile; the copy needs no write-ahead log. Where it fails, nothing is
// left of it.
func (d *DB) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("write the backup %q: %w", path, fs.ErrExist)
	}
	if err := d.copyTo(ctx, path); err != nil {
		return fmt.Errorf("write the backup %q: %w", path, d.translate(err))
	}
	return nil
}

// copyTo writes a copy under a name of its own, and gives it its name once it is
// whole and on the disk.
func (d *DB) copyTo(ctx context.Context, path string) (err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".koyomi-backup-*")
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	from, err := d.pool(d.dsn("mode", "ro", "_pragma", busyTimeout), 1)
	if err != nil {
		return err
	}
	defer from.Close()
	if _, err := from.ExecContext(ctx, "VACUUM INTO $1", f.Name()); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	// A link fails where somebody was quicker; not every file system has them.
	switch err := os.Link(f.Name(), path); {
	case err == nil:
		err = os.Remove(f.Name())
		return errors.Join(err, syncDir(filepath.Dir(path)))
	case errors.Is(err, fs.ErrExist):
		return err
	}
	return errors.Join(os.Rename(f.Name(), path), syncDir(filepath.Dir(path)))
}

// Restore puts a copy of a backup in the place of the database at path, and says
// under which name the one that was there now lies, "" where there was none. The
// backup is looked through for damage and brought up to date before anything is
// moved. It fails, and touches nothing, as Open does: with store.ErrLocked while a
// daemon is at work, store.ErrForeign, store.ErrNewer, store.ErrCorrupt.
func Restore(ctx context.Context, backup, path string, now time.Time) (aside string, err error) {
	aside, err = restore(ctx, backup, path, now)
	if err != nil {
		return "", fmt.Errorf("restore %q from %q: %w", path, backup, err)
	}
	return aside, nil
}

func restore(ctx context.Context, backup, path string, now time.Time) (aside string, err error) {
	info, err := os.Lstat(backup)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%w: the backup is no regular file", store.ErrForeign)
	}
	if path, err = locate(path); err != nil {
		return "", err
	}
	if there, err := os.Stat(path); err == nil && os.SameFile(there, info) {
		return "", errors.New("the backup is the database itself")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	lock, err := takeLock(path + ".lock")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, lock.release()) }()
	fresh, err := prepare(ctx, backup, path+".restoring", now)
	if err != nil {
		return "", errors.Join(err, removeAll(path+".restoring"))
	}
	if aside, err = moveAside(path, now); err != nil {
		return "", errors.Join(err, removeAll(path+".restoring"))
	}
	if err := os.Rename(fresh, path); err != nil {
		return "", err
	}
	return aside, errors.Join(syncDir(filepath.Dir(path)), lock.forget(), removeAll(path+".restoring"))
}

// prepare makes a copy of a backup that is whole and up to date, and that sends none
// of the mail that waited when the backup was made.
func prepare(ctx context.Context, backup, path string, now time.Time) (string, error) {
	if err := removeAll(path); err != nil {
		return "", err
	}
	real, err := locate(backup)
	if err != nil {
		return "", err
	}
	from := &DB{path: real}
	ours, err := from.probe(ctx)
	switch {
	case err != nil:
		return "", from.translate(err)
	case !ours:
		return "", fmt.Errorf("%w: the backup is empty", store.ErrForeign)
	}
	if err := from.copyTo(ctx, path); err != nil {
		return "", from.translate(err)
	}
	d := &DB{path: path}
	defer d.abandon()
	if d.writer, err = d.pool(d.writingDSN(), 1); err != nil {
		return "", err
	}
	found, err := quickCheck(ctx, d.writer)
	switch {
	case err != nil:
		return "", d.translate(err)
	case found != "ok":
		return "", fmt.Errorf("%w: %s", store.ErrCorrupt, found)
	}
	if err := d.migrate(ctx, migrations()); err != nil {
		return "", err
	}
	if err := d.closeOutbox(ctx, now); err != nil {
		return "", d.translate(err)
	}
	_, err = d.writer.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return path, err
}

// companions are the files that SQLite and koyomi keep beside a database.
var companions = []string{"", "-wal", "-shm", "-journal"}

// moveAside gives a database and what lies beside it another name.
func moveAside(path string, now time.Time) (string, error) {
	if !exists(path) {
		return "", nil
	}
	aside := path + ".before-" + now.UTC().Format("20060102T150405Z")
	for n := 2; exists(aside); n++ {
		aside = fmt.Sprintf("%s.before-%s-%d", path, now.UTC().Format("20060102T150405Z"), n)
	}
	for _, c := range companions {
		if err := os.Rename(path+c, aside+c); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}

// removeAll removes a database that nobody uses.
func removeAll(path string) error {
	for _, c := range append([]string{".lock"}, companions...) {
		if err := os.Remove(path + c); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
