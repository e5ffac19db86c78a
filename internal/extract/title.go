package extract

import (
	"koyomi/internal/text"
)

// NoTitle begins the title that an event gets whose source states none.
const NoTitle = "（題名なし）"

// madeTitle returns the title of an item that has none: what its description begins
// with, its place, or who holds it.
func (b *Builder) madeTitle(r *Raw) string {
	for _, from := range []struct{ what, words string }{
		{"its description", Opening(r.Description)},
		{"its place", text.Line(r.Location, maxTitle/2)},
		{"its community", b.visit.Source.CommunityName},
	} {
		if words := text.Line(from.words, maxTitle/2); words != "" {
			r.Warnings = append(
				r.Warnings,
				"title: none is stated; it is made of "+from.what,
			)
			return NoTitle + words
		}
	}
	return NoTitle
}
