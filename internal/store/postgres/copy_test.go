package postgres

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/store/pgtest"
	"koyomi/internal/store/sqlite"
	"koyomi/internal/store/sqlstore"
	"koyomi/internal/store/storetest"
	"koyomi/internal/subscriber"
)

// dump returns all rows of a database as texts, by table, in order.
func dump(t *testing.T, d *sqlstore.DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := d.EachRow(ctx, func(table string, columns []string, values []any) {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = fmt.Sprintf("%s=%T(%v)", c, values[i], values[i])
		}
		slices.Sort(row) // the columns have no order of their own
		all[table] = append(all[table], strings.Join(row, " "))
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, rows := range all {
		slices.Sort(rows)
	}
	delete(all, "counters") // SQLite counts its writes there
	return all
}

func sqliteAt(t *testing.T, path string) *sqlite.DB {
	t.Helper()
	d, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return d
}

// TestBothEnginesHaveTheSameTables holds the columns of the two schemas against each
// other.
func TestBothEnginesHaveTheSameTables(t *testing.T) {
	columns := func(d *sqlstore.DB) []string {
		var all []string
		if err := d.EachColumn(ctx, func(table, column string) { all = append(all, table+"."+column) }); err != nil {
			t.Fatal(err)
		}
		slices.Sort(all)
		return all
	}
	p := opened(t, pgtest.Database(t), Options{})
	s := sqliteAt(t, filepath.Join(t.TempDir(), "koyomi.db"))
	if diff := cmp.Diff(columns(s.DB), columns(p.DB)); diff != "" {
		t.Errorf("columns (- SQLite, + PostgreSQL):\n%s", diff)
	}
	last, err := sqlstore.Newest(migrations())
	if err != nil {
		t.Fatal(err)
	}
	if n, err := sqlite.Version(); err != nil || n != last {
		t.Errorf("SQLite's schema is version %d, PostgreSQL's %d (%v)", n, last, err)
	}
}

// TestThereAndBack: a copy to PostgreSQL and back is what the database was, and goes on
// where that was.
func TestThereAndBack(t *testing.T) {
	dir := t.TempDir()
	first := sqliteAt(t, filepath.Join(dir, "first.db"))
	storetest.Fill(t, first)
	before := dump(t, first.DB)
	for _, table := range []string{"events", "claims", "changes", "polls", "sources", "candidates", "corrections", "subscribers", "letters", "bodies", "suppressed", "hosts", "robots", "addresses", "asks", "mail"} {
		if len(before[table]) == 0 {
			t.Errorf("nothing to copy is in %s", table)
		}
	}
	p := opened(t, pgtest.Database(t), Options{})
	if _, err := sqlstore.Copy(ctx, first.DB, p.DB); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, dump(t, p.DB)); diff != "" {
		t.Errorf("in PostgreSQL (- before, + after):\n%s", diff)
	}
	back := sqliteAt(t, filepath.Join(dir, "back.db"))
	if _, err := sqlstore.Copy(ctx, p.DB, back.DB); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, dump(t, back.DB)); diff != "" {
		t.Errorf("back again (- before, + after):\n%s", diff)
	}
	if _, err := sqlstore.Copy(ctx, first.DB, p.DB); !errors.Is(err, sqlstore.ErrNotEmpty) {
		t.Errorf("a database was copied over another: %v", err)
	}
	// Each goes on: numbers are not drawn again, and what is found is found.
	var ids []int64
	for _, s := range []interface {
		store.Store
		store.Outbox
	}{first, p, back} {
		id, err := s.OpenPoll(ctx, "next", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
		found, err := s.Events(ctx, store.Window{IndexTerms: storetest.Terms("仮想")})
		if err != nil || len(found) == 0 {
			t.Errorf("%d events are found, %v", len(found), err)
		}
	}
	if ids[0] != ids[1] || ids[0] != ids[2] {
		t.Errorf("the next polls are %v", ids)
	}
}

// TestBackupAndRestore: a backup of PostgreSQL is a file that both engines restore from;
// what waited to be sent is not sent, and what was there before is kept.
func TestBackupAndRestore(t *testing.T) {
	dir := t.TempDir()
	address := pgtest.Database(t)
	p := opened(t, address, Options{AtWork: true})
	storetest.Fill(t, p)
	file := filepath.Join(dir, "backup.db")
	if err := p.Backup(ctx, file); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup has mode %v, %v", info.Mode(), err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".koyomi*")); err != nil || len(left) > 0 {
		t.Errorf("left beside it: %v %v", left, err)
	}
	if err := p.Backup(ctx, file); !errors.Is(err, os.ErrExist) {
		t.Errorf("a backup was written over another: %v", err)
	}
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, event.Tokyo)
	if _, err := Restore(ctx, file, address, now); !errors.Is(err, store.ErrLocked) {
		t.Errorf("restored under a koyomi at work: %v", err)
	}
	was := dump(t, p.DB)
	if _, err := p.Subscribe(ctx, subscriber.Subscriber{Address: "later@example.jp", Wish: subscriber.Wish{Zone: "Asia/Tokyo"}}, now); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	aside, err := Restore(ctx, file, address, now)
	if err != nil || aside == "" {
		t.Fatalf("%q, %v", aside, err)
	}
	again := opened(t, address, Options{})
	is := dump(t, again.DB)
	for _, sent := range []string{"letters", "mail"} {
		delete(was, sent)
		delete(is, sent)
	}
	if diff := cmp.Diff(was, is); diff != "" {
		t.Errorf("after the restore (- before, + after):\n%s", diff)
	}
	ready, err := again.Ready(ctx, now.AddDate(-20, 0, 0), 0)
	if err != nil || len(ready) != 0 {
		t.Errorf("ready to be sent: %+v, %v", ready, err)
	}
	old := opened(t, withSchema(t, address, aside), Options{ReadOnly: true})
	if s, err := old.Subscriber(ctx, "later@example.jp"); err != nil {
		t.Errorf("what was there before is gone: %+v, %v", s, err)
	}
}

func withSchema(t *testing.T, address, schema string) string {
	t.Helper()
	return address + "&search_path=" + schema
}
