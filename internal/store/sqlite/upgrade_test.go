package sqlite

import (
	"database/sql"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"koyomi/internal/store"
	"koyomi/internal/store/storetest"
)

const columnsHere = `SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`

// earlier makes a database of an earlier schema, with data: up to version 3 what a koyomi
// of that version wrote, later what one of now writes, as far as there were columns for it.
func earlier(t *testing.T, number string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "koyomi.db")
	if err := (&DB{path: path}).create(ctx); err != nil {
		t.Fatal(err)
	}
	d, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.migrate(ctx, storetest.StepsUpTo(t, migrations(), number)); err != nil {
		t.Fatal(err)
	}
	now := opened(t, filepath.Join(t.TempDir(), "now.db"), Options{})
	storetest.Fill(t, now)
	columns := storetest.ColumnsOf(t, d.writer, columnsHere).Shared(storetest.ColumnsOf(t, now.reader, columnsHere))
	if number <= "00003" {
		fillOld(t, d.writer)
		maps.DeleteFunc(columns, func(table string, _ []string) bool { return !slices.Contains(mailTables, table) })
	}
	storetest.Pour(t, now.reader, d.writer, columns, "PRAGMA defer_foreign_keys = ON")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// mailTables are those that a replay of recordings writes nothing into.
var mailTables = []string{"subscribers", "asks", "suppressed", "letters", "bodies"}

// fillOld writes the rows of version 3 for which a database has tables.
func fillOld(t *testing.T, db *sql.DB) {
	t.Helper()
	rows, err := os.ReadFile("testdata/version3.sql")
	if err != nil {
		t.Fatal(err)
	}
	tables := storetest.ColumnsOf(t, db, columnsHere)
	for statement := range strings.SplitSeq(string(rows), ";\n") {
		words := strings.Fields(statement)
		at := 2 // INSERT INTO table
		if len(words) <= at {
			continue
		}
		if name, _, _ := strings.Cut(strings.Trim(words[at], `"`), "("); tables[name] == nil {
			continue
		}
		if _, err := db.ExecContext(ctx, statement); err != nil {
			t.Fatalf("%.80s: %v", statement, err)
		}
	}
}

// rewritten are columns that a step writes anew: the tests of these steps hold them.
var rewritten = []struct{ table, column, by string }{
	{"candidates", "changes", "00004"}, // values of their own instead of words
	{"subscribers", "cursor", "00008"}, // what readers who had no digest yet are told from
}

// TestEveryEarlierSchema: a database of each earlier schema is brought up to date with all
// it holds, and works; and an earlier koyomi refuses the later one.
func TestEveryEarlierSchema(t *testing.T) {
	names, err := fs.Glob(migrations(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names[:len(names)-1] {
		number := storetest.Number(name)
		t.Run(number, func(t *testing.T) {
			path := earlier(t, number)
			d, err := open(path)
			if err != nil {
				t.Fatal(err)
			}
			before := storetest.ColumnsOf(t, d.writer, columnsHere)
			now := storetest.ColumnsOf(t, opened(t, filepath.Join(t.TempDir(), "now.db"), Options{}).reader, columnsHere)
			shared := before.Shared(now)
			for _, r := range rewritten {
				if shared[r.table] != nil && number < r.by {
					shared[r.table] = slices.DeleteFunc(shared[r.table], func(c string) bool { return c == r.column })
				}
			}
			was := storetest.Remember(t, d.writer, shared)
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			up := opened(t, path, Options{Lock: true})
			was.Hold(t, up.reader)
			events, err := up.Events(ctx, store.Window{Hidden: true})
			if err != nil || len(events) != ask[int](t, up.reader, "SELECT count(*) FROM events") {
				t.Errorf("%d events, %v", len(events), err)
			}
			if _, err := writeOne(up); err != nil {
				t.Errorf("the first poll after it: %v", err)
			}
			if err := up.migrate(ctx, storetest.StepsUpTo(t, migrations(), number)); !errors.Is(err, store.ErrNewer) {
				t.Errorf("opened by the earlier koyomi: %v", err)
			}
		})
	}
}
