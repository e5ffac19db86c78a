package extract

import (
	"fmt"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// key gives a listing its key: the source's own, else its address where that is
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
		b.lists = map[string]bool{}
		pages := b.Lists
		if pages == nil {
			pages = b.visit.Pages
		}
		for _, p := range pages {
			for _, u := range []string{p.Requested, p.URL} {
				if c, err := text.URL("", u); err == nil {
					b.lists[c] = true
				}
			}
		}
	}
	return b.lists[address]
}

// Result gives what was built. Listings that share a key are told apart by their
// dates; what is the same twice is left out, with a word.
func (b *Builder) Result() Result {
	keys := make(map[string]struct{}, len(b.result.Listings))
	for i := range b.result.Listings {
		keys[b.result.Listings[i].Key] = struct{}{}
	}
	if len(keys) == len(b.result.Listings) {
		return b.result
	}
	byKey := map[string][]int{}
	for i := range b.result.Listings {
		byKey[b.result.Listings[i].Key] = append(byKey[b.result.Listings[i].Key], i)
	}
	drop := map[int]bool{}
	for i := range b.result.Listings {
		if same := byKey[b.result.Listings[i].Key]; len(same) > 1 && same[0] == i {
			b.tellApart(same, drop)
		}
	}
	if b.shared > 3 {
		b.Note("so it is with %d further keys", b.shared-3)
	}
	var kept []event.Listing
	for i, l := range b.result.Listings {
		if !drop[i] {
			kept = append(kept, l)
		}
	}
	b.result.Listings = kept
	return b.result
}

// tellApart settles listings of one key. The dates go into all of their keys, not
// only into that of the later one: the order of a page may change.
func (b *Builder) tellApart(same []int, drop map[int]bool) {
	key := b.result.Listings[same[0]].Key
	first := map[string]int{}
	suffix := map[int]string{}
	for _, i := range same {
		l := &b.result.Listings[i]
		at := "@" + l.Start.String()
		j, known := first[at]
		if !known {
			first[at], suffix[i] = i, at
			continue
		}
		old := &b.result.Listings[j]
		if versions(*l, *old) {
			// Of two accounts of one time, the newer one stands.
			if l.Sequence > old.Sequence || l.Sequence == old.Sequence && l.Updated.After(old.Updated) {
				*old, *l = *l, *old
			}
			drop[i] = true
			b.Reject(b.items[i], l.Title, fmt.Sprintf("key %q and time are those of %s", text.Line(key, 60), b.items[j]))
			continue
		}
		at += " " + text.Line(text.Fold(l.Title), 60)
		if _, known := first[at]; known {
			drop[i] = true
			b.Reject(b.items[i], l.Title, fmt.Sprintf("key %q, time and title are those of another item", text.Line(key, 60)))
			continue
		}
		first[at], suffix[i] = i, at
	}
	if len(suffix) < 2 {
		return
	}
	if b.shared++; b.shared <= 3 {
		b.Note("the key %q is used by %d items; their dates were added to it", text.Line(key, 60), len(suffix))
	}
	for i, at := range suffix {
		l := &b.result.Listings[i]
		l.Key, l.Derived = key+at, true
	}
}

// versions reports whether two listings of one key and one time are accounts of
// the same event: titled alike, or one numbered as later than the other.
func versions(a, o event.Listing) bool {
	return text.Fold(a.Title) == text.Fold(o.Title) || a.Sequence != o.Sequence || !a.Updated.Equal(o.Updated)
}
