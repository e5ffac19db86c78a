package discover

import (
	"koyomi/internal/event"
	"koyomi/internal/text"
)

// Again returns the proposal by which a page that is laid out again shows most of what is
// known of its source, and how much of that: listings of one title and day. It is ok
// where that is half at least, and more than a single one of several.
func (r Report) Again(known []event.Listing) (best Proposal, found int, ok bool) {
	type sign struct {
		title string
		day   event.Date
	}
	signOf := func(l event.Listing) sign { return sign{text.Fold(l.Title), l.Start.Date} }
	was := map[sign]bool{}
	for _, l := range known {
		was[signOf(l)] = true
	}
	for _, p := range r.Proposals {
		if !p.Tried || p.Err != nil || p.Posted {
			continue
		}
		seen := map[sign]bool{}
		for _, l := range p.Result.Listings {
			if s := signOf(l); was[s] {
				seen[s] = true
			}
		}
		if len(seen) > found {
			best, found = p, len(seen)
		}
	}
	return best, found, found > 0 && found*2 >= len(was) && (found > 1 || len(was) == 1)
}
