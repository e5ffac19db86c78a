package ics

import (
	"errors"
	"fmt"
	"strings"
)

// The bounds of a calendar: how deep components may be nested, how many events
// it may hold, how many properties an event may have.
const (
	maxDepth      = 100
	maxEvents     = 50_000
	maxProperties = 1_000
	// maxNames is how many zones, and kinds of other components, are remembered.
	maxNames = 1_000
)

// A component is an event as it stands in the file.
type component struct {
	line  int
	props []property
	// broken counts lines that are no content lines.
	broken int
}

// get gives the first property of a name.
func (c *component) get(name string) (property, bool) {
	for _, p := range c.props {
		if p.name == name {
			return p, true
		}
	}
	return property{}, false
}

func (c *component) text(name string) string {
	p, _ := c.get(name)
	if p.quoted() {
		return strings.TrimSpace(unescape(unquoted(p)))
	}
	return strings.TrimSpace(unescape(p.value))
}

func (c *component) all(name string) []property {
	var out []property
	for _, p := range c.props {
		if p.name == name {
			out = append(out, p)
		}
	}
	return out
}

// A calendar is what a file holds: one or more VCALENDARs in one.
type calendar struct {
	events []*component
	// zone is X-WR-TIMEZONE, method METHOD, name X-WR-CALNAME or NAME.
	zone, method, name string
	zones              map[string]*zoneDef
	// others counts components that are no events, by name.
	others map[string]int
	notes  []string
}

// A zoneDef is a VTIMEZONE as far as it is used: names, offsets and rules.
type zoneDef struct {
	location           string
	standard, daylight turn
}

// wanted are the properties of an event that are kept.
var wanted = map[string]bool{
	"UID": true, "SUMMARY": true, "DTSTART": true, "DTEND": true, "DURATION": true, "STATUS": true, "SEQUENCE": true,
	"LOCATION": true, "DESCRIPTION": true, "URL": true, "GEO": true, "CATEGORIES": true, "RRULE": true, "EXRULE": true,
	"RDATE": true, "EXDATE": true, "RECURRENCE-ID": true, "LAST-MODIFIED": true, "DTSTAMP": true, "CONFERENCE": true,
	"X-GOOGLE-CONFERENCE": true, "X-MICROSOFT-CDO-ALLDAYEVENT": true,
}

// A parser reads lines into a calendar.
type parser struct {
	cal   *calendar
	stack []string
	event *component
	// props are those of the last events, from first on those of the open one.
	props []property
	first int
	zone  *zoneDef
	tzid  string
	// began and ended count VCALENDARs.
	began, ended int
	loose        int
}

// parse reads a calendar line by line; what is wrong in one event stays there.
// An error means that the file is none, is cut off, or is nested or filled
// beyond all use.
func parse(s string) (*calendar, error) {
	p := parser{cal: &calendar{zones: map[string]*zoneDef{}, others: map[string]int{}}}
	lines := lineReader{rest: s}
	for {
		line, number, ok := lines.next()
		if !ok {
			break
		}
		if err := p.line(line, number); err != nil {
			return nil, err
		}
	}
	return p.cal, p.end()
}

func (p *parser) line(line string, number int) error {
	if p.goesOn(line) {
		return nil
	}
	if strings.TrimSpace(line) == "" {
		return nil
	}
	prop, ok := parseLine(line)
	if !ok {
		if p.event != nil {
			p.event.broken++
		} else {
			p.loose++
		}
		return nil
	}
	switch prop.name {
	case "BEGIN":
		return p.begin(upper(strings.TrimSpace(prop.value)), number)
	case "END":
		p.close(upper(strings.TrimSpace(prop.value)))
		return nil
	}
	return p.property(prop)
}

func (p *parser) begin(name string, number int) error {
	if len(p.stack) >= maxDepth {
		return fmt.Errorf("line %d: components nested more than %d deep", number, maxDepth)
	}
	switch name {
	case "VCALENDAR":
		p.began++
		p.stack = p.stack[:0]
		p.event, p.zone = nil, nil
	case "VEVENT":
		if p.event != nil { // the one before was never closed
			p.finish()
		}
		p.event = &component{line: number}
		p.first = len(p.props)
		p.drop(name)
	case "VTIMEZONE":
		p.zone, p.tzid = &zoneDef{}, ""
	case "STANDARD", "DAYLIGHT", "VALARM":
	default:
		if _, known := p.cal.others[name]; known || len(p.cal.others) < maxNames {
			p.cal.others[name]++
		}
	}
	p.stack = append(p.stack, name)
	return nil
}

// drop forgets an open component that a new one of its name shows to be unclosed.
func (p *parser) drop(name string) {
	for i, s := range p.stack {
		if s == name {
			p.stack = p.stack[:i]
			return
		}
	}
}

func (p *parser) close(name string) {
	for i := len(p.stack) - 1; i >= 0; i-- {
		if p.stack[i] == name {
			p.stack = p.stack[:i]
			break
		}
	}
	switch name {
	case "VCALENDAR":
		p.ended++
		if p.event != nil {
			p.finish()
		}
	case "VEVENT":
		if p.event != nil {
			p.finish()
		}
	case "VTIMEZONE":
		if p.zone != nil && p.tzid != "" && len(p.cal.zones) < maxNames {
			p.cal.zones[p.tzid] = p.zone
		}
		p.zone = nil
	}
}

// finish closes the event that is open. The properties of all events share arrays,
// for there are many of both.
func (p *parser) finish() {
	p.event.props = p.props[p.first:len(p.props):len(p.props)]
	p.cal.events = append(p.cal.events, p.event)
	p.event = nil
	if cap(p.props)-len(p.props) < 64 {
		p.props = make([]property, 0, 4096)
	}
	p.first = len(p.props)
}

func (p *parser) property(prop property) error {
	inside := ""
	if len(p.stack) > 0 {
		inside = p.stack[len(p.stack)-1]
	}
	switch {
	case p.event != nil && inside == "VEVENT":
		if wanted[prop.name] && len(p.props)-p.first < maxProperties {
			p.props = append(p.props, prop)
		}
		if len(p.cal.events) >= maxEvents {
			return fmt.Errorf("line %d: more than %d events", p.event.line, maxEvents)
		}
	case p.zone != nil:
		p.zoneProperty(inside, prop)
	case inside == "VCALENDAR" || inside == "":
		p.calendarProperty(prop)
	}
	return nil
}

func (p *parser) zoneProperty(inside string, prop property) {
	switch {
	case inside == "VTIMEZONE" && prop.name == "TZID" && p.tzid == "":
		p.tzid = strings.TrimSpace(prop.value)
	case inside == "VTIMEZONE" && prop.name == "X-LIC-LOCATION":
		p.zone.location = strings.TrimSpace(prop.value)
	case inside == "STANDARD":
		p.zone.standard.take(prop)
	case inside == "DAYLIGHT":
		p.zone.daylight.take(prop)
	}
}

// take keeps what a zone says of one half of the year; the last one stands.
func (t *turn) take(prop property) {
	value := strings.TrimSpace(prop.value)
	switch prop.name {
	case "TZOFFSETTO":
		t.to = value
	case "DTSTART":
		t.start = value
	case "RRULE":
		t.rule = value
	}
}

func (p *parser) calendarProperty(prop property) {
	value := strings.TrimSpace(unescape(prop.value))
	switch prop.name {
	case "X-WR-TIMEZONE", "TZID", "TIMEZONE-ID":
		p.cal.zone = value
	case "METHOD":
		p.cal.method = upper(value)
	case "X-WR-CALNAME", "NAME":
		p.cal.name = value
	}
}

// end judges the whole: it is a calendar and it is all there.
func (p *parser) end() error {
	switch {
	case p.began == 0 && len(p.cal.events) == 0 && p.event == nil:
		return errors.New("not a calendar: no BEGIN:VCALENDAR")
	case p.event != nil:
		return fmt.Errorf("the calendar is cut off in the event at line %d", p.event.line)
	case p.ended < p.began:
		return errors.New("the calendar is cut off: no END:VCALENDAR")
	}
	if p.loose > 0 {
		p.cal.notes = append(p.cal.notes, fmt.Sprintf("%d lines outside of events are no content lines", p.loose))
	}
	return nil
}
