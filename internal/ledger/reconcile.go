package ledger

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"koyomi/internal/event"
	"koyomi/internal/ledger/link"
)

// Reconcile compares what a believed poll listed with what was known. The same
// visit reconciled twice changes nothing the second time.
func Reconcile(v Visit, k Known) Result {
	b := open(v, k)
	b.assign()
	b.settleMissing()
	b.mergeTwins()
	if v.Founding {
		b.reseat()
	}
	return b.close()
}

// assign finds the event of each listing: by its id, then those that together are the
// likeliest assignment; what finds none is new.
func (b *state) assign() {
	var rest []event.Listing
	for _, l := range b.visit.Listings {
		if b.inDoubt(l) {
			continue
		}
		if uid, reasons, ok := byKnownClaim(b, l); ok {
			b.claim(l, uid, reasons)
			continue
		}
		rest = append(rest, l)
	}
	// By key: the order in which a page lists things says nothing.
	slices.SortStableFunc(
		rest,
		func(x, y event.Listing) int { return cmp.Compare(x.Key, y.Key) },
	)
	linked := make([]bool, len(rest))
	for _, c := range b.likeliest(b.candidates(rest)) {
		if c.gone != nil {
			b.retire(*c.gone)
		}
		linked[c.listing] = true
		b.giveUp(c.uid)
		b.claim(rest[c.listing], c.uid, c.reasons())
	}
	for i, l := range rest {
		if !linked[i] {
			b.announce(l)
		}
	}
}

// likeliest returns the candidates that together are the likeliest assignment of
// listings to events. Of equals it is the first by their keys, whichever source was
// asked first.
func (b *state) likeliest(all []candidate) []candidate {
	slices.SortFunc(all, func(x, y candidate) int {
		return cmp.Or(
			cmp.Compare(x.listing, y.listing),
			cmp.Compare(b.firstKey(x.uid), b.firstKey(y.uid)),
			cmp.Compare(x.uid, y.uid),
		)
	})
	number := map[string]int{}
	edges := make([]link.Edge, len(all))
	for i, c := range all {
		if _, ok := number[c.uid]; !ok {
			number[c.uid] = len(number)
		}
		edges[i] = link.Edge{
			Left:  c.listing,
			Right: number[c.uid],
			Worth: c.verdict.LogOdds,
		}
	}
	var best []candidate
	for _, i := range link.Assign(edges) {
		best = append(best, all[i])
	}
	return best
}

// firstKey returns the first of the keys under which an event is listed, "" for none.
func (b *state) firstKey(uid string) (first string) {
	for _, c := range b.claims[uid] {
		if current(c) && (first == "" || c.Key < first) {
			first = c.Key
		}
	}
	return first
}

// announce takes up a listing that no known event fits.
func (b *state) announce(l event.Listing) {
	if uid, ok := b.doubleOf(l); ok {
		b.claim(l, uid, []string{b.visit.Source + " lists it twice"})
		return
	}
	uid := b.freshUID(l)
	e := event.Event{
		UID:       uid,
		Community: b.visit.Community,
		Details:   l.Details,
	}
	b.events[uid] = e
	b.index(e)
	b.claim(l, uid, []string{"new: no known event fits"})
}

// gone returns this source's claims that the visit does not list, on events that
// are not over or are still waiting for a new date.
func (b *state) gone() []event.Claim {
	return b.missing(maps.Values(b.mine), func(c event.Claim) bool {
		e, ok := b.events[c.UID]
		return ok && b.missed(c) && e.MergedInto == "" && b.isOpen(e)
	})
}

// lapsedClaims returns this source's claims that the visit does not list, on what has
// come and gone since the source was believed last.
func (b *state) lapsedClaims() []event.Claim {
	return b.missing(slices.Values(b.mineBefore), func(c event.Claim) bool {
		e := b.events[c.UID]
		return e.MergedInto == "" && !b.isOpen(e) && b.lapsed(c)
	})
}

// isOpen reports whether an event is ahead, or put off without a date.
func (b *state) isOpen(
	e event.Event,
) bool {
	return e.Status == event.Postponed || b.ahead(e)
}

// missing returns those of this source's claims that the visit does not list and that
// are such, by key.
func (b *state) missing(
	claims iter.Seq[event.Claim],
	are func(event.Claim) bool,
) (all []event.Claim) {
	for c := range claims {
		if !b.listed[c.Key] && are(c) {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(x, y event.Claim) int { return cmp.Compare(x.Key, y.Key) })
	return all
}

// bygone returns this source's claims on what was at the start of l, where l is over,
// that the visit lists no more under their keys: a list that draws its ids afresh at
// each visit shows the same past.
func (b *state) bygone(l event.Listing) (all []event.Claim) {
	if l.Start.IsZero() || l.Over(b.visit.assumed()).After(b.visit.At) {
		return nil
	}
	for _, uid := range b.byDay[l.Start.Date] {
		if !b.ahead(b.events[uid]) {
			all = append(
				all,
				b.missing(slices.Values(b.claims[uid]), func(c event.Claim) bool {
					return b.isMine(c) && c.Listing.Start.Equal(l.Start)
				})...)
		}
	}
	return all
}

// missed reports whether a claim was held to the last, be it that it was ended
// for its page was gone: what was withdrawn may come back under a new id.
func (b *state) missed(c event.Claim) bool { return stands(c) }

// ahead reports whether an event is not over yet.
func (b *state) ahead(
	e event.Event,
) bool {
	return e.Over(b.visit.assumed()).After(b.visit.At)
}

// claim notes that l is the event uid.
func (b *state) claim(l event.Listing, uid string, reasons []string) {
	c, known := b.mine[l.Key]
	b.taken[uid] = true
	quiet := current(c) && c.UID == uid && sameListing(c.Listing, l)
	if quiet && c.Absence == (event.Absence{}) && sameDay(c.Seen, b.visit.At) {
		return
	}
	switch {
	case !known:
		c = event.Claim{
			Source: b.visit.Source,
			Key:    l.Key,
			From:   b.visit.At,
		}
	case c.UID != uid:
		b.drop(c)
	}
	isNews := known && !(c.Listing.Start.Equal(l.Start) && c.Listing.Status == l.Status)
	c.UID, c.Seen, c.Until, c.Listing, c.Absence = uid, b.visit.At, zeroTime, l, event.Absence{}
	b.write(c)
	if !quiet {
		b.touch(uid, reasons...)
	}
	if isNews {
		b.relieve(uid)
	}
}

// relieve ends the claims of other sources on an event whose own pages are gone, as this
// source has a new word of it: theirs holds no more.
func (b *state) relieve(uid string) {
	for _, c := range slices.Clone(b.claims[uid]) {
		if c.Source != b.visit.Source && current(c) && c.Absence.Gone > 0 {
			b.end(c, "gone", "its page at "+c.Source+" is gone, and "+b.visit.Source+" has a newer word")
		}
	}
}

// drop takes a claim from the event it was on.
func (b *state) drop(c event.Claim) {
	b.claims[c.UID] = slices.DeleteFunc(
		slices.Clone(b.claims[c.UID]),
		func(o event.Claim) bool {
			return o.Source == c.Source && o.Key == c.Key
		},
	)
	b.touch(c.UID, "the id "+c.Key+" of "+c.Source+" is another event's now")
}

// giveUp retires what this source listed an event under before.
func (b *state) giveUp(uid string) {
	for _, c := range b.missing(slices.Values(b.claims[uid]), b.isMine) {
		b.retire(c)
	}
}

// retire ends a claim whose key was given up for another one.
func (b *state) retire(c event.Claim) {
	c.Until, c.Absence = b.visit.At, event.Absence{}
	b.write(c)
}

// quietly returns an event as it was with what is kept without being a change of it
// (seats), and reports whether any of that differs.
func quietly(before, after event.Event) (event.Event, bool) {
	quiet, differs := before, false
	for _, f := range event.Fields {
		if f.Quiet && !f.Equal(&before, &after) {
			f.Set(&quiet, f.Get(&after))
			differs = true
		}
	}
	return quiet, differs
}

// close composes what was touched and tells what is different from before.
func (b *state) close() Result {
	var r Result
	for _, uid := range b.order {
		before, known := b.before[uid]
		after := b.events[uid]
		if after.MergedInto == "" {
			after = b.compose(uid)
		}
		changes := b.diff(before, after, known)
		if len(changes) == 0 {
			if quiet, differs := quietly(before, after); differs && known {
				r.Events = append(r.Events, quiet)
			}
			continue
		}
		for i := range changes {
			changes[i].UID, changes[i].At, changes[i].Source = uid, b.visit.At.UTC(), b.visit.Source
		}
		r.Events = append(r.Events, stamp(before, after, known, changes, b.visit.At))
		r.Changes = append(r.Changes, changes...)
	}
	r.Claims = b.writtenClaims()
	r.Recheck = b.recheck()
	r.Items, r.LastAhead = b.items(), b.lastAhead()
	r.Impact, r.Departed = b.impact(r.Events), b.departed
	return r
}
