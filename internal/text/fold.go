package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the form of s for comparing and searching, never for showing: NFKC
// (full and half width alike), lower case, katakana as hiragana, one wave dash,
// one hyphen, blanks squeezed.
func Fold(s string) string {
	if !tidy(s) {
		s = clean(s, false)
	}
	if f, ok := foldPlain(s); ok {
		return f
	}
	// Lower-casing and composing may each make work for the other; two rounds
	// have settled everything so far, the rest is a bound.
	for range 4 {
		t := clean(norm.NFKC.String(foldRunes(norm.NFKC.String(s))), false)
		if t == s {
			break
		}
		s = t
	}
	return s
}

func foldRunes(s string) string { return strings.Map(foldRune, s) }

// alike are punctuation marks that people type in several shapes.
var alike = map[rune]rune{
	0x301c: '~', 0x223c: '~', 0x223d: '~', 0x3030: '~',
	0x2010: '-', 0x2011: '-', 0x2012: '-', 0x2013: '-', 0x2014: '-', 0x2015: '-', 0x2212: '-', 0x2500: '-',
	0x2018: '\'', 0x2019: '\'',
	0x201c: '"', 0x201d: '"',
	// The iteration marks of katakana, as those of hiragana.
	0x30fd: 0x309d, 0x30fe: 0x309e,
}

func foldRune(r rune) rune {
	if foldableKatakana.has(r) {
		return r - 0x60
	}
	if to, ok := alike[r]; ok {
		return to
	}
	return unicode.ToLower(r)
}
