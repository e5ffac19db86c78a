package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// A wording is a phrase that the project does not use, and what it uses instead.
type wording struct {
	pattern *regexp.Regexp
	use     string
}

var wordings = []wording{
	{regexp.MustCompile(`(?i)\bwould be right\b`), `expected … (use …)`},
	{regexp.MustCompile(`(?i)\banew\b`), `again`},
	{regexp.MustCompile(`(?i)\bmend(s|ed|ing)?\b`), `fix`},
	{regexp.MustCompile(`(?i)\bbut for\b`), `except`},
	{regexp.MustCompile(`(?i)\btold of\b`), `reported, or shown`},
	{regexp.MustCompile(`\b\w+ gives\b`), `returns, or writes`},
	{regexp.MustCompile(`(?i)\bfront door\b`), `command line, or entry point`},
	{regexp.MustCompile(`(?i)\bcorridor\b`), `pipeline`},
	{regexp.MustCompile(`(?i)\bthe house\b`), `the architecture`},
	{regexp.MustCompile(`(?i)\bthinking rooms?\b`), `pure package`},
	{regexp.MustCompile(`催し`), `イベント`},
}

// metaphors are words that stand in no name, with the term to use instead.
var metaphors = map[string]string{
	"press": "the package's own term", "desk": "signup", "office": "sender",
	"book": "store, or state", "face": "page, or view", "works": "deps",
	"room": "package", "rooms": "packages", "house": "package", "kit": "toolkit, or its parts' names",
	"story": "log", "sheet": "table", "carrier": "transport", "corridor": "pipeline",
	"museum": "cases", "shelf": "store", "workshop": "deps", "household": "group",
}

// mailPackages are where a letter is a message.
var mailPackages = []string{"internal/mail", "internal/delivery", "internal/subscriber", "internal/publish/digest", "internal/store"}

// TestTextUsesPlainWords holds comments, strings and documents to the wordings above.
func TestTextUsesPlainWords(t *testing.T) {
	for _, root := range []string{"../cmd", ".", "../sources"} {
		eachSource(t, root, func(path string, text []byte) { checkGo(t, path, text) })
	}
	documents := []string{"../README.md", "../sources/README.md", "../config.yaml"}
	documents = append(documents, below(t, "../.github")...)
	documents = append(documents, below(t, "../.ci")...)
	documents = append(documents, below(t, "../cmd/koyomi/testdata/script")...)
	for _, path := range documents {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			checkWording(t, token.Position{Filename: path, Line: n}, line)
		}
	}
}

// below returns the text files below a directory, without what tools built there.
func below(t *testing.T, dir string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "bin":
			return filepath.SkipDir
		case !d.IsDir() && filepath.Ext(path) != ".sum":
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatalf("%s has no files", dir)
	}
	return paths
}

func checkGo(t *testing.T, path string, text []byte) {
	t.Helper()
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, path, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range parsed.Comments {
		checkWording(t, files.Position(group.Pos()), group.Text())
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		switch x := node.(type) {
		case *ast.BasicLit:
			if x.Kind == token.STRING {
				checkWording(t, files.Position(x.Pos()), x.Value)
			}
		case *ast.FuncDecl:
			checkName(t, files.Position(x.Name.Pos()), x.Name.Name)
		case *ast.Ident:
			if x.Obj != nil && x.Obj.Pos() == x.Pos() {
				checkName(t, files.Position(x.Pos()), x.Name)
			}
		}
		return true
	})
}

func checkWording(t *testing.T, at token.Position, text string) {
	t.Helper()
	text = strings.Join(strings.Fields(text), " ")
	for _, w := range wordings {
		if w.use == "イベント" && readsJapanese(at.Filename) {
			continue
		}
		if found := w.pattern.FindString(text); found != "" {
			t.Errorf("%s:%d: %q (use %s)", at.Filename, at.Line, found, w.use)
		}
	}
}

// readsJapanese reports the packages that read whatever people write.
func readsJapanese(path string) bool {
	return strings.HasPrefix(path, "internal/when/") || strings.HasPrefix(path, "internal/extract/")
}

func checkName(t *testing.T, at token.Position, name string) {
	t.Helper()
	for _, word := range nameWords(name) {
		if use, ok := metaphors[word]; ok {
			t.Errorf("%s:%d: the name %s has the metaphor %q (use %s)", at.Filename, at.Line, name, word, use)
		}
		if isLetter := word == "letter" || word == "letters"; isLetter && inMail(at.Filename) {
			t.Errorf("%s:%d: the name %s has the metaphor %q (use message)", at.Filename, at.Line, name, word)
		}
	}
}

func inMail(path string) bool {
	for _, dir := range mailPackages {
		if strings.HasPrefix(path, dir+"/") {
			return true
		}
	}
	return false
}

// nameWords returns the words of a Go name, in lower case.
func nameWords(name string) (words []string) {
	start := 0
	for i, r := range name {
		if i > start && unicode.IsUpper(r) {
			words = append(words, strings.ToLower(name[start:i]))
			start = i
		}
	}
	return append(words, strings.ToLower(name[start:]))
}
