package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/store"
)

var restoredAt = time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)

// pollInto writes one poll that brings one event with its claim and its change.
func pollInto(ctx context.Context, d *DB, n int) error {
	at := restoredAt.Add(time.Duration(n) * time.Minute)
	id, err := d.OpenPoll(ctx, "s", at)
	if err != nil {
		return err
	}
	e := event.Event{UID: fmt.Sprintf("00000000-0000-0000-0000-%012d", n), Created: at, Updated: at}
	e.Title, e.Start = "勉強会", event.On(event.Date{Year: 2026, Month: 7, Day: 1})
	return d.ClosePoll(ctx, store.Outcome{
		Poll:  store.Poll{ID: id, Source: "s", At: at, Closed: at, State: health.Applied},
		State: store.SourceState{ID: "s", LastPoll: at, LastGood: at},
		Writing: store.Writing{
			Events:  []event.Event{e},
			Claims:  []event.Claim{{Source: "s", Key: e.UID, UID: e.UID, From: at, Seen: at, Listing: event.Listing{Key: e.UID, Details: e.Details}}},
			Changes: []event.Change{{UID: e.UID, Kind: event.ChangeAdded, At: at, Source: "s", After: event.Text(e.Title)}},
		},
	})
}

// rowsOf counts what a poll writes: an event, a claim and a change each.
func rowsOf(t *testing.T, path string) (events, claims, changes int) {
	t.Helper()
	d := opened(t, path, Options{ReadOnly: true})
	for table, n := range map[string]*int{"events": &events, "claims": &claims, "changes": &changes} {
		if err := d.reader.QueryRow("SELECT count(*) FROM " + table).Scan(n); err != nil {
			t.Fatal(err)
		}
	}
	return events, claims, changes
}

// Backups made while polls are written hold whole polls, each later one no fewer
// than the one before; the writer goes on, and nothing is lost of what it wrote.
func TestABackupDuringWritesIsOneMoment(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), t.TempDir()
	live := filepath.Join(dir, "koyomi.db")
	d := opened(t, live, Options{Lock: true})
	const polls = 150
	var writer sync.WaitGroup
	begun := make(chan struct{})
	writer.Go(func() {
		for n := range polls {
			if err := pollInto(ctx, d, n); err != nil {
				t.Errorf("poll %d beside a backup: %v", n, err)
			}
			if n == 0 {
				close(begun)
			}
		}
	})
	<-begun
	beside := opened(t, live, Options{ReadOnly: true}) // as `koyomi backup` does
	before := 0
	for n := range 6 {
		copied := filepath.Join(dir, fmt.Sprintf("%d.db", n))
		if err := beside.Backup(ctx, copied); err != nil {
			t.Fatal(err)
		}
		events, claims, changes := rowsOf(t, copied)
		if events != claims || events != changes || events < max(1, before) {
			t.Errorf("backup %d holds %d events, %d claims, %d changes; the one before held %d events", n, events, claims, changes, before)
		}
		before = events
	}
	writer.Wait()
	if events, _, _ := rowsOf(t, live); events != polls {
		t.Errorf("%d polls were written, %d events are there", polls, events)
	}
}

func TestABackupIsItsOwnersAndOverwritesNothing(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), t.TempDir()
	d := opened(t, filepath.Join(dir, "koyomi.db"), Options{Lock: true})
	to := filepath.Join(dir, "backup.db")
	if err := d.Backup(ctx, to); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(to)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v; want 0600", info.Mode(), err)
	}
	if err := d.Backup(ctx, to); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second backup of that name: %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := d.Backup(cancelled, filepath.Join(dir, "never.db")); err == nil {
		t.Error("a backup was made after its context had ended")
	}
	names, err := filepath.Glob(filepath.Join(dir, ".koyomi-backup-*"))
	if err != nil || len(names) > 0 || exists(filepath.Join(dir, "never.db")) {
		t.Errorf("left behind: %v %v", names, err)
	}
}

// What waited to be sent when the backup was made is not sent after it is restored.
func TestARestoredOutboxExpires(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), t.TempDir()
	live, backup := filepath.Join(dir, "koyomi.db"), filepath.Join(dir, "backup.db")
	d := opened(t, live, Options{})
	if _, err := d.writer.Exec(outboxOfTest); err != nil {
		t.Fatal(err)
	}
	if err := d.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	restored := filepath.Join(dir, "restored.db")
	if _, err := Restore(ctx, backup, restored, restoredAt); err != nil {
		t.Fatal(err)
	}
	r := opened(t, restored, Options{ReadOnly: true})
	var waiting, sent, expired int
	err := r.reader.QueryRow(`SELECT count(*) FILTER (WHERE state NOT IN ('sent', 'expired')),
		count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'expired') FROM letters`).Scan(&waiting, &sent, &expired)
	if err != nil || waiting != 0 || sent != 1 || expired != 3 {
		t.Errorf("%d wait, %d are sent, %d are expired, error %v; want 0, 1, 3", waiting, sent, expired, err)
	}
}

const outboxOfTest = `INSERT INTO letters (key, kind, subscriber, generation, day, recipient, format, message_id, body, upto, state, next, done)
	SELECT state, 'notice', 0, 0, 0, 'a@example.jp', 'both', '', 0, 0, state, 1, CASE state WHEN 'sent' THEN 1 END
	FROM (SELECT 'planned' AS state UNION ALL SELECT 'sending' UNION ALL SELECT 'retry' UNION ALL SELECT 'sent')`

func TestRestoreTouchesNothingThatItCannotReplace(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), t.TempDir()
	live, backup := filepath.Join(dir, "koyomi.db"), filepath.Join(dir, "backup.db")
	d := opened(t, live, Options{Lock: true})
	if err := pollInto(ctx, d, 1); err != nil {
		t.Fatal(err)
	}
	if err := d.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(ctx, backup, live, restoredAt); !errors.Is(err, store.ErrLocked) {
		t.Errorf("under a daemon at work: %v", err)
	}
	whole, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	bad := map[string][]byte{
		"empty": {}, "text": []byte("not a database at all, and long enough to be looked into by those who look for one, byte by byte"),
		"cut": whole[:len(whole)/2], "scribbled": append(append([]byte{}, whole[:4096]...), make([]byte, len(whole)-4096)...),
	}
	target := filepath.Join(dir, "other.db")
	if _, err := Restore(ctx, backup, target, restoredAt); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(target)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range bad {
		from := filepath.Join(dir, name)
		if err := os.WriteFile(from, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if aside, err := Restore(ctx, from, target, restoredAt); err == nil || aside != "" {
			t.Errorf("%s was restored", name)
		}
	}
	after, err := os.ReadFile(target)
	if err != nil || string(after) != string(before) || exists(target+".restoring") {
		t.Errorf("the database was touched: %v", err)
	}
}
