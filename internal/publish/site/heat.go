package site

import (
	"fmt"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/wording"
)

// heatMonths is how many months a heat map shows.
const heatMonths = 3

// HeatWindow returns the days of a heat map that begins with the month of a day.
func HeatWindow(d event.Date) (first, last event.Date) {
	first, _ = Grid(d.Year, d.Month)
	end := time.Date(d.Year, d.Month+heatMonths-1, 1, 0, 0, 0, 0, time.UTC)
	_, last = Grid(end.Year(), end.Month())
	return first, last
}

// A HeatMonth is a month of the heat map, week by week.
type HeatMonth struct {
	Name  string
	Weeks [][]HeatCell
}

// A HeatCell is one day: the more is on, the higher its level, from 0 to 4.
type HeatCell struct {
	Day   int
	Date  event.Date
	Level int
	// Words tell all of it to those who do not see colours; Link asks about the day.
	Words, Link string
	// Rest is the style of a day off; Big is set where a large gathering is on.
	Rest string
	Big  bool
	// Outside days belong to another month, Over ones are past, Asked is the day asked
	// about, Free one on which nothing alike is on.
	Outside, Over, Asked, Free bool
}

// HeatMonths draws the heat map.
func (c Clash) HeatMonths() []HeatMonth {
	if len(c.Heat) == 0 {
		return nil
	}
	var all []HeatMonth
	middle := c.Heat[7].Date
	for n := range heatMonths {
		t := time.Date(middle.Year, middle.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		first, last := Grid(t.Year(), t.Month())
		m := HeatMonth{Name: monthName(c.Lang, t.Year(), t.Month())}
		for d := first; d.Compare(last) <= 0; d = d.Add(7) {
			var week []HeatCell
			for i := range 7 {
				week = append(week, c.heatCell(d.Add(i), t.Month()))
			}
			m.Weeks = append(m.Weeks, week)
		}
		all = append(all, m)
	}
	return all
}

// heatSteps are the numbers of events at which a day gets warmer.
var heatSteps = []int{1, 2, 4, 7}

func (c Clash) heatCell(d event.Date, month time.Month) HeatCell {
	cell := HeatCell{Day: d.Day, Date: d, Outside: d.Month != month, Rest: c.restDay(d)}
	at := d.Sub(c.Heat[0].Date)
	if cell.Outside || at < 0 || at >= len(c.Heat) {
		cell.Outside = true
		return cell
	}
	h := c.Heat[at]
	n := h.Events
	if c.Filter.Query != "" {
		n = h.Rivals
	}
	for _, step := range heatSteps {
		if n >= step {
			cell.Level++
		}
	}
	cell.Over = d.Compare(event.DateOf(c.Now)) < 0
	cell.Asked = c.Found != nil && d == c.Found.Day
	cell.Free = n == 0 && !cell.Over
	cell.Big = len(h.Big) > 0
	cell.Words = c.heatWords(h)
	cell.Link = c.Link("/clash", "date", d.String(), "q", c.Filter.Query) + "#result"
	if c.Static {
		cell.Link = c.Link("/month/" + d.String()[:7])
	}
	return cell
}

// heatWords says what is on on a day.
func (c Clash) heatWords(h publish.HeatDay) string {
	words := []string{wording.WeekDay(c.Lang, h.Date), c.holiday(h.Date), counted(c.Lang, h.Events)}
	if c.Filter.Query != "" {
		words = append(words, fmt.Sprintf(c.W().HeatRivals, h.Rivals))
	}
	for _, e := range h.Big {
		words = append(words, e.Title)
	}
	return joined(words, " · ")
}

// Large are the large gatherings of the heat map, in order, each once.
func (c Clash) Large() []Item {
	seen := map[string]bool{}
	var all []Item
	for _, h := range c.Heat {
		for _, e := range h.Big {
			over := h.Date.Compare(event.DateOf(c.Now)) < 0
			if seen[e.UID] || over || len(all) == mostLarge {
				continue
			}
			seen[e.UID] = true
			i := c.item(e, e.Start.Date, c.Now)
			i.Hours = wording.WeekDay(c.Lang, e.Start.Date)
			all = append(all, i)
		}
	}
	return all
}

// mostLarge is how many large gatherings are named.
const mostLarge = 8
