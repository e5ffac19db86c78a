package lint

import (
	"slices"
	"strings"

	"koyomi/internal/text"
)

// A property is one content line (RFC 5545 section 3.1).
type property struct {
	line       int
	name       string
	parameters map[string]string
	value      string
}

func (p *property) parameter(name string) string { return p.parameters[name] }

// parse reads a content line; where it is none, it says why and reports false.
func (c *checker) parse(l line) (property, bool) {
	p := property{line: l.number, parameters: map[string]string{}}
	end := strings.IndexAny(l.text, ":;")
	if end < 0 {
		c.say(
			l.number,
			Error,
			"no-colon",
			lines,
			"the line %s has no colon: vobject, ical.js, sabre and others refuse the whole file",
			quoted(l.text),
		)
		return p, false
	}
	p.name = strings.ToUpper(l.text[:end])
	if !isName(p.name) {
		c.say(
			l.number,
			Error,
			"name",
			lines,
			"%s is not a name of a property: expected letters, digits and -",
			quoted(l.text[:end]),
		)
		return p, false
	}
	rest := l.text[end:]
	for strings.HasPrefix(rest, ";") {
		m := parameter.FindStringSubmatch(rest)
		if m == nil {
			c.say(
				l.number,
				Error,
				"parameter",
				"RFC 5545 section 3.2",
				"the parameters of %s cannot be read; expected NAME=value, in quotes where it holds : ; or a comma",
				p.name,
			)
			return p, false
		}
		p.parameters[strings.ToUpper(m[1])] = strings.Trim(m[2], `"`)
		rest = rest[len(m[0]):]
	}
	value, ok := strings.CutPrefix(rest, ":")
	if !ok {
		c.say(l.number, Error, "no-colon", lines, "the property %s has no value", p.name)
	}
	p.value = value
	return p, ok
}

// parameter is one parameter with all its values, behind a semicolon.
var parameter = text.NewPattern(`^;([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:])*)`)

// isName reports whether s, in capitals, is a name (RFC 5545 section 3.1).
func isName(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}

// A component is what stands between BEGIN and END.
type component struct {
	name       string
	line       int
	properties []property
	children   []*component
}

// get returns the first property of a name, nil where there is none.
func (c *component) get(name string) *property {
	i := slices.IndexFunc(c.properties, func(p property) bool { return p.name == name })
	if i < 0 {
		return nil
	}
	return &c.properties[i]
}

// all returns the properties of a name.
func (c *component) all(name string) []property {
	return slices.DeleteFunc(
		slices.Clone(c.properties),
		func(p property) bool { return p.name != name },
	)
}

// has reports whether there is a property of a name.
func (c *component) has(name string) bool { return c.get(name) != nil }

// maxDepth is how deep components may stand in one another.
const maxDepth = 20

const components = "RFC 5545 section 3.6"

// A tree is the components read so far, and those that are open still.
type tree struct {
	c         *checker
	calendars []*component
	open      []*component
}

// tree reads lines into components, and says what is out of place.
func (c *checker) tree(all []line) []*component {
	t := &tree{c: c}
	for _, l := range all {
		p, ok := c.parse(l)
		if !ok {
			continue
		}
		if p.name == "BEGIN" && len(t.open) == maxDepth {
			c.say(
				l.number,
				Error,
				"depth",
				components,
				"components stand more than %d deep in one another",
				maxDepth,
			)
			return t.calendars
		}
		t.add(p)
	}
	for _, one := range t.open {
		c.say(
			one.line,
			Error,
			"unfinished",
			components,
			"%s is never ended: the file is cut off",
			one.name,
		)
	}
	return t.calendars
}

// add takes one property.
func (t *tree) add(p property) {
	name := strings.ToUpper(strings.TrimSpace(p.value))
	top := t.top()
	switch {
	case p.name == "BEGIN":
		t.begin(&component{name: name, line: p.line})
	case p.name == "END":
		t.end(name, p.line)
	case top == nil:
		t.c.say(
			p.line,
			Error,
			"outside",
			"RFC 5545 section 3.4",
			"the property %s stands outside of a VCALENDAR",
			p.name,
		)
	default:
		top.properties = append(top.properties, p)
	}
}

// top returns the innermost component that is open, nil for none.
func (t *tree) top() *component {
	if len(t.open) == 0 {
		return nil
	}
	return t.open[len(t.open)-1]
}

func (t *tree) end(name string, line int) {
	top := t.top()
	if top == nil || top.name != name {
		t.c.say(
			line,
			Error,
			"end",
			components,
			"END:%s ends nothing that is open here",
			name,
		)
		return
	}
	t.open = t.open[:len(t.open)-1]
}

func (t *tree) begin(next *component) {
	top := t.top()
	switch {
	case top != nil:
		top.children = append(top.children, next)
	case next.name == "VCALENDAR":
		t.calendars = append(t.calendars, next)
	default:
		t.c.say(
			next.line,
			Error,
			"outside",
			"RFC 5545 section 3.4",
			"%s stands outside of a VCALENDAR",
			quoted(next.name),
		)
	}
	t.open = append(t.open, next)
}
