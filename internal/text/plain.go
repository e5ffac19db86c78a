package text

import "strings"

// plain reports whether cleaning s is a matter of blanks and line breaks alone.
func plain(s string) bool {
	return strings.IndexFunc(s, needsWork) < 0
}

func needsWork(r rune) bool {
	isSpace := r == '\n' || r == 0x3000
	return !isSpace && !inert.has(r)
}

// tidy reports whether plain text has no blank to drop either: it is a clean line.
func tidy(s string) bool {
	space := newSpacing()
	for _, r := range s {
		fits := inert.has(r)
		if r == ' ' {
			fits = space.space()
		} else {
			space.word()
		}
		if !fits {
			return false
		}
	}
	return s == "" || !space.blank
}

// spaced makes the wide blanks of plain text, and its line breaks where it is to
// be a line, ASCII blanks.
func spaced(s string, lines bool) string {
	if strings.Contains(s, "\u3000") {
		s = strings.ReplaceAll(s, "\u3000", " ")
	}
	if !lines && strings.IndexByte(s, '\n') >= 0 {
		s = strings.ReplaceAll(s, "\n", " ")
	}
	return s
}

// foldPlain is Fold for a tidy line of inert characters; false where one of them
// has a compatibility form other than the full width's.
func foldPlain(s string) (string, bool) {
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range s {
		r = foldedInert(r)
		if r < 0 {
			return "", false
		}
		doubled := blank && r == ' '
		blank = r == ' '
		if !doubled {
			b.WriteRune(r)
		}
	}
	return b.String(), true
}

// unfolded are the inert characters that folding leaves as they are.
var unfolded = newRuneSet(
	runeRange{' ', '@'},
	runeRange{'[', '~'},
	ideographs,
	hiragana,
	runeRange{0x2501, 0x27bf},
	runeRange{0x3001, 0x301b},
	runeRange{0x301d, 0x301d},
	runeRange{0x30fb, 0x30fc},
)

// shifts are runs of inert characters with the distance to their folded form.
var shifts = []struct {
	runeRange
	by rune
}{
	{upperLatin, 'a' - 'A'},
	{foldableKatakana, -0x60},
	{runeRange{0x301c, 0x301c}, '~' - 0x301c},
	{runeRange{0xff5e, 0xff5e}, '~' - 0xff5e},
	{runeRange{0xff21, 0xff3a}, 'a' - 0xff21},
	{runeRange{0xff01, 0xff5d}, -0xfee0},
}

// foldedInert returns the folded form of an inert character; -1 where it takes
// more than a table.
func foldedInert(r rune) rune {
	if unfolded.has(r) {
		return r
	}
	for _, s := range shifts {
		if s.has(r) {
			return r + s.by
		}
	}
	return -1
}
