package poll

import (
	"koyomi/internal/extract"
	"koyomi/internal/ledger"
)

// misread gives the keys that the readers of before found and those of today do
// not, in the very pages of the last good poll: they never were there. It says
// nothing where readers and definition are the same, or the pages are kept no more.
func (v *visit) misread(known ledger.Known) map[string]bool {
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
	there := map[string]bool{}
	for _, l := range res.Listings {
		there[l.Key] = true
	}
	misread := map[string]bool{}
	for _, c := range known.Claims {
		if c.Source == v.source.ID && c.Until.IsZero() && c.Absence.Polls == 0 && !there[c.Key] {
			misread[c.Key] = true
		}
	}
	return misread
}
