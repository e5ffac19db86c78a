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

// moment reads a day or time (RFC 5545 sections 3.3.4 and 3.3.5); that of a wall
// clock is given as if it were UTC's.
func moment(p *property) (time.Time, form) {
	for _, one := range []struct {
		layout string
		form   form
	}{{"20060102", aDay}, {"20060102T150405Z", inUTC}, {"20060102T150405", wall}} {
		if t, err := time.Parse(one.layout, p.value); err == nil {
			return t, one.form
		}
	}
	return time.Time{}, unreadable
}

// times looks at when an event takes place.
func (c *checker) times(e *component, zones map[string]bool) {
	start, end, long := e.get("DTSTART"), e.get("DTEND"), e.get("DURATION")
	if start == nil {
		c.say(e.line, Error, "missing-dtstart", ofEvent, "the event has no DTSTART: no client can show it")
		return
	}
	begin, startForm := c.time(start, zones)
	if r := e.get("RECURRENCE-ID"); r != nil {
		c.time(r, zones)
	}
	if long != nil {
		c.duration(long)
	}
	switch {
	case end != nil && long != nil:
		c.say(long.line, Error, "end-twice", ofEvent, "the event has both DTEND and DURATION; one of them would be right")
	case end == nil && long == nil && startForm != aDay:
		c.say(start.line, Note, "no-end", "RFC 5545 section 3.6.1", "the event has no end: khal shows an hour, others nothing")
	}
	if end == nil {
		return
	}
	until, endForm := c.time(end, zones)
	switch {
	case startForm == unreadable || endForm == unreadable:
	case (startForm == aDay) != (endForm == aDay):
		c.say(end.line, Error, "end-type", "RFC 5545 section 3.8.2.2", "DTSTART and DTEND are a day and a time; both of one type would be right")
	case startForm != endForm || start.parameter("TZID") != end.parameter("TZID"):
	case until.Before(begin):
		c.say(end.line, Error, "end-before", "RFC 5545 section 3.8.2.2", "the event ends before it begins")
	case until.Equal(begin) && startForm == aDay:
		c.say(end.line, Error, "end-same-day", "RFC 5545 section 3.6.1", "DTEND is the day after the last one: with that of DTSTART Outlook shows midnight; the next day would be right")
	case until.Equal(begin):
		c.say(end.line, Warning, "no-length", "RFC 5545 section 3.8.2.2", "the event ends as it begins; later would be right")
	}
}

// time looks at one moment.
func (c *checker) time(p *property, zones map[string]bool) (time.Time, form) {
	const section = "RFC 5545 section 3.3.5"
	t, f := moment(p)
	zone, hasZone := p.parameters["TZID"]
	isDate := strings.EqualFold(p.parameter("VALUE"), "DATE")
	switch {
	case f == unreadable:
		c.say(p.line, Error, "time", section, "%s is %s; 20260610T190000, or 20260610 with VALUE=DATE, would be right", p.name, quoted(p.value))
	case f == aDay && !isDate:
		c.say(p.line, Error, "date-type", "RFC 5545 section 3.3.4", "%s is a day without VALUE=DATE: strict clients refuse it", p.name)
	case f != aDay && isDate:
		c.say(p.line, Error, "date-type", "RFC 5545 section 3.3.4", "%s has VALUE=DATE and is a time", p.name)
	case f == aDay && hasZone:
		c.say(p.line, Error, "date-zone", "RFC 5545 section 3.2.19", "%s is a day and has a TZID, which no day may have", p.name)
	case f == inUTC && hasZone:
		c.say(p.line, Error, "utc-zone", "RFC 5545 section 3.2.19", "%s is in UTC and has a TZID; one of them would be right", p.name)
	case f == wall && !hasZone:
		c.say(p.line, Warning, "floating", section, "%s has no zone: Google and others take it for UTC", p.name)
	case f == wall && !zones[zone]:
		c.say(p.line, Error, "zone-unknown", "RFC 5545 section 3.2.19", "the zone %s is not defined by a VTIMEZONE: Thunderbird shows the time as that of the reader", quoted(zone))
	}
	return t, f
}

var duration = text.NewPattern(`^[+-]?P(\d+W|(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?)$`)

// duration looks at a length of time (RFC 5545 section 3.3.6).
func (c *checker) duration(p *property) {
	if v := p.value; !duration.MatchString(v) || strings.HasSuffix(v, "P") || strings.HasSuffix(v, "T") {
		c.say(p.line, Error, "duration", "RFC 5545 section 3.3.6", "%s is %s; PT2H or P1D would be right", p.name, quoted(v))
	}
}
