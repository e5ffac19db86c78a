package main

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A moody server answers as it is told to, and counts who asks what.
type moody struct {
	mu      sync.Mutex
	asked   map[string]int
	answers map[string]func(http.ResponseWriter)
}

func newMoody(t *testing.T) (*moody, string) {
	t.Helper()
	m := &moody{asked: map[string]int{}, answers: map[string]func(http.ResponseWriter){}}
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	return m, strings.TrimPrefix(server.URL, "http://")
}

func (m *moody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked[r.URL.Path]++
	if answer := m.answers[r.URL.Path]; answer != nil {
		answer(w)
		return
	}
	if r.URL.Path == "/robots.txt" {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	io.WriteString(w, gardenCalendar)
}

// answer has a path answered so from now on, nil as at first.
func (m *moody) answer(path string, with func(http.ResponseWriter)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answers[path] = with
}

// times counts the requests for a path.
func (m *moody) times(path string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked[path]
}

// total counts all requests.
func (m *moody) total() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.asked {
		n += k
	}
	return n
}

// twoGardens are neighbours on one host.
var twoGardens = map[string]string{
	"garden.yaml":  garden,
	"orchard.yaml": "name: Orchard\nsources:\n  - kind: ics\n    url: http://{host}/orchard.ics\n",
}

// TestARestBindsEveryProcess: what a host asked of one koyomi binds the next sync, its
// neighbours, source try and live checks, until the time has passed.
func TestARestBindsEveryProcess(t *testing.T) {
	t.Parallel()
	m, host := newMoody(t)
	m.answer("/garden.ics", func(w http.ResponseWriter) {
		w.Header().Set("Retry-After", "36000")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	r := live(t, host, twoGardens)
	must(t, 3, r.dir, "sync", "garden", "--now", "2026-06-01T09:00:00+09:00")
	before := m.total()
	if before != 1 {
		t.Fatalf("%d requests, want 1", before)
	}
	for _, args := range [][]string{
		{"sync", "garden", "--now", "2026-06-01T10:00:00+09:00"},
		{"sync", "orchard", "--now", "2026-06-01T14:00:00+09:00"},
		{"sync", "garden", "orchard", "--now", "2026-06-01T18:59:00+09:00"},
		{"sync", "garden", "orchard", "--dry-run", "--now", "2026-06-01T18:59:00+09:00"},
		{"source", "try", "http://" + host + "/other.ics", "--now", "2026-06-01T18:59:00+09:00"},
		{"source", "check", "orchard", "--live", "--now", "2026-06-01T18:59:00+09:00"},
	} {
		if out := runProgram(t, r.dir, args...); m.total() != before {
			t.Fatalf("koyomi %s asked the resting host:\n%s%s", strings.Join(args, " "), out.out, out.errOut)
		}
	}
	must(t, 0, r.dir, "sync", "orchard", "--now", "2026-06-01T19:00:01+09:00")
	if m.total() != before+1 {
		t.Errorf("%d requests after the rest, want one more than %d", m.total(), before)
	}
}

// TestARestHeardWithoutADatabaseIsKept: source try, before there is a database, hears
// that the host wants to be left alone; the first sync keeps to it.
func TestARestHeardWithoutADatabaseIsKept(t *testing.T) {
	t.Parallel()
	m, host := newMoody(t)
	m.answer("/other.ics", func(w http.ResponseWriter) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	r := live(t, host, twoGardens)
	must(t, 1, r.dir, "source", "try", "http://"+host+"/other.ics", "--now", "2026-06-01T09:00:00+09:00")
	before := m.total()
	must(t, 3, r.dir, "sync", "garden", "orchard", "--now", "2026-06-01T10:00:00+09:00")
	if m.total() != before {
		t.Errorf("%d requests, want none after the first %d", m.total(), before)
	}
}

// TestGoneIsAskedNoMoreUntilResumed: after 410 no process asks the source, doctor and
// source show say so, and source resume takes it up again.
func TestGoneIsAskedNoMoreUntilResumed(t *testing.T) {
	t.Parallel()
	m, host := newMoody(t)
	m.answer("/garden.ics", func(w http.ResponseWriter) { w.WriteHeader(http.StatusGone) })
	r := live(t, host, twoGardens)
	must(t, 3, r.dir, "sync", "garden", "orchard", "--now", "2026-06-01T09:00:00+09:00")
	must(t, 3, r.dir, "sync", "garden", "orchard", "--now", "2026-06-05T09:00:00+09:00")
	if n := m.times("/garden.ics"); n != 1 {
		t.Fatalf("the source was asked %d times after 410, want once", n)
	}
	if n := m.times("/orchard.ics"); n != 2 {
		t.Errorf("its neighbour was asked %d times, want twice", n)
	}
	doctor := must(t, 3, r.dir, "doctor", "--now", "2026-06-05T10:00:00+09:00").out
	show := must(t, 0, r.dir, "source", "show", "garden", "--now", "2026-06-05T10:00:00+09:00").out
	for name, out := range map[string]string{"doctor": doctor, "source show": show} {
		if !strings.Contains(out, "410") || !strings.Contains(out, "2026-06-01") {
			t.Errorf("%s does not say that it is asked no more:\n%s", name, out)
		}
	}
	if !strings.Contains(doctor, "koyomi source resume garden") {
		t.Errorf("doctor does not say what to do:\n%s", doctor)
	}
	m.answer("/garden.ics", nil)
	must(t, 0, r.dir, "source", "resume", "garden", "--now", "2026-06-05T11:00:00+09:00")
	must(t, 0, r.dir, "sync", "garden", "orchard", "--now", "2026-06-05T12:00:00+09:00")
	if n := m.times("/garden.ics"); n != 2 {
		t.Errorf("asked %d times after it was taken up again, want twice", n)
	}
	if out := must(t, 0, r.dir, "source", "resume", "garden").errOut; !strings.Contains(out, "nothing to take up") {
		t.Errorf("resuming what was not given up:\n%s", out)
	}
	must(t, 2, r.dir, "source", "resume", "nobody")
}

// TestAMoveForGoodIsReported: a permanent redirect is followed, and after a week doctor
// and source show name the new address.
func TestAMoveForGoodIsReported(t *testing.T) {
	t.Parallel()
	m, host := newMoody(t)
	m.answer("/garden.ics", func(w http.ResponseWriter) {
		w.Header().Set("Location", "/moved/garden.ics")
		w.WriteHeader(http.StatusPermanentRedirect)
	})
	r := live(t, host, twoGardens)
	says := func(now string) bool {
		doctor := runProgram(t, r.dir, "doctor", "--now", now).out
		show := must(t, 0, r.dir, "source", "show", "garden", "--now", now).out
		inDoctor, inShow := strings.Contains(doctor, "/moved/garden.ics"), strings.Contains(show, "/moved/garden.ics")
		if inDoctor != inShow {
			t.Errorf("doctor and source show differ:\n%s\n%s", doctor, show)
		}
		return inDoctor
	}
	for _, day := range []string{"01", "04", "07"} {
		must(t, 0, r.dir, "sync", "garden", "--now", "2026-06-"+day+"T09:00:00+09:00")
	}
	if says("2026-06-07T10:00:00+09:00") {
		t.Error("it is a move after six days")
	}
	must(t, 0, r.dir, "sync", "garden", "--now", "2026-06-08T09:30:00+09:00")
	if !says("2026-06-08T10:00:00+09:00") {
		t.Error("it is not reported after a week")
	}
	if out := must(t, 0, r.dir, "events", "--from", "2026-01-01", "--format", "ics", "--now", "2026-06-08T10:00:00+09:00").out; !strings.Contains(out, "庭の勉強会") {
		t.Error("the redirect was not followed")
	}
	if name := filepath.Join(r.dir, "koyomi.db"); !exists(name) {
		t.Errorf("no database %s", name)
	}
}

// TestTheRecipeForAForgeKeepsWhatHostsAskedFor: between the runs of the README's recipe,
// failed ones included, the database and the archive are kept, and syncs four hours apart
// ask nothing of a host that wants ten hours of rest; a host that says "not modified" is
// understood.
func TestTheRecipeForAForgeKeepsWhatHostsAskedFor(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, save, ok := strings.Cut(string(readme), "actions/cache/save@v4\n        if: always()")
	save, _, _ = strings.Cut(save, "- uses:")
	kept := strings.Fields(save)
	if !ok || !slices.Contains(kept, "koyomi.db") || !slices.Contains(kept, "koyomi.db.archive") {
		t.Fatalf("the recipe keeps %q", kept)
	}
	m, host := newMoody(t)
	r := live(t, host, twoGardens)
	runs := 0
	run := func(exit int) {
		t.Helper()
		next := t.TempDir() // each run has a machine of its own
		for _, name := range []string{"koyomi.db", "koyomi.db.archive", "config.yaml"} {
			copyAll(t, filepath.Join(r.dir, name), filepath.Join(next, name))
		}
		now := time.Date(2026, 6, 1, 0, 17, 0, 0, time.UTC).Add(time.Duration(runs) * 4 * time.Hour)
		must(t, exit, next, "sync", "garden", "orchard", "--now", now.Format(time.RFC3339))
		r.dir = next
		runs++
	}
	run(0)
	m.answer("/garden.ics", func(w http.ResponseWriter) {
		w.Header().Set("Retry-After", "36000")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	run(3)
	before := m.total()
	run(3)
	run(3)
	if m.total() != before {
		t.Errorf("%d requests inside the rest", m.total()-before)
	}
	m.answer("/garden.ics", func(w http.ResponseWriter) { w.Header().Set("ETag", `"1"`); io.WriteString(w, gardenCalendar) })
	run(0)
	m.answer("/garden.ics", func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotModified) })
	run(0)
}

// copyAll copies a file or directory, if it is there.
func copyAll(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return
	case err == nil && info.IsDir():
		err = os.CopyFS(to, os.DirFS(from))
	case err == nil:
		var b []byte
		if b, err = os.ReadFile(from); err == nil {
			err = os.WriteFile(to, b, 0o600)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestALostArchiveIsFilledAgain: where the kept copies of pages are lost, koyomi asks
// for the pages themselves, not whether they are as before.
func TestALostArchiveIsFilledAgain(t *testing.T) {
	t.Parallel()
	host, answers := gardenServer(t)
	r := live(t, host, map[string]string{"garden.yaml": garden})
	must(t, 0, r.dir, "sync", "garden", "--now", "2026-06-01T12:00:00+09:00")
	if err := os.RemoveAll(filepath.Join(r.dir, "koyomi.db.archive")); err != nil {
		t.Fatal(err)
	}
	must(t, 0, r.dir, "sync", "garden", "--now", "2026-06-01T18:00:00+09:00")
	if answers[200] != 2 || answers[304] != 0 {
		t.Errorf("answers %v", answers)
	}
}
