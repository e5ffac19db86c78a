package lint

import (
	"strings"
)

// structure looks at the calendar and at what is in it.
func (c *checker) structure(all []line) {
	calendars := c.tree(all)
	switch len(calendars) {
	case 0:
		c.say(0, Error, "no-calendar", "RFC 5545 section 3.4", "there is no VCALENDAR in the file")
	case 1:
	default:
		c.say(calendars[1].line, Warning, "several", "RFC 5545 section 3.4", "the file has %d calendars: many clients read the first alone", len(calendars))
	}
	for _, one := range calendars {
		c.calendar(one)
	}
}

// calendar looks at one calendar.
func (c *checker) calendar(cal *component) {
	c.once(cal, "RFC 5545 section 3.6", []string{"VERSION", "PRODID"}, []string{"CALSCALE", "METHOD", "X-WR-CALNAME", "X-WR-TIMEZONE", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "UID", "LAST-MODIFIED", "URL", "SOURCE", "COLOR"})
	if v := cal.get("VERSION"); v != nil && v.value != "2.0" {
		c.say(v.line, Error, "version", "RFC 5545 section 3.7.4", "the version is %s; 2.0 would be right", quoted(v.value))
	}
	method := "PUBLISH"
	if m := cal.get("METHOD"); m != nil {
		if method = strings.ToUpper(m.value); method != "PUBLISH" {
			c.say(m.line, Warning, "method", "RFC 5546 section 3.2", "METHOD:%s makes an invitation of a calendar in Outlook; METHOD:PUBLISH would be right for one to subscribe to", method)
		}
	}
	c.hints(cal)
	if len(cal.children) == 0 {
		c.say(cal.line, Error, "no-component", "RFC 5545 section 3.6", "the calendar holds nothing, as no calendar may; a VTIMEZONE at least would be right")
	}
	events := 0
	zones := map[string]bool{}
	for _, child := range cal.children {
		if child.name == "VTIMEZONE" {
			c.zone(child, zones)
		}
	}
	known := map[string]int{}
	for _, child := range cal.children {
		if child.name == "VEVENT" {
			events++
			c.event(child, zones, known, method)
		}
	}
	if events == 0 {
		c.say(cal.line, Note, "no-event", "", "the calendar has no event: Outlook warns of that, and a reader cannot tell it from a broken one")
	}
}

// hints looks at what tells clients how to treat the calendar.
func (c *checker) hints(cal *component) {
	if cal.get("NAME") == nil && cal.get("X-WR-CALNAME") == nil {
		c.say(cal.line, Note, "calendar-name", "RFC 7986 section 5.1", "the calendar has no name: clients show its address; NAME and X-WR-CALNAME would be right")
	}
	if r := cal.get("REFRESH-INTERVAL"); r != nil {
		if !strings.EqualFold(r.parameter("VALUE"), "DURATION") {
			c.say(r.line, Warning, "refresh", "RFC 7986 section 5.7", "REFRESH-INTERVAL has no type without VALUE=DURATION")
		}
		c.duration(r)
	}
	if x := cal.get("X-PUBLISHED-TTL"); x != nil {
		c.duration(x)
	}
	c.color(cal)
}

func (c *checker) color(of *component) {
	p := of.get("COLOR")
	if p == nil {
		return
	}
	for _, r := range strings.ToLower(p.value) {
		if r < 'a' || r > 'z' {
			c.say(p.line, Warning, "color", "RFC 7986 section 5.9", "the colour %s is not shown; a name of CSS, as steelblue, would be right", quoted(p.value))
			return
		}
	}
}

// once looks for properties that have to be there, and for those that may be there
// once at most.
func (c *checker) once(of *component, section string, wanted, most []string) {
	count := map[string]int{}
	for _, p := range of.properties {
		count[p.name]++
		if count[p.name] == 2 && (contains(wanted, p.name) || contains(most, p.name)) {
			c.say(p.line, Error, "twice", section, "%s stands twice in a %s; once would be right", p.name, of.name)
		}
	}
	for _, name := range wanted {
		if count[name] == 0 {
			c.say(of.line, Error, "missing-"+strings.ToLower(name), section, "%s", missing(of.name, name))
		}
	}
}

// missing says who minds that a property is not there.
func missing(of, name string) string {
	why := ""
	switch name {
	case "UID":
		why = ": clients show the event anew at each visit"
	case "DTSTAMP":
		why = ": Google refuses files without it"
	}
	return "the " + of + " has no " + name + why
}

func contains(all []string, s string) bool {
	for _, one := range all {
		if one == s {
			return true
		}
	}
	return false
}

// zone looks at one definition of a time zone, and notes its name.
func (c *checker) zone(z *component, zones map[string]bool) {
	const section = "RFC 5545 section 3.6.5"
	c.once(z, section, []string{"TZID"}, nil)
	if id := z.get("TZID"); id != nil {
		if zones[id.value] {
			c.say(id.line, Warning, "zone-twice", section, "the zone %s is defined twice", quoted(id.value))
		}
		zones[id.value] = true
	}
	if len(z.children) == 0 {
		c.say(z.line, Error, "zone-empty", section, "the zone has neither STANDARD nor DAYLIGHT: Outlook refuses it")
	}
	for _, part := range z.children {
		c.once(part, section, []string{"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"}, nil)
		for _, name := range []string{"TZOFFSETFROM", "TZOFFSETTO"} {
			p := part.get(name)
			switch {
			case p == nil:
			case !isOffset(p.value):
				c.say(p.line, Error, "offset", "RFC 5545 section 3.3.14", "%s is no offset from UTC; +0900 would be right", quoted(p.value))
			case len(p.value) > len("+0900"):
				c.say(p.line, Warning, "offset-seconds", "RFC 5545 section 3.3.14", "the offset %s has seconds, which Outlook does not read", p.value)
			}
		}
	}
}

func isOffset(s string) bool {
	if len(s) != 5 && len(s) != 7 || s[0] != '+' && s[0] != '-' {
		return false
	}
	return digits(s[1:])
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
