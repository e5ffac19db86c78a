package ledger

import (
	"fmt"

	"koyomi/internal/event"
)

// The distances in days up to which an announcement under a new id can be that of
// an event whose own has just gone.
const (
	movedNumbered = 180
	movedTitled   = 60
	movedSerial   = 10
)

// byGone weighs a listing against the source's own one that is missing in the same
// visit: re-posted under a new id, moved, renamed, renumbered.
func byGone(b *book, l face, g event.Claim) verdict {
	was := b.face(&g.Listing.Details)
	if toldApart(was.name, l.name) || was.Type != l.Type {
		return verdict{}
	}
	v := verdict{reasons: []string{fmt.Sprintf("announced anew: the listing %s has gone", g.Key)}}
	switch {
	case was.Start.Equal(l.Start):
		v = reposted(v, b, was, l)
	case otherNumber(was, l) || b.visit.Partial && !sameNumber(was, l):
		return verdict{}
	case sameNumber(was, l) && days(was.Start, l.Start) <= movedNumbered:
		v.add(88, "number "+l.Number+" of the series in both")
	case was.Start.Date == l.Start.Date:
		v = retimed(v, was, l)
	default:
		v = movedAway(v, b, was, l)
	}
	if b.visit.Pages[g.Key].State == PageAlive && !was.Start.Equal(l.Start) {
		v.add(-15, "")
	}
	return v
}

// reposted weighs two announcements of one start.
func reposted(v verdict, b *book, was, l face) verdict {
	likeness := dice(was.name.grams, l.name.grams)
	place := weighPlace(was, l)
	switch {
	case was.name.core == l.name.core:
		v.add(95, "the same start and title")
	case sameNumber(was, l):
		v.add(92, "the same start, number "+l.Number+" in both")
	case otherNumber(was, l) && likeness >= 80:
		v.add(75, "the same start, the same title but for the number: renumbered")
	case otherNumber(was, l):
	case holdsWhole(was.name.core, l.name.core) || likeness >= 30:
		v.add(75+likeness/10, "the same start, a similar title: renamed")
	case place.points > 0 && !was.AllDay() && !b.visit.Partial:
		v.add(70, "the same start and place: renamed")
	}
	return v
}

// retimed weighs two announcements of one day with other hours.
func retimed(v verdict, was, l face) verdict {
	switch likeness := dice(was.name.grams, l.name.grams); {
	case was.name.core == l.name.core:
		v.add(88, "the same day and title")
	case likeness >= 60:
		v.add(72, "the same day, a similar title")
	}
	return v
}

// movedAway weighs two announcements of different days that print no number.
func movedAway(v verdict, b *book, was, l face) verdict {
	apart := days(was.Start, l.Start)
	same := was.name.core == l.name.core
	switch {
	case b.serial(was):
		if same && apart <= movedSerial {
			v.add(72, "the same title, a few days apart")
		}
	case same && apart <= movedTitled:
		v.add(86, "the same title, which no other event has")
	case apart <= movedTitled && dice(was.name.grams, l.name.grams) >= 80 && len(was.name.grams) >= 6:
		v.add(71, "nearly the same title, which no other event has")
	}
	return v
}

// serial reports whether a title is that of several events of the community: a
// monthly series without numbers.
func (b *book) serial(f face) bool {
	seen := map[event.Date]bool{}
	for day, uids := range b.byDay {
		for _, uid := range uids {
			e := b.events[uid]
			if e.Community == b.visit.Community && b.name(e.Title).core == f.name.core {
				seen[day] = true
			}
		}
	}
	for _, l := range b.visit.Listings {
		if b.name(l.Title).core == f.name.core {
			seen[l.Start.Date] = true
		}
	}
	// The event itself and the listing that may be it are two; a third makes a series.
	return len(seen) > 2
}
