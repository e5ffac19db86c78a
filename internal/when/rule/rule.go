// Package rule holds repetitions as announcements name them: 毎月第3木曜, every
// Thursday; and counts out the days on which they fall.
package rule

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/when/civil"
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
	// Months are the months in which it falls; empty for all.
	Months []time.Month
	// Every is the interval in weeks (weekly rules) or months; 0 counts as 1.
	Every int
	// Anchor is a day of the period from which Every is counted; with the zero
	// Date every other week is counted from the day asked for.
	Anchor event.Date
}

// horizon bounds the search for an occurrence, in days.
const horizon = 366 * 5

// Monthly reports whether the rule is counted in months.
func (r Rule) Monthly() bool { return len(r.Nth) > 0 || len(r.MonthDays) > 0 }

// On reports whether the rule falls on d, Every and Anchor apart.
func (r Rule) On(d event.Date) bool {
	if len(r.Months) > 0 && !slices.Contains(r.Months, d.Month) {
		return false
	}
	if len(r.MonthDays) == 0 {
		return r.onWeekday(d)
	}
	day := d.Day
	if d.Add(1).Month != d.Month && slices.Contains(r.MonthDays, -1) {
		day = -1
	}
	return slices.Contains(r.MonthDays, day)
}

// onWeekday reports whether d is one of the weekdays of the rule.
func (r Rule) onWeekday(d event.Date) bool {
	return slices.Contains(r.Weekdays, d.Weekday()) && r.hasNth(d)
}

func (r Rule) hasNth(d event.Date) bool {
	if len(r.Nth) == 0 {
		return true
	}
	last := d.Add(7).Month != d.Month
	return slices.Contains(r.Nth, (d.Day-1)/7+1) || last && slices.Contains(r.Nth, -1)
}

// due reports whether d lies in a period that Every selects.
func (r Rule) due(d, anchor event.Date) bool {
	if r.Every < 2 || len(r.Months) > 0 {
		return true
	}
	if r.Monthly() {
		n := (d.Year-anchor.Year)*12 + int(d.Month) - int(anchor.Month)
		return n%r.Every == 0
	}
	return civil.FloorDiv(d.Sub(monday(anchor)), 7)%r.Every == 0
}

func monday(d event.Date) event.Date { return d.Add(-(int(d.Weekday()) + 6) % 7) }

// FirstFrom returns the first occurrence on or after d; the zero Date for a rule
// that never falls.
func (r Rule) FirstFrom(d event.Date) event.Date {
	anchor := r.Anchor
	for range horizon {
		on := r.On(d)
		if on && anchor.IsZero() {
			anchor = d
		}
		if on && r.due(d, anchor) {
			return d
		}
		d = d.Add(1)
	}
	return event.Date{}
}

// Next returns the first occurrence later than after.
func (r Rule) Next(after event.Date) event.Date { return r.FirstFrom(after.Add(1)) }

// Between returns the occurrences from the day from to the day to, both included.
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

// RRULE returns the rule as in RFC 5545 section 3.3.10, without the "RRULE:".
func (r Rule) RRULE() string {
	parts := []string{"FREQ=WEEKLY"}
	if r.Monthly() {
		parts[0] = "FREQ=MONTHLY"
	}
	if r.Every > 1 && len(r.Months) == 0 {
		parts = append(parts, "INTERVAL="+strconv.Itoa(r.Every))
	}
	if len(r.Months) > 0 {
		parts = append(
			parts,
			"BYMONTH="+list(
				r.Months,
				",",
				func(m time.Month) string { return strconv.Itoa(int(m)) },
			),
		)
	}
	if len(r.MonthDays) > 0 {
		return strings.Join(
			append(parts, "BYMONTHDAY="+list(r.MonthDays, ",", strconv.Itoa)),
			";",
		)
	}
	return strings.Join(append(parts, "BYDAY="+r.byDay()), ";")
}

func (r Rule) byDay() string {
	if len(r.Nth) == 0 {
		return list(r.Weekdays, ",", short)
	}
	return list(r.Nth, ",", func(n int) string {
		return list(
			r.Weekdays,
			",",
			func(w time.Weekday) string { return strconv.Itoa(n) + short(w) },
		)
	})
}

func short(w time.Weekday) string { return strings.ToUpper(w.String()[:2]) }

func list[T any](items []T, sep string, write func(T) string) string {
	out := make([]string, len(items))
	for i, x := range items {
		out[i] = write(x)
	}
	return strings.Join(out, sep)
}

// String returns the rule in Japanese, as announcements write it.
func (r Rule) String() string {
	s := r.period() +
		list(r.MonthDays, "・", func(d int) string { return lastOr(d, "末日", "", "日") }) +
		list(r.Nth, "・", func(n int) string { return lastOr(n, "最終", "第", "") }) +
		list(r.Weekdays, "・", func(w time.Weekday) string { return KanjiDays[w] })
	if len(r.Weekdays) > 0 {
		s += "曜"
	}
	return s
}

func lastOr(n int, last, before, after string) string {
	if n == -1 {
		return last
	}
	return before + strconv.Itoa(n) + after
}

// KanjiDays are the days of the week as announcements print them, Sunday first.
var KanjiDays = [...]string{"日", "月", "火", "水", "木", "金", "土"}

func (r Rule) period() string {
	if len(r.Months) > 0 {
		return list(
			r.Months,
			"・",
			func(m time.Month) string { return strconv.Itoa(int(m)) + "月" },
		) + "の"
	}
	weekly := map[int]string{0: "毎週", 1: "毎週", 2: "隔週"}
	monthly := map[int]string{0: "毎月", 1: "毎月"}
	words, unit := weekly, "週ごと"
	if r.Monthly() {
		words, unit = monthly, "か月ごと"
	}
	if s, ok := words[r.Every]; ok {
		return s
	}
	return strconv.Itoa(r.Every) + unit
}
