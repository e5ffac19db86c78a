package lexicon

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"koyomi/internal/when/fold"
)

// TestWordFiles holds the files of words to one form: a comment, then folded words, in
// order, each in one file only.
func TestWordFiles(t *testing.T) {
	names, err := fs.Glob(files, "words/*.txt")
	if err != nil || len(names) != int(NClasses)-1 {
		t.Fatalf("%d files for %d classes: %v", len(names), NClasses-1, err)
	}
	first := map[string]string{}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		if !strings.HasPrefix(lines[0], "# ") {
			t.Errorf("%s: expected a comment in the first line", name)
		}
		words := lines[1:]
		if !slices.IsSorted(words) {
			t.Errorf("%s: the words are not in order", name)
		}
		for _, w := range words {
			if other, ok := first[w]; ok {
				t.Errorf("%s: %s stands in %s, too", name, w, other)
			}
			first[w] = name
			if folded(w) != w {
				t.Errorf("%s: %q can never be found; folded it is %q", name, w, folded(w))
			}
		}
	}
}

func folded(w string) string {
	var b strings.Builder
	for _, r := range fold.Fold(nil, w) {
		b.WriteRune(r.R)
	}
	return b.String()
}
