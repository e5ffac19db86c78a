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
	// community is the event's, nil where unknown.
	community *source.Community
	// fields are the folded texts that words are looked for in; those of later are
	// not folded yet.
	fields [texts]string
	later  [texts]bool
}

// The texts in which words are looked for, the shortest first.
const (
	titleText = iota
	namesText
	placeText
	bodyText
	texts
)

// NewDoc prepares e, an event of the community c (nil where unknown). Many may ask it
// at a time.
func NewDoc(e event.Event, c *source.Community) Doc {
	d := passing(e, c)
	for i := range d.fields {
		d.text(i)
	}
	return d
}

// passing prepares e to be asked once: what the question does not come to is left as
// it is.
func passing(e event.Event, c *source.Community) Doc {
	d := Doc{
		Event:     e,
		kind:      e.Type,
		community: c,
		later:     [texts]bool{true, true, true, true},
	}
	if d.kind == "" {
		d.kind = event.TypeEvent
	}
	return d
}

// text returns one of the folded texts.
func (d *Doc) text(i int) string {
	if !d.later[i] {
		return d.fields[i]
	}
	d.later[i] = false
	switch i {
	case titleText:
		d.fields[i] = text.Fold(d.Event.Title)
	case namesText:
		d.fields[i] = strings.Join(d.names(), "\n")
	case placeText:
		d.fields[i] = text.Fold(d.Event.Location + "\n" + d.Event.Area)
	case bodyText:
		d.fields[i] = text.Fold(d.Event.Description)
	}
	return d.fields[i]
}

// names returns the folded id, name and reading of the community.
func (d *Doc) names() []string {
	names := []string{text.Fold(d.Event.Community)}
	if d.community == nil {
		return names
	}
	for _, n := range []string{d.community.Name, d.community.Reading} {
		if n = text.Fold(n); n != "" {
			names = append(names, n)
		}
	}
	return names
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
	lower := c | 0x20
	return lower >= 'a' && lower <= 'z' || c >= '0' && c <= '9'
}
