package fold

import "testing"

func TestShapes(t *testing.T) {
	var s Shapes
	long := string(make([]byte, 100))
	for _, w := range []string{"june", "at", "", "日", "a" + long} {
		s.Add(w)
	}
	for w, want := range map[string]bool{
		"june": true, "july": true, "juny": true, "jun": false, "at": true, "on": false,
		"": false, "日": false, "a" + long + long: true, "b" + long: false,
	} {
		if got := s.May([]byte(w)); got != want {
			t.Errorf("May(%.8q) = %v, want %v", w, got, want)
		}
	}
}
