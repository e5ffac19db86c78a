package when

import (
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
)

// A Rule is a repetition: 毎週土曜, 毎月第3木曜, 隔週金曜, 毎月15日, "first
// Wednesday of each month". Exactly one of Weekdays and MonthDays is set.
type Rule struct {
	// Weekdays are the days of the week on which it falls.
	Weekdays []time.Weekday
	// Nth are the occurrences within the month, 1 to 5, -1 for the last; empty
	// for a weekly rule.
	Nth []int
	// MonthDays are days of the month, 1 to 31, -1 for the last.
	MonthDays []int
	// Every is the interval in weeks (weekly rules) or months; 0 counts as 1.
	Every int
	// Anchor is a day of the period from which Every is counted; with the zero
	// Date every other week is counted from the day asked for.
	Anchor event.Date
}

// horizon bounds the search for an occurrence, in days.
const horizon = 366 * 5

// On reports whether the rule falls on d, Every and Anchor apart.
func (r Rule) On(d event.Date) bool {
	if len(r.MonthDays) > 0 {
		last := d.Add(1).Month != d.Month
		for _, m := range r.MonthDays {
			if m == d.Day || m == -1 && last {
				return true
			}
		}
		return false
	}
	return r.hasWeekday(d.Weekday()) && r.hasNth(d)
}

func (r Rule) hasWeekday(w time.Weekday) bool {
	for _, x := range r.Weekdays {
		if x == w {
			return true
		}
	}
	return false
}

func (r Rule) hasNth(d event.Date) bool {
	if len(r.Nth) == 0 {
		return true
	}
	last := d.Add(7).Month != d.Month
	for _, n := range r.Nth {
		if n == (d.Day-1)/7+1 || n == -1 && last {
			return true
		}
	}
	return false
}

// due reports whether d lies in a period that Every selects.
func (r Rule) due(d, anchor event.Date) bool {
	if r.Every < 2 {
		return true
	}
	if len(r.Nth) > 0 || len(r.MonthDays) > 0 {
		n := (d.Year-anchor.Year)*12 + int(d.Month) - int(anchor.Month)
		return n%r.Every == 0
	}
	return floorDiv(d.Sub(monday(anchor)), 7)%r.Every == 0
}

func monday(d event.Date) event.Date { return d.Add(-(int(d.Weekday()) + 6) % 7) }

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// FirstFrom gives the first occurrence on or after d; the zero Date for a rule
// that never falls.
func (r Rule) FirstFrom(d event.Date) event.Date {
	anchor := r.Anchor
	for range horizon {
		if r.On(d) {
			if anchor.IsZero() {
				anchor = d
			}
			if r.due(d, anchor) {
				return d
			}
		}
		d = d.Add(1)
	}
	return event.Date{}
}

// Next gives the first occurrence later than after.
func (r Rule) Next(after event.Date) event.Date { return r.FirstFrom(after.Add(1)) }

// Between gives the occurrences from the day from to the day to, both included.
func (r Rule) Between(from, to event.Date) []event.Date {
	var out []event.Date
	if r.Anchor.IsZero() {
		r.Anchor = r.FirstFrom(from)
	}
	for d := r.FirstFrom(from); !d.IsZero() && d.Compare(to) <= 0; d = r.Next(d) {
		out = append(out, d)
	}
	return out
}

// RRULE gives the rule as in RFC 5545 section 3.3.10, without the "RRULE:".
func (r Rule) RRULE() string {
	var b strings.Builder
	monthly := len(r.Nth) > 0 || len(r.MonthDays) > 0
	if monthly {
		b.WriteString("FREQ=MONTHLY")
	} else {
		b.WriteString("FREQ=WEEKLY")
	}
	if r.Every > 1 {
		b.WriteString(";INTERVAL=" + strconv.Itoa(r.Every))
	}
	if len(r.MonthDays) > 0 {
		b.WriteString(";BYMONTHDAY=")
		for i, d := range r.MonthDays {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.Itoa(d))
		}
		return b.String()
	}
	b.WriteString(";BYDAY=" + r.byDay())
	return b.String()
}

func (r Rule) byDay() string {
	nth := r.Nth
	if len(nth) == 0 {
		nth = []int{0}
	}
	var parts []string
	for _, n := range nth {
		for _, w := range r.Weekdays {
			p := strings.ToUpper(w.String()[:2])
			if n != 0 {
				p = strconv.Itoa(n) + p
			}
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ",")
}

// String gives the rule in Japanese, as announcements write it.
func (r Rule) String() string {
	var b strings.Builder
	b.WriteString(r.period())
	for i, d := range r.MonthDays {
		if i > 0 {
			b.WriteString("・")
		}
		if d == -1 {
			b.WriteString("末日")
		} else {
			b.WriteString(strconv.Itoa(d) + "日")
		}
	}
	for i, n := range r.Nth {
		if i > 0 {
			b.WriteString("・")
		}
		if n == -1 {
			b.WriteString("最終")
		} else {
			b.WriteString("第" + strconv.Itoa(n))
		}
	}
	for i, w := range r.Weekdays {
		if i > 0 {
			b.WriteString("・")
		}
		b.WriteString(kanjiDays[w])
	}
	if len(r.Weekdays) > 0 {
		b.WriteString("曜")
	}
	return b.String()
}

var kanjiDays = [...]string{"日", "月", "火", "水", "木", "金", "土"}

func (r Rule) period() string {
	monthly := len(r.Nth) > 0 || len(r.MonthDays) > 0
	switch {
	case monthly && r.Every > 1:
		return strconv.Itoa(r.Every) + "か月ごと"
	case monthly:
		return "毎月"
	case r.Every == 2:
		return "隔週"
	case r.Every > 2:
		return strconv.Itoa(r.Every) + "週ごと"
	}
	return "毎週"
}
