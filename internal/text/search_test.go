package text

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// TestSearch compares a search with the pattern that says the same.
func TestSearch(t *testing.T) {
	search, tag := NewSearch("<time", "ld+json", "h-event"), NewSearch("<time", "<p")
	pattern, tagPattern := regexp.MustCompile(`(?i)<time|ld\+json|h-event`), regexp.MustCompile(`(?i)<(?:time|p)`)
	parts := rapid.SampledFrom([]string{"<", "<TI", "me", "ld", "+", "JSON", "H-", "event", " ", "時", "<p>"})
	rapid.Check(t, func(t *rapid.T) {
		words := ""
		for _, p := range rapid.SliceOfN(parts, 0, 12).Draw(t, "parts") {
			words += p
		}
		if got, want := search.In(words), pattern.MatchString(words); got != want {
			t.Fatalf("%q: %v, want %v", words, got, want)
		}
		if got, want := tag.In(words), tagPattern.MatchString(words); got != want {
			t.Fatalf("tags in %q: %v, want %v", words, got, want)
		}
	})
}
