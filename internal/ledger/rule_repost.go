package ledger

import (
	"koyomi/internal/event"
)

// byRepost finds the event whose own key has just gone from the same source while
// a listing that fits it came under a new one: announced anew, moved or not. The
// old event must still lie ahead, else it has merely fallen off the list; and it
// must be the only one that fits.
func byRepost(b *book, l event.Listing) (match, bool) {
	var found []event.Claim
	for key, c := range b.mine {
		if b.listed[key] || !c.Until.IsZero() || b.taken[c.UID] {
			continue
		}
		e, ok := b.events[c.UID]
		if !ok || !e.Over(0).After(b.visit.At) || e.Withdrawn {
			continue
		}
		if sameName(e.Details, l.Details) && abs(e.Start.Date.Sub(l.Start.Date)) <= Pad {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		return match{}, false
	}
	b.retire(found[0])
	return match{uid: found[0].UID, reasons: []string{"announced anew: the listing " + found[0].Key + " has gone, title and number are the same"}}, true
}

// sameName reports whether two announcements carry the name of one gathering:
// the same number, or the same title core, and neither is the party beside the other.
func sameName(a, b event.Details) bool {
	if aside(a.Title) != aside(b.Title) {
		return false
	}
	if a.Number != "" && b.Number != "" {
		return a.Number == b.Number
	}
	return core(a.Title) == core(b.Title)
}

func abs(n int) int { return max(n, -n) }
