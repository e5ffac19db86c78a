package ledger

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger/link"
)

// A candidate is a listing under a new key and an event that it may be, with the
// verdict on the two.
type candidate struct {
	listing int
	uid     string
	verdict link.Verdict
	// how says in words by which way they may be one.
	how string
	// gone is the claim whose listing went as this one came, nil for another source's.
	gone *event.Claim
}

func (c candidate) reasons() []string { return append([]string{c.how}, c.verdict.Words()...) }

// candidates weighs the listings under new keys against all events that may be theirs
// and returns those that suffice, of each listing and event the best.
func (b *state) candidates(rest []event.Listing) []candidate {
	departed := append(b.gone(), b.lapsedClaims()...)
	var all []candidate
	for i, l := range rest {
		found := slices.Concat(b.departures(l, departed), b.elsewhere(l))
		found = slices.DeleteFunc(
			found,
			func(c candidate) bool { return !b.suffices(c, l) || b.barred(c.uid, l) },
		)
		slices.SortStableFunc(found, candidate.compare)
		for _, c := range slices.CompactFunc(found, candidate.sameEvent) {
			c.listing = i
			all = append(all, c)
		}
	}
	return all
}

// suffices reports whether a verdict is enough for what the link would do.
func (b *state) suffices(c candidate, l event.Listing) bool {
	e := b.events[c.uid]
	enough := link.Enough
	switch {
	case c.gone != nil:
		enough = link.Moves
	case e.Community != b.visit.Community:
		enough = link.Joins
	case calledOff(l.Status) && !calledOff(e.Status):
		enough = link.CallsOff
	}
	return c.verdict.LogOdds >= enough
}

func calledOff(s event.Status) bool { return s == event.Cancelled || s == event.Postponed }

// compare orders the candidates of a listing by event, the best first.
func (c candidate) compare(o candidate) int {
	return cmp.Or(
		cmp.Compare(c.uid, o.uid),
		cmp.Compare(o.verdict.LogOdds, c.verdict.LogOdds),
	)
}

func (c candidate) sameEvent(o candidate) bool { return c.uid == o.uid }

// barred reports whether a listing cannot be an event whatever speaks for it: another
// listing of this visit is, or a person has said so.
func (b *state) barred(uid string, l event.Listing) bool {
	return b.taken[uid] || b.listedHere(uid) || b.people.apart(uid, b.visit.Source, l.Key)
}

// departures weighs a listing against those of the source that are missing.
func (b *state) departures(l event.Listing, departed []event.Claim) (all []candidate) {
	add := func(g event.Claim, v link.Verdict) {
		all = append(all, candidate{
			uid:     g.UID,
			verdict: v,
			how:     fmt.Sprintf("announced again: the listing %s has gone", g.Key),
			gone:    &g,
		})
	}
	for _, g := range departed {
		switch {
		case b.visit.Misread[g.Key]:
			add(g, b.misreadDate(l, g))
		case b.awaitsDate(l, g):
			add(g, newDate)
		case b.mayBeMoved(l, g):
			add(g, b.weighGone(l, g))
		}
	}
	for _, g := range b.bygone(l) {
		add(g, b.weighGone(l, g))
	}
	return all
}

// farthest is how many days a gathering moves at most.
const farthest = 180

// unlike is the likeness of titles below which nothing on another day is weighed.
const unlike = 0.25

// mayBeMoved reports whether a listing can be what another one has become: that one
// has truly gone, and nothing says what else became of it.
func (b *state) mayBeMoved(l event.Listing, g event.Claim) bool {
	was, numbered := g.Listing, g.Listing.Number != "" && g.Listing.Number == l.Number
	switch apart := days(was.Start, l.Start); {
	case apart > 0 && b.visit.Pages[g.Key].State == PageCancelled:
		return false
	case was.Start.Equal(l.Start):
		return numbered || current(g) || sameCore(was.Title, l.Title)
	case numbered, apart > farthest:
		return apart <= farthest
	case !current(g), !b.hasGone(g):
		return false
	case apart == 0:
		return true
	}
	return !b.accountedFor(g) &&
		link.ReadTitle(was.Title).Like(link.ReadTitle(l.Title)) >= unlike
}

// hasGone reports whether a missing listing has been taken away, and was not only
// pushed out of a list of the newest.
func (b *state) hasGone(g event.Claim) bool {
	return !b.visit.Partial || b.covered(g) || b.visit.Pages[g.Key].State == PageGone
}

// accountedFor reports whether something says what became of a missing listing: its
// page that it is called off, or the day on which a list shows the next one already.
func (b *state) accountedFor(g event.Claim) bool {
	if b.visit.Pages[g.Key].State == PagePostponed {
		return true
	}
	return g.Listing.Status == event.Cancelled || b.imminent(g.Listing) && !b.unseen(g)
}

// certain is the log-odds of what a fact says.
const certain = 25

// misreadDate weighs a listing against one that a repaired reader does not find any
// more. What never was there has no successor, unless the very page it was read from
// says the same title with another date: then the date had been misread, and what the
// page truly said may have been announced again since.
func (b *state) misreadDate(l event.Listing, g event.Claim) (v link.Verdict) {
	if _, there := b.visit.Reread[l.Key]; there && sameTitle(g.Listing, l) {
		v.LogOdds = certain
		v.Reasons = []link.Reason{
			{Words: "the same title in the very page that was misread", LogOdds: certain},
		}
		return v
	}
	for _, key := range slices.Sorted(maps.Keys(b.visit.Reread)) {
		again := b.visit.Reread[key]
		if _, known := b.mine[key]; known || b.listed[key] || !sameTitle(g.Listing, again) {
			continue
		}
		g.Listing = again
		return b.weighGone(l, g)
	}
	return v
}

// weighGone weighs a listing against one of its source that has gone.
func (b *state) weighGone(l event.Listing, g event.Claim) link.Verdict {
	former := g.Listing.Details
	former.Span = b.withShift(former.Span, l.Span)
	was, now := link.Announce(&former), link.Announce(&l.Details)
	page := b.visit.Pages[g.Key].State
	around := link.Around{
		Relation:  link.Gone,
		Titles:    b.titles(),
		Places:    b.places(),
		PageGone:  page == PageGone,
		PageAlive: page == PageAlive || page == "" && g.Absence.Alive,
		Fresh:     b.justGone(g),
		Series:    b.series(was, now, g.UID),
		Rival:     b.successor(now, g.UID),
	}
	return b.judge(l, g, link.Compare(was, now, around))
}

// judge weighs what was compared.
func (b *state) judge(l event.Listing, c event.Claim, x link.Comparison) link.Verdict {
	if b.watch != nil {
		b.watch(Weighed{Listing: l, Claim: c, Comparison: x})
	}
	return link.Judge(x)
}

// A Weighed is a listing and a claim that a visit weighs against each other.
type Weighed struct {
	Listing    event.Listing
	Claim      event.Claim
	Comparison link.Comparison
}

// Weigh returns all pairs that a visit weighs to link what it lists under new keys:
// weights are fitted to them.
func Weigh(v Visit, k Known) (all []Weighed) {
	b := open(v, k)
	b.watch = func(w Weighed) { all = append(all, w) }
	b.assign()
	return all
}

// justGone says how lately the source listed a claim, 1 where its last believed poll was
// within two days: the longer it is, the likelier two things have happened, one gathering
// taken away and another announced.
func (b *state) justGone(g event.Claim) float64 {
	last := b.visit.last()
	switch {
	case !current(g) || !g.Absence.Last.IsZero():
		return 0
	case last.IsZero():
		return 1
	}
	return min(1, recently.Hours()/max(b.visit.At.Sub(last).Hours(), 1))
}

const recently = 48 * time.Hour

// unseen reports whether nobody has looked at a source since long before what it listed
// was to begin, and the source, which still shows older things or keeps them for longer,
// does not show that now: it was not held when it was to be.
func (b *state) unseen(g event.Claim) bool {
	if !b.lapsed(g) || b.visit.Partial && !b.firstSeen.Before(g.From) {
		return false
	}
	over := b.visit.At.Sub(b.overAt(b.before[g.UID]))
	if !b.visit.Partial && over+visitApart < b.visit.Profile.Keeps {
		return true
	}
	return slices.ContainsFunc(
		b.visit.Listings,
		func(l event.Listing) bool { return l.Start.Date.Compare(g.Listing.Start.Date) < 0 },
	)
}

// lapsed reports whether what a source listed was to begin more than a day after it was
// shown last, which is long ago: it may have been moved meanwhile.
func (b *state) lapsed(g event.Claim) bool {
	last, missed := b.visit.last(), g.Absence.Since
	if !current(g) || last.IsZero() || !missed.IsZero() && !missed.After(last) {
		return false // a believed poll has missed it while it was ahead
	}
	begin := g.Listing.Start.Begin(g.Listing.Span.Location())
	shown := b.lastShown(g)
	return b.visit.At.Sub(shown) > recently && begin.Sub(shown) >= 24*time.Hour
}

// lastShown returns when the source was last known to list a claim: at its last believed
// poll, except where that missed it already.
func (b *state) lastShown(g event.Claim) time.Time {
	if !g.Absence.Last.IsZero() || g.Seen.After(b.visit.last()) {
		return g.Seen
	}
	return b.visit.last()
}

// imminent reports whether an announcement is of the coming day, and not put off.
func (b *state) imminent(l event.Listing) bool {
	return l.Status != event.Postponed &&
		l.Start.Begin(l.Span.Location()).Sub(b.visit.At) < 24*time.Hour
}
