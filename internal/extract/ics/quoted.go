package ics

import (
	"io"
	"mime/quotedprintable"
	"strings"

	"koyomi/internal/charset"
)

// quoted reports whether a value is written as quoted-printable, the way of
// vCalendar 1.0, which organisers and telephones still export.
func (p property) quoted() bool {
	return p.params != "" && strings.EqualFold(p.param("ENCODING"), "QUOTED-PRINTABLE")
}

// unquoted decodes such a value; one that is none is left as it is.
func unquoted(p property) string {
	raw, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(p.value)))
	if err != nil {
		return p.value
	}
	s, _, err := charset.Decode(raw, "", p.param("CHARSET"))
	if err != nil {
		return p.value
	}
	return s
}

// goesOn takes a line that a soft line break has cut off a quoted-printable value.
func (p *parser) goesOn(line string) bool {
	if p.event == nil || len(p.props) == p.first {
		return false
	}
	last := &p.props[len(p.props)-1]
	if !strings.HasSuffix(last.value, "=") || !last.quoted() ||
		len(last.value)+len(line) > maxLine {
		return false
	}
	last.value = strings.TrimSuffix(last.value, "=") + line
	return true
}
