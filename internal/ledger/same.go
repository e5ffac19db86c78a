package ledger

import (
	"slices"
	"time"

	"koyomi/internal/event"
)

// sameListing reports whether a source says the same of an event as before. What
// only the wire carries (the source's own counters, the order of tags, how a date
// was read) is no difference.
func sameListing(a, b event.Listing) bool {
	return sameDetails(a.Details, b.Details) && a.Key == b.Key && a.Derived == b.Derived
}

func sameDetails(a, b event.Details) bool {
	x, y := event.Event{Details: a}, event.Event{Details: b}
	return !slices.ContainsFunc(
		event.Fields,
		func(f event.Field) bool { return !f.Equal(&x, &y) },
	)
}

// sameDay reports whether two moments are of one day: a claim is written again once
// a day at most where only the moment it was seen is different.
func sameDay(a, b time.Time) bool {
	return event.DateOf(a.In(event.Tokyo)) == event.DateOf(b.In(event.Tokyo))
}
