package query

import (
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// held reports whether within holds for the days on which the event takes place,
// part by part, in the reader's zone.
func (d *Doc) held(env *Env, within func(first, last event.Date) bool) bool {
	e := &d.Event
	if len(e.Sessions) == 0 {
		return within(daysOf(e.Start, e.End, env))
	}
	for _, s := range e.Sessions {
		if within(daysOf(s.Start, s.End, env)) {
			return true
		}
	}
	return false
}

// daysOf returns the first and last day of a span. What ends at 00:00 does not
// take place on the day that begins then.
func daysOf(start, end event.Moment, env *Env) (first, last event.Date) {
	if start.AllDay() {
		return start.Date, latest(start.Date, end.Date)
	}
	first = event.DateOf(start.Time.In(env.Zone))
	over := start.Time.Add(env.Assumed)
	if !end.Time.IsZero() {
		over = end.Time
	}
	return first, latest(first, event.DateOf(over.Add(-time.Second).In(env.Zone)))
}

func latest(a, b event.Date) event.Date {
	if b.Compare(a) > 0 {
		return b
	}
	return a
}

// A period is the fields after:, before: and on:.
type period struct {
	field string
	days  days
	// first and last are what the days mean from the day of the question.
	first, last event.Date
}

func readDays(name string) func(string, *Env) (node, string, string) {
	return func(v string, env *Env) (node, string, string) {
		d, ok := parseDays(text.Fold(v))
		if !ok {
			return nil, name + ": " + text.Line(v, 40) + " is no day", dayHint
		}
		p := period{field: name, days: d}
		p.first, p.last = d.resolve(event.DateOf(env.Now))
		if !inRange(p.first) || !inRange(p.last) {
			return nil, name + ": " + text.Line(
				v,
				40,
			) + " is outside the years 1900 to 2199", dayHint
		}
		return p, "", ""
	}
}

func (p period) text() string { return p.field + ":" + quotedValue(p.days.name) }

func (p period) match(d *Doc, env *Env) bool {
	switch p.field {
	case "after":
		return EndsOnOrAfter(d.Event, p.first, env.Zone, env.Assumed)
	case "before":
		return StartsBefore(d.Event, p.first, env.Zone)
	}
	return d.held(env, func(first, last event.Date) bool {
		return first.Compare(p.last) <= 0 && last.Compare(p.first) >= 0
	})
}

// bounds widen by a second where the store's own bound leaves out what is over
// at the very moment, and by a day for all-day events of other zones.
func (p period) bounds(env *Env) Bounds {
	from, until := p.first.Add(-1).
		Begin(env.Zone).
		Add(-time.Second),
		p.last.Add(2).
			Begin(env.Zone)
	switch p.field {
	case "after":
		return Bounds{From: from}
	case "before":
		return Bounds{Until: p.first.Add(1).Begin(env.Zone)}
	}
	return Bounds{From: from, Until: until}
}

// EndsOnOrAfter reports whether e ends on d or later, d beginning at 00:00 in
// zone; it is what after:D and --from D ask. A timed event without an end lasts
// for the assumed time.
func EndsOnOrAfter(
	e event.Event,
	d event.Date,
	zone *time.Location,
	assumed time.Duration,
) bool {
	if e.AllDay() {
		return latest(e.Start.Date, e.End.Date).Compare(d) >= 0
	}
	return !e.Over(assumed).Before(d.Begin(zone))
}

// StartsBefore reports whether e starts before d begins at 00:00 in zone; it is
// what before:D asks, and --to D of the day after.
func StartsBefore(e event.Event, d event.Date, zone *time.Location) bool {
	if e.AllDay() {
		return e.Start.Date.Compare(d) < 0
	}
	return e.Start.Time.Before(d.Begin(zone))
}
