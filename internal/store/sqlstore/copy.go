package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// ErrNotEmpty: the database to copy into holds something already.
var ErrNotEmpty = errors.New("there is something in the database already")

// notCopied are tables that each database has for itself: what was done to its schema,
// and the index that is made from the events.
var notCopied = []string{"schema_version", "search", "searched"}

// SQL returns the database as Copy takes it.
func (d *DB) SQL() *DB { return d }

// tables returns the names of the tables that are copied, in order.
func (d *DB) tables(ctx context.Context, tx *sql.Tx) (all []string, err error) {
	rows, err := tx.QueryContext(ctx, d.engine.Tables())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		isIndex := strings.HasPrefix(name, "search_")
		isJobs := strings.HasPrefix(name, "river_")
		if !isIndex && !isJobs && !slices.Contains(notCopied, name) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all, rows.Err()
}

// Copy writes all that a database holds, as it is at one moment, into one that holds
// nothing yet (ErrNotEmpty), whole or not at all, and returns how many rows each table
// has. Both have the same tables, whatever their engines.
func Copy(ctx context.Context, from, to *DB) (rows map[string]int64, err error) {
	source, err := from.reader.BeginTx(ctx, from.engine.Snapshot())
	if err != nil {
		return nil, from.engine.Translate(err)
	}
	defer func() { err = errors.Join(err, source.Rollback()) }()
	err = to.write(ctx, "copy the database", func(t *Tx) error {
		rows = map[string]int64{}
		if err := t.checkEmpty(); err != nil {
			return err
		}
		tables, err := from.tables(ctx, source)
		if err != nil {
			return err
		}
		there, err := to.tables(ctx, t.tx)
		if err != nil {
			return err
		}
		if !slices.Equal(tables, there) {
			return fmt.Errorf(
				"the databases have different tables: %v and %v",
				tables,
				there,
			)
		}
		for _, name := range tables {
			if rows[name], err = t.fillTable(from, source, name); err != nil {
				return fmt.Errorf("table %s: %w", name, err)
			}
		}
		drawn, err := from.engine.Drawn(ctx, source)
		if err != nil {
			return err
		}
		if err := to.engine.SetDrawn(t, drawn); err != nil {
			return err
		}
		return to.engine.Refill(t)
	})
	return rows, err
}

// checkEmpty refuses a database in which anything was written.
func (t *Tx) checkEmpty() error {
	var n int64
	err := t.Row(`SELECT (SELECT count(*) FROM sources) + (SELECT count(*) FROM polls) + (SELECT count(*) FROM subscribers)
		+ (SELECT count(*) FROM events) + (SELECT count(*) FROM letters)`).
		Scan(&n)
	if err == nil && n > 0 {
		err = ErrNotEmpty
	}
	return err
}

// maxParameters is how many parameters a statement that copies rows has at most.
const maxParameters = 15_000

// fillTable replaces what a table holds with what it holds in another database.
func (t *Tx) fillTable(from *DB, source *sql.Tx, name string) (n int64, err error) {
	if _, err := t.Exec("DELETE FROM " + name); err != nil {
		return 0, err
	}
	rows, err := source.QueryContext(t.ctx, from.text("SELECT * FROM "+name))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	var batch []any
	for rows.Next() {
		values, err := rowValues(rows, len(columns))
		if err != nil {
			return n, err
		}
		batch = append(batch, values...)
		n++
		if len(batch) < maxParameters-len(columns) {
			continue
		}
		if err := t.insertRows(name, columns, batch); err != nil {
			return n, err
		}
		batch = batch[:0]
	}
	if err := rows.Err(); err != nil {
		return n, err
	}
	return n, t.insertRows(name, columns, batch)
}

// rowValues reads a row whatever its types: nil, int64, string and []byte.
func rowValues(rows *sql.Rows, columns int) ([]any, error) {
	values := make([]any, columns)
	into := make([]any, columns)
	for i := range values {
		into[i] = &values[i]
	}
	return values, rows.Scan(into...)
}

// insertRows inserts rows, whose values stand one after the other.
func (t *Tx) insertRows(table string, columns []string, values []any) error {
	if len(values) == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES ", table, strings.Join(columns, ", "))
	for n := 0; n < len(values); n += len(columns) {
		if n > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(")
		for i := range columns {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "$%d", n+i+1)
		}
		b.WriteString(")")
	}
	_, err := t.tx.ExecContext(t.ctx, b.String(), t.db.cleaned(values)...)
	return err
}

// EachRow calls see with every row that Copy copies, in no order, and its table.
func (d *DB) EachRow(
	ctx context.Context,
	see func(table string, columns []string, values []any),
) (err error) {
	tx, err := d.reader.BeginTx(ctx, d.engine.Snapshot())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	tables, err := d.tables(ctx, tx)
	if err != nil {
		return err
	}
	for _, name := range tables {
		if err := eachRowOf(ctx, tx, name, see); err != nil {
			return err
		}
	}
	return nil
}

func eachRowOf(
	ctx context.Context,
	tx *sql.Tx,
	table string,
	see func(string, []string, []any),
) error {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		values, err := rowValues(rows, len(columns))
		if err != nil {
			return err
		}
		see(table, columns, values)
	}
	return rows.Err()
}

// EachColumn calls see with every column of the tables that Copy copies.
func (d *DB) EachColumn(ctx context.Context, see func(table, column string)) (err error) {
	tx, err := d.reader.BeginTx(ctx, d.engine.Snapshot())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	tables, err := d.tables(ctx, tx)
	if err != nil {
		return err
	}
	for _, name := range tables {
		columns, err := columnsOf(ctx, tx, name)
		if err != nil {
			return err
		}
		for _, c := range columns {
			see(name, c)
		}
	}
	return nil
}

// columnsOf returns the names of a table's columns, in their order.
func columnsOf(ctx context.Context, tx *sql.Tx, table string) ([]string, error) {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+table+" LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	return columns, errors.Join(err, rows.Err())
}

// WriteBackup has a copy of the database written to a file that must not exist yet
// (fs.ErrExist).
func (d *DB) WriteBackup(path string, write func() error) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("write the backup %q: %w", path, fs.ErrExist)
	}
	if err := write(); err != nil {
		return fmt.Errorf("write the backup %q: %w", path, d.engine.Translate(err))
	}
	return nil
}
