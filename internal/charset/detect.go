package charset

import (
	"bytes"
	"unicode/utf8"
)

// mark gives the encoding that a byte order mark names, and its length.
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
	if bytes.IndexByte(body, 0x1b) >= 0 && escapes(body) {
		return iso2022jp
	}
	head := body[:min(len(body), 256)]
	var even, odd int
	for i, c := range head {
		if c == 0 && i%2 == 0 {
			even++
		} else if c == 0 {
			odd++
		}
	}
	switch half := len(head) / 2; {
	case len(head) >= 8 && odd*3 > half && even*10 < odd:
		return utf16LE
	case len(head) >= 8 && even*3 > half && odd*10 < even:
		return utf16BE
	}
	if len(contentType) > 0 {
		if _, name := lookup(headerLabel(contentType)); name == utf16LE || name == utf16BE {
			return labelled16(body, headerLabel(contentType), name)
		}
	}
	return ""
}

// labelled16 believes a label of UTF-16 where the bytes are not UTF-8; without an
// order in the label it is the one in which kana and ASCII stand more often.
func labelled16(body []byte, label, name string) string {
	if len(body)%2 != 0 || utf8.Valid(body) && bytes.IndexByte(body, 0) < 0 {
		return ""
	}
	if len(label) > len("utf-16") { // utf-16le, utf-16be
		return name
	}
	var le, be int
	for i := 0; i+1 < len(body); i += 2 {
		if body[i+1] == 0x30 || body[i+1] == 0 {
			le++
		}
		if body[i] == 0x30 || body[i] == 0 {
			be++
		}
	}
	if be > le {
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

// survey looks through valid UTF-8: is all of it ASCII, is any of it Japanese
// (kana, ideographs, their punctuation and full-width forms)?
func survey(body []byte) (ascii, japanese bool) {
	ascii = true
	for i, c := range body {
		if c < 0x80 {
			continue
		}
		ascii = false
		if c < 0xe2 {
			continue
		}
		r, _ := utf8.DecodeRune(body[i:])
		if r >= 0x2010 && r < 0xd800 || r >= 0xf900 && r <= 0xffef || r > 0xffff {
			return false, true
		}
	}
	return ascii, false
}

// A count is how well bytes go as text in one encoding.
type count struct {
	// chars counts characters beyond ASCII, bad those that are impossible.
	chars, bad int
	// score is above 0 for what looks like Japanese.
	score int
}

// Detect tells by the look of bytes that are not ASCII whether they are UTF-8
// (with damage), EUC-JP or Shift_JIS; "" where they are none of these. sure says
// that no label need be asked.
func Detect(body []byte) (name string, sure bool) {
	body = body[:min(len(body), 256<<10)]
	u := tally(body, utf8Name)
	if u.chars > 0 && u.bad*5 <= u.chars {
		return utf8Name, u.bad*20 <= u.chars
	}
	e, s := tally(body, eucJP), tally(body, shiftJIS)
	best, other, name := e, s, eucJP
	if s.score > e.score {
		best, other, name = s, e, shiftJIS
	}
	if best.chars == 0 || best.score <= 0 || best.bad*10 > best.chars {
		return "", false
	}
	sure = best.bad*50 <= best.chars && best.score > 0 && other.score*2 < best.score && best.score >= 2
	return name, sure
}

func tally(body []byte, name string) count {
	switch name {
	case eucJP:
		return tallyEUC(body)
	case shiftJIS:
		return tallySJIS(body)
	}
	return tallyUTF8(body)
}

func tallyUTF8(body []byte) count {
	var n count
	for i := 0; i < len(body); {
		if body[i] < 0x80 {
			i++
			continue
		}
		n.chars++
		r, size := utf8.DecodeRune(body[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			n.bad++
			n.score -= 10
		case size >= 3:
			n.score += 3
		}
		i += size
	}
	return n
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

// row gives the worth of a character in a row (1 to 94) of JIS X 0208.
func row(ku int) int {
	switch {
	case ku == 1, ku == 4, ku == 5:
		return worthKana
	case ku == 3, ku == 13:
		return worthOther
	case ku >= 16 && ku <= 47:
		return worthKanji
	case ku >= 48 && ku <= 84:
		return worthRare
	}
	return worthRare - 1
}

func tallyEUC(body []byte) count {
	var n count
	for i := 0; i < len(body); {
		c := body[i]
		if c < 0x80 {
			i++
			continue
		}
		n.chars++
		switch {
		case c >= 0xa1 && c <= 0xfe && high(body, i+1):
			n.score += row(int(c) - 0xa0)
			i += 2
		case c == 0x8e && i+1 < len(body) && body[i+1] >= 0xa1 && body[i+1] <= 0xdf:
			n.score += worthOther
			i += 2
		case c == 0x8f && high(body, i+1) && high(body, i+2):
			n.score += worthOther
			i += 3
		default:
			n.bad++
			n.score += worthBad
			i++
		}
	}
	return n
}

func high(body []byte, i int) bool {
	return i < len(body) && body[i] >= 0xa1 && body[i] <= 0xfe
}

func tallySJIS(body []byte) count {
	var n count
	for i := 0; i < len(body); {
		c := body[i]
		if c < 0x80 {
			i++
			continue
		}
		n.chars++
		switch {
		case c >= 0xa1 && c <= 0xdf:
			n.score += worthNarrow
			i++
		case lead(c) && i+1 < len(body) && trail(body[i+1]):
			n.score += pair(c, body[i+1])
			i += 2
		default:
			n.bad++
			n.score += worthBad
			i++
		}
	}
	return n
}

func lead(c byte) bool  { return c >= 0x81 && c <= 0x9f || c >= 0xe0 && c <= 0xfc }
func trail(c byte) bool { return c >= 0x40 && c <= 0xfc && c != 0x7f }

// pair gives the worth of two octets of Shift_JIS.
func pair(c, t byte) int {
	ku := int(c) - 0x81
	if c >= 0xe0 {
		ku = int(c) - 0xc1
	}
	ku = ku*2 + 1
	if t >= 0x9f {
		ku++
	}
	switch {
	case ku >= 89 && ku <= 92, ku >= 115: // NEC's and IBM's extensions: 髙, 﨑
		return worthOther
	case ku > 94: // characters of one's own
		return worthBad
	}
	return row(ku)
}

// binary reports whether bytes are no text: many control characters (others than
// white space and ESC).
func binary(body []byte) bool {
	head := body[:min(len(body), 8<<10)]
	odd := 0
	for _, c := range head {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b || c == 0x7f {
			odd++
		}
	}
	return odd*20 > len(head)
}
