package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
)

// makeNear makes a database of so many events, all of them in the calendar's window.
func makeNear(t *testing.T, path string, count int) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{Lock: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	now := time.Now()
	id, err := db.OpenPoll(t.Context(), "garden", now)
	if err != nil {
		t.Fatal(err)
	}
	o := store.Outcome{
		Poll:  store.Poll{ID: id, Source: "garden", At: now, Closed: now, State: health.Applied},
		State: store.SourceState{ID: "garden", LastPoll: now, LastGood: now, NextAt: now.Add(12 * time.Hour)},
	}
	for n := range count {
		e := largeEvent(n, count)
		start := now.Add(time.Duration(n)*500*24*time.Hour/time.Duration(count)).AddDate(0, 0, -150)
		e.Start, e.End = event.At(start.In(event.Tokyo)), event.At(start.Add(2*time.Hour).In(event.Tokyo))
		e.Description = strings.Repeat(e.Description+"\n", 3)
		o.Events = append(o.Events, e)
	}
	if err := db.ClosePoll(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

// memoryOf returns a figure of a process's memory in KiB: VmRSS what it has now, VmHWM
// the most that it ever had.
func memoryOf(t *testing.T, pid int, name string) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if words, ok := strings.CutPrefix(line, name+":"); ok {
			n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(words), " kB"))
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("no %s", name)
	return 0
}

// TestManyQuestionsStayWithinTheMemoryLimit: 1,200 different questions over 2,100
// events, 16 at once, are answered within 256 MiB, and the memory falls back when they
// have been answered.
func TestManyQuestionsStayWithinTheMemoryLimit(t *testing.T) {
	if underRace {
		t.Skip("the race detector takes memory of its own: the limit is held without it")
	}
	const events, questions, atOnce, limit = 2100, 1200, 16, 256 << 10
	host, _ := gardenServer(t)
	r := live(t, host, map[string]string{"garden.yaml": garden})
	database := filepath.Join(r.dir, "near.db")
	makeNear(t, database, events)
	s := startProgram(t, r.dir, "serve", "--listen", "127.0.0.1:0", "--database", database)
	_, address, _ := strings.Cut(s.waitFor("http://127.0.0.1:"), "http://")
	address, _, _ = strings.Cut(address, "/")
	pid := s.cmd.Process.Pid
	work := make(chan int)
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for n := range work {
				if err := askQuestion(address, n); err != nil {
					t.Error(err)
				}
			}
		})
	}
	began := time.Now()
	for n := range questions {
		work <- n
	}
	close(work)
	all.Wait()
	took, most, after := time.Since(began), memoryOf(t, pid, "VmHWM"), memoryOf(t, pid, "VmRSS")
	if most > limit {
		t.Errorf("the most memory was %d KiB, want at most %d", most, limit)
	}
	least := after
	for deadline := time.Now().Add(20 * time.Second); least > limit/2 && time.Now().Before(deadline); {
		time.Sleep(time.Second)
		least = memoryOf(t, pid, "VmRSS")
	}
	if least > limit/2 {
		t.Errorf("the memory fell back to %d KiB only", least)
	}
	t.Logf("%d questions in %s: at most %d KiB, %d after them, %d later", questions, took.Round(time.Millisecond), most, after, least)
}

// askQuestion asks the nth question, in each of the formats in turn.
func askQuestion(address string, n int) error {
	path := []string{"/calendar.ics", "/", "/api/v1/events", "/feed.atom"}[n%4]
	u := fmt.Sprintf("http://%s%s?q=%s", address, path, url.QueryEscape(fmt.Sprintf("-zz%dx", n)))
	w, err := http.Get(u)
	if err != nil {
		return err
	}
	defer w.Body.Close()
	if _, err := io.Copy(io.Discard, w.Body); err != nil {
		return err
	}
	if w.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: status %d", u, w.StatusCode)
	}
	return nil
}
