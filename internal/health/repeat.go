package health

import "time"

// What it takes for a held poll to count as more than a bad day.
const (
	repeatPolls = 3
	repeatOver  = 24 * time.Hour
)

// A Run is a held poll and those before it that were held with the same content.
type Run struct {
	Cause Cause
	Since time.Time
	Polls int
}

// Lasting reports whether a run has lasted for long enough that a person must look.
func (r Run) Lasting(now time.Time) bool {
	return r.Polls >= repeatPolls && now.Sub(r.Since) >= repeatOver
}

// harmless is for how long a list is held that shows nothing, though nothing that is
// ahead is missing in it.
const harmless = 30 * 24 * time.Hour

// Accept reports whether a poll that was refused whole may be believed after all: an
// empty list in which nothing is missed that is still ahead.
func Accept(r Run, now time.Time, f Figures) bool {
	return r.Cause == CauseEmpty && f.Unexplained == 0 && now.Sub(r.Since) >= harmless
}

// Until returns when a poll that is refused whole is believed at the latest: once
// nothing is ahead any more that it misses. last is when the last of that is over.
func (r Run) Until(last time.Time) time.Time {
	if end := r.Since.Add(harmless); end.After(last) {
		return end
	}
	return last
}
