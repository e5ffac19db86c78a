package text

import "strings"

// inert reports the characters that cleaning leaves as they are wherever they
// stand: no normal form, neighbour or limit touches them. They make up nearly all
// Japanese text, so most of it needs no second look.
func inert(r rune) bool {
	switch {
	case r < 0x7f:
		return r >= 0x20
	case r < 0x2010:
		return false
	case r <= 0x2027, r >= 0x2460 && r <= 0x24ff, r >= 0x2500 && r <= 0x27bf:
		return true
	case r < 0x3001:
		return false
	case r <= 0x3029, r >= 0x3041 && r <= 0x3096, r >= 0x30a0 && r <= 0x30ff, r == 0x301c:
		return true
	case r >= 0x4e00 && r <= 0x9fff:
		return true
	}
	return r >= 0xff01 && r <= 0xff9f
}

// plain reports whether cleaning s is a matter of blanks and line breaks alone.
func plain(s string) bool {
	for _, r := range s {
		if !inert(r) && r != '\n' && r != 0x3000 {
			return false
		}
	}
	return true
}

// tidy reports whether plain text has no blank to drop either: it is a clean line.
func tidy(s string) bool {
	blank := true
	for _, r := range s {
		if !inert(r) || r == ' ' && blank {
			return false
		}
		blank = r == ' '
	}
	return s == "" || !blank
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
		switch {
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r < 0x7f, r >= 0x4e00 && r <= 0x9fff, r >= 0x3041 && r <= 0x3096:
		case r >= 0x30a1 && r <= 0x30f6:
			r -= 0x60
		case r >= 0x2500 && r <= 0x27bf && r != 0x2500,
			r == 0x30fb, r == 0x30fc, r >= 0x3001 && r <= 0x301b, r == 0x301d:
		case r == 0x301c, r == 0xff5e:
			r = '~'
		case r >= 0xff21 && r <= 0xff3a:
			r -= 0xff21 - 'a'
		case r >= 0xff01 && r <= 0xff5d:
			r -= 0xfee0
		default:
			return "", false
		}
		if blank && r == ' ' {
			continue
		}
		blank = r == ' '
		b.WriteRune(r)
	}
	return b.String(), true
}
