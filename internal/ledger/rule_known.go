package ledger

import "koyomi/internal/event"

// byKnownClaim finds the event that the source listed under the same key before:
// whatever else is different is an edit, a move included. An event that was merged
// lives on under the other's UID; one that was withdrawn is back.
func byKnownClaim(b *book, l event.Listing) (string, []string, bool) {
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
func reused(b *book, c event.Claim, l event.Listing) bool {
	old := c.Listing
	over := old.Over(b.visit.assumed())
	if old.Start.IsZero() || l.Start.IsZero() || old.Status == event.Postponed || old.Status == event.Cancelled {
		return false
	}
	if !over.Before(c.Seen) || !l.Over(b.visit.assumed()).After(b.visit.At) || days(old.Start, l.Start) < 2 || !c.From.Before(over) {
		return false
	}
	x, y := b.face(&old.Details), b.face(&l.Details)
	if otherNumber(x, y) || l.Derived {
		return true
	}
	return !sameNumber(x, y) && (l.Key == l.URL || x.name.core != y.name.core)
}
