package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlstore"
)

var ctx = context.Background()

// fresh returns the path of a database that is not there yet.
func fresh(t testing.TB) string { return filepath.Join(t.TempDir(), "koyomi.db") }

// filled returns the path of a closed database with some polls.
func filled(t *testing.T, polls int) string {
	t.Helper()
	path := fresh(t)
	d, err := Open(ctx, path, Options{Lock: true})
	if err != nil {
		t.Fatal(err)
	}
	for range polls {
		if _, err := writeOne(d); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// raw opens a database as any program would.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(0)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	return db
}

func do(t *testing.T, db *sql.DB, text string) {
	t.Helper()
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
}

// ask returns the one value that a question has.
func ask[T any](t testing.TB, db *sql.DB, text string) (v T) {
	t.Helper()
	if err := db.QueryRow(text).Scan(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// wants holds an error against the one of the contract and words for a person.
func wants(t *testing.T, err, want error, words ...string) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got the error %v, want %v", err, want)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the error does not say %q: %v", w, err)
		}
	}
}

// bytesOf returns a file's content.
func bytesOf(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// untouched holds a file, and what lies beside it, against how it was before.
func untouched(t *testing.T, path string) func() {
	t.Helper()
	before, beside := bytesOf(t, path), names(t, path)
	return func() {
		t.Helper()
		if !bytes.Equal(bytesOf(t, path), before) {
			t.Error("the file was touched")
		}
		if after := names(t, path); after != beside {
			t.Errorf("beside it lies %s, where %s lay before", after, beside)
		}
	}
}

func names(t *testing.T, path string) (all string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all += e.Name() + " "
	}
	return all
}

// sound looks through a whole database: every page, and that each poll is written
// whole or not at all.
func sound(t *testing.T, d *DB) {
	t.Helper()
	if got := ask[string](t, d.writer, "PRAGMA integrity_check"); got != "ok" {
		t.Fatalf("integrity: %s", got)
	}
	polls, err := d.Polls(ctx, "src", 0)
	if err != nil {
		t.Fatal(err)
	}
	last := int64(0)
	for _, p := range polls {
		n := ask[int](t, d.writer, fmt.Sprintf("SELECT count(*) FROM changes WHERE poll = %d", p.ID))
		switch {
		case p.State == health.Applied && n == perPoll:
			last = max(last, p.ID)
		case p.State != health.Applied && n == 0:
		default:
			t.Errorf("poll %d is %s with %d changes", p.ID, p.State, n)
		}
	}
	for _, table := range []string{"events", "claims"} {
		if n := ask[int](t, d.writer, "SELECT count(*) FROM "+table); last > 0 && n != perPoll {
			t.Errorf("%d %s, want %d", n, table, perPoll)
		}
	}
	events, err := d.Events(ctx, store.Window{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if int64(e.Sequence) != last {
			t.Errorf("an event of poll %d, where the last whole one is %d", e.Sequence, last)
		}
	}
	states, err := d.Sources(ctx)
	if err != nil || last > 0 && (len(states) != 1 || states[0].Fingerprint != strconv.FormatInt(last, 10)) {
		t.Errorf("states %+v after poll %d: %v", states, last, err)
	}
}

// rounds is how often a process is killed: few times, or as often as
// KOYOMI_KILL_ROUNDS says.
func rounds(t *testing.T, few int) int {
	t.Helper()
	v := os.Getenv("KOYOMI_KILL_ROUNDS")
	if v == "" {
		return few
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		t.Fatalf("KOYOMI_KILL_ROUNDS: %v", err)
	}
	return n
}

// TestKilledWhileWriting kills a daemon at random moments; each next start goes on
// with what was written (F01). What was said to be closed is there.
func TestKilledWhileWriting(t *testing.T) {
	path := fresh(t)
	told := int64(0)
	for range rounds(t, 8) {
		c := start(t, "write", path)
		c.await(t, "open")
		for range rand.IntN(12) {
			c.next()
		}
		spin(rand.IntN(3000))
		c.kill()
		for _, line := range c.said[1:] {
			n, ok := strings.CutPrefix(line, "closed ")
			if told, _ = strconv.ParseInt(n, 10, 64); !ok {
				t.Fatalf("the daemon said %q", line)
			}
		}
		d, err := Open(ctx, path, Options{Lock: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Notes()) > 0 {
			t.Errorf("notes after a kill: %q", d.Notes())
		}
		sound(t, d)
		good, err := d.Good(ctx, "src", 1)
		if err != nil || told > 0 && (len(good) == 0 || good[0].ID < told) {
			t.Errorf("poll %d was closed, the last good one is %+v (%v)", told, good, err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if told == 0 {
		t.Error("no poll was ever closed: the test shows nothing")
	}
}

// spin lets some microseconds pass.
func spin(us int) {
	for end := time.Now().Add(time.Duration(us) * time.Microsecond); time.Now().Before(end); {
	}
}

// TestLock shows that one daemon works on a database, and that its lock dies with it
// (F20); whoever asks or corrects comes in beside it.
func TestLock(t *testing.T) {
	path := fresh(t)
	c := start(t, "hold", path)
	c.await(t, "open")
	_, err := Open(ctx, path, Options{Lock: true})
	wants(t, err, store.ErrLocked, path, strconv.Itoa(c.cmd.Process.Pid))
	if _, err := opened(t, path, Options{ReadOnly: true}).Revision(ctx); err != nil {
		t.Error(err)
	}
	if _, err := writeOne(opened(t, path, Options{})); err != nil {
		t.Error(err)
	}
	c.kill()
	opened(t, path, Options{Lock: true})
}

func TestLockIsGivenBack(t *testing.T) {
	path := fresh(t)
	for range 3 {
		d, err := Open(ctx, path, Options{Lock: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Open(ctx, path, Options{Lock: true}); !errors.Is(err, store.ErrLocked) {
			t.Errorf("a second one: %v", err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Errorf("closing it again: %v", err)
		}
	}
}

func TestFilesAreTheOwners(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := filepath.Join(t.TempDir(), "new", "deep")
	d := opened(t, filepath.Join(dir, "koyomi.db"), Options{Lock: true})
	if _, err := writeOne(d); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{".": 0o700, "..": 0o700, "koyomi.db": 0o600, "koyomi.db-wal": 0o600, "koyomi.db-shm": 0o600, "koyomi.db.lock": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, want mode %v (%v)", name, info.Mode().Perm(), want, err)
		}
	}
}

// TestCloseLeavesOneFile shows that what is left is the whole database.
func TestCloseLeavesOneFile(t *testing.T) {
	path := filled(t, 3)
	if got := names(t, path); got != "koyomi.db koyomi.db.lock " {
		t.Errorf("left behind: %s", got)
	}
	alone := fresh(t)
	if err := os.WriteFile(alone, bytesOf(t, path), 0o600); err != nil {
		t.Fatal(err)
	}
	sound(t, opened(t, alone, Options{Lock: true}))
}

// TestReaderLeavesNothing shows that a question to a database at rest leaves no trace.
func TestReaderLeavesNothing(t *testing.T) {
	path := filled(t, 1)
	check := untouched(t, path)
	d, err := Open(ctx, path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if all, err := d.Events(ctx, store.Window{}); err != nil || len(all) != perPoll {
		t.Errorf("%d events: %v", len(all), err)
	}
	if _, err := d.OpenPoll(ctx, "src", time.Now()); !errors.Is(err, sqlstore.ErrReading) {
		t.Errorf("a write: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	check()
}

func TestMissing(t *testing.T) {
	path := fresh(t)
	_, err := Open(ctx, path, Options{ReadOnly: true})
	wants(t, err, fs.ErrNotExist, path)
	if exists(path) {
		t.Error("a question made the file")
	}
}

// TestForeign shows that what is not koyomi's is refused and left as it is (B64).
func TestForeign(t *testing.T) {
	other := fresh(t)
	db := raw(t, other)
	do(t, db, "PRAGMA journal_mode = WAL")
	do(t, db, "CREATE TABLE t (a)")
	db.Close()
	for name, content := range map[string][]byte{
		"another program's database": bytesOf(t, other),
		"a text":                     []byte(strings.Repeat("BEGIN:VCALENDAR\r\n", 1000)),
		"a short text":               []byte("x"),
		"zeros":                      make([]byte, 8192),
	} {
		t.Run(name, func(t *testing.T) {
			path := fresh(t)
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			check := untouched(t, path)
			for _, o := range []Options{{}, {Lock: true}, {ReadOnly: true}} {
				_, err := Open(ctx, path, o)
				wants(t, err, store.ErrForeign, path)
			}
			check()
		})
	}
	_, err := Open(ctx, t.TempDir(), Options{Lock: true})
	wants(t, err, store.ErrForeign, "directory")
}

// TestEmptyFile shows that a file that a process left when it died is taken over.
func TestEmptyFile(t *testing.T) {
	path := fresh(t)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(ctx, path, Options{ReadOnly: true})
	wants(t, err, store.ErrForeign)
	if _, err := writeOne(opened(t, path, Options{})); err != nil {
		t.Error(err)
	}
}

// TestNewer shows that a database of a later koyomi is left alone (F24).
func TestNewer(t *testing.T) {
	path := filled(t, 1)
	db := raw(t, path)
	do(t, db, "INSERT INTO "+versionTable+" (version_id, is_applied) VALUES (4711, 1)")
	db.Close()
	last, err := sqlstore.Newest(migrations())
	if err != nil {
		t.Fatal(err)
	}
	before := bytesOf(t, path)
	for _, o := range []Options{{}, {Lock: true}, {ReadOnly: true}} {
		_, err := Open(ctx, path, o)
		wants(t, err, store.ErrNewer, "4711", strconv.FormatInt(last, 10))
	}
	if !bytes.Equal(bytesOf(t, path), before) {
		t.Error("the file was touched")
	}
}

// TestDamaged overwrites pages (F18): a daemon does not start, says what to do and
// changes nothing.
func TestDamaged(t *testing.T) {
	path := filled(t, 20)
	whole := bytesOf(t, path)
	const page = 4096
	damages := map[string]func([]byte) []byte{
		"cut in the middle": func(b []byte) []byte { return b[:len(b)/2/page*page] },
		"cut in a page":     func(b []byte) []byte { return b[:len(b)-page/2] },
	}
	for _, n := range []int{1, 2, 3, 5, 8, 13, 21} {
		damages[fmt.Sprintf("page %d overwritten", n)] = func(b []byte) []byte {
			copy(b[n*page:], bytes.Repeat([]byte{0xa5}, page))
			return b
		}
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			path := fresh(t)
			bad := damage(bytes.Clone(whole))
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(ctx, path, Options{Lock: true})
			wants(t, err, store.ErrCorrupt, path, "koyomi restore", "koyomi backup")
			if !bytes.Equal(bytesOf(t, path), bad) {
				t.Error("the damaged file was changed")
			}
		})
	}
	t.Run("seen by a question", func(t *testing.T) {
		path := fresh(t)
		bad := bytes.Clone(whole)
		for n := 2; n < len(bad)/page; n++ {
			copy(bad[n*page:], bytes.Repeat([]byte{0xa5}, page))
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := Open(ctx, path, Options{ReadOnly: true})
		if err == nil {
			defer d.Close()
			_, err = d.Events(ctx, store.Window{})
		}
		wants(t, err, store.ErrCorrupt, "koyomi restore")
	})
}

// crashed returns a database as a daemon that was killed left it, copied to where the
// log can be spoilt.
func crashed(t *testing.T) (path string, last int64) {
	t.Helper()
	from := fresh(t)
	c := start(t, "write", from)
	c.await(t, "open")
	for range 6 {
		c.next()
	}
	c.kill()
	path = fresh(t)
	for _, ending := range []string{"", "-wal", ".lock"} {
		if err := os.WriteFile(path+ending, bytesOf(t, from+ending), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path, int64(len(c.said) - 1)
}

// TestLogIsLost takes the log away from a database that was in use (F19): it stands
// as of the last checkpoint, and that is told.
func TestLogIsLost(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"missing":   os.Remove,
		"emptied":   func(p string) error { return os.Truncate(p, 0) },
		"cut short": func(p string) error { return os.Truncate(p, 100_000) },
		"garbage":   func(p string) error { return os.WriteFile(p, bytes.Repeat([]byte("x"), 200_000), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			path, _ := crashed(t)
			if err := spoil(path + "-wal"); err != nil {
				t.Fatal(err)
			}
			d := opened(t, path, Options{Lock: true})
			if len(d.Notes()) != 1 || !strings.Contains(d.Notes()[0], path+"-wal") {
				t.Errorf("notes: %q", d.Notes())
			}
			sound(t, d)
			if _, err := writeOne(d); err != nil {
				t.Error(err)
			}
			sound(t, d)
		})
	}
	t.Run("not lost", func(t *testing.T) {
		path, last := crashed(t)
		d := opened(t, path, Options{Lock: true})
		good, err := d.Good(ctx, "src", 0)
		if err != nil || int64(len(good)) < last || len(d.Notes()) > 0 {
			t.Errorf("%d good polls of %d, notes %q (%v)", len(good), last, d.Notes(), err)
		}
	})
}

// TestReplaced takes the file away while it is in use (F17): nothing more is written,
// and nothing of whatever took its place is touched.
func TestReplaced(t *testing.T) {
	for name, replace := range map[string]func(t *testing.T, path string){
		"deleted":      func(t *testing.T, path string) { remove(t, path) },
		"log deleted":  func(t *testing.T, path string) { remove(t, path+"-wal") },
		"moved away":   func(t *testing.T, path string) { rename(t, path, path+".old") },
		"another file": func(t *testing.T, path string) { rename(t, filled(t, 2), path) },
	} {
		t.Run(name, func(t *testing.T) {
			path := fresh(t)
			d, err := Open(ctx, path, Options{Lock: true})
			if err != nil {
				t.Fatal(err)
			}
			id, err := writeOne(d)
			if err == nil {
				id, err = d.OpenPoll(ctx, "src", time.Now())
			}
			if err != nil {
				t.Fatal(err)
			}
			replace(t, path)
			wants(t, d.ClosePoll(ctx, onePoll(id)), store.ErrReplaced, path)
			_, err = d.OpenPoll(ctx, "src", time.Now())
			wants(t, err, store.ErrReplaced)
			wants(t, d.Close(), store.ErrReplaced)
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// TestReplacedByALiveOne shows that closing a database whose place another took does
// not take that one's log away.
func TestReplacedByALiveOne(t *testing.T) {
	path := fresh(t)
	d, err := Open(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := writeOne(d); err != nil {
		t.Fatal(err)
	}
	for _, ending := range []string{"", "-wal", "-shm"} {
		rename(t, path+ending, path+ending+".old")
	}
	c := start(t, "write", path)
	c.await(t, "open")
	for range 3 {
		c.next()
	}
	wants(t, d.Close(), store.ErrReplaced)
	for range 3 {
		if line := c.next(); !strings.HasPrefix(line, "closed") {
			t.Fatalf("the other daemon said %q", line)
		}
	}
	c.kill()
	d = opened(t, path, Options{Lock: true})
	if len(d.Notes()) > 0 {
		t.Errorf("notes: %q", d.Notes())
	}
	sound(t, d)
}

// TestFull shows that a full disk fails the write whole, and that it goes on by
// itself when there is room again (F11).
func TestFull(t *testing.T) {
	d := opened(t, fresh(t), Options{Lock: true})
	if _, err := writeOne(d); err != nil {
		t.Fatal(err)
	}
	id, err := d.OpenPoll(ctx, "src", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	big := onePoll(id)
	for n := range 500 {
		e := big.Events[0]
		e.UID = fmt.Sprintf("big-%d", n)
		big.Events = append(big.Events, e)
	}
	pages := ask[int](t, d.writer, "PRAGMA page_count")
	do(t, d.writer, fmt.Sprintf("PRAGMA max_page_count = %d", pages+3))
	wants(t, d.ClosePoll(ctx, big), store.ErrFull)
	sound(t, d)
	do(t, d.writer, "PRAGMA max_page_count = 1000000")
	if err := d.ClosePoll(ctx, onePoll(id)); err != nil {
		t.Errorf("with room again: %v", err)
	}
	sound(t, d)
}

// TestFileLimit meets a limit of the system in the middle of writing (F11).
func TestFileLimit(t *testing.T) {
	path := fresh(t)
	c := start(t, "limited", path)
	c.await(t, "full")
	c.await(t, "recovered")
	c.await(t, "") // it has ended
	sound(t, opened(t, path, Options{Lock: true}))
}

// mounted returns a small file system of its own, or skips the test.
func mounted(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a file system of its own needs the right to mount: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	return dir
}

// TestFullDisk fills a real, small disk (F11).
func TestFullDisk(t *testing.T) {
	dir := mounted(t, "2m")
	d := opened(t, filepath.Join(dir, "koyomi.db"), Options{Lock: true})
	ballast := filepath.Join(dir, "ballast")
	if _, err := writeOne(d); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	f.Close()
	for n := 0; err == nil || !errors.Is(err, store.ErrFull); n++ {
		if _, err = writeOne(d); n > 100 {
			t.Fatalf("the disk never was full: %v", err)
		}
	}
	sound(t, d)
	remove(t, ballast)
	if _, err := writeOne(d); err != nil {
		t.Errorf("with room again: %v", err)
	}
	sound(t, d)
}

// TestReadOnlyFileSystem shows that a daemon says why it cannot start there, and that
// questions are answered (F15).
func TestReadOnlyFileSystem(t *testing.T) {
	dir := mounted(t, "4m")
	path := filepath.Join(dir, "koyomi.db")
	if err := os.WriteFile(path, bytesOf(t, filled(t, 2)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("remount: %v", err)
	}
	for _, o := range []Options{{}, {Lock: true}} {
		_, err := Open(ctx, path, o)
		wants(t, err, fs.ErrPermission, "read-only file system")
	}
	d := opened(t, path, Options{ReadOnly: true})
	if all, err := d.Events(ctx, store.Window{}); err != nil || len(all) != perPoll {
		t.Errorf("%d events: %v", len(all), err)
	}
}

// TestBusy shows that a write waits for another process, then fails, and that
// nothing is lost by it (F16).
func TestBusy(t *testing.T) {
	path := fresh(t)
	d := opened(t, path, Options{Lock: true})
	id, err := d.OpenPoll(ctx, "src", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	other := raw(t, path)
	do(t, other, "BEGIN IMMEDIATE")

	d.patience = 0
	wants(t, d.ClosePoll(ctx, onePoll(id)), store.ErrBusy)
	ending, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	d.patience = time.Hour
	wants(t, d.ClosePoll(ending, onePoll(id)), context.DeadlineExceeded)

	closed := make(chan error, 1)
	go func() { closed <- d.ClosePoll(ctx, onePoll(id)) }()
	for d.writer.Stats().InUse == 0 {
		select {
		case err := <-closed:
			t.Fatalf("it did not wait: %v", err)
		default:
		}
	}
	do(t, other, "ROLLBACK")
	if err := <-closed; err != nil {
		t.Errorf("after the wait: %v", err)
	}
	sound(t, d)
}

// TestReadersAndWriter shows that a question is answered while a write is going on,
// and that a write does not wait for a question (F62).
func TestReadersAndWriter(t *testing.T) {
	path := fresh(t)
	d := opened(t, path, Options{Lock: true})
	if _, err := writeOne(d); err != nil {
		t.Fatal(err)
	}
	before, err := d.Events(ctx, store.Window{})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(ctx, "hold the write lock", func(w *sqlstore.Tx) error {
		if _, err := w.Exec("UPDATE events SET title = 'half written'"); err != nil {
			return err
		}
		reader := opened(t, path, Options{ReadOnly: true})
		for _, r := range []*DB{reader, d} {
			all, err := r.Events(ctx, store.Window{})
			if err != nil || len(all) != len(before) || all[0].Title != before[0].Title {
				t.Errorf("beside a write: %d events (%v)", len(all), err)
			}
		}
		return errors.New("never mind")
	})
	if err == nil {
		t.Fatal("the write did not fail")
	}

	d.patience = 0
	reader := opened(t, path, Options{ReadOnly: true})
	tx, err := reader.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	rows, err := tx.Query("SELECT title FROM events")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if !rows.Next() {
		t.Fatal("no row")
	}
	if _, err := writeOne(d); err != nil {
		t.Errorf("a write beside a question: %v", err)
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
}

// TestCommitsAreSynced pins that a commit is on the disk when it returns, on every
// connection that writes (F10).
func TestCommitsAreSynced(t *testing.T) {
	d := opened(t, fresh(t), Options{Lock: true})
	for range 2 {
		if mode := ask[string](t, d.writer, "PRAGMA journal_mode"); mode != "wal" {
			t.Errorf("journal_mode %s", mode)
		}
		if full := ask[int](t, d.writer, "PRAGMA synchronous"); full != 2 {
			t.Errorf("synchronous %d, want 2 (FULL)", full)
		}
		// A write that is interrupted costs the connection; the next one is like it.
		ended, cancel := context.WithTimeout(ctx, time.Millisecond)
		_, err := d.writer.ExecContext(ended, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
		cancel()
		if err == nil {
			t.Fatal("it was not interrupted")
		}
	}
	if _, err := writeOne(d); err != nil {
		t.Errorf("a write on a connection that was opened anew: %v", err)
	}
}

// TestOldTimes pins that what cannot be kept is refused, not kept as something else.
func TestOldTimes(t *testing.T) {
	d := opened(t, fresh(t), Options{})
	for _, at := range []time.Time{time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if _, err := d.OpenPoll(ctx, "src", at); err == nil || !strings.Contains(err.Error(), "1678 to 2261") {
			t.Errorf("a poll at %s: %v", at, err)
		}
	}
	e := event.Event{UID: "a", Created: time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)}
	id, err := d.OpenPoll(ctx, "src", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	o := onePoll(id)
	o.Events = append(o.Events, e)
	if err := d.ClosePoll(ctx, o); err == nil {
		t.Error("an event of the year 2300 was kept")
	}
	sound(t, d)
}
