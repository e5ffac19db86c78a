package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A livingRoom is a directory with a config and source files that watch a server
// on this machine.
type livingRoom struct {
	dir, config string
}

// live makes a directory in which koyomi watches sources at host, an address and
// port; files are source files by name, with {host} in them.
func live(t *testing.T, host string, files map[string]string) livingRoom {
	t.Helper()
	dir := t.TempDir()
	r := livingRoom{dir, filepath.Join(dir, "config.yaml")}
	if err := os.Mkdir(filepath.Join(dir, "own"), 0o700); err != nil {
		t.Fatal(err)
	}
	r.write(t, "config.yaml", fmt.Sprintf("contact: someone@koyomi.example\nsources: %s\nallow: [%q]\nmin_gap: {%q: 0s}\n", filepath.Join(dir, "own"), host, host))
	for name, text := range files {
		r.write(t, "own/"+name, strings.ReplaceAll(text, "{host}", host))
	}
	return r
}

func (r livingRoom) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// garden is a community with a calendar.
const garden = "name: Garden\nsources:\n  - kind: ics\n    url: http://{host}/garden.ics\n"

const gardenCalendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//garden//\r\n" +
	"BEGIN:VEVENT\r\nUID:1@garden.example\r\nDTSTAMP:20260501T000000Z\r\nDTSTART:20260610T100000Z\r\nDTEND:20260610T120000Z\r\nSUMMARY:庭の勉強会\r\nEND:VEVENT\r\n" +
	"END:VCALENDAR\r\n"

// gardenServer serves the calendar with an ETag and counts the answers.
func gardenServer(t *testing.T) (host string, answers map[int]int) {
	t.Helper()
	answers = map[int]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"garden-1"`)
		if r.Header.Get("If-None-Match") == `"garden-1"` {
			answers[http.StatusNotModified]++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		answers[http.StatusOK]++
		fmt.Fprint(w, gardenCalendar)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), answers
}

func TestSecondSyncChangesNothing(t *testing.T) {
	t.Parallel()
	host, answers := gardenServer(t)
	r := live(t, host, map[string]string{"garden.yaml": garden})
	ics := func() string {
		return must(t, 0, r.dir, "events", "--from", "2020-01-01", "--format", "ics", "--now", "2026-06-01T12:00:00+09:00").out
	}
	must(t, 0, r.dir, "sync", "garden", "--now", "2026-06-01T12:00:00+09:00")
	before := ics()
	if !strings.Contains(before, "庭の勉強会") {
		t.Fatalf("the event was not read:\n%s", before)
	}
	out := must(t, 0, r.dir, "sync", "garden", "--now", "2026-06-01T12:00:00+09:00").out
	if !strings.Contains(out, "unchanged (304)") || answers[304] != 1 || answers[200] != 1 {
		t.Errorf("the second sync: %v\n%s", answers, out)
	}
	if after := ics(); after != before {
		t.Errorf("the calendar changed:\n%s\n%s", before, after)
	}
}

// A source that cannot be reached is named with what failed; koyomi serves on.
func TestLiveWithoutNetworkServesOn(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := taken.Addr().String()
	taken.Close() // nobody answers there any more
	r := live(t, host, map[string]string{"garden.yaml": garden})
	out := runProgram(t, r.dir, "sync", "garden")
	if out.exit != 3 || !strings.Contains(out.out, "failed (connect)") {
		t.Errorf("sync: exit %d, want 3 and what failed:\n%s%s", out.exit, out.out, out.errOut)
	}
	s := startProgram(t, r.dir, "serve", "--listen", "127.0.0.1:0")
	line := s.waitFor("publishes on")
	address := strings.TrimSuffix("http://"+after(line, "http://"), "/")
	if status, _, _ := get(t, address+"/calendar.ics"); status != 200 {
		t.Errorf("the calendar without network: status %d", status)
	}
	s.signal(syscall.SIGTERM)
	if exit := s.end(); exit != 0 {
		t.Errorf("SIGTERM: exit %d, want 0\n%s", exit, s.all())
	}
}

// F57: a taken port is one sentence that names --listen, and leaves no trace.
func TestTakenPort(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := live(t, "127.0.0.1:1999", map[string]string{"garden.yaml": garden})
	out := must(t, 1, r.dir, "serve", "--listen", l.Addr().String())
	if !strings.Contains(out.errOut, l.Addr().String()) || !strings.Contains(out.errOut, "--listen") || strings.Count(out.errOut, "\n") != 1 {
		t.Errorf("a taken port is told as:\n%s", out.errOut)
	}
	if exists(filepath.Join(r.dir, "koyomi.db")) {
		t.Error("a database was made")
	}
}

// F20: a second daemon on one database is refused; a sync beside it asks it to poll.
func TestSecondDaemonIsRefused(t *testing.T) {
	t.Parallel()
	host, _ := gardenServer(t)
	r := live(t, host, map[string]string{"garden.yaml": garden})
	s := startProgram(t, r.dir, "serve", "--listen", "127.0.0.1:0")
	s.waitFor("publishes on")
	out := must(t, 1, r.dir, "serve", "--listen", "127.0.0.1:0")
	if strings.Count(out.errOut, "\n") != 1 || !strings.Contains(out.errOut, "another koyomi") {
		t.Errorf("a second daemon is told:\n%s", out.errOut)
	}
	if out := must(t, 0, r.dir, "sync", "garden"); !strings.Contains(out.errOut, "a daemon is at work") {
		t.Errorf("a sync beside a daemon is told:\n%s", out.errOut)
	}
	s.waitFor("庭の勉強会")
}

// F58: a reload of a broken config keeps the old one and says what is wrong; a good
// one is taken over.
func TestReload(t *testing.T) {
	t.Parallel()
	host, _ := gardenServer(t)
	r := live(t, host, map[string]string{"garden.yaml": garden})
	s := startProgram(t, r.dir, "serve", "--listen", "127.0.0.1:0")
	s.waitFor("publishes on")
	good, err := os.ReadFile(r.config)
	if err != nil {
		t.Fatal(err)
	}
	r.write(t, "config.yaml", string(good)+"lisen: 8080\n")
	s.signal(syscall.SIGHUP)
	s.waitFor("config.yaml:5:1: lisen")
	s.waitFor("as it was before")
	r.write(t, "config.yaml", string(good)+"disable: [garden]\n")
	s.signal(syscall.SIGHUP)
	s.waitFor("were read again")
	s.signal(syscall.SIGTERM)
	if exit := s.end(); exit != 0 {
		t.Errorf("exit %d, want 0\n%s", exit, s.all())
	}
}

// F08: a stop while a source hangs ends within bounds, and cleanly.
func TestStopsWhileASourceHangs(t *testing.T) {
	t.Parallel()
	asked, release := make(chan struct{}, 8), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	defer close(release)
	host := strings.TrimPrefix(server.URL, "http://")
	r := live(t, host, map[string]string{"garden.yaml": garden})
	s := startProgram(t, r.dir, "serve", "--listen", "127.0.0.1:0")
	s.waitFor("publishes on")
	must(t, 0, r.dir, "sync", "garden")
	<-asked
	s.signal(syscall.SIGTERM)
	if exit := s.end(); exit != 0 {
		t.Errorf("exit %d, want 0\n%s", exit, s.all())
	}
}

// What is wrong in a source file is named with its place; the others are polled.
func TestBrokenSourceFileLeavesTheOthers(t *testing.T) {
	t.Parallel()
	host, _ := gardenServer(t)
	r := live(t, host, map[string]string{"garden.yaml": garden, "broken.yaml": "name: Broken\nsources:\n  - kynd: ics\n"})
	out := runProgram(t, r.dir, "sync", "garden")
	if out.exit != 3 || !strings.Contains(out.errOut, "broken.yaml:3:5") || !strings.Contains(out.out, "庭の勉強会") {
		t.Errorf("exit %d, want 3, the place and the other's events:\n%s%s", out.exit, out.out, out.errOut)
	}
	if out := must(t, 2, r.dir, "config", "check"); !strings.Contains(out.errOut, "broken.yaml:3:5") {
		t.Errorf("config check:\n%s", out.errOut)
	}
}
