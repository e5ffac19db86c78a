package site

import (
	"fmt"
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/wording"
)

// Habits are how a community usually meets, as its past events tell. Zero values stand
// for what they do not tell.
type Habits struct {
	// Count is of how many events the rest is told.
	Count int
	// Gap is the usual number of days from one event to the next, 0 where there is none.
	Gap int
	// Weekday and Hour are those of most events; -1 where most have none in common.
	Weekday, Hour int
	// Area is that of most events, Online whether most are.
	Area   string
	Online bool
	// Last is the day of the latest.
	Last event.Date
}

// The bounds of what is called a habit.
const (
	// leastPast is how many events tell of a habit.
	leastPast = 4
	// latestPast is how many of the latest are looked at.
	latestPast = 24
	// longestGap is the longest gap, in days, that is a rhythm.
	longestGap = 200
)

// HabitsOf tells the habits from events that are over, latest first.
func HabitsOf(past []event.Event) Habits {
	h := Habits{Weekday: -1, Hour: -1}
	var days []event.Date
	weekdays, hours, areas := map[int]int{}, map[int]int{}, map[string]int{}
	online := 0
	for _, e := range past[:min(len(past), latestPast)] {
		start := e.Start.In(e.Span.Location())
		if e.Status == event.Cancelled || start.IsZero() {
			continue
		}
		h.Count++
		weekdays[int(start.Date.Weekday())]++
		areas[e.Area]++
		if !start.AllDay() {
			hours[start.Time.Hour()]++
		}
		if e.Mode == event.Online {
			online++
		}
		if len(days) == 0 || days[len(days)-1] != start.Date {
			days = append(days, start.Date)
		}
	}
	if h.Count < leastPast {
		return h
	}
	h.Last, h.Gap = days[0], usualGap(days)
	h.Weekday = most(weekdays, h.Count, -1)
	h.Hour = most(hours, h.Count, -1)
	h.Area = most(areas, h.Count, "")
	h.Online = online*2 > h.Count
	return h
}

// most returns the value that more than half of n have, otherwise where there is none.
func most[T comparable](counts map[T]int, n int, otherwise T) T {
	for v, count := range counts {
		if count*2 > n {
			return v
		}
	}
	return otherwise
}

// usualGap returns the median of the gaps between days, latest first, 0 for no rhythm.
func usualGap(days []event.Date) int {
	var gaps []int
	for i := 1; i < len(days); i++ {
		gaps = append(gaps, days[i-1].Sub(days[i]))
	}
	if len(gaps) < leastPast-1 {
		return 0
	}
	slices.Sort(gaps)
	if g := gaps[len(gaps)/2]; g <= longestGap {
		return g
	}
	return 0
}

// Overdue reports whether the next event has usually taken place by now: its time is
// past, and not so long that the community has gone quiet.
func (h Habits) Overdue(now time.Time) bool {
	if h.Gap == 0 {
		return false
	}
	since := event.DateOf(now).Sub(h.Last)
	return since > h.Gap && since < 4*h.Gap
}

// Habits says how the community usually meets, a line each.
func (c Community) Habits() []string {
	h := HabitsOf(c.Past)
	w := c.W()
	var all []string
	if h.Gap > 0 {
		all = append(all, c.rhythm(h.Gap))
	}
	when := ""
	if h.Weekday >= 0 {
		when = fmt.Sprintf(w.RhythmWeekday, wording.Weekday(c.Lang, time.Weekday(h.Weekday)))
	}
	if h.Hour >= 0 {
		when = joined([]string{when, fmt.Sprintf(w.RhythmHour, h.Hour)}, w.RhythmJoin)
	}
	if when != "" {
		all = append(all, when)
	}
	switch {
	case h.Online:
		all = append(all, w.RhythmOnline)
	case h.Area != "":
		all = append(all, fmt.Sprintf(w.RhythmArea, c.AreaName(h.Area)))
	}
	return all
}

// rhythm says how often something takes place.
func (c Community) rhythm(gap int) string {
	w := c.W()
	switch {
	case gap <= 10:
		return w.RhythmWeekly
	case gap <= 18:
		return w.RhythmFortnight
	case gap <= 45:
		return w.RhythmMonthly
	}
	return fmt.Sprintf(w.RhythmMonths, (gap+15)/30)
}

// monthsOfActivity is how many months a community's activity is drawn for.
const monthsOfActivity = 24

// An Activity is how many events a community had month by month, drawn as bars.
type Activity struct {
	Label string
	Bars  []ActivityBar
}

// An ActivityBar is one month.
type ActivityBar struct{ X, Y, Height int }

// Activity draws the months up to this one, nil where there was nothing in them.
func (c Community) Activity() *Activity {
	var counts [monthsOfActivity]int
	total, highest := 0, 1
	for _, e := range slices.Concat(c.Past, c.Events) {
		d := e.Start.In(e.Span.Location()).Date
		n := monthsOfActivity - 1 - (c.Now.Year()-d.Year)*12 - int(c.Now.Month()-d.Month)
		if n < 0 || n >= monthsOfActivity || e.Status == event.Cancelled {
			continue
		}
		counts[n]++
		total++
		highest = max(highest, counts[n])
	}
	if total == 0 {
		return nil
	}
	a := &Activity{Label: fmt.Sprintf(c.W().ActivityLabel, monthsOfActivity, total)}
	for i, n := range counts {
		height := max(46*n/highest, 2)
		a.Bars = append(a.Bars, ActivityBar{X: i * 10, Y: 48 - height, Height: height})
	}
	return a
}
