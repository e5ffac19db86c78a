package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"koyomi/internal/event"
)

// A calendarClient is a subscriber as people are: vdirsyncer fetches the calendar into a
// folder, khal shows what is in it.
type calendarClient struct {
	*testing.T
	dir string
}

// subscribeWith returns a client of a calendar; the test is skipped by name where the
// programs are not here (.ci/parts.sh installs them).
func subscribeWith(t *testing.T, address string) calendarClient {
	t.Helper()
	for _, name := range []string{"vdirsyncer", "khal"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not here (.ci/parts.sh installs it)", name)
		}
	}
	c := calendarClient{t, t.TempDir()}
	if err := os.Mkdir(filepath.Join(c.dir, "items"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"vdirsyncer.conf": "[general]\nstatus_path = \"{dir}/status\"\n" +
			"[pair koyomi]\na = \"there\"\nb = \"here\"\ncollections = null\nconflict_resolution = \"a wins\"\n" +
			"[storage there]\ntype = \"http\"\nurl = \"" + address + "\"\n" +
			"[storage here]\ntype = \"filesystem\"\npath = \"{dir}/items\"\nfileext = \".ics\"\n",
		"khal.conf": "[calendars]\n[[koyomi]]\npath = {dir}/items\nreadonly = True\n" +
			"[locale]\nlocal_timezone = Asia/Tokyo\ndefault_timezone = Asia/Tokyo\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n" +
			"[sqlite]\npath = {dir}/khal.db\n",
	} {
		if err := os.WriteFile(filepath.Join(c.dir, name), []byte(strings.ReplaceAll(text, "{dir}", c.dir)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c.run("vdirsyncer", "--config", filepath.Join(c.dir, "vdirsyncer.conf"), "discover")
	return c
}

// run runs one of the programs in a home of its own.
func (c calendarClient) run(name string, args ...string) string {
	c.Helper()
	cmd := exec.CommandContext(c.Context(), name, args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "HOME="+c.dir, "XDG_CONFIG_HOME="+c.dir, "XDG_DATA_HOME="+c.dir, "XDG_CACHE_HOME="+c.dir, "LC_ALL=C.UTF-8")
	cmd.Stdin = strings.NewReader("y\ny\n")
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Contains(string(out), "WARNING") || strings.Contains(string(out), "warning:") {
		c.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// shows fetches the calendar and returns what the client shows from a day on.
func (c calendarClient) shows(from string) []string {
	c.Helper()
	c.run("vdirsyncer", "--config", filepath.Join(c.dir, "vdirsyncer.conf"), "sync")
	out := c.run("khal", "--config", filepath.Join(c.dir, "khal.conf"), "list", "--day-format", "", "--format", "{start-long} {cancelled}{title}", from, "60d")
	lines := strings.FieldsFunc(out, func(r rune) bool { return r == '\n' })
	slices.Sort(lines)
	return slices.Compact(lines)
}

// TestRealClientsFollowChanges: a move, a cancellation and a new event, in each way to
// show what is cancelled.
func TestRealClientsFollowChanges(t *testing.T) {
	t.Parallel()
	first := event.DateOf(time.Now().In(event.Tokyo)).Add(20)
	day := func(n int) string { return first.Add(n).String() }
	entry := func(uid string, on int, title, status string) string {
		at := strings.ReplaceAll(day(on), "-", "")
		return fmt.Sprintf("BEGIN:VEVENT\r\nUID:%s@garden.example\r\nDTSTAMP:20260501T000000Z\r\nDTSTART;TZID=Asia/Tokyo:%sT190000\r\nDTEND;TZID=Asia/Tokyo:%sT210000\r\nSUMMARY:%s\r\nSTATUS:%s\r\nEND:VEVENT\r\n", uid, at, at, title, status)
	}
	var mu sync.Mutex
	body := entry("1", 0, "庭の会", "CONFIRMED") + entry("2", 1, "森の会", "CONFIRMED") + entry("3", 2, "川の会", "CONFIRMED")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/garden.ics" {
			http.NotFound(w, r)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprint(w, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//garden//\r\n"+body+"END:VCALENDAR\r\n")
	}))
	t.Cleanup(server.Close)
	r := live(t, strings.TrimPrefix(server.URL, "http://"), map[string]string{"garden.yaml": garden})
	must(t, 0, r.dir, "sync", "garden")
	s := startProgram(t, r.dir, "serve", "--listen", "127.0.0.1:0")
	host := strings.TrimSuffix(after(s.waitFor("publishes on"), "http://"), "/")
	address := "http://" + host + "/calendar.ics"

	policies := []string{"keep", "mark", "hide"}
	clients := map[string]calendarClient{}
	before := []string{day(0) + " 19:00 庭の会", day(1) + " 19:00 森の会", day(2) + " 19:00 川の会"}
	for _, policy := range policies {
		clients[policy] = subscribeWith(t, address+"?cancelled="+policy)
		if got := clients[policy].shows(day(-5)); !slices.Equal(got, before) {
			t.Fatalf("%s: at first %q, want %q", policy, got, before)
		}
	}
	_, _, h := get(t, address)
	if status, _, _ := get(t, address, "If-None-Match", h.Get("Etag")); status != http.StatusNotModified {
		t.Errorf("with its tag a client gets %d", status)
	}
	if status, _, _ := get(t, address, "If-Modified-Since", h.Get("Last-Modified")); status != http.StatusNotModified {
		t.Errorf("with its date a client gets %d", status)
	}

	mu.Lock()
	body = entry("1", 4, "庭の会", "CONFIRMED") + entry("2", 1, "森の会", "CANCELLED") + entry("3", 2, "川の会", "CONFIRMED") + entry("4", 3, "山の会", "CONFIRMED")
	mu.Unlock()
	s.signal(syscall.SIGTERM)
	s.end()
	if out := must(t, 0, r.dir, "sync", "garden").out; !strings.Contains(out, "山の会") {
		t.Fatalf("the change was not read:\n%s", out)
	}
	startProgram(t, r.dir, "serve", "--listen", host).waitFor("publishes on")
	if status, _, _ := get(t, address, "If-None-Match", h.Get("Etag")); status != http.StatusOK {
		t.Errorf("after a change a client gets %d", status)
	}
	for policy, cancelled := range map[string]string{"keep": " 19:00 CANCELLED 森の会", "mark": " 19:00 【中止】森の会", "hide": ""} {
		var want []string
		if cancelled != "" {
			want = append(want, day(1)+cancelled)
		}
		want = append(want, day(2)+" 19:00 川の会", day(3)+" 19:00 山の会", day(4)+" 19:00 庭の会")
		if got := clients[policy].shows(day(-5)); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", policy, got, want)
		}
	}
}
