package jobs_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"koyomi/internal/archive"
	"koyomi/internal/daemon"
	"koyomi/internal/event"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/fetch"
	"koyomi/internal/health"
	"koyomi/internal/jobs"
	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/store/pgtest"
	"koyomi/internal/store/postgres"
)

// The environment of a process that is one of several koyomi: what it works on.
const (
	envDatabase = "KOYOMI_REPLICA_DATABASE"
	envPort     = "KOYOMI_REPLICA_PORT"
	envSources  = "KOYOMI_REPLICA_SOURCES"
)

func TestMain(m *testing.M) {
	if os.Getenv(envDatabase) == "" {
		os.Exit(m.Run())
	}
	if err := replica(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// gap is the least time between two requests to one host, over all processes.
const gap = 150 * time.Millisecond

// hostCount is how many hosts there are, of which each source is on one.
const hostCount = 50

// period is how often each source is due, in the words of a test.
func period(sources int) time.Duration {
	if sources > 1000 {
		return 4 * time.Minute // two processors do eight polls a second beside other work
	}
	return max(3*time.Second, 2*time.Duration(sources/hostCount)*(gap+50*time.Millisecond))
}

func host(n int, port string) string { return fmt.Sprintf("127.0.2.%d:%s", 1+n%hostCount, port) }

func sourcesOf(count int, port string) (all []*source.Source) {
	for n := range count {
		id := fmt.Sprintf("s%d", n)
		all = append(all, &source.Source{ID: id, Community: id, Kind: source.ICS, URL: "http://" + host(n, port) + "/" + id})
	}
	return all
}

// replica is one koyomi of several, until it is killed or its input ends.
func replica() error {
	ctx, end := context.WithCancel(context.Background())
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); end() }()
	count, err := strconv.Atoi(os.Getenv(envSources))
	if err != nil {
		return err
	}
	port := os.Getenv(envPort)
	db, err := postgres.Open(ctx, os.Getenv(envDatabase), postgres.Options{AtWork: true})
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "koyomi-replica-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	kept, err := archive.Open(filepath.Join(dir, "archive"))
	if err != nil {
		return err
	}
	var allow []string
	for n := range hostCount {
		allow = append(allow, host(n, port))
	}
	client := fetch.New(fetch.Options{
		Allow: allow, Hosts: db, MinGap: func(string) (time.Duration, bool) { return gap, true }, Timeout: 10 * time.Second,
	})
	sources := sourcesOf(count, port)
	next := func(_ *source.Source, after time.Time) time.Time { return after.Add(period(count)) }
	poller := &poll.Poller{
		Fetcher: client, Archive: kept, Memory: db, Kinds: kinds.All, Now: time.Now, Next: next, Version: "1",
		Siblings: func(community string) []string { return []string{community} },
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	shared := jobs.On(db, log)
	d := &daemon.Daemon{
		Sources: func() []*source.Source { return sources },
		Store:   db, Visit: poller.Visit, Next: next, Now: time.Now, Log: log,
		Lanes: shared.Lanes(jobs.Polls, jobs.Parallel), Shared: true,
	}
	fmt.Println("at work")
	duties := dutiesOf(db, shared, strconv.Itoa(os.Getpid()), port, log)
	var group errgroup.Group
	group.Go(func() error { return duties.Run(ctx) })
	group.Go(func() error { return d.Run(ctx) })
	group.Go(func() error { return daemon.Listen(ctx, db, duties.Look) })
	return errors.Join(group.Wait(), client.Close(), kept.Close(), db.Close())
}

// site answers for all hosts, and sees who asks when.
type site struct {
	mu sync.Mutex
	// ended is when the last request to a host ended, asking who asks it now.
	ended  map[string]time.Time
	asking map[string]string
	// version is that of a source's calendar, begun when it had it.
	version map[string]int
	// tooSoon counts requests within the gap after another, together those beside one.
	requests, tooSoon, together int
	// takes is how long an answer takes at least.
	takes time.Duration
}

// slack is by how much a request may come sooner than the gap after the last one ended
// here: the asking side had its answer a little later than this side gave it.
const slack = 20 * time.Millisecond

// ServeHTTP answers with the calendar of a source as it is now.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "robots.txt") {
		http.NotFound(w, r)
		return
	}
	id := strings.Trim(r.URL.Path, "/")
	s.mu.Lock()
	s.requests++
	if s.asking[r.Host] != "" {
		s.together++
	}
	if since := time.Since(s.ended[r.Host]); since < gap-slack {
		s.tooSoon++
	}
	s.asking[r.Host] = id
	if rand.IntN(8) == 0 {
		s.version[id]++
	}
	version := s.version[id]
	s.mu.Unlock()
	time.Sleep(s.takes + time.Duration(rand.IntN(20))*time.Millisecond)
	w.Header().Set("Content-Type", "text/calendar")
	start := time.Now().UTC().AddDate(0, 0, 20).Format("20060102") + "T100000Z"
	fmt.Fprintf(w, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//\r\nBEGIN:VEVENT\r\nUID:%s@x.example\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:%s\r\nSUMMARY:勉強会 %s\r\nLOCATION:room %d\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", id, start, id, version)
	s.mu.Lock()
	s.asking[r.Host], s.ended[r.Host] = "", time.Now()
	s.mu.Unlock()
}

// A process is one of the koyomi.
type process struct {
	cmd   *exec.Cmd
	input io.Closer
}

func startReplica(t *testing.T, address, port string, count int) *process {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^$")
	c.Env = append(os.Environ(), envDatabase+"="+address, envPort+"="+port, fmt.Sprintf("%s=%d", envSources, count), "GOMAXPROCS=2")
	input, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	said := &strings.Builder{}
	c.Stderr = said
	if os.Getenv("KOYOMI_LOUD") != "" {
		c.Stderr = os.Stderr
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("a replica did not start: %v %s", err, said.String())
	}
	return &process{c, input}
}

// kill ends a process as kill -9 does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// cut ends the connections of a process again and again for a time.
func (p *process) cut(server string, long time.Duration) {
	for start := time.Now(); time.Since(start) < long; time.Sleep(50 * time.Millisecond) {
		_ = pgtest.Do(server, fmt.Sprintf("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%%at work %d'", p.cmd.Process.Pid))
	}
}

// listen takes a port of this machine under all its addresses: each host has its own.
func listen(t *testing.T) (l net.Listener, port string) {
	t.Helper()
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return l, port
}

// TestReplicas: four koyomi on one PostgreSQL, of which one is killed, one stands still
// for longer than its lease, one is cut from the database, while the database is started
// again: no poll is lost or applied twice, no host is asked more often than it may, each
// reader has one digest, and nobody publishes who was overtaken.
func TestReplicas(t *testing.T) {
	if testing.Short() {
		t.Skip("half a minute")
	}
	if err := pgtest.Available(); err != nil {
		t.Skip(err)
	}
	long, count := 36*time.Second, 200
	if d, err := time.ParseDuration(os.Getenv("KOYOMI_REPLICAS")); err == nil {
		long, count = d, 2000
	}
	server, err := pgtest.Start("")
	if err != nil {
		t.Fatal(err)
	}
	address := pgtest.On(t, server.Address)
	l, port := listen(t)
	s := &site{ended: map[string]time.Time{}, asking: map[string]string{}, version: map[string]int{}}
	box, readers, minutes := newPostbox(), 100, 1
	if long > time.Minute {
		readers, minutes = 1000, int(long/time.Minute)-1
	}
	handler := http.NewServeMux()
	handler.Handle("/", s)
	handler.Handle("POST /mail", box)
	handler.Handle("POST /publish", box)
	web := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = web.Serve(l) }()
	t.Cleanup(func() { _ = web.Close() })
	appoint(t, address, count)
	subscribe(t, address, readers, minutes, time.Now().Add(time.Minute))
	all := make([]*process, 4)
	for i := range all {
		all[i] = startReplica(t, address, port, count)
	}
	t.Cleanup(func() {
		for _, p := range all {
			p.kill()
		}
	})
	start := time.Now()
	if os.Getenv("KOYOMI_LOUD") != "" {
		go func() {
			for range 100 {
				time.Sleep(10 * time.Second)
				s.mu.Lock()
				t.Log(time.Since(start), s.requests)
				s.mu.Unlock()
			}
		}()
	}
	var standing sync.WaitGroup
	kills, stops, cuts, restarts := 0, 0, 0, 0
	pause, patience := time.Second, 90*time.Second
	if long > time.Minute {
		pause, patience = 5*time.Second, 8*time.Minute
	}
	for round := 0; time.Since(start) < long-8*time.Second; round++ {
		switch round % 4 {
		case 0: // one stands still for longer than its lease
			p := all[0]
			if stops > 0 && round%8 != 0 {
				break
			}
			stops++
			standing.Add(1)
			_ = p.cmd.Process.Signal(syscall.SIGSTOP)
			time.AfterFunc(jobs.Lease+4*time.Second, func() {
				_ = p.cmd.Process.Signal(syscall.SIGCONT)
				standing.Done()
			})
		case 1:
			kills++
			all[1].kill()
			all[1] = startReplica(t, address, port, count)
		case 2:
			cuts++
			all[2].cut(server.Address, 2*time.Second)
		case 3:
			if restarts > 0 && round%16 != 3 {
				break
			}
			restarts++
			if err := server.Restart(); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(pause + time.Duration(rand.Int64N(int64(pause))))
		if round%4 == 3 && long < time.Minute {
			break // once each, in the short run
		}
	}
	standing.Wait()
	recovered := time.Now()
	db, err := postgres.Open(t.Context(), address, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// Each source is polled well again, with nobody's help. A busy machine takes longer.
	lost, waiting, good := count, 0, 0
	var last store.SourceState
	for ; lost > 0 && time.Since(recovered) < patience; time.Sleep(time.Second) {
		lost, waiting = 0, 0
		states, err := db.Sources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, state := range states {
			switch {
			case state.LastGood.After(recovered):
			case state.Failures > 0 && state.NextAt.After(time.Now()):
				waiting++ // it failed, before or since, and is left alone for a while
			default:
				lost++
				last = state
			}
		}
		lost += count - len(states)
	}
	// Each reader has the digest, and the last change is published.
	var digests tally
	published := false
	for polled := time.Now(); time.Since(polled) < 3*time.Minute; time.Sleep(time.Second) {
		if digests, err = box.count(t.Context(), db, readers); err != nil {
			t.Fatal(err)
		}
		if published = published || box.publishedSince(recovered); published && digests.lost == 0 {
			break
		}
	}
	for _, p := range all {
		_ = p.input.Close()
		_ = p.cmd.Wait()
	}
	polls, err := db.Polls(t.Context(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	states := map[health.State]int{}
	for _, p := range polls {
		states[p.State]++
		if p.State == health.Applied || p.State == health.Unchanged {
			good++
		}
	}
	changes, err := db.Changes(t.Context(), "", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	twice := doubled(changes)
	t.Logf("%s, %d sources: %d requests, polls %v; stopped %d, killed %d, cut %d, database restarted %d; lost %d (failed since, and wait %d), applied twice %d, too soon %d, together %d",
		time.Since(start).Round(time.Second), count, s.requests, states, stops, kills, cuts, restarts, lost, waiting, twice, s.tooSoon, s.together)
	t.Logf("%d readers: digests %+v; published %d times, steps of late processes %d", readers, digests, box.whole, box.late)
	if digests.lost+digests.doubled+box.late > 0 || !published {
		t.Fail()
	}
	if lost > 0 {
		t.Logf("lost: %s, polled %s, good %s, due %s, failed %d times", last.ID, last.LastPoll, last.LastGood, last.NextAt, last.Failures)
	}
	if lost+twice+s.tooSoon+s.together > 0 || good < count {
		t.Fail()
	}
}

// appoint has the sources due one after the other within a period, as they are where they
// were visited before: new ones would be spread over ten minutes.
func appoint(t *testing.T, address string, count int) {
	t.Helper()
	db, err := postgres.Open(t.Context(), address, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	due := map[string]time.Time{}
	for n := range count {
		due[fmt.Sprintf("s%d", n)] = time.Now().Add(time.Duration(n) * period(count) / time.Duration(count))
	}
	if err := errors.Join(db.Schedule(t.Context(), due), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// doubled counts changes that say again what the one before of the same event said.
func doubled(changes []event.Change) (n int) {
	last := map[string]string{}
	for _, c := range changes {
		key := c.UID + " " + string(c.Kind) + " " + c.Field
		said := "nothing"
		if c.After != nil {
			said = c.After.String()
		}
		if c.Kind == event.ChangeAdded {
			said = "added"
		}
		if last[key] == said {
			n++
		}
		last[key] = said
	}
	return n
}
