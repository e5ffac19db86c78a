package source

import "testing"

// TestKept: the daemon looks its sources up in one slice until the catalogue is another
// one; else each look of its loop would read the state of all.
func TestKept(t *testing.T) {
	catalogue := &Catalogue{}
	searched := 0
	live := Kept(
		func() *Catalogue { return catalogue },
		func() []*Source {
			searched++
			return []*Source{{ID: "one"}}
		},
	)
	first, again := live(), live()
	if &first[0] != &again[0] || searched != 1 {
		t.Errorf("searched %d times, want once", searched)
	}
	catalogue = &Catalogue{}
	if live(); searched != 2 {
		t.Errorf("searched %d times, want again with another catalogue", searched)
	}
}
