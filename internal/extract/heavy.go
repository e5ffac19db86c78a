package extract

import "fmt"

// What decoded JSON takes in memory beside its texts, in bytes, as measured: an
// object of a few members, a list, a further value; and how much is too much.
const (
	objectCost = 420
	listCost   = 90
	valueCost  = 45
	mostCost   = 40 << 20
)

// Heavy says why JSON would take far more memory than its bytes; nil for any that
// is fit to be decoded.
func Heavy(s string) error {
	objects, lists, values := 0, 0, 0
	Structure(s, func(mark byte) bool {
		switch mark {
		case '{':
			objects++
		case '[':
			lists++
		case ',':
			values++
		}
		return true
	})
	if objects*objectCost+lists*listCost+values*valueCost > mostCost {
		return fmt.Errorf(
			"JSON of %d objects, %d lists and %d further values; that is too much to be read at once",
			objects,
			lists,
			values,
		)
	}
	return nil
}

// Structure hands over the marks of JSON outside its texts, one after the other,
// until one is enough.
func Structure(s string, more func(mark byte) bool) {
	quoted := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		case !quoted && !more(c):
			return
		}
	}
}
