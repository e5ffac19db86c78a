package ics

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// rule gives the occurrences of one rule within the window. A rule that cannot be
// read leaves the first occurrence alone.
func (r *reader) rule(m *vevent, value string, begin, from time.Time) []time.Time {
	opt, err := r.option(value, begin, m)
	if err != nil {
		m.raw.Warnings = append(m.raw.Warnings, "rrule: "+err.Error())
		r.b.Note("%s: RRULE %q: %v; only its first occurrence is taken", m.name, text.Line(value, 80), err)
		return nil
	}
	skipAhead(opt, from)
	rule, err := rrule.NewRRule(*opt)
	if err != nil {
		r.b.Note("%s: RRULE %q: %v; only its first occurrence is taken", m.name, text.Line(value, 80), err)
		return nil
	}
	if r.barren >= maxBarren && filtered(opt) {
		r.b.Note("%s: RRULE %q: not counted through, for others before it never come about", m.name, text.Line(value, 80))
		return nil
	}
	var out []time.Time
	next := rule.Iterator()
	defer func() {
		if len(out) == 0 && opt.Dtstart.Equal(begin) {
			r.barren++
		}
	}()
	for range maxRuleSteps {
		if r.steps--; r.steps < 0 {
			break
		}
		t, ok := next()
		if !ok || t.After(r.to) {
			return out
		}
		if !t.Before(from) {
			out = append(out, t)
		}
		if len(out) > maxOccurrences {
			return out
		}
	}
	r.b.Note("%s: RRULE %q: truncated, it takes more than %d steps", m.name, text.Line(value, 80), maxRuleSteps)
	return out
}

// option reads the parts of a rule. UNTIL is read here, for its sort often differs
// from that of DTSTART: a day ends with the day.
func (r *reader) option(value string, begin time.Time, m *vevent) (*rrule.ROption, error) {
	var kept []string
	until := r.to
	for part := range strings.SplitSeq(strings.TrimSpace(value), ";") {
		name, v, _ := strings.Cut(part, "=")
		switch strings.ToUpper(strings.TrimSpace(name)) {
		case "":
		case "UNTIL":
			t, _, ok := r.moment(property{value: v, params: "TZID=" + m.zone.String()})
			if !ok {
				return nil, fmt.Errorf("UNTIL %q is no time", text.Line(v, 40))
			}
			if end := endOf(t, m); end.Before(until) {
				until = end
			}
		case "COUNT":
			if n, err := strconv.Atoi(strings.TrimSpace(v)); err != nil || n < 1 {
				return nil, fmt.Errorf("COUNT %q is no number", text.Line(v, 40))
			}
			kept = append(kept, part)
		default:
			kept = append(kept, strings.ToUpper(strings.TrimSpace(part)))
		}
	}
	opt, err := rrule.StrToROptionInLocation(strings.Join(kept, ";"), m.zoneOrUTC())
	if err != nil {
		return nil, err
	}
	if opt.Freq > rrule.DAILY && (filtered(opt) || begin.AddDate(2, 0, 0).Before(r.from)) {
		return nil, fmt.Errorf("a rule by the hour or less with further conditions, or years old, is not counted through")
	}
	opt.Dtstart, opt.Until = begin, until
	return opt, nil
}

// endOf gives the last instant that UNTIL lets through.
func endOf(t event.Moment, m *vevent) time.Time {
	if t.AllDay() {
		return t.Date.Add(1).Begin(m.zoneOrUTC()).Add(-time.Second)
	}
	if m.start.AllDay() {
		return t.Date.Add(1).Begin(time.UTC).Add(-time.Second)
	}
	return t.Time
}

func filtered(o *rrule.ROption) bool {
	return len(o.Bysetpos)+len(o.Bymonth)+len(o.Bymonthday)+len(o.Byyearday)+len(o.Byweekno)+len(o.Byweekday)+
		len(o.Byhour)+len(o.Byminute)+len(o.Bysecond)+len(o.Byeaster) > 0
}

// skipAhead moves the start of an endless daily or weekly rule near the window,
// by whole periods, so that years need not be counted through.
func skipAhead(o *rrule.ROption, from time.Time) {
	if o.Count > 0 || len(o.Bysetpos)+len(o.Byyearday)+len(o.Byweekno)+len(o.Byeaster) > 0 {
		return
	}
	days := max(o.Interval, 1)
	switch o.Freq {
	case rrule.DAILY:
	case rrule.WEEKLY:
		days *= 7
	default:
		return
	}
	behind := int(from.Sub(o.Dtstart).Hours()/24) - 2*days
	if behind > 0 && days < 4000 {
		if o.Freq == rrule.WEEKLY && len(o.Byweekday) == 0 {
			o.Byweekday = []rrule.Weekday{weekday(o.Dtstart)}
		}
		o.Dtstart = o.Dtstart.AddDate(0, 0, behind/days*days)
	}
}

func weekday(t time.Time) rrule.Weekday {
	return [...]rrule.Weekday{rrule.SU, rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA}[t.Weekday()]
}
