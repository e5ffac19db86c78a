package ical

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// textValue writes one escaped TEXT value.
func (e *encoder) textValue(s string) {
	blank, wrote := false, false
	separate := func() {
		if blank && wrote {
			e.unit(" ")
		}
		blank, wrote = false, true
	}
	for i := 0; i < len(s); {
		if n := e.plain(s[i:]); n > 0 {
			separate()
			e.run(s[i : i+n])
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch r = textRune(r, s[i+n:]); r {
		case -1:
		case ' ':
			blank = true
		case '\n':
			e.unit(`\n`)
			blank, wrote, e.last = false, false, 0
		default:
			separate()
			e.textUnit(r, s[i:i+n])
		}
		i += n
	}
}

// plain counts the leading octets of s that can be written as they are.
func (e *encoder) plain(s string) int {
	if e.last == joiner {
		return 0 // what follows belongs to the character before it
	}
	return plainRun(s)
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

// blanks are the characters that are blank in a TEXT value, or would break a line for
// some reader; dropped those that must go.
var (
	blanks = &unicode.RangeTable{
		R16: []unicode.Range16{
			{Lo: 0x09, Hi: 0x09, Stride: 1},
			{Lo: 0x0b, Hi: 0x0c, Stride: 1},
			{Lo: 0x20, Hi: 0x20, Stride: 1},
			{Lo: 0x85, Hi: 0x85, Stride: 1},
			{Lo: 0xa0, Hi: 0xa0, Stride: 1},
			{Lo: 0x1680, Hi: 0x1680, Stride: 1},
			{Lo: 0x2000, Hi: 0x200a, Stride: 1},
			{Lo: 0x2028, Hi: 0x2029, Stride: 1},
			{Lo: 0x202f, Hi: 0x202f, Stride: 1},
			{Lo: 0x205f, Hi: 0x205f, Stride: 1},
			{Lo: 0x3000, Hi: 0x3000, Stride: 1},
		},
		LatinOffset: 5,
	}
	dropped = &unicode.RangeTable{
		R16: []unicode.Range16{
			{
				Lo:     0x00,
				Hi:     0x1f,
				Stride: 1,
			}, {Lo: 0x7f, Hi: 0x9f, Stride: 1}, {Lo: 0xfeff, Hi: 0xfeff, Stride: 1}, {Lo: 0xfffe, Hi: 0xffff, Stride: 1},
		},
		LatinOffset: 2,
	}
)

// textRune returns what a TEXT value holds for r before next: '\n' for a line
// break, ' ' for what is blank, -1 for what must go.
func textRune(r rune, next string) rune {
	switch {
	case r == '\r' && strings.HasPrefix(next, "\n"):
		return -1
	case r == '\n', r == '\r':
		return '\n'
	case unicode.Is(blanks, r):
		return ' '
	case unicode.Is(dropped, r):
		return -1
	}
	return r
}

// plainRun counts the leading octets of s that stand in a TEXT value as they are,
// each a character of its own: ASCII, kana and kanji, with single blanks between.
func plainRun(s string) int {
	i := 0
	for i < len(s) {
		n := int(plainClass[s[i]])
		if n != 1 {
			n = plainAt(s, i)
		}
		if n == 0 {
			break
		}
		i += n
	}
	return i
}

// plainAt returns how many octets the plain character at i has, 0 where it is none.
func plainAt(s string, i int) int {
	switch class := plainClass[s[i]]; class {
	case ' ':
		return blankAt(s, i)
	case 3:
		return wideAt(s, i)
	default:
		return int(class)
	}
}

// blankAt returns 1 for a blank between two plain characters.
func blankAt(s string, i int) int {
	inside := i > 0 && i+1 < len(s)
	if inside && s[i+1] != ' ' && plainAt(s, i+1) > 0 {
		return 1
	}
	return 0
}

// wideAt returns 3 for a character from U+3000 to U+9FFF that is plain.
func wideAt(s string, i int) int {
	if i+2 >= len(s) {
		return 0
	}
	x, y := s[i+1], s[i+2]
	whole := (x^0x80|y^0x80)&0xc0 == 0
	if !whole || s[i] == firstWide && exceptional[x&0x3f][y&0x3f] {
		return 0
	}
	return 3
}

// firstWide is the first octet of the characters from U+3000 to U+3FFF.
const firstWide = 0xe3

// exceptional are the characters from U+3000 on that are blank or belong to the one
// before them (tone marks and voicing marks), by their second and third octet.
var exceptional = func() (t [64][64]bool) {
	for _, r := range "\u3000\u302a\u302b\u302c\u302d\u302e\u302f\u3099\u309a" {
		b := string(r)
		t[b[1]&0x3f][b[2]&0x3f] = true
	}
	return t
}()

// plainClass says by its first octet how many octets a plain character has: 1 for
// ASCII that needs no escaping, 3 from U+3000 to U+9FFF; ' ' for a blank.
var plainClass = func() (t [256]byte) {
	for c := byte(0x21); c < 0x7f; c++ {
		t[c] = 1
	}
	t['\\'], t[';'], t[','] = 0, 0, 0
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
		free := max(maxLine-(len(e.buf)-e.start), 0)
		if len(s) <= free {
			break
		}
		for free > 0 && !utf8.RuneStart(s[free]) {
			free--
		}
		e.buf = append(e.buf, s[:free]...)
		e.fold(len(e.buf))
		s = s[free:]
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
	quote := strings.ContainsAny(s, ":;, ")
	if quote {
		e.unit(`"`)
	}
	for i, r := range s {
		r = textRune(r, s[i+1:])
		if escaped := paramEscapes[r]; escaped != "" {
			e.unit(escaped)
		} else if r >= 0 {
			e.wide(r, string(r))
		}
	}
	if quote {
		e.unit(`"`)
	}
}

// paramEscapes are those of RFC 6868.
var paramEscapes = map[rune]string{'\n': "^n", '^': "^^", '"': "^'"}
