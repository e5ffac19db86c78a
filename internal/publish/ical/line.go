package ical

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"koyomi/internal/event"
)

// maxLine is the length of a line in octets without its end (RFC 5545 section 3.1).
const maxLine = 75

// An encoder writes content lines (RFC 5545 section 3.1): one method a type of
// value, so that nothing is escaped in the wrong way or not at all. Lines are
// folded at 75 octets, never inside a character nor between a letter and its
// marks, and no continuation is blank (a value never ends in one). It takes any string: what no
// calendar may hold is left out or made a blank.
type encoder struct {
	buf []byte
	// start is where the present line begins in buf, base where the last
	// character began that may begin a continuation.
	start, base int
	// last is the last character written of a value.
	last rune
	// listed is set within a list, where commas are between values alone.
	listed bool
	// latest is the instant written last, which often comes again, and written how.
	latest  time.Time
	written []byte
}

// A param is a parameter of a property (RFC 5545 section 3.2).
type param struct{ name, value string }

// begin starts a property up to its colon. name is short and may hold parameters
// that need no escaping.
func (e *encoder) begin(name string, params ...param) {
	e.start = len(e.buf)
	e.buf = append(e.buf, name...)
	for _, p := range params {
		e.run(";" + p.name + "=")
		e.paramValue(p.value)
	}
	e.buf = append(e.buf, ':')
	e.base, e.last = len(e.buf), 0
}

func (e *encoder) end() { e.buf = append(e.buf, '\r', '\n') }

// literal writes a line that needs neither escaping nor folding.
func (e *encoder) literal(line string) {
	e.buf = append(e.buf, line...)
	e.end()
}

// text writes a TEXT value (section 3.3.11). Runs of blanks become one and
// those at the ends go.
func (e *encoder) text(name, value string, params ...param) {
	e.begin(name, params...)
	e.textValue(value)
	e.end()
}

// list writes several TEXT values (CATEGORIES, section 3.8.1.2). A comma inside
// a value becomes a full-width one, for readers that split at escaped commas too.
func (e *encoder) list(name string, values []string) {
	e.begin(name)
	for i, v := range values {
		if i > 0 {
			e.unit(",")
		}
		e.listed = true
		e.textValue(v)
	}
	e.listed = false
	e.end()
}

// uri writes a URI value (section 3.3.13), which is not escaped: what may not
// stand in one is percent-encoded (RFC 3986).
func (e *encoder) uri(name, value string, params ...param) {
	const hex = "0123456789ABCDEF"
	e.begin(name, params...)
	for i := 0; i < len(value); {
		n := i
		for n < len(value) && inURI[value[n]] {
			n++
		}
		if n > i {
			e.run(value[i:n])
			i = n
			continue
		}
		e.unit(string([]byte{'%', hex[value[i]>>4], hex[value[i]&15]}))
		i++
	}
	e.end()
}

// inURI are the octets that may stand in a URI as they are.
var inURI = func() (t [256]bool) {
	for c := '!'; c <= '~'; c++ {
		t[c] = !strings.ContainsRune("\"<>\\^`{|}", c)
	}
	return t
}()

// date writes a DATE value (section 3.3.4).
func (e *encoder) date(name string, d event.Date) {
	e.start = len(e.buf)
	e.buf = append(append(e.buf, name...), ";VALUE=DATE:"...)
	e.buf = appendDate(e.buf, d.Year, int(d.Month), d.Day)
	e.end()
}

// instant writes a DATE-TIME in UTC (section 3.3.5, form 2).
func (e *encoder) instant(name string, t time.Time) {
	e.begin(name)
	if t != e.latest || e.written == nil {
		e.latest, e.written = t, append(appendTime(e.written[:0], t.UTC()), 'Z')
	}
	e.buf = append(e.buf, e.written...)
	e.end()
}

// local writes a DATE-TIME with its zone (section 3.3.5, form 3); zone is one
// that has its VTIMEZONE in the calendar, and a plain name.
func (e *encoder) local(name string, t time.Time, zone string) {
	e.start = len(e.buf)
	e.buf = append(append(append(append(e.buf, name...), ";TZID="...), zone...), ':')
	e.buf = appendTime(e.buf, t)
	e.end()
}

// duration writes a positive DURATION (section 3.3.6), to the second.
func (e *encoder) duration(name string, d time.Duration, params ...param) {
	e.begin(name, params...)
	e.buf = appendDuration(e.buf, d)
	e.end()
}

func (e *encoder) integer(name string, n int) {
	e.begin(name)
	e.buf = strconv.AppendInt(e.buf, int64(n), 10)
	e.end()
}

// geo writes a position (section 3.8.1.6); its semicolon is not escaped.
func (e *encoder) geo(name string, g event.Geo) {
	e.begin(name)
	e.buf = strconv.AppendFloat(e.buf, g.Lat, 'f', 6, 64)
	e.buf = append(e.buf, ';')
	e.buf = strconv.AppendFloat(e.buf, g.Lon, 'f', 6, 64)
	e.end()
}

// unit writes ASCII that is not torn apart.
func (e *encoder) unit(s string) {
	if len(e.buf)-e.start+len(s) > maxLine {
		e.fold(len(e.buf))
	}
	e.base = len(e.buf)
	e.buf = append(e.buf, s...)
	e.last = rune(s[len(s)-1])
}

// wide writes one character of any length. One that belongs to the character
// before it takes that along to the next line.
func (e *encoder) wide(r rune, raw string) {
	joined := extends(r) || e.last == joiner
	if len(e.buf)-e.start+len(raw) > maxLine {
		e.fold(e.breakBefore(joined))
	}
	if !joined {
		e.base = len(e.buf)
	}
	e.buf = append(e.buf, raw...)
	e.last = r
}

// breakBefore returns where to fold before a character: before the one it is joined
// to, unless that began too early.
func (e *encoder) breakBefore(joined bool) int {
	if joined && e.base > e.start+maxLine/2 {
		return e.base
	}
	return len(e.buf)
}

// fold ends the line at the octet at and takes what follows it to the next.
func (e *encoder) fold(at int) {
	tail := len(e.buf) - at
	e.buf = append(e.buf, '\r', '\n', ' ')
	if tail > 0 {
		copy(e.buf[at+3:], e.buf[at:at+tail])
		copy(e.buf[at:], "\r\n ")
	}
	e.start = at + 2
	e.base = at + 3
}

// extending are the characters that belong to the one before them: joiners, half-width
// voicing marks, skin tones, tags and the second half of a flag.
var extending = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: joiner, Hi: joiner, Stride: 1},
		{Lo: 0xff9e, Hi: 0xff9f, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1f1e6, Hi: 0x1f1ff, Stride: 1},
		{Lo: 0x1f3fb, Hi: 0x1f3ff, Stride: 1},
		{Lo: 0xe0020, Hi: 0xe007f, Stride: 1},
	},
}

// extends reports characters that belong to the one before them: those above, marks
// and variation selectors.
func extends(r rune) bool {
	const firstMark, kanji, hangulEnd = 0x300, 0x3400, 0xd7ff
	common := kanji <= r && r <= hangulEnd // asked for most often, and never one
	if r < firstMark || common {
		return false
	}
	return unicode.In(r, unicode.M, extending)
}

func appendDate(b []byte, y, m, d int) []byte {
	return append(b,
		byte('0'+y/1000%10), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10),
		byte('0'+m/10), byte('0'+m%10), byte('0'+d/10), byte('0'+d%10))
}

func appendTime(b []byte, t time.Time) []byte {
	y, mo, d := t.Date()
	h, mi, s := t.Clock()
	b = append(appendDate(b, y, int(mo), d), 'T')
	return append(
		b,
		byte('0'+h/10),
		byte('0'+h%10),
		byte('0'+mi/10),
		byte('0'+mi%10),
		byte('0'+s/10),
		byte('0'+s%10),
	)
}

// appendDuration writes whole days as such, everything else in hours, minutes and
// seconds.
func appendDuration(b []byte, d time.Duration) []byte {
	const day = 24 * time.Hour
	d = max(d, 0).Truncate(time.Second)
	if d > 0 && d%day == 0 {
		return append(strconv.AppendInt(append(b, 'P'), int64(d/day), 10), 'D')
	}
	if d == 0 {
		return append(b, "PT0S"...)
	}
	b = append(b, 'P', 'T')
	for _, u := range units {
		if n := d / u.length; n > 0 {
			b = append(strconv.AppendInt(b, int64(n), 10), u.letter)
			d %= u.length
		}
	}
	return b
}

var units = []struct {
	length time.Duration
	letter byte
}{{time.Hour, 'H'}, {time.Minute, 'M'}, {time.Second, 'S'}}
