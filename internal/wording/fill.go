package wording

import "strings"

// Fill puts values in the places of a text that are written %s, in order.
func Fill(text string, values ...string) string {
	var b strings.Builder
	for _, v := range values {
		before, after, found := strings.Cut(text, "%s")
		if !found {
			break
		}
		b.WriteString(before + v)
		text = after
	}
	return b.String() + text
}
