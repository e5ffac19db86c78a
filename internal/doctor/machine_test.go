package doctor

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"koyomi/internal/health"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
)

// machineStore is a database with a queue that is empty.
type machineStore struct{ *sqlite.DB }

func TestClock(t *testing.T) {
	now := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "koyomi.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.OpenPoll(t.Context(), "a", now); err != nil {
		t.Fatal(err)
	}
	for late, want := range map[time.Duration]int{0: 0, 30 * time.Minute: 0, 2 * time.Hour: 1} {
		x := &examination{db: machineStore{db}, now: now.Add(-late)}
		if err := x.clock(t.Context()); err != nil || len(x.found) != want {
			t.Errorf("%s behind: %+v, %v", late, x.found, err)
		}
	}
}

func TestNames(t *testing.T) {
	dns := store.Poll{State: health.Failed, Cause: health.CauseDNS}
	for _, c := range []struct {
		last map[string]store.Poll
		want int
	}{
		{nil, 0},
		{map[string]store.Poll{"a": dns, "b": dns}, 0},
		{map[string]store.Poll{"a": dns, "b": dns, "c": dns}, 1},
		{map[string]store.Poll{"a": dns, "b": dns, "c": dns, "d": {State: health.Unchanged}}, 0},
	} {
		x := &examination{last: c.last}
		if err := x.names(t.Context()); err != nil || len(x.found) != c.want {
			t.Errorf("%d sources: %+v, %v", len(c.last), x.found, err)
		}
	}
}

func TestModes(t *testing.T) {
	name := filepath.Join(t.TempDir(), "koyomi.db")
	for mode, want := range map[os.FileMode]int{0o600: 0, 0o640: 0, 0o644: 1} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		if got := (&Doctor{}).examineModes(name); len(got) != want {
			t.Errorf("%s: %+v", mode, got)
		}
	}
	if got := (&Doctor{Server: true}).examineModes("postgres://x"); got != nil {
		t.Errorf("a server: %+v", got)
	}
}
