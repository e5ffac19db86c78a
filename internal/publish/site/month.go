package site

import (
	"fmt"
	"slices"
	"time"

	"koyomi/internal/holiday"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/query"
	"koyomi/internal/wording"
)

// A Month is the page of one month as a grid of weeks from Monday to Sunday.
type Month struct {
	Base
	Filter    Filter
	Subscribe Subscribe
	Year      int
	Month     time.Month
	Now       time.Time
	// Events are those that are held on a day of the grid, in their order.
	Events []event.Event
}

// inCell is how many events a day of the grid names; the day's own page has all.
const inCell = 6

// A Cell is one day of the grid.
type Cell struct {
	Date event.Date
	Day  int
	// Name is the day in full, Weekday 0 for Monday.
	Name    string
	Outside bool
	Today   bool
	// Holiday says what is special about the day, "" for nothing.
	Holiday string
	Items   []Item
	// More counts the events that are not named, Link leads to the day's own list.
	More int
	Link string
}

// RenderMonth writes the page.
func RenderMonth(m Month) ([]byte, error) { return render("month.html", m) }

// Grid returns the first and the last day of the grid of a month.
func Grid(year int, month time.Month) (first, last event.Date) {
	begin := event.Date{Year: year, Month: month, Day: 1}
	end := event.DateOf(time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC))
	return begin.Add(-monday(begin)), end.Add(6 - monday(end))
}

// monday counts the days since Monday.
func monday(d event.Date) int { return (int(d.Weekday()) + 6) % 7 }

// Title names the month.
func (m Month) Title() string { return monthName(m.Lang, m.Year, m.Month) }

func monthName(lang string, year int, month time.Month) string {
	if lang == English {
		return fmt.Sprintf("%s %d", month, year)
	}
	return fmt.Sprintf("%d年%d月", year, month)
}

// Weekdays are the heads of the columns.
func (m Month) Weekdays() []Weekday {
	var all []Weekday
	for i := range 7 {
		d := time.Weekday((i + 1) % 7)
		short := wording.Weekday(m.Lang, d)
		long := short + "曜日"
		if m.Lang == English {
			long = d.String()
		}
		all = append(all, Weekday{short, long})
	}
	return all
}

// A Weekday is the head of a column.
type Weekday struct{ Short, Long string }

// Weeks returns the grid row by row.
func (m Month) Weeks() [][]Cell {
	c := m.Calendar.WithDefaults()
	first, last := Grid(m.Year, m.Month)
	today := event.DateOf(m.Now)
	cells := make([]Cell, last.Sub(first)+1)
	for i := range cells {
		d := first.Add(i)
		cells[i] = Cell{
			Date:    d,
			Day:     d.Day,
			Name:    wording.FullDay(m.Lang, d),
			Outside: d.Month != m.Month,
			Today:   d == today,
			Holiday: holiday.Words(m.Lang, d),
		}
		if !m.Static {
			cells[i].Link = m.Link(
				"/",
				"q",
				query.With(m.Filter.Term, "on", d.String()),
				"from",
				d.String(),
			)
		}
	}
	for _, e := range m.Events {
		for _, d := range query.HeldOn(e, first, last, c.Zone, c.Assumed) {
			cell := &cells[d.Sub(first)]
			if len(cell.Items) == inCell && !m.Static {
				cell.More++
				continue
			}
			i := m.item(e, d, m.Now)
			i.Hours = short(e, d)
			cell.Items = append(cell.Items, i)
		}
	}
	var weeks [][]Cell
	for i := 0; i < len(cells); i += 7 {
		weeks = append(weeks, cells[i:i+7])
	}
	return weeks
}

// short writes when on a day an event begins, "" where it goes on or takes all day.
func short(e event.Event, on event.Date) string {
	start := e.Start.In(e.Span.Location())
	for _, s := range e.Sessions {
		if s.Start.Date == on {
			start = s.Start
		}
	}
	if start.AllDay() || start.Date != on {
		return ""
	}
	return start.Time.Format("15:04")
}

// Previous and Next lead to the months beside it.
func (m Month) Previous() string { return m.beside(-1) }

// Next leads to the month after it.
func (m Month) Next() string { return m.beside(1) }

func (m Month) beside(n int) string {
	t := time.Date(m.Year, m.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	if m.Static &&
		!slices.Contains(Months(m.Calendar, event.DateOf(m.Now)), t.Format("2006-01")) {
		return ""
	}
	return m.Link("/month/"+t.Format("2006-01"), "q", m.Filter.Query)
}

// ListLink leads to the same events as a list.
func (m Month) ListLink() string {
	if m.Static {
		return m.Link("/")
	}
	from := ""
	if first := (event.Date{Year: m.Year, Month: m.Month, Day: 1}); first.Compare(
		event.DateOf(m.Now),
	) > 0 {
		from = first.String()
	}
	return m.Link("/", "q", m.Filter.Query, "from", from)
}

// Months returns the months that a calendar's window touches on a day, in order, as
// "2006-01".
func Months(c publish.Calendar, d event.Date) []string {
	from, until := c.Window(d)
	var all []string
	for t := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, from.Location()); t.Before(until); t = t.AddDate(0, 1, 0) {
		all = append(all, t.Format("2006-01"))
	}
	return all
}
