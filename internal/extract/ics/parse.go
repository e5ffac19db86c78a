package ics

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"koyomi/internal/text"
)

// The bounds of a calendar: how deep components may be nested, how many events
// it may hold, how many properties an event may have.
const (
	maxDepth      = 100
	maxEvents     = 50_000
	maxProperties = 1_000
	// maxNames is how many zones, and kinds of other components, are remembered.
	maxNames = 1_000
	// maxObservances is how many a zone may have.
	maxObservances = 1_000
)

// A calendar is what a file holds: one or more VCALENDARs in one.
type calendar struct {
	events []*component
	// zone is X-WR-TIMEZONE, method METHOD.
	zone, method string
	zones        map[string]*zoneDef
	// others counts components that are no events, by name.
	others map[string]int
	notes  []string
	// unread counts the events that stand in the file and could not be told from
	// the text around them.
	unread int
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

// indented is the blank before a content line that was moved to the right.
var indented = text.NewPattern(`(?m)^[ \t]+([A-Za-z-]+[;:])`)

// standing counts the events of a file, whatever blanks stand before them in a line.
func standing(s string) int {
	n := 0
	for _, name := range []string{"VEVENT", "vevent"} {
		rest := s
		for n <= maxEvents {
			before, after, found := strings.Cut(rest, name)
			if !found {
				break
			}
			if beginsHere(before) {
				n++
			}
			rest = after
		}
	}
	return n
}

// beginsHere reports whether a text ends in a line of its own that begins a component.
func beginsHere(before string) bool {
	before = before[max(0, len(before)-maxIndent):]
	line := before[strings.LastIndexAny(before, "\r\n")+1:]
	begin, isBegin := strings.CutSuffix(strings.TrimSpace(line), ":")
	return isBegin && strings.EqualFold(strings.TrimSpace(begin), "BEGIN")
}

// maxIndent is how many bytes may stand in a line before the name of a component.
const maxIndent = 80

// parse reads a calendar; what is wrong in one event stays there. An error means
// that the file is none, is cut off, or is nested or filled beyond all use.
func parse(s string) (*calendar, error) {
	cal, err := parseLines(s)
	all := standing(s)
	isUnread := cal == nil || len(cal.events) == 0
	if all > 0 && isUnread { // its lines may be indented
		if moved, err := parseLines(indented.ReplaceAllString(s, "$1")); err == nil {
			return moved, nil
		}
	}
	if err == nil {
		cal.unread = max(all-len(cal.events), 0)
	}
	return cal, err
}

// parseLines reads a calendar line by line.
func parseLines(s string) (*calendar, error) {
	p := parser{cal: &calendar{
		zones:  map[string]*zoneDef{},
		others: map[string]int{},
	}}
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
	if p.goesOn(line) || strings.TrimSpace(line) == "" {
		return nil
	}
	prop, ok := parseLine(line)
	if !ok {
		p.broken()
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

// broken counts a line that is no content line.
func (p *parser) broken() {
	if p.event == nil {
		p.loose++
		return
	}
	p.event.broken++
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
		p.finish() // the one before may never have been closed
		p.event = &component{line: number}
		p.first = len(p.props)
		p.drop(name)
	case "VTIMEZONE":
		p.zone, p.tzid = &zoneDef{}, ""
	case "STANDARD", "DAYLIGHT":
		p.observance(name)
	case "VALARM":
	default:
		p.other(name)
	}
	p.stack = append(p.stack, name)
	return nil
}

// observance begins one of the zone that is open.
func (p *parser) observance(name string) {
	if p.zone != nil && len(p.zone.observances) < maxObservances {
		p.zone.observances = append(
			p.zone.observances,
			&observance{daylight: name == "DAYLIGHT"},
		)
	}
}

// other counts a component that is no event.
func (p *parser) other(name string) {
	_, known := p.cal.others[name]
	if known || len(p.cal.others) < maxNames {
		p.cal.others[name]++
	}
}

// drop forgets an open component that a new one of its name shows to be unclosed.
func (p *parser) drop(name string) {
	if i := slices.Index(p.stack, name); i >= 0 {
		p.stack = p.stack[:i]
	}
}

func (p *parser) close(name string) {
	for i, open := range slices.Backward(p.stack) {
		if open == name {
			p.stack = p.stack[:i]
			break
		}
	}
	switch name {
	case "VCALENDAR":
		p.ended++
		p.finish()
	case "VEVENT":
		p.finish()
	case "VTIMEZONE":
		if p.tzid != "" && len(p.cal.zones) < maxNames {
			p.cal.zones[p.tzid] = p.zone
		}
		p.zone, p.tzid = nil, ""
	}
}

// finish closes the event that is open. The properties of all events share arrays,
// for there are many of both.
func (p *parser) finish() {
	if p.event == nil {
		return
	}
	p.event.props = p.props[p.first:len(p.props):len(p.props)]
	p.cal.events = append(p.cal.events, p.event)
	p.event = nil
	if cap(p.props)-len(p.props) < 64 {
		p.props = make([]property, 0, 4096)
	}
	p.first = len(p.props)
}

// inside is the name of the component that is open, "" for none.
func (p *parser) inside() string {
	if len(p.stack) == 0 {
		return ""
	}
	return p.stack[len(p.stack)-1]
}

func (p *parser) property(prop property) error {
	inside := p.inside()
	switch {
	case inside == "VEVENT" && p.event != nil:
		return p.eventProperty(prop)
	case p.zone != nil:
		p.zoneProperty(inside, prop)
	case inside == "VCALENDAR" || inside == "":
		p.calendarProperty(prop)
	}
	return nil
}

func (p *parser) eventProperty(prop property) error {
	if len(p.cal.events) >= maxEvents {
		return fmt.Errorf("line %d: more than %d events", p.event.line, maxEvents)
	}
	if wanted[prop.name] && len(p.props)-p.first < maxProperties {
		p.props = append(p.props, prop)
	}
	return nil
}

func (p *parser) zoneProperty(inside string, prop property) {
	if inside == "STANDARD" || inside == "DAYLIGHT" {
		if n := len(p.zone.observances); n > 0 {
			p.zone.observances[n-1].take(prop)
		}
		return
	}
	value := strings.TrimSpace(prop.value)
	switch prop.name {
	case "TZID":
		if p.tzid == "" {
			p.tzid = value
		}
	case "X-LIC-LOCATION":
		p.zone.location = value
	}
}

func (p *parser) calendarProperty(prop property) {
	value := strings.TrimSpace(unescape(prop.value))
	switch prop.name {
	case "X-WR-TIMEZONE", "TZID", "TIMEZONE-ID":
		p.cal.zone = value
	case "METHOD":
		p.cal.method = upper(value)
	}
}

// end judges the whole: it is a calendar and it is all there.
func (p *parser) end() error {
	isCalendar := p.began > 0 || len(p.cal.events) > 0
	switch {
	case p.event != nil:
		return fmt.Errorf("the calendar is cut off in the event at line %d", p.event.line)
	case !isCalendar:
		return errors.New("not a calendar: no BEGIN:VCALENDAR")
	case p.ended < p.began:
		return errors.New("the calendar is cut off: no END:VCALENDAR")
	}
	if p.loose > 0 {
		p.cal.notes = append(
			p.cal.notes,
			fmt.Sprintf("%d lines outside of events are no content lines", p.loose),
		)
	}
	return nil
}
