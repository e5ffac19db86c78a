// Package recording keeps visits as files: what the sites said, and what must be
// read from it. It asks no network and no clock of its own.
package recording

import (
	"slices"
	"strings"
	"time"

	"koyomi/internal/source"
)

// Origin says how a recording came to be.
type Origin string

// The origins of recordings.
const (
	// Fetched is what the site itself sent.
	Fetched Origin = "fetched"
	// Written is a page of our own in the structure of the site's, with real facts.
	Written Origin = "written"
	// Made is made up, to show a fault.
	Made Origin = "made"
)

var origins = []Origin{Fetched, Written, Made}

// A Visit is one recorded visit to a source: the folder
// testdata/<community>/<date>/, where a word may follow the date.
type Visit struct {
	// Dir is the folder, as "testdata/bpstudy/2009-05-18".
	Dir string
	// Source is the id of the source that was visited. A visit that proves a
	// platform, not a source, names Platform and the group in its place.
	Source, Platform, Group string
	// At is the moment of the visit.
	At     time.Time
	Origin Origin
	// Note is for people: what the recording shows, where its facts are from.
	Note  string
	Pages []Page
	// Want is want.jsonl as it stands, nil where there is none.
	Want []byte
}

// A Page is one recorded answer.
type Page struct {
	// URL is what was asked for, Final where it led, the same where "".
	URL, Final string
	Status     int
	// Header holds the headers that matter, their names in lower case.
	Header map[string]string
	Body   []byte
}

// Of returns the visits of one source, oldest first. A source that only carries a
// platform's settings has those of the platform and its group.
func Of(visits []Visit, s *source.Source) []Visit {
	own := slices.DeleteFunc(slices.Clone(visits), func(v Visit) bool { return !v.isOf(s) })
	slices.SortStableFunc(own, func(a, b Visit) int { return a.At.Compare(b.At) })
	return own
}

// isOf reports whether a visit is one to a source.
func (v Visit) isOf(s *source.Source) bool {
	if v.Platform != "" {
		return v.Platform == s.Platform && v.Group == s.Group
	}
	return v.Source == s.ID && s.ID != ""
}

// page returns the recorded answer for an address.
func (v Visit) page(url string) (Page, bool) {
	i := slices.IndexFunc(v.Pages, func(p Page) bool { return p.URL == url })
	if i < 0 {
		return Page{}, false
	}
	return v.Pages[i], true
}

// name returns the folder without what all of them share: "bpstudy/2009-05-18".
func (v Visit) name() string { return strings.TrimPrefix(v.Dir, root+"/") }
