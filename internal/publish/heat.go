package publish

import (
	"slices"

	"koyomi/internal/event"
	"koyomi/internal/query"
)

// A HeatDay is one day of a heat map.
type HeatDay struct {
	Date event.Date
	// Events counts all that is on, Rivals what of it answers the whole question.
	Events, Rivals int
	// Big are the large gatherings on the day: those of several days.
	Big []event.Event
}

// FindHeat counts what is on on each day from first to last: docs are the events of those
// days and may hold others, q is what one's own event would be found by. Cancelled events
// stand in nobody's way.
func FindHeat(
	docs []query.Doc,
	first, last event.Date,
	q query.Query,
	c Calendar,
) []HeatDay {
	c = c.WithDefaults()
	days := make([]HeatDay, last.Sub(first)+1)
	for i := range days {
		days[i].Date = first.Add(i)
	}
	for i := range docs {
		d := &docs[i]
		if !mayClash(d, q) {
			continue
		}
		isRival := q.MatchDoc(d)
		held := query.HeldOn(d.Event, first, last, c.Zone, c.Assumed)
		for _, on := range held {
			days[on.Sub(first)].count(d.Event, isRival, isBig(d.Event))
		}
	}
	return days
}

func (h *HeatDay) count(e event.Event, isRival, isBig bool) {
	h.Events++
	if isRival {
		h.Rivals++
	}
	known := slices.ContainsFunc(h.Big, func(o event.Event) bool { return o.UID == e.UID })
	if isBig && !known {
		h.Big = append(h.Big, e)
	}
}

// isBig reports whether an event is a large gathering, as far as that can be told: one
// that lasts for several days, or has room for hundreds.
func isBig(e event.Event) bool {
	const many = 300
	isLong := !e.End.IsZero() && e.End.Date.Sub(e.Start.Date) >= 1 && e.AllDay()
	isLarge := e.Seats.Limit != nil && *e.Seats.Limit >= many
	return isLong || isLarge
}
