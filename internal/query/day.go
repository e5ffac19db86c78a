package query

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// Days reads which days a text means, seen from now in zone (nil is Asia/Tokyo):
// a date (2026-06-10, 2026/6/10, 2026年6月10日, 20260610), a month (2026-06) or
// year, a day of this or next year (6/10, 6月10日: the next one), today and its
// neighbours (today, 今日, 明日, 昨日, 明後日), +7d, -3d, +2w, a weekday (sat, 土曜:
// the next one, today counting), or days together (今週, 来週, 先週, 今週末,
// 来週末, 来週土曜, 今月, 来月, 先月, this-week, next-weekend). last equals first
// for a single day. Weeks begin on Monday.
func Days(
	s string,
	now time.Time,
	zone *time.Location,
) (first, last event.Date, err error) {
	env := Env{Now: now, Zone: zone}.withDefaults()
	d, ok := parseDays(text.Fold(s))
	if !ok {
		return first, last, fmt.Errorf("%q is no day; %s", text.Line(s, 40), dayHint)
	}
	first, last = d.resolve(event.DateOf(env.Now))
	if !inRange(first) || !inRange(last) {
		return event.Date{}, event.Date{}, errors.New(
			"a day outside the years 1900 to 2199",
		)
	}
	return first, last, nil
}

// Day is Days for a single day: the first one that is meant.
func Day(s string, now time.Time, zone *time.Location) (event.Date, error) {
	first, _, err := Days(s, now, zone)
	return first, err
}

const dayHint = "use 2026-06-10, 6/10, today, +7d, 土曜 or 今週末"

func inRange(d event.Date) bool { return d.Valid() && d.Year >= 1900 && d.Year <= 2199 }

// A days is a day or several as told, from today or absolutely: its canonical
// words, and how they are resolved.
type days struct {
	name    string
	resolve func(today event.Date) (first, last event.Date)
}

func single(name string, f func(today event.Date) event.Date) days {
	return days{
		name,
		func(today event.Date) (event.Date, event.Date) { d := f(today); return d, d },
	}
}

func offset(name string, n int) days {
	return single(name, func(t event.Date) event.Date { return t.Add(n) })
}

// week returns the Monday of the week of d, n weeks on.
func week(d event.Date, n int) event.Date {
	return d.Add(7*n - (int(d.Weekday())+6)%7)
}

func weeks(name string, n, from, to int) days {
	return days{name, func(t event.Date) (event.Date, event.Date) {
		m := week(t, n)
		return m.Add(from), m.Add(to)
	}}
}

func months(name string, n int) days {
	return days{
		name,
		func(t event.Date) (event.Date, event.Date) { return month(t.Year, int(t.Month)+n) },
	}
}

// month returns the first and last day of a month; 13 is January of the next year.
func month(year, m int) (event.Date, event.Date) {
	first := event.DateOf(time.Date(year, time.Month(m), 1, 0, 0, 0, 0, time.UTC))
	last := event.DateOf(time.Date(year, time.Month(m+1), 0, 0, 0, 0, 0, time.UTC))
	return first, last
}

// dayWords are the fixed words; Japanese ones are written folded.
var dayWords = func() map[string]days {
	table := map[string]days{}
	for _, w := range []struct {
		words string
		days  days
	}{
		{"today 今日 本日 きょう", offset("today", 0)},
		{"tomorrow 明日 あした あす", offset("tomorrow", 1)},
		{"明後日 あさって", offset("+2d", 2)},
		{"yesterday 昨日 きのう", offset("yesterday", -1)},
		{"一昨日 おととい", offset("-2d", -2)},
		{"this-week 今週", weeks("this-week", 0, 0, 6)},
		{"next-week 来週", weeks("next-week", 1, 0, 6)},
		{"再来週", weeks("再来週", 2, 0, 6)},
		{"last-week 先週", weeks("last-week", -1, 0, 6)},
		{"this-weekend weekend 今週末 週末", weeks("this-weekend", 0, 5, 6)},
		{"next-weekend 来週末", weeks("next-weekend", 1, 5, 6)},
		{"this-month 今月", months("this-month", 0)},
		{"next-month 来月", months("next-month", 1)},
		{"last-month 先月", months("last-month", -1)},
	} {
		for name := range strings.FieldsSeq(w.words) {
			table[text.Fold(name)] = w.days
		}
	}
	return table
}()

var (
	relativeDay = text.NewPattern(`^([+-]?)([0-9]{1,5})([dw])$`)
	fullDate    = text.NewPattern(
		`^([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?$`,
	)
	packedDate   = text.NewPattern(`^([0-9]{4})([0-9]{2})([0-9]{2})$`)
	wholeMonth   = text.NewPattern(`^([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})月?$`)
	wholeYear    = text.NewPattern(`^([0-9]{4})年?$`)
	shortDate    = text.NewPattern(`^([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?$`)
	weekdayInOne = text.NewPattern(`^(今週|来週|再来週|先週|this-|next-|last-)の?(.+)$`)
	weekNumbers  = map[string]struct {
		n    int
		name string
	}{
		"今週": {0, "this-"}, "来週": {1, "next-"}, "再来週": {2, "再来週"}, "先週": {-1, "last-"},
		"this-": {0, "this-"}, "next-": {1, "next-"}, "last-": {-1, "last-"},
	}
)

// parseDays reads a folded text.
func parseDays(s string) (days, bool) {
	if d, ok := dayWords[s]; ok {
		return d, true
	}
	if w, ok := parseWeekday(s); ok && s != "日" {
		return nextWeekday(w), true
	}
	return byPattern(s)
}

// nextWeekday is the next day of a weekday, today counting.
func nextWeekday(w time.Weekday) days {
	return single(weekdayNames[w], func(t event.Date) event.Date {
		return t.Add((int(w) - int(t.Weekday()) + 7) % 7)
	})
}

// readWeekdayIn reads the weekday of a week: 来週土曜.
func readWeekdayIn(m []string) (days, bool) {
	w, ok := parseWeekday(m[2])
	at := (int(w) + 6) % 7
	which := weekNumbers[m[1]]
	return weeks(which.name+weekdayNames[w], which.n, at, at), ok
}

// patterns read what is no fixed word, the first that fits alone.
var patterns = []struct {
	pattern *text.Pattern
	read    func(m []string) (days, bool)
}{
	{weekdayInOne, readWeekdayIn},
	{relativeDay, func(m []string) (days, bool) { return relative(m), true }},
	{fullDate, readDate},
	{packedDate, readDate},
	{wholeMonth, readMonth},
	{wholeYear, readYear},
	{
		shortDate,
		func(m []string) (days, bool) { return yearless(number(m[1]), number(m[2])) },
	},
}

// byPattern reads what a pattern fits.
func byPattern(s string) (days, bool) {
	for _, p := range patterns {
		if m := p.pattern.FindStringSubmatch(s); m != nil {
			return p.read(m)
		}
	}
	return days{}, false
}

// relative reads +7d and its like; without a sign, as the + of an address that was
// not encoded leaves it, it is ahead.
func relative(m []string) days {
	n, _ := strconv.Atoi(m[2])
	if m[3] == "w" {
		n *= 7
	}
	if m[1] == "-" {
		n = -n
	}
	return offset(fmt.Sprintf("%+dd", n), n)
}

func readDate(m []string) (days, bool) {
	d := event.Date{
		Year:  number(m[1]),
		Month: time.Month(number(m[2])),
		Day:   number(m[3]),
	}
	return single(d.String(), func(event.Date) event.Date { return d }), inRange(d)
}

func readMonth(m []string) (days, bool) {
	first, last := month(number(m[1]), number(m[2]))
	isMonth := number(m[2]) >= 1 && number(m[2]) <= 12
	return span(first.String()[:7], first, last), isMonth && inRange(first)
}

func readYear(m []string) (days, bool) {
	first := event.Date{Year: number(m[1]), Month: time.January, Day: 1}
	last := event.Date{Year: number(m[1]), Month: time.December, Day: 31}
	return span(m[1], first, last), inRange(first)
}

// span is days that are the same from any day.
func span(name string, first, last event.Date) days {
	return days{name, func(event.Date) (event.Date, event.Date) { return first, last }}
}

// yearless is the next day of that name, today counting. 29 February is the next
// one that exists.
func yearless(m, d int) (days, bool) {
	leap := event.Date{Year: 2000, Month: time.Month(m), Day: d}
	name := fmt.Sprintf("%d/%d", m, d)
	return single(name, func(t event.Date) event.Date {
		day := event.Date{Year: t.Year, Month: time.Month(m), Day: d}
		for n := 0; n < 9 && (!day.Valid() || day.Compare(t) < 0); n++ {
			day.Year++
		}
		return day
	}), leap.Valid()
}

// number reads digits that a pattern has let through.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
