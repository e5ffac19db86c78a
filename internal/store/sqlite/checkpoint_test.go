package sqlite

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"koyomi/internal/store"
)

// walFrames returns the pages of a write-ahead log in their last committed version
// (SQLite file format, section 4), and how many pages the database then has.
func walFrames(t *testing.T, wal []byte) (pages map[uint32][]byte, size uint32) {
	t.Helper()
	const head, frameHead = 32, 24
	pageSize := int(binary.BigEndian.Uint32(wal[8:]))
	pages, pending := map[uint32][]byte{}, map[uint32][]byte{}
	for at := head; at+frameHead+pageSize <= len(wal); at += frameHead + pageSize {
		frame := wal[at:]
		if !bytes.Equal(frame[8:16], wal[16:24]) {
			break // left from before the log was last begun again
		}
		pending[binary.BigEndian.Uint32(frame)] = frame[frameHead : frameHead+pageSize]
		if n := binary.BigEndian.Uint32(frame[4:]); n > 0 { // a commit
			maps.Copy(pages, pending)
			clear(pending)
			size = n
		}
	}
	if len(pages) == 0 {
		t.Fatal("the log holds no commit: the test shows nothing")
	}
	return pages, size
}

// A stopped checkpoint is a database as a kill left it that came after some of the
// pages had been copied from the log into the file, lowest first, as SQLite does it.
type stoppedCheckpoint struct {
	file, wal, lock []byte
	pages           map[uint32][]byte
	order           []uint32
}

func newStoppedCheckpoint(t *testing.T) stoppedCheckpoint {
	t.Helper()
	path, _ := crashed(t)
	s := stoppedCheckpoint{file: bytesOf(t, path), wal: bytesOf(t, path+"-wal"), lock: bytesOf(t, path+".lock")}
	s.pages, _ = walFrames(t, s.wal)
	s.order = slices.Sorted(maps.Keys(s.pages))
	return s
}

// after writes the files as they are once so many pages were copied.
func (s stoppedCheckpoint) after(t *testing.T, path string, copied int) {
	t.Helper()
	file := bytes.Clone(s.file)
	for _, n := range s.order[:copied] {
		page := s.pages[n]
		at := int(n-1) * len(page)
		if need := at + len(page); need > len(file) {
			file = append(file, make([]byte, need-len(file))...)
		}
		copy(file[at:], page)
	}
	for ending, b := range map[string][]byte{"": file, "-wal": s.wal, ".lock": s.lock} {
		if err := os.WriteFile(path+ending, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestStartsAgainAfterAnyStepOfACheckpoint: a kill or a power cut after any page that
// a checkpoint copies leaves a database that is whole with its log, and koyomi opens
// it, for a question as well as for work, with every write in it.
func TestStartsAgainAfterAnyStepOfACheckpoint(t *testing.T) {
	s := newStoppedCheckpoint(t)
	for copied := range len(s.order) + 1 {
		path := fresh(t)
		s.after(t, path, copied)
		reader, err := Open(ctx, path, Options{ReadOnly: true})
		if err != nil {
			t.Fatalf("a question after %d of %d pages: %v", copied, len(s.order), err)
		}
		if events, err := reader.Events(ctx, store.Window{}); err != nil || len(events) != perPoll {
			t.Errorf("a question after %d pages: %d events, %v", copied, len(events), err)
		}
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
		s.after(t, path, copied)
		d, err := Open(ctx, path, Options{Lock: true})
		if err != nil {
			t.Fatalf("a daemon after %d of %d pages: %v", copied, len(s.order), err)
		}
		if len(d.Notes()) > 0 {
			t.Errorf("notes after %d pages: %q", copied, d.Notes())
		}
		sound(t, d)
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestABackupIsMadeAndRestoredInTheMiddleOfACheckpoint: what a stopped checkpoint left
// can be backed up, and put in the place of another database.
func TestABackupIsMadeAndRestoredInTheMiddleOfACheckpoint(t *testing.T) {
	s := newStoppedCheckpoint(t)
	from, to := fresh(t), fresh(t)
	s.after(t, from, 1)
	if _, err := Restore(ctx, from, to, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	sound(t, opened(t, to, Options{Lock: true}))
}

// TestAnotherProgramsDatabaseWithALogIsLeftAlone: a log beside the file of another
// program is neither written into it nor removed.
func TestAnotherProgramsDatabaseWithALogIsLeftAlone(t *testing.T) {
	path := fresh(t)
	other := raw(t, path)
	do(t, other, "PRAGMA journal_mode = WAL")
	do(t, other, "CREATE TABLE t (x)")
	copied := filepath.Join(t.TempDir(), "other.db")
	for _, ending := range []string{"", "-wal"} {
		if err := os.WriteFile(copied+ending, bytesOf(t, path+ending), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := untouched(t, copied)
	for _, o := range []Options{{}, {Lock: true}, {ReadOnly: true}} {
		_, err := Open(ctx, copied, o)
		wants(t, err, store.ErrForeign, "another program")
	}
	check()
}

// TestStartsAgainAfterTheMarkWasRolledBack: a kill while a new file is marked as
// koyomi's leaves a journal that takes the mark back; the next start marks it again.
func TestStartsAgainAfterTheMarkWasRolledBack(t *testing.T) {
	path := fresh(t)
	// The file as it stands before the journal goes: one page that the journal, which
	// is hot, says is to be cut off.
	db := raw(t, path)
	do(t, db, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	db.Close()
	if err := os.WriteFile(path+"-journal", hotJournal(), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		d, err := Open(ctx, path, Options{Lock: true})
		if err != nil {
			t.Fatal(err)
		}
		if id := ask[int64](t, d.writer, "PRAGMA application_id"); id != applicationID {
			t.Errorf("the mark is %#x", id)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}

// hotJournal is a rollback journal of a database that had no page yet (SQLite file
// format, section 3).
func hotJournal() []byte {
	b := make([]byte, 512)
	copy(b, "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
	binary.BigEndian.PutUint32(b[20:], 512)  // sector size
	binary.BigEndian.PutUint32(b[24:], 4096) // page size
	return b
}

// TestQuestionsBesideCheckpointsAreAnswered: while another process writes and empties
// its log all the time, no question hears that the database is damaged.
func TestQuestionsBesideCheckpointsAreAnswered(t *testing.T) {
	path := fresh(t)
	c := start(t, "checkpoint", path)
	c.await(t, "open")
	c.next()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for c.next() != "" { // so that it never waits for a reader of its lines
		}
	}()
	defer func() {
		_ = c.cmd.Process.Kill()
		<-ended
	}()
	for range rounds(t, 60) {
		d, err := Open(ctx, path, Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		if events, err := d.Events(ctx, store.Window{}); err != nil || len(events) != perPoll {
			t.Errorf("%d events: %v", len(events), err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestKilledInACheckpoint kills a daemon while it copies its log into the file; some
// of the rounds meet a full disk, some a file system that turned read-only. Each next
// start goes on with what was written.
func TestKilledInACheckpoint(t *testing.T) {
	path, refused := "", 0
	for round := range rounds(t, 12) {
		if round%50 == 0 {
			path = fresh(t) // a large one takes longer to look through than to kill
		}
		task := "checkpoint"
		if round%5 == 4 {
			task = "checkpoint full"
		}
		c := start(t, task, path)
		c.await(t, "open")
		for range 2 + 2*rand.IntN(3) {
			c.next() // "closed", "checkpoint"
		}
		spin(rand.IntN(1500))
		c.kill()
		if round%5 == 2 {
			askReadOnly(t, path)
		}
		if round%2 == 0 {
			d, err := Open(ctx, path, Options{ReadOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		}
		d, err := Open(ctx, path, Options{Lock: true})
		if err != nil {
			refused++
			t.Errorf("round %d: %v", round, err)
			continue
		}
		if len(d.Notes()) > 0 {
			t.Errorf("notes after a kill: %q", d.Notes())
		}
		sound(t, d)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d rounds, %d starts refused", rounds(t, 12), refused)
}

// askReadOnly asks a copy of a database, with its log, on a file system that nobody
// can write to, where one can be made: it is answered or says what to do, and nothing is
// called damaged.
func askReadOnly(t *testing.T, path string) {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64m"); err != nil {
		return // TestReadOnlyFileSystem says so
	}
	defer func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }() // the directory is removed with the test
	copied := filepath.Join(dir, "koyomi.db")
	for _, ending := range companions {
		if !exists(path + ending) {
			continue
		}
		if err := os.WriteFile(copied+ending, bytesOf(t, path+ending), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	d, err := Open(ctx, copied, Options{ReadOnly: true})
	if err == nil {
		defer d.Close()
		_, err = d.Events(ctx, store.Window{})
	}
	// The index of the log may be out of date, and nobody can write another.
	if err != nil && (errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), "copy both files")) {
		t.Errorf("on a read-only file system: %v", err)
	}
}

// TestStartsAgainAfterATornFirstPage: a power cut in the middle of the page that a
// checkpoint copies first leaves a file that is no database by itself; its log is.
func TestStartsAgainAfterATornFirstPage(t *testing.T) {
	s := newStoppedCheckpoint(t)
	for name, tear := range map[string]func(page []byte){
		"zeros":           func(page []byte) { clear(page) },
		"half of it":      func(page []byte) { clear(page[len(page)/2:]) },
		"all but a block": func(page []byte) { clear(page[:512]) },
	} {
		t.Run(name, func(t *testing.T) {
			path := fresh(t)
			s.after(t, path, 1)
			file := bytesOf(t, path)
			tear(file[:4096])
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
			reader, err := Open(ctx, path, Options{ReadOnly: true})
			if err != nil {
				t.Fatalf("a question: %v", err)
			}
			if err := reader.Close(); err != nil {
				t.Error(err)
			}
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path+"-wal", s.wal, 0o600); err != nil {
				t.Fatal(err)
			}
			sound(t, opened(t, path, Options{Lock: true}))
		})
	}
}

// TestALogThatCannotBeReadIsNamed: on a file system that nobody can write to, a log
// without its index cannot be read: the error says what to do, and calls nothing damaged.
func TestALogThatCannotBeReadIsNamed(t *testing.T) {
	s := newStoppedCheckpoint(t)
	for _, copied := range []int{0, 1, len(s.order)} {
		dir := mounted(t, "64m")
		path := filepath.Join(dir, "koyomi.db")
		s.after(t, path, copied)
		if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			t.Skipf("remount: %v", err)
		}
		d, err := Open(ctx, path, Options{ReadOnly: true})
		if err == nil {
			d.Close()
			t.Fatal("it was opened")
		}
		if errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), "copy both files") {
			t.Errorf("after %d pages: %v", copied, err)
		}
	}
}
