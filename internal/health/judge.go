package health

import (
	"fmt"
	"slices"
	"time"

	"koyomi/internal/event"
)

// The causes for which a poll that was read is held.
const (
	// CauseEmpty: nothing was read where something should be.
	CauseEmpty Cause = "empty"
	// CauseShrunk: most of what should be listed is not.
	CauseShrunk Cause = "shrunk"
	// CauseUnreadable: items that cannot be read, where most could be.
	CauseUnreadable Cause = "unreadable"
	// CauseFields: titles, places or hours that are missing, where most had them.
	CauseFields Cause = "fields"
	// CauseDates: dates far off, or half a year from what was usual.
	CauseDates Cause = "dates"
	// CauseMoved: most of what is known would get another time.
	CauseMoved Cause = "moved"
	// CauseCancelled: nearly all of what is known would be cancelled at once.
	CauseCancelled Cause = "cancelled"
)

// A Verdict is what is made of a poll.
type Verdict struct {
	// State is Applied (to be believed) or Held.
	State State
	Cause Cause
	// Words say why, with what was usual, for the person who looks at it.
	Words string
	// Adds is set for a held poll whose listings are as they should be but too few:
	// what is new among them may be added. Nothing else of a held poll is applied.
	Adds bool
}

// few is how many events a poll may lose, move or cancel whatever their share:
// less is what happens to a community in a week.
const few = 3

// Judge compares a poll with what is usual of its source, and with what was known. It
// asks not only what is unusual but what believing the poll would do: a list that got
// shorter because its events are over is a good one.
func Judge(at time.Time, now Figures, usual Profile) Verdict {
	j := judge{at: at, now: now, usual: usual, sum: usual.usual()}
	for _, step := range []func(judge) Verdict{
		judge.empty, judge.unreadable, judge.fields, judge.dates, judge.shrunk, judge.moved, judge.cancelled,
	} {
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
	sum   Counts // of the recent good polls
}

// gone counts what is known and would not be as it was.
func (j judge) gone() int { return j.now.Unexplained + j.now.Moved }

// turnDays is how many days into a new year the page of the old one may still stand.
const turnDays = 3

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
	return held(CauseEmpty, "no event was read, where the last good poll had %d: nothing is removed or changed", j.usual.Last.Read)
}

func (j judge) mayBeEmpty() bool {
	ahead := j.now.Unexplained > 0
	unread := j.now.Rejected > 0
	keeps := j.now.Kept > 0 && !j.turned()
	return !slices.Contains([]bool{ahead, unread, keeps, j.now.Partial}, true)
}

// turned reports whether a year has begun since the last good poll.
func (j judge) turned() bool {
	before := j.usual.At.In(event.Tokyo).AddDate(0, 0, -turnDays)
	return j.at.In(event.Tokyo).Year() != before.Year()
}

// unreadable holds where fewer than 80 of 100 items could be read, though 80 and more
// are usual, and the difference is no single item.
func (j judge) unreadable() Verdict {
	items, usualItems := j.now.Read+j.now.Rejected, j.sum.Read+j.sum.Rejected
	if usualItems == 0 || percent(j.sum.Read, usualItems) < 80 {
		return Verdict{}
	}
	if j.now.Read*100 >= items*80 {
		return Verdict{}
	}
	usual := float64(j.sum.Rejected) / float64(usualItems) * float64(items)
	if float64(j.now.Rejected)-usual < few && j.now.Read > 0 {
		return Verdict{}
	}
	return held(CauseUnreadable, "only %d of %d items could be read, where %d of 100 are usual", j.now.Read, items, percent(j.sum.Read, usualItems))
}

// fieldDrop is by how many points the share of listings with a field may fall.
const fieldDrop = 30

// fields holds where the share of listings with a title, a date or a place is far
// below the usual, and where known events lose their hour or place.
func (j judge) fields() Verdict {
	for _, f := range []struct {
		name       string
		now, usual int
	}{{"a title", j.now.Titled, j.sum.Titled}, {"a date", j.now.Dated, j.sum.Dated}, {"a place", j.now.Placed, j.sum.Placed}} {
		usual := percent(f.usual, j.sum.Read)
		drop, missing := usual-percent(f.now, j.now.Read), j.now.Read*usual/100-f.now
		if drop > fieldDrop && missing >= few {
			return held(CauseFields, "only %d of %d events have %s, where %d of 100 are usual", f.now, j.now.Read, f.name, usual)
		}
	}
	if j.now.Lost >= 2 && j.now.Lost*2 > j.now.Found {
		return held(CauseFields, "%d of %d known events would lose their hour or their place", j.now.Lost, j.now.Found)
	}
	return Verdict{}
}

// dates holds where many more starts than usual lie far off while a third of what is
// known is missing or moved (a calendar that keeps what is over has ever more starts
// far off, and is in health), where known events would jump far, where most lie years
// ahead, and where the middle start has jumped by more than half a year though events
// of before are not over.
func (j judge) dates() Verdict {
	if j.farOff() {
		return held(CauseDates, "%d of %d starts are more than 30 days ago or 400 days ahead, where %d of 100 are usual",
			j.now.Outside, j.now.Read, percent(j.sum.Outside, j.sum.Read))
	}
	if j.now.Far > 0 && j.now.Far*2 >= j.now.Found {
		return held(CauseDates, "%d of %d known events would move by more than half a year, or by the hours of a lost zone", j.now.Far, j.now.Found)
	}
	if j.usual.Polls > 0 && j.now.Distant*2 > j.now.Read {
		return held(CauseDates, "%d of %d events would start more than 400 days ahead, where nothing did", j.now.Distant, j.now.Read)
	}
	jump := jumped(j.now.Median, j.usual.Last.Median)
	if jump > 180 && min(j.now.Read, j.gone()) >= few {
		return held(CauseDates, "the middle of all starts jumped by %d days to %s, and %d known events are moved or missing", jump, j.now.Median, j.gone())
	}
	return Verdict{}
}

func (j judge) farOff() bool {
	if j.sum.Read == 0 || j.gone() < 2 {
		return false
	}
	usual := percent(j.sum.Outside, j.sum.Read)
	more := percent(j.now.Outside, j.now.Read)-usual > 20
	many := j.now.Outside-j.now.Read*usual/100 >= few
	return more && many && j.gone()*3 >= j.now.Expected
}

// shrunk holds where more than half of what should be listed is missing, and where
// none of it is there.
func (j judge) shrunk() Verdict {
	most := j.now.Unexplained >= few && j.now.Unexplained*2 > j.now.Expected
	none := j.now.Unexplained >= 2 && j.now.Found == 0
	if !most && !none {
		return Verdict{}
	}
	v := held(CauseShrunk, "%d of %d events that should be listed are not: nothing is removed or changed", j.now.Unexplained, j.now.Expected)
	v.Adds = j.now.Found > 0 && j.now.Moved+j.now.Cancelled == 0
	return v
}

// moved holds where more than half of what is known would move at once.
func (j judge) moved() Verdict {
	if j.now.Moved < few || j.now.Moved*2 <= j.now.Found {
		return Verdict{}
	}
	return held(CauseMoved, "%d of %d known events would get another time at once", j.now.Moved, j.now.Found)
}

// cancelled holds where nearly all of what is known would be cancelled at once, and
// where all that is listed is, be it known or new or over. Two of a list that shows
// others too are called off by a community, and not by a misreading of the list.
func (j judge) cancelled() Verdict {
	all := j.now.CalledOff == j.now.Read
	v := Verdict{}
	switch {
	case j.now.Cancelled == 0:
	case all && j.now.Read >= few:
		v = held(CauseCancelled, "all %d listed events would be cancelled", j.now.Read)
	case !all && j.now.Cancelled < few, j.now.Cancelled < 2:
	case j.now.Cancelled*10 >= j.now.Found*8:
		v = held(CauseCancelled, "%d of %d known events would be cancelled at once", j.now.Cancelled, j.now.Found)
	}
	v.Adds = v.State == Held && j.now.Moved == 0
	return v
}

func held(c Cause, format string, args ...any) Verdict {
	return Verdict{State: Held, Cause: c, Words: fmt.Sprintf(format, args...)}
}

// jumped returns the days between two dates, 0 where one is not known.
func jumped(a, b event.Date) int {
	if a.IsZero() || b.IsZero() {
		return 0
	}
	return max(a.Sub(b), b.Sub(a))
}
