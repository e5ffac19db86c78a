package terminal

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"koyomi/internal/text"
)

func TestLinesGoOnBeneathTheirText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, want string }{
		{"short enough\n", "short enough\n"},
		{"one two three four five six\n", "one two three four\n  five six\n"},
		{"    left out: one two three\n", "    left out: one\n      two three\n"},
		{"label  one two three four\n", "label  one two three\n       four\n"},
		{"a label of some width  one two\n", "a label of some\n  width  one two\n"},
		{"仮想化友の会の勉強会です\n", "仮想化友の会の勉強会\n  です\n"},
		{"see https://example.org/a/long/address now\n", "see https://example.org/a/long/address\n  now\n"},
		{"\x1b[31mone two three\x1b[0m four five\n", "\x1b[31mone two three\x1b[0m four\n  five\n"},
		{"one two three four five six", "one two three four\n  five six"},
	} {
		if got := Folded(c.line, 20, continued); got != c.want {
			t.Errorf("%q:\n got %q\nwant %q", c.line, got, c.want)
		}
	}
}

// Whatever is folded keeps all its words in their order, and is no wider than asked
// except for a word that is.
func TestFoldingLosesNothing(t *testing.T) {
	t.Parallel()
	word := rapid.OneOf(rapid.StringMatching(`[a-z][a-z./:-]{0,9}[a-z]`), rapid.StringMatching(`[仮想化会][仮想化会、。々ー]{0,5}`), rapid.Just("\x1b[31mred\x1b[0m"))
	rapid.Check(t, func(t *rapid.T) {
		line := strings.Repeat(" ", rapid.IntRange(0, 6).Draw(t, "in")) + strings.Join(rapid.SliceOfN(word, 1, 20).Draw(t, "words"), rapid.SampledFrom([]string{" ", "  "}).Draw(t, "between"))
		columns := rapid.IntRange(28, 90).Draw(t, "columns")
		got := Folded(line, columns, continued)
		bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if bare(got) != bare(line) {
			t.Fatalf("%q is folded to %q", line, got)
		}
		for l := range strings.Lines(got) {
			if w := text.Width(looksGone(strings.TrimRight(l, "\n"))); w > columns {
				t.Fatalf("%d columns are too many for %d: %q", w, columns, l)
			}
		}
	})
}

func TestWrappedTextKeepsWordsWhole(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", []string{""}},
		{"one two three four", []string{"one two", "three four"}},
		{"a v-tomo-online b", []string{"a", "v-tomo-onl", "ine b"}},
		{"仮想化友の会の勉強会", []string{"仮想化友の", "会の勉強会"}},
		{"one\n\ntwo", []string{"one", "", "two"}},
	} {
		if got := Wrapped(c.text, 10); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}
