package main

import (
	goparser "go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// concrete are the adapters that only wire.go knows: whoever adds an engine, or another
// way to sites, to readers or to disks, changes that file alone.
var concrete = []string{
	"koyomi/internal/store/sqlite", "koyomi/internal/store/postgres", "koyomi/internal/fetch",
	"koyomi/internal/archive", "koyomi/internal/mail", "database/sql",
}

func TestOnlyWireKnowsConcreteAdapters(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := goparser.ParseFile(token.NewFileSet(), name, nil, goparser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(concrete, path) {
				continue
			}
			known[name] = true
			if name != "wire.go" {
				t.Errorf("%s imports %s: only wire.go may", name, path)
			}
		}
	}
	if !known["wire.go"] {
		t.Error("wire.go imports no adapter: this test looks at the wrong files")
	}
}

func TestAnEngineIsFoundByItsAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ address, name, wrong string }{
		{"koyomi.db", "koyomi.db", ""},
		{"sqlite:/var/lib/koyomi.db", "/var/lib/koyomi.db", ""},
		{"sqlite:", "", "expected a path"},
		{"postgres://localhost/koyomi", "postgres://localhost/koyomi", ""},
		{"postgresql://localhost/koyomi", "postgresql://localhost/koyomi", ""},
	} {
		e, name, err := engineOf(c.address)
		switch {
		case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
			t.Errorf("%s: got error %v, want %q", c.address, err, c.wrong)
		case c.wrong == "" && (err != nil || e.open == nil || name != c.name):
			t.Errorf("%s: got %q, %v", c.address, name, err)
		}
	}
}
