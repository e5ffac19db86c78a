package ics

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"koyomi/internal/text"
)

// maxLine is the length in bytes of the longest unfolded line that is read; a
// longer one is cut there.
const maxLine = 2 << 20

// unfoldBytes joins folded lines before decoding where a fold has split a
// character: octets are folded, not characters (RFC 5545 section 3.1).
func unfoldBytes(body []byte) []byte {
	isWide := bytes.IndexByte(body[:min(len(body), 256)], 0) >= 0
	if isWide || utf8.Valid(body) {
		return body
	}
	joined := body
	for _, fold := range []string{"\r\n ", "\r\n\t", "\n ", "\n\t"} {
		joined = bytes.ReplaceAll(joined, []byte(fold), nil)
	}
	if !utf8.Valid(joined) {
		return body
	}
	return joined
}

// A lineReader returns unfolded lines with the numbers of the lines they begin on.
// Lines end in CRLF, LF or CR; a line that begins with a blank or a tab belongs to
// the one before.
type lineReader struct {
	rest   string
	number int
}

// next returns the next line; ok is false at the end.
func (l *lineReader) next() (line string, number int, ok bool) {
	if l.rest == "" {
		return "", l.number, false
	}
	line = l.physical()
	number = l.number
	if !l.folded() {
		return line, number, true
	}
	var b strings.Builder
	b.WriteString(line)
	for l.folded() {
		more := l.physical()[1:]
		if b.Len()+len(more) <= maxLine {
			b.WriteString(more)
		}
	}
	return b.String(), number, true
}

// folded reports whether the next line goes on with the one before.
func (l *lineReader) folded() bool {
	return strings.HasPrefix(l.rest, " ") || strings.HasPrefix(l.rest, "\t")
}

func (l *lineReader) physical() string {
	l.number++
	i := strings.IndexByte(l.rest, '\n')
	if i < 0 {
		i = len(l.rest)
	}
	line := l.rest[:i]
	if cr := strings.IndexByte(line, '\r'); cr >= 0 && cr < len(line)-1 {
		line, l.rest = line[:cr], l.rest[cr+1:]
		return line
	}
	l.rest = l.rest[min(i+1, len(l.rest)):]
	return strings.TrimSuffix(line, "\r")
}

// A property is one content line: a name in upper case, parameters, a value.
type property struct {
	name, params, value string
}

// parseLine splits a content line at the first colon outside quotes; false where
// there is none. Names may be in any case, with blanks around the marks.
func parseLine(s string) (property, bool) {
	at := colonOf(s)
	if at < 0 {
		return property{}, false
	}
	mayHoldColons := strings.Contains(s[:at], "TZID=") || strings.Contains(s[:at], "tzid=")
	if mayHoldColons && strings.LastIndexByte(s, ':') > at {
		at = max(at, zoneColonOf(s))
	}
	name, params, _ := strings.Cut(s[:at], ";")
	p := property{
		name:   upper(strings.TrimSpace(name)),
		params: params,
		value:  s[at+1:],
	}
	return p, p.name != ""
}

// zoneColon is a zone that was left unquoted though its name holds colons:
// DTSTART;TZID=(UTC+09:00) Osaka, Sapporo, Tokyo:20260610T190000.
var zoneColon = text.NewPattern(
	`(?i)^([a-z-]+;[^:]*TZID=[^":]*:[^"]*):\d{8}(?:T\d{4,6}Z?)?(?:[,/].*|\s*)$`,
)

// zoneColonOf returns the place of the colon behind such a name, −1 for none.
func zoneColonOf(s string) int {
	m := zoneColon.FindStringSubmatchIndex(s)
	if m == nil {
		return -1
	}
	return m[3]
}

// colonOf returns the place of the first colon outside quotes, −1 for none.
func colonOf(s string) int {
	quoted := false
	for i := range len(s) {
		switch s[i] {
		case '"':
			quoted = !quoted
		case ':':
			if !quoted {
				return i
			}
		}
	}
	return -1
}

// upper is strings.ToUpper without the work where there is none.
func upper(s string) string {
	for i := range len(s) {
		if s[i] >= 'a' && s[i] <= 'z' {
			return strings.ToUpper(s)
		}
	}
	return s
}

// param returns the first value of a parameter, "" if it is not there.
func (p property) param(name string) string {
	rest := p.params
	for rest != "" {
		var one string
		one, rest = cutParam(rest)
		k, v, _ := strings.Cut(one, "=")
		if strings.EqualFold(strings.TrimSpace(k), name) {
			return strings.Trim(strings.TrimSpace(v), `"`)
		}
	}
	return ""
}

// cutParam cuts the first parameter off, at a semicolon outside quotes.
func cutParam(s string) (one, rest string) {
	quoted := false
	for i := range len(s) {
		if s[i] == '"' {
			quoted = !quoted
		}
		if s[i] == ';' && !quoted {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// unescape reads TEXT (RFC 5545 section 3.3.11); a backslash before anything else
// is dropped, as writers put it before colons and quotes.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		before, after, found := strings.Cut(s, `\`)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if after == "" {
			b.WriteByte('\\')
			return b.String()
		}
		c := after[0]
		if c == 'n' || c == 'N' {
			c = '\n'
		}
		b.WriteByte(c)
		s = after[1:]
	}
}

// list splits a list of TEXT at commas that are not escaped.
func list(s string) []string {
	var out []string
	for s != "" {
		end := commaOf(s)
		if v := strings.TrimSpace(unescape(s[:end])); v != "" {
			out = append(out, v)
		}
		s = s[min(end+1, len(s)):]
	}
	return out
}

// commaOf returns the place of the first comma that is not escaped, the end for
// none.
func commaOf(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ',':
			return i
		}
	}
	return len(s)
}
