package lint

import (
	"strings"
)

// A property is one content line (RFC 5545 section 3.1).
type property struct {
	line       int
	name       string
	parameters map[string]string
	value      string
}

func (p *property) parameter(name string) string { return p.parameters[name] }

// parse reads a content line; it says why where that is none.
func (c *checker) parse(l line) (p property, ok bool) {
	p = property{line: l.number, parameters: map[string]string{}}
	end := strings.IndexAny(l.text, ":;")
	if end < 0 {
		c.say(l.number, Error, "no-colon", lines, "the line %s has no colon: vobject, ical.js, sabre and others refuse the whole file", quoted(l.text))
		return p, false
	}
	p.name = strings.ToUpper(l.text[:end])
	if !isName(p.name) {
		c.say(l.number, Error, "name", lines, "%s is no name of a property: letters, digits and - would be right", quoted(l.text[:end]))
		return p, false
	}
	rest := l.text[end:]
	for strings.HasPrefix(rest, ";") {
		name, value, after, fine := cutParameter(rest[1:])
		if !fine {
			c.say(l.number, Error, "parameter", "RFC 5545 section 3.2", "the parameters of %s cannot be read; NAME=value, in quotes where it holds : ; or a comma, would be right", p.name)
			return p, false
		}
		p.parameters[strings.ToUpper(name)] = value
		rest = after
	}
	if !strings.HasPrefix(rest, ":") {
		c.say(l.number, Error, "no-colon", lines, "the property %s has no value", p.name)
		return p, false
	}
	p.value = rest[1:]
	return p, true
}

func isName(s string) bool {
	for i := range len(s) {
		if b := s[i]; b != '-' && (b < '0' || b > '9') && (b < 'A' || b > 'Z') {
			return false
		}
	}
	return s != ""
}

// cutParameter cuts one parameter, with all its values, from what follows a
// semicolon.
func cutParameter(s string) (name, value, rest string, ok bool) {
	name, s, ok = strings.Cut(s, "=")
	if !ok || !isName(strings.ToUpper(name)) {
		return "", "", "", false
	}
	inQuotes := false
	for i := range len(s) {
		switch s[i] {
		case '"':
			inQuotes = !inQuotes
		case ';', ':':
			if !inQuotes {
				return name, strings.Trim(s[:i], `"`), s[i:], true
			}
		}
	}
	return "", "", "", false
}

// A component is what stands between BEGIN and END.
type component struct {
	name       string
	line       int
	properties []property
	children   []*component
}

// get gives the first property of a name, nil where there is none.
func (c *component) get(name string) *property {
	for i := range c.properties {
		if c.properties[i].name == name {
			return &c.properties[i]
		}
	}
	return nil
}

// maxDepth is how deep components may stand in one another.
const maxDepth = 20

// tree reads lines into components; what is out of place is told.
func (c *checker) tree(all []line) (calendars []*component) {
	var open []*component
	const section = "RFC 5545 section 3.6"
	for _, l := range all {
		p, ok := c.parse(l)
		switch {
		case !ok:
		case p.name == "BEGIN":
			next := &component{name: strings.ToUpper(strings.TrimSpace(p.value)), line: l.number}
			switch {
			case len(open) == maxDepth:
				c.say(l.number, Error, "depth", section, "components stand more than %d deep in one another", maxDepth)
				return calendars
			case len(open) > 0:
				top := open[len(open)-1]
				top.children = append(top.children, next)
			case next.name == "VCALENDAR":
				calendars = append(calendars, next)
			default:
				c.say(l.number, Error, "outside", "RFC 5545 section 3.4", "%s stands outside of a VCALENDAR", quoted(next.name))
			}
			open = append(open, next)
		case p.name == "END":
			name := strings.ToUpper(strings.TrimSpace(p.value))
			if len(open) == 0 || open[len(open)-1].name != name {
				c.say(l.number, Error, "end", section, "END:%s ends nothing that is open here", name)
				continue
			}
			open = open[:len(open)-1]
		case len(open) == 0:
			c.say(l.number, Error, "outside", "RFC 5545 section 3.4", "the property %s stands outside of a VCALENDAR", p.name)
		default:
			top := open[len(open)-1]
			top.properties = append(top.properties, p)
		}
	}
	for _, one := range open {
		c.say(one.line, Error, "unfinished", section, "%s is never ended: the file is cut off", one.name)
	}
	return calendars
}
