package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A reader keeps one connection and asks for the calendar again and again, at its own
// moment of every second, as clients do that know nothing of each other.
type reader struct {
	conn net.Conn
	in   *bufio.Reader
}

const readerAsks = "GET /calendar.ics HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n"

// ask returns how many octets came.
func (r *reader) ask() (int64, error) {
	if _, err := io.WriteString(r.conn, readerAsks); err != nil {
		return 0, err
	}
	w, err := http.ReadResponse(r.in, nil)
	if err != nil {
		return 0, err
	}
	defer w.Body.Close()
	n, err := io.Copy(io.Discard, w.Body)
	if err == nil && w.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", w.StatusCode)
	}
	return n, err
}

// TestManyReaders: readers ask for the calendar in parallel, and each gets it whole
// every time (B79). They are few and ask at once, or as many as KOYOMI_READERS says,
// each once a second; then it tells how long they waited, counted from the moment at
// which they meant to ask, and what memory the program took. KOYOMI_READERS_OF names a
// database to serve.
func TestManyReaders(t *testing.T) {
	many, rounds, pace := 50, 3, time.Duration(0)
	if v := os.Getenv("KOYOMI_READERS"); v != "" {
		var err error
		if many, err = strconv.Atoi(v); err != nil {
			t.Fatalf("KOYOMI_READERS: %v", err)
		}
		rounds, pace = 30, time.Second
	}
	args := []string{"serve", "--replay", "--listen", "127.0.0.1:0"}
	if v := os.Getenv("KOYOMI_READERS_OF"); v != "" {
		args = append(args, "--database", v)
	}
	s := startProgram(t, t.TempDir(), args...)
	_, address, _ := strings.Cut(s.waitFor("http://127.0.0.1:"), "http://")
	address, _, _ = strings.Cut(address, "/")
	readers := make([]*reader, many)
	for i := range readers {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		readers[i] = &reader{conn, bufio.NewReaderSize(conn, 2048)}
	}
	size, err := readers[0].ask()
	if err != nil || size == 0 {
		t.Fatalf("%d octets, %v", size, err)
	}
	memory := []string{resident(t, s.cmd.Process.Pid)}
	start := time.Now()
	waits := make([][]time.Duration, many)
	var all sync.WaitGroup
	for i, r := range readers {
		all.Go(func() {
			for round := range rounds {
				at := start.Add(pace*time.Duration(round+1) + pace*time.Duration(i)/time.Duration(many))
				time.Sleep(time.Until(at))
				n, err := r.ask()
				if err != nil || n != size {
					t.Errorf("reader %d: %d octets of %d, %v", i, n, size, err)
					return
				}
				waits[i] = append(waits[i], time.Since(at))
			}
		})
	}
	for third := range 3 {
		time.Sleep(time.Until(start.Add(pace * time.Duration(rounds*(third+1)/3))))
		memory = append(memory, resident(t, s.cmd.Process.Pid))
	}
	all.Wait()
	sorted := slices.Sorted(slices.Values(slices.Concat(waits...)))
	if len(sorted) != many*rounds {
		t.Fatalf("%d answers, want %d", len(sorted), many*rounds)
	}
	t.Logf("%d readers, each once in %s, of %d octets: half within %s, 99 of 100 within %s, the last after %s; memory %s",
		many, pace, size, sorted[len(sorted)/2], sorted[len(sorted)*99/100], sorted[len(sorted)-1], strings.Join(memory, ", "))
}

// resident returns the memory of a process, as the system words it.
func resident(t *testing.T, pid int) string {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return "unknown" // no Linux
	}
	for line := range strings.Lines(string(status)) {
		if words, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strings.TrimSpace(words)
		}
	}
	t.Error("no VmRSS")
	return ""
}
