package fold

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// stepwise folds in character by character, without the run of plain ones.
func stepwise(in string) Text {
	f := folder{in: in}
	for i := 0; i < len(in); {
		i += f.step(i)
	}
	return f.out
}

// TestPlainRuns compares folding in runs with folding character by character, also of
// bytes that are no text.
func TestPlainRuns(t *testing.T) {
	bytes := rapid.SampledFrom([]byte("aZ9 \n<>&/(\xe3\xe4\xe9\xef\x80\x81\xbf\xc0\xff~-"))
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.String().Draw(t, "text")
		if rapid.Bool().Draw(t, "bytes") {
			in = string(rapid.SliceOf(bytes).Draw(t, "any"))
		}
		got, want := Fold(nil, in), stepwise(in)
		if len(got) != len(want) {
			t.Fatalf("%q: %d runes, want %d", in, len(got), len(want))
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("%q: rune %d is %v, want %v", in, i, got[i], want[i])
			}
			if !utf8.ValidRune(got[i].R) {
				t.Fatalf("%q: rune %d is %x", in, i, got[i].R)
			}
		}
	})
}
