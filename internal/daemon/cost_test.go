package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"koyomi/internal/archive"
	"koyomi/internal/daemon"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/fetch"
	"koyomi/internal/health"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/store/pgtest"
	"koyomi/internal/store/postgres"
	"koyomi/internal/store/sqlite"
)

// loopback is a server on many addresses of loopback, each of them a host.
type loopback struct {
	port  string
	asked atomic.Int64
}

// loopbackHosts is how many hosts there are.
const loopbackHosts = 100

func newLoopback(t testing.TB) *loopback {
	t.Helper()
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s := &loopback{port: port}
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return s
}

// ServeHTTP answers with a calendar that never changes.
func (s *loopback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "robots.txt") {
		http.NotFound(w, r)
		return
	}
	s.asked.Add(1)
	w.Header().Set("ETag", `"1"`)
	if r.Header.Get("If-None-Match") == `"1"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "text/calendar")
	start := time.Now().UTC().AddDate(0, 0, 20).Format("20060102") + "T100000Z"
	_, _ = io.WriteString(w, strings.NewReplacer("UID:1@", "UID:"+strings.Trim(r.URL.Path, "/")+"@", "START", start).Replace(goodCalendarOf))
}

const goodCalendarOf = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//\r\n" +
	"BEGIN:VEVENT\r\nUID:1@x.example\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:START\r\nSUMMARY:勉強会\r\nEND:VEVENT\r\n" +
	"END:VCALENDAR\r\n"

func (s *loopback) host(n int) string { return fmt.Sprintf("127.0.1.%d:%s", 1+n%loopbackHosts, s.port) }

func (s *loopback) allow() (all []string) {
	for n := range loopbackHosts {
		all = append(all, s.host(n))
	}
	return all
}

func (s *loopback) sources(count int) (all []*source.Source) {
	for n := range count {
		id := fmt.Sprintf("s%d", n)
		all = append(all, &source.Source{ID: id, Community: id, Kind: source.ICS, URL: "http://" + s.host(n) + "/" + id, Schedule: "@every 1h"})
	}
	return all
}

// engines open an empty database.
var engines = []struct {
	name string
	open func(t testing.TB) store.Store
}{
	{"SQLite", func(t testing.TB) store.Store {
		d, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "koyomi.db"), sqlite.Options{Lock: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		return d
	}},
	{"PostgreSQL", func(t testing.TB) store.Store {
		d, err := postgres.Open(context.Background(), pgtest.Database(t), postgres.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		return d
	}},
}

// processor returns the time that this process has had of its processors.
func processor(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// cost is a koyomi that watches sources on loopback, of which a sample is polled.
type cost struct {
	db     store.Store
	daemon *daemon.Daemon
	polled atomic.Int64
	failed atomic.Int64
	enough int64
	end    context.CancelFunc
}

// sampled is how many of the sources are polled.
const sampled = 100

func newCost(t testing.TB, db store.Store, count int) (*cost, []*source.Source) {
	t.Helper()
	site := newLoopback(t)
	sources := site.sources(count)
	kept, err := archive.Open(filepath.Join(t.TempDir(), "archive"))
	if err != nil {
		t.Fatal(err)
	}
	client := fetch.New(fetch.Options{
		Allow: site.allow(), Hosts: db, MinGap: func(string) (time.Duration, bool) { return 0, true },
	})
	t.Cleanup(func() { _ = errors.Join(client.Close(), kept.Close()) })
	c := &cost{db: db}
	poller := &poll.Poller{
		Fetcher: client, Archive: kept, Memory: db, Kinds: kinds.All, Now: time.Now, Next: next, Version: "1",
		Siblings: func(community string) []string { return []string{community} },
	}
	c.daemon = &daemon.Daemon{
		Sources: func() []*source.Source { return sources },
		Store:   db, Visit: poller.Visit, Next: next, Now: time.Now,
		Log:    slog.New(slog.NewTextHandler(io.Discard, nil)),
		Report: c.report,
	}
	return c, sources
}

func (c *cost) report(r poll.Report) {
	n := c.polled.Add(1)
	// What the end of the round cuts off has not failed.
	if n <= c.enough && r.Poll.State != health.Unchanged && r.Poll.State != health.Applied {
		c.failed.Add(1)
	}
	if n >= c.enough {
		c.end()
	}
}

// poll polls the first sources, each once, by the daemon.
func (c *cost) poll(t testing.TB, sources []*source.Source) {
	t.Helper()
	due := map[string]time.Time{}
	for _, s := range sources[:sampled] {
		due[s.ID] = time.Now()
	}
	if err := c.db.Schedule(context.Background(), due); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c.polled.Store(0)
	c.enough, c.end = sampled, cancel
	if err := c.daemon.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if n, bad := c.polled.Load(), c.failed.Load(); n < sampled || bad > 0 {
		t.Fatalf("%d polls of %d, %d failed", n, sampled, bad)
	}
}

// settled writes for every source the state of one that was polled well, due in the far future.
func (c *cost) settled(t testing.TB, sources []*source.Source) {
	t.Helper()
	ctx := context.Background()
	like, err := c.db.Source(ctx, sources[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources[sampled:] {
		id, err := c.db.OpenPoll(ctx, s.ID, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		state := like
		state.ID, state.NextAt = s.ID, time.Now().Add(time.Hour)
		o := store.Outcome{State: state, Poll: store.Poll{ID: id, Source: s.ID, At: time.Now(), Closed: time.Now(), State: health.Unchanged}}
		if err := c.db.ClosePoll(ctx, o); err != nil {
			t.Fatal(err)
		}
	}
}

// measure returns the time of processors that an unchanged poll takes with so many
// sources, with the answering side in the same process.
func measure(t testing.TB, db store.Store, count, rounds int) time.Duration {
	t.Helper()
	c, sources := newCost(t, db, count)
	first := make(map[string]time.Time, count)
	for _, s := range sources {
		first[s.ID] = time.Now().Add(time.Hour)
	}
	if err := db.Schedule(context.Background(), first); err != nil {
		t.Fatal(err)
	}
	c.poll(t, sources) // for the first time, whole
	c.settled(t, sources)
	c.poll(t, sources)
	before := processor(t)
	for range rounds {
		c.poll(t, sources)
	}
	polls := processor(t) - before
	return polls / time.Duration(rounds*sampled)
}

// BenchmarkUnchangedPoll states what an unchanged poll costs, by engine and number of
// sources.
func BenchmarkUnchangedPoll(b *testing.B) {
	counts := []int{100, 1000, 10_000}
	if n, err := strconv.Atoi(os.Getenv("KOYOMI_SOURCES")); err == nil {
		counts = []int{n}
	}
	for _, e := range engines {
		for _, count := range counts {
			b.Run(fmt.Sprintf("%s/%d", e.name, count), func(b *testing.B) {
				b.ReportMetric(float64(measure(b, e.open(b), count, 10).Microseconds()), "µs-cpu/poll")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// TestTheCostOfAPollIsFlat: an unchanged poll costs as much among 2,000 sources as among
// 100, and a small part of what it did when each read the state of all (F: 6 ms and 22).
func TestTheCostOfAPollIsFlat(t *testing.T) {
	few := measure(t, engines[0].open(t), 100, 3)
	many := measure(t, engines[0].open(t), 2000, 3)
	t.Logf("an unchanged poll takes %s of a processor among 100 sources, %s among 2,000", few, many)
	// Processors that are shared make single figures waver; what grew with the sources was
	// four times as much.
	if many > 2*few {
		t.Errorf("an unchanged poll takes %s among 2,000 sources, %s among 100", many, few)
	}
}
