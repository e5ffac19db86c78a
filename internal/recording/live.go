package recording

import (
	"slices"

	"koyomi/internal/event"
	"koyomi/internal/extract"
)

// driftPoints is by how many points of a hundred the share of listings that have a
// field may fall before it counts as drift.
const driftPoints = 30

// Compare says in what a visit of today differs in structure from what was
// recorded: nothing is found where something was, a selector finds nothing more, or
// fields that most listings had are missing. That other events are listed is none.
func Compare(recorded, now extract.Result) []string {
	var drift faultList
	isEmpty, wasEmpty := len(now.Listings) == 0, len(recorded.Listings) == 0
	drift.add(
		isEmpty && !wasEmpty,
		"no event is read, where the recording has %d",
		len(recorded.Listings),
	)
	for _, n := range now.Notes {
		drift.add(!slices.Contains(recorded.Notes, n), "%s", n)
	}
	if isEmpty || wasEmpty {
		return drift
	}
	for _, f := range fields {
		was, is := share(recorded.Listings, f.has), share(now.Listings, f.has)
		drift.add(
			was-is > driftPoints,
			"%d of 100 events have %s, where %d of 100 had in the recording",
			is,
			f.name,
			was,
		)
	}
	was, is := left(recorded), left(now)
	drift.add(
		is-was > driftPoints,
		"%d of 100 items are left out, where %d of 100 were in the recording",
		is,
		was,
	)
	return drift
}

var fields = []struct {
	name string
	has  func(event.Listing) bool
}{
	{"a title", func(l event.Listing) bool { return l.Title != "" }},
	{"an hour", func(l event.Listing) bool { return !l.Start.AllDay() }},
	{"an end", func(l event.Listing) bool { return !l.End.IsZero() }},
	{"a place", func(l event.Listing) bool { return l.Location != "" || l.Mode != "" }},
	{"an address of their own", func(l event.Listing) bool { return l.URL != "" }},
}

// share counts how many of 100 listings have a field.
func share(listings []event.Listing, has func(event.Listing) bool) int {
	n := 0
	for _, l := range listings {
		n += one(has(l))
	}
	return n * 100 / len(listings)
}

// left counts how many of 100 items were left out.
func left(r extract.Result) int {
	return len(r.Rejections) * 100 / max(1, len(r.Listings)+len(r.Rejections))
}
