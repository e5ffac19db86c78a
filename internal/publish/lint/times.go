package lint

import (
	"strings"
	"time"

	"koyomi/internal/text"
)

// A form is how a moment is written.
type form int

const (
	unreadable form = iota
	aDay
	inUTC
	wall
)

// A moment is a property that names one.
type moment struct {
	*property
	at    time.Time
	form  form
	zones map[string]bool
}

// momentOf reads a day or time (RFC 5545 sections 3.3.4 and 3.3.5); that of a wall
// clock is read as if it were UTC's.
func momentOf(p *property, zones map[string]bool) moment {
	for layout, f := range map[string]form{"20060102": aDay, "20060102T150405Z": inUTC, "20060102T150405": wall} {
		if t, err := time.Parse(layout, p.value); err == nil {
			return moment{p, t, f, zones}
		}
	}
	return moment{property: p, zones: zones}
}

func (m moment) hasZone() bool { _, ok := m.parameters["TZID"]; return ok }
func (m moment) isDate() bool  { return strings.EqualFold(m.parameter("VALUE"), "DATE") }

// momentRules are those for one moment; the first that is broken counts.
var momentRules = []rule[moment]{
	{
		Error, "time", "RFC 5545 section 3.3.5", func(m moment) bool { return m.form == unreadable },
		"{name} is {value}; expected 20260610T190000, or 20260610 with VALUE=DATE",
	},
	{
		Error, "date-type", "RFC 5545 section 3.3.4", func(m moment) bool { return m.form == aDay && !m.isDate() },
		"{name} is a day without VALUE=DATE: strict clients refuse it",
	},
	{
		Error, "date-type", "RFC 5545 section 3.3.4", func(m moment) bool { return m.form != aDay && m.isDate() },
		"{name} has VALUE=DATE and is a time",
	},
	{
		Error, "date-zone", "RFC 5545 section 3.2.19", func(m moment) bool { return m.form == aDay && m.hasZone() },
		"{name} is a day and has a TZID, which no day may have",
	},
	{
		Error, "utc-zone", "RFC 5545 section 3.2.19", func(m moment) bool { return m.form == inUTC && m.hasZone() },
		"{name} is in UTC and has a TZID; expected one of them",
	},
	{
		Warning, "floating", "RFC 5545 section 3.3.5", func(m moment) bool { return m.form == wall && !m.hasZone() },
		"{name} has no zone: Google and others take it for UTC",
	},
	{
		Error, "zone-unknown", "RFC 5545 section 3.2.19", func(m moment) bool { return m.form == wall && !m.zones[m.parameter("TZID")] },
		"the zone of {name}:{value} is not defined by a VTIMEZONE: Thunderbird shows the time as that of the reader",
	},
}

// moment looks at one moment.
func (c *checker) moment(p *property, zones map[string]bool) moment {
	m := momentOf(p, zones)
	if r := first(m, momentRules); r != nil {
		c.sayOf(p, r.severity, r.name, r.section, r.reason)
	}
	return m
}

// A length is from when to when an event takes place.
type length struct{ start, end moment }

// comparable reports whether the moments are of one form and zone.
func (l length) comparable() bool {
	return l.start.form == l.end.form &&
		l.start.parameter("TZID") == l.end.parameter("TZID")
}

func (l length) readable() bool { return l.start.form != unreadable && l.end.form != unreadable }

// none reports whether the event ends as it begins.
func (l length) none() bool { return l.comparable() && l.end.at.Equal(l.start.at) }

// lengthRules are those for both ends; the first that is broken counts.
var lengthRules = []rule[length]{
	{
		Error, "end-type", "RFC 5545 section 3.8.2.2", func(l length) bool { return (l.start.form == aDay) != (l.end.form == aDay) },
		"DTSTART and DTEND are a day and a time; expected both of one type",
	},
	{
		Error, "end-before", "RFC 5545 section 3.8.2.2", func(l length) bool { return l.comparable() && l.end.at.Before(l.start.at) },
		"the event ends before it begins",
	},
	{
		Error, "end-same-day", "RFC 5545 section 3.6.1", func(l length) bool { return l.none() && l.start.form == aDay },
		"DTEND is the day after the last one: with that of DTSTART Outlook shows midnight; expected the next day",
	},
	{
		Warning,
		"no-length",
		"RFC 5545 section 3.8.2.2",
		length.none,
		"the event ends as it begins; expected a later end",
	},
}

// times looks at when an event takes place.
func (c *checker) times(e *component, zones map[string]bool) {
	if r := e.get("RECURRENCE-ID"); r != nil {
		c.moment(r, zones)
	}
	p := e.get("DTSTART")
	if p == nil {
		return
	}
	start := c.moment(p, zones)
	end, long := e.get("DTEND"), e.get("DURATION")
	switch {
	case end != nil:
		c.end(start, c.moment(end, zones), long)
	case long == nil && start.form != aDay:
		c.say(
			p.line,
			Note,
			"no-end",
			"RFC 5545 section 3.6.1",
			"the event has no end: khal shows an hour, others nothing",
		)
	}
}

// end looks at the end of an event that has one.
func (c *checker) end(start, end moment, long *property) {
	if long != nil {
		c.say(
			long.line,
			Error,
			"end-twice",
			ofEvent,
			"the event has both DTEND and DURATION; expected one of them",
		)
	}
	l := length{start, end}
	if !l.readable() {
		return
	}
	if r := first(l, lengthRules); r != nil {
		c.sayOf(end.property, r.severity, r.name, r.section, r.reason)
	}
}

// duration is a length of time (RFC 5545 section 3.3.6).
var duration = text.NewPattern(`^[+-]?P(\d+W|(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?)$`)

var durationRule = rule[*property]{
	Error, "duration", "RFC 5545 section 3.3.6", func(p *property) bool {
		cut := strings.HasSuffix(p.value, "P") || strings.HasSuffix(p.value, "T")
		return cut || !duration.MatchString(p.value)
	},
	"{name} is {value}; expected one as PT2H or P1D",
}
