package digest

import (
	"fmt"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/text"
	"koyomi/internal/wording"
)

// The head of a digest: so many lines, each within a phone's width in columns.
const (
	headLines   = 5
	headColumns = 40
)

// next says in one short line what to do about an event.
func (t teller) next(one tale) string {
	ev, w := one.doc.Event, t.words
	verb, when := w.next[one.kind], t.short(ev.Start, ev.Span)
	switch {
	case one.kind == Changed && (ev.Withdrawn || ev.Status == event.Postponed):
		verb = t.mark(one)
	case one.kind == Changed && spanDiffers(*one.before, ev):
		when = "→" + when
	case one.closes:
		verb, when = w.apply, "〜"+t.short(ev.RegistrationCloses, ev.Span)
	case one.opens:
		verb, when = w.opening, t.short(ev.RegistrationOpens, ev.Span)
	case one.kind == Soon, one.kind == Week:
		verb = ""
	}
	if verb != "" {
		verb += w.colon
	}
	return text.Cut(verb+when+" "+titleOf(ev), headColumns)
}

// short writes a moment in few columns: 今日 and 明日 as such.
func (t teller) short(m event.Moment, s event.Span) string {
	if m.IsZero() {
		return ""
	}
	m = m.In(s.Location())
	name := fmt.Sprintf("%d/%d", m.Date.Month, m.Date.Day)
	switch m.Date.Sub(t.reader.Date) {
	case 0:
		name = t.words.today
	case 1:
		name = t.words.tomorrow
	default:
		if t.reader.Lang == English {
			name = wording.WeekDay(English, m.Date)
		}
	}
	if m.AllDay() {
		return name
	}
	return name + " " + wording.Clock(m.Time)
}

// Head gives the first lines of both parts: what to do next, the most pressing
// first, at least one line a section.
func (d Digest) Head() []string {
	w := languages[d.Reader.Lang]
	var lines []string
	if d.Reader.First() {
		lines = append(lines, w.first+w.colon+fmt.Sprintf("%s %d", w.sections[Week], d.Totals[Week]))
	}
	room := headLines - len(lines) - len(d.Sections)
	for _, s := range d.Sections {
		n := 1 + min(max(room, 0), len(s.Items)-1)
		room -= n - 1
		for _, i := range s.Items[:n] {
			lines = append(lines, i.Next)
		}
		if rest := d.Totals[s.Kind] - n; rest > 0 {
			last := &lines[len(lines)-1]
			tail := " " + fmt.Sprintf(w.more, rest)
			*last = text.Cut(*last, headColumns-text.Width(tail)) + tail
		}
	}
	return lines[:min(len(lines), headLines)]
}

// Subject gives the subject: what there is, by number, at most 80 columns.
func (d Digest) Subject() string {
	w := languages[d.Reader.Lang]
	between, after := "・", ""
	if d.Reader.Lang == English {
		between, after = ", ", ": "
	}
	var counts []string
	for k, n := range d.Totals {
		switch {
		case n == 0:
		case d.Reader.Lang == English:
			counts = append(counts, fmt.Sprintf("%d %s", n, w.short[k]))
		default:
			counts = append(counts, fmt.Sprintf("%s%d", w.short[k], n))
		}
	}
	return text.Cut("[koyomi] "+wording.NearDay(d.Reader.Lang, d.Reader.Date, d.Reader.Date)+after+strings.Join(counts, between), 80)
}
