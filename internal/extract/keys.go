package extract

import (
	"fmt"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// key sets the key of a listing: the source's own, else its address where that is
// a page of its own, else one made from title and date.
func (b *Builder) key(l *event.Listing, r *Raw) {
	switch {
	case r.Key != "":
		l.Key = text.Line(r.Key, maxKey)
	case l.URL != "" && !b.isList(l.URL):
		l.Key = l.URL
	default:
		l.Key, l.Derived = derivedKey(l), true
	}
	if r.Occurrence != "" {
		l.Key += ";" + r.Occurrence
	}
}

func derivedKey(l *event.Listing) string {
	return l.Start.Date.String() + " " + text.Line(text.Fold(l.Title), 100)
}

// isList reports whether an address is that of a list and so names no event.
func (b *Builder) isList(address string) bool {
	if b.lists == nil {
		b.lists = b.listAddresses()
	}
	return b.lists[address]
}

func (b *Builder) listAddresses() map[string]bool {
	pages := b.Lists
	if pages == nil {
		pages = b.visit.Pages
	}
	out := map[string]bool{}
	for _, p := range pages {
		for _, u := range []string{p.Requested, p.URL} {
			if canonical, err := text.URL("", u); err == nil {
				out[canonical] = true
			}
		}
	}
	return out
}

// maxShared is how many keys that several items bear are named one by one.
const maxShared = 3

// Result returns what was built. Listings that share a key are told apart by their
// dates; what is the same twice is left out, with a word.
func (b *Builder) Result() Result {
	if !b.hasNamesakes() {
		return b.result
	}
	byKey := map[string][]int{}
	for i, l := range b.result.Listings {
		byKey[l.Key] = append(byKey[l.Key], i)
	}
	drop := map[int]bool{}
	for i, l := range b.result.Listings {
		if same := byKey[l.Key]; len(same) > 1 && same[0] == i {
			b.tellApart(same, drop)
		}
	}
	if b.shared > maxShared {
		b.Note("so it is with %d further keys", b.shared-maxShared)
	}
	b.result.Listings = without(b.result.Listings, drop)
	return b.result
}

// hasNamesakes reports whether several listings bear one key.
func (b *Builder) hasNamesakes() bool {
	seen := make(map[string]struct{}, len(b.result.Listings))
	for i := range b.result.Listings {
		seen[b.result.Listings[i].Key] = struct{}{}
	}
	return len(seen) < len(b.result.Listings)
}

// without returns listings without those in some places.
func without(all []event.Listing, drop map[int]bool) []event.Listing {
	var kept []event.Listing
	for i, l := range all {
		if !drop[i] {
			kept = append(kept, l)
		}
	}
	return kept
}

// Namesakes are the listings of one key being told apart: the place of the first at
// each time, and what each is told by.
type namesakes struct {
	key    string
	first  map[string]int
	suffix map[int]string
}

// tellApart settles listings of one key. The dates go into all of their keys, not
// only into that of the later one: the order of a page may change.
func (b *Builder) tellApart(same []int, drop map[int]bool) {
	n := namesakes{
		key:    b.result.Listings[same[0]].Key,
		first:  map[string]int{},
		suffix: map[int]string{},
	}
	for _, i := range same {
		if reason := b.namesake(n, i); reason != "" {
			drop[i] = true
			b.Reject(b.items[i], b.result.Listings[i].Title, reason)
		}
	}
	if len(n.suffix) < 2 {
		return
	}
	if b.shared++; b.shared <= maxShared {
		b.Note(
			"the key %q is used by %d items; their dates were added to it",
			text.Line(n.key, 60),
			len(n.suffix),
		)
	}
	for i, at := range n.suffix {
		l := &b.result.Listings[i]
		l.Key, l.Derived = n.key+at, true
	}
}

// namesake finds what tells a listing apart from those before it; a reason says why
// nothing does.
func (b *Builder) namesake(n namesakes, i int) (reason string) {
	l := &b.result.Listings[i]
	at := "@" + l.Start.String()
	j, known := n.first[at]
	if !known {
		n.first[at], n.suffix[i] = i, at
		return ""
	}
	old := &b.result.Listings[j]
	if versions(*l, *old) {
		if isNewer(*l, *old) {
			*old, *l = *l, *old
		}
		return fmt.Sprintf(
			"key %q and time are those of %s",
			text.Line(n.key, 60),
			b.items[j],
		)
	}
	at += " " + text.Line(text.Fold(l.Title), 60)
	if _, known := n.first[at]; known {
		return fmt.Sprintf(
			"key %q, time and title are those of another item",
			text.Line(n.key, 60),
		)
	}
	n.first[at], n.suffix[i] = i, at
	return ""
}

// versions reports whether two listings of one key and one time are accounts of
// the same event: titled alike, or one numbered as later than the other.
func versions(a, o event.Listing) bool {
	isNumbered := a.Sequence != o.Sequence || !a.Updated.Equal(o.Updated)
	return isNumbered || text.Fold(a.Title) == text.Fold(o.Title)
}

// isNewer reports whether an account of an event is newer than another one.
func isNewer(a, o event.Listing) bool {
	if a.Sequence != o.Sequence {
		return a.Sequence > o.Sequence
	}
	return a.Updated.After(o.Updated)
}
