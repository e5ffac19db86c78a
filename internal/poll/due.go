package poll

import (
	"time"

	"koyomi/internal/backoff"
	"koyomi/internal/health"
	"koyomi/internal/store"
)

// afterFailure is how long a source is left alone after failures in a row.
var afterFailure = backoff.Policy{First: 15 * time.Minute, Most: 24 * time.Hour}

// notItsFault are the causes of failures that are not the host's: the schedule stands.
var notItsFault = map[health.Cause]bool{
	health.CauseStopped: true,
	health.CauseStorage: true,
	health.CauseSecret:  true,
}

// Due says when a source is due after a poll that ended: when its schedule says,
// and later where the host asked for rest or the failures call for it. failures
// counts those in a row, this one included.
func Due(scheduled time.Time, p store.Poll, failures int, retry time.Duration) time.Time {
	if p.State != health.Failed && p.State != health.Held {
		return scheduled
	}
	if p.Cause == health.CauseGone {
		retry = afterFailure.Most
	}
	if notItsFault[p.Cause] {
		failures = 0
	}
	at := p.Closed.Add(afterFailure.Asked(failures, retry))
	if at.After(scheduled) {
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

// Offline reports whether a poll never reached its host: the name was not found
// or no connection came about.
func Offline(p store.Poll) bool {
	neverReached := p.Cause == health.CauseDNS || p.Cause == health.CauseConnect
	return p.State == health.Failed && neverReached
}
