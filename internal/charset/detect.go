package charset

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"koyomi/internal/text"
)

// A byteMark is a byte order mark.
type byteMark struct{ mark, name string }

var byteMarks = []byteMark{
	{"\xef\xbb\xbf", utf8Name},
	{"\xff\xfe", utf16LE},
	{"\xfe\xff", utf16BE},
}

// mark returns the encoding that a byte order mark names, and its length.
func mark(body []byte) (name string, skip int) {
	for _, m := range byteMarks {
		if bytes.HasPrefix(body, []byte(m.mark)) {
			return m.name, len(m.mark)
		}
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
	even, odd := halves(head, nul)
	isHalf := max(even, odd)*3 > len(head)/2
	switch {
	case isHalf && even*10 < odd:
		return utf16LE
	case isHalf && odd*10 < even:
		return utf16BE
	}
	return ""
}

// switches are the escape sequences to a Japanese character set.
var switches = []string{"\x1b$B", "\x1b$@", "\x1b(I", "\x1b$(D"}

// halves counts the octets of a class at even and at odd places.
func halves(body []byte, class text.ByteSet) (even, odd int) {
	var counts [2]int
	for i, c := range body {
		if class[c] {
			counts[i%2]++
		}
	}
	return counts[0], counts[1]
}

var (
	nul = text.Bytes("\x00\x00")
	// leads16 are the upper octets of kana and of ASCII.
	leads16 = text.Bytes("\x00\x00\x30\x30")
	// controls are the control characters except white space and ESC.
	controls = text.Bytes("\x00\x08\x0b\x0b\x0e\x1a\x1c\x1f\x7f\x7f")
	high     = text.Bytes("\xa1\xfe")
	narrow   = text.Bytes("\xa1\xdf") // half-width kana
	lead     = text.Bytes("\x81\x9f\xe0\xfc")
	trail    = text.Bytes("\x40\x7e\x80\xfc")
)

// labelled16 believes a label of UTF-16 where the bytes are not UTF-8; without an
// order in the label it is the one in which kana and ASCII stand more often.
func labelled16(body []byte, label, name string) string {
	isUTF8 := utf8.Valid(body) && bytes.IndexByte(body, 0) < 0
	if isUTF8 || len(body)%2 != 0 {
		return ""
	}
	be, le := halves(body, leads16)
	hasOrder := len(label) > len("utf-16") // utf-16le, utf-16be
	switch {
	case hasOrder:
		return name
	case be > le:
		return utf16BE
	}
	return utf16LE
}

// undecodable are the names of the Encoding Standard that stand for no encoding.
var undecodable = map[string]bool{"replacement": true, "x-user-defined": true}

// escapes reports whether 7-bit text switches to a Japanese character set
// (RFC 1468, and ESC ( I for half-width kana).
func escapes(body []byte) bool {
	is8Bit := slices.ContainsFunc(body, func(c byte) bool { return c >= utf8.RuneSelf })
	return !is8Bit &&
		slices.ContainsFunc(
			switches,
			func(seq string) bool { return bytes.Contains(body, []byte(seq)) },
		)
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
	u := measure(body, utf8Name)
	isProven := u.outweighs(proof)
	if isProven || u.mostly(5) {
		return utf8Name, isProven || u.mostly(20)
	}
	name, best, other := legacy(body)
	if !best.japanese() {
		return "", false
	}
	isClear := other.score*2 < best.score && best.score >= 2
	return name, isClear && best.mostly(50)
}

// legacy returns as which of EUC-JP and Shift_JIS bytes look better, with the
// measure of both.
func legacy(body []byte) (name string, best, other count) {
	e, s := measure(body, eucJP), measure(body, shiftJIS)
	if s.score > e.score {
		return shiftJIS, s, e
	}
	return eucJP, e, s
}

// steps return the size and worth of the character that bytes of an encoding begin
// with.
var steps = map[string]func(body []byte) (size, worth int){
	utf8Name: nextUTF8,
	eucJP:    nextEUC,
	shiftJIS: nextSJIS,
}

// measure counts the characters of body in an encoding; one that is not known here
// is taken for UTF-8.
func measure(body []byte, name string) count {
	next, ok := steps[name]
	if !ok {
		next = nextUTF8
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

// worths are the worths of the rows of JIS X 0208 and its extensions.
var worths = func() (table [121]int) {
	for ku := range table {
		table[ku] = worthRare - 1
	}
	for _, s := range rows {
		for ku := s.first; ku <= s.last; ku++ {
			table[ku] = s.worth
		}
	}
	return table
}()

// An eucForm is a character of EUC-JP by its first octet: its size, the class of
// its further octets, and its worth.
type eucForm struct {
	size  int
	trail *text.ByteSet
	worth int
}

// eucForms are the characters of EUC-JP by their first octet; what may not begin
// one is a form of one octet.
var eucForms = func() (forms [256]eucForm) {
	for c := range forms {
		forms[c] = eucForm{1, nil, worthBad}
		if high[c] {
			forms[c] = eucForm{2, &high, worths[min(c-0xa0, 94)]}
		}
	}
	forms[0x8e] = eucForm{2, &narrow, worthOther}
	forms[0x8f] = eucForm{3, &high, worthOther}
	return forms
}()

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

func nextEUC(body []byte) (size, worth int) {
	form := &eucForms[body[0]]
	for i := 1; i < form.size; i++ {
		if !form.trail[at(body, i)] {
			return 1, worthBad
		}
	}
	return form.size, form.worth
}

func nextSJIS(body []byte) (size, worth int) {
	c := body[0]
	switch {
	case narrow[c]:
		return 1, worthNarrow
	case lead[c] && trail[at(body, 1)]:
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

// pair returns the worth of two octets of Shift_JIS.
func pair(lead, trail byte) int {
	ku := int(lead&^0x40) - 0x81 // the second half of them goes on where the first one ends
	ku = ku*2 + 1
	if trail >= 0x9f {
		ku++
	}
	return worths[ku]
}

// binary reports whether bytes are no text: many control characters.
func binary(body []byte) bool {
	head := body[:min(len(body), 8<<10)]
	even, odd := halves(head, controls)
	return (even+odd)*20 > len(head)
}
