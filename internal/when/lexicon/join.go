package lexicon

// heft says which of two words that touch names what both are: 受付 + 締切 is a
// deadline, 開催 + 場所 a place.
var heft = [NClasses]int{
	Place:        10,
	Deadline:     9,
	Registration: 8,
	Stamp:        8,
	Hours:        8,
	History:      8,
	Reserve:      8,
	Version:      8,
	Validity:     8,
	Example:      8,
	Closed:       8,
	Moved:        7,
	Undated:      7,
	Party:        6,
	Doors:        5,
	Event:        4,
	Verb:         4,
	Label:        4,
	Start:        4,
	End:          4,
	Time:         3,
	Topic:        3,
	Noun:         1,
	News:         1,
	Former:       1,
}

// Join returns the class of two words that touch.
func Join(a, b Class) Class {
	switch {
	case a == Place: // 教室 + 開始
		return b
	case heft[a] > heft[b]:
		return a
	case heft[a] == heft[b] && Foreign.Has(a):
		return a
	}
	return b
}
