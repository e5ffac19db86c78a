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

// Line returns s as one clean line: NFC, no control, bidi or zero-width characters
// (except the joiners and variation selectors inside an emoji), line breaks and
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
	last, run := rune(0), marks(0)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		next := s[i+n:]
		i += n
		r = sifted(r, last, next, lines)
		if r < 0 || !run.fits(r) {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// A marks counts the combining marks in a row.
type marks int

// fits notes a character and reports whether it may stand: it is no mark beyond
// maxMarks in a row.
func (m *marks) fits(r rune) bool {
	if !unicode.Is(unicode.M, r) {
		*m = 0
		return true
	}
	*m++
	return *m <= maxMarks
}

// sifted returns what becomes of r after the kept rune last and before next; -1
// drops it.
func sifted(r, last rune, next string, lines bool) rune {
	switch {
	case printableASCII.has(r):
		return r
	case lineBreaks.has(r):
		return siftedBreak(r, next, lines)
	case r == '\t', unicode.In(r, unicode.Zs, fillers):
		return ' '
	case r == joiner:
		return keepIf(r, joins(last, next))
	case r == textStyle, r == emojiStyle:
		return keepIf(r, isPictograph(last) || isKeycapBase(last))
	case isInvisible(r):
		return -1
	}
	return r
}

// The characters that only emoji may hold.
const (
	joiner     = 0x200d
	textStyle  = 0xfe0e
	emojiStyle = 0xfe0f
)

// siftedBreak returns what becomes of a line break: a blank in a single line, LF
// elsewhere, nothing for the CR of CR LF.
func siftedBreak(r rune, next string, lines bool) rune {
	switch {
	case !lines:
		return ' '
	case r == '\r' && strings.HasPrefix(next, "\n"):
		return -1
	}
	return '\n'
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
	endsEmoji := isPictograph(last) || last == emojiStyle || skinTones.has(last)
	return endsEmoji && isPictograph(r)
}

// bound drops marks beyond maxMarks in a row.
func bound(s string) string {
	run := marks(0)
	return strings.Map(func(r rune) rune { return keepIf(r, run.fits(r)) }, s)
}

// fits notes a character and reports whether it may stand there.
func (s *spacing) fits(r rune, lines bool) bool {
	switch {
	case r == ' ':
		return s.space()
	case r == '\n' && lines:
		return s.newline()
	}
	s.word()
	return true
}

// squeeze makes runs of blanks one, drops those beside line breaks and at the
// ends, and keeps one of several empty lines.
func squeeze(s string, lines bool) string {
	if squeezed(s, lines) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	var g gap
	for _, r := range s {
		if g.takes(r, lines) {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(g.String())
		}
		g = gap{}
		b.WriteRune(r)
	}
	return b.String()
}

// A gap is the white space between two words.
type gap struct {
	blank  bool
	breaks int
}

// takes reports whether r is white space, and adds it to the gap.
func (g *gap) takes(r rune, lines bool) bool {
	switch {
	case r == ' ':
		g.blank = true
		return true
	case r == '\n' && lines:
		g.breaks++
		return true
	}
	return false
}

// String returns what stands for the gap in clean text.
func (g *gap) String() string {
	switch {
	case g.breaks > 1:
		return "\n\n"
	case g.breaks == 1:
		return "\n"
	case g.blank:
		return " "
	}
	return ""
}

// A spacing follows the white space of a text and says whether all of it is as
// clean text has it: no blank at an end of a line, no two in a row, at most one
// empty line in a row.
type spacing struct {
	blank  bool
	breaks int
}

// newSpacing is the state before the first character.
func newSpacing() spacing { return spacing{blank: true, breaks: 2} }

// word notes a character that is no white space.
func (s *spacing) word() { s.blank, s.breaks = false, 0 }

// space notes a blank and reports whether it may stand there.
func (s *spacing) space() bool {
	fits := !s.blank
	s.blank = true
	return fits
}

// newline notes a line break and reports whether it may stand there.
func (s *spacing) newline() bool {
	s.breaks++
	trailing := s.blank && s.breaks == 1
	s.blank = true
	return s.breaks <= 2 && !trailing
}

// squeezed reports whether squeeze has nothing to do.
func squeezed(s string, lines bool) bool {
	space := newSpacing()
	for i := range len(s) {
		if !space.fits(rune(s[i]), lines) {
			return false
		}
	}
	return s == "" || !space.blank
}

// cutRunes cuts s to at most limit runes at a grapheme, without a blank at its end.
func cutRunes(s string, limit int) string {
	if limit <= 0 || len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return s
	}
	end, ok := cutInert(s, limit)
	if !ok {
		end = cutGraphemes(s, limit)
	}
	return strings.TrimRight(s[:end], " \n")
}

// cutGraphemes returns the place behind the graphemes of at most limit runes.
func cutGraphemes(s string, limit int) int {
	end, runes, state := 0, 0, -1
	for rest := s; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if runes += utf8.RuneCountInString(cluster); runes > limit {
			break
		}
		end += len(cluster)
	}
	return end
}

// cutInert returns the place behind the first limit runes where each of them, and
// the one that follows, is a grapheme of its own.
func cutInert(s string, limit int) (int, bool) {
	n := 0
	for i, r := range s {
		if !standsAlone(r) {
			return 0, false
		}
		if n == limit {
			return i, true
		}
		n++
	}
	return len(s), true
}

// halfWidthMarks are the first of the marks that join the half-width kana before them.
const halfWidthMarks = 0xff9e

// standsAlone reports whether r is a grapheme whatever stands beside it.
func standsAlone(r rune) bool {
	if r == '\n' {
		return true
	}
	return r < halfWidthMarks && inert.has(r)
}

// settled reports whether lines are clean already: inert characters, no blanks at
// either end of a line nor two in a row, no more than one empty line in a row.
func settled(s string) bool {
	space := newSpacing()
	for _, r := range s {
		fits := inert.has(r)
		switch r {
		case ' ':
			fits = space.space()
		case '\n':
			fits = space.newline()
		default:
			space.word()
		}
		if !fits {
			return false
		}
	}
	return !space.blank
}
