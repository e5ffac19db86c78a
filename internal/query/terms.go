package query

import (
	"time"

	"koyomi/internal/event"
)

// Terms returns the questions that q asks all at once: an event that answers each of
// them answers q. A query that asks for nothing has none.
func (q Query) Terms() []Query {
	group, ok := q.root.(all)
	if !ok {
		if q.root == nil {
			return nil
		}
		group = all{q.root}
	}
	terms := make([]Query, len(group))
	for i, n := range group {
		terms[i] = Query{root: n, env: q.env, typed: q.typed}
	}
	return terms
}

// Alternatives returns the questions of which one is enough: those that q joins by OR,
// else q itself. A query that asks for nothing has none.
func (q Query) Alternatives() []Query {
	group, ok := q.root.(anyOf)
	if !ok {
		if q.root == nil {
			return nil
		}
		group = anyOf{q.root}
	}
	each := make([]Query, len(group))
	for i, n := range group {
		each[i] = Query{root: n, env: q.env, typed: q.typed}
	}
	return each
}

// Term returns the canonical form of q so that it stands as one term among others.
func (q Query) Term() string {
	if q.root == nil {
		return ""
	}
	return grouped(q.root)
}

// Field returns the field and the value, as it was canonically written, of a question
// that is a single field; "" and "" for any other.
func (q Query) Field() (name, value string) {
	if n, ok := q.root.(interface{ value() (name, value string) }); ok {
		return n.value()
	}
	return "", ""
}

func (c community) value() (name, value string) { return "community", string(c) }

func (s sourceID) value() (name, value string) { return "source", string(s) }

func (t tag) value() (name, value string) { return "tag", string(t) }

func (a area) value() (name, value string) { return "area", a.name }

func (c chosen) value() (name, value string) { return c.field, c.words[0] }

func (w weekday) value() (name, value string) { return "weekday", weekdayNames[w] }

// With returns the words of a query that also asks for a value of a field. The value
// is quoted where it must be.
func With(words, field, value string) string {
	if value == "" {
		return words
	}
	if words != "" {
		words += " "
	}
	return words + field + ":" + quotedValue(value)
}

// HeldOn returns the days on which e, or one of its parts, takes place, in order, as
// many as lie from first to last.
func HeldOn(
	e event.Event,
	first, last event.Date,
	zone *time.Location,
	assumed time.Duration,
) []event.Date {
	d := Doc{Event: e}
	env := Env{Zone: zone, Assumed: assumed}.withDefaults()
	var days []event.Date
	for day := first; day.Compare(last) <= 0; day = day.Add(1) {
		if d.held(
			&env,
			func(from, to event.Date) bool { return from.Compare(day) <= 0 && to.Compare(day) >= 0 },
		) {
			days = append(days, day)
		}
	}
	return days
}
