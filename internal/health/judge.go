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

// Figures are what a poll read, in numbers.
type Figures struct {
	// At is the moment of the visit.
	At time.Time
	// Read counts listings, Rejected items that could not be read.
	Read, Rejected int
	// Dated, Titled and Placed say how many of the listings have that field.
	Dated, Titled, Placed int
	// Over counts the listings that were over at the visit, Outside those that start
	// more than 30 days before or 400 days after it.
	Over, Outside int
	// Median is the start in the middle.
	Median event.Date
	// Partial marks a list of the newest or nearest items.
	Partial bool
	// Expected counts what was known of the source and should be listed, Found how
	// much of that was, Unexplained the missing ones that nothing else speaks for.
	Expected, Found, Unexplained int
	// Kept counts what is over and not listed any more, though the source keeps what
	// is over for longer.
	Kept int
	// CalledOff counts the listings that say that they are cancelled.
	CalledOff int
	// Moved, Far, Cancelled and Lost count the known events that the poll would move,
	// move by half a year or by a lost zone, cancel, and take the hour or place from;
	// Distant those, known or new, that it would put more than 400 days ahead.
	Moved, Far, Distant, Cancelled, Lost int
}

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

// Judge compares a poll with the source's last good polls (unchanged or applied),
// newest first, and with what was known. It asks not only what is unusual but what
// harm believing the poll would do: a list that got shorter because its events are
// over is a good one.
func Judge(now Figures, past []Figures) Verdict {
	for _, judge := range []func(Figures, custom) Verdict{
		judgeEmpty, judgeUnreadable, judgeFields, judgeDates, judgeShrunk, judgeMoved, judgeCancelled,
	} {
		if v := judge(now, customOf(past)); v.State == Held {
			return v
		}
	}
	return Verdict{State: Applied}
}

// turnDays is how many days into a new year the page of the old one may still stand.
const turnDays = 3

// judgeEmpty holds an empty list where something is known to be ahead, where the
// list keeps what is over, and where it is one of the newest items, which never
// run out. At the turn of a year, and some days later, a page may begin anew.
func judgeEmpty(now Figures, c custom) Verdict {
	if now.Read > 0 || c.polls == 0 || c.last.Read == 0 {
		return Verdict{}
	}
	turned := now.At.In(event.Tokyo).Year() != c.last.At.In(event.Tokyo).AddDate(0, 0, -turnDays).Year()
	keeps := !turned && now.Kept > 0
	if now.Unexplained == 0 && now.Rejected == 0 && !now.Partial && !keeps {
		return Verdict{}
	}
	return held(CauseEmpty, "no event was read, where the last good poll had %d: nothing is removed or changed", c.last.Read)
}

// judgeUnreadable holds where fewer than 80 of 100 items could be read, though
// 80 and more are usual, and the difference is no single item.
func judgeUnreadable(now Figures, c custom) Verdict {
	items := now.Read + now.Rejected
	if c.items == 0 || c.read*100 < c.items*80 || now.Read*100 >= items*80 {
		return Verdict{}
	}
	usual := float64(c.items-c.read) / float64(c.items) * float64(items)
	if float64(now.Rejected)-usual < few && now.Read > 0 {
		return Verdict{}
	}
	return held(CauseUnreadable, "only %d of %d items could be read, where %d of 100 are usual", now.Read, items, share(c.read, c.items))
}

// judgeFields holds where the share of listings with a title, a date or a place is
// more than 30 points below the usual, and where known events lose their hour or place.
func judgeFields(now Figures, c custom) Verdict {
	for _, f := range []struct {
		name       string
		now, usual int
	}{{"a title", now.Titled, c.titled}, {"a date", now.Dated, c.dated}, {"a place", now.Placed, c.placed}} {
		usual := share(f.usual, c.read)
		if c.read > 0 && usual-share(f.now, now.Read) > 30 && now.Read*usual/100-f.now >= few {
			return held(CauseFields, "only %d of %d events have %s, where %d of 100 are usual", f.now, now.Read, f.name, usual)
		}
	}
	if now.Lost >= 2 && now.Lost*2 > now.Found {
		return held(CauseFields, "%d of %d known events would lose their hour or their place", now.Lost, now.Found)
	}
	return Verdict{}
}

// judgeDates holds where many more starts than usual lie far off while a third of
// what is known is missing or moved (a calendar that keeps what is over has ever
// more starts far off, and is in health), where known events would jump far, where
// most lie years ahead, and where the middle start has jumped by more than half a
// year though events of before are not over.
func judgeDates(now Figures, c custom) Verdict {
	usual, gone := share(c.outside, c.read), now.Unexplained+now.Moved
	if c.read > 0 && share(now.Outside, now.Read)-usual > 20 && now.Outside-now.Read*usual/100 >= few && gone >= 2 && gone*3 >= now.Expected {
		return held(CauseDates, "%d of %d starts are more than 30 days ago or 400 days ahead, where %d of 100 are usual", now.Outside, now.Read, usual)
	}
	if now.Far > 0 && now.Far*2 >= now.Found {
		return held(CauseDates, "%d of %d known events would move by more than half a year, or by the hours of a lost zone", now.Far, now.Found)
	}
	if c.polls > 0 && now.Distant*2 > now.Read {
		return held(CauseDates, "%d of %d events would start more than 400 days ahead, where nothing did", now.Distant, now.Read)
	}
	if jump := jumped(now.Median, c.last.Median); now.Read >= few && jump > 180 && gone >= few {
		return held(CauseDates, "the middle of all starts jumped by %d days to %s, and %d known events are moved or missing", jump, now.Median, gone)
	}
	return Verdict{}
}

// judgeShrunk holds where more than half of what should be listed is missing, and
// where none of it is there.
func judgeShrunk(now Figures, _ custom) Verdict {
	most := now.Unexplained >= few && now.Unexplained*2 > now.Expected
	none := now.Unexplained >= 2 && now.Found == 0
	if !most && !none {
		return Verdict{}
	}
	v := held(CauseShrunk, "%d of %d events that should be listed are not: nothing is removed or changed", now.Unexplained, now.Expected)
	v.Adds = now.Found > 0 && now.Moved == 0 && now.Cancelled == 0
	return v
}

// judgeMoved holds where more than half of what is known would move at once.
func judgeMoved(now Figures, _ custom) Verdict {
	if now.Moved < few || now.Moved*2 <= now.Found {
		return Verdict{}
	}
	return held(CauseMoved, "%d of %d known events would get another time at once", now.Moved, now.Found)
}

// judgeCancelled holds where nearly all of what is known would be cancelled at once,
// and where all that is listed is, be it known or new or over. Two of a list that
// shows others too are called off by a community, and not by a misreading of the list.
func judgeCancelled(now Figures, _ custom) Verdict {
	v, all := Verdict{}, now.CalledOff == now.Read
	switch {
	case now.Cancelled > 0 && now.Read >= few && all:
		v = held(CauseCancelled, "all %d listed events would be cancelled", now.Read)
	case now.Cancelled >= few || now.Cancelled == 2 && all:
		if now.Cancelled*10 >= now.Found*8 {
			v = held(CauseCancelled, "%d of %d known events would be cancelled at once", now.Cancelled, now.Found)
		}
	}
	v.Adds = v.State == Held && now.Moved == 0
	return v
}

func held(c Cause, format string, args ...any) Verdict {
	return Verdict{State: Held, Cause: c, Words: fmt.Sprintf(format, args...)}
}

// A custom is what the good polls of the past add up to.
type custom struct {
	polls                                       int
	last                                        Figures
	read, items, titled, dated, placed, outside int
}

func customOf(past []Figures) (c custom) {
	c.polls = len(past)
	for i, f := range past {
		if i == 0 {
			c.last = f
		}
		c.read, c.items = c.read+f.Read, c.items+f.Read+f.Rejected
		c.titled, c.dated, c.placed = c.titled+f.Titled, c.dated+f.Dated, c.placed+f.Placed
		c.outside += f.Outside
	}
	return c
}

func share(n, of int) int {
	if of == 0 {
		return 0
	}
	return n * 100 / of
}

func jumped(a, b event.Date) int {
	if a.IsZero() || b.IsZero() {
		return 0
	}
	return max(a.Sub(b), b.Sub(a))
}

// Most gives the largest number of listings in the figures.
func Most(past []Figures) int {
	if len(past) == 0 {
		return 0
	}
	return slices.MaxFunc(past, func(a, b Figures) int { return a.Read - b.Read }).Read
}
