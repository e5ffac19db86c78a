package ledger

import (
	"cmp"
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger/link"
)

// elder tells which of two events lives on where they turn out to be one: the one
// that was there first.
func (b *book) elder(x, y string) (winner, loser string) {
	p, q := b.events[x], b.events[y]
	switch at := p.Created.Compare(q.Created); {
	case p.Created.IsZero() != q.Created.IsZero():
		if p.Created.IsZero() {
			return y, x
		}
		return x, y
	case at < 0 || at == 0 && x < y:
		return x, y
	}
	return y, x
}

// seated tells which of two events has the claim that seeds the UID of both, where
// nobody knows their UIDs yet.
func (b *book) seated(x, y string) (winner, loser string) {
	first := func(uid string) event.Claim { return slices.MinFunc(b.claims[uid], b.bySeat) }
	if len(b.claims[x]) == 0 || len(b.claims[y]) == 0 {
		return b.elder(x, y)
	}
	if b.bySeat(first(x), first(y)) < 0 {
		return x, y
	}
	return y, x
}

// merge has one event live on under another.
func (b *book) merge(loser, winner string, reasons ...string) {
	for _, c := range slices.Clone(b.claims[loser]) {
		b.repoint(c, winner)
	}
	e := b.events[loser]
	e.MergedInto = winner
	b.events[loser] = e
	b.mergedInto[winner] = append(b.mergedInto[winner], loser)
	if b.taken[loser] {
		b.taken[winner] = true
	}
	b.touch(loser, reasons...)
	b.touch(winner, reasons...)
}

// mergeTwins merges events that were held for two when they were announced and
// turn out to be one, now that this visit said more of them. A source that lists
// both tells them apart.
func (b *book) mergeTwins() {
	for _, l := range b.visit.Listings {
		uid, ok := b.live(b.mine[l.Key].UID)
		if _, touched := b.touched[uid]; !ok || !touched {
			continue
		}
		for _, other := range b.nearby(l.Details) {
			if other == uid || b.taken[other] || b.shareSource(uid, other) || b.people.strangers(uid, other) ||
				b.people.apart(other, b.visit.Source, l.Key) {
				continue
			}
			v, source := b.weighElsewhere(l, other, link.Around{})
			if source == "" || !v.OneGathering() {
				continue
			}
			winner, loser := b.elder(uid, other)
			if b.unpublished(uid) && b.unpublished(other) {
				winner, loser = b.seated(uid, other)
			}
			b.merge(loser, winner, append([]string{"they are one event"}, v.Words()...)...)
			uid = winner
		}
	}
}

// shareSource reports whether one source lists both events now, or did so once before
// it took one away.
func (b *book) shareSource(x, y string) bool {
	stands := func(c event.Claim) bool { return current(c) || c.Absence.Ended == "gone" }
	for _, c := range b.claims[x] {
		if stands(c) && slices.ContainsFunc(b.claims[y], func(o event.Claim) bool {
			return o.Source == c.Source && stands(o) && (current(c) && current(o) || !o.From.After(c.Seen) && !c.From.After(o.Seen))
		}) {
			return true
		}
	}
	return false
}

// firstRound is how long the sources of a new community are asked for the first time.
const firstRound = time.Hour

// unpublished reports whether an event may still have another UID: this source has
// never been heard, and the others of its new community were within the hour. What a
// source lists a second time was published, under whatever ids it is listed now.
func (b *book) unpublished(uid string) bool {
	created := b.events[uid].Created
	return b.visit.Founding && !b.heard && (created.IsZero() || b.visit.At.Sub(created) < firstRound)
}

// reseat gives the events of a community that is asked for the first time the UID
// that they would have, had the source of highest authority been asked first. The
// UID they had for moments is known to nobody and lives on under the other.
func (b *book) reseat() {
	for _, uid := range slices.Clone(b.order) {
		e := b.events[uid]
		if e.MergedInto != "" || b.splitOff[uid] != "" || !b.unpublished(uid) {
			continue
		}
		claims := slices.SortedFunc(slices.Values(b.claims[uid]), b.bySeat)
		if len(claims) == 0 || claims[0].Source != b.visit.Source || !current(claims[0]) {
			continue
		}
		right := newUID(b.seed(claims[0].Listing))
		if _, known := b.events[right]; known || right == uid {
			continue
		}
		fresh := e
		fresh.UID = right
		b.events[right] = fresh
		b.index(fresh)
		if _, stored := b.before[uid]; stored {
			b.merge(uid, right, "asked for the first time: the UID is that of "+b.visit.Source)
			gone := b.events[uid]
			gone.Withdrawn = true
			b.events[uid] = gone
			continue
		}
		b.rename(uid, right)
	}
}

// rename gives an event that nobody has seen yet another UID.
func (b *book) rename(uid, right string) {
	for _, c := range slices.Clone(b.claims[uid]) {
		b.repoint(c, right)
	}
	delete(b.events, uid)
	b.order[slices.Index(b.order, uid)] = right
	b.touched[right] = b.touched[uid]
	delete(b.touched, uid)
}

// bySeat orders claims by who seeds the UID: the primary, then the smallest key.
func (b *book) bySeat(x, y event.Claim) int {
	p, q := b.visit.standing(x.Source), b.visit.standing(y.Source)
	return cmp.Or(lesser(p)-lesser(q), cmp.Compare(p.Rank, q.Rank), cmp.Compare(x.Key, y.Key), cmp.Compare(x.Source, y.Source))
}
