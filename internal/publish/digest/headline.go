package digest

import (
	"fmt"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/text"
	"koyomi/internal/wording"
)

// subjectColumns is how wide a subject is at most: what a mail program shows of it on a
// wide window.
const subjectColumns = 110

// short writes a moment in few columns: 今日 and 明日 as such.
func (w writer) short(m event.Moment, s event.Span) string {
	if m.IsZero() {
		return ""
	}
	return w.near(m.In(s.Location()))
}

// near writes a moment as it stands: its day as 今日 or 明日 where it is that.
func (w writer) near(m event.Moment) string {
	name := map[event.Date]string{
		w.reader.Date:        w.words.today,
		w.reader.Date.Add(1): w.words.tomorrow,
	}[m.Date]
	switch {
	case name == "":
		return w.style().Moment(m)
	case m.AllDay():
		return name
	}
	return name + " " + wording.Clock(m.Time)
}

// headline says what the most important event is about and when it is: "中止",
// "11/27（金） 19:00".
func (w writer) headline(one entry) (about, when string) {
	ev := one.doc.Event
	start := w.short(ev.Start, ev.Span)
	switch {
	case one.kind == Cancelled, one.kind == Changed:
		return w.mark(one), start
	case one.closes:
		return w.words.closing, w.moment(ev.RegistrationCloses, false)
	case one.opens:
		return w.words.opening, w.moment(ev.RegistrationOpens, false)
	case one.kind == New:
		return w.words.short[New], start
	case one.kind == Week:
		return w.words.sections[Week], start
	}
	return "", start
}

// subject writes the subject: the most important event first, then how many more there
// are. A title is cut only where it would not fit by itself.
func (w writer) subject(one entry, total int) string {
	about, when := w.headline(one)
	head := when + " "
	if about != "" {
		head = about + w.words.colon + head
	}
	tail := ""
	if total > 1 {
		tail = " " + fmt.Sprintf(w.words.more, total-1)
	}
	columns := subjectColumns - text.Width(head) - text.Width(tail)
	return strings.TrimSpace(head+text.Cut(titleOf(one.doc.Event), columns)) + tail
}

// Subject returns the subject: the most important event, by name.
func (d Digest) Subject() string { return d.subject }

// Summary counts what there is: "中止1・変更1・新着3".
func (d Digest) Summary() string {
	w := languages[d.Reader.Lang]
	var counts []string
	for k, n := range d.Totals {
		if n > 0 {
			counts = append(counts, w.counted(w.short[k], n))
		}
	}
	summary := strings.Join(counts, w.between)
	if d.Reader.First() && !d.AtOnce {
		return w.first + w.colon + summary
	}
	return summary
}

// previewed is how many events a list of mails shows beside the subject, at most.
const previewed = 6

// Preview is what a list of mails shows beside the subject: titles, the first of them
// stands in the subject.
func (d Digest) Preview() string {
	var titles []string
	for _, s := range d.Sections {
		for _, i := range s.Items {
			titles = append(titles, i.marked(languages[d.Reader.Lang]))
		}
	}
	return strings.Join(titles[:min(len(titles), previewed)], " / ")
}

// marked returns the title with what it is about.
func (i Item) marked(w words) string {
	if i.Mark == "" {
		return i.Title
	}
	return w.marked(i.Mark) + i.Title
}
