package health

import (
	"slices"
	"time"
)

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
	// Unreadable is set where what was read before is there in rows that cannot be read:
	// such a list is not empty, its reader is broken.
	Unreadable bool
}

// IsUnreadable reports whether as much of a list as was read at the last good poll is
// there in rows that cannot be read.
func IsUnreadable(now Figures, usual Profile) bool {
	more := now.Rejected - usual.Last.Rejected
	return now.Read == 0 && more > 0 && 2*more >= usual.Last.Read
}

// Lasting reports whether a run has lasted for long enough that a person must look.
func (r Run) Lasting(now time.Time) bool {
	return r.Polls >= repeatPolls && now.Sub(r.Since) >= repeatOver
}

// What a poll that is refused whole is held for at most.
const (
	// harmless is for a list that misses nothing that is still ahead, for one of
	// strangers, and for one of which no row can be read.
	harmless = 30 * 24 * time.Hour
	// longest is for an empty list that misses what is ahead.
	longest = 90 * 24 * time.Hour
)

// Until returns when it is decided at the latest what a poll that is refused whole
// means. last is when the last of what it misses is over.
func (r Run) Until(last time.Time) time.Time {
	end := r.Since.Add(harmless)
	if r.Cause == CauseEmpty && !r.Unreadable && last.After(end) {
		return slices.MinFunc([]time.Time{last, r.Since.Add(longest)}, time.Time.Compare)
	}
	return end
}

// IsDecided reports whether a poll that is refused whole has said the same for so long
// that it is decided what it means (Means). last is when the last of what it misses is
// over.
func (r Run) IsDecided(now, last time.Time) bool { return !now.Before(r.Until(last)) }

// Means says what becomes of a poll that is refused whole once that is decided: what it
// lists is believed, or its source is broken.
func (r Run) Means() State {
	if r.Unreadable {
		return Failed
	}
	return Applied
}
