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

// Accept reports whether a held poll may be believed after all: what it says has
// repeated for long enough, what it lists of the known is as it was, and what it
// misses is little; or it lists two events, and calls them off. Everything else waits
// for a person; an empty list always does, for nothing in it shows that the page was
// read at all.
func Accept(r Run, now time.Time, f Figures) bool {
	if !r.Lasting(now) || f.Found == 0 || f.Moved > 0 {
		return false
	}
	switch r.Cause {
	case CauseShrunk:
		return f.Unexplained <= few && f.Cancelled == 0
	case CauseCancelled:
		return f.Read < few && f.Unexplained == 0
	}
	return false
}
