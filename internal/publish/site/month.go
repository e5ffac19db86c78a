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
	Filter Filter
	Year   int
	Month  time.Month
	Now    time.Time
	// Events are those that are held on a day of the grid, in their order.
	Events []event.Event
}

// inCell is how many events a day of the grid names; the day's own page has all.
const inCell = 6

// A Cell is one day of the grid.
type Cell struct {
	Date event.Date
	Day  int
	// Name is the day with its weekday, and its year where it is not the month's.
	Name    string
	Outside bool
	Today   bool
	// Rest is the style of a day off, Holiday names a public holiday; "" for none.
	Rest, Holiday string
	// Bars are the events of several days, in the lanes of their week.
	Bars  []Bar
	Items []Item
	// More counts the events that are not named, Link leads to the day's own list.
	More int
	Link string
}

// Empty reports whether nothing is on.
func (c Cell) Empty() bool { return len(c.Items)+len(c.Bars) == 0 }

// A Bar is the part of an event of several days that lies in one cell: where it begins
// in its week it has the event and the number of days it goes on for, on the days after
// that Rest is set. The zero Bar is a lane that is free on the day.
type Bar struct {
	*Item
	Days int
	Rest bool
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

// TodayLink leads to the month of today, "" from there.
func (m Month) TodayLink() string {
	if m.Now.Year() == m.Year && m.Now.Month() == m.Month {
		return ""
	}
	return m.Link("/month", "q", m.Filter.Query)
}

// Weekdays are the heads of the columns.
func (b Base) Weekdays() []Weekday {
	var all []Weekday
	for i := range 7 {
		d := time.Weekday((i + 1) % 7)
		short := wording.Weekday(b.Lang, d)
		long := short + "曜日"
		if b.Lang == English {
			long = d.String()
		}
		all = append(all, Weekday{short, long, restDays[d]})
	}
	return all
}

// A Weekday is the head of a column; Rest is the style of a day off, "" for none.
type Weekday struct{ Short, Long, Rest string }

// restDays are the styles of the days of the weekend.
var restDays = map[time.Weekday]string{time.Saturday: "sat", time.Sunday: "sun"}

// restDay returns the style of a day off: a weekend's or a public holiday's.
func (b Base) restDay(d event.Date) string {
	if holiday.Is(d) {
		return "sun"
	}
	return restDays[d.Weekday()]
}

// holiday says what is special about a day, "" for nothing.
func (b Base) holiday(d event.Date) string { return holiday.Words(b.Lang, d) }

// Weeks returns the grid row by row.
func (m Month) Weeks() [][]Cell {
	first, last := Grid(m.Year, m.Month)
	cells := m.cells(first, last)
	var weeks [][]Cell
	for i := 0; i < len(cells); i += 7 {
		weeks = append(weeks, cells[i:i+7])
	}
	c := m.Calendar.WithDefaults()
	for _, e := range m.Events {
		days := query.HeldOn(e, first, last, c.Zone, c.Assumed)
		if isLong(e, days) {
			m.lay(weeks, e, days, first)
			continue
		}
		for _, d := range days {
			m.put(&cells[d.Sub(first)], e, d)
		}
	}
	return weeks
}

// cells returns the days from first to last, with nothing on.
func (m Month) cells(first, last event.Date) []Cell {
	today, begin := event.DateOf(m.Now), event.Date{Year: m.Year, Month: m.Month, Day: 1}
	cells := make([]Cell, last.Sub(first)+1)
	for i := range cells {
		d := first.Add(i)
		cells[i] = Cell{
			Date:    d,
			Day:     d.Day,
			Name:    wording.NearDay(m.Lang, d, begin),
			Outside: d.Month != m.Month,
			Today:   d == today,
			Rest:    m.restDay(d),
			Holiday: m.holiday(d),
		}
		if !m.Static {
			q := query.With(m.Filter.Term, "on", d.String())
			cells[i].Link = m.Link("/", "q", q, "from", d.String())
		}
	}
	return cells
}

// put names an event in a cell, or counts it where the cell is full.
func (m Month) put(cell *Cell, e event.Event, d event.Date) {
	if len(cell.Items)+len(cell.Bars) >= inCell && !m.Static {
		cell.More++
		return
	}
	i := m.item(e, d, m.Now)
	i.Hours = short(e, d)
	cell.Items = append(cell.Items, i)
}

// isLong reports whether an event lasts through days that follow each other, and not
// only through a night.
func isLong(e event.Event, days []event.Date) bool {
	n := len(days)
	if n < 2 || days[n-1].Sub(days[0]) != n-1 {
		return false
	}
	const night = 24 * time.Hour
	return e.AllDay() || e.End.Time.Sub(e.Start.Time) >= night
}

// lay puts a long event as a bar into each week that it touches, in the first lane that
// is free on all its days there.
func (m Month) lay(weeks [][]Cell, e event.Event, days []event.Date, first event.Date) {
	for n := 0; n < len(days); {
		at := days[n].Sub(first)
		week, from := weeks[at/7], at%7
		to := min(from+len(days)-n, 7)
		item := m.item(e, days[n], m.Now)
		item.Hours = ""
		lane := freeLane(week[from:to])
		for i := from; i < to; i++ {
			cell := &week[i]
			for len(cell.Bars) <= lane {
				cell.Bars = append(cell.Bars, Bar{})
			}
			cell.Bars[lane] = Bar{Item: &item, Days: to - from, Rest: i > from}
		}
		n += to - from
	}
}

// freeLane returns the first lane in which none of the cells has a bar.
func freeLane(cells []Cell) int {
	for lane := 0; ; lane++ {
		taken := slices.ContainsFunc(cells, func(c Cell) bool {
			return lane < len(c.Bars) && c.Bars[lane].Item != nil
		})
		if !taken {
			return lane
		}
	}
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
	return m.Link("/", "q", m.Filter.Query, "month", fmt.Sprintf("%d-%02d", m.Year, m.Month))
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
