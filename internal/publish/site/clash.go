package site

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/holiday"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/wording"
)

// A Clash is the page for organisers who choose a day.
type Clash struct {
	Base
	Filter Filter
	// Date is as typed, DateProblem is set where it is none.
	Date        string
	DateProblem bool
	Now         time.Time
	// Found is nil until a day was asked for.
	Found *publish.Clash
	// Heat are the days of the months around.
	Heat []publish.HeatDay
	// Due are communities that usually have announced their next event by now: what they
	// plan is not known yet.
	Due []CommunityLine
}

// RenderClash writes the page.
func RenderClash(c Clash) ([]byte, error) { return render("clash.html", c) }

// Named are the events found.
func (c Clash) Named() []event.Event {
	if c.Found == nil {
		return nil
	}
	var all []event.Event
	for _, r := range slices.Concat(c.Found.On, c.Found.Near) {
		all = append(all, r.Event)
	}
	return all
}

// DayName says the day asked for in full.
func (c Clash) DayName() string { return wording.FullDay(c.Lang, c.Found.Day) }

// DayHoliday says what is special about the day asked for, "" for nothing.
func (c Clash) DayHoliday() string { return holiday.Words(c.Lang, c.Found.Day) }

// On and Near say the events found.
func (c Clash) On() []Item { return c.items(c.Found.On) }

// Near says those of the days around.
func (c Clash) Near() []Item {
	items := c.items(c.Found.Near)
	for i, r := range c.Found.Near {
		items[i].Hours = wording.WeekDay(c.Lang, c.Found.Day.Add(r.Away))
	}
	return items
}

func (c Clash) items(all []publish.Rival) []Item {
	var items []Item
	for _, r := range all {
		i := c.item(r.Event, c.Found.Day.Add(r.Away), c.Now)
		i.Over, i.Shares = false, r.Shares
		items = append(items, i)
	}
	return items
}

// A ClashDay is one of the days around.
type ClashDay struct {
	Name, Link     string
	Events, Rivals int
	Free, Asked    bool
	Weekend        bool
	// Holiday says what is special about the day, "" for nothing.
	Holiday string
}

// Days says the days around, in order.
func (c Clash) Days() []ClashDay {
	var all []ClashDay
	today := event.DateOf(c.Now)
	for _, d := range c.Found.Days {
		if d.Date.Compare(today) < 0 && d.Date != c.Found.Day {
			continue
		}
		wd := d.Date.Weekday()
		all = append(all, ClashDay{
			Name:    wording.WeekDay(c.Lang, d.Date),
			Link:    c.Link("/clash", "date", d.Date.String(), "q", c.Filter.Query) + "#result",
			Events:  d.Events,
			Rivals:  d.Rivals,
			Free:    d.Free,
			Asked:   d.Date == c.Found.Day,
			Holiday: holiday.Words(c.Lang, d.Date),
			Weekend: wd == time.Saturday || wd == time.Sunday,
		})
	}
	return all
}

// Counted says how many events a day has.
func (c Clash) Counted(n int) string { return counted(c.Lang, n) }

func counted(lang string, n int) string {
	switch {
	case lang == Japanese:
		return strconv.Itoa(n) + "件"
	case n == 1:
		return "1 event"
	}
	return strconv.Itoa(n) + " events"
}

// Sharing joins the terms that an event has in common with the question.
func (c Clash) Sharing(terms []string) string { return strings.Join(terms, " · ") }
