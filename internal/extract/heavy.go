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
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			objects++
		case c == '[':
			lists++
		case c == ',':
			values++
		}
	}
	if objects*objectCost+lists*listCost+values*valueCost > mostCost {
		return fmt.Errorf("JSON of %d objects, %d lists and %d further values; that is too much to be read at once", objects, lists, values)
	}
	return nil
}
