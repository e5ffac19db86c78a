package internal

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The limits that the product's own code is held to. A branch is what cyclomatic
// complexity counts: if, for, case, && and ||.
const (
	maxBranches      = 21.0 // per 100 lines of function, over the whole tree
	denseBranches    = 0.45 // branches a line; a function at or above it is dense
	denseLines       = 8    // shorter functions are not looked at
	maxDense         = 3.0  // percent of the functions of denseLines and more
	maxOperators     = 3    // && and || in one condition
	maxFileLines     = 400
	maxCommandsLines = 6200 // of cmd/koyomi
)

// bigData names the files above maxFileLines that hold data in Go syntax.
var bigData = map[string]bool{
	// The words of the pages, in two languages.
	"internal/publish/site/words.go": true,
}

// A measured is one function of the tree.
type measured struct {
	file, name      string
	lines, branches int
}

func (m measured) dense() bool {
	return m.lines >= denseLines && float64(m.branches) >= denseBranches*float64(m.lines)
}

// A census is what the tree's own code measures.
type census struct {
	functions  []measured
	conditions []string       // places of conditions with too many operators
	files      map[string]int // lines of each file
}

// TestCodeStaysReadable holds the tree to the limits above and prints what it
// measures; with -v a line a package.
func TestCodeStaysReadable(t *testing.T) {
	c := takeCensus(t, "../cmd", ".", "../sources")
	branches, dense := c.totals(t)
	if branches > maxBranches {
		t.Errorf("%.1f branches per 100 lines of function, expected at most %.0f", branches, maxBranches)
	}
	if dense > maxDense {
		t.Errorf("%.1f %% of the functions of %d and more lines are dense, expected at most %.0f %%", dense, denseLines, maxDense)
		c.listDense(t)
	}
	for _, place := range c.conditions {
		t.Errorf("%s: a condition with more than %d && and || (use named parts)", place, maxOperators)
	}
	commands := 0
	for file, lines := range c.files {
		if lines > maxFileLines && !bigData[file] {
			t.Errorf("%s has %d lines, expected at most %d", file, lines, maxFileLines)
		}
		if strings.HasPrefix(file, "cmd/koyomi/") {
			commands += lines
		}
	}
	t.Logf("cmd/koyomi has %d lines without tests", commands)
	if commands > maxCommandsLines {
		t.Errorf("cmd/koyomi has %d lines, expected at most %d", commands, maxCommandsLines)
	}
}

// totals returns the branches per 100 lines of function and the percentage of
// dense functions, and logs both by package.
func (c census) totals(t *testing.T) (branches, dense float64) {
	t.Helper()
	byPackage := map[string][]measured{}
	for _, f := range c.functions {
		dir := filepath.ToSlash(filepath.Dir(f.file))
		byPackage[dir] = append(byPackage[dir], f)
	}
	for _, dir := range slices.Sorted(maps.Keys(byPackage)) {
		b, d := rates(byPackage[dir])
		t.Logf("%-42s %5.1f branches per 100 lines, %4.1f %% dense", dir, b, d)
	}
	branches, dense = rates(c.functions)
	t.Logf("all: %.2f branches per 100 lines of function, %.2f %% dense, %d functions", branches, dense, len(c.functions))
	return branches, dense
}

func rates(functions []measured) (branches, dense float64) {
	var lines, sum, long, over int
	for _, f := range functions {
		lines += f.lines
		sum += f.branches
		if f.lines >= denseLines {
			long++
		}
		if f.dense() {
			over++
		}
	}
	return 100 * float64(sum) / float64(max(lines, 1)), 100 * float64(over) / float64(max(long, 1))
}

func (c census) listDense(t *testing.T) {
	t.Helper()
	dense := slices.DeleteFunc(slices.Clone(c.functions), func(m measured) bool { return !m.dense() })
	slices.SortFunc(dense, func(a, b measured) int { return cmp.Compare(b.branches, a.branches) })
	for _, m := range dense {
		t.Logf("dense: %s %s: %d branches in %d lines", m.file, m.name, m.branches, m.lines)
	}
}

func takeCensus(t *testing.T, roots ...string) census {
	t.Helper()
	c := census{files: map[string]int{}}
	for _, root := range roots {
		eachSource(t, root, func(path string, text []byte) { c.add(t, path, text) })
	}
	if len(c.functions) < 1000 {
		t.Fatalf("%d functions were found: the tree was not read", len(c.functions))
	}
	return c
}

// eachSource visits the Go files below root that are neither tests nor generated.
func eachSource(t *testing.T, root string, visit func(path string, text []byte)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "testdata":
			return filepath.SkipDir
		case d.IsDir(), !strings.HasSuffix(path, ".go"), strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil && !bytes.Contains(text, []byte("DO NOT EDIT")) {
			visit(fromTop(path), text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fromTop returns a path as seen from the top of the repository.
func fromTop(path string) string {
	path = filepath.ToSlash(path)
	if below, ok := strings.CutPrefix(path, "../"); ok {
		return below
	}
	return "internal/" + path
}

func (c *census) add(t *testing.T, path string, text []byte) {
	t.Helper()
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, path, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	c.files[path] = bytes.Count(text, []byte("\n"))
	for _, d := range parsed.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		first, last := files.Position(f.Pos()).Line, files.Position(f.End()).Line
		c.functions = append(c.functions, measured{path, f.Name.Name, last - first + 1, countBranches(f.Body)})
		for _, at := range longConditions(f.Body) {
			c.conditions = append(c.conditions, files.Position(at).String())
		}
	}
}

func countBranches(body *ast.BlockStmt) (n int) {
	ast.Inspect(body, func(node ast.Node) bool {
		if isBranch(node) {
			n++
		}
		return true
	})
	return n
}

func isBranch(node ast.Node) bool {
	switch x := node.(type) {
	case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
		return true
	case *ast.CaseClause:
		return x.List != nil
	case *ast.CommClause:
		return x.Comm != nil
	case *ast.BinaryExpr:
		return isLogical(x)
	}
	return false
}

func isLogical(x *ast.BinaryExpr) bool { return x.Op == token.LAND || x.Op == token.LOR }

// longConditions returns where a condition has more than maxOperators && and ||.
func longConditions(body *ast.BlockStmt) (places []token.Pos) {
	ast.Inspect(body, func(node ast.Node) bool {
		x, ok := node.(*ast.BinaryExpr)
		if !ok || !isLogical(x) {
			return true
		}
		if countOperators(x) > maxOperators {
			places = append(places, x.Pos())
		}
		return false
	})
	return places
}

func countOperators(e ast.Expr) (n int) {
	ast.Inspect(e, func(node ast.Node) bool {
		if x, ok := node.(*ast.BinaryExpr); ok && isLogical(x) {
			n++
		}
		_, nested := node.(*ast.FuncLit)
		return !nested
	})
	return n
}
