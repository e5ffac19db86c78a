package fold

import (
	"strings"
	"unicode/utf8"
)

// At returns the rune at i, 0 beyond the text.
func (t Text) At(i int) rune {
	if uint(i) < uint(len(t)) {
		return t[i].R
	}
	return 0
}

// Has reports whether w, already folded, stands at i.
func (t Text) Has(i int, w string) bool {
	for _, r := range w {
		if t.At(i) != r {
			return false
		}
		i++
	}
	return true
}

// HasAny returns the length in runes of the first of words that stands at i, 0 for none.
func (t Text) HasAny(i int, words ...string) int {
	for _, w := range words {
		if t.Has(i, w) {
			return utf8.RuneCountInString(w)
		}
	}
	return 0
}

// IsDigit reports whether r is an ASCII digit.
func IsDigit(r rune) bool { return r >= '0' && r <= '9' }

// IsLetter reports whether r is an ASCII letter.
func IsLetter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }

// IsAlnum reports whether r is an ASCII letter or digit.
func IsAlnum(r rune) bool { return IsDigit(r) || IsLetter(r) }

// IsKanji reports whether r is a Chinese character or a mark that stands for one.
func IsKanji(r rune) bool {
	switch r {
	case '々', '〆', 'ヶ':
		return true
	}
	return r >= 0x4e00 && r <= 0x9fff
}

// IsKana reports whether r is hiragana or katakana.
func IsKana(r rune) bool { return r >= 0x3041 && r <= 0x30ff && r != '・' }

// IsWord reports whether r is part of a word of either language.
func IsWord(r rune) bool { return IsAlnum(r) || IsKana(r) || IsKanji(r) }

// A Set is a set of runes.
type Set struct {
	low  [128]bool
	kana [256]bool // U+3000 to U+30FF
	rest map[rune]bool
}

// firstKana is where the marks and the kana of Japanese begin.
const firstKana = 0x3000

// SetOf returns the set of the runes in list.
func SetOf(list string) *Set {
	s := &Set{rest: map[rune]bool{}}
	for _, r := range list {
		switch {
		case r < 128:
			s.low[r] = true
		case r >= firstKana && r < firstKana+256:
			s.kana[r-firstKana] = true
		default:
			s.rest[r] = true
		}
	}
	return s
}

// Has reports whether r is in s.
func (s *Set) Has(r rune) bool {
	switch {
	case r < 128:
		return s.low[r&127]
	case r >= firstKana && r < firstKana+256:
		return s.kana[r-firstKana]
	}
	return len(s.rest) > 0 && s.rest[r]
}

// Skip returns the first place from i on that is no space.
func (t Text) Skip(i int) int {
	for t.At(i) == ' ' {
		i++
	}
	return i
}

// Back returns the last place up to i that is no space.
func (t Text) Back(i int) int {
	for i >= 0 && t[i].R == ' ' {
		i--
	}
	return i
}

// BackOver returns the last place up to i that holds none of the ASCII characters in over.
func (t Text) BackOver(i int, over string) int {
	for i >= 0 && strings.IndexByte(over, t[i].ASCII()) >= 0 {
		i--
	}
	return i
}

// ASCII is the character as a byte, 0 where it is not of ASCII.
func (r Rune) ASCII() byte {
	if r.R < utf8.RuneSelf {
		return byte(r.R)
	}
	return 0
}

// Line returns where the line that holds i begins and ends.
func (t Text) Line(i int) (from, to int) {
	from, to = i, i
	for from > 0 && t[from-1].R != '\n' {
		from--
	}
	for to < len(t) && t[to].R != '\n' {
		to++
	}
	return from, to
}
