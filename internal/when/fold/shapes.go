package fold

// Shapes tells which words cannot be in a list, by their first letter and their length:
// most words of a text are in none, and this is found sooner than by a hash.
type Shapes [128]uint64

// maxShape is the length from which on all lengths are one.
const maxShape = 63

func shape(n int) uint64 { return 1 << min(n, maxShape) }

// Add adds a word of ASCII letters; others are left out.
func (s *Shapes) Add(w string) {
	if w != "" && w[0] < 128 {
		s[w[0]] |= shape(len(w))
	}
}

// May reports whether a word that was added begins like w and is as long.
func (s *Shapes) May(w []byte) bool {
	return len(w) > 0 && w[0] < 128 && s[w[0]]&shape(len(w)) != 0
}
