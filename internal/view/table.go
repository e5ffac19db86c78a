// Package view lays out what koyomi knows for a person at a terminal, and lists of
// events in the formats of programs. It reads no database and asks no site.
package view

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"koyomi/internal/holiday"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/wording"
)

// A row is one event of the table under the day it is shown on: the day it begins,
// or, of an event of several days that has begun, the next of them from today.
type row struct {
	event event.Event
	day   event.Date
	// span is the part that takes place on that day, in the reader's zone.
	span event.Span
}

// A Table lays events out by day for a terminal.
type Table struct {
	UI *terminal.UI
	// Now is the moment that today is marked by.
	Now time.Time
	// Moved are the UIDs of events that have been moved.
	Moved map[string]bool
	// Doubtful are the UIDs of events that no source has shown for days.
	Doubtful map[string]bool
	// Seats adds a column of the seats that are left.
	Seats bool
	columns
}

// columns are the widths of a table's columns; 0 leaves one out.
type columns struct {
	time, id, title, place, community, seats int
	// broken puts the title on a line of its own, under the time.
	broken bool
}

// LayOut lays events out, soonest first or last as they come.
func LayOut(u *terminal.UI, events []event.Event, now time.Time) []byte {
	return (&Table{UI: u, Now: now}).Bytes(events)
}

// Bytes lays events out, soonest first or last as they come.
func (t *Table) Bytes(events []event.Event) []byte {
	rows := t.rows(events)
	t.columns = t.measure(rows)
	var b bytes.Buffer
	for i, r := range rows {
		if i == 0 || r.day != rows[i-1].day {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(t.dayLine(r.day) + "\n")
		}
		b.WriteString(t.line(r) + "\n")
	}
	return b.Bytes()
}

// rows puts each event under its day. What runs since an earlier day comes before
// what begins.
func (t *Table) rows(events []event.Event) []row {
	today := event.DateOf(t.Now.In(event.Tokyo))
	rows, running := make([]row, 0, len(events)), false
	for _, e := range events {
		r := row{event: e, span: here(e.Span)}
		r.day = r.span.Start.Date
		if r.day.Compare(today) < 0 && e.Over(publish.DefaultAssumed).After(t.Now) {
			r.day, r.span = nextPart(r.span, today)
			running = true
		}
		rows = append(rows, r)
	}
	if running {
		slices.SortStableFunc(rows, func(a, b row) int { return a.day.Compare(b.day) })
	}
	return rows
}

// here returns a span in the zone of the reader, which is Tokyo's.
func here(s event.Span) event.Span {
	s.Start, s.End = s.Start.In(event.Tokyo), s.End.In(event.Tokyo)
	for i, p := range s.Sessions {
		if i == 0 {
			s.Sessions = slices.Clone(s.Sessions)
		}
		s.Sessions[i] = event.Session{
			Start: p.Start.In(event.Tokyo),
			End:   p.End.In(event.Tokyo),
		}
	}
	return s
}

// nextPart returns the day from today on which an event that has begun goes on, and
// what takes place then.
func nextPart(s event.Span, today event.Date) (event.Date, event.Span) {
	for _, p := range s.Sessions {
		last := p.Start.Date
		if !p.End.IsZero() {
			last = p.End.Date
		}
		if last.Compare(today) < 0 {
			continue
		}
		part := event.Span{Start: p.Start, End: p.End, Zone: s.Zone}
		if p.Start.Date.Compare(today) < 0 {
			return today, part
		}
		return p.Start.Date, part
	}
	return today, s
}

// The bounds of columns: below narrow a line holds no more than time and title, and
// below tight not even both.
const (
	narrow      = 60
	wide        = 110
	idColumns   = 7
	mostPlace   = 32
	leastPlace  = 12
	leastTitle  = 34
	mostName    = 16
	timeColumns = 11 // "19:00–20:40"
)

// measure sizes each column for what its cells need, as far as they fit; the title
// comes first.
func (t *Table) measure(rows []row) columns {
	left := t.UI.Columns - 1
	c := columns{time: timeColumns}
	if left < terminal.Tight {
		return columns{broken: true, title: left - 2, time: left - 2}
	}
	title, place, name := 0, 0, 0
	if t.Seats {
		for _, r := range rows {
			c.seats = max(c.seats, text.Width(seatsCell(r.event)))
		}
		left -= c.seats + 2
	}
	for _, r := range rows {
		title = max(title, text.Width(t.mark(r.event))+text.Width(r.event.Title))
		place = max(place, min(mostPlace, text.Width(placeCell(r.event))))
		name = max(name, min(mostName, text.Width(r.event.Community)))
	}
	left -= 2 + c.time + 2
	if t.UI.Columns >= narrow {
		c.id = idColumns
		left -= c.id + 2
	}
	if t.UI.Columns >= wide {
		c.community = name
		left -= c.community + 2
	}
	if rest := left - 2 - min(
		title,
		max(leastTitle, left-2-place),
	); t.UI.Columns >= narrow &&
		place > 0 &&
		rest >= min(place, leastPlace) {
		c.place = min(place, rest)
		c.title = min(title, left-2-c.place)
		return c
	}
	c.title = min(title, left)
	return c
}

// dayLine writes a day, and whether it is today.
func (t *Table) dayLine(d event.Date) string {
	u := t.UI
	line := fmt.Sprintf(
		"%s (%s%s)",
		d,
		wording.Weekday(wording.Japanese, d.Weekday()),
		holidayMark(d),
	)
	if u.Columns < 24 {
		line = line[len("2006-"):]
	}
	if name := holiday.Name(d); name != "" && name != "休日" {
		line += " " + name
	}
	switch d.Sub(event.DateOf(t.Now.In(event.Tokyo))) {
	case 0:
		return u.Style(terminal.Reverse, text.Cut(line+" 今日", u.Columns-1))
	case 1:
		return u.Style(terminal.Bold, text.Cut(line+" 明日", u.Columns-1))
	}
	return u.Style(terminal.Bold, text.Cut(line, u.Columns-1))
}

// line writes one event.
func (t *Table) line(r row) string {
	u, e := t.UI, r.event
	when := text.Cut(timeCell(r.span, r.day), t.time)
	title, used := t.titleCell(e)
	if t.broken {
		return " " + when + "\n  " + title
	}
	cells := []string{u.Style(timeStyle(r, t.Now), terminal.Pad(when, t.time))}
	if t.id > 0 {
		cells = append(cells, u.Style(terminal.Dim, terminal.Pad(ShortID(e), t.id)))
	}
	if t.seats > 0 {
		cells = append(cells, terminal.Pad(seatsCell(e), t.seats))
	}
	cells = append(cells, title+strings.Repeat(" ", max(0, t.title-used)))
	if t.place > 0 {
		cells = append(cells, terminal.Pad(text.Cut(placeCell(e), t.place), t.place))
	}
	if t.community > 0 {
		name := text.Cut(e.Community, t.community)
		cells = append(cells, u.Style(CommunityStyle(e.Community), name))
	}
	return strings.TrimRight("  "+strings.Join(cells, "  "), " ")
}

// titleCell writes a title with its mark, linked to the event's page, and returns the
// columns it takes.
func (t *Table) titleCell(e event.Event) (cell string, columns int) {
	u, mark := t.UI, t.mark(e)
	title := text.Cut(e.Title, t.title-text.Width(mark))
	cell = u.Style(
		markStyle(e.Status),
		mark,
	) + u.Link(
		e.URL,
		u.Style(cmp.Or(titleStyle(e.Status), CommunityStyle(e.Community)), title),
	)
	return cell, text.Width(mark) + text.Width(title)
}

// ShortID returns as much of an event's id as people type.
func ShortID(e event.Event) string {
	id := e.ID()
	return id[:min(idColumns, len(id))]
}

// mark is what stands before the title of an event that does not take place as it
// was first announced.
func (t *Table) mark(e event.Event) string {
	switch {
	case e.Status == event.Cancelled:
		return unlessSaid(publish.MarkCancelled, e.Title)
	case e.Status == event.Postponed:
		return unlessSaid(publish.MarkPostponed, e.Title)
	case t.Moved[e.UID]:
		return "【変更】"
	case t.Doubtful[e.UID]:
		return "【要確認】"
	case e.Status == event.Tentative:
		return "【予定】"
	}
	return ""
}

// unlessSaid returns a mark, unless the title says the same already.
func unlessSaid(mark, title string) string {
	if strings.Contains(title, strings.Trim(mark, "【】")) {
		return ""
	}
	return mark
}

func markStyle(s event.Status) string {
	if s == event.Cancelled {
		return terminal.Red
	}
	return terminal.Amber
}

func titleStyle(s event.Status) string {
	if s == event.Cancelled {
		return terminal.Struck
	}
	return ""
}

// timeStyle returns the look of a time: what is on just now stands out.
func timeStyle(r row, now time.Time) string {
	if r.event.Status == event.Cancelled || r.event.AllDay() {
		return ""
	}
	if !r.event.Start.Time.After(now) && r.event.Over(publish.DefaultAssumed).After(now) {
		return terminal.Green
	}
	return ""
}

// timeCell writes when on a day an event is: hours, 終日, 時刻未発表, or the last day
// of several.
func timeCell(s event.Span, day event.Date) string {
	last := s.Start.Date
	if !s.End.IsZero() {
		last = s.End.Date
	}
	begun := s.Start.Date.Compare(day) < 0
	switch isOver := last != day; {
	case !s.TimeAnnounced():
		return wording.Unannounced(wording.Japanese)
	case s.AllDay():
		return allDayCell(begun, isOver, last)
	case !begun:
		return wording.Clock(s.Start.Time) + "–" + endCell(s, last)
	case isOver:
		return untilCell(last)
	}
	return "–" + wording.Clock(s.End.Time)
}

// allDayCell writes of a day of an event without hours whether more days follow.
func allDayCell(begun, goesOn bool, last event.Date) string {
	switch {
	case goesOn:
		return untilCell(last)
	case begun:
		return "終日 (最終)"
	}
	return "終日"
}

func untilCell(last event.Date) string { return "〜" + last.String()[5:] }

// endCell writes the end of what begins that day: the hour, or the last day of several.
func endCell(s event.Span, last event.Date) string {
	switch {
	case s.End.IsZero():
		return ""
	case last.Sub(s.Start.Date) > 1:
		return last.String()[5:]
	}
	return wording.Clock(s.End.Time)
}

// seatsCell writes how many seats are left, "" where no source tells.
func seatsCell(e event.Event) string {
	left, known := e.Seats.Left()
	switch {
	case !known, left == event.Unlimited:
		return ""
	case left == 0:
		return "満席"
	}
	return fmt.Sprintf("残り%d", left)
}

// placeCell writes where an event is in the fewest words.
func placeCell(e event.Event) string {
	switch {
	case e.Location != "":
		return e.Location
	case e.Mode == event.Online:
		return "オンライン"
	case slices.Contains(e.Inherited, "area"):
		return "(" + e.Area + ")" // the community's, not its own word
	}
	return e.Area
}
