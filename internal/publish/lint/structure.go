package lint

import (
	"slices"
	"strings"

	"koyomi/internal/text"
)

// structure looks at the calendar and at what is in it.
func (c *checker) structure(all []line) {
	calendars := c.tree(all)
	if len(calendars) == 0 {
		c.say(
			0,
			Error,
			"no-calendar",
			"RFC 5545 section 3.4",
			"there is no VCALENDAR in the file",
		)
	}
	if len(calendars) > 1 {
		c.say(
			calendars[1].line,
			Warning,
			"several",
			"RFC 5545 section 3.4",
			"the file has %d calendars: many clients read the first alone",
			len(calendars),
		)
	}
	for _, one := range calendars {
		c.calendar(one)
	}
}

// calendarRules are those for the properties of a calendar.
var calendarRules = map[string][]rule[*property]{
	"VERSION": {
		{
			Error,
			"version",
			"RFC 5545 section 3.7.4",
			func(p *property) bool { return p.value != "2.0" },
			"the version is {value}; expected 2.0",
		},
	},
	"METHOD": {{
		Warning, "method", "RFC 5546 section 3.2", func(p *property) bool { return !isPublish(p) },
		"METHOD:{value} makes an invitation of a calendar in Outlook; expected METHOD:PUBLISH for one to subscribe to",
	}},
	"REFRESH-INTERVAL": {
		{
			Warning, "refresh", "RFC 7986 section 5.7", func(p *property) bool { return !strings.EqualFold(p.parameter("VALUE"), "DURATION") },
			"REFRESH-INTERVAL has no type without VALUE=DURATION",
		},
		durationRule,
	},
	"X-PUBLISHED-TTL": {durationRule},
	"COLOR":           {colorRule},
}

var colorName = text.NewPattern(`(?i)^[a-z]*$`)

var colorRule = rule[*property]{
	Warning, "color", "RFC 7986 section 5.9", func(p *property) bool { return !colorName.MatchString(p.value) },
	"the colour {value} is not shown; expected a name of CSS, as steelblue",
}

func isPublish(p *property) bool { return strings.EqualFold(p.value, "PUBLISH") }

// calendar looks at one calendar.
func (c *checker) calendar(cal *component) {
	c.once(
		cal,
		"RFC 5545 section 3.6",
		[]string{"VERSION", "PRODID"},
		[]string{
			"CALSCALE",
			"METHOD",
			"X-WR-CALNAME",
			"X-WR-TIMEZONE",
			"REFRESH-INTERVAL",
			"X-PUBLISHED-TTL",
			"UID",
			"LAST-MODIFIED",
			"URL",
			"SOURCE",
			"COLOR",
		},
	)
	c.judgeAll(cal, calendarRules)
	c.judgeWhole(cal, wholeCalendarRules)
	zones := map[string]bool{}
	for _, z := range named(cal.children, "VTIMEZONE") {
		c.zone(z, zones)
	}
	method := cal.get("METHOD")
	x := context{
		zones:     zones,
		known:     map[string]int{},
		published: method == nil || isPublish(method),
	}
	for _, e := range named(cal.children, "VEVENT") {
		c.event(e, x)
	}
}

// wholeCalendarRules are those for a calendar as a whole.
var wholeCalendarRules = []rule[*component]{
	{
		Note, "calendar-name", "RFC 7986 section 5.1", func(cal *component) bool { return !cal.has("NAME") && !cal.has("X-WR-CALNAME") },
		"the calendar has no name: clients show its address; expected NAME and X-WR-CALNAME",
	},
	{
		Error, "no-component", "RFC 5545 section 3.6", childless,
		"the calendar holds nothing, as no calendar may; expected a VTIMEZONE at least",
	},
	{
		Note, "no-event", "", func(cal *component) bool { return len(named(cal.children, "VEVENT")) == 0 },
		"the calendar has no event: Outlook warns of that, and a reader cannot tell it from a broken one",
	},
}

func childless(c *component) bool { return len(c.children) == 0 }

// named returns the components of a name.
func named(all []*component, name string) []*component {
	return slices.DeleteFunc(
		slices.Clone(all),
		func(one *component) bool { return one.name != name },
	)
}

// once looks for properties that have to be there, and for those that may be there
// once at most.
func (c *checker) once(of *component, section string, wanted, most []string) {
	for _, name := range slices.Concat(wanted, most) {
		if all := of.all(name); len(all) > 1 {
			c.say(
				all[1].line,
				Error,
				"twice",
				section,
				"%s stands twice in a %s; expected it once",
				name,
				of.name,
			)
		}
	}
	for _, name := range wanted {
		if !of.has(name) {
			c.say(
				of.line,
				Error,
				"missing-"+strings.ToLower(name),
				section,
				"the %s has no %s%s",
				of.name,
				name,
				missed[name],
			)
		}
	}
}

// missed says who minds that a property is not there.
var missed = map[string]string{
	"UID":     ": clients show the event again at each visit",
	"DTSTAMP": ": Google refuses files without it",
}

const ofZone = "RFC 5545 section 3.6.5"

// zone looks at one definition of a time zone, and notes its name.
func (c *checker) zone(z *component, zones map[string]bool) {
	c.once(z, ofZone, []string{"TZID"}, nil)
	if id := z.get("TZID"); id != nil {
		if zones[id.value] {
			c.say(
				id.line,
				Warning,
				"zone-twice",
				ofZone,
				"the zone %s is defined twice",
				quoted(id.value),
			)
		}
		zones[id.value] = true
	}
	c.judgeWhole(z, wholeZoneRules)
	for _, part := range z.children {
		c.once(part, ofZone, []string{"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"}, nil)
		c.judgeAll(part, zoneRules)
	}
}

// wholeZoneRules are those for a zone as a whole.
var wholeZoneRules = []rule[*component]{
	{
		Error,
		"zone-empty",
		ofZone,
		childless,
		"the zone has neither STANDARD nor DAYLIGHT: Outlook refuses it",
	},
}

// offset is a difference from UTC (RFC 5545 section 3.3.14).
var offset = text.NewPattern(`^[+-][0-9]{4}([0-9]{2})?$`)

var offsetRules = []rule[*property]{
	{
		Error, "offset", "RFC 5545 section 3.3.14", func(p *property) bool { return !offset.MatchString(p.value) },
		"{value} is not an offset from UTC; expected one as +0900",
	},
	{
		Warning, "offset-seconds", "RFC 5545 section 3.3.14", func(p *property) bool { return offset.MatchString(p.value) && len(p.value) > len("+0900") },
		"the offset {value} has seconds, which Outlook does not read",
	},
}

var zoneRules = map[string][]rule[*property]{
	"TZOFFSETFROM": offsetRules,
	"TZOFFSETTO":   offsetRules,
}
