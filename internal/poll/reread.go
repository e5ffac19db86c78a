package poll

import (
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/ledger"
)

// reread gives the starts, by key, that the readers of today find in the very pages
// of the last good poll. It says nothing where readers and definition are those of
// before, or the pages are kept no more.
func (v *visit) reread() map[string]event.Moment {
	if v.before.Fingerprint == "" || v.before.Fingerprint == v.fingerprint() || len(v.past) == 0 {
		return nil
	}
	last := v.past[0]
	pages := make([]extract.Page, 0, len(last.Pages))
	for _, p := range last.Pages {
		body, err := v.poller.Archive.Get(p.Hash)
		if err != nil {
			return nil
		}
		pages = append(pages, extract.Page{Requested: p.Requested, URL: p.URL, Status: p.Status, ContentType: p.ContentType, Body: body})
	}
	if len(pages) == 0 {
		return nil
	}
	res, err := v.poller.Kinds[v.source.Kind].Read(extract.Visit{Source: v.source, At: last.At, Pages: pages})
	if err != nil {
		return nil
	}
	there := make(map[string]event.Moment, len(res.Listings))
	for _, l := range res.Listings {
		there[l.Key] = l.Start
	}
	return there
}

// misread gives the keys that the readers of before found in the pages of the last
// good poll and those of today do not: they never were there.
func (v *visit) misread(known ledger.Known, reread map[string]event.Moment) map[string]bool {
	if reread == nil {
		return nil
	}
	misread := map[string]bool{}
	for _, c := range known.Claims {
		if _, there := reread[c.Key]; !there && c.Source == v.source.ID && c.Until.IsZero() && c.Absence == (event.Absence{}) {
			misread[c.Key] = true
		}
	}
	return misread
}
