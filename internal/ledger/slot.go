package ledger

import (
	"strconv"

	"koyomi/internal/event"
	"koyomi/internal/ledger/link"
)

// nextInSlot reports whether a page of one slot, which shows the next meeting and
// nothing else, shows another one now: the former is over, or its number has passed.
// Then its key is that of the page, and not of the meeting.
func (b *state) nextInSlot(before, now event.Listing) bool {
	if !b.visit.Profile.OneSlot() || len(b.visit.Listings) != 1 || !b.isLater(before, now) {
		return false
	}
	if passed, known := numberPassed(before.Number, now.Number); known {
		return passed
	}
	return !before.Over(b.visit.assumed()).After(b.visit.At)
}

// isPageKey reports whether the key of a listing is that of a page of one slot, under
// which another meeting was listed before.
func (b *state) isPageKey(l event.Listing) bool {
	c, known := b.mine[l.Key]
	return known && b.nextInSlot(c.Listing, l)
}

// isLater reports whether a listing is of some later day than what was listed before.
func (b *state) isLater(before, now event.Listing) bool {
	return !before.Start.IsZero() && now.Start.Date.Sub(before.Start.Date) >= 2
}

// numberPassed reports whether the second of two numbers of a series is the higher one,
// and whether both are known.
func numberPassed(before, now string) (passed, known bool) {
	x, errX := strconv.Atoi(before)
	y, errY := strconv.Atoi(now)
	if errX != nil || errY != nil {
		return false, false
	}
	return y > x, true
}

// newDate is the verdict on an event that was put off without a date and the listing
// that tells its new one.
var newDate = link.Verdict{
	LogOdds: certain,
	Reasons: []link.Reason{
		{Words: "put off without a date, and here is the new one", LogOdds: certain},
	},
}

// awaitsDate reports whether a listing tells the new date of one that was put off: the
// same title, and no other number.
func (b *state) awaitsDate(l event.Listing, g event.Claim) bool {
	if g.Listing.Status != event.Postponed || !current(g) || l.Start.IsZero() {
		return false
	}
	return sameTitle(g.Listing, l)
}
