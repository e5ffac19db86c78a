package health

import (
	"fmt"
	"slices"
	"time"

	"koyomi/internal/event"
)

// The causes for which a poll that was read is held: refused whole, or held for those
// of its items that are not believed.
const (
	// CauseEmpty: nothing was read where something should be.
	CauseEmpty Cause = "empty"
	// CauseUnreadable: for long none of the rows could be read, where they could be.
	CauseUnreadable Cause = "unreadable"
	// CauseShrunk: most of what should be listed is not.
	CauseShrunk Cause = "shrunk"
	// CauseFields: titles, places or hours that are missing, where most had them.
	CauseFields Cause = "fields"
	// CauseDates: dates far off, or by the hours of a lost zone from what they were.
	CauseDates Cause = "dates"
	// CauseStale: an older copy of the pages.
	CauseStale Cause = "stale"
	// CauseMoved: most of what is known would get another time.
	CauseMoved Cause = "moved"
	// CauseCancelled: nearly all of what is known would be cancelled at once.
	CauseCancelled Cause = "cancelled"
	// CauseNew: what is new beside items that are not believed.
	CauseNew Cause = "new"
)

// A Verdict is what is made of a poll as a whole.
type Verdict struct {
	// State is Applied (its items are to be weighed) or Held.
	State State
	Cause Cause
	// Words say why, with what was usual, for the person who looks at it.
	Words string
}

// few is how many events make many: less is what happens to a community in a week.
const few = 3

// Judge refuses a poll whole that shows nothing of what is known: an empty list, a
// list of strangers. Of all others each item is weighed by itself (Weigh).
func Judge(at time.Time, now Figures, usual Profile) Verdict {
	j := judge{at: at, now: now, usual: usual}
	for _, step := range []func(judge) Verdict{judge.empty, judge.strangers} {
		if v := step(j); v.State == Held {
			return v
		}
	}
	return Verdict{State: Applied}
}

// A judge is one poll beside what is usual.
type judge struct {
	at    time.Time
	now   Figures
	usual Profile
}

// turnDays is how many days into a new year the page of the old one may still stand.
const turnDays = 3

// yearKeeps is for how long a page of the year keeps what is over at least, seen from its end.
const yearKeeps = 180 * 24 * time.Hour

// empty holds an empty list where something is known to be ahead, where the list
// keeps what is over, and where it is one of the newest items, which never run out.
// At the turn of a year, and some days later, a page may begin again.
func (j judge) empty() Verdict {
	if j.now.Read > 0 || j.usual.Last.Read == 0 {
		return Verdict{}
	}
	if j.mayBeEmpty() {
		return Verdict{}
	}
	return held(
		CauseEmpty,
		"no event was read, where the last good poll had %d: nothing is removed or changed",
		j.usual.Last.Read,
	)
}

func (j judge) mayBeEmpty() bool {
	ahead := j.now.Unexplained > 0
	unread := j.now.Rejected > 0
	keeps := j.now.Kept > 0 && !j.turned()
	return !slices.Contains([]bool{ahead, unread, keeps, j.now.Partial}, true)
}

// turned reports whether a year has begun since the last good poll, for a list that may be
// a page of the year: one that drops what is over during the year is none.
func (j judge) turned() bool {
	if j.usual.Departed > 0 && j.usual.Keeps < yearKeeps {
		return false
	}
	before := j.usual.At.In(event.Tokyo).AddDate(0, 0, -turnDays)
	return j.at.In(event.Tokyo).Year() != before.Year()
}

// strangers holds a list in which nothing is left of what should be listed: another
// site's, or another page's. Where only one was to be listed, the list must be far
// longer than ever as well.
func (j judge) strangers() Verdict {
	if j.now.Read == 0 || j.now.Found > 0 || j.now.Unexplained == 0 {
		return Verdict{}
	}
	crowd := j.now.Read > 3*j.usual.Most()+few
	if j.now.Unexplained < 2 && !crowd {
		return Verdict{}
	}
	return held(
		CauseShrunk,
		"none of %d events that should be listed is among the %d that are: nothing is removed or changed",
		j.now.Unexplained,
		j.now.Read,
	)
}

func held(c Cause, format string, args ...any) Verdict {
	return Verdict{
		State: Held,
		Cause: c,
		Words: fmt.Sprintf(format, args...),
	}
}
