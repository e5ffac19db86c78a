package ledger

import "koyomi/internal/event"

// byMending weighs a listing against one that a mended reader does not find any
// more. What never was there has no successor, unless the very page it was read
// from says the same title with another date: then the date had been misread.
func byMending(b *book, key string, l face, g event.Claim) (v verdict) {
	was := b.face(&g.Listing.Details)
	if _, there := b.visit.Reread[key]; !there || was.name.core != l.name.core || otherNumber(was, l) {
		return v
	}
	v.add(94, "the same title in the very page that was misread")
	return v
}

// mended reports whether what a visit says of an event's start is not the source's
// doing: the reader of today finds another start than was believed in the very page
// of the last poll.
func (b *book) mended(before, after event.Event) bool {
	for _, c := range b.claims[after.UID] {
		start, there := b.visit.Reread[c.Key]
		if there && c.Source == b.visit.Source && current(c) && !start.Equal(before.Start) {
			return true
		}
	}
	return false
}
