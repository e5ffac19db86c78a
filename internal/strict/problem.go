// Package strict answers for YAML files that people write: decoded without
// leniency, with the place of everything that is wrong, all at once.
package strict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A Problem is one thing that is wrong in a file, for the person who fixes it.
type Problem struct {
	// File is the name as the person knows it; Line and Column count from 1,
	// columns in characters. Zero where there is no place to name.
	File         string
	Line, Column int
	// Path leads to the value: "sources[0].html.list.item"; "" for the whole file.
	Path string
	// Message says what is expected, what was found and what to use instead.
	Message string
	// Hint is a guess at what was meant, such as `did you mean "osc"?`.
	Hint string
}

// String returns "sources/osc.yaml:14:5: sources[0].kind: …; did you mean "html"?", on
// one line, whatever a file holds: it is fit for a terminal.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return shown(b.String())
}

// shown writes out what a terminal would obey in place of showing it.
func shown(s string) string {
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			fmt.Fprintf(&b, "\\u%04X", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func hidden(r rune) bool { return !unicode.IsGraphic(r) }

// Sort puts problems in the order of the files and of the places in them.
func Sort(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
		)
	})
}

// DidYouMean returns the hint for a word that is not among those there are; ""
// where none of them is near.
func DidYouMean(word string, candidates []string) string {
	if near := Nearest(word, candidates); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

// Nearest returns the candidate that a person most likely meant by word: the one
// with the fewest typing slips, of which at most one in three letters may be one;
// "" if none is that near.
func Nearest(word string, candidates []string) string {
	if len(word) > maxNear {
		return ""
	}
	near := slices.DeleteFunc(
		slices.Clone(candidates),
		func(c string) bool { return len(c) > maxNear || c == word },
	)
	slices.Sort(near)
	best, least := "", len([]rune(word))/3+1
	for _, c := range near {
		if d := slips(fold(word), fold(c)); d < least {
			best, least = c, d
		}
	}
	return cmp.Or(best, beginsWith(word, candidates))
}

// maxNear is the length of the longest word for which another one is proposed.
const maxNear = 100

// beginsWith returns the only candidate that begins with word; "" for several.
func beginsWith(word string, candidates []string) string {
	others := func(c string) bool { return !strings.HasPrefix(fold(c), fold(word)) }
	found := slices.DeleteFunc(slices.Clone(candidates), others)
	if len(word) < 3 || len(found) != 1 {
		return ""
	}
	return found[0]
}

func fold(s string) string {
	return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(s))
}

// slips counts letters put in, left out, mistaken, or exchanged with the next
// (Damerau and Levenshtein's distance, optimal string alignment).
func slips(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := [3][]int{make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(x); i++ {
		before, last, row := rows[0], rows[1], rows[2]
		row[0] = i
		for j := 1; j <= len(y); j++ {
			wrong := 0
			if x[i-1] != y[j-1] {
				wrong = 1
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+wrong)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		rows = [3][]int{last, row, before}
	}
	return rows[1][len(y)]
}
