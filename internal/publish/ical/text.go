package ical

import (
	"unicode"
	"unicode/utf8"
)

// textValue writes one escaped TEXT value.
func (e *encoder) textValue(s string) {
	blank, wrote := false, false
	for i := 0; i < len(s); {
		n := 0
		if e.last != joiner {
			n = plainRun(s[i:])
		}
		if n > 0 {
			if blank && wrote {
				e.unit(" ")
			}
			blank, wrote = false, true
			e.run(s[i : i+n])
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch r = textRune(r, s[i+n:]); {
		case r < 0:
		case r == ' ':
			blank = true
		case r == '\n':
			e.unit(`\n`)
			blank, wrote, e.last = false, false, 0
		default:
			if blank && wrote {
				e.unit(" ")
			}
			blank, wrote = false, true
			e.textUnit(r, s[i:i+n])
		}
		i += n
	}
}

// textUnit writes one character, escaped where it must be.
func (e *encoder) textUnit(r rune, raw string) {
	switch r {
	case '\\':
		e.unit(`\\`)
	case ';':
		e.unit(`\;`)
	case ',':
		if e.listed {
			e.wide('，', "，")
			return
		}
		e.unit(`\,`)
	case utf8.RuneError:
		e.wide(r, "\uFFFD")
	default:
		e.wide(r, raw)
	}
}

// textRune gives what a TEXT value holds for r before next: '\n' for a line
// break, ' ' for what is blank or would break a line for some reader, -1 for
// what must go.
func textRune(r rune, next string) rune {
	switch {
	case r == '\n':
		return '\n'
	case r == '\r':
		if next != "" && next[0] == '\n' {
			return -1
		}
		return '\n'
	case r == ' ', r == '\t', r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029, r == 0x3000, r >= 0xa0 && unicode.Is(unicode.Zs, r):
		return ' '
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xfeff, r == 0xfffe, r == 0xffff:
		return -1
	}
	return r
}

// plainRun counts the leading octets of s that stand in a TEXT value as they are,
// each a character of its own: ASCII, kana and kanji, with single blanks between.
func plainRun(s string) int {
	i := 0
	for i < len(s) {
		c := s[i]
		switch class := plainClass[c]; {
		case class == 1:
			i++
			continue
		case class == 3 && i+2 < len(s):
			x, y := s[i+1], s[i+2]
			if (x^0x80|y^0x80)&0xc0 == 0 && (c != 0xe3 || !exceptional(x, y)) {
				i += 3
				continue
			}
		case class == ' ' && i > 0 && i+1 < len(s):
			if plainRun(s[i+1:min(i+4, len(s))]) > 0 {
				i++
				continue
			}
		}
		return i
	}
	return i
}

// exceptional reports the characters from U+3000 on that are blank or belong to
// the one before them: tone marks and voicing marks. Their first octet is 0xe3.
func exceptional(b, c byte) bool {
	return b == 0x80 && (c == 0x80 || c >= 0xaa && c <= 0xaf) || b == 0x82 && (c == 0x99 || c == 0x9a)
}

// plainClass gives, by its first octet, how many octets a plain character has: 1
// for ASCII that needs no escaping, 3 from U+3000 to U+9FFF; ' ' for a blank.
var plainClass = func() (t [256]byte) {
	for c := 0x21; c < 0x7f; c++ {
		if c != '\\' && c != ';' && c != ',' {
			t[c] = 1
		}
	}
	for c := 0xe3; c <= 0xe9; c++ {
		t[c] = 3
	}
	t[' '] = ' '
	return t
}()

// run writes characters that each begin one of their own, folding where a line is
// full.
func (e *encoder) run(s string) {
	for {
		room := max(maxLine-(len(e.buf)-e.start), 0)
		if len(s) <= room {
			break
		}
		for room > 0 && !utf8.RuneStart(s[room]) {
			room--
		}
		e.buf = append(e.buf, s[:room]...)
		e.fold(len(e.buf))
		s = s[room:]
	}
	e.buf = append(e.buf, s...)
	e.base, e.last = len(e.buf)-1, 0
	for !utf8.RuneStart(e.buf[e.base]) {
		e.base--
	}
}

// joiner makes one character of those beside it.
const joiner = 0x200d

// paramValue writes the value of a parameter (RFC 5545 section 3.2, RFC 6868),
// quoted where it must be.
func (e *encoder) paramValue(s string) {
	quote := false
	for i := 0; i < len(s) && !quote; i++ {
		quote = s[i] == ':' || s[i] == ';' || s[i] == ',' || s[i] == ' '
	}
	if quote {
		e.unit(`"`)
	}
	for i, r := range s {
		switch r = textRune(r, s[i+1:]); {
		case r < 0:
		case r == '\n':
			e.unit("^n")
		case r == '^':
			e.unit("^^")
		case r == '"':
			e.unit("^'")
		default:
			e.wide(r, string(r))
		}
	}
	if quote {
		e.unit(`"`)
	}
}
