package structured

import (
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"koyomi/internal/event"
	"koyomi/internal/extract"
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

// of gives the occurrences of an event within the window of the visit by
// its eventSchedule (schema.org/Schedule); the event alone where it has none that
// can be read.
func (p *planner) of(o map[string]any, v extract.Visit) []extract.Raw {
	one := fromLinked(o)
	if one.Start != "" {
		return []extract.Raw{one}
	}
	var out []extract.Raw
	for _, s := range objects(o["eventSchedule"]) {
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

func objects(v any) []map[string]any {
	switch v := v.(type) {
	case map[string]any:
		return []map[string]any{v}
	case []any:
		var out []map[string]any
		for _, e := range v {
			out = append(out, objects(e)...)
		}
		return out
	}
	return nil
}

// occurrences gives the days of one schedule, each with its hours.
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
		day := t.Format(time.DateOnly)
		if t.AddDate(0, 0, 1).Before(from) || except[day] {
			continue
		}
		r := one
		r.Start, r.Occurrence = day, t.Format("20060102")
		if hour := word(s["startTime"]); hour != "" {
			r.Start = day + "T" + hour
		}
		if hour := word(s["endTime"]); hour != "" {
			r.End = day + "T" + hour
		}
		r.Duration = word(s["duration"])
		out = append(out, r)
	}
	return out
}

// ahead moves the start of an endless rule by days or weeks near the window, by
// whole periods, so that years need not be counted through.
func ahead(o *rrule.ROption, from time.Time) {
	days := max(o.Interval, 1)
	switch o.Freq {
	case rrule.DAILY:
	case rrule.WEEKLY:
		days *= 7
	default:
		return
	}
	if behind := int(from.Sub(o.Dtstart).Hours()/24) - 2*days; behind > 0 && o.Count == 0 && days < 4_000 {
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
func ruleOf(s map[string]any, zone *time.Location) (rrule.ROption, bool) {
	var opt rrule.ROption
	begin, ok := extract.Clock{Zone: zone}.Moment(word(s["startDate"]))
	if !ok {
		return opt, false
	}
	opt.Dtstart = begin.Date.Begin(zone)
	if end, ok := (extract.Clock{Zone: zone}).Moment(word(s["endDate"])); ok {
		opt.Until = end.Date.Begin(zone)
	}
	every := strings.ToUpper(strings.TrimSpace(word(s["repeatFrequency"])))
	every = every[strings.LastIndexByte(every, '/')+1:]
	freq, known := frequencies[every]
	if !known {
		unit := strings.TrimLeft(strings.TrimPrefix(every, "P"), "0123456789")
		if freq, known = frequencies[unit]; !known || len(unit) != 1 {
			return opt, false
		}
		opt.Interval, _ = strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(every, "P"), unit))
	}
	opt.Freq = freq
	opt.Count, _ = strconv.Atoi(word(s["repeatCount"]))
	for _, d := range words(s["byDay"]) {
		d = strings.ToUpper(d[strings.LastIndexByte(d, '/')+1:])
		n, _ := strconv.Atoi(strings.TrimRight(d, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
		if name := strings.TrimLeft(d, "+-0123456789"); len(name) >= 2 {
			if day, ok := weekdays[name[:2]]; ok {
				opt.Byweekday = append(opt.Byweekday, nth(day, n))
			}
		}
	}
	opt.Bymonthday, opt.Bymonth = numbers(s["byMonthDay"]), numbers(s["byMonth"])
	return opt, true
}

func nth(day rrule.Weekday, n int) rrule.Weekday {
	if n == 0 {
		return day
	}
	return day.Nth(n)
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
