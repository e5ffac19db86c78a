package ics

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// maxLine is the length in bytes of the longest unfolded line that is read; a
// longer one is cut there.
const maxLine = 2 << 20

// unfoldBytes joins folded lines before decoding where a fold has split a
// character: octets are folded, not characters (RFC 5545 section 3.1).
func unfoldBytes(body []byte) []byte {
	if utf8.Valid(body) || bytes.IndexByte(body[:min(len(body), 256)], 0) >= 0 {
		return body
	}
	joined := body
	for _, fold := range []string{"\r\n ", "\r\n\t", "\n ", "\n\t"} {
		joined = bytes.ReplaceAll(joined, []byte(fold), nil)
	}
	if utf8.Valid(joined) {
		return joined
	}
	return body
}

// A lineReader gives unfolded lines with the numbers of the lines they begin on.
// Lines end in CRLF, LF or CR; a line that begins with a blank or a tab belongs to
// the one before.
type lineReader struct {
	rest   string
	number int
}

// next gives the next line; ok is false at the end.
func (l *lineReader) next() (line string, number int, ok bool) {
	if l.rest == "" {
		return "", l.number, false
	}
	line = l.physical()
	number = l.number
	if l.rest == "" || l.rest[0] != ' ' && l.rest[0] != '\t' {
		return line, number, true
	}
	var b strings.Builder
	b.WriteString(line)
	for l.rest != "" && (l.rest[0] == ' ' || l.rest[0] == '\t') {
		more := l.physical()[1:]
		if b.Len()+len(more) <= maxLine {
			b.WriteString(more)
		}
	}
	return b.String(), number, true
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
	quoted := false
	nameEnd := -1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			quoted = !quoted
		case ';':
			if nameEnd < 0 {
				nameEnd = i
			}
		case ':':
			if quoted {
				continue
			}
			p := property{value: s[i+1:]}
			if nameEnd < 0 {
				nameEnd = i
			} else {
				p.params = s[nameEnd+1 : i]
			}
			p.name = upper(strings.TrimSpace(s[:nameEnd]))
			return p, p.name != ""
		}
	}
	return property{}, false
}

// upper is strings.ToUpper without the work where there is none.
func upper(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 'a' && s[i] <= 'z' {
			return strings.ToUpper(s)
		}
	}
	return s
}

// param gives the first value of a parameter, "" if it is not there.
func (p property) param(name string) string {
	if p.params == "" {
		return ""
	}
	quoted, start := false, 0
	for i := 0; i <= len(p.params); i++ {
		if i < len(p.params) {
			if p.params[i] == '"' {
				quoted = !quoted
			}
			if p.params[i] != ';' || quoted {
				continue
			}
		}
		k, v, _ := strings.Cut(p.params[start:i], "=")
		if strings.EqualFold(strings.TrimSpace(k), name) {
			return strings.Trim(strings.TrimSpace(v), `"`)
		}
		start = i + 1
	}
	return ""
}

// unescape reads TEXT (RFC 5545 section 3.3.11); a backslash before anything else
// is dropped, as writers put it before colons and quotes.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 || i+1 == len(s) {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		if c := s[i+1]; c == 'n' || c == 'N' {
			b.WriteByte('\n')
		} else {
			b.WriteByte(c)
		}
		s = s[i+2:]
	}
	return b.String()
}

// list splits a list of TEXT at commas that are not escaped.
func list(s string) []string {
	var out []string
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] == '\\' {
			i++
			continue
		}
		if i >= len(s) || s[i] == ',' {
			if v := strings.TrimSpace(unescape(s[start:min(i, len(s))])); v != "" {
				out = append(out, v)
			}
			start = i + 1
		}
	}
	return out
}
