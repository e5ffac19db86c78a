package main

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
)

// A grove is a community of three calendars, all of whose events get another text
// together, so that a poll that was applied by half would show.
type grove struct {
	server *httptest.Server
	// text is the number in the texts of all events; slow has bodies come in pieces.
	text atomic.Int64
	slow atomic.Bool
	from time.Time
}

const (
	groveSources = 3
	groveEvents  = 40
)

func newGrove(t *testing.T) *grove {
	t.Helper()
	g := &grove{from: time.Now().UTC().Truncate(time.Hour)}
	g.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(r.URL.Path), ".ics"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		body := g.calendar(n)
		half := len(body) / 2
		fmt.Fprint(w, body[:half])
		if f, ok := w.(http.Flusher); ok && g.slow.Load() {
			f.Flush()
			time.Sleep(time.Duration(rand.IntN(15)) * time.Millisecond)
		}
		fmt.Fprint(w, body[half:])
	}))
	t.Cleanup(g.server.Close)
	return g
}

func (g *grove) calendar(n int) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//grove//\r\n")
	for i := range groveEvents {
		start := g.from.AddDate(0, 0, 7+3*i).Add(time.Duration(n*3) * time.Hour)
		fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:%d-%d@grove.example\r\nDTSTAMP:20260501T000000Z\r\nDTSTART:%s\r\nSUMMARY:第%d班 第%d回の集い\r\nDESCRIPTION:text %d\r\nEND:VEVENT\r\n",
			n, i, start.Format("20060102T150405Z"), n, i+1, g.text.Load())
	}
	b.WriteString("END:VCALENDAR\r\n")
	return b.String()
}

// A killing counts what the kills did.
type killing struct{ rounds, caught, applied, half, lost, doubled int }

// TestKilledInAVisit kills koyomi in live visits, of a sync and of the daemon, at
// random moments: no poll is applied by half, no event is lost or doubled, and the next
// start goes on (F01). Its rounds are few, or as many as KOYOMI_KILL_ROUNDS says.
func TestKilledInAVisit(t *testing.T) {
	rounds := 6
	if v := os.Getenv("KOYOMI_KILL_ROUNDS"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatalf("KOYOMI_KILL_ROUNDS: %v", err)
		}
		rounds = n
	}
	g := newGrove(t)
	yaml := "name: Grove\nsources:\n"
	for n := range groveSources {
		yaml += fmt.Sprintf("  - {id: grove-%d, kind: ics, url: \"http://{host}/%d.ics\"}\n", n, n)
	}
	room := live(t, strings.TrimPrefix(g.server.URL, "http://"), map[string]string{"grove.yaml": yaml})
	g.slow.Store(true)
	began := time.Now()
	must(t, 0, room.dir, "sync", "grove-0", "grove-1", "grove-2")
	whole := time.Since(began)
	k := killing{rounds: rounds}
	for round := range rounds {
		g.text.Add(1)
		if round%2 == 0 {
			s := startProgram(t, room.dir, "sync", "grove-0", "grove-1", "grove-2")
			time.Sleep(rand.N(whole + whole/4))
			s.signal(syscall.SIGKILL)
			s.end()
		} else {
			g.killDaemon(t, room)
		}
		g.inspect(t, room, &k)
	}
	g.slow.Store(false)
	g.text.Add(1)
	must(t, 0, room.dir, "sync", "grove-0", "grove-1", "grove-2")
	g.inspect(t, room, &k)
	again := live(t, strings.TrimPrefix(g.server.URL, "http://"), map[string]string{"grove.yaml": yaml})
	must(t, 0, again.dir, "sync", "grove-0", "grove-1", "grove-2")
	if a, b := g.told(t, room), g.told(t, again); a != b || strings.Count(a, fmt.Sprintf("text %d\n", g.text.Load())) != groveSources*groveEvents {
		t.Errorf("after %d kills:\n%s\nnever killed:\n%s", rounds, a, b)
	}
	t.Logf("%d rounds: %d visits caught in the middle, %d polls applied, half applied %d, lost %d, doubled %d", k.rounds, k.caught, k.applied, k.half, k.lost, k.doubled)
	if k.half+k.lost+k.doubled > 0 || rounds >= 50 && k.caught == 0 {
		t.Fail()
	}
}

// killDaemon has all sources due, starts the daemon, and kills it while it polls.
func (g *grove) killDaemon(t *testing.T, room livingRoom) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(room.dir, "koyomi.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	due := map[string]time.Time{}
	for n := range groveSources {
		due[fmt.Sprintf("grove-%d", n)] = time.Now().Add(-time.Minute)
	}
	if err := db.Schedule(t.Context(), due); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := startProgram(t, room.dir, "serve", "--listen", "127.0.0.1:0")
	s.waitFor("publishes on")
	time.Sleep(rand.N(150 * time.Millisecond))
	s.signal(syscall.SIGKILL)
	s.end()
}

// inspect looks for what a kill may have left behind.
func (g *grove) inspect(t *testing.T, room livingRoom, k *killing) {
	t.Helper()
	path := filepath.Join(room.dir, "koyomi.db")
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{Lock: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Abandoned(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	events, err := db.Events(t.Context(), store.Window{Hidden: true})
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	texts, titles := map[string]string{}, map[string]int{}
	for _, e := range events {
		titles[e.Title]++
		if text, seen := texts[e.Sources[0]]; seen && text != e.Description {
			k.half++
			t.Errorf("%s: events with %q and with %q", e.Sources[0], text, e.Description)
		}
		texts[e.Sources[0]] = e.Description
	}
	k.lost += max(0, groveSources*groveEvents-len(titles))
	for title, n := range titles {
		if n > 1 {
			k.doubled++
			t.Errorf("%q is there %d times", title, n)
		}
	}
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	count := func(query string) (n int) {
		if err := raw.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		return n
	}
	if n := count("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"); n > 0 {
		t.Errorf("%d faults in the database", n)
	}
	k.caught = count("SELECT count(*) FROM polls WHERE cause = 'stopped'")
	k.applied = count("SELECT count(*) FROM polls WHERE state = 'applied'")
	// What a poll says that it changed is what is noted as changed by it.
	half := count(`SELECT count(*) FROM polls p WHERE (SELECT count(*) FROM changes c WHERE c.poll = p.id) <>
		(SELECT coalesce(sum(value), 0) FROM json_each(coalesce(p.changes, '{}')))`)
	if half += count("SELECT count(*) FROM claims WHERE uid NOT IN (SELECT uid FROM events)"); half > 0 {
		k.half += half
		t.Errorf("%d polls or claims by half", half)
	}
}

// told writes all that the calendar holds, without moments.
func (g *grove) told(t *testing.T, room livingRoom) string {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(room.dir, "koyomi.db"), sqlite.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	events, err := db.Events(t.Context(), store.Window{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range events {
		// The daemon also reads what the catalogue keeps by hand.
		if !strings.HasPrefix(fmt.Sprint(e.Sources), "[grove-") {
			continue
		}
		fmt.Fprintf(&b, "%s %s %s %v %s\n", e.UID, e.Start, e.Title, e.Sources, e.Description)
	}
	return b.String()
}
