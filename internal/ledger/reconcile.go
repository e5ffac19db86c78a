package ledger

import (
	"cmp"
	"slices"

	"koyomi/internal/event"
)

// Reconcile compares what a believed poll listed with what was known. The same
// visit reconciled twice changes nothing the second time.
func Reconcile(v Visit, k Known) Result {
	b := open(v, k)
	if v.Held {
		b.addOnly()
		return b.close()
	}
	b.assign()
	b.settleMissing()
	b.mergeTwins()
	if v.Founding {
		b.reseat()
	}
	return b.close()
}

// assign finds the event of each listing: by its id, then pair by pair by the
// rules, the best pair first; what finds none is new.
func (b *book) assign() {
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
	found := make([]bool, len(rest))
	for _, p := range b.pairs(rest) {
		if found[p.listing] || b.taken[p.uid] || b.listedHere(p.uid) {
			continue
		}
		if p.gone != nil {
			if old := b.mine[p.gone.Key]; !b.missed(old) && !b.lapsed(old) || old.UID != p.uid {
				continue
			}
			b.retire(*p.gone)
		}
		found[p.listing] = true
		b.giveUp(p.uid)
		b.claim(rest[p.listing], p.uid, p.reasons)
	}
	for i, l := range rest {
		if !found[i] {
			b.announce(l)
		}
	}
}

// addOnly takes up what is new in a poll that is not believed whole and takes place,
// and leaves what is known, and whatever may be something known, as it is.
func (b *book) addOnly() {
	var rest []event.Listing
	for _, l := range b.visit.Listings {
		if _, known := b.mine[l.Key]; !known && !l.Start.IsZero() && !l.Derived && l.Status != event.Cancelled && l.Over(b.visit.assumed()).After(b.visit.At) {
			rest = append(rest, l)
		}
	}
	perhaps := map[int]bool{}
	for _, p := range b.pairs(rest) {
		perhaps[p.listing] = true
	}
	for i, l := range rest {
		if !perhaps[i] {
			b.announce(l)
		}
	}
}

// announce takes up a listing that no known event fits.
func (b *book) announce(l event.Listing) {
	if uid, ok := byDouble(b, l); ok {
		b.claim(l, uid, []string{b.visit.Source + " lists it twice"})
		return
	}
	uid := b.freshUID(l)
	e := event.Event{UID: uid, Community: b.visit.Community, Details: l.Details}
	b.events[uid] = e
	b.index(e)
	b.claim(l, uid, []string{"new: no known event fits"})
}

// A pair is a listing and an event that a rule holds for one gathering.
type pair struct {
	listing int
	uid     string
	verdict
	// gone is the listing that went as this one came, nil for another source's event.
	gone *event.Claim
	// apart is how many days lie between the two.
	apart int
	tie   string
}

// pairs weighs the listings under unknown keys against all events that may be
// theirs, and gives those with enough points, the best first.
func (b *book) pairs(rest []event.Listing) []pair {
	gone := append(b.gone(), b.lapsedClaims()...)
	var all []pair
	for i := range rest {
		l := &rest[i]
		f := b.face(&l.Details)
		add := func(uid string, v verdict, g *event.Claim) {
			if v.points >= enough && !b.people.apart(uid, b.visit.Source, l.Key) {
				all = append(all, pair{listing: i, uid: uid, verdict: v, gone: g, apart: days(b.events[uid].Start, l.Start), tie: l.Key + "\n" + uid})
			}
		}
		for j := range gone {
			rule := byGone
			if b.visit.Misread[gone[j].Key] {
				rule = byMending
			}
			add(gone[j].UID, rule(b, l.Key, f, gone[j]), &gone[j])
		}
		for _, old := range b.bygone(*l) {
			add(old.UID, byReissue(b, f, old), &old)
		}
		if uid, v := byPlatform(b, *l); v.points > 0 {
			add(uid, v, nil)
		}
		for _, uid := range b.nearby(l.Details) {
			add(uid, byTwin(b, f, uid), nil)
		}
		for _, uid := range b.byBlock[Block(l.Details)] {
			add(uid, byCohost(b, f, uid), nil)
		}
	}
	slices.SortFunc(all, func(x, y pair) int {
		return cmp.Or(cmp.Compare(y.points, x.points), cmp.Compare(x.apart, y.apart), cmp.Compare(x.tie, y.tie))
	})
	return all
}

// nearby gives the community's events of a day and those of a number, without
// those that this visit lists already.
func (b *book) nearby(d event.Details) []string {
	var all []string
	for _, uid := range b.byDay[d.Start.Date] {
		if !b.taken[uid] {
			all = append(all, uid)
		}
	}
	if d.Number != "" {
		for _, uid := range b.byNumber[d.Number] {
			if !b.taken[uid] && !slices.Contains(all, uid) {
				all = append(all, uid)
			}
		}
	}
	return all
}

// gone gives this source's claims that the visit does not list, on events that
// are not over or are still waiting for a new date.
func (b *book) gone() []event.Claim {
	var all []event.Claim
	for key, c := range b.mine {
		if b.listed[key] || !b.missed(c) {
			continue
		}
		e, ok := b.events[c.UID]
		if ok && (b.ahead(e) || e.Status == event.Postponed) && e.MergedInto == "" {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(x, y event.Claim) int { return cmp.Compare(x.Key, y.Key) })
	return all
}

// lapsedClaims gives this source's claims that the visit does not list, on what has
// come and gone since the source was believed last.
func (b *book) lapsedClaims() (all []event.Claim) {
	for _, c := range b.mineBefore {
		if e := b.events[c.UID]; !b.listed[c.Key] && e.MergedInto == "" && !b.ahead(e) && e.Status != event.Postponed && b.lapsed(c) {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(x, y event.Claim) int { return cmp.Compare(x.Key, y.Key) })
	return all
}

// bygone gives this source's claims on what was on the day of l, where l is over, that
// the visit lists no more under their keys.
func (b *book) bygone(l event.Listing) (all []event.Claim) {
	if l.Start.IsZero() || l.Over(b.visit.assumed()).After(b.visit.At) {
		return nil
	}
	for _, uid := range b.byDay[l.Start.Date] {
		for _, c := range b.claims[uid] {
			if c.Source == b.visit.Source && current(c) && !b.listed[c.Key] && !b.ahead(b.events[uid]) {
				all = append(all, c)
			}
		}
	}
	return all
}

// missed reports whether a claim was held to the last, be it that it was ended
// for its page was gone: what was withdrawn may come back under a new id.
func (b *book) missed(c event.Claim) bool {
	return current(c) || c.Absence.Ended == "gone"
}

// ahead reports whether an event is not over yet.
func (b *book) ahead(e event.Event) bool { return e.Over(b.visit.assumed()).After(b.visit.At) }

// claim notes that l is the event uid.
func (b *book) claim(l event.Listing, uid string, reasons []string) {
	c, known := b.mine[l.Key]
	b.taken[uid] = true
	if known && current(c) && c.UID == uid && c.Absence == (event.Absence{}) &&
		sameListing(c.Listing, l) && sameDay(c.Seen, b.visit.At) {
		return
	}
	quiet := known && current(c) && c.UID == uid && sameListing(c.Listing, l)
	if !known {
		c = event.Claim{Source: b.visit.Source, Key: l.Key, From: b.visit.At}
	}
	if known && c.UID != uid {
		b.drop(c)
	}
	c.UID, c.Seen, c.Until, c.Listing, c.Absence = uid, b.visit.At, zeroTime, l, event.Absence{}
	b.write(c)
	if !quiet {
		b.touch(uid, reasons...)
	}
}

// drop takes a claim from the event it was on.
func (b *book) drop(c event.Claim) {
	b.claims[c.UID] = slices.DeleteFunc(slices.Clone(b.claims[c.UID]), func(o event.Claim) bool {
		return o.Source == c.Source && o.Key == c.Key
	})
	b.touch(c.UID, "the id "+c.Key+" of "+c.Source+" is another event's now")
}

// giveUp retires what this source listed an event under before.
func (b *book) giveUp(uid string) {
	for _, c := range slices.Clone(b.claims[uid]) {
		if c.Source == b.visit.Source && current(c) && !b.listed[c.Key] {
			b.retire(c)
		}
	}
}

// retire ends a claim whose key was given up for another one.
func (b *book) retire(c event.Claim) {
	c.Until, c.Absence = b.visit.At, event.Absence{}
	b.write(c)
}

// close composes what was touched and tells what is different from before.
func (b *book) close() Result {
	var r Result
	for _, uid := range b.order {
		before, known := b.before[uid]
		after := b.events[uid]
		if after.MergedInto == "" {
			after = b.compose(uid)
		}
		changes := b.diff(before, after, known)
		if len(changes) == 0 {
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
