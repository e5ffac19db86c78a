package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"koyomi/internal/archive"
	"koyomi/internal/daemon"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/fetch"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
)

// A world is hosts, the sources on them, and the one directory that all processes share.
type world struct {
	t       *testing.T
	dir     string
	clock   *atomic.Int64
	hosts   []*hostile
	sources []*source.Source
}

// now is the simulated time, which the hosts see too.
func (w *world) now() time.Time {
	now := time.Now()
	w.clock.Store(now.UnixNano())
	return now
}

// sleep lets simulated time pass.
func (w *world) sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A process is one koyomi on the database, as it is joined in the program.
type process struct {
	db      *sqlite.DB
	archive *archive.Archive
	client  *fetch.Client
	poller  *poll.Poller
}

func (w *world) process(lock bool) *process {
	db, err := sqlite.Open(context.Background(), filepath.Join(w.dir, "koyomi.db"), sqlite.Options{Lock: lock})
	if err != nil {
		w.t.Fatal(err)
	}
	kept, err := archive.Open(filepath.Join(w.dir, "archive"))
	if err != nil {
		w.t.Fatal(err)
	}
	var allow []string
	for _, h := range w.hosts {
		allow = append(allow, h.host())
	}
	client := fetch.New(fetch.Options{Allow: allow, Now: w.now, Sleep: w.sleep, Hosts: db})
	return &process{db, kept, client, &poll.Poller{
		Fetcher: client, Archive: kept, Memory: db, Kinds: kinds.All, Now: w.now, Next: next, Version: "1",
	}}
}

func next(s *source.Source, after time.Time) time.Time { return s.Next(after, source.Schedule{}) }

func (p *process) close(t *testing.T) {
	for _, end := range []func() error{p.client.Close, p.archive.Close, p.db.Close} {
		if err := end(); err != nil {
			t.Error(err)
		}
	}
}

// syncOnce is a `koyomi sync`: each source once, whether it is due or not.
func (w *world) syncOnce() {
	p := w.process(false)
	defer p.close(w.t)
	for _, s := range w.sources {
		_, err := p.poller.Visit(context.Background(), s)
		if err != nil && !errors.Is(err, store.ErrStale) { // the daemon visits it too
			w.t.Errorf("sync %s: %v", s.ID, err)
		}
	}
}

// try is a `koyomi source try` of an address on each host.
func (w *world) try() {
	p := w.process(false)
	defer p.close(w.t)
	for _, h := range w.hosts {
		// What comes of it is the host's matter.
		_, _ = p.client.Fetch(context.Background(), poll.Ask{Request: extract.Request{URL: h.base + "/tried.html"}, Source: "try", Page: true})
	}
}

// serve is a daemon that lives for a time.
func (w *world) serve(life time.Duration) {
	p := w.process(true)
	defer p.close(w.t)
	ctx, cancel := context.WithTimeout(context.Background(), life)
	defer cancel()
	d := &daemon.Daemon{
		Sources: func() []*source.Source { return w.sources }, Store: p.db, Visit: p.poller.Visit,
		Next: next, Now: w.now, Log: slog.New(slog.DiscardHandler),
	}
	if err := d.Run(ctx); err != nil {
		w.t.Error(err)
	}
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, dir: t.TempDir(), clock: new(atomic.Int64)}
	const hosts = 12
	for i := range hosts {
		var rows []answer
		for n := i; n < len(answers); n += hosts {
			rows = append(rows, answers[n])
		}
		if i == 0 {
			rows = []answer{goneForGood}
		}
		if i == 1 { // which takes over those of the first host
			for n := 0; n < len(answers); n += hosts {
				rows = append(rows, answers[n])
			}
		}
		h := newHostile(t, w.clock, rows)
		w.hosts = append(w.hosts, h)
		for _, s := range []struct {
			path string
			kind source.Kind
		}{{"/a.ics", source.ICS}, {"/b.html", source.Structured}, {"/c.ics", source.ICS}} {
			id := fmt.Sprintf("s%d%c", i, s.path[1])
			w.sources = append(w.sources, &source.Source{ID: id, Community: id, Kind: s.kind, URL: h.base + s.path, Schedule: "0 */3 * * *"})
		}
	}
	return w
}

// TestAFortnightOfHostileHosts: over a fortnight of `sync` processes every four hours,
// tries now and then and a daemon that is started again and again, on hosts that answer
// with every status, form of Retry-After and rest, no host gets one request inside a
// rest, too soon after another or beside it; a robots.txt is asked for once a day, and
// what is gone never again. Hosts go on being asked when their rests have passed.
// KOYOMI_FORTNIGHT is how many days it lasts; a few where it is not set.
func TestAFortnightOfHostileHosts(t *testing.T) {
	w, days := newWorld(t), 3
	if v := os.Getenv("KOYOMI_FORTNIGHT"); v != "" {
		var err error
		if days, err = strconv.Atoi(v); err != nil {
			t.Fatalf("KOYOMI_FORTNIGHT: %v", err)
		}
	}
	fortnight := time.Duration(days) * 24 * time.Hour
	synctest.Test(t, func(*testing.T) {
		w.now()
		end := time.Now().Add(fortnight)
		var all sync.WaitGroup
		every := func(pause time.Duration, do func()) {
			all.Go(func() {
				for time.Now().Add(pause).Before(end) {
					time.Sleep(pause)
					do()
				}
			})
		}
		every(4*time.Hour, w.syncOnce)
		every(5*time.Hour+7*time.Minute, w.try)
		every(90*time.Minute, func() { w.serve(50 * time.Hour) })
		all.Wait()
		w.resume()
	})
	given, requests, inRest := map[string]int{}, 0, 0
	for _, h := range w.hosts {
		requests += h.requests
		inRest += h.inRest
		for name, n := range h.given {
			given[name] += n
		}
		if left := fortnight - h.last.Sub(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)); left > 50*time.Hour {
			t.Errorf("%s was not asked in the last %s", h.host(), left)
		}
	}
	for _, a := range append(append([]answer{goneForGood}, answers...), robotsAnswers...) {
		if given[a.name] == 0 && days >= 14 {
			t.Errorf("no host ever answered with: %s", a.name)
		}
	}
	t.Logf("%d requests to %d hosts in %d days, %d of them inside a rest", requests, len(w.hosts), days, inRest)
}

// resume takes up again what is gone, and sees that it is asked then.
func (w *world) resume() {
	p := w.process(false)
	defer p.close(w.t)
	all, err := p.db.Addresses(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	stopped := 0
	for _, a := range all {
		if a.Stopped.IsZero() {
			continue
		}
		stopped++
		if err := p.db.WithAddress(context.Background(), a.URL, func(a *store.AddressState) { *a = store.AddressState{URL: a.URL} }); err != nil {
			w.t.Fatal(err)
		}
	}
	if stopped == 0 {
		w.t.Error("no address was given up: the test shows nothing")
	}
	h := w.hosts[0]
	h.mu.Lock()
	clear(h.gone)
	before := h.requests
	h.mu.Unlock()
	time.Sleep(25 * time.Hour)
	if _, err := p.poller.Visit(context.Background(), w.sources[0]); err != nil {
		w.t.Error(err)
	}
	if h.requests == before {
		w.t.Error("what was taken up again was not asked")
	}
}
