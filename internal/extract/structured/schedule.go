package structured

import (
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// The bounds of a schedule: occurrences kept, and steps taken to them.
const (
	maxOccurrences = 500
	maxSteps       = 20_000
)

// maxSchedules is how many schedules one page may have; maxBarren how many of them
// may never come about, for those are searched through to the end of time.
const (
	maxSchedules = 100
	maxBarren    = 5
)

// A planner counts the schedules of a page, and those that never come about.
type planner struct{ n, barren int }

// of returns the occurrences of an event within the window of the visit by
// its eventSchedule (schema.org/Schedule); the event alone where it has none that
// can be read.
func (p *planner) of(o map[string]any, v extract.Visit) []extract.Raw {
	one := fromLinked(o)
	if one.Start != "" {
		return []extract.Raw{one}
	}
	var out []extract.Raw
	for _, s := range objectsIn(o["eventSchedule"]) {
		if p.n++; p.n > maxSchedules || p.barren > maxBarren {
			break
		}
		days := occurrences(one, s, v)
		if len(days) == 0 {
			p.barren++
		}
		out = append(out, days...)
	}
	if len(out) == 0 {
		return []extract.Raw{one}
	}
	return out
}

// objectsIn returns the objects that a value is, or is a list of.
func objectsIn(v any) []map[string]any {
	switch v := v.(type) {
	case map[string]any:
		return []map[string]any{v}
	case []any:
		var out []map[string]any
		for _, e := range v {
			out = append(out, objectsIn(e)...)
		}
		return out
	}
	return nil
}

// occurrences returns the days of one schedule, each with its hours.
func occurrences(one extract.Raw, s map[string]any, v extract.Visit) []extract.Raw {
	zone := v.Source.TimeZone()
	if name := word(s["scheduleTimezone"]); name != "" {
		zone, one.Zone = event.Zone(name), name
	}
	opt, ok := ruleOf(s, zone)
	if !ok {
		return nil
	}
	from, to := v.Window()
	if opt.Until.IsZero() || opt.Until.After(to) {
		opt.Until = to
	}
	ahead(&opt, from)
	rule, err := rrule.NewRRule(opt)
	if err != nil {
		return nil
	}
	except := map[string]bool{}
	for _, d := range words(s["exceptDate"]) {
		except[d[:min(len(d), len(time.DateOnly))]] = true
	}
	var out []extract.Raw
	next := rule.Iterator()
	for range maxSteps {
		t, more := next()
		if !more || len(out) >= maxOccurrences {
			break
		}
		isOver := t.AddDate(0, 0, 1).Before(from)
		if isOver || except[t.Format(time.DateOnly)] {
			continue
		}
		out = append(out, occurrence(one, s, t))
	}
	return out
}

// occurrence is an event on one day of its schedule.
func occurrence(r extract.Raw, s map[string]any, t time.Time) extract.Raw {
	day := t.Format(time.DateOnly)
	r.Start, r.Occurrence, r.Duration = day, t.Format("20060102"), word(s["duration"])
	if hour := word(s["startTime"]); hour != "" {
		r.Start = day + "T" + hour
	}
	if hour := word(s["endTime"]); hour != "" {
		r.End = day + "T" + hour
	}
	return r
}

// periodDays are the days of the periods that are always as long; maxPeriod is the
// longest by which a start is moved ahead.
var periodDays = map[rrule.Frequency]int{rrule.DAILY: 1, rrule.WEEKLY: 7}

const maxPeriod = 4_000

// ahead moves the start of an endless rule by days or weeks near the window, by
// whole periods, so that years need not be counted through.
func ahead(o *rrule.ROption, from time.Time) {
	days := periodDays[o.Freq] * max(o.Interval, 1)
	if o.Count > 0 || days == 0 || days >= maxPeriod {
		return
	}
	behind := int(from.Sub(o.Dtstart).Hours()/24) - 2*days
	if behind > 0 {
		o.Dtstart = o.Dtstart.AddDate(0, 0, behind/days*days)
	}
}

// frequencies are what repeatFrequency may be: ISO 8601 durations and words.
var frequencies = map[string]rrule.Frequency{
	"D": rrule.DAILY, "W": rrule.WEEKLY, "M": rrule.MONTHLY, "Y": rrule.YEARLY,
	"DAILY": rrule.DAILY, "WEEKLY": rrule.WEEKLY, "MONTHLY": rrule.MONTHLY, "YEARLY": rrule.YEARLY,
}

// weekdays are the names of schema.org/DayOfWeek and of RFC 5545.
var weekdays = map[string]rrule.Weekday{
	"MO": rrule.MO, "TU": rrule.TU, "WE": rrule.WE, "TH": rrule.TH, "FR": rrule.FR, "SA": rrule.SA, "SU": rrule.SU,
}

// ruleOf makes a rule of days of a schedule; false where it has no first day or no
// frequency of days or more.
func ruleOf(s map[string]any, zone *time.Location) (opt rrule.ROption, ok bool) {
	begin, ok := extract.Clock{Zone: zone}.Moment(word(s["startDate"]))
	if !ok {
		return opt, false
	}
	opt.Dtstart = begin.Date.Begin(zone)
	if end, ok := (extract.Clock{Zone: zone}).Moment(word(s["endDate"])); ok {
		opt.Until = end.Date.Begin(zone)
	}
	if opt.Freq, opt.Interval, ok = frequency(word(s["repeatFrequency"])); !ok {
		return opt, false
	}
	opt.Count, _ = strconv.Atoi(word(s["repeatCount"]))
	for _, d := range words(s["byDay"]) {
		if day, ok := weekday(d); ok {
			opt.Byweekday = append(opt.Byweekday, day)
		}
	}
	opt.Bymonthday, opt.Bymonth = numbers(s["byMonthDay"]), numbers(s["byMonth"])
	return opt, true
}

// period is an ISO 8601 duration of one unit.
var period = text.NewPattern(`^P?([0-9]*)([A-Z]+)$`)

// frequency reads a repeatFrequency: P2W, weekly, https://schema.org/Weekly.
func frequency(s string) (freq rrule.Frequency, interval int, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	m := period.FindStringSubmatch(s[strings.LastIndexByte(s, '/')+1:])
	if m == nil {
		return 0, 0, false
	}
	freq, ok = frequencies[m[2]]
	interval, _ = strconv.Atoi(m[1])
	return freq, interval, ok
}

// dayOfWeek is a day as schema.org or RFC 5545 write it: Monday, 2MO.
var dayOfWeek = text.NewPattern(`^([+-]?[0-9]*)([A-Z]{2})`)

func weekday(s string) (rrule.Weekday, bool) {
	s = strings.ToUpper(s)
	m := dayOfWeek.FindStringSubmatch(s[strings.LastIndexByte(s, '/')+1:])
	if m == nil {
		return rrule.Weekday{}, false
	}
	day, ok := weekdays[m[2]]
	if n, _ := strconv.Atoi(m[1]); n != 0 {
		day = day.Nth(n)
	}
	return day, ok
}

func numbers(v any) []int {
	var out []int
	for _, w := range words(v) {
		if n, err := strconv.Atoi(w); err == nil {
			out = append(out, n)
		}
	}
	return out
}
