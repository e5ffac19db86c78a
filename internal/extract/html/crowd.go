package html

import (
	"fmt"
	"strings"
)

// The bounds of a parsed page: it takes many times the memory of its bytes, by the
// element and by the attribute. The largest pages seen have a fifth of that.
const (
	maxElements   = 80_000
	maxAttributes = 400_000
)

// crowded says that a page has more elements than are read, "" for any other. It
// counts tags and the blanks within them, before anything is parsed.
func crowded(s string) string {
	elements, attributes := 0, 0
	for s != "" {
		_, tag, found := strings.Cut(s, "<")
		if !found {
			break
		}
		s = tag
		if !beginsTag(s) {
			continue
		}
		elements++
		end := strings.IndexByte(s, '>')
		if end < 0 {
			end = len(s)
		}
		attributes += blanksIn(s[:end])
		s = s[end:]
	}
	if elements <= maxElements && attributes <= maxAttributes {
		return ""
	}
	return fmt.Sprintf(
		"a page of %d elements and %d attributes; at most %d and %d are read",
		elements,
		attributes,
		maxElements,
		maxAttributes,
	)
}

// beginsTag reports whether what follows a "<" is the name of an element.
func beginsTag(s string) bool {
	return s != "" && s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z'
}

// blanksIn counts what may part attributes.
func blanksIn(tag string) int {
	n := 0
	for i := range len(tag) {
		if tag[i] <= ' ' || tag[i] == '/' {
			n++
		}
	}
	return n
}
