package ledger

import (
	"cmp"
	"slices"

	"koyomi/internal/event"
)

// A match is the event that a listing was found to be, and why.
type match struct {
	uid     string
	reasons []string
}

// book is the part of the past at hand, ready to look things up in, and what a
// visit does to it.
type book struct {
	visit  Visit
	events map[string]event.Event
	// claims are the current ones by UID; mine are this source's by key.
	claims map[string][]event.Claim
	mine   map[string]event.Claim
	// listed are the keys of this visit; taken the UIDs it has found so far.
	listed map[string]bool
	taken  map[string]bool
	// touched are the UIDs to compose anew, with the reasons of their match.
	touched map[string][]string
	order   []string
}

// Reconcile compares what a believed poll listed with what was known. The same
// visit reconciled twice changes nothing the second time.
func Reconcile(v Visit, k Known) Result {
	b := open(v, k)
	var rest []event.Listing
	for _, l := range v.Listings {
		if m, ok := byKnownClaim(b, l); ok {
			b.claim(l, m)
			continue
		}
		rest = append(rest, l)
	}
	for _, l := range rest {
		b.claim(l, b.find(l))
	}
	return b.close()
}

// find gives the event a listing under an unknown key belongs to.
func (b *book) find(l event.Listing) match {
	for _, rule := range []func(*book, event.Listing) (match, bool){byRepost, byTwin} {
		if m, ok := rule(b, l); ok {
			return m
		}
	}
	uid := newUID(seed(b.visit, l))
	if _, clash := b.events[uid]; clash && b.taken[uid] {
		uid = newUID(seed(b.visit, l) + "\n" + l.Key + "\n" + l.Start.String())
	}
	return match{uid: uid, reasons: []string{"new: no known event fits"}}
}

func open(v Visit, k Known) *book {
	b := &book{
		visit:   v,
		events:  make(map[string]event.Event, len(k.Events)),
		claims:  map[string][]event.Claim{},
		mine:    map[string]event.Claim{},
		listed:  make(map[string]bool, len(v.Listings)),
		taken:   map[string]bool{},
		touched: map[string][]string{},
	}
	for _, e := range k.Events {
		b.events[e.UID] = e
	}
	for _, c := range k.Claims {
		b.claims[c.UID] = append(b.claims[c.UID], c)
		if c.Source == v.Source {
			b.mine[c.Key] = c
		}
	}
	for _, l := range v.Listings {
		b.listed[l.Key] = true
	}
	return b
}

// claim notes that l is the event of m.
func (b *book) claim(l event.Listing, m match) {
	c, known := b.mine[l.Key]
	if !known {
		c = event.Claim{Source: b.visit.Source, Key: l.Key, From: b.visit.At}
	}
	c.UID, c.Seen, c.Until, c.Listing = m.uid, b.visit.At, zeroTime, l
	b.mine[l.Key] = c
	b.replace(c)
	b.taken[m.uid] = true
	if _, again := b.touched[m.uid]; !again {
		b.order = append(b.order, m.uid)
	}
	b.touched[m.uid] = append(b.touched[m.uid], m.reasons...)
}

func (b *book) replace(c event.Claim) {
	all := b.claims[c.UID]
	for i := range all {
		if all[i].Source == c.Source && all[i].Key == c.Key {
			all[i] = c
			return
		}
	}
	b.claims[c.UID] = append(all, c)
}

// retire ends a claim whose key was given up for another one.
func (b *book) retire(c event.Claim) {
	c.Until = b.visit.At
	b.mine[c.Key] = c
	b.replace(c)
}

// close composes what was touched and tells what is different from before.
func (b *book) close() Result {
	var r Result
	for _, uid := range b.order {
		before, known := b.events[uid]
		after := compose(b.visit, uid, before, b.claims[uid])
		changes := diff(before, after, known, b.touched[uid])
		if len(changes) == 0 {
			continue
		}
		for i := range changes {
			changes[i].UID, changes[i].At, changes[i].Source = uid, b.visit.At.UTC(), b.visit.Source
		}
		r.Events = append(r.Events, stamp(before, after, known, changes, b.visit.At))
		r.Changes = append(r.Changes, changes...)
	}
	for _, c := range b.mine {
		if c.Seen.Equal(b.visit.At) || c.Until.Equal(b.visit.At) {
			r.Claims = append(r.Claims, c)
		}
	}
	slices.SortFunc(r.Claims, func(x, y event.Claim) int { return cmp.Compare(x.Key, y.Key) })
	return r
}
