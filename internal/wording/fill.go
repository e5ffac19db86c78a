package wording

import "strings"

// Fill puts values in the places of a text that are written %s, in order.
func Fill(text string, values ...string) string {
	for _, v := range values {
		text = strings.Replace(text, "%s", v, 1)
	}
	return text
}
