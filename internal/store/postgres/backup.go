package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
	"koyomi/internal/store/sqlstore"
)

// Backup writes a whole copy of the database, as it stands at one moment, to a file that
// must not exist yet (fs.ErrExist), for its owner alone: a database of SQLite's, which
// koyomi reads without a server, restores to either engine, and whatever version of
// PostgreSQL it came from. Others may read and write meanwhile. Where it fails, nothing
// is left of it.
func (d *DB) Backup(ctx context.Context, path string) error {
	return d.WriteBackup(path, func() error { return d.copyTo(ctx, path) })
}

func (d *DB) copyTo(ctx context.Context, path string) (err error) {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".koyomi-backup-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	to, err := sqlite.Open(ctx, filepath.Join(dir, "koyomi.db"), sqlite.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if _, err := sqlstore.Copy(ctx, d.DB, to.DB); err != nil {
		return err
	}
	return to.Backup(ctx, path)
}

// Restore puts a copy of a backup in the place of the database at an address, and says
// in which schema the tables that were there now lie, "" where there were none. The
// backup is looked through for damage and brought up to date before anything is moved,
// and what waited in its outbox is not sent. It fails, and changes nothing, with
// store.ErrLocked while a koyomi is at work on the database, and as Open does.
func Restore(
	ctx context.Context,
	backup, address string,
	now time.Time,
) (aside string, err error) {
	aside, err = restore(ctx, backup, address, now)
	if err != nil {
		return "", fmt.Errorf("restore %s from %q: %w", Masked(address), backup, err)
	}
	return aside, nil
}

// restoring is the schema in which a restored database is made.
const restoring = "koyomi_restoring"

func restore(
	ctx context.Context,
	backup, address string,
	now time.Time,
) (aside string, err error) {
	dir, err := os.MkdirTemp("", "koyomi-restore-*")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "koyomi.db")
	if _, err := sqlite.Restore(ctx, backup, file, now); err != nil {
		return "", err
	}
	from, err := sqlite.Open(ctx, file, sqlite.Options{ReadOnly: true})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	d, err := connect(address, Options{})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(d.translate(err), d.Close()) }()
	if err := d.checkIdle(ctx); err != nil {
		return "", err
	}
	if err := d.makeAnew(ctx, from); err != nil {
		return "", err
	}
	return d.takePlace(ctx, now)
}

// checkIdle refuses a database that is another program's, or that a koyomi works on.
func (d *DB) checkIdle(ctx context.Context) error {
	is, err := d.version(ctx)
	if err != nil || is == 0 {
		return err
	}
	at, err := d.atWork(ctx)
	if err == nil && at > 0 {
		err = fmt.Errorf("%w: %d of them; stop them first", store.ErrLocked, at)
	}
	return err
}

// makeAnew makes the database in a schema of its own.
func (d *DB) makeAnew(ctx context.Context, from *sqlite.DB) (err error) {
	if _, err := d.handle.ExecContext(
		ctx,
		"DROP SCHEMA IF EXISTS "+restoring+" CASCADE; CREATE SCHEMA "+restoring,
	); err != nil {
		return fmt.Errorf("a schema to restore into: %w", err)
	}
	config := d.pool.Config()
	config.ConnConfig.RuntimeParams["search_path"] = restoring
	fresh, err := connectWith(config, d.address, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, fresh.Close()) }()
	if err := fresh.migrate(ctx, migrations()); err != nil {
		return err
	}
	_, err = sqlstore.Copy(ctx, from.DB, fresh.DB)
	return err
}

// takePlace moves the tables that are there to another schema and the restored ones to
// theirs, in one transaction.
func (d *DB) takePlace(ctx context.Context, now time.Time) (aside string, err error) {
	is, err := d.version(ctx)
	if err != nil {
		return "", err
	}
	aside = "koyomi_before_" + now.UTC().Format("20060102t150405z")
	err = pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error {
		var here string
		if err := tx.QueryRow(ctx, "SELECT current_schema()::text").
			Scan(&here); err != nil {
			return err
		}
		if is > 0 {
			if _, err := tx.Exec(ctx, "CREATE SCHEMA "+aside); err != nil {
				return err
			}
			if err := moveTables(ctx, tx, here, aside); err != nil {
				return err
			}
		}
		if err := moveTables(ctx, tx, restoring, here); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DROP SCHEMA "+restoring)
		return err
	})
	if is == 0 {
		aside = ""
	}
	return aside, err
}

// moveTables moves koyomi's tables, and its function, from one schema to another.
func moveTables(ctx context.Context, tx pgx.Tx, from, to string) error {
	rows, err := tx.Query(ctx, `SELECT tablename::text FROM pg_tables WHERE schemaname = $1
		AND tablename IN (SELECT tablename FROM pg_tables WHERE schemaname = $2)`, from, restoring)
	if err != nil {
		return err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	source, target := pgx.Identifier{from}.Sanitize(), pgx.Identifier{to}.Sanitize()
	for _, name := range tables {
		if _, err := tx.Exec(
			ctx,
			"ALTER TABLE "+source+"."+pgx.Identifier{name}.Sanitize()+" SET SCHEMA "+target,
		); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, "ALTER FUNCTION "+source+".list_of(text) SET SCHEMA "+target)
	return err
}

// atWork returns how many processes keep the database up to date at this moment, as far
// as this user may see their connections.
func (d *DB) atWork(ctx context.Context) (n int, err error) {
	err = d.handle.QueryRowContext(ctx, `SELECT count(DISTINCT coalesce(client_addr::text, '') || ' ' || application_name) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name LIKE $1 || '%'`, atWorkName).
		Scan(&n)
	return n, err
}
