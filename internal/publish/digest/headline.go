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
func (w writer) next(one entry) string {
	verb, when := w.todo(one)
	if verb != "" {
		verb += w.words.colon
	}
	return text.Cut(verb+when+" "+titleOf(one.doc.Event), headColumns)
}

// todo returns what to do about an event, and the moment it is about.
func (w writer) todo(one entry) (verb, when string) {
	ev := one.doc.Event
	start := w.short(ev.Start, ev.Span)
	switch {
	case one.kind == Changed:
		return w.todoChanged(one, start)
	case one.closes:
		return w.words.apply, "〜" + w.short(ev.RegistrationCloses, ev.Span)
	case one.opens:
		return w.words.opening, w.short(ev.RegistrationOpens, ev.Span)
	}
	return w.words.next[one.kind], start // no verb where nothing is to be done
}

func (w writer) todoChanged(one entry, start string) (verb, when string) {
	ev := one.doc.Event
	switch {
	case ev.Withdrawn, ev.Status == event.Postponed:
		return w.mark(one), start
	case spanDiffers(*one.before, ev):
		return w.words.next[Changed], "→" + start
	}
	return w.words.next[Changed], start
}

// short writes a moment in few columns: 今日 and 明日 as such.
func (w writer) short(m event.Moment, s event.Span) string {
	if m.IsZero() {
		return ""
	}
	m = m.In(s.Location())
	name := w.nearby(m.Date)
	if m.AllDay() {
		return name
	}
	return name + " " + wording.Clock(m.Time)
}

func (w writer) nearby(d event.Date) string {
	switch {
	case d == w.reader.Date:
		return w.words.today
	case d == w.reader.Date.Add(1):
		return w.words.tomorrow
	case w.reader.Lang == English:
		return wording.WeekDay(English, d)
	}
	return fmt.Sprintf("%d/%d", d.Month, d.Day)
}

// Head returns the first lines of both parts: what to do next, the most pressing
// first, at least one line a section.
func (d Digest) Head() []string {
	w := languages[d.Reader.Lang]
	var lines []string
	if d.Reader.First() {
		lines = append(lines, w.firstLine(d.Totals[Week]))
	}
	spare := headLines - len(lines) - len(d.Sections)
	for _, s := range d.Sections {
		n := 1 + min(max(spare, 0), len(s.Items)-1)
		spare -= n - 1
		for _, i := range s.Items[:n] {
			lines = append(lines, i.Next)
		}
		last := &lines[len(lines)-1]
		*last = w.withRest(*last, d.Totals[s.Kind]-n)
	}
	return lines[:min(len(lines), headLines)]
}

// firstLine begins a first digest.
func (w words) firstLine(week int) string {
	if week == 0 {
		return w.first
	}
	return w.first + w.colon + fmt.Sprintf("%s %d", w.sections[Week], week)
}

// withRest adds to a line how many more there are.
func (w words) withRest(line string, rest int) string {
	if rest <= 0 {
		return line
	}
	tail := " " + fmt.Sprintf(w.more, rest)
	return text.Cut(line, headColumns-text.Width(tail)) + tail
}

// Subject returns the subject: what there is, by number, at most 80 columns.
func (d Digest) Subject() string {
	w := languages[d.Reader.Lang]
	var counts []string
	for k, n := range d.Totals {
		if n > 0 {
			counts = append(counts, w.counted(w.short[k], n))
		}
	}
	return text.Cut(
		"[koyomi] "+wording.NearDay(
			d.Reader.Lang,
			d.Reader.Date,
			d.Reader.Date,
		)+w.after+strings.Join(
			counts,
			w.between,
		),
		80,
	)
}
