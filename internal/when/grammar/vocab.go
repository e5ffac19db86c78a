package grammar

import "koyomi/internal/when/fold"

// Symbols below firstSym stand for numbers, by the number of their digits.
const (
	noSym     = 0
	numberSym = 0  // 1 to 15: that many digits
	kanjiSym  = 20 // 21 to 25
	firstSym  = 32
)

// A vocabulary numbers the characters and words that patterns name.
type vocabulary struct {
	ascii [128]uint16
	cjk   [cjkEnd - cjkFirst]uint16
	chars map[rune]uint16 // the others
	words map[string]uint16
	next  uint16

	shapes fold.Shapes // of words
}

var vocab = &vocabulary{
	chars: map[rune]uint16{},
	words: map[string]uint16{},
	next:  firstSym,
}

// The characters of Chinese and Japanese are looked up in a table.
const (
	cjkFirst = 0x3000
	cjkEnd   = 0xa000
)

// slot returns where the symbol of a character is kept, nil outside the tables.
func (v *vocabulary) slot(r rune) *uint16 {
	switch {
	case r < 128:
		return &v.ascii[r]
	case r >= cjkFirst && r < cjkEnd:
		return &v.cjk[r-cjkFirst]
	}
	return nil
}

func (v *vocabulary) char(r rune) uint16 {
	if s := v.slot(r); s != nil {
		return *s
	}
	return v.chars[r]
}

func (v *vocabulary) word(b []byte) uint16 {
	if !v.shapes.May(b) {
		return noSym
	}
	return v.words[string(b)]
}

// add numbers what a token holds, if it is new.
func (v *vocabulary) add(k *Token, s string) {
	if k.Sym != noSym {
		return
	}
	k.Sym = v.next
	v.next++
	if k.Kind == Word {
		v.words[s] = k.Sym
		v.shapes.Add(s)
		return
	}
	r := []rune(s)[0]
	if s := v.slot(r); s != nil {
		*s = k.Sym
		return
	}
	v.chars[r] = k.Sym
}

// maxSymbols is how many symbols there may be.
const maxSymbols = 1024

// A symbolSet is a set of symbols, a bit each.
type symbolSet [maxSymbols / 64]uint64

func setOf(syms []uint16) *symbolSet {
	s := new(symbolSet)
	for _, y := range syms {
		s.add(y)
	}
	return s
}

func (s *symbolSet) add(y uint16) { s[y/64] |= 1 << (y % 64) }

func (s *symbolSet) has(y uint16) bool { return s[y/64%uint16(len(s))]&(1<<(y%64)) != 0 }

// join adds what is in o.
func (s *symbolSet) join(o *symbolSet) {
	for n, word := range o {
		s[n] |= word
	}
}

// holds reports whether s has a number of digits, or something else.
func (s *symbolSet) holds(number bool) bool {
	const digits = 1<<kanjiSym - 1
	if number {
		return s[0]&digits != 0
	}
	for _, word := range s[1:] {
		if word != 0 {
			return true
		}
	}
	return s[0]&^digits != 0
}

// Symbols returns how many symbols there are.
func Symbols() int { return int(vocab.next) }
