package ledger

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"koyomi/internal/event"
)

// A state is the part of the past at hand, ready to look things up in, and what a
// visit does to it.
type state struct {
	visit  Visit
	events map[string]event.Event
	// before are the events as they were.
	before map[string]event.Event
	// claims are all those at hand by UID; mine are this source's by key.
	claims map[string][]event.Claim
	mine   map[string]event.Claim
	// mineBefore are this source's current claims as they were.
	mineBefore []event.Claim
	// heard is set where the source has listed anything before.
	heard bool
	// listed are the keys of this visit; taken the UIDs its listings have found.
	listed map[string]bool
	taken  map[string]bool
	// byDay and byNumber find the community's events; byBlock those of others.
	byDay    map[event.Date][]string
	byNumber map[string][]string
	byBlock  map[string][]string
	// urls counts the listings of this visit at an address, myURLs those that the
	// source was known to have there.
	urls, myURLs map[string]int
	// last is the latest day that the visit lists, firstSeen the moment at which
	// what it has listed for longest was seen first; zero where all is new.
	last      event.Date
	firstSeen time.Time
	people    people
	// byUID are the UIDs at hand in order; around is worked out where it is needed.
	byUID  []string
	around around
	// watch, where it is set, sees every pair that is weighed.
	watch func(Weighed)
	// touched are the UIDs to compose again, with the reasons of their match.
	touched map[string][]string
	order   []string
	// mergedInto returns the UIDs that live on under one; splitOff what an event made
	// in this visit was split from.
	mergedInto map[string][]string
	splitOff   map[string]string
	// departed are the times for which what left the list in this visit was over.
	departed []time.Duration
	// written are the claims that became different, by source and key.
	written map[[2]string]event.Claim
}

func open(v Visit, k Known) *state {
	b := &state{
		visit:      v,
		events:     make(map[string]event.Event, len(k.Events)),
		before:     make(map[string]event.Event, len(k.Events)),
		claims:     make(map[string][]event.Claim, len(k.Events)),
		mine:       make(map[string]event.Claim, len(v.Listings)),
		listed:     make(map[string]bool, len(v.Listings)),
		taken:      map[string]bool{},
		byDay:      map[event.Date][]string{},
		byNumber:   map[string][]string{},
		byBlock:    map[string][]string{},
		urls:       countURLs(v.Listings),
		myURLs:     map[string]int{},
		people:     peopleOf(k.Corrections),
		touched:    map[string][]string{},
		mergedInto: map[string][]string{},
		splitOff:   map[string]string{},
		written:    map[[2]string]event.Claim{},
	}
	for _, e := range k.Events {
		b.events[e.UID], b.before[e.UID] = e, e
		b.index(e)
	}
	for _, c := range k.Claims {
		if b.claims[c.UID] == nil {
			b.claims[c.UID] = make([]event.Claim, 0, 2) // most are listed by one or two
		}
		b.claims[c.UID] = append(b.claims[c.UID], c)
		if c.Source != v.Source {
			continue
		}
		if old, twice := b.mine[c.Key]; !twice || !current(old) {
			b.mine[c.Key] = c
		}
	}
	b.indexClaims()
	b.heard = len(b.mine) > 0
	b.mineBefore = make([]event.Claim, 0, len(b.mine))
	for _, c := range b.mine {
		if !current(c) {
			continue
		}
		b.mineBefore = append(b.mineBefore, c)
		if c.Listing.URL != "" {
			b.myURLs[c.Listing.URL]++
		}
	}
	b.inOrder()
	for _, l := range v.Listings {
		b.listed[l.Key] = true
		if c, known := b.mine[l.Key]; known &&
			(b.firstSeen.IsZero() || c.From.Before(b.firstSeen)) {
			b.firstSeen = c.From
		}
		if l.Start.Date.Compare(b.last) > 0 {
			b.last = l.Start.Date
		}
	}
	return b
}

// inOrder sorts what is looked up, for the order of what is known says nothing.
func (b *state) inOrder() {
	for _, claims := range b.claims {
		slices.SortFunc(claims, func(x, y event.Claim) int {
			return cmp.Or(cmp.Compare(x.Source, y.Source), cmp.Compare(x.Key, y.Key))
		})
	}
	for _, uids := range b.byDay {
		slices.Sort(uids)
	}
	b.byUID = slices.Sorted(maps.Keys(b.events))
	for _, byWord := range []map[string][]string{b.byNumber, b.byBlock, b.mergedInto} {
		for _, uids := range byWord {
			slices.Sort(uids)
		}
	}
}

// indexClaims files the community's events under the days that their sources say,
// where these are others than the day that holds.
func (b *state) indexClaims() {
	for uid, claims := range b.claims {
		e := b.events[uid]
		if e.Community != b.visit.Community || e.MergedInto != "" {
			continue
		}
		for _, c := range claims {
			day := c.Listing.Start.Date
			if current(c) && !day.IsZero() && !slices.Contains(b.byDay[day], uid) {
				b.byDay[day] = append(b.byDay[day], uid)
			}
		}
	}
}

// index files an event under its day and number, or under its block where it is
// another community's.
func (b *state) index(e event.Event) {
	if e.MergedInto != "" {
		b.mergedInto[e.MergedInto] = append(b.mergedInto[e.MergedInto], e.UID)
		return
	}
	if e.Community != b.visit.Community {
		if block := Block(e.Details); block != "" {
			b.byBlock[block] = append(b.byBlock[block], e.UID)
		}
		return
	}
	b.byDay[e.Start.Date] = append(b.byDay[e.Start.Date], e.UID)
	if e.Number != "" {
		b.byNumber[e.Number] = append(b.byNumber[e.Number], e.UID)
	}
}

func current(c event.Claim) bool { return c.Until.IsZero() }

// live follows a UID to the event it lives on under, and reports whether that is
// at hand.
func (b *state) live(uid string) (string, bool) {
	for range 20 {
		e, ok := b.events[uid]
		if !ok || e.MergedInto == "" {
			return uid, ok
		}
		uid = e.MergedInto
	}
	return uid, false
}

// touch has an event composed again.
func (b *state) touch(uid string, reasons ...string) {
	if _, again := b.touched[uid]; !again {
		b.order = append(b.order, uid)
	}
	for _, r := range reasons {
		if !slices.Contains(b.touched[uid], r) {
			b.touched[uid] = append(b.touched[uid], r)
		}
	}
}

// write takes over a claim that became different.
func (b *state) write(c event.Claim) {
	if c.Source == b.visit.Source {
		b.mine[c.Key] = c
	}
	b.written[[2]string{c.Source, c.Key}] = c
	all := b.claims[c.UID]
	for i := range all {
		if all[i].Source == c.Source && all[i].Key == c.Key {
			all[i] = c
			return
		}
	}
	b.claims[c.UID] = append(all, c)
}

// repoint moves a claim to another event.
func (b *state) repoint(c event.Claim, uid string) {
	b.claims[c.UID] = slices.DeleteFunc(
		slices.Clone(b.claims[c.UID]),
		func(o event.Claim) bool {
			return o.Source == c.Source && o.Key == c.Key
		},
	)
	c.UID = uid
	b.write(c)
}

// listedHere reports whether a listing of this visit has a claim on uid.
func (b *state) listedHere(uid string) bool {
	return slices.ContainsFunc(b.claims[uid], func(c event.Claim) bool {
		return c.Source == b.visit.Source && current(c) && b.listed[c.Key]
	})
}

// writtenClaims returns the claims to store, in a fixed order.
func (b *state) writtenClaims() []event.Claim {
	all := make([]event.Claim, 0, len(b.written))
	for _, c := range b.written {
		all = append(all, c)
	}
	slices.SortFunc(all, func(x, y event.Claim) int {
		return cmp.Or(cmp.Compare(x.Source, y.Source), cmp.Compare(x.Key, y.Key))
	})
	return all
}
