package lint

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"koyomi/internal/text"
)

const ofEvent = "RFC 5545 section 3.6.1"

// onceInEvent are the properties that an event may have once.
var onceInEvent = []string{
	"DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION", "LOCATION", "GEO", "URL", "STATUS", "SEQUENCE", "CREATED",
	"LAST-MODIFIED", "CLASS", "ORGANIZER", "PRIORITY", "TRANSP", "RECURRENCE-ID",
}

// event looks at one event. known holds the line of each UID met so far.
func (c *checker) event(e *component, zones map[string]bool, known map[string]int, method string) {
	c.once(e, ofEvent, []string{"UID", "DTSTAMP"}, onceInEvent)
	c.uid(e, known)
	c.stamps(e)
	c.times(e, zones)
	c.status(e)
	c.texts(e)
	c.places(e)
	c.color(e)
	if a := e.get("ATTENDEE"); a != nil && method == "PUBLISH" {
		c.say(a.line, Warning, "attendee", "RFC 5545 section 3.8.4.1", "a published event has no ATTENDEE: clients take it for an invitation")
	}
	if len(e.children) > 0 && e.children[0].name == "VALARM" {
		c.say(e.children[0].line, Note, "alarm", "RFC 5545 section 3.6.6", "Google and Outlook leave reminders of subscribed calendars out, others ask or ring")
	}
	if r := e.get("RRULE"); r != nil {
		c.rule(r)
	}
}

// maxUID is how long a UID may be, in octets.
const maxUID = 255

func (c *checker) uid(e *component, known map[string]int) {
	u := e.get("UID")
	if u == nil {
		return
	}
	switch {
	case strings.TrimSpace(u.value) == "":
		c.say(u.line, Error, "uid-empty", "RFC 5545 section 3.8.4.7", "the UID is empty")
	case len(u.value) > maxUID:
		c.say(u.line, Warning, "uid-long", "RFC 7986 section 5.3", "the UID has %d octets; at most 255 would be right", len(u.value))
	}
	key := u.value
	if r := e.get("RECURRENCE-ID"); r != nil {
		key += "\n" + r.value
	}
	if at := known[key]; at > 0 {
		c.say(u.line, Error, "uid-twice", "RFC 5545 section 3.8.4.7", "the UID %s was that of the event of line %d already: clients keep one of the two", quoted(u.value), at)
		return
	}
	known[key] = e.line
}

// stamps looks at the moments that tell when something was written.
func (c *checker) stamps(e *component) {
	for _, name := range []string{"DTSTAMP", "LAST-MODIFIED", "CREATED"} {
		p := e.get(name)
		if p == nil {
			continue
		}
		t, kind := moment(p)
		switch {
		case kind != inUTC:
			c.say(p.line, Error, "stamp", "RFC 5545 section 3.8.7.2", "%s is %s; a time in UTC, as 20260610T090000Z, would be right", name, quoted(p.value))
		case t.After(c.now.Add(24 * time.Hour)):
			c.say(p.line, Warning, "stamp-future", "", "%s is in the future: ICSx5 shows no change of the event until then", name)
		}
	}
	if s := e.get("SEQUENCE"); s != nil {
		if n, err := strconv.Atoi(s.value); err != nil || n < 0 {
			c.say(s.line, Error, "sequence", "RFC 5545 section 3.8.7.4", "SEQUENCE is %s; a whole number would be right", quoted(s.value))
		}
	}
	if e.get("LAST-MODIFIED") == nil {
		c.say(e.line, Note, "last-modified", "RFC 5545 section 3.8.7.3", "without LAST-MODIFIED some clients miss that the event has changed")
	}
}

func (c *checker) status(e *component) {
	p := e.get("STATUS")
	if p == nil {
		return
	}
	switch strings.ToUpper(p.value) {
	case "TENTATIVE", "CONFIRMED", "CANCELLED":
	case "CANCELED":
		c.say(p.line, Error, "status", "RFC 5545 section 3.8.1.11", "STATUS:CANCELED is not known; CANCELLED would be right")
	default:
		c.say(p.line, Error, "status", "RFC 5545 section 3.8.1.11", "the status %s is not known; TENTATIVE, CONFIRMED or CANCELLED would be right", quoted(p.value))
	}
}

var tag = text.NewPattern(`(?i)<(?:p|br|a|div|span|b|i|ul|li|html|img)(?:\s[^>]*)?/?>`)

// texts looks at what people read.
func (c *checker) texts(e *component) {
	if s := e.get("SUMMARY"); s == nil || strings.TrimSpace(s.value) == "" {
		c.say(e.line, Warning, "title", ofEvent, "the event has no title: clients show it blank")
	}
	for i := range e.properties {
		p := &e.properties[i]
		switch p.name {
		case "SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT":
			c.escapes(p, false)
		case "CATEGORIES", "RESOURCES":
			c.escapes(p, true)
		}
		if p.name == "DESCRIPTION" && tag.MatchString(p.value) {
			c.say(p.line, Warning, "html-text", "RFC 5545 section 3.8.1.5", "the description holds HTML, which many clients show as it is written; plain text would be right")
		}
	}
}

// escapes looks at how a text is written; in a list commas part its values.
func (c *checker) escapes(p *property, list bool) {
	const section = "RFC 5545 section 3.3.11"
	s := p.value
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i++; i == len(s) || !strings.ContainsRune(`\;,nN`, rune(s[i])) {
				c.say(p.line, Warning, "escape", section, `%s has a \ before what needs none; only \\ \; \, and \n are known`, p.name)
				return
			}
		case ';':
			c.say(p.line, Warning, "unescaped", section, `%s has a bare semicolon, at which some clients end it; \; would be right`, p.name)
			return
		case ',':
			if !list {
				c.say(p.line, Warning, "unescaped", section, `%s has a bare comma, at which some clients end it; \, would be right`, p.name)
				return
			}
		}
	}
}

// places looks at GEO and URL.
func (c *checker) places(e *component) {
	if g := e.get("GEO"); g != nil {
		lat, lon, ok := strings.Cut(g.value, ";")
		y, err1 := strconv.ParseFloat(lat, 64)
		x, err2 := strconv.ParseFloat(lon, 64)
		if !ok || err1 != nil || err2 != nil || y < -90 || y > 90 || x < -180 || x > 180 {
			c.say(g.line, Error, "geo", "RFC 5545 section 3.8.1.6", "GEO is %s; latitude;longitude, as 35.6812;139.7671, would be right", quoted(g.value))
		}
	}
	u := e.get("URL")
	if u == nil {
		return
	}
	for _, r := range u.value {
		if r >= utf8.RuneSelf || r == ' ' || r == '\\' {
			c.say(u.line, Warning, "url", "RFC 5545 section 3.3.13", "the URL %s has characters that an address may not have; written as %%E6… would be right", quoted(u.value))
			return
		}
	}
	if !strings.Contains(u.value, ":") {
		c.say(u.line, Warning, "url", "RFC 5545 section 3.3.13", "the URL %s is not absolute", quoted(u.value))
	}
}

// rule looks at a rule of recurrence.
func (c *checker) rule(p *property) {
	const section = "RFC 5545 section 3.3.10"
	parts := map[string]bool{}
	for part := range strings.SplitSeq(strings.ToUpper(p.value), ";") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || value == "" {
			c.say(p.line, Error, "rrule", section, "the rule %s cannot be read", quoted(p.value))
			return
		}
		parts[name] = true
	}
	switch {
	case !parts["FREQ"]:
		c.say(p.line, Error, "rrule", section, "the rule has no FREQ")
	case parts["COUNT"] && parts["UNTIL"]:
		c.say(p.line, Error, "rrule", section, "the rule has both COUNT and UNTIL; one of them would be right")
	}
}
