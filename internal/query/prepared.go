package query

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"koyomi/internal/event"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// A Doc is an event prepared to be asked for many times.
type Doc struct {
	Event event.Event
	kind  event.Type
	// fields are the folded texts that words are looked for in.
	fields [4]string
	// names are the folded id, name and reading of the community.
	names []string
}

// NewDoc prepares e, an event of the community c (nil where unknown).
func NewDoc(e event.Event, c *source.Community) Doc {
	d := Doc{Event: e, kind: e.Type}
	if d.kind == "" {
		d.kind = event.TypeEvent
	}
	d.names = append(d.names, text.Fold(e.Community))
	if c != nil {
		for _, n := range []string{c.Name, c.Reading} {
			if n = text.Fold(n); n != "" {
				d.names = append(d.names, n)
			}
		}
	}
	d.fields = [4]string{
		text.Fold(e.Title),
		strings.Join(d.names, "\n"),
		text.Fold(e.Location + "\n" + e.Area),
		text.Fold(e.Description),
	}
	return d
}

// contains reports whether needle, which is folded, stands in s: from a word's
// start where it begins with an ASCII letter or digit, else anywhere.
func contains(s, needle string) bool {
	if !alphanumeric(needle[0]) {
		return strings.Contains(s, needle)
	}
	for from := 0; ; {
		i := strings.Index(s[from:], needle)
		if i < 0 {
			return false
		}
		i += from
		if i == 0 || !insideWord(s[:i]) {
			return true
		}
		from = i + 1
	}
}

// insideWord reports whether what follows before goes on a Latin word or number.
func insideWord(before string) bool {
	if c := before[len(before)-1]; c < utf8.RuneSelf {
		return alphanumeric(c)
	}
	r, _ := utf8.DecodeLastRuneInString(before)
	return unicode.Is(unicode.Latin, r) || unicode.Is(unicode.Mn, r)
}

func alphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z'
}
