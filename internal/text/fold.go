package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold gives the form of s for comparing and searching, never for showing: NFKC
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

func foldRunes(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x80:
			return unicode.ToLower(r)
		case r >= 0x30a1 && r <= 0x30f6, r == 0x30fd, r == 0x30fe:
			return r - 0x60
		}
		switch r {
		case 0x301c, 0x223c, 0x223d, 0x3030:
			return '~'
		case 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0x2500:
			return '-'
		case 0x2018, 0x2019:
			return '\''
		case 0x201c, 0x201d:
			return '"'
		}
		return unicode.ToLower(r)
	}, s)
}
