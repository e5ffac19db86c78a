package site

import (
	"fmt"
	"strconv"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/wording"
)

// An Upcoming is the page of what is coming.
type Upcoming struct {
	Base
	Filter Filter
	// From is the first day shown, zero for today.
	From event.Date
	// Month is the first day of the month shown, zero where it is not one month.
	Month event.Date
	Now   time.Time
	// Events in their order; More follow them.
	Events []event.Event
	More   bool
	// Cursor is the place after the last of Events; After is set where the page begins
	// at such a place.
	Cursor string
	After  bool
	// Months count what is coming, month by month.
	Months []MonthCount
	// Communities and Coming count what the site knows.
	Communities, Coming int
	// Read and Unread count, where there is no event, the sources that were visited and
	// those that are still to be for the first time.
	Read, Unread int
}

// A MonthCount is how many events a month has.
type MonthCount struct {
	Year  int
	Month time.Month
	Count int
}

// Starting says that the first visits are under way, "" once they are over.
func (u Upcoming) Starting() string {
	if u.Unread == 0 || u.Static {
		return ""
	}
	return fmt.Sprintf(u.W().Starting, u.Read, u.Read+u.Unread)
}

// SourcesLink leads to what is read when.
func (u Upcoming) SourcesLink() string { return u.Link("/sources") }

// RenderUpcoming writes the page.
func RenderUpcoming(u Upcoming) ([]byte, error) { return render("upcoming.html", u) }

// Heading names what is listed.
func (u Upcoming) Heading() string {
	switch {
	case !u.Month.IsZero():
		return monthName(u.Lang, u.Month.Year, u.Month.Month)
	case u.Filter.Query != "":
		return u.Filter.Query + " — " + u.W().Upcoming
	}
	return u.W().Upcoming
}

// Front reports whether this is the first page of all: nothing is asked for.
func (u Upcoming) Front() bool {
	isAll := u.Filter.Query == "" && u.From.IsZero()
	return isAll && u.Month.IsZero() && !u.After
}

// Figures say how much the site knows.
func (u Upcoming) Figures() string {
	return wording.Fill(u.W().Figures, strconv.Itoa(u.Communities), strconv.Itoa(u.Coming))
}

// Days returns the events by the day on which they are next: what began earlier
// stands under today.
func (u Upcoming) Days() []Day {
	first := u.From
	if first.IsZero() {
		first = event.DateOf(u.Now)
	}
	if !u.Month.IsZero() && first.Compare(u.Month) < 0 {
		first = u.Month
	}
	return u.days(u.Events, first, u.Now)
}

// A Section is the days of a list that readers think of together: today, this weekend,
// next week, a month.
type Section struct {
	Name string
	// Today is set for the section of today, Month is the page of the section's month.
	Today bool
	Month string
	Days  []Day
}

// Sections returns the days in sections, in order. Of today and of the weekend ahead the
// first page says so where nothing is on.
func (u Upcoming) Sections() []Section {
	var all []Section
	today := event.DateOf(u.Now)
	for _, d := range u.Days() {
		name := u.sectionName(d.Date, today)
		if len(all) == 0 || all[len(all)-1].Name != name {
			all = append(all, Section{Name: name, Today: d.Date == today})
		}
		s := &all[len(all)-1]
		s.Days = append(s.Days, d)
	}
	if u.Front() && len(all) > 0 && !all[0].Today {
		all = append([]Section{{Name: u.W().Today, Today: true}}, all...)
	}
	return all
}

// sectionName names the section of a day.
func (u Upcoming) sectionName(d, today event.Date) string {
	w := u.W()
	sunday := today.Add(6 - monday(today))
	switch {
	case d == today:
		return w.Today
	case !u.Month.IsZero(), d.Compare(today) < 0, d.Compare(sunday.Add(7)) > 0:
		return shortMonth(u.Lang, d, today)
	case d.Compare(sunday) > 0:
		return w.NextWeek
	case monday(d) >= 5:
		return w.ThisWeekend
	}
	return w.ThisWeek
}

// TodayName says which day it is.
func (u Upcoming) TodayName() string { return wording.WeekDay(u.Lang, event.DateOf(u.Now)) }

// MonthLink leads to the same events as a month.
func (u Upcoming) MonthLink() string {
	d := u.Month
	if d.IsZero() {
		d = u.From
	}
	if d.IsZero() {
		d = event.DateOf(u.Now)
	}
	return u.Link("/month/"+d.String()[:7], "q", u.Filter.Query)
}

// Next returns the address of what follows, "" for nothing. A day may have more events
// than one page: it goes on after the last event, not after its day.
func (u Upcoming) Next() string {
	if !u.More || u.Static {
		return ""
	}
	pairs := []string{"q", u.Filter.Query, "cursor", u.Cursor}
	switch {
	case !u.Month.IsZero():
		pairs = append(pairs, "month", u.Month.String()[:7])
	case !u.From.IsZero():
		pairs = append(pairs, "from", u.From.String())
	}
	return u.Link("/", pairs...)
}

// A MonthLink leads to the events of one month.
type MonthLink struct {
	Name, Link string
	Count      int
	Chosen     bool
}

// MonthLinks lead to the months that have something, in order.
func (u Upcoming) MonthLinks() []MonthLink {
	var all []MonthLink
	for _, m := range u.Months {
		first := event.Date{Year: m.Year, Month: m.Month, Day: 1}
		link := u.Link("/", "q", u.Filter.Query, "month", first.String()[:7])
		if u.Static {
			link = u.Link("/month/" + first.String()[:7])
		}
		all = append(all, MonthLink{
			Name:   shortMonth(u.Lang, first, event.DateOf(u.Now)),
			Link:   link,
			Count:  m.Count,
			Chosen: first == u.Month,
		})
	}
	return all
}

// shortMonth names a month, its year only where it is not that of today.
func shortMonth(lang string, d, today event.Date) string {
	switch {
	case d.Year != today.Year:
		return monthName(lang, d.Year, d.Month)
	case lang == English:
		return d.Month.String()
	}
	return strconv.Itoa(int(d.Month)) + "月"
}
