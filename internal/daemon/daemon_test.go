package daemon

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"koyomi/internal/health"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a database of due times that outlives a daemon.
type memory struct {
	mu   sync.Mutex
	next map[string]time.Time
}

func (m *memory) Sources(context.Context) ([]store.SourceState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []store.SourceState
	for _, id := range slices.Sorted(maps.Keys(m.next)) {
		all = append(all, store.SourceState{ID: id, NextAt: m.next[id]})
	}
	return all, nil
}

func (m *memory) Due(_ context.Context, now time.Time) (due []store.DueSource, next time.Time, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, at := range m.next {
		switch {
		case at.IsZero():
		case !at.After(now):
			due = append(due, store.DueSource{ID: id, At: at})
		case next.IsZero() || at.Before(next):
			next = at
		}
	}
	slices.SortFunc(due, func(a, b store.DueSource) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return due, next, nil
}

func (m *memory) DueOf(ctx context.Context, now time.Time, ids []string) ([]store.DueSource, error) {
	due, _, err := m.Due(ctx, now)
	return slices.DeleteFunc(due, func(s store.DueSource) bool { return !slices.Contains(ids, s.ID) }), err
}

func (m *memory) Schedule(_ context.Context, due map[string]time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.Copy(m.next, due)
	return nil
}

// Abandoned fails like a database does once the context has ended.
func (m *memory) Abandoned(ctx context.Context, _ time.Time) ([]store.Poll, error) {
	return nil, ctx.Err()
}

// site is a daemon's world: when each source was visited, and what a visit does.
type site struct {
	memory
	mu      sync.Mutex
	visited map[string][]time.Time
	visit   func(ctx context.Context, s *source.Source) health.Cause
}

func newSite() *site {
	return &site{memory: memory{next: map[string]time.Time{}}, visited: map[string][]time.Time{}}
}

func (w *site) Visit(ctx context.Context, s *source.Source) (poll.Report, error) {
	w.mu.Lock()
	w.visited[s.ID] = append(w.visited[s.ID], time.Now())
	w.mu.Unlock()
	p := store.Poll{Source: s.ID, State: health.Unchanged, At: time.Now()}
	if w.visit != nil {
		if p.Cause = w.visit(ctx, s); p.Cause != "" {
			p.State = health.Failed
		}
	}
	p.Closed = time.Now()
	next := poll.Due(nextOf(s, p.Closed), p, 1, 0)
	return poll.Report{Source: s.ID, Poll: p}, w.Schedule(ctx, map[string]time.Time{s.ID: next})
}

// nextOf follows the source's own schedule.
func nextOf(s *source.Source, after time.Time) time.Time {
	return s.Next(after, source.Schedule{})
}

func (w *site) daemon(sources ...*source.Source) *Daemon {
	return &Daemon{
		Sources: func() []*source.Source { return sources },
		Store:   &w.memory, Visit: w.Visit, Next: nextOf, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

// during runs a daemon for a time and returns what it returned.
func during(d *Daemon, life time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), life)
	defer cancel()
	return d.Run(ctx)
}

func on(host, id, schedule string) *source.Source {
	return &source.Source{ID: id, URL: "https://" + host + "/", Schedule: schedule}
}

// TestThreeDays shows that each source is polled at the hours its schedule says,
// none twice and none forgotten, across a restart.
func TestThreeDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSite()
		sources := []*source.Source{
			on("a.example", "six", "0 */6 * * *"), on("b.example", "morning", "30 7 * * *"), on("b.example", "evening", "0 19 * * *"),
		}
		// The bubble's clock starts at 2000-01-01 00:00 UTC, 09:00 in Tokyo.
		start := time.Now()
		if err := during(w.daemon(sources...), 30*time.Hour+time.Minute/2); err != nil {
			t.Fatal(err)
		}
		time.Sleep(9 * time.Hour) // down over the morning of the third day
		if err := during(w.daemon(sources...), 33*time.Hour-time.Minute/2); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[string][]string{
			// 30 h after 09:00 is 15:00 on the 2nd; up again at 00:00 on the 3rd.
			"six":     {"01 09:00", "01 12:00", "01 18:00", "02 00:00", "02 06:00", "02 12:00", "03 00:00", "03 06:00", "03 12:00", "03 18:00", "04 00:00", "04 06:00"},
			"morning": {"01 09:00", "02 07:30", "03 07:30", "04 07:30"},
			"evening": {"01 09:00", "01 19:00", "03 00:00", "03 19:00"},
		} {
			var got []string
			for _, at := range w.visited[id] {
				got = append(got, at.Add(9*time.Hour).Round(5*time.Minute).Format("02 15:04"))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s was polled at\n%v, want\n%v (from %s)", id, got, want, start)
			}
		}
	})
}

// TestStartIsNoStampede shows that a start with everything overdue spreads the
// polls, and that no host is visited twice at once (F09, F45).
func TestStartIsNoStampede(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSite()
		var sources []*source.Source
		for i := range 200 {
			sources = append(sources, on(fmt.Sprintf("host%d.example", i%20), fmt.Sprintf("s%d", i), ""))
			w.next[fmt.Sprintf("s%d", i)] = time.Now().Add(-time.Hour)
		}
		var mu sync.Mutex
		busy, peak := map[string]int{}, 0
		w.visit = func(_ context.Context, s *source.Source) health.Cause {
			mu.Lock()
			if busy[s.Host()]++; busy[s.Host()] > 1 {
				t.Errorf("%s is visited twice at once", s.Host())
			}
			peak = max(peak, len(busy))
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			delete(busy, s.Host())
			mu.Unlock()
			return ""
		}
		start := time.Now()
		if err := during(w.daemon(sources...), 20*time.Minute+10*time.Second); err != nil {
			t.Fatal(err)
		}
		first := 0
		for id, at := range w.visited {
			if len(at) != 1 {
				t.Errorf("%s was polled %d times", id, len(at))
			}
			if at[0].Sub(start) < time.Minute {
				first++
			}
		}
		if len(w.visited) != 200 || first > 40 || peak > 8 {
			t.Errorf("%d of 200 polled, %d in the first minute (at most 40), %d at once (at most 8)", len(w.visited), first, peak)
		}
	})
}

// TestOneHangs shows that a source that hangs delays no other (F46).
func TestOneHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSite()
		var sources []*source.Source
		for i := range 30 {
			sources = append(sources, on(fmt.Sprintf("host%d.example", i), fmt.Sprintf("s%d", i), "0 * * * *"))
			w.next[fmt.Sprintf("s%d", i)] = time.Now().Add(time.Hour)
		}
		w.visit = func(ctx context.Context, s *source.Source) health.Cause {
			if s.ID != "s0" {
				return ""
			}
			select {
			case <-ctx.Done():
			case <-time.After(3 * time.Hour):
			}
			return health.CauseTimeout
		}
		start := time.Now()
		if err := during(w.daemon(sources...), 150*time.Minute); err != nil {
			t.Fatal(err)
		}
		for id, at := range w.visited {
			if id == "s0" {
				continue
			}
			if len(at) != 2 {
				t.Errorf("%s was polled %d times, want twice", id, len(at))
			}
			if late := at[0].Sub(start.Add(time.Hour)); late > time.Second {
				t.Errorf("%s was %s late", id, late)
			}
		}
	})
}

// TestNetworkDown shows that an outage of everything is one outage, not one of
// each source: all are tried again within ten minutes of its end, spread (F44, F45).
func TestNetworkDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSite()
		var sources []*source.Source
		for i := range 60 {
			sources = append(sources, on(fmt.Sprintf("host%d.example", i), fmt.Sprintf("s%d", i), ""))
		}
		up := time.Now().Add(24 * time.Hour)
		w.visit = func(context.Context, *source.Source) health.Cause {
			if time.Now().Before(up) {
				return health.CauseDNS
			}
			return ""
		}
		if err := during(w.daemon(sources...), 24*time.Hour+11*time.Minute); err != nil {
			t.Fatal(err)
		}
		minutes := map[int]int{}
		for id, at := range w.visited {
			last := at[len(at)-1]
			if last.Before(up) {
				t.Errorf("%s was not polled within 11 minutes after the network came back", id)
			}
			minutes[int(last.Sub(up)/time.Minute)]++
		}
		for m, n := range minutes {
			if n > 30 {
				t.Errorf("%d of 60 sources were polled in minute %d after the network came back", n, m)
			}
		}
	})
}

// TestClockSetBack shows that a due time that a wrong clock left far ahead does
// not silence a source (F26).
func TestClockSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSite()
		w.next["a"] = time.Now().Add(400 * 24 * time.Hour)
		if err := during(w.daemon(on("a.example", "a", "")), 40*time.Hour); err != nil {
			t.Fatal(err)
		}
		if len(w.visited["a"]) == 0 {
			t.Error("the source was never polled")
		}
	})
}

// TestStops shows that the daemon returns soon after it is told to, whatever it
// is doing, and leaves no goroutine behind (goleak in TestMain).
func TestStops(t *testing.T) {
	for _, life := range []time.Duration{0, time.Millisecond, time.Second, time.Minute, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			w := newSite()
			w.visit = func(ctx context.Context, _ *source.Source) health.Cause {
				select {
				case <-ctx.Done():
				case <-time.After(time.Minute):
				}
				return ""
			}
			start := time.Now()
			if err := during(w.daemon(on("a.example", "a", ""), on("b.example", "b", "")), life); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start) - life; took > 10*time.Second {
				t.Errorf("told to stop after %s, it took %s more", life, took)
			}
		})
	}
}

// TestReplacedDatabaseEndsIt shows that the daemon ends with the reason when its
// database was taken away (F17).
func TestReplacedDatabaseEndsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSite()
		d := w.daemon(on("a.example", "a", ""))
		d.Visit = func(context.Context, *source.Source) (poll.Report, error) {
			return poll.Report{}, fmt.Errorf("write: %w", store.ErrReplaced)
		}
		if err := during(d, 24*time.Hour); err == nil {
			t.Error("it went on")
		}
	})
}

// TestFullDiskRecovers shows that an outcome that could not be written is polled
// again within minutes, without a tight loop (F11).
func TestFullDiskRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSite()
		d := w.daemon(on("a.example", "a", ""))
		full := time.Now().Add(10 * time.Minute)
		d.Visit = func(ctx context.Context, s *source.Source) (poll.Report, error) {
			was := w.next[s.ID]
			r, err := w.Visit(ctx, s)
			if time.Now().Before(full) {
				_ = w.Schedule(ctx, map[string]time.Time{s.ID: was}) // as if nothing was written
				return r, store.ErrFull
			}
			return r, err
		}
		if err := during(d, 20*time.Minute); err != nil {
			t.Fatal(err)
		}
		if n := len(w.visited["a"]); n < 8 || n > 12 {
			t.Errorf("polled %d times in 10 minutes of a full disk and 10 good ones", n)
		}
		if last := w.visited["a"][len(w.visited["a"])-1]; last.Sub(full) > 2*time.Minute {
			t.Errorf("recovered only %s after there was room", last.Sub(full))
		}
	})
}
