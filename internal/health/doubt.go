package health

import (
	"time"

	"koyomi/internal/event"
)

// doubtAfter is how long no source may have shown an event before it is in doubt: a
// weekend and a day on which a host is down are no reason.
const doubtAfter = 3 * 24 * time.Hour

// Doubtful reports whether an event is in doubt that its sources were last seen to
// list at a moment (store.Reader.Shown), and for how many whole days none has listed
// it. An event that no source lists, and whose moment is zero, is a person's own.
func Doubtful(shown, now time.Time) (days int, doubtful bool) {
	if shown.IsZero() {
		return 0, false
	}
	unseen := now.Sub(shown)
	return int(unseen / (24 * time.Hour)), unseen >= doubtAfter
}

// Unseen returns, of the events that are to come and called off by nobody, for how many
// whole days no source has listed those in doubt, by their UID. shown is what
// store.Reader.Shown tells of them, assumed the length of an event that states no end.
func Unseen(
	events []event.Event,
	shown map[string]time.Time,
	now time.Time,
	assumed time.Duration,
) map[string]int {
	unseen := map[string]int{}
	for i := range events {
		e := &events[i]
		days, doubtful := Doubtful(shown[e.UID], now)
		if doubtful && isExpected(e, now, assumed) {
			unseen[e.UID] = days
		}
	}
	return unseen
}

// isExpected reports whether an event is one that readers may still go to.
func isExpected(e *event.Event, now time.Time, assumed time.Duration) bool {
	settled := e.Withdrawn || e.Status == event.Cancelled
	return !settled && e.Over(assumed).After(now)
}
