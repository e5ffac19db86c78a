package charset

import (
	"koyomi/internal/text"
)

// encodingPart finds the encoding of an XML declaration, to take it out.
var encodingPart = text.NewPattern(
	`^(\s*<\?xml[^>]{0,200}?)\s+encoding\s*=\s*(?:"[^"]*"|'[^']*')`,
)

// Undeclare takes the encoding out of the XML declaration of a text that is UTF-8
// by now, so that a parser does not decode it once more. Other text comes back as
// it is.
func Undeclare(text string) string {
	m := encodingPart.FindStringSubmatchIndex(text)
	if m == nil {
		return text
	}
	return text[:m[3]] + text[m[1]:]
}
