package ledger

import (
	"cmp"
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger/link"
)

// elder returns which of two events lives on where they turn out to be one: the one
// that was there first.
func (b *state) elder(x, y string) (winner, loser string) {
	p, q := b.events[x], b.events[y]
	late := func(e event.Event) int { return one(e.Created.IsZero()) }
	if cmp.Or(late(p)-late(q), p.Created.Compare(q.Created), cmp.Compare(x, y)) < 0 {
		return x, y
	}
	return y, x
}

// seated returns which of two events has the claim that seeds the UID of both, where
// nobody knows their UIDs yet.
func (b *state) seated(x, y string) (winner, loser string) {
	if min(len(b.claims[x]), len(b.claims[y])) == 0 {
		return b.elder(x, y)
	}
	first := func(uid string) event.Claim { return slices.MinFunc(b.claims[uid], b.bySeat) }
	if b.bySeat(first(x), first(y)) < 0 {
		return x, y
	}
	return y, x
}

// merge has one event live on under another.
func (b *state) merge(loser, winner string, reasons ...string) {
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
func (b *state) mergeTwins() {
	for _, l := range b.visit.Listings {
		uid, ok := b.live(b.mine[l.Key].UID)
		if _, touched := b.touched[uid]; !ok || !touched {
			continue
		}
		for _, other := range b.nearby(l.Details) {
			if !b.twoEvents(uid, other, l) {
				uid = b.mergeTwin(uid, other, l)
			}
		}
	}
}

// twoEvents reports whether two events are two whatever speaks for their being one.
func (b *state) twoEvents(uid, other string, l event.Listing) bool {
	here := other == uid || b.barred(other, l)
	return here || b.people.strangers(uid, other) || b.shareSource(uid, other)
}

// mergeTwin merges two events where the verdict suffices, and returns which lives on.
func (b *state) mergeTwin(uid, other string, l event.Listing) string {
	v, source := b.weighElsewhere(l, other, link.Around{})
	if source == "" || !v.OneGathering() {
		return uid
	}
	winner, loser := b.elder(uid, other)
	if b.unpublished(uid) && b.unpublished(other) {
		winner, loser = b.seated(uid, other)
	}
	b.merge(loser, winner, append([]string{"they are one event"}, v.Words()...)...)
	return winner
}

// shareSource reports whether one source lists both events now, or did so once before
// it took one away.
func (b *state) shareSource(x, y string) bool {
	return slices.ContainsFunc(b.claims[x], func(c event.Claim) bool {
		return slices.ContainsFunc(
			b.claims[y],
			func(o event.Claim) bool { return o.Source == c.Source && together(c, o) },
		)
	})
}

// together reports whether two claims of one source were ever listed at once.
func together(c, o event.Claim) bool {
	if current(c) && current(o) {
		return true
	}
	atOnce := !o.From.After(c.Seen) && !c.From.After(o.Seen)
	return atOnce && stands(c) && stands(o)
}

// stands reports whether a claim was never given up for another one.
func stands(c event.Claim) bool { return current(c) || c.Absence.Ended == "gone" }

// firstRound is how long the sources of a new community are asked for the first time.
const firstRound = time.Hour

// unpublished reports whether an event may still have another UID: this source has
// never been heard, and the others of its new community were within the hour. What a
// source lists a second time was published, under whatever ids it is listed now.
func (b *state) unpublished(uid string) bool {
	if !b.visit.Founding || b.heard {
		return false
	}
	created := b.events[uid].Created
	return created.IsZero() || b.visit.At.Sub(created) < firstRound
}

// reseat has the events of a community that is asked for the first time under the UID
// that they would have, had the source of highest authority been asked first. The
// UID they had for moments is known to nobody and lives on under the other.
func (b *state) reseat() {
	for _, uid := range slices.Clone(b.order) {
		right, ok := b.rightUID(uid)
		if !ok {
			continue
		}
		fresh := b.events[uid]
		fresh.UID = right
		b.events[right] = fresh
		b.index(fresh)
		if _, stored := b.before[uid]; !stored {
			b.rename(uid, right)
			continue
		}
		b.merge(uid, right, "asked for the first time: the UID is that of "+b.visit.Source)
		gone := b.events[uid]
		gone.Withdrawn = true
		b.events[uid] = gone
	}
}

// rightUID returns the UID that an event has by the claim that seeds it, where that is
// this visit's, another than it has, and free.
func (b *state) rightUID(uid string) (right string, ok bool) {
	settled := b.events[uid].MergedInto != "" || b.splitOff[uid] != ""
	if settled || !b.unpublished(uid) || len(b.claims[uid]) == 0 {
		return "", false
	}
	seat := slices.MinFunc(b.claims[uid], b.bySeat)
	if !b.isMine(seat) {
		return "", false
	}
	right = newUID(b.seed(seat.Listing))
	_, known := b.events[right]
	return right, !known && right != uid
}

// isMine reports whether a claim is one that this visit's source has now.
func (b *state) isMine(
	c event.Claim,
) bool {
	return c.Source == b.visit.Source && current(c)
}

// rename has an event that nobody has seen yet under another UID.
func (b *state) rename(uid, right string) {
	for _, c := range slices.Clone(b.claims[uid]) {
		b.repoint(c, right)
	}
	delete(b.events, uid)
	b.order[slices.Index(b.order, uid)] = right
	b.touched[right] = b.touched[uid]
	delete(b.touched, uid)
}

// bySeat orders claims by who seeds the UID: the primary, then the smallest key.
func (b *state) bySeat(x, y event.Claim) int {
	p, q := b.visit.authority(x.Source), b.visit.authority(y.Source)
	return cmp.Or(
		lesser(p)-lesser(q),
		cmp.Compare(p.Rank, q.Rank),
		cmp.Compare(x.Key, y.Key),
		cmp.Compare(x.Source, y.Source),
	)
}
