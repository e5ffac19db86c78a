package ics

import (
	"slices"
	"strings"
)

// A component is an event as it stands in the file.
type component struct {
	line  int
	props []property
	// broken counts lines that are no content lines.
	broken int
}

// get returns the first property of a name.
func (c *component) get(name string) (property, bool) {
	i := slices.IndexFunc(c.props, func(p property) bool { return p.name == name })
	if i < 0 {
		return property{}, false
	}
	return c.props[i], true
}

// text returns the TEXT of the first property of a name.
func (c *component) text(name string) string {
	p, _ := c.get(name)
	if p.quoted() {
		return strings.TrimSpace(unescape(unquoted(p)))
	}
	return strings.TrimSpace(unescape(p.value))
}

// value returns the first property of a name as it stands, "" for none.
func (c *component) value(name string) string {
	p, _ := c.get(name)
	return strings.TrimSpace(p.value)
}

// all returns the properties of a name.
func (c *component) all(name string) []property {
	var out []property
	for _, p := range c.props {
		if p.name == name {
			out = append(out, p)
		}
	}
	return out
}

// recurs reports whether the event has further occurrences.
func (c *component) recurs() bool { return len(c.all("RRULE"))+len(c.all("RDATE")) > 0 }
