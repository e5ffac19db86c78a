package sqlite

import (
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"koyomi/internal/store/sqlstore"
)

// laterSteps are the steps of a later koyomi: each takes its time, and leaves a
// table with as many rows as the step has thousands.
func laterSteps() fs.FS {
	steps := fstest.MapFS{}
	names, err := fs.Glob(migrations(), "*.sql")
	if err != nil {
		panic(err)
	}
	for _, n := range names {
		b, err := fs.ReadFile(migrations(), n)
		if err != nil {
			panic(err)
		}
		steps[n] = &fstest.MapFile{Data: b}
	}
	for name, table := range map[string]string{"90001_one.sql": "one", "90002_two.sql": "two", "90003_three.sql": "three"} {
		steps[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(`-- +goose Up
			CREATE TABLE NAME (a INTEGER, b TEXT);
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
				INSERT INTO NAME SELECT i, hex(randomblob(20)) FROM n;
			CREATE INDEX NAME_a ON NAME (a);
			UPDATE NAME SET b = 'done';`, "NAME", table))}
	}
	return steps
}

// TestKilledWhileMigrating kills a koyomi that brings the schema up to date (F06):
// every step was taken whole or not at all, and the next start goes on.
func TestKilledWhileMigrating(t *testing.T) {
	whole := time.Duration(0)
	for round := range 1 + rounds(t, 6) {
		path := filled(t, 1)
		c := start(t, "migrate", path)
		c.await(t, "open")
		begin := time.Now()
		if round == 0 {
			c.await(t, "done")
			whole = time.Since(begin)
		} else {
			spin(rand.IntN(int(whole.Microseconds())))
		}
		c.kill()
		d, err := open(path)
		if err != nil {
			t.Fatal(err)
		}
		taken, err := version(ctx, d.writer)
		if err != nil {
			t.Fatal(err)
		}
		if first, err := sqlstore.Newest(migrations()); err != nil || round == 0 && taken != 90003 || taken < first {
			t.Errorf("version %d (%v)", taken, err)
		}
		for n, table := range []string{"one", "two", "three"} {
			there := ask[int](t, d.writer, "SELECT count(*) FROM sqlite_schema WHERE tbl_name = '"+table+"'")
			switch {
			case taken < int64(90001+n) && there != 0:
				t.Errorf("version %d, and table %s is there", taken, table)
			case taken >= int64(90001+n) && (there != 2 || ask[int](t, d.writer, "SELECT count(*) FROM "+table+" WHERE b = 'done'") != 20000):
				t.Errorf("version %d, and table %s is not whole", taken, table)
			}
		}
		if got := ask[string](t, d.writer, "PRAGMA integrity_check"); got != "ok" {
			t.Errorf("integrity: %s", got)
		}
		if err := d.migrate(ctx, laterSteps()); err != nil {
			t.Errorf("going on: %v", err)
		}
		if taken, err = version(ctx, d.writer); err != nil || taken != 90003 {
			t.Errorf("after going on: version %d (%v)", taken, err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}

// open opens a database whatever its version.
func open(path string) (*DB, error) {
	d := &DB{path: path, patience: patience}
	var err error
	if d.writer, err = d.pool(d.writingDSN(), 1); err != nil {
		return nil, err
	}
	if _, err := version(ctx, d.writer); err != nil {
		return nil, err
	}
	return d, d.remember()
}

// TestFailingStep shows that a step that fails leaves nothing of itself, and that the
// message names it.
func TestFailingStep(t *testing.T) {
	d := opened(t, filled(t, 1), Options{})
	steps := laterSteps().(fstest.MapFS)
	steps["90002_two.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE two (a);\nINSERT INTO nowhere VALUES (1);")}
	err := d.migrate(ctx, steps)
	if err == nil || !strings.Contains(err.Error(), "90002") {
		t.Errorf("got %v", err)
	}
	if taken, err := version(ctx, d.writer); err != nil || taken != 90001 {
		t.Errorf("version %d (%v)", taken, err)
	}
	if n := ask[int](t, d.writer, "SELECT count(*) FROM sqlite_schema WHERE name = 'two'"); n != 0 {
		t.Error("half of the step stayed")
	}
}

// TestSteps holds the names of the steps: numbers of five digits, each once, so that
// they are taken in the order of their names.
func TestSteps(t *testing.T) {
	names, err := filepath.Glob("migrations/*")
	if err != nil || len(names) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	seen := map[string]string{}
	for _, name := range names {
		number, _, _ := strings.Cut(filepath.Base(name), "_")
		if len(number) != 5 || seen[number] != "" {
			t.Errorf("%s: the number is not five digits, or %s has it", name, seen[number])
		}
		seen[number] = name
	}
	if _, err := sqlstore.Newest(migrations()); err != nil {
		t.Error(err)
	}
}
