package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"koyomi/internal/store/sqlstore"
)

//go:embed migrations/*.sql
var embedded embed.FS

// migrations are the steps from an empty file to the schema of this koyomi.
func migrations() fs.FS {
	sub, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}

// versionTable is where goose notes the steps that were taken.
const versionTable = "schema_version"

// version returns the number of the last step taken; 0 for an empty file.
func version(ctx context.Context, db *sql.DB) (int64, error) {
	var there bool
	err := db.QueryRowContext(ctx, "SELECT count(*) > 0 FROM sqlite_schema WHERE name = $1", versionTable).
		Scan(&there)
	if err != nil || !there {
		return 0, err
	}
	var n sql.NullInt64
	err = db.QueryRowContext(ctx, "SELECT max(version_id) FROM "+versionTable).Scan(&n)
	return n.Int64, err
}

// checkVersion holds the schema of a database that is only read against this koyomi's.
func (d *DB) checkVersion(ctx context.Context) error {
	last, err := sqlstore.Newest(migrations())
	if err != nil {
		return err
	}
	is, err := version(ctx, d.reader)
	switch {
	case err != nil:
		return err
	case is > last:
		return sqlstore.Newer(is, last)
	case is < last:
		return sqlstore.Older(is, last)
	}
	return nil
}

// migrateAll takes the steps of this koyomi that are left.
func (d *DB) migrateAll(ctx context.Context) error { return d.migrate(ctx, migrations()) }

// migrate takes the steps that are left, each in one transaction with the note that
// it was taken, under the lock file, since others may have come at the same time.
func (d *DB) migrate(ctx context.Context, steps fs.FS) error {
	last, err := sqlstore.Newest(steps)
	if err != nil {
		return err
	}
	is, err := version(ctx, d.writer)
	switch {
	case err != nil:
		return err
	case is > last:
		return sqlstore.Newer(is, last)
	case is == last:
		return nil
	}
	if d.lock == nil {
		if d.lock, err = takeLock(d.path + ".lock"); err != nil {
			return fmt.Errorf("bring the schema from version %d to %d: %w", is, last, err)
		}
	}
	return d.takeSteps(ctx, steps)
}

// takeSteps takes the steps that are left, and names one that fails.
func (d *DB) takeSteps(ctx context.Context, steps fs.FS) error {
	p, err := goose.NewProvider(goose.DialectSQLite3, d.writer, steps,
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return sqlstore.StepFailed(err)
}

// Version returns the number of the last step of the schema.
func Version() (int64, error) { return sqlstore.Newest(migrations()) }
