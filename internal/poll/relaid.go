package poll

import (
	"context"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/ledger"
	"koyomi/internal/source"
)

// relaid reads a page that is laid out again: where the source's settings read nothing of
// it, or less than half of what they read last, and other ones show all that is known of
// the source without a contradiction, those are taken. It is told in the notes. ok is
// false where the source's own settings hold.
func (v *visit) relaid(
	ctx context.Context,
	pages []extract.Page,
	res extract.Result,
	failed bool,
) (extract.Result, bool) {
	isLess := failed || len(res.Listings)*2 < v.profile.Last.Read
	if v.source.Kind != source.HTML || v.poller.Relaid == nil || len(pages) != 1 {
		return res, false
	}
	if !isLess {
		return res, false
	}
	known, err := v.poller.Memory.Known(ctx, ledger.Need{
		Source: v.source.ID,
		From:   event.DateOf(v.at.In(event.Tokyo)),
	})
	if err != nil {
		return res, false // what is known is asked again, and the failure told then
	}
	var listed []event.Listing
	for _, c := range known.Claims {
		isAhead := c.Until.IsZero() &&
			c.Listing.Start.Date.Compare(event.DateOf(v.at.In(event.Tokyo))) >= 0
		if c.Source == v.source.ID && isAhead {
			listed = append(listed, c.Listing)
		}
	}
	better, ok := v.poller.Relaid(pages[0], listed, v.at)
	if !ok {
		return res, false
	}
	v.note(
		"the page is laid out again: it was read in another way, which shows all %d events known; `koyomi source try %s` prints the settings",
		len(listed),
		v.source.URL,
	)
	v.report.Relaid = true
	return better, true
}
