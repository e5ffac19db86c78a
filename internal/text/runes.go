package text

import "unicode"

// A runeRange is a run of code points, both ends included.
type runeRange struct{ first, last rune }

func (r runeRange) has(c rune) bool { return c >= r.first && c <= r.last }

// A runeSet holds code points of the Basic Multilingual Plane, a bit each: whether
// a character belongs to it is asked for every character that is read.
type runeSet [1 << 10]uint64

func newRuneSet(ranges ...runeRange) *runeSet {
	s := new(runeSet)
	for _, r := range ranges {
		for c := r.first; c <= r.last; c++ {
			s[c>>6] |= 1 << (c & 63)
		}
	}
	return s
}

func (s *runeSet) has(c rune) bool {
	return uint32(c) < 1<<16 && s[c>>6]&(1<<(c&63)) != 0
}

// Runs of characters that several rules name.
var (
	printableASCII = runeRange{' ', '~'}
	upperLatin     = runeRange{'A', 'Z'}
	digits         = runeRange{'0', '9'}
	hiragana       = runeRange{0x3041, 0x3096}
	ideographs     = runeRange{0x4e00, 0x9fff}
	// foldableKatakana have a hiragana 0x60 below them.
	foldableKatakana = runeRange{0x30a1, 0x30f6}
	skinTones        = runeRange{0x1f3fb, 0x1f3ff}
	flagLetters      = runeRange{0x1f1e6, 0x1f1ff}
	emoji            = runeRange{0x1f000, 0x1faff}
)

// inert are the characters that cleaning leaves as they are wherever they stand:
// no normal form, neighbour or limit touches them. They make up nearly all
// Japanese text, so most of it needs no second look.
var inert = newRuneSet(
	printableASCII,
	runeRange{0x2010, 0x2027}, // dashes, quotation marks
	runeRange{0x2460, 0x24ff}, // circled numbers
	runeRange{0x2500, 0x27bf}, // lines, shapes, symbols
	runeRange{0x3001, 0x3029}, // punctuation
	hiragana,
	runeRange{0x30a0, 0x30ff}, // katakana
	ideographs,
	runeRange{0xff01, 0xff9f}, // full-width and half-width forms
)

// wide are the wide characters of Japanese text that are a grapheme whatever
// stands beside them, as long as that is no mark.
var wide = newRuneSet(
	runeRange{0x3000, 0x3029},
	hiragana,
	runeRange{0x30a1, 0x30fe},
	ideographs,
	runeRange{0xff01, 0xff60},
)

// lineBreaks are the characters that end a line.
var lineBreaks = newRuneSet(
	runeRange{'\n', '\r'},
	runeRange{0x85, 0x85},
	runeRange{0x2028, 0x2029},
)

// fillers are letters that look like a blank: Hangul fillers, Braille blank.
var fillers = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x115f, Hi: 0x1160, Stride: 1},
	{Lo: 0x2800, Hi: 0x2800, Stride: 1},
	{Lo: 0x3164, Hi: 0x3164, Stride: 1},
	{Lo: 0xffa0, Hi: 0xffa0, Stride: 1},
}}

// unseen are characters outside the classes Cc, Cf and Variation_Selector that
// show nothing or belong to no text.
var unseen = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x034f, Hi: 0x034f, Stride: 1},
		{Lo: 0x17b4, Hi: 0x17b5, Stride: 1},
		{Lo: 0x180e, Hi: 0x180e, Stride: 1},
		{Lo: 0xfdd0, Hi: 0xfdef, Stride: 1},
		{Lo: 0xfffc, Hi: 0xfffc, Stride: 1},
		{Lo: 0xfffe, Hi: 0xffff, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0xe0000, Hi: 0xe0fff, Stride: 1},
		{Lo: 0x1fffe, Hi: 0x10fffe, Stride: 0x10000},
		{Lo: 0x1ffff, Hi: 0x10ffff, Stride: 0x10000},
	},
}

// pictographs are the characters below U+10000 that emoji are made of (Unicode
// TR 51, Extended_Pictographic, by block).
var pictographs = newRuneSet(
	runeRange{0xa9, 0xa9},
	runeRange{0xae, 0xae},
	runeRange{0x203c, 0x203c},
	runeRange{0x2049, 0x2049},
	runeRange{0x2122, 0x2122},
	runeRange{0x2139, 0x2139},
	runeRange{0x2194, 0x21aa},
	runeRange{0x231a, 0x23ff},
	runeRange{0x24c2, 0x24c2},
	runeRange{0x25aa, 0x27bf},
	runeRange{0x2934, 0x2935},
	runeRange{0x2b05, 0x2b55},
	runeRange{0x3030, 0x3030},
	runeRange{0x303d, 0x303d},
	runeRange{0x3297, 0x3297},
	runeRange{0x3299, 0x3299},
)

// isPictograph reports whether emoji are made of r.
func isPictograph(r rune) bool {
	if skinTones.has(r) || flagLetters.has(r) {
		return false
	}
	return pictographs.has(r) || emoji.has(r)
}

// isInvisible reports whether r shows nothing, reorders its neighbours or belongs
// to no text: controls, formats, variation selectors, non-characters.
func isInvisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector, unseen)
}

func isKeycapBase(r rune) bool { return digits.has(r) || r == '#' || r == '*' }
