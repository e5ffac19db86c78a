package ledger

import "koyomi/internal/event"

// byKnownClaim finds the event that the source listed under the same key before:
// whatever else is different is an edit. An event that was merged lives on under
// the other's UID.
func byKnownClaim(b *book, l event.Listing) (match, bool) {
	c, ok := b.mine[l.Key]
	if !ok || !c.Until.IsZero() {
		return match{}, false
	}
	uid := c.UID
	if e, known := b.events[uid]; known && e.MergedInto != "" {
		uid = e.MergedInto
	}
	return match{uid: uid, reasons: []string{"same id at " + b.visit.Source}}, true
}
