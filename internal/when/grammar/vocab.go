package grammar

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

func (v *vocabulary) word(b []byte) uint16 { return v.words[string(b)] }

// add numbers what a token holds, if it is new.
func (v *vocabulary) add(k *Token, s string) {
	if k.Sym != noSym {
		return
	}
	k.Sym = v.next
	v.next++
	if k.Kind == Word {
		v.words[s] = k.Sym
		return
	}
	r := []rune(s)[0]
	if s := v.slot(r); s != nil {
		*s = k.Sym
		return
	}
	v.chars[r] = k.Sym
}

// Symbols returns how many symbols there are.
func Symbols() int { return int(vocab.next) }
