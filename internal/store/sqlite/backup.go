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
	return d.WriteBackup(path, func() error { return d.copyTo(ctx, path) })
}

// copyTo writes a copy under a name of its own, and moves it to its name once it is
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
	if err = d.vacuumInto(ctx, f.Name()); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = giveName(f.Name(), path)
	}
	err = errors.Join(err, f.Close())
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(filepath.Dir(path))
}

// vacuumInto copies the database, as it stands at one moment, into an empty file.
func (d *DB) vacuumInto(ctx context.Context, path string) error {
	from, err := d.pool(d.dsn("mode", "ro", "_pragma", busyTimeout), 1)
	if err != nil {
		return err
	}
	_, err = from.ExecContext(ctx, "VACUUM INTO $1", path)
	return errors.Join(err, from.Close())
}

// giveName moves a file to a name that must not be taken. A link fails where somebody
// was quicker; not every file system has them.
func giveName(temporary, path string) error {
	err := os.Link(temporary, path)
	switch {
	case err == nil:
		return os.Remove(temporary)
	case errors.Is(err, fs.ErrExist):
		return err
	}
	return os.Rename(temporary, path)
}

// Restore puts a copy of a backup in the place of the database at path, and says
// under which name the one that was there now lies, "" where there was none. The
// backup is looked through for damage and brought up to date before anything is
// moved. It fails, and touches nothing, as Open does: with store.ErrLocked while a
// daemon is at work, store.ErrForeign, store.ErrNewer, store.ErrCorrupt.
func Restore(
	ctx context.Context,
	backup, path string,
	now time.Time,
) (aside string, err error) {
	aside, err = restore(ctx, backup, path, now)
	if err != nil {
		return "", fmt.Errorf("restore %q from %q: %w", path, backup, err)
	}
	return aside, nil
}

func restore(
	ctx context.Context,
	backup, path string,
	now time.Time,
) (aside string, err error) {
	if path, err = locate(path); err != nil {
		return "", err
	}
	if err := checkBackup(backup, path); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	lock, err := takeLock(path + ".lock")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, lock.release()) }()
	fresh := path + ".restoring"
	if err := prepare(ctx, backup, fresh, now); err != nil {
		return "", errors.Join(err, removeAll(fresh))
	}
	if aside, err = moveAside(path, now); err != nil {
		return "", errors.Join(err, removeAll(fresh))
	}
	if err := os.Rename(fresh, path); err != nil {
		return "", err
	}
	return aside, errors.Join(syncDir(filepath.Dir(path)), lock.forget(), removeAll(fresh))
}

// checkBackup refuses what cannot be a backup of the database at path.
func checkBackup(backup, path string) error {
	info, err := os.Lstat(backup)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%w: the backup is not a regular file", store.ErrForeign)
	}
	if there, err := os.Stat(path); err == nil && os.SameFile(there, info) {
		return errors.New("the backup is the database itself")
	}
	return nil
}

// prepare makes a copy of a backup that is whole and up to date, and that sends none
// of the mail that waited when the backup was made.
func prepare(ctx context.Context, backup, path string, now time.Time) error {
	if err := removeAll(path); err != nil {
		return err
	}
	if err := copyBackup(ctx, backup, path); err != nil {
		return err
	}
	d := &DB{path: path}
	defer d.abandon()
	err := d.renew(ctx, now)
	if errors.Is(err, store.ErrCorrupt) {
		return err // of a backup: there is nothing to advise
	}
	return d.translate(err)
}

// copyBackup copies a backup, log included, if it is a koyomi database.
func copyBackup(ctx context.Context, backup, path string) error {
	real, err := locate(backup)
	if err != nil {
		return err
	}
	from := &DB{path: real}
	ours, err := from.probe(ctx)
	if err == nil && !ours {
		err = fmt.Errorf("%w: the backup is empty", store.ErrForeign)
	}
	if err == nil {
		err = from.copyTo(ctx, path)
	}
	return from.translate(err)
}

// renew looks the copy of a backup through for damage, brings it up to date and closes
// its outbox.
func (d *DB) renew(ctx context.Context, now time.Time) (err error) {
	if d.writer, err = d.pool(d.writingDSN(), 1); err != nil {
		return err
	}
	found, err := quickCheck(ctx, d.writer)
	if err != nil {
		return err
	}
	if found != "ok" {
		return fmt.Errorf("%w: %s", store.ErrCorrupt, found)
	}
	if err := d.migrateAll(ctx); err != nil {
		return err
	}
	d.contract()
	if err := d.closeOutbox(ctx, now); err != nil {
		return err
	}
	_, err = d.writer.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// companions are the files that SQLite and koyomi keep beside a database.
var companions = []string{"", "-wal", "-shm", "-journal"}

// moveAside moves a database and what lies beside it to another name.
func moveAside(path string, now time.Time) (string, error) {
	if !exists(path) {
		return "", nil
	}
	aside := path + ".before-" + now.UTC().Format("20060102T150405Z")
	for n := 2; exists(aside); n++ {
		aside = fmt.Sprintf(
			"%s.before-%s-%d",
			path,
			now.UTC().Format("20060102T150405Z"),
			n,
		)
	}
	for _, c := range companions {
		if err := thereOrNot(os.Rename(path+c, aside+c)); err != nil {
			return "", err
		}
	}
	return aside, nil
}

// removeAll removes a database that nobody uses.
func removeAll(path string) error {
	var all []error
	for _, c := range append([]string{".lock"}, companions...) {
		all = append(all, thereOrNot(os.Remove(path+c)))
	}
	return errors.Join(all...)
}

// thereOrNot returns an error unless it is that a file is not there.
func thereOrNot(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// closeOutbox keeps what waited when the backup was made from being sent.
func (d *DB) closeOutbox(ctx context.Context, now time.Time) error {
	tx, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := d.Begun(ctx, tx).CloseOutbox(now); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
