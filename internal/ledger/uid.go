package ledger

import (
	"koyomi/internal/event"
	"koyomi/internal/ledger/link"
	"koyomi/internal/text"

	"github.com/google/uuid"
)

// namespace is the UUIDv5 namespace of all koyomi UIDs: the URL namespace's
// UUIDv5 of "https://koyomi.invalid/uid". It may never change.
var namespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://koyomi.invalid/uid"))

// seed returns what an event's UID is made from, the most lasting first: the
// platform's (or host's) own id, the community's number, its page, and last the
// title with the first day it was seen at. Nothing in it depends on the rules of
// likeness, which may get better; a UID may not get other.
func (b *state) seed(l event.Listing) string {
	v := b.visit
	switch {
	case !l.Derived && l.Key != "":
		return "id\n" + v.Origin + "\n" + l.Key
	case l.Number != "" && !link.ReadTitle(l.Title).Beside:
		return "number\n" + v.Community + "\n" + l.Number
	case l.URL != "" && b.urls[l.URL] == 1:
		return "url\n" + v.Community + "\n" + l.URL
	default:
		return "title\n" + v.Community + "\n" + seedTitle(
			l.Title,
		) + "\n" + l.Start.Date.String()
	}
}

// seeds returns what the UID of l may be made from, the first that is free: its seed,
// and where another event has that (a number used twice, a page used again) the
// seed with its day, and with its key.
func (b *state) seeds(l event.Listing) [3]string {
	seed := b.seed(l)
	dated := seed + "\n" + l.Start.String()
	return [3]string{seed, dated, dated + "\n" + b.visit.Source + "\n" + l.Key}
}

// freshUID returns the UID of an event that is new.
func (b *state) freshUID(l event.Listing) string {
	seeds := b.seeds(l)
	for _, seed := range seeds[:2] {
		uid := newUID(seed)
		if _, known := b.events[uid]; !known {
			return uid
		}
	}
	return newUID(seeds[2])
}

func newUID(seed string) string {
	return uuid.NewSHA1(namespace, []byte(seed)).String()
}

// seedUIDs returns the UIDs that the listings of a visit may be known under
// elsewhere: those made from a platform's own ids, and from numbers and pages.
func seedUIDs(v Visit) []string {
	b := &state{visit: v, urls: countURLs(v.Listings)}
	uids := make([]string, 0, 2*len(v.Listings))
	for _, l := range v.Listings {
		seeds := b.seeds(l)
		uids = append(uids, newUID(seeds[0]), newUID(seeds[1]))
	}
	return uids
}

func countURLs(listings []event.Listing) map[string]int {
	n := make(map[string]int, len(listings))
	for _, l := range listings {
		n[l.URL]++
	}
	return n
}

// seedTitle is a title as far as a UID may depend on it: folded, letters and
// digits only. It may never change.
func seedTitle(title string) string { return link.Letters(text.Fold(title)) }
