package internal

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// impure are the packages that only the edge may use.
var impure = []string{"net/http", "database/sql", "os", "log/slog", "log", "net", "os/exec", "syscall"}

// carriers are the rooms below the edge that lead to it.
var carriers = map[string]bool{"poll": true, "recording": true, "store/storetest": true}

// plan reads the floors from doc.go: the position of each room, and its floor.
func plan(t *testing.T) (position map[string]int, floor map[string]int) {
	t.Helper()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	position, floor = map[string]int{}, map[string]int{}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(strings.TrimPrefix(line, "//"))
		if len(fields) < 3 || fields[0] != "floor" {
			continue
		}
		n, err := strconv.Atoi(fields[1])
		if err != nil {
			t.Fatalf("doc.go: floor %q is no number", fields[1])
		}
		for _, room := range fields[2:] {
			position[room], floor[room] = len(position), n
		}
	}
	if len(position) < 10 {
		t.Fatalf("doc.go names %d rooms; the floors cannot be read from it", len(position))
	}
	return position, floor
}

// TestStairsGoDown holds the house plan against the imports of every file.
func TestStairsGoDown(t *testing.T) {
	position, floor := plan(t)
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == "testdata" {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || filepath.Dir(path) == "." {
			return nil
		}
		room := filepath.ToSlash(filepath.Dir(path))
		seen[room] = true
		if _, ok := position[room]; !ok {
			t.Errorf("%s: the plan in doc.go names no room %s", path, room)
			return nil
		}
		for _, imported := range imports(t, path) {
			below, ours := strings.CutPrefix(imported, "koyomi/internal/")
			switch {
			case ours && position[below] >= position[room]:
				t.Errorf("%s imports %s: stairs go down only", path, below)
			case !ours && floor[room] <= 3 && !carriers[room] && isImpure(imported):
				t.Errorf("%s imports %s: a thinking room must stay pure", path, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range position {
		if !seen[room] {
			t.Errorf("doc.go names a room %s that does not exist", room)
		}
	}
}

func imports(t *testing.T, path string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, i := range f.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func isImpure(path string) bool {
	for _, p := range impure {
		if path == p {
			return true
		}
	}
	return false
}
