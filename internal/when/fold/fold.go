// Package fold brings the text of an announcement into the one form in which the
// stages after it compare: widths folded, letters small, one space for many, mark-up
// and web addresses taken out, struck-out text marked. It knows nothing of dates.
package fold

import "unicode/utf8"

// A Rune is one character of folded text.
type Rune struct {
	R   rune
	Off int32 // byte offset in the text as given
	Fl  uint8
}

// Flags of a Rune.
const (
	Upper  = 1 << iota // an ASCII capital as given
	Struck             // inside <s>, <del>, <strike> or ~~
	Time               // inside <time>
)

// Opaque stands for what holds no words: a web address.
const Opaque = '￼'

// Text is folded text.
type Text []Rune

// folder folds one text.
type folder struct {
	in    string
	out   Text
	marks uint8 // flags of the tags that are open
}

// Fold appends the folded form of in to dst; every byte is looked at a bounded
// number of times.
func Fold(dst Text, in string) Text {
	f := folder{in: in, out: dst}
	for i := 0; i < len(in); {
		if n := f.plain(i); n > 0 {
			i += n
			continue
		}
		i += f.step(i)
	}
	return f.out
}

// plain folds the run of characters from byte i on that stay as they are: kana, Chinese
// characters, small letters and digits; it returns their bytes.
func (f *folder) plain(i int) int {
	in, out, from := f.in, f.out, i
	for i < len(in) {
		r, n := rune(in[i]), 1
		if !isPlain[in[i]] {
			r, n = threeBytes(in[i:])
			if !staysWide(r) {
				break
			}
		}
		out = append(out, Rune{r, int32(i), f.marks})
		i += n
	}
	f.out = out
	return i - from
}

// threeBytes decodes a character of three bytes in UTF-8; 0 for any other.
func threeBytes(s string) (r rune, n int) {
	if len(s) < 3 || s[0]&0xf0 != 0xe0 || !goOn(s[1], s[2]) {
		return 0, 0
	}
	return rune(s[0]&0x0f)<<12 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
}

// goOn reports whether both bytes go on a character.
func goOn(b, c byte) bool { return b&c&0x80 != 0 && (b|c)&0x40 == 0 }

// staysWide reports whether r is kana or a Chinese character, which are folded to
// themselves.
func staysWide(r rune) bool {
	switch {
	case r >= 0x4e00:
		return r <= 0x9fff
	case r >= 0x30a1:
		return r <= 0x30fc
	}
	return r >= 0x3041 && r <= 0x3096
}

// isPlain are the bytes of ASCII that stay as they are wherever they stand.
var isPlain = func() (t [256]bool) {
	for c := range byte(utf8.RuneSelf) {
		t[c] = asciiKind[c] == keep && !special[c]
	}
	return t
}()

// step folds what begins at byte i and returns how many bytes that was.
func (f *folder) step(i int) int {
	c := f.in[i]
	if c >= utf8.RuneSelf {
		r, n := utf8.DecodeRuneInString(f.in[i:])
		f.wide(r, i)
		return n
	}
	if special[c] {
		if n := f.markup(i, c); n > 0 {
			return n
		}
	}
	f.ascii(rune(c), i)
	return 1
}

// special are the bytes at which something longer than a character may begin.
var special = func() (t [utf8.RuneSelf]bool) {
	for _, c := range `<&~\hHwW([-=_` {
		t[c] = true
	}
	return t
}()

// markup folds what begins at i and is more than its character; it returns 0 for
// plain text.
func (f *folder) markup(i int, c byte) int {
	switch c {
	case '<':
		return f.tag(i)
	case '&':
		return f.entity(i)
	case '~':
		return f.tildes(i)
	case '\\':
		return f.backslash(i)
	case '-', '=':
		return f.arrow(i)
	case '(', '[':
		return f.target(i, c)
	case '_':
		return f.emphasis(i)
	}
	return f.address(i)
}

// put appends one rune; spaces and line ends are not repeated.
func (f *folder) put(r rune, off int) {
	n := len(f.out)
	switch r {
	case ' ':
		if f.blank(n - 1) {
			return
		}
	case '\n':
		n = f.trim()
		if n == 0 || f.emptyLine(n) {
			return
		}
	}
	f.out = append(f.out, Rune{r, int32(off), f.marks})
}

// trim drops the space at the end and returns how many runes there are.
func (f *folder) trim() int {
	n := len(f.out)
	if f.is(n-1, ' ') {
		n--
		f.out = f.out[:n]
	}
	return n
}

// emptyLine reports whether the first n runes end with an empty line.
func (f *folder) emptyLine(n int) bool { return f.is(n-1, '\n') && f.is(n-2, '\n') }

// blank reports whether out[i] is white space or before the text.
func (f *folder) blank(i int) bool {
	return i < 0 || f.out[i].R == ' ' || f.out[i].R == '\n'
}

func (f *folder) is(i int, r rune) bool { return i >= 0 && f.out[i].R == r }

// ascii folds a plain character.
func (f *folder) ascii(r rune, off int) {
	switch k := asciiKind[r&0x7f]; k {
	case keep:
		f.put(r, off)
	case upper:
		f.put(r|0x20, off)
		f.out[len(f.out)-1].Fl |= Upper
	case lineEnd:
		f.put('\n', off)
	default:
		f.put(' ', off)
	}
}

const (
	keep = iota
	upper
	lineEnd
	space
)

var asciiKind = func() (t [utf8.RuneSelf]uint8) {
	for c := range t {
		switch {
		case c >= 'A' && c <= 'Z':
			t[c] = upper
		case c <= ' ' || c == 0x7f:
			t[c] = space
		}
	}
	t['\n'], t['*'], t['`'] = lineEnd, space, space
	return t
}()
