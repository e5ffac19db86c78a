package place

import (
	"slices"
	"testing"

)

func TestATitleNamesAllItsAreas(t *testing.T) {
	for title, want := range map[string][]string{
		"福岡 × 東京 合同LT":     {"福岡県", "東京都"},
		"OSC Sapporo/Naha": {"北海道", "沖縄県"},
		"型を語る夜":            nil,
	} {
		if got := Areas(title); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", title, got, want)
		}
	}
}
