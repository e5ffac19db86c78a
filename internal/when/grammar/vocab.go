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
	chars map[rune]uint16
	words map[string]uint16
	next  uint16
}

var vocab = &vocabulary{chars: map[rune]uint16{}, words: map[string]uint16{}, next: firstSym}

func (v *vocabulary) char(r rune) uint16 {
	if r < 128 {
		return v.ascii[r]
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
	if r < 128 {
		v.ascii[r] = k.Sym
		return
	}
	v.chars[r] = k.Sym
}

// Symbols returns how many symbols there are.
func Symbols() int { return int(vocab.next) }
