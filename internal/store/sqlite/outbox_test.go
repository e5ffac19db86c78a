package sqlite

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/store/storetest"
	"koyomi/internal/subscriber"
)

func TestMailContract(t *testing.T) {
	storetest.RunMail(t, func(t *testing.T) (storetest.Mailing, func() storetest.Mailing) {
		path := filepath.Join(t.TempDir(), "koyomi.db")
		var d *DB
		open := func() storetest.Mailing {
			if d != nil {
				if err := d.Close(); err != nil {
					t.Fatal(err)
				}
			}
			d = opened(t, path, Options{Lock: true})
			return d
		}
		return open(), open
	})
}

// TestRestoreSendsNothing: what waited when the backup was made is not sent after it
// is restored, and the readers are still there (F60).
func TestRestoreSendsNothing(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	d := opened(t, filepath.Join(dir, "koyomi.db"), Options{Lock: true})
	now := time.Date(2026, 11, 26, 7, 0, 0, 0, event.Tokyo)
	s, err := d.Subscribe(ctx, subscriber.Subscriber{Address: "a@example.jp", Wish: subscriber.Wish{Zone: "Asia/Tokyo"}}, now)
	if err != nil {
		t.Fatal(err)
	}
	p := store.Planning{Now: now, Day: event.DateOf(now), Expires: now.Add(20 * time.Hour), Bodies: []store.Body{{}}, Readers: []store.Recipient{{Subscriber: s}}}
	if n, err := d.Plan(ctx, p); err != nil || n != 1 {
		t.Fatalf("%d messages, %v", n, err)
	}
	if err := d.Backup(ctx, filepath.Join(dir, "backup.db")); err != nil {
		t.Fatal(err)
	}
	restored := filepath.Join(dir, "restored.db")
	if _, err := Restore(ctx, filepath.Join(dir, "backup.db"), restored, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	r := opened(t, restored, Options{Lock: true})
	ready, err := r.Ready(ctx, now.Add(2*time.Hour), 0)
	if err != nil || len(ready) != 0 {
		t.Errorf("ready %+v, %v", ready, err)
	}
	m, err := r.Mail(ctx)
	if err != nil || !m.NotBefore.Equal(now.Add(time.Hour)) {
		t.Errorf("not before %s, %v", m.NotBefore, err)
	}
	if back, err := r.Subscriber(ctx, s.Address); err != nil || back.Planned != p.Day {
		t.Errorf("the reader is %+v, %v", back, err)
	}
}
