package text

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestPatternsCompile compiles what every NewPattern of the program is given, so that
// none waits for its first use to be found wrong.
func TestPatternsCompile(t *testing.T) {
	found := 0
	for _, root := range []string{"..", filepath.Join("..", "..", "cmd")} {
		for dir, files := range sourcesBelow(t, root) {
			consts := constants(files)
			for _, f := range files {
				ast.Inspect(f, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok && named(call.Fun, "NewPattern") {
						found++
						s, ok := written(call.Args[0], consts)
						if !ok {
							t.Errorf("%s: a pattern that is not written out", dir)
						}
						if _, err := regexp.Compile(s); err != nil {
							t.Errorf("%s: %v", dir, err)
						}
					}
					return true
				})
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d patterns were found", found)
	}
}

// sourcesBelow parses the Go files below root but for tests, by directory.
func sourcesBelow(t *testing.T, root string) map[string][]*ast.File {
	t.Helper()
	all := map[string][]*ast.File{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		all[filepath.Dir(path)] = append(all[filepath.Dir(path)], f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// constants gives the constants and variables of a package by name.
func constants(files []*ast.File) map[string]ast.Expr {
	all := map[string]ast.Expr{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Names) == len(v.Values) {
				for i, name := range v.Names {
					all[name.Name] = v.Values[i]
				}
			}
			return true
		})
	}
	return all
}

// written gives the text that an expression of literals and constants stands for.
func written(e ast.Expr, consts map[string]ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.Ident:
		c, ok := consts[e.Name]
		if !ok {
			return "", false
		}
		return written(c, consts)
	case *ast.ParenExpr:
		return written(e.X, consts)
	case *ast.BinaryExpr:
		x, okX := written(e.X, consts)
		y, okY := written(e.Y, consts)
		return x + y, okX && okY
	}
	return "", false
}

func named(e ast.Expr, name string) bool {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return e.Sel.Name == name
	case *ast.Ident:
		return e.Name == name
	}
	return false
}
