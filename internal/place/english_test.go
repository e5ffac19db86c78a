package place

import "testing"

// TestEnglishNames: every prefecture has a name in Latin letters, and what is no place
// stays as it is.
func TestEnglishNames(t *testing.T) {
	for name, want := range map[string]string{"東京都": "Tokyo", "大阪": "Osaka", "北海道": "Hokkaido", "関西": "Kansai", "": "", "Berlin": "Berlin"} {
		if got := English(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, p := range places().prefectures {
		if got := English(p.name); got == p.name {
			t.Errorf("%s has no name in Latin letters", p.name)
		}
	}
}
