package lint

import (
	"strconv"
	"strings"
	"time"
)

const ofEvent = "RFC 5545 section 3.6.1"

// onceInEvent are the properties that an event may have once.
var onceInEvent = []string{
	"DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION", "LOCATION", "GEO", "URL", "STATUS", "SEQUENCE", "CREATED",
	"LAST-MODIFIED", "CLASS", "ORGANIZER", "PRIORITY", "TRANSP", "RECURRENCE-ID",
}

// A context is what an event stands in.
type context struct {
	// zones are those that are defined.
	zones map[string]bool
	// known holds the line of each UID met so far.
	known map[string]int
	// published is set where the calendar is not an invitation.
	published bool
}

// event looks at one event.
func (c *checker) event(e *component, x context) {
	c.once(e, ofEvent, []string{"UID", "DTSTAMP"}, onceInEvent)
	c.judgeAll(e, eventRules)
	c.judgeWhole(e, wholeEventRules)
	c.uid(e, x.known)
	c.stamps(e)
	c.times(e, x.zones)
	if a := e.get("ATTENDEE"); a != nil && x.published {
		c.say(
			a.line,
			Warning,
			"attendee",
			"RFC 5545 section 3.8.4.1",
			"a published event has no ATTENDEE: clients take it for an invitation",
		)
	}
	for _, alarm := range named(e.children, "VALARM") {
		c.say(
			alarm.line,
			Note,
			"alarm",
			"RFC 5545 section 3.6.6",
			"Google and Outlook leave reminders of subscribed calendars out, others ask or ring",
		)
	}
}

// wholeEventRules are those for an event as a whole.
var wholeEventRules = []rule[*component]{
	{Warning, "title", ofEvent, untitled, "the event has no title: clients show it blank"},
	{
		Error, "missing-dtstart", ofEvent, func(e *component) bool { return !e.has("DTSTART") },
		"the event has no DTSTART: no client can show it",
	},
	{
		Note, "last-modified", "RFC 5545 section 3.8.7.3", func(e *component) bool { return !e.has("LAST-MODIFIED") },
		"without LAST-MODIFIED some clients miss that the event has changed",
	},
}

func untitled(e *component) bool {
	s := e.get("SUMMARY")
	return s == nil || isBlank(s)
}

func isBlank(p *property) bool { return strings.TrimSpace(p.value) == "" }

// uid looks whether an event is there twice.
func (c *checker) uid(e *component, known map[string]int) {
	u := e.get("UID")
	if u == nil {
		return
	}
	key := u.value
	if r := e.get("RECURRENCE-ID"); r != nil {
		key += "\n" + r.value
	}
	if at := known[key]; at > 0 {
		c.say(
			u.line,
			Error,
			"uid-twice",
			"RFC 5545 section 3.8.4.7",
			"the UID %s was that of the event of line %d already: clients keep one of the two",
			quoted(u.value),
			at,
		)
		return
	}
	known[key] = e.line
}

// stamps looks at the moments at which something was written.
func (c *checker) stamps(e *component) {
	for i := range e.properties {
		p := &e.properties[i]
		if !stamped[p.name] {
			continue
		}
		switch m := momentOf(p, nil); {
		case m.form != inUTC:
			c.sayOf(
				p,
				Error,
				"stamp",
				"RFC 5545 section 3.8.7.2",
				"{name} is {value}; expected a time in UTC, as 20260610T090000Z",
			)
		case m.at.After(c.now.Add(24 * time.Hour)):
			c.sayOf(
				p,
				Warning,
				"stamp-future",
				"",
				"{name} is in the future: ICSx5 shows no change of the event until then",
			)
		}
	}
}

// stamped are the properties that say when something was written.
var stamped = map[string]bool{"DTSTAMP": true, "LAST-MODIFIED": true, "CREATED": true}

// eventRules are those for the properties of an event.
var eventRules = map[string][]rule[*property]{
	"UID": {
		{Error, "uid-empty", "RFC 5545 section 3.8.4.7", isBlank, "the UID is empty"},
		{
			Warning,
			"uid-long",
			"RFC 7986 section 5.3",
			func(p *property) bool { return len(p.value) > maxUID },
			"the UID {value} is too long; expected at most 255 octets",
		},
	},
	"SEQUENCE": {
		{
			Error,
			"sequence",
			"RFC 5545 section 3.8.7.4",
			isNoCount,
			"SEQUENCE is {value}; expected a whole number",
		},
	},
	"STATUS": {{
		Error, "status", "RFC 5545 section 3.8.1.11", func(p *property) bool { return !statuses[strings.ToUpper(p.value)] },
		"the status {value} is not known; expected TENTATIVE, CONFIRMED or CANCELLED",
	}},
	"GEO": {
		{
			Error,
			"geo",
			"RFC 5545 section 3.8.1.6",
			isNoPosition,
			"GEO is {value}; expected latitude;longitude, as 35.6812;139.7671",
		},
	},
	"URL": {
		{
			Warning,
			"url",
			"RFC 5545 section 3.3.13",
			hasForeign,
			"the URL {value} has characters that an address may not have (use %E6…)",
		},
		{
			Warning, "url", "RFC 5545 section 3.3.13", func(p *property) bool { return !strings.Contains(p.value, ":") },
			"the URL {value} is not absolute",
		},
	},
	"RRULE":       ruleRules,
	"COLOR":       {colorRule},
	"DURATION":    {durationRule},
	"SUMMARY":     textRules,
	"LOCATION":    textRules,
	"COMMENT":     textRules,
	"CONTACT":     textRules,
	"CATEGORIES":  listRules,
	"RESOURCES":   listRules,
	"DESCRIPTION": append([]rule[*property]{markupRule}, textRules...),
}

// maxUID is how long a UID may be, in octets.
const maxUID = 255

var statuses = map[string]bool{"TENTATIVE": true, "CONFIRMED": true, "CANCELLED": true}

func isNoCount(p *property) bool {
	n, err := strconv.Atoi(p.value)
	return err != nil || n < 0
}

// isNoPosition reports whether GEO does not hold a place on earth.
func isNoPosition(p *property) bool {
	lat, lon, _ := strings.Cut(p.value, ";")
	return !within(lat, 90) || !within(lon, 180)
}

func within(degrees string, most float64) bool {
	d, err := strconv.ParseFloat(degrees, 64)
	return err == nil && -most <= d && d <= most
}

// hasForeign reports whether an address has characters that it must escape.
func hasForeign(p *property) bool {
	return strings.ContainsFunc(
		p.value,
		func(r rune) bool { return r > '~' || strings.ContainsRune(` \`, r) },
	)
}
