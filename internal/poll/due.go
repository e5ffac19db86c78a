package poll

import (
	"time"

	"koyomi/internal/health"
	"koyomi/internal/store"
)

// The shortest and the longest wait after a failure; it doubles from one to the
// other with each failure in a row and then stays, for a source is never given up.
const (
	firstWait = 15 * time.Minute
	lastWait  = 24 * time.Hour
)

// Due says when a source is due after a poll that ended: when its schedule says,
// and later where the host asked for rest or the failures call for it. failures
// counts those in a row, this one included.
func Due(scheduled time.Time, p store.Poll, failures int, retry time.Duration) time.Time {
	if p.State != health.Failed && p.State != health.Held {
		return scheduled
	}
	wait := min(max(retry, 0), lastWait)
	switch p.Cause {
	case health.CauseStopped, health.CauseStorage, health.CauseSecret:
		// Not the host's fault: the schedule stands.
	case health.CauseGone:
		wait = max(wait, lastWait)
	default:
		wait = max(wait, backoff(failures))
	}
	if at := p.Closed.Add(wait); at.After(scheduled) {
		return at
	}
	return scheduled
}

// sooner brings a visit forward to the moment at which something missing is to be
// looked after, yet never closer than an hour after the last one.
func sooner(next, recheck, closed time.Time) time.Time {
	if recheck.IsZero() {
		return next
	}
	if floor := closed.Add(time.Hour); recheck.Before(floor) {
		recheck = floor
	}
	if recheck.Before(next) {
		return recheck
	}
	return next
}

func backoff(failures int) time.Duration {
	wait := firstWait
	for range failures - 1 {
		if wait *= 2; wait >= lastWait {
			return lastWait
		}
	}
	return wait
}

// Offline reports whether a poll never reached its host: the name was not found
// or no connection came about.
func Offline(p store.Poll) bool {
	return p.State == health.Failed && (p.Cause == health.CauseDNS || p.Cause == health.CauseConnect)
}
