package ledger

import (
	"strings"

	"koyomi/internal/event"
)

// byTwin finds the event that another source of the community lists for the same
// day under the same name. Two listings of one source are never one event: the
// source tells them apart.
func byTwin(b *book, l event.Listing) (match, bool) {
	var found []string
	for uid, e := range b.events {
		if e.Community != b.visit.Community || e.Withdrawn || e.MergedInto != "" || b.taken[uid] {
			continue
		}
		if e.Start.Date == l.Start.Date && !b.mineAlready(uid) && twins(e.Details, l.Details) {
			found = append(found, uid)
		}
	}
	if len(found) != 1 {
		return match{}, false
	}
	return match{uid: found[0], reasons: []string{"same day and name as " + b.events[found[0]].Title}}, true
}

// mineAlready reports whether the visit's source has a current claim on uid.
func (b *book) mineAlready(uid string) bool {
	for _, c := range b.claims[uid] {
		if c.Source == b.visit.Source && c.Until.IsZero() {
			return true
		}
	}
	return false
}

// twins reports whether two announcements for one day are of one gathering: the
// same name, or one title core holds the other whole.
func twins(a, b event.Details) bool {
	if sameName(a, b) {
		return true
	}
	if aside(a.Title) != aside(b.Title) || (a.Number != "" && b.Number != "") {
		return false
	}
	x, y := core(a.Title), core(b.Title)
	if len([]rune(x)) < 6 || len([]rune(y)) < 6 {
		return false
	}
	return strings.Contains(x, y) || strings.Contains(y, x)
}
