package storetest

import (
	"database/sql"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// StepsUpTo returns the steps of a schema up to one, which is named by its number.
func StepsUpTo(t *testing.T, all fs.FS, number string) fs.FS {
	t.Helper()
	names, err := fs.Glob(all, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	some := fstest.MapFS{}
	for _, name := range names {
		if Number(name) > number {
			continue
		}
		b, err := fs.ReadFile(all, name)
		if err != nil {
			t.Fatal(err)
		}
		some[name] = &fstest.MapFile{Data: b}
	}
	return some
}

// Number returns the number of a step, as its name begins.
func Number(name string) string {
	number, _, _ := strings.Cut(path.Base(name), "_")
	return number
}

// Columns are those of each table of a database, by name, in order.
type Columns map[string][]string

// ColumnsOf asks a database for them; the statement returns tables and columns.
func ColumnsOf(t *testing.T, db *sql.DB, statement string) Columns {
	t.Helper()
	rows, err := db.QueryContext(ctx, statement)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := Columns{}
	for rows.Next() {
		var table, column string
		ok(t, rows.Scan(&table, &column))
		isKoyomis := table != "schema_version" && !strings.HasPrefix(table, "search") && !strings.HasPrefix(table, "sqlite")
		if isKoyomis {
			all[table] = append(all[table], column)
		}
	}
	ok(t, rows.Err())
	for _, columns := range all {
		slices.Sort(columns)
	}
	return all
}

// Shared returns the columns that both have.
func (c Columns) Shared(other Columns) Columns {
	both := Columns{}
	for table, columns := range c {
		for _, column := range columns {
			if slices.Contains(other[table], column) {
				both[table] = append(both[table], column)
			}
		}
	}
	return both
}

// Rows returns what the columns of a table hold, a row a list of values.
func Rows(t *testing.T, db *sql.DB, table string, columns []string) (all [][]any) {
	t.Helper()
	rows, err := db.QueryContext(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		ok(t, rows.Scan(into...))
		all = append(all, values)
	}
	ok(t, rows.Err())
	return all
}

// Written returns rows as text, sorted.
func Written(rows [][]any) (all []string) {
	for _, r := range rows {
		for i, v := range r {
			if b, isBytes := v.([]byte); isBytes {
				r[i] = fmt.Sprintf("%x", b)
			}
		}
		all = append(all, fmt.Sprintf("%#v", r))
	}
	slices.Sort(all)
	return all
}

// Pour writes what one database holds in some columns into another that has them too, in
// place of what is there. before is done first on the connection that writes.
func Pour(t *testing.T, from, to *sql.DB, columns Columns, before string) {
	t.Helper()
	tx, err := to.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }() // of no effect once it is committed
	exec := func(statement string, values ...any) {
		t.Helper()
		if _, err := tx.ExecContext(ctx, statement, values...); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	exec(before)
	for table, names := range columns {
		exec("DELETE FROM " + table)
		places := make([]string, len(names))
		for i := range names {
			places[i] = fmt.Sprintf("$%d", i+1)
		}
		insert := "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(places, ", ") + ")"
		for _, values := range Rows(t, from, table, names) {
			exec(insert, values...)
		}
	}
	ok(t, tx.Commit())
}

// An Upgraded is a database of an earlier schema: what it holds, and the same once it has
// the schema of now.
type Upgraded struct {
	Columns Columns
	before  map[string][]string
}

// Remember notes what a database of an earlier schema holds.
func Remember(t *testing.T, db *sql.DB, columns Columns) Upgraded {
	t.Helper()
	u := Upgraded{Columns: columns, before: map[string][]string{}}
	for table, names := range columns {
		u.before[table] = Written(Rows(t, db, table, names))
	}
	return u
}

// Hold looks that a database holds the same now, and that there was something in most
// tables.
func (u Upgraded) Hold(t *testing.T, db *sql.DB) {
	t.Helper()
	empty := []string{}
	for table, names := range u.Columns {
		same(t, table, Written(Rows(t, db, table, names)), u.before[table])
		if len(u.before[table]) == 0 {
			empty = append(empty, table)
		}
	}
	if len(empty) > len(u.Columns)/3 {
		t.Errorf("nothing was in %v", empty)
	}
}
