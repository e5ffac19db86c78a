package main

import (
	goparser "go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"testing"
)

// TestWorksInLittleMemory replays three communities' years with a memory limit of
// 128 MiB (F53); that single documents keep within bounds is the matter of their rooms.
func TestWorksInLittleMemory(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "128MiB")
	database := filepath.Join(t.TempDir(), "k.db")
	r := runProgram(t, t.TempDir(), "sync", "--replay", "--database", database, "--now", "2026-06-01T09:00:00+09:00")
	if r.exit != exitDone && r.exit != exitAttention {
		t.Fatalf("exit %d: %s", r.exit, r.errOut)
	}
	out := must(t, 0, t.TempDir(), "events", "--database", database, "--now", "2026-06-01T09:00:00+09:00", "--from", "2000-01-01").out
	if len(out) == 0 {
		t.Error("nothing is known after it")
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
