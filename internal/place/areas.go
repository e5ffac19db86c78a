package place

import (
	"slices"

	"koyomi/internal/text"
)

// Areas returns all prefectures that a text names in whatever way, in order of text:
// a title may name several, and of each only a short name or a town.
func Areas(words string) []string {
	folded := text.Fold(words)
	var all []string
	names().each(folded, func(at int, word string, n name) bool {
		if counts(folded, at, word, n.tier) && !slices.Contains(all, n.prefecture) {
			all = append(all, n.prefecture)
		}
		return true
	})
	return all
}
