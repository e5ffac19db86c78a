package health

import "time"

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
