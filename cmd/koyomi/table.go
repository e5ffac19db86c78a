package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// weekdays are the days as Japanese calendars print them.
var weekdays = [...]string{"日", "月", "火", "水", "木", "金", "土"}

// A row is one line of the table: an event on the day it begins, or today where
// it began before.
type row struct {
	day   event.Date
	event event.Event
}

// table lays events out by day for a terminal of so many columns: the day once,
// then time, title, and where there is room place and community.
func (u *ui) table(events []event.Event, now time.Time) []byte {
	var b bytes.Buffer
	today := event.DateOf(now.In(event.Tokyo))
	var last event.Date
	for _, e := range events {
		r := row{day: e.Start.Date, event: e}
		if r.day != last {
			if !last.IsZero() {
				b.WriteByte('\n')
			}
			b.WriteString(u.dayLine(r.day, today) + "\n")
			last = r.day
		}
		b.WriteString(u.eventLine(r) + "\n")
	}
	return b.Bytes()
}

func (u *ui) dayLine(d, today event.Date) string {
	line := fmt.Sprintf("%s (%s)", d, weekdays[d.Weekday()])
	switch d.Sub(today) {
	case 0:
		return u.style(styleBold, line+"  今日")
	case 1:
		return u.style(styleBold, line+"  明日")
	}
	return u.style(styleBold, line)
}

// timeWidth is that of "19:00–20:40" and of "〜06-12".
const timeWidth = 11

func (u *ui) eventLine(r row) string {
	e := r.event
	left := "  " + pad(timeCell(e.Span), timeWidth) + "  "
	place, who := placeCell(e), e.Community
	room := max(u.columns-1, 40) - text.Width(left)
	title := e.Title
	mark := ""
	switch e.Status {
	case event.Cancelled:
		mark = "【中止】"
	case event.Postponed:
		mark = "【延期】"
	case event.Tentative:
		mark = "（予定）"
	}
	placeWidth, whoWidth := 0, 0
	if room >= 70 {
		placeWidth, whoWidth = min(28, room/4), 14
	}
	titleWidth := room - placeWidth - whoWidth - text.Width(mark)
	if placeWidth > 0 {
		titleWidth -= 4
	}
	cell := text.Cut(title, max(titleWidth, 10))
	line := left + u.style(markStyle(e.Status), mark) + u.styleTitle(e.Status, cell)
	if placeWidth == 0 {
		return line
	}
	line += strings.Repeat(" ", max(0, titleWidth-text.Width(cell))) + "  "
	return strings.TrimRight(line+pad(text.Cut(place, placeWidth), placeWidth)+"  "+u.style(styleDim, text.Cut(who, whoWidth)), " ")
}

func markStyle(s event.Status) string {
	if s == event.Cancelled {
		return styleRed
	}
	return styleAmber
}

func (u *ui) styleTitle(s event.Status, title string) string {
	if s == event.Cancelled {
		return u.style("9", title)
	}
	return title
}

// timeCell writes when on its day an event is: hours, 終日, or the last day of several.
func timeCell(s event.Span) string {
	switch {
	case s.AllDay() && (s.End.IsZero() || s.End.Date == s.Start.Date):
		return "終日"
	case s.AllDay():
		return "〜" + s.End.Date.String()[5:]
	case s.End.IsZero():
		return s.Start.Time.Format("15:04") + "–"
	case s.End.Date != s.Start.Date && s.End.Date.Sub(s.Start.Date) > 1:
		return s.Start.Time.Format("15:04") + "–" + s.End.Date.String()[5:]
	}
	return s.Start.Time.Format("15:04") + "–" + s.End.Time.Format("15:04")
}

// placeCell writes where an event is in the fewest words.
func placeCell(e event.Event) string {
	switch {
	case e.Location != "":
		return e.Location
	case e.Mode == event.Online:
		return "オンライン"
	}
	return e.Area
}
