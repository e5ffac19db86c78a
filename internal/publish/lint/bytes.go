package lint

import (
	"bytes"
	"strings"
	"unicode"
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
	if len(head) == 0 {
		c.say(
			0,
			Error,
			"empty",
			"RFC 5545 section 3.4",
			"the file is empty: Thunderbird drops all events that it had; expected one VCALENDAR",
		)
		return
	}
	if bytes.HasPrefix(head, []byte("<!doctype")) ||
		bytes.HasPrefix(head, []byte("<html")) {
		c.say(
			1,
			Error,
			"html",
			"RFC 5545 section 3.4",
			"this is a web page, not a calendar",
		)
	}
	c.size(len(data))
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		c.say(
			1,
			Error,
			"bom",
			"RFC 5545 section 3.1.4",
			"a byte order mark comes first: python-icalendar, vobject, ical.js and khal refuse the file",
		)
	}
	c.endings(data)
}

// size looks at how large the file is.
func (c *checker) size(octets int) {
	if octets < largeSize {
		return
	}
	s := Note
	if octets >= refusedSize {
		s = Warning
	}
	c.say(
		0,
		s,
		"size",
		"",
		"%d octets: Google leaves events out of calendars of 1 MB and more (use a narrower window or shorter descriptions)",
		octets,
	)
}

// The ends of physical lines.
const (
	unended = ""
	crlf    = "\r\n"
)

// cutLine cuts one physical line off data, and returns how it ends: crlf, unended, or
// another single character.
func cutLine(data []byte) (physical []byte, ending string, rest []byte) {
	i := bytes.IndexAny(data, crlf)
	if i < 0 {
		return data, unended, nil
	}
	n := 1
	if bytes.HasPrefix(data[i:], []byte(crlf)) {
		n = len(crlf)
	}
	return data[:i], string(data[i : i+n]), data[i+n:]
}

// endings looks at how lines end.
func (c *checker) endings(data []byte) {
	var bare []int
	for number := 1; len(data) > 0; number++ {
		var ending string
		_, ending, data = cutLine(data)
		switch ending {
		case crlf:
		case unended:
			c.say(
				number,
				Warning,
				"last-line",
				lines,
				"the last line does not end; expected CR LF",
			)
		default:
			bare = append(bare, number)
		}
	}
	if len(bare) > 0 {
		c.say(
			bare[0],
			Warning,
			"line-ending",
			lines,
			"%d lines do not end with CR LF, as validators and some clients want",
			len(bare),
		)
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
		var physical []byte
		physical, _, data = cutLine(data)
		c.physical(number, physical)
		folded := len(all) > 0 && isFolded(physical)
		switch {
		case folded:
			all[len(all)-1].text += string(physical[1:])
		case len(bytes.TrimSpace(physical)) == 0:
			c.say(
				number,
				Warning,
				"blank-line",
				lines,
				"a line is blank: strict readers refuse the file; expected no such line",
			)
		default:
			all = append(all, line{number, string(physical)})
		}
	}
	for _, l := range all {
		c.characters(l)
	}
	return all
}

// isFolded reports whether a physical line goes on with the one before it.
func isFolded(physical []byte) bool {
	return bytes.HasPrefix(physical, []byte(" ")) || bytes.HasPrefix(physical, []byte("\t"))
}

// physical looks at one line as it stands in the file.
func (c *checker) physical(number int, b []byte) {
	if len(b) > maxLine {
		c.say(
			number,
			Warning,
			"long-line",
			lines,
			"the line has %d octets; expected it to be folded after at most 75",
			len(b),
		)
	}
	switch {
	case utf8.Valid(b):
	case splitInside(b):
		c.say(
			number,
			Error,
			"fold-in-character",
			lines,
			"a line is folded inside a character: it becomes a broken one in Thunderbird, khal and others, and vobject refuses the file",
		)
	default:
		c.say(
			number,
			Error,
			"encoding",
			"RFC 5545 section 3.1.4",
			"the line is not UTF-8: clients that read strictly refuse the file",
		)
	}
}

// splitInside reports whether b is UTF-8 except for a piece of a character at its
// beginning or end.
func splitInside(b []byte) bool {
	if isFolded(b) {
		b = b[1:]
	}
	whole := bytes.TrimFunc(b, func(r rune) bool { return r == utf8.RuneError })
	return utf8.Valid(whole) && len(b)-len(whole) < 2*utf8.UTFMax
}

func table(ranges ...unicode.Range16) *unicode.RangeTable {
	return &unicode.RangeTable{R16: ranges}
}

// misread are the characters that clients read as something else; the first that
// holds counts.
var misread = []struct {
	in           *unicode.RangeTable
	name, reason string
}{
	{
		table(unicode.Range16{Lo: 0, Hi: 0, Stride: 1}),
		"nul",
		"a NUL character (%U): for GNOME and KDE the file ends here",
	},
	{
		table(unicode.Range16{Lo: 0x0b, Hi: 0x0c, Stride: 1}, unicode.Range16{
			Lo:     0x1c,
			Hi:     0x1e,
			Stride: 1,
		}, unicode.Range16{
			Lo:     0x85,
			Hi:     0x85,
			Stride: 1,
		}, unicode.Range16{
			Lo:     0x2028,
			Hi:     0x2029,
			Stride: 1,
		}),
		"line-separator", "the character %U ends a line for vobject and vdirsyncer, which then refuse the file (use a blank)",
	},
	{
		table(unicode.Range16{Lo: 0x01, Hi: 0x08, Stride: 1}, unicode.Range16{
			Lo:     0x0a,
			Hi:     0x1f,
			Stride: 1,
		}, unicode.Range16{
			Lo:     0x7f,
			Hi:     0x7f,
			Stride: 1,
		}),
		"control", "the control character %U may not stand in a calendar",
	},
}

// characters looks for those that clients read as something else.
func (c *checker) characters(l line) {
	for _, r := range l.text {
		for _, m := range misread {
			if unicode.Is(m.in, r) {
				c.say(l.number, Error, m.name, lines, m.reason, r)
				return
			}
		}
	}
}

// quoted shortens foreign text for a reason.
func quoted(s string) string {
	const most = 60
	s = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return `"` + s + `"`
}
