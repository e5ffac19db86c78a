package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"koyomi/internal/store"
	"koyomi/internal/store/sqlstore"
)

//go:embed migrations/*.sql
var embedded embed.FS

// migrations are the steps from an empty schema to that of this koyomi. Their numbers
// are those of store/sqlite: with the same number both have the same tables.
func migrations() fs.FS {
	sub, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}

// versionTable is where goose notes the steps that were taken.
const versionTable = "schema_version"

// version returns the number of the last step taken, 0 where koyomi was never there. It
// fails with store.ErrForeign where another program's tables have koyomi's names.
func (d *DB) version(ctx context.Context) (int64, error) {
	var ours, others bool
	err := d.retried(ctx, func() error {
		return d.handle.QueryRowContext(ctx, `SELECT to_regclass($1) IS NOT NULL,
			to_regclass('events') IS NOT NULL OR to_regclass('subscribers') IS NOT NULL`, versionTable).Scan(&ours, &others)
	})
	switch {
	case err != nil:
		return 0, err
	case !ours && others:
		return 0, fmt.Errorf(
			"%w: another program's tables have the names of koyomi's; use another database, or a schema by ?search_path=NAME",
			store.ErrForeign,
		)
	case !ours:
		return 0, nil
	}
	var n sql.NullInt64
	err = d.handle.QueryRowContext(ctx, "SELECT max(version_id) FROM "+versionTable).
		Scan(&n)
	return n.Int64, err
}

// retried does something that only reads, and again where it failed for a reason that
// passes.
func (d *DB) retried(ctx context.Context, do func() error) error {
	return sqlstore.Retried(ctx, engine{d}, do)
}

// checkVersion holds the schema of a database that is only read against this koyomi's.
func (d *DB) checkVersion(is int64) error {
	last, err := sqlstore.Newest(migrations())
	switch {
	case err != nil:
		return err
	case is == 0:
		return store.ErrEmpty
	case is > last:
		return sqlstore.Newer(is, last)
	case is < last:
		return sqlstore.Older(is, last)
	}
	return nil
}

// migrate takes the steps that are left, each in one transaction with the note that it
// was taken. Several processes may come at a time: one does it, the others wait.
func (d *DB) migrate(ctx context.Context, steps fs.FS) (err error) {
	last, err := sqlstore.Newest(steps)
	if err != nil {
		return err
	}
	is, err := d.version(ctx)
	switch {
	case err != nil:
		return err
	case is > last:
		return sqlstore.Newer(is, last)
	case is == last:
		return nil
	}
	lock, err := d.handle.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	const name = "hashtextextended(current_schema() || ' schema', 0)"
	if _, err := lock.ExecContext(
		ctx,
		"SET lock_timeout = 0; SELECT pg_advisory_lock("+name+")",
	); err != nil {
		return err
	}
	defer func() {
		_, free := lock.ExecContext(
			context.WithoutCancel(ctx),
			"SELECT pg_advisory_unlock("+name+"); RESET lock_timeout",
		)
		err = errors.Join(err, free)
	}()
	return d.takeSteps(ctx, steps)
}

// takeSteps takes the steps that are left, and names one that fails.
func (d *DB) takeSteps(ctx context.Context, steps fs.FS) error {
	p, err := goose.NewProvider(goose.DialectPostgres, d.handle, steps,
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return sqlstore.StepFailed(err)
}
