package view

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"io"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/wording"
)

// Grids are the spans of days that are laid out as a calendar: a week or a month.
var Grids = []string{"week", "month"}

// GridDays returns the first and the last day of the grid that shows a day, from a Monday
// to a Sunday.
func GridDays(grid string, day event.Date) (first, last event.Date) {
	first, last = day, day
	if grid == "month" {
		first = day.Add(1 - day.Day)
		last = event.DateOf(time.Date(day.Year, day.Month+1, 0, 0, 0, 0, 0, time.UTC))
	}
	first = first.Add(-(int(first.Weekday()) + 6) % 7)
	return first, last.Add((7 - int(last.Weekday())) % 7)
}

// A grid is events laid out in columns of a day.
type grid struct {
	ui          *terminal.UI
	today       event.Date
	first, last event.Date
	// month is the one that is shown, 0 for a week: days of others are dim.
	month time.Month
	// width is that of a column, rows how many events it shows; the others are counted.
	width, rows int
	days        map[event.Date][]event.Event
}

// The bounds of a grid: below leastCell columns a day shows how many events it has.
const (
	leastCell   = 9
	rowsOfMonth = 4
	rowsOfWeek  = 30
)

// WriteGrid writes events as a calendar of the week or the month of a day.
func (p *Printer) WriteGrid(
	w io.Writer,
	name string,
	day event.Date,
	events []event.Event,
) error {
	g := grid{
		ui:    p.UI,
		today: event.DateOf(p.Now().In(event.Tokyo)),
		width: max((p.UI.Columns-1)/7, 2),
		rows:  rowsOfWeek,
		days:  map[event.Date][]event.Event{},
	}
	g.first, g.last = GridDays(name, day)
	if name == "month" {
		g.month, g.rows = day.Month, rowsOfMonth
	}
	for _, e := range events {
		g.add(e)
	}
	var b bytes.Buffer
	heading := fmt.Sprintf("%d-%02d", day.Year, day.Month)
	if name == "week" {
		heading = g.first.String() + " – " + g.last.String()
	}
	b.WriteString(p.UI.Style(terminal.Bold, text.Cut(heading, p.UI.Columns-1)) + "\n")
	g.weekdays(&b)
	for monday := g.first; monday.Compare(g.last) <= 0; monday = monday.Add(7) {
		g.week(&b, monday)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// add puts an event under each of its days.
func (g grid) add(e event.Event) {
	s := here(e.Span)
	last := s.Start.Date
	if !s.End.IsZero() {
		last = s.End.Date
	}
	for d := s.Start.Date; d.Compare(last) <= 0; d = d.Add(1) {
		if d.Compare(g.last) > 0 {
			return
		}
		if d.Compare(g.first) >= 0 {
			g.days[d] = append(g.days[d], e)
		}
	}
}

func (g grid) weekdays(b *bytes.Buffer) {
	var cells []string
	for i := range 7 {
		name := wording.Weekday(wording.Japanese, g.first.Add(i).Weekday())
		cells = append(cells, g.ui.Style(terminal.Dim, terminal.Pad(name, g.width)))
	}
	g.line(b, cells)
}

// line writes one line of cells, without blanks at its end.
func (g grid) line(b *bytes.Buffer, cells []string) {
	b.WriteString(strings.TrimRight(strings.Join(cells, ""), " ") + "\n")
}

// week writes the days of one week and what is on.
func (g grid) week(b *bytes.Buffer, monday event.Date) {
	var numbers []string
	rows := 0
	for i := range 7 {
		d := monday.Add(i)
		numbers = append(numbers, g.number(d))
		rows = max(rows, len(g.days[d]))
	}
	g.line(b, numbers)
	if g.width < leastCell {
		return
	}
	for row := range min(rows, g.rows+1) {
		var cells []string
		for i := range 7 {
			cells = append(cells, g.cell(g.days[monday.Add(i)], row))
		}
		g.line(b, cells)
	}
}

// number writes the number of a day; in a narrow grid with how many events it has.
func (g grid) number(d event.Date) string {
	words := fmt.Sprint(d.Day)
	style := terminal.Bold
	switch {
	case d == g.today:
		style = terminal.Reverse
	case g.month != 0 && d.Month != g.month:
		style = terminal.Dim
	}
	padded := strings.Repeat(" ", max(0, g.width-len(words)))
	if n := len(g.days[d]); n > 0 && g.width < leastCell {
		count := text.Cut(fmt.Sprintf("·%d", n), max(g.width-len(words), 0))
		padded = terminal.Pad(count, g.width-len(words))
	}
	return g.ui.Style(style, words) + padded
}

// cell writes one event of a day, or in the last row how many more there are.
func (g grid) cell(events []event.Event, row int) string {
	if row >= len(events) {
		return strings.Repeat(" ", g.width)
	}
	if more := len(events) - row; row == g.rows {
		return g.ui.Style(terminal.Dim, terminal.Pad(fmt.Sprintf("+%d", more), g.width))
	}
	e := events[row]
	words := e.Title
	if start := here(e.Span).Start; !start.AllDay() {
		words = wording.Clock(start.Time) + " " + words
	}
	words = text.Cut(words, g.width-1)
	blanks := strings.Repeat(" ", g.width-text.Width(words))
	style := titleStyle(e.Status)
	if style == "" {
		style = CommunityStyle(e.Community)
	}
	return g.ui.Link(e.URL, g.ui.Style(style, words)) + blanks
}

// communityStyles are the looks of communities: colours that read on light and dark
// grounds.
var communityStyles = []string{
	"34",
	"35",
	"36",
	"32",
	"33",
	"1;34",
	"1;35",
	"1;36",
	"1;32",
	"1;33",
}

// CommunityStyle returns the look of a community, the same each time; "" for none.
func CommunityStyle(id string) string {
	if id == "" {
		return ""
	}
	h := fnv.New32a()
	h.Write([]byte(id))
	return communityStyles[h.Sum32()%uint32(len(communityStyles))]
}
