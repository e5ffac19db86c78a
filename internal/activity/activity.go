// Package activity says how alive communities are, by the events that are known of
// them, and whether one has gone on elsewhere.
package activity

import (
	"slices"
	"time"

	"koyomi/internal/event"
)

// A State says how alive a community is.
type State string

// The states. The zero State is that of a community of which no event is known.
const (
	Active  State = "active"  // something is to come, or it keeps its rhythm
	Quiet   State = "quiet"   // it has missed its rhythm
	Dormant State = "dormant" // nothing for so long that nothing is expected
	Gone    State = "gone"    // its platform does not know it any more
	Moved   State = "moved"   // it goes on as another community
)

const (
	day = 24 * time.Hour
	// quietAfter and dormantAfter are how long after its last event a community is no
	// longer active, or quiet, at the least; where its rhythm is slower, after so many
	// of its usual gaps.
	quietAfter   = 60 * day
	dormantAfter = 180 * day
	quietGaps    = 2
	dormantGaps  = 4
	// fewest is how many days with events make a rhythm.
	fewest = 3
)

// An Activity is what is known of a community's life.
type Activity struct {
	Community string `json:"community"`
	// Events counts those known that were not called off, First and Last are the
	// moments at which the earliest and the latest of them begin.
	Events int       `json:"events"`
	First  time.Time `json:"first,omitzero"`
	Last   time.Time `json:"last,omitzero"`
	// Announced is when an event of it was found last.
	Announced time.Time `json:"announced,omitzero"`
	// Rhythm is the usual time between two events, 0 where too few are known.
	Rhythm time.Duration `json:"rhythm,omitempty"`
	State  State         `json:"state,omitempty"`
}

// Days returns the rhythm in days, 0 for none.
func (a Activity) Days() int { return int((a.Rhythm + day/2) / day) }

// Of returns the activity of each community, by id, as its events say at a moment.
func Of(events []event.Event, now time.Time) map[string]Activity {
	starts := map[string][]time.Time{}
	all := map[string]Activity{}
	for i := range events {
		e := &events[i]
		if !isHeld(e) {
			continue
		}
		a := all[e.Community]
		a.Community = e.Community
		a.Events++
		if e.Created.After(a.Announced) {
			a.Announced = e.Created
		}
		all[e.Community] = a
		starts[e.Community] = append(starts[e.Community], e.Start.Begin(e.Span.Location()))
	}
	for id, a := range all {
		a.live(starts[id], now)
		all[id] = a
	}
	return all
}

func isHeld(e *event.Event) bool {
	hidden := e.Withdrawn || e.MergedInto != ""
	return !hidden && e.Status != event.Cancelled && !e.Start.IsZero()
}

// live judges the starts of a community's events.
func (a *Activity) live(starts []time.Time, now time.Time) {
	slices.SortFunc(starts, time.Time.Compare)
	a.First, a.Last = starts[0], starts[len(starts)-1]
	a.Rhythm = rhythm(starts)
	silent := now.Sub(a.Last)
	switch {
	case silent <= max(quietAfter, quietGaps*a.Rhythm):
		a.State = Active
	case silent <= max(dormantAfter, dormantGaps*a.Rhythm):
		a.State = Quiet
	default:
		a.State = Dormant
	}
}

// rhythm returns the median of the gaps between days with events.
func rhythm(starts []time.Time) time.Duration {
	var gaps []time.Duration
	for i := 1; i < len(starts); i++ {
		if gap := starts[i].Sub(starts[i-1]); gap >= day/2 {
			gaps = append(gaps, gap)
		}
	}
	if len(gaps) < fewest-1 {
		return 0
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}
