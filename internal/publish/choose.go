package publish

import (
	"cmp"
	"slices"
	"time"

	"koyomi/internal/event"
)

// Choose returns the events that c shows on a day, sorted by Compare: those in its
// window that are not withdrawn, cancelled ones as its policy says. One that was
// merged into another is taken back, as a cancelled one, while c keeps those.
// Events is not changed.
func Choose(events []event.Event, c Calendar, day event.Date) []event.Event {
	c = c.WithDefaults()
	from, until := c.Window(day)
	today := day.Begin(c.Zone)
	chosen := make([]event.Event, 0, len(events))
	for _, e := range events {
		inWindow := e.Over(c.Assumed).After(from) &&
			e.Start.Begin(e.Span.Location()).Before(until)
		if inWindow && c.holds(e, today) {
			chosen = append(chosen, e)
		}
	}
	slices.SortStableFunc(chosen, Compare)
	return chosen
}

// holds reports whether c shows an event of its window.
func (c Calendar) holds(e event.Event, today time.Time) bool {
	if e.Status == event.Cancelled && !c.shows(e, today) {
		return false
	}
	return Published(e) || c.takesBack(e, today)
}

// Published reports whether e is in any calendar at all.
func Published(e event.Event) bool {
	hidden := e.Withdrawn || e.MergedInto != ""
	return !hidden && !e.Start.IsZero()
}

// takesBack reports whether e was merged so lately that clients still have to hear
// of it. Those that hear nothing drop what is no longer in the feed.
func (c Calendar) takesBack(e event.Event, today time.Time) bool {
	merged := e.MergedInto != "" && !e.Withdrawn
	lately := e.Updated.Add(c.KeepCancelled).After(today)
	return merged && lately && c.announces(e)
}

// announces reports whether clients hear that an event is off, rather than find it
// gone.
func (c Calendar) announces(
	e event.Event,
) bool {
	return c.Cancelled == Keep && !e.Start.IsZero()
}

// shows reports whether the cancelled event e is shown today: until its end, or
// as long as clients that come seldom need to hear of it, whichever is later.
func (c Calendar) shows(e event.Event, today time.Time) bool {
	if c.Cancelled == Hide {
		return false
	}
	until := e.Over(c.Assumed)
	if heard := e.CancelledAt.Add(c.KeepCancelled); !e.CancelledAt.IsZero() &&
		heard.After(until) {
		until = heard
	}
	return until.After(today)
}

// Compare orders events by start (all-day before timed on one day, by the civil
// day in their zone), then by UID.
func Compare(a, b event.Event) int {
	return cmp.Or(
		a.Start.Date.Compare(b.Start.Date),
		cmp.Compare(rank(a), rank(b)),
		a.Start.Time.Compare(b.Start.Time),
		cmp.Compare(a.UID, b.UID))
}

func rank(e event.Event) int {
	if e.AllDay() {
		return 0
	}
	return 1
}

// DropPast returns the places of those among events, which are those of a feed, that
// are left when what is over goes, the longest past first, until at least excess
// octets are saved or no past is left. sizes are the octets that each takes.
func DropPast(
	events []event.Event,
	sizes []int,
	excess int,
	c Calendar,
	day event.Date,
) (kept []int) {
	c = c.WithDefaults()
	today := day.Begin(c.Zone)
	order := make([]int, len(events))
	over := make([]time.Time, len(events))
	for i, e := range events {
		order[i], over[i] = i, e.Over(c.Assumed)
	}
	slices.SortStableFunc(order, func(i, j int) int { return over[i].Compare(over[j]) })
	drop := make([]bool, len(events))
	for _, i := range order {
		if excess <= 0 || over[i].After(today) {
			break
		}
		drop[i] = true
		excess -= sizes[i]
	}
	for i := range events {
		if !drop[i] {
			kept = append(kept, i)
		}
	}
	return kept
}

// DropAhead returns how many of the first events are left when the last ones go until
// at least excess octets are saved. sizes are the octets that each takes.
func DropAhead(sizes []int, excess int) int {
	n := len(sizes)
	for n > 0 && excess > 0 {
		n--
		excess -= sizes[n]
	}
	return n
}
