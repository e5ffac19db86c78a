package main

import (
	goparser "go/parser"
	"go/token"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestWorksInLittleMemory replays all recordings with a memory limit of 128 MiB (F53)
// and holds that the whole process, its code included, stays near it. That single
// documents keep within bounds is the matter of their services.
func TestWorksInLittleMemory(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "128MiB")
	database := filepath.Join(t.TempDir(), "k.db")
	cmd := asProgram(t, t.TempDir(), "sync", "--replay", "--database", database, "--now", "2026-06-01T09:00:00+09:00")
	out, _ := cmd.CombinedOutput() // the exit status is looked at below
	if code := cmd.ProcessState.ExitCode(); code != exitDone && code != exitAttention {
		t.Fatalf("exit %d: %s", code, out)
	}
	const most = 256 << 10 // KiB
	if used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && runtime.GOOS == "linux" && used.Maxrss > most && !underRace {
		t.Errorf("%d KiB in memory at its largest, at most %d expected", used.Maxrss, most)
	}
	known := must(t, 0, t.TempDir(), "events", "--database", database, "--now", "2026-06-01T09:00:00+09:00", "--from", "2000-01-01").out
	if !strings.Contains(known, "BPStudy#21") || !strings.Contains(known, "Interop Tokyo 2026") {
		t.Errorf("after it is known:\n%s", known)
	}
}

// TestBringsItsZones holds that dates come out right on a machine without a zone
// database: the program carries one (F59).
func TestBringsItsZones(t *testing.T) {
	f, err := goparser.ParseFile(token.NewFileSet(), "main.go", nil, goparser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range f.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err == nil && path == "time/tzdata" {
			return
		}
	}
	t.Error("main.go does not import time/tzdata")
}
