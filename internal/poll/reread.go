package poll

import (
	"context"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/ledger"
	"koyomi/internal/store"
)

// reread returns what, by key, the readers of today find in the very pages
// of the last good poll: nil where readers and definition are those of before, or the
// pages are kept no more.
func (v *visit) reread(ctx context.Context) (map[string]event.Listing, error) {
	if v.before.Fingerprint == "" || v.before.Fingerprint == v.fingerprint() {
		return nil, nil
	}
	good, err := v.poller.Memory.Good(ctx, v.source.ID, 1)
	if err != nil || len(good) == 0 {
		return nil, err
	}
	return v.readAgain(good[0]), nil
}

// readAgain reads the pages of a poll of before; nil where they cannot be read.
func (v *visit) readAgain(last store.Poll) map[string]event.Listing {
	pages := make([]extract.Page, 0, len(last.Pages))
	for _, p := range last.Pages {
		body, err := v.poller.Archive.Get(p.Hash)
		if err != nil {
			return nil
		}
		pages = append(pages, extract.Page{
			Requested:   p.Requested,
			URL:         p.URL,
			Status:      p.Status,
			ContentType: p.ContentType,
			Body:        body,
		})
	}
	if len(pages) == 0 {
		return nil
	}
	res, err := v.poller.Kinds[v.source.Kind].Read(extract.Visit{
		Source: v.source,
		At:     last.At,
		Pages:  pages,
	})
	if err != nil {
		return nil
	}
	there := make(map[string]event.Listing, len(res.Listings))
	for _, l := range res.Listings {
		there[l.Key] = l
	}
	return there
}

// misread returns the keys that the readers of before found in the pages of the last
// good poll and those of today do not: they never were there.
func (v *visit) misread(
	known ledger.Known,
	reread map[string]event.Listing,
) map[string]bool {
	if reread == nil {
		return nil
	}
	misread := map[string]bool{}
	for _, c := range known.Claims {
		_, isRead := reread[c.Key]
		isListed := c.Until.IsZero() && c.Absence == (event.Absence{})
		if isListed && !isRead && c.Source == v.source.ID {
			misread[c.Key] = true
		}
	}
	return misread
}
