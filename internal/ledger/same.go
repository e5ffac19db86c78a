package ledger

import (
	"slices"
	"time"

	"koyomi/internal/event"
)

// sameListing reports whether a source says the same of an event as before. What
// only the wire carries (the source's own counters, the order of tags, how a date
// was read) is no difference.
func sameListing(a, b event.Listing) bool {
	return sameDetails(a.Details, b.Details) && a.Key == b.Key && a.Derived == b.Derived
}

func sameDetails(a, b event.Details) bool {
	return a.Title == b.Title && a.Span.Equal(b.Span) && a.Zone == b.Zone && a.Status == b.Status && a.Type == b.Type &&
		a.Mode == b.Mode && a.URL == b.URL && a.Location == b.Location && a.Area == b.Area && a.OnlineURL == b.OnlineURL &&
		a.Description == b.Description && sameTags(a.Tags, b.Tags) && sameGeo(a.Geo, b.Geo) && a.Number == b.Number &&
		a.RegistrationOpens.Equal(b.RegistrationOpens) && a.RegistrationCloses.Equal(b.RegistrationCloses)
}

func sameTags(a, b []string) bool {
	return slices.Equal(a, b) || slices.Equal(sorted(a), sorted(b))
}

func sameGeo(a, b *event.Geo) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// sameDay reports whether two moments are of one day: a claim is written anew once
// a day at most where only the moment it was seen is different.
func sameDay(a, b time.Time) bool {
	return event.DateOf(a.In(event.Tokyo)) == event.DateOf(b.In(event.Tokyo))
}
