package view

import (
	"bytes"
	"strconv"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/when"
	"koyomi/internal/wording"
)

// DateReading lays a date reading out for people.
func DateReading(r when.Reading, words string, ref time.Time) []byte {
	var b bytes.Buffer
	field := func(name, value string) {
		if value != "" {
			b.WriteString(terminal.Pad(name, 12) + value + "\n")
		}
	}
	if r.Start.IsZero() {
		field("none", r.None)
	}
	field("start", momentWords(r.Start))
	field("end", endWords(r))
	field("doors", momentWords(r.Doors))
	if r.Rule != nil {
		field("rule", r.Rule.String()+" ("+r.Rule.RRULE()+")")
	}
	for i, s := range r.Sessions {
		field("session "+strconv.Itoa(i+1), sessionWords(s))
	}
	if r.Confidence > 0 {
		field("confidence", strconv.Itoa(r.Confidence)+" %")
	}
	for _, why := range r.Reasons {
		field("because", why)
	}
	for _, w := range r.Warnings {
		field("warning", w)
	}
	for _, p := range r.Parts {
		field(
			"read",
			terminal.Pad(
				string(p.Role),
				11,
			)+" 「"+text.Line(
				words[p.From:p.To],
				80,
			)+"」 → "+p.Read,
		)
	}
	field("published", momentWords(event.At(ref)))
	return b.Bytes()
}

// endWords returns the end of a reading; that nothing is stated is said, too.
func endWords(r when.Reading) string {
	switch {
	case r.Start.IsZero():
		return ""
	case r.End.IsZero():
		return "not stated"
	}
	return momentWords(r.End)
}

func sessionWords(s when.Session) string {
	if s.End.IsZero() {
		return momentWords(s.Start) + " –"
	}
	return momentWords(s.Start) + " – " + momentWords(s.End)
}

// momentWords returns a moment as 2009-05-28 (木) 19:00 +09:00.
func momentWords(m event.Moment) string {
	if m.IsZero() {
		return ""
	}
	s := m.Date.String() + " (" + wording.Weekday(wording.Japanese, m.Date.Weekday()) + ")"
	if m.AllDay() {
		return s
	}
	if m.Time.Second() != 0 {
		return s + m.Time.Format(" 15:04:05 -07:00")
	}
	return s + m.Time.Format(" 15:04 -07:00")
}
