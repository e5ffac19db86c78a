package text

import (
	"testing"

	"github.com/rivo/uniseg"
	"pgregory.net/rapid"
)

// What is counted without looking for graphemes is counted as with.
func TestWidthIsThatOfItsGraphemes(t *testing.T) {
	t.Parallel()
	for r := rune(0x20); r <= 0xffff; r++ {
		if wide.has(r) && uniseg.StringWidth(string(r)) != 2 {
			t.Errorf("%q (%U) is %d wide", r, r, uniseg.StringWidth(string(r)))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.OneOf(
			rapid.RuneFrom([]rune("aZ9 ～ー。「」、仮想化ＡＢ！？・々〇\u3099\u0301\u200d\ufe0f👩💻🇯🇵ｶﾞ①")),
			rapid.Rune(),
		)).Draw(t, "s")
		if got, want := Width(s), uniseg.StringWidth(s); got != want {
			t.Fatalf("Width(%q) = %d, its graphemes take %d", s, got, want)
		}
		for columns := range 12 {
			if cut := Cut(s, columns); Width(cut) > columns {
				t.Fatalf("Cut(%q, %d) = %q takes %d", s, columns, cut, Width(cut))
			}
		}
	})
}
