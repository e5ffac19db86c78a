package parse

import (
	"time"

	"koyomi/internal/event"
	"koyomi/internal/when/civil"
	"koyomi/internal/when/grammar"
)

// day makes a Day of what a form has read; false where the calendar has none.
func (p *parser) day(v *grammar.Value) (Day, bool) {
	d := Day{
		M:  int8(v.Get(grammar.Month)),
		D:  int8(v.Get(grammar.Day)),
		Wd: -1,
		Fl: v.Flags(),
	}
	switch {
	case v.Has(grammar.Rel):
		return p.away(v.Get(grammar.Rel), d.Fl), true
	case v.Has(grammar.Week):
		return p.weekdayOf(v.Get(grammar.Week), v.Get(grammar.Weekday), d.Fl), true
	case v.Has(grammar.RelMonth):
		p.monthAway(&d, v.Get(grammar.RelMonth))
	}
	if !p.year(&d, v) {
		d.Fl |= Ancient
		return d, v.Has(grammar.Era) && v.Has(grammar.Day)
	}
	if v.Flag(grammar.MonthFirst) && p.c.DayFirst && d.D <= 12 {
		d.M, d.D = d.D, d.M
	}
	return d, p.complete(&d, v)
}

// complete fills what a date is made of and reports whether the calendar has it.
func (p *parser) complete(d *Day, v *grammar.Value) bool {
	switch {
	case v.Flag(grammar.Invalid):
		p.doc.Invalid = true
		return false
	case v.Flag(grammar.Whole):
		d.D = 0
		return d.M >= 1 && d.M <= 12
	case v.Has(grammar.Nth):
		d.Nth, d.Wd = int8(v.Get(grammar.Nth)), int8(v.Get(grammar.Weekday))
		return true
	case v.Flag(grammar.DayOnly):
		return d.D > 0
	}
	return d.valid() || p.invalid()
}

// invalid remembers that a day was met that the calendar does not have.
func (p *parser) invalid() bool {
	p.doc.Invalid = true
	return false
}

// valid reports whether the calendar has the day; without a year, some year.
func (d *Day) valid() bool {
	if d.Y == 0 {
		return civil.ValidMD(int(d.M), int(d.D))
	}
	return civil.Valid(int(d.Y), int(d.M), int(d.D))
}

// lastYears are the last years of the eras that are over, and of the present one.
var lastYears = map[int]int{2018: 82, 1988: 40, 1925: 64, 1911: 15, 1867: 45}

// year sets the year as it is printed; false where it cannot be meant.
func (p *parser) year(d *Day, v *grammar.Value) bool {
	y := v.Get(grammar.Year)
	switch {
	case v.Has(grammar.Year) && v.Has(grammar.Short):
		d.AltY = int16(2000 + v.Get(grammar.Short))
	case v.Has(grammar.Year), d.Y != 0 && !v.Has(grammar.Era):
	case v.Has(grammar.Era):
		if v.Get(grammar.EraYear) > lastYears[v.Get(grammar.Era)] {
			return false
		}
		y = v.Get(grammar.Era) + v.Get(grammar.EraYear)
	case v.Flag(grammar.AnyEra):
		y = p.nearestYear(v.Get(grammar.Short))
		return p.setYear(d, y)
	case v.Has(grammar.Short):
		return p.setYear(d, p.shortYear(v.Get(grammar.Short)))
	default:
		return true
	}
	if y == 0 {
		return true
	}
	return p.setYear(d, y)
}

func (p *parser) setYear(d *Day, y int) bool {
	d.Y = int16(y)
	return y >= civil.MinYear && y <= civil.MaxYear
}

// nearestYear returns the year that two digits before 年 mean: the one of 20xx, 令和
// and 平成 nearest to the publication; 0 for none.
func (p *parser) nearestYear(n int) int {
	best := 0
	for _, base := range [...]int{2000, 1988, 2018} {
		if y := base + n; best == 0 || p.years(y) < p.years(best) {
			best = y
		}
	}
	if p.years(best) > 20 {
		return 0
	}
	return best
}

// years is how far y lies from the year of publication.
func (p *parser) years(y int) int { return abs(y - p.c.Ref.Year) }

func abs(n int) int { return max(n, -n) }

// shortYear returns the year of two digits between signs; 0 where it lies too far off.
func (p *parser) shortYear(n int) int {
	y := 2000 + n
	if y > p.c.Ref.Year+3 || y < p.c.Ref.Year-15 {
		return 0
	}
	return y
}

func dayOf(d event.Date, fl int32) Day {
	return Day{
		Y:  int16(d.Year),
		M:  int8(d.Month),
		D:  int8(d.Day),
		Wd: -1,
		Fl: fl | Relative,
	}
}

// away is the day n days from the publication.
func (p *parser) away(n int, fl int32) Day { return dayOf(p.c.Ref.Add(n), fl) }

// nextOne is the week that stands for the next such day.
const nextOne = 9

// weekdayOf is the weekday of the week n weeks from that of the publication.
func (p *parser) weekdayOf(week, weekday int, fl int32) Day {
	ref := int(p.c.Ref.Weekday())
	if week != nextOne {
		return p.away((weekday+6)%7-(ref+6)%7+7*week, fl)
	}
	ahead := (weekday - ref + 7) % 7
	if ahead == 0 {
		ahead = 7
	}
	return p.away(ahead, fl)
}

// monthAway sets year and month n months from the publication.
func (p *parser) monthAway(d *Day, n int) {
	m := time.Date(p.c.Ref.Year, p.c.Ref.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	d.Y, d.M = int16(m.Year()), int8(m.Month())
	d.Fl |= Relative
}
