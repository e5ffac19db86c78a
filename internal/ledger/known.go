package ledger

import (
	"koyomi/internal/event"
	"koyomi/internal/ledger/link"
)

// byKnownClaim finds the event that the source listed under the same key before:
// whatever else is different is an edit, a move included. An event that was merged
// lives on under the other's UID; one that was withdrawn is back.
func byKnownClaim(b *state, l event.Listing) (string, []string, bool) {
	c, ok := b.mine[l.Key]
	if !ok || !current(c) && c.Absence.Ended == "" {
		return "", nil, false
	}
	uid, ok := b.live(c.UID)
	if !ok || b.nextInSlot(c.Listing, l) || reused(b, c, l) {
		return "", nil, false
	}
	return uid, []string{"same id at " + b.visit.Source}, true
}

// reused reports whether a key now names another gathering: the one it named was
// seen to have taken place, and this one is yet to come. A page that always shows
// the next meeting does so, and a calendar whose one entry is moved on. An id of
// its own that keeps number and title is believed to be a late move.
func reused(b *state, c event.Claim, l event.Listing) bool {
	toCome := !l.Start.IsZero() && l.Over(b.visit.assumed()).After(b.visit.At)
	if !toCome || !b.tookPlace(c) || days(c.Listing.Start, l.Start) < 2 {
		return false
	}
	switch number := numbers(c.Listing, l); {
	case l.Derived, number == link.NumberOther:
		return true
	case number == link.NumberSame:
		return false
	}
	return l.Key == l.URL || !sameCore(c.Listing.Title, l.Title)
}

// numbers compares the issues that two listings print.
func numbers(x, y event.Listing) link.NumberComparison {
	return link.CompareNumbers(link.Announce(&x.Details), link.Announce(&y.Details))
}

// tookPlace reports whether what a claim names was still listed once it was over.
func (b *state) tookPlace(c event.Claim) bool {
	l, over := c.Listing, c.Listing.Over(b.visit.assumed())
	return !l.Start.IsZero() && !calledOff(l.Status) && over.Before(c.Seen) && c.From.Before(over)
}

// sameTitle reports whether two listings have one title and no other number.
func sameTitle(x, y event.Listing) bool {
	return sameCore(x.Title, y.Title) && numbers(x, y) != link.NumberOther
}

func sameCore(a, b string) bool { return link.ReadTitle(a).Core == link.ReadTitle(b).Core }

// fixed reports whether what a visit says of an event's start is not the source's
// doing: the reader of today finds another start than was believed in the very page
// of the last poll.
func (b *state) wasFixed(before, after event.Event) bool {
	for _, c := range b.claims[after.UID] {
		again, there := b.visit.Reread[c.Key]
		if there && c.Source == b.visit.Source && current(c) && !again.Start.Equal(before.Start) {
			return true
		}
	}
	return false
}

// days returns the whole days between two starts, never negative.
func days(a, b event.Moment) int {
	n := a.Date.Sub(b.Date)
	return max(n, -n)
}

func ownPage(u string) bool { return link.OwnPage(u) }

// TitleCore returns what a title names, for comparing: folded, without punctuation
// and without what it says of how the event stands (中止, 満員).
func TitleCore(title string) string { return link.ReadTitle(title).Core }
