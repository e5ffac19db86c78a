package grammar

import (
	"koyomi/internal/when/fold"
)

// A Token is a number, a word of Latin letters, or one other character.
type Token struct {
	Sym      uint16 // what patterns compare; see vocabulary
	Kind     Kind
	Gap      Gap
	Upper    bool // begins with a capital
	Len      uint8
	N        int64 // value of a number
	From, To int32 // runes of the folded text
}

// Kind tells tokens apart.
type Kind uint8

// The kinds of tokens.
const (
	Number Kind = iota
	KanjiNumber
	Word
	Kanji
	Kana
	Mark
)

// Gap is what stands before a token.
type Gap uint8

// The gaps between tokens.
const (
	Glued Gap = iota
	Space
	Line
	NoToken // behind the last token
)

// maxDigits bounds the digits of a number that is read.
const maxDigits = 14

// Tokens appends the tokens of t to dst.
func Tokens(dst []Token, t fold.Text) []Token {
	gap := Space
	for i := 0; i < len(t); {
		switch t[i].R {
		case ' ':
			gap = max(gap, Space)
			i++
			continue
		case '\n':
			gap = max(gap, Line)
			i++
			continue
		}
		dst = append(dst, Token{From: int32(i), Gap: gap})
		k := &dst[len(dst)-1]
		k.read(t, i)
		gap = Glued
		i = int(k.To)
	}
	return dst
}

// read reads the token at i.
func (k *Token) read(t fold.Text, i int) {
	r := t[i].R
	switch {
	case r >= cjkFirst:
		if kanjiDigit(r, 0) == 0 || !k.kanjiNumber(t, i) {
			k.char(r, i)
		}
	case fold.IsDigit(r):
		k.number(t, i)
	case fold.IsLetter(r):
		k.Upper = t[i].Fl&fold.Upper != 0
		k.word(t, i)
	default:
		k.char(r, i)
	}
}

// char reads one character.
func (k *Token) char(r rune, i int) {
	k.To = int32(i + 1)
	k.Sym = vocab.char(r)
	switch {
	case fold.IsKanji(r):
		k.Kind = Kanji
	case fold.IsKana(r):
		k.Kind = Kana
	default:
		k.Kind = Mark
	}
}

func (k *Token) number(t fold.Text, i int) {
	j := i
	for ; fold.IsDigit(t.At(j)); j++ {
		if j-i < maxDigits {
			k.N = k.N*10 + int64(t[j].R-'0')
		}
	}
	k.Kind, k.To, k.Len = Number, int32(j), uint8(min(j-i, maxDigits+1))
	k.Sym = numberSym + uint16(k.Len)
}

func (k *Token) word(t fold.Text, i int) {
	var buf [24]byte
	j := i
	for ; fold.IsLetter(t.At(j)); j++ {
		if j-i < len(buf) {
			buf[j-i] = byte(t[j].R)
		}
	}
	k.Kind, k.To = Word, int32(j)
	if n := j - i; n <= len(buf) {
		k.Sym = vocab.word(buf[:n])
	}
}

// kanjiDigits are the values of Chinese numerals, one more than they say.
var kanjiDigits = func() (t [cjkEnd - cjkFirst]uint8) {
	for r, n := range map[rune]uint8{
		'〇': 1, '零': 1, '一': 2, '壱': 2, '二': 3, '弐': 3, '三': 4, '参': 4, '四': 5,
		'五': 6, '六': 7, '七': 8, '八': 9, '九': 10, '十': ten,
	} {
		t[r-cjkFirst] = n
	}
	return t
}()

const ten = 11

// kanjiNumber reads 二十八, 二〇〇九, 一〇; it reports whether the characters at i are one
// number. A lone character of a longer word is one, too; patterns ask what follows.
func (k *Token) kanjiNumber(t fold.Text, i int) bool {
	tens, unit, digits := -1, 0, 0
	j := i
	for ; j < i+5; j++ {
		d := kanjiDigit(t.At(j), digits)
		if d == 0 {
			break
		}
		if d != ten {
			unit, digits = unit*10+d-1, digits+1
			continue
		}
		if tens >= 0 || digits > 1 {
			return false
		}
		tens, unit, digits = max(unit, 1), 0, 0
	}
	k.N, k.Len = int64(unit), uint8(digits)
	if tens >= 0 {
		k.N, k.Len = int64(tens*10+unit), 2
	}
	k.Kind, k.To = KanjiNumber, int32(j)
	k.Sym = kanjiSym + uint16(k.Len)
	return tens < 0 || digits < 2
}

// kanjiDigit is 0 for what is no numeral; a circle is a zero behind another digit.
func kanjiDigit(r rune, digits int) int {
	if r == '○' && digits > 0 {
		return 1
	}
	if r < cjkFirst || r >= cjkEnd {
		return 0
	}
	return int(kanjiDigits[r-cjkFirst])
}
