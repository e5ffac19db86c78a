package ledger

import (
	"fmt"
	"slices"
	"time"

	"koyomi/internal/event"
)

// The distances in days up to which an announcement under a new id can be that of
// an event whose own has just gone.
const (
	movedNumbered = 180
	movedTitled   = 60
	movedSerial   = 10
)

// unmoved is what the same title at the same start counts: more than whatever speaks
// for a move, so that a series under new ids stays as it was.
const unmoved = 120

// byGone weighs a listing against the source's own one that is missing in the same
// visit: re-posted under a new id, moved, renamed, renumbered.
func byGone(b *book, _ string, l face, g event.Claim) verdict {
	was := b.face(&g.Listing.Details)
	if toldApart(was.name, l.name) || was.Type != l.Type {
		return verdict{}
	}
	v := verdict{reasons: []string{fmt.Sprintf("announced anew: the listing %s has gone", g.Key)}}
	switch {
	case !current(g) && !sameNumber(was, l) && !(was.Start.Equal(l.Start) && was.name.core == l.name.core):
		return verdict{} // withdrawn: only what is surely the same brings it back
	case was.Start.Equal(l.Start):
		v = reposted(v, b, was, l)
	case otherNumber(was, l) || b.visit.Partial && !b.covered(g) && !sameNumber(was, l) && b.visit.Pages[g.Key].State != PageGone:
		return verdict{}
	case sameNumber(was, l) && days(was.Start, l.Start) <= movedNumbered:
		v.add(88, "number "+l.Number+" of the series in both")
	case was.Start.Date == l.Start.Date:
		v = retimed(v, was, l)
	default:
		v = movedAway(v, b, was, l, g)
	}
	if b.visit.Pages[g.Key].State == PageAlive && !was.Start.Equal(l.Start) {
		v.add(-15, "")
	}
	return v
}

// byReissue weighs a listing of what is over against what the source told of it under
// another id: a list that draws its ids anew at each visit tells of the same past.
func byReissue(b *book, l face, g event.Claim) (v verdict) {
	was := b.face(&g.Listing.Details)
	if was.Type != l.Type || !was.Start.Equal(l.Start) || toldApart(was.name, l.name) {
		return v
	}
	if was.name.core == l.name.core || sameNumber(was, l) {
		v.add(unmoved, "over, and told under another id: the same start and title")
		v.add(closer(was, l), "")
	}
	return v
}

// closer tells two of one title and start apart, by page and place.
func closer(was, l face) (points int) {
	if was.URL == l.URL {
		points += 2
	}
	if was.Location == l.Location {
		points++
	}
	return points
}

// reposted weighs two announcements of one start.
func reposted(v verdict, b *book, was, l face) verdict {
	likeness := dice(was.name.grams, l.name.grams)
	place := weighPlace(was, l)
	switch {
	case was.name.core == l.name.core:
		v.add(unmoved+closer(was, l), "the same start and title")
	case sameNumber(was, l):
		v.add(unmoved-3, "the same start, number "+l.Number+" in both")
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

// movedAway weighs two announcements of different days that print no number. One
// that starts within a day is not moved by a page that shows the next one already,
// nor one whose page says what became of it.
func movedAway(v verdict, b *book, was, l face, g event.Claim) verdict {
	apart, page := days(was.Start, l.Start), b.visit.Pages[g.Key].State
	same, fresh := was.name.core == l.name.core, b.justGone(g)
	alike := sameHour(was, l) && samePlace(was, l)
	if apart > movedTitled || page == PageCancelled || page == PagePostponed || was.Status == event.Cancelled || b.imminent(was) && !b.unseen(g) {
		return verdict{}
	}
	switch others := b.series(was, l, g); {
	case len(others) > 0:
		if same && (alike || fresh) {
			v = movedWithin(v, others, was, l)
			if alike && (page == PageGone || fresh && !b.ownPageOf(g)) {
				v.add(10, "as it went")
			}
		}
	case (!fresh || page == PageGone) && !sameHour(was, l) && !samePlace(was, l), page == PageAlive && !alike:
	case same:
		v.add(86, "the same title, which no other event has")
	case dice(was.name.grams, l.name.grams) >= 80 && len(was.name.grams) >= 6:
		v.add(71, "nearly the same title, which no other event has")
	}
	return v
}

// justGone reports whether the source listed a claim at its last believed poll, not
// long ago: the longer it is, the likelier two things have happened, one gathering
// taken away and another announced.
func (b *book) justGone(g event.Claim) bool {
	recent := b.visit.last().IsZero() || b.visit.At.Sub(b.visit.last()) <= recently
	return current(g) && g.Absence.Last.IsZero() && recent
}

const recently = 48 * time.Hour

// unseen reports whether nobody has looked at a source since long before what it listed
// was to begin, and the source, which still shows older things, does not show that now:
// it was not held when it was to be.
func (b *book) unseen(g event.Claim) bool {
	if !b.lapsed(g) || b.visit.Partial && !b.firstSeen.Before(g.From) {
		return false
	}
	return slices.ContainsFunc(b.visit.Listings, func(l event.Listing) bool { return l.Start.Date.Compare(g.Listing.Start.Date) < 0 })
}

// lapsed reports whether what a source listed was to begin more than a day after it was
// believed last, which is long ago: it may have been moved meanwhile.
func (b *book) lapsed(g event.Claim) bool {
	begin := g.Listing.Start.Begin(g.Listing.Span.Location())
	away := !b.visit.last().IsZero() && b.visit.At.Sub(b.visit.last()) > recently
	return current(g) && away && begin.Sub(b.visit.last()) >= 24*time.Hour
}

// imminent reports whether an announcement is of the coming day, and not put off.
func (b *book) imminent(f face) bool {
	return f.Status != event.Postponed && f.Start.Begin(f.Span.Location()).Sub(b.visit.At) < 24*time.Hour
}

// movedWithin weighs two announcements of a series with one title, of which one has
// come as the other went. Is it the move of that one, or the next of the series? It
// is a move where it lies a few days off, where it takes the other's place among the
// rest, and where it has the hour and the place of the other, the more if no other
// has them; the less where it has neither.
func movedWithin(v verdict, others []face, was, l face) verdict {
	v.add(60, "the same title")
	if days(was.Start, l.Start) <= movedSerial {
		v.add(12, "a few days apart")
	}
	between := func(o face) bool { return o.Start.Date.Compare(was.Start.Date) == -o.Start.Date.Compare(l.Start.Date) }
	later := func(o face) bool { return o.Start.Date.Compare(l.Start.Date) > 0 }
	alike := func(o face) bool { return sameHour(o, l) && samePlace(o, l) }
	// After all others the next one of the series stands as well.
	next := !alike(was) && l.Start.Date.Compare(was.Start.Date) > 0 && !slices.ContainsFunc(others, later)
	if !next && !slices.ContainsFunc(others, between) {
		v.add(12, "none of the series between the two")
	}
	switch {
	case !sameHour(was, l) && !samePlace(was, l):
		v.add(-20, "")
	case !alike(was):
	case slices.ContainsFunc(others, alike):
		v.add(5, "the same hour and place")
	default:
		v.add(26, "the same hour and place, which no other of the series has")
	}
	return v
}

func sameHour(a, b face) bool {
	clock := func(f face) string { return f.Start.Time.In(f.Span.Location()).Format("15:04") }
	return a.AllDay() == b.AllDay() && (a.AllDay() || clock(a) == clock(b))
}

func samePlace(a, b face) bool {
	return placeCore(a.Location) == placeCore(b.Location) && a.Mode == b.Mode
}

// series gives what else has the title of an announcement that has gone, but for
// the one that may be it anew: the rest of a series without numbers, one of a day.
func (b *book) series(was, l face, g event.Claim) []face {
	var others []face
	seen := map[event.Date]bool{was.Start.Date: true, l.Start.Date: true}
	take := func(d *event.Details) {
		f := b.face(d)
		if f.name.core == was.name.core && !seen[d.Start.Date] {
			seen[d.Start.Date] = true
			others = append(others, f)
		}
	}
	for _, uids := range b.byDay {
		for _, uid := range uids {
			if e := b.events[uid]; uid != g.UID && !e.Withdrawn {
				take(&e.Details)
			}
		}
	}
	for i := range b.visit.Listings {
		take(&b.visit.Listings[i].Details)
	}
	return others
}
