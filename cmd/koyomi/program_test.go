package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestAsProgram is no test: it is the program itself, run in a process of its own
// by those tests that kill it or send it signals.
func TestAsProgram(*testing.T) {
	if os.Getenv("KOYOMI_AS_PROGRAM") != "1" {
		return
	}
	args := os.Args
	for i, a := range args {
		if a == "--" {
			args = args[i+1:]
			break
		}
	}
	os.Exit(run(args, os.Stdin, os.Stdout, os.Stderr))
}

// patience is how long a test waits for what must come; it is no measure.
const patience = time.Minute

// asProgram returns the program with arguments, to be run in dir.
func asProgram(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0], append([]string{"-test.run=^TestAsProgram$", "--"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "KOYOMI_AS_PROGRAM=1", "KOYOMI_CONFIG=", "NO_COLOR=1")
	return cmd
}

// ran is a program that ended.
type ran struct {
	out, errOut string
	exit        int
}

// runProgram runs the program to its end.
func runProgram(t *testing.T, dir string, args ...string) ran {
	t.Helper()
	var out, errOut bytes.Buffer
	cmd := asProgram(t, dir, args...)
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("koyomi %s: %v", strings.Join(args, " "), err)
	}
	return ran{out.String(), errOut.String(), cmd.ProcessState.ExitCode()}
}

// must runs the program, which has to end with a status.
func must(t *testing.T, exit int, dir string, args ...string) ran {
	t.Helper()
	r := runProgram(t, dir, args...)
	if r.exit != exit {
		t.Fatalf("koyomi %s: exit %d, want %d\n%s%s", strings.Join(args, " "), r.exit, exit, r.out, r.errOut)
	}
	return r
}

// A daemonProcess is a program that runs on.
type daemonProcess struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines chan string
	mu    sync.Mutex
	said  strings.Builder
}

// startProgram starts the program; both its outputs come as lines.
func startProgram(t *testing.T, dir string, args ...string) *daemonProcess {
	t.Helper()
	s := &daemonProcess{t: t, cmd: asProgram(t, dir, args...), lines: make(chan string, 10_000)}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stdout, s.cmd.Stderr = w, w
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	go func() {
		defer close(s.lines)
		defer r.Close()
		for scan := bufio.NewScanner(r); scan.Scan(); {
			s.mu.Lock()
			s.said.WriteString(scan.Text() + "\n")
			s.mu.Unlock()
			s.lines <- scan.Text()
		}
	}()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	})
	return s
}

// waitFor returns the next line that holds words.
func (s *daemonProcess) waitFor(words string) string {
	s.t.Helper()
	late := time.After(patience)
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				s.t.Fatalf("koyomi ended without %q:\n%s", words, s.all())
			}
			if strings.Contains(line, words) {
				return line
			}
		case <-late:
			s.t.Fatalf("koyomi did not say %q:\n%s", words, s.all())
		}
	}
}

func (s *daemonProcess) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.String()
}

// signal sends a signal.
func (s *daemonProcess) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// end waits for the end and returns the exit status, -1 for a killed one.
func (s *daemonProcess) end() int {
	_ = s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode()
}

// get reads one address of a service.
func get(t *testing.T, address string, header ...string) (status int, body string, h http.Header) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b), resp.Header
}
