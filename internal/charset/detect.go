package charset

import (
	"bytes"
	"unicode/utf8"
)

// mark returns the encoding that a byte order mark names, and its length.
func mark(body []byte) (name string, skip int) {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return utf8Name, 3
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return utf16LE, 2
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return utf16BE, 2
	}
	return "", 0
}

// shape recognises the two encodings that would pass for UTF-8: ISO-2022-JP by
// its escape sequences, UTF-16 by its NULs or by its label.
func shape(body []byte, contentType string) string {
	if bytes.IndexByte(body, escape) >= 0 && escapes(body) {
		return iso2022jp
	}
	if name := unmarked16(body); name != "" {
		return name
	}
	label := headerLabel(contentType)
	if _, name := lookup(label); is16(name) {
		return labelled16(body, label, name)
	}
	return ""
}

const escape = 0x1b

func is16(name string) bool { return name == utf16LE || name == utf16BE }

// unmarked16 returns the order of UTF-16 whose every second octet is NUL, as that
// of mark-up; "" for anything else.
func unmarked16(body []byte) string {
	head := body[:min(len(body), 256)]
	if len(head) < 8 {
		return ""
	}
	even, odd := halves(head, isNUL)
	half := len(head) / 2
	switch {
	case odd*3 > half && even*10 < odd:
		return utf16LE
	case even*3 > half && odd*10 < even:
		return utf16BE
	}
	return ""
}

// halves counts the octets of a class at even and at odd places.
func halves(body []byte, class func(byte) bool) (even, odd int) {
	for i, c := range body {
		switch {
		case !class(c):
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	return even, odd
}

func isNUL(c byte) bool { return c == 0 }

// leads16 reports the upper octets of kana and of ASCII.
func leads16(c byte) bool { return c == 0x30 || c == 0 }

// labelled16 believes a label of UTF-16 where the bytes are not UTF-8; without an
// order in the label it is the one in which kana and ASCII stand more often.
func labelled16(body []byte, label, name string) string {
	isUTF8 := utf8.Valid(body) && bytes.IndexByte(body, 0) < 0
	if isUTF8 || len(body)%2 != 0 {
		return ""
	}
	if len(label) > len("utf-16") { // utf-16le, utf-16be
		return name
	}
	if be, le := halves(body, leads16); be > le {
		return utf16BE
	}
	return utf16LE
}

// escapes reports whether 7-bit text switches to a Japanese character set
// (RFC 1468, and ESC ( I for half-width kana).
func escapes(body []byte) bool {
	for _, c := range body {
		if c >= 0x80 {
			return false
		}
	}
	for _, seq := range []string{"\x1b$B", "\x1b$@", "\x1b(I", "\x1b$(D"} {
		if bytes.Contains(body, []byte(seq)) {
			return true
		}
	}
	return false
}

// isForeign reports whether valid UTF-8 holds characters beyond ASCII of which none
// is Japanese (kana, ideographs, their punctuation and full-width forms).
func isForeign(body []byte) bool {
	foreign := false
	for i, c := range body {
		if c < utf8.RuneSelf {
			continue
		}
		foreign = true
		if c < 0xe2 { // before U+2000
			continue
		}
		if r, _ := utf8.DecodeRune(body[i:]); isEastAsian(r) {
			return false
		}
	}
	return foreign
}

// isEastAsian reports U+2010 and above, without surrogates and private use.
func isEastAsian(r rune) bool {
	switch {
	case r < 0x2010:
		return false
	case r < 0xd800:
		return true
	}
	return r >= 0xf900 && r != utf8.RuneError
}

// A count is how well bytes go as text in one encoding.
type count struct {
	// chars counts characters beyond ASCII, bad those that are impossible, good those
	// that are usual in Japanese.
	chars, bad, good int
	// joined counts the characters that stand directly behind another one: a lone
	// one between ASCII letters is a typographic quote or an accent of a Western text.
	joined int
	// score is above 0 for what looks like Japanese.
	score int
}

// japanese reports whether the bytes may be Japanese in the encoding of n: more
// than one character's evidence, and more sense than nonsense.
func (n count) japanese() bool {
	isText := n.joined > 0 && n.joined*4 >= n.chars
	return isText && n.score > 0 && n.bad*10 <= n.chars
}

// mostly reports whether at most one in so many characters is impossible.
func (n count) mostly(of int) bool { return n.chars > 0 && n.bad*of <= n.chars }

// outweighs reports whether so many characters and more are usual, and no more are
// impossible. Of UTF-8 that is proof: three octets in its form occur by chance, but
// not several times.
func (n count) outweighs(least int) bool { return n.good >= max(least, n.bad) }

// proof is how many characters of UTF-8 prove it beside others that are impossible.
const proof = 3

// Detect returns what the look of bytes that are not ASCII says: UTF-8 (with
// damage), EUC-JP or Shift_JIS; "" where they are none of these. sure says that no
// label need be asked.
func Detect(body []byte) (name string, sure bool) {
	body = body[:min(len(body), 256<<10)]
	if u := measure(body, utf8Name); u.mostly(5) || u.outweighs(proof) {
		return utf8Name, u.mostly(20) || u.outweighs(proof)
	}
	e, s := measure(body, eucJP), measure(body, shiftJIS)
	best, other, name := e, s, eucJP
	if s.score > e.score {
		best, other, name = s, e, shiftJIS
	}
	if !best.japanese() {
		return "", false
	}
	isClear := other.score*2 < best.score && best.score >= 2
	return name, isClear && best.mostly(50)
}

// measure counts the characters of body in an encoding.
func measure(body []byte, name string) count {
	next := nextUTF8
	switch name {
	case eucJP:
		next = nextEUC
	case shiftJIS:
		next = nextSJIS
	}
	var n count
	end := -1
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		size, worth := next(body[i:])
		n.add(worth, i == end)
		i += size
		end = i
	}
	return n
}

func (n *count) add(worth int, joined bool) {
	n.chars++
	n.score += worth
	switch {
	case worth == worthBad:
		n.bad++
	case worth > 0:
		n.good++
	}
	if joined {
		n.joined++
	}
}

// nextUTF8 returns the size and worth of the character that body begins with; so
// do nextEUC and nextSJIS.
func nextUTF8(body []byte) (size, worth int) {
	r, size := utf8.DecodeRune(body)
	switch {
	case r == utf8.RuneError && size == 1:
		return size, worthBad
	case size >= 3:
		return size, worthKana
	}
	return size, 0
}

// The worth of a character, by what it is. Kana and punctuation make up most of
// Japanese; kanji of the second level (JIS X 0208, rows 48 to 84) are rare, and
// half-width kana are what EUC-JP looks like when read as Shift_JIS.
const (
	worthKana   = 3
	worthKanji  = 2
	worthOther  = 1
	worthRare   = -1
	worthNarrow = -1
	worthBad    = -10
)

// A span is a run of rows of JIS X 0208, both ends included, and their worth.
type span struct{ first, last, worth int }

var rows = []span{
	{1, 1, worthKana},    // punctuation
	{3, 3, worthOther},   // letters and digits
	{4, 5, worthKana},    // hiragana, katakana
	{13, 13, worthOther}, // NEC's symbols
	{16, 47, worthKanji},
	{48, 84, worthRare},
	// Beyond JIS X 0208: NEC's and IBM's extensions (髙, 﨑), and what is left for
	// characters of one's own.
	{89, 92, worthOther},
	{95, 114, worthBad},
	{115, 120, worthOther},
}

// row returns the worth of a character in a row of JIS X 0208 or its extensions.
func row(ku int) int {
	for _, s := range rows {
		if ku >= s.first && ku <= s.last {
			return s.worth
		}
	}
	return worthRare - 1
}

func nextEUC(body []byte) (size, worth int) {
	first, second, third := body[0], at(body, 1), at(body, 2)
	switch {
	case isHigh(first) && isHigh(second):
		return 2, row(min(int(first)-0xa0, 94))
	case first == 0x8e && isNarrow(second):
		return 2, worthOther
	case first == 0x8f && isHigh(second) && isHigh(third):
		return 3, worthOther
	}
	return 1, worthBad
}

func nextSJIS(body []byte) (size, worth int) {
	c := body[0]
	switch {
	case isNarrow(c):
		return 1, worthNarrow
	case isLead(c) && isTrail(at(body, 1)):
		return 2, pair(c, body[1])
	}
	return 1, worthBad
}

// at returns the octet at a place; 0, which is part of no character, behind the end.
func at(body []byte, i int) byte {
	if i < len(body) {
		return body[i]
	}
	return 0
}

func isHigh(c byte) bool   { return c >= 0xa1 && c <= 0xfe }
func isNarrow(c byte) bool { return c >= 0xa1 && c <= 0xdf } // half-width kana
func isLead(c byte) bool   { return c >= 0x81 && c <= 0x9f || c >= 0xe0 && c <= 0xfc }
func isTrail(c byte) bool  { return c >= 0x40 && c <= 0xfc && c != 0x7f }

// pair returns the worth of two octets of Shift_JIS.
func pair(lead, trail byte) int {
	ku := int(lead) - 0x81
	if lead >= 0xe0 {
		ku = int(lead) - 0xc1
	}
	ku = ku*2 + 1
	if trail >= 0x9f {
		ku++
	}
	return row(ku)
}

// binary reports whether bytes are no text: many control characters.
func binary(body []byte) bool {
	head := body[:min(len(body), 8<<10)]
	odd := 0
	for _, c := range head {
		if isControl(c) {
			odd++
		}
	}
	return odd*20 > len(head)
}

// isControl reports control characters except white space and ESC.
func isControl(c byte) bool {
	return c == 0x7f || c < 0x20 && bytes.IndexByte([]byte("\t\n\r\f\x1b"), c) < 0
}
