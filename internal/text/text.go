// Package text makes foreign text safe to keep, fair to compare and fit for a
// terminal. It knows nothing of events.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// maxMarks is how many combining marks may follow one another; more of them
// only serve to smear the lines above and below.
const maxMarks = 8

// Line gives s as one clean line: NFC, no control, bidi or zero-width characters
// (but for the joiners and variation selectors inside an emoji), line breaks and
// all sorts of blanks as one ASCII blank, at most 8 combining marks in a row, no
// blank at either end. It is cut to at most limit runes without splitting a
// grapheme; a limit of 0 or less sets none. Invalid UTF-8 becomes U+FFFD.
func Line(s string, limit int) string {
	if tidy(s) {
		return cutRunes(s, limit)
	}
	return cutRunes(clean(s, false), limit)
}

// Block is Line for text of several lines: line breaks stay, as LF; blanks around
// them are dropped, and of several empty lines one is kept.
func Block(s string, limit int) string {
	if settled(s) {
		return cutRunes(s, limit)
	}
	return cutRunes(clean(s, true), limit)
}

// clean drops and maps characters, composes, and bounds marks and blanks.
func clean(s string, lines bool) string {
	if plain(s) {
		return squeeze(spaced(s, lines), lines)
	}
	s = bound(norm.NFC.String(sift(s, lines)))
	return squeeze(s, lines)
}

// sift drops the characters that may not stay, makes blanks ASCII blanks and
// line breaks LF, and bounds marks before they are composed (composing inserts
// joiners into longer runs of them).
func sift(s string, lines bool) string {
	var b strings.Builder
	b.Grow(len(s))
	last, marks := rune(0), 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		next := s[i+n:]
		i += n
		if r = sifted(r, last, next, lines); r < 0 {
			continue
		}
		if unicode.Is(unicode.M, r) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// sifted gives what becomes of r after the kept rune last and before next; -1
// drops it.
func sifted(r, last rune, next string, lines bool) rune {
	switch {
	case r >= 0x20 && r < 0x7f:
		return r
	case r == '\n', r == '\r', r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029:
		if !lines {
			return ' '
		}
		if r == '\r' && strings.HasPrefix(next, "\n") {
			return -1
		}
		return '\n'
	case r == '\t', unicode.Is(unicode.Zs, r), isFiller(r):
		return ' '
	case r == 0x200d:
		return keepIf(r, joins(last, next))
	case r == 0xfe0e, r == 0xfe0f:
		return keepIf(r, isPictograph(last) || isKeycapBase(last))
	case isInvisible(r):
		return -1
	}
	return r
}

func keepIf(r rune, keep bool) rune {
	if keep {
		return r
	}
	return -1
}

// joins reports whether a joiner between last and next is inside an emoji
// (Unicode TR 51, ED-16).
func joins(last rune, next string) bool {
	r, _ := utf8.DecodeRuneInString(next)
	return isPictograph(r) && (isPictograph(last) || last == 0xfe0f || last >= 0x1f3fb && last <= 0x1f3ff)
}

// isFiller reports letters that look like a blank: Hangul fillers, Braille blank.
func isFiller(r rune) bool {
	switch r {
	case 0x115f, 0x1160, 0x3164, 0xffa0, 0x2800:
		return true
	}
	return false
}

// isInvisible reports characters that show nothing, reorder their neighbours or
// belong to no text: controls, formats, variation selectors, non-characters.
func isInvisible(r rune) bool {
	switch {
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return true
	case r == 0x034f, r == 0x17b4, r == 0x17b5, r == 0x180e, r == 0xfffc:
		return true
	case r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe, r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return false
}

// isPictograph reports characters that emoji are made of (Unicode TR 51,
// Extended_Pictographic, by block).
func isPictograph(r rune) bool {
	switch {
	case r < 0xa9:
		return false
	case r == 0xa9, r == 0xae, r == 0x203c, r == 0x2049, r == 0x2122, r == 0x2139,
		r == 0x24c2, r == 0x3030, r == 0x303d, r == 0x3297, r == 0x3299:
		return true
	case r >= 0x2194 && r <= 0x21aa, r >= 0x231a && r <= 0x23ff, r >= 0x25aa && r <= 0x27bf,
		r >= 0x2934 && r <= 0x2935, r >= 0x2b05 && r <= 0x2b55:
		return true
	case r >= 0x1f3fb && r <= 0x1f3ff, r >= 0x1f1e6 && r <= 0x1f1ff:
		return false
	}
	return r >= 0x1f000 && r <= 0x1faff
}

func isKeycapBase(r rune) bool { return r >= '0' && r <= '9' || r == '#' || r == '*' }

// bound drops marks beyond maxMarks in a row.
func bound(s string) string {
	marks, over := 0, false
	for _, r := range s {
		if !unicode.Is(unicode.M, r) {
			marks = 0
		} else if marks++; marks > maxMarks {
			over = true
			break
		}
	}
	if !over {
		return s
	}
	marks = 0
	return strings.Map(func(r rune) rune {
		if !unicode.Is(unicode.M, r) {
			marks = 0
			return r
		}
		marks++
		return keepIf(r, marks <= maxMarks)
	}, s)
}

// squeeze makes runs of blanks one, drops those beside line breaks and at the
// ends, and keeps one of several empty lines.
func squeeze(s string, lines bool) string {
	if squeezed(s, lines) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	blank, breaks := false, 0
	for _, r := range s {
		switch {
		case r == ' ':
			blank = true
			continue
		case r == '\n' && lines:
			breaks++
			blank = false
			continue
		}
		if b.Len() > 0 {
			switch {
			case breaks > 1:
				b.WriteString("\n\n")
			case breaks == 1:
				b.WriteByte('\n')
			case blank:
				b.WriteByte(' ')
			}
		}
		blank, breaks = false, 0
		b.WriteRune(r)
	}
	return b.String()
}

// squeezed reports whether squeeze has nothing to do.
func squeezed(s string, lines bool) bool {
	blank, breaks := true, 2
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == ' ':
			if blank {
				return false
			}
			blank = true
		case s[i] == '\n' && lines:
			if breaks++; breaks > 2 || blank && breaks == 1 {
				return false
			}
			blank = true
		default:
			blank, breaks = false, 0
		}
	}
	return !blank || s == ""
}

// cutRunes cuts s to at most limit runes at a grapheme, without a blank at its end.
func cutRunes(s string, limit int) string {
	if limit <= 0 || len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return s
	}
	if end, ok := cutInert(s, limit); ok {
		return strings.TrimRight(s[:end], " \n")
	}
	end, runes, state := 0, 0, -1
	for rest := s; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if runes += utf8.RuneCountInString(cluster); runes > limit {
			break
		}
		end += len(cluster)
	}
	return strings.TrimRight(s[:end], " \n")
}

// cutInert gives the place behind the first limit runes where each of them, and
// the one that follows, is a grapheme of its own.
func cutInert(s string, limit int) (int, bool) {
	n := 0
	for i, r := range s {
		if !inert(r) && r != '\n' || r >= 0xff9e {
			return 0, false
		}
		if n == limit {
			return i, true
		}
		n++
	}
	return len(s), true
}

// settled reports whether lines are clean already: inert characters, no blanks at
// either end of a line nor two in a row, no more than one empty line in a row.
func settled(s string) bool {
	blank, breaks := true, 2
	for _, r := range s {
		switch {
		case r == ' ':
			if blank {
				return false
			}
			blank = true
		case r == '\n':
			if breaks++; breaks > 2 || blank && breaks == 1 {
				return false
			}
			blank = true
		case !inert(r):
			return false
		default:
			blank, breaks = false, 0
		}
	}
	return !blank
}
