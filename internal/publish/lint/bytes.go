package lint

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// The sizes that matter to Google, in octets.
const (
	refusedSize = 1_000_000
	largeSize   = 500_000
)

// maxLine is how long a line may be before it has to be folded, in octets.
const maxLine = 75

const lines = "RFC 5545 section 3.1"

// bytes looks at the file as octets.
func (c *checker) bytes(data []byte) {
	head := bytes.ToLower(bytes.TrimSpace(data[:min(len(data), 512)]))
	switch {
	case len(head) == 0:
		c.say(0, Error, "empty", "RFC 5545 section 3.4", "the file is empty: Thunderbird drops all events that it had; one VCALENDAR would be right")
		return
	case bytes.HasPrefix(head, []byte("<!doctype")), bytes.HasPrefix(head, []byte("<html")):
		c.say(1, Error, "html", "RFC 5545 section 3.4", "this is a web page, not a calendar")
	}
	switch n := len(data); {
	case n >= refusedSize:
		c.say(0, Warning, "size", "", "%d octets: Google leaves events out of calendars of 1 MB and more; a narrower window or shorter descriptions would be right", n)
	case n >= largeSize:
		c.say(0, Note, "size", "", "%d octets: Google leaves events out of calendars of 1 MB and more", n)
	}
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		c.say(1, Error, "bom", "RFC 5545 section 3.1.4", "a byte order mark comes first: python-icalendar, vobject, ical.js and khal refuse the file")
	}
	c.endings(data)
}

// endings looks at how lines end.
func (c *checker) endings(data []byte) {
	bare, first := 0, 0
	for line, rest := 1, data; len(rest) > 0; line++ {
		i := bytes.IndexAny(rest, "\r\n")
		if i < 0 {
			c.say(line, Warning, "last-line", lines, "the last line does not end; CR LF would be right")
			break
		}
		end := 1
		if bytes.HasPrefix(rest[i:], []byte("\r\n")) {
			end = 2
		} else if bare++; first == 0 {
			first = line
		}
		rest = rest[i+end:]
	}
	if bare > 0 {
		c.say(first, Warning, "line-ending", lines, "%d lines do not end with CR LF, as validators and some clients want", bare)
	}
}

// A line is what is left of physical lines once they are unfolded.
type line struct {
	number int
	text   string
}

// unfold joins the lines of the file, and looks at each as it stands there.
func (c *checker) unfold(data []byte) []line {
	var all []line
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for number := 1; len(data) > 0; number++ {
		i := bytes.IndexAny(data, "\r\n")
		physical := data
		switch {
		case i < 0:
			data = nil
		case bytes.HasPrefix(data[i:], []byte("\r\n")):
			physical, data = data[:i], data[i+2:]
		default:
			physical, data = data[:i], data[i+1:]
		}
		c.physical(number, physical)
		switch {
		case len(physical) > 0 && (physical[0] == ' ' || physical[0] == '\t') && len(all) > 0:
			all[len(all)-1].text += string(physical[1:])
		case len(bytes.TrimSpace(physical)) == 0:
			c.say(number, Warning, "blank-line", lines, "a line is blank: strict readers refuse the file; nothing would be right")
		default:
			all = append(all, line{number, string(physical)})
		}
	}
	for _, l := range all {
		c.characters(l)
	}
	return all
}

// physical looks at one line as it stands in the file.
func (c *checker) physical(number int, b []byte) {
	if len(b) > maxLine {
		c.say(number, Warning, "long-line", lines, "the line has %d octets; folded after at most 75 would be right", len(b))
	}
	if !utf8.Valid(b) {
		if splitInside(b) {
			c.say(number, Error, "fold-in-character", lines, "a line is folded inside a character: it becomes a broken one in Thunderbird, khal and others, and vobject refuses the file")
			return
		}
		c.say(number, Error, "encoding", "RFC 5545 section 3.1.4", "the line is not UTF-8: clients that read strictly refuse the file")
	}
}

// splitInside reports whether b is UTF-8 but for a piece of a character at its
// beginning or end.
func splitInside(b []byte) bool {
	if len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for n := 0; n < utf8.UTFMax && len(b) > 0 && !utf8.RuneStart(b[0]); n++ {
		b = b[1:]
	}
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if last := b[len(b)-n]; utf8.RuneStart(last) {
			if last >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-n:]) {
				b = b[:len(b)-n]
			}
			break
		}
	}
	return utf8.Valid(b)
}

// characters looks for those that clients read as something else.
func (c *checker) characters(l line) {
	for _, r := range l.text {
		switch {
		case r == 0:
			c.say(l.number, Error, "nul", lines, "a NUL character: for GNOME and KDE the file ends here")
		case r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029, r >= 0x1c && r <= 0x1e:
			c.say(l.number, Error, "line-separator", lines, "the character %U ends a line for vobject and vdirsyncer, which then refuse the file; a blank would be right", r)
		case r < ' ' && r != '\t', r == 0x7f:
			c.say(l.number, Error, "control", lines, "the control character %U may not stand in a calendar", r)
		default:
			continue
		}
		return
	}
}

// quoted shortens foreign text for a reason.
func quoted(s string) string {
	const most = 60
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return `"` + s + `"`
}
