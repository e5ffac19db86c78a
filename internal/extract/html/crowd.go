package html

import (
	"fmt"
	"strings"

	"koyomi/internal/extract"
)

// The bounds of a parsed page: it takes many times the memory of its bytes, by the
// element and by the attribute. The largest pages seen have a fifth of that.
const (
	maxElements   = 80_000
	maxAttributes = 400_000
)

// crowded is the damage of a page with more elements than are read, nil for any
// other. It counts tags and the blanks within them, before anything is parsed.
func crowded(url, s string) error {
	elements, attributes := 0, 0
	inside := false
	for i := 0; i < len(s); i++ {
		if !inside {
			n := strings.IndexByte(s[i:], '<')
			if n < 0 {
				break
			}
			i += n
		}
		switch c := s[i]; {
		case c == '<':
			if i+1 < len(s) && (s[i+1]|0x20) >= 'a' && (s[i+1]|0x20) <= 'z' {
				elements++
				inside = true
			}
		case c == '>':
			inside = false
		case c <= ' ' || c == '/':
			attributes++
		}
	}
	if elements > maxElements || attributes > maxAttributes {
		return &extract.Damage{URL: url, Reason: fmt.Sprintf("a page of %d elements and %d attributes; at most %d and %d are read", elements, attributes, maxElements, maxAttributes)}
	}
	return nil
}
