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

// impure are the packages that only adapters may use.
var impure = []string{"net/http", "database/sql", "os", "log/slog", "log", "net", "os/exec", "syscall"}

// pipeline are the packages below the adapters that call them by contract.
var pipeline = map[string]bool{"poll": true, "recording": true, "store/storetest": true}

// plan reads the layers from doc.go: the position of each package, and its layer.
func plan(t *testing.T) (position map[string]int, layer map[string]int) {
	t.Helper()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	position, layer = map[string]int{}, map[string]int{}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(strings.TrimPrefix(line, "//"))
		if len(fields) < 3 || fields[0] != "layer" {
			continue
		}
		n, err := strconv.Atoi(fields[1])
		if err != nil {
			t.Fatalf("doc.go: layer %q is not a number", fields[1])
		}
		for _, pkg := range fields[2:] {
			position[pkg], layer[pkg] = len(position), n
		}
	}
	if len(position) < 10 {
		t.Fatalf("doc.go names %d packages; the layers cannot be read from it", len(position))
	}
	return position, layer
}

// TestImportsGoDown holds the imports of every file to the layers.
func TestImportsGoDown(t *testing.T) {
	position, layer := plan(t)
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == "testdata" {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || filepath.Dir(path) == "." {
			return nil
		}
		pkg := filepath.ToSlash(filepath.Dir(path))
		seen[pkg] = true
		if _, ok := position[pkg]; !ok {
			t.Errorf("%s: the layers in doc.go do not name the package %s", path, pkg)
			return nil
		}
		for _, imported := range imports(t, path) {
			below, ours := strings.CutPrefix(imported, "koyomi/internal/")
			switch {
			case ours && position[below] >= position[pkg]:
				t.Errorf("%s imports %s: imports go down only", path, below)
			case !ours && layer[pkg] <= 3 && !pipeline[pkg] && isImpure(imported):
				t.Errorf("%s imports %s: a pure package uses no network, database, file, log or process", path, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range position {
		if !seen[pkg] {
			t.Errorf("doc.go names a package %s that does not exist", pkg)
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
