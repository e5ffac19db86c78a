package ics

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"koyomi/internal/text"
)

// rule returns the occurrences of one rule within the window. A rule that cannot be
// read leaves the first occurrence alone.
func (r *reader) rule(m *vevent, value string, begin, from time.Time) []time.Time {
	note := func(format string, args ...any) {
		r.b.Note(
			"%s: RRULE %q: %s",
			m.name,
			text.Line(value, 80),
			fmt.Sprintf(format, args...),
		)
	}
	opt, err := r.option(value, begin, m)
	if err != nil {
		m.warn("rrule: %v", err)
		note("%v; only its first occurrence is taken", err)
		return nil
	}
	skipAhead(opt, from)
	rule, err := rrule.NewRRule(*opt)
	if err != nil {
		note("%v; only its first occurrence is taken", err)
		return nil
	}
	if r.barren >= maxBarren && filtered(opt) {
		note("not counted through, for others before it never come about")
		return nil
	}
	out, isWhole := r.count(rule.Iterator(), from)
	if !isWhole {
		note("truncated, it takes more than %d steps", maxRuleSteps)
	}
	if len(out) == 0 && opt.Dtstart.Equal(begin) {
		r.barren++
	}
	return out
}

// count takes the occurrences of a rule within the window; false where they are too
// many to be counted through.
func (r *reader) count(next rrule.Next, from time.Time) (out []time.Time, isWhole bool) {
	for range maxRuleSteps {
		if r.steps--; r.steps < 0 {
			return out, false
		}
		t, more := next()
		if !more || t.After(r.to) {
			return out, true
		}
		if !t.Before(from) {
			out = append(out, t)
		}
		if len(out) > maxOccurrences {
			return out, true
		}
	}
	return out, false
}

// option reads the parts of a rule. UNTIL is read here, for its sort often differs
// from that of DTSTART: a day ends with the day.
func (r *reader) option(value string, begin time.Time, m *vevent) (*rrule.ROption, error) {
	var kept []string
	until := r.to
	for part := range strings.SplitSeq(strings.TrimSpace(value), ";") {
		part = strings.ToUpper(strings.TrimSpace(part))
		name, v, _ := strings.Cut(part, "=")
		switch strings.TrimSpace(name) {
		case "":
		case "UNTIL":
			end, err := r.until(v, m)
			if err != nil {
				return nil, err
			}
			if end.Before(until) {
				until = end
			}
		case "COUNT":
			if n, err := strconv.Atoi(strings.TrimSpace(v)); err != nil || n < 1 {
				return nil, fmt.Errorf("COUNT %q is not a number", text.Line(v, 40))
			}
			kept = append(kept, part)
		default:
			kept = append(kept, part)
		}
	}
	opt, err := rrule.StrToROptionInLocation(strings.Join(kept, ";"), m.zoneOrUTC())
	if err != nil {
		return nil, err
	}
	if r.isEndless(opt, begin) {
		return nil, errors.New(
			"a rule by the hour or less with further conditions, or years old, is not counted through",
		)
	}
	opt.Dtstart, opt.Until = begin, until
	return opt, nil
}

// isEndless reports whether a rule has too many steps before the window.
func (r *reader) isEndless(o *rrule.ROption, begin time.Time) bool {
	isOld := begin.AddDate(2, 0, 0).Before(r.from)
	return o.Freq > rrule.DAILY && (filtered(o) || isOld)
}

// until returns the last instant that UNTIL lets through.
func (r *reader) until(value string, m *vevent) (time.Time, error) {
	t, _, ok := r.moment(property{value: value, params: "TZID=" + m.zone.String()})
	switch {
	case !ok:
		return time.Time{}, fmt.Errorf("UNTIL %q is not a time", text.Line(value, 40))
	case t.AllDay():
		return t.Date.Add(1).Begin(m.zoneOrUTC()).Add(-time.Second), nil
	case m.start.AllDay():
		return t.Date.Add(1).Begin(time.UTC).Add(-time.Second), nil
	}
	return t.Time, nil
}

// filtered reports whether a rule has conditions beside its frequency.
func filtered(o *rrule.ROption) bool {
	n := len(
		o.Bysetpos,
	) + len(
		o.Bymonth,
	) + len(
		o.Bymonthday,
	) + len(
		o.Byyearday,
	) + len(
		o.Byweekno,
	) +
		len(
			o.Byweekday,
		) + len(
		o.Byhour,
	) + len(
		o.Byminute,
	) + len(
		o.Bysecond,
	) + len(
		o.Byeaster,
	)
	return n > 0
}

// maxPeriod is the longest period, in days, by which a start is moved ahead.
const maxPeriod = 4_000

// skipAhead moves the start of an endless daily or weekly rule near the window,
// by whole periods, so that years need not be counted through.
func skipAhead(o *rrule.ROption, from time.Time) {
	counted := len(
		o.Bysetpos,
	) + len(
		o.Byyearday,
	) + len(
		o.Byweekno,
	) + len(
		o.Byeaster,
	) + o.Count
	days := periodDays[o.Freq] * max(o.Interval, 1)
	if counted > 0 || days == 0 || days >= maxPeriod {
		return
	}
	behind := int(from.Sub(o.Dtstart).Hours()/24) - 2*days
	if behind <= 0 {
		return
	}
	if o.Freq == rrule.WEEKLY && len(o.Byweekday) == 0 {
		o.Byweekday = []rrule.Weekday{weekdays[o.Dtstart.Weekday()]}
	}
	o.Dtstart = o.Dtstart.AddDate(0, 0, behind/days*days)
}

// periodDays are the days of the periods that are always as long.
var periodDays = map[rrule.Frequency]int{rrule.DAILY: 1, rrule.WEEKLY: 7}

// weekdays are the days of the week as time.Weekday counts them.
var weekdays = [...]rrule.Weekday{
	rrule.SU,
	rrule.MO,
	rrule.TU,
	rrule.WE,
	rrule.TH,
	rrule.FR,
	rrule.SA,
}
