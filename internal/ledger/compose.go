package ledger

import (
	"cmp"
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger/link"
)

var zeroTime time.Time

// compose makes an event's content from what its sources say now, field by
// field: the source of highest authority that says anything, among equals the
// one that was written last, then the smallest key; a person's edits on top. The
// result does not depend on the order in which the sources were polled.
func (b *state) compose(uid string) event.Event {
	e := b.events[uid]
	e.UID, e.Withdrawn = uid, false
	all := slices.SortedFunc(slices.Values(b.claims[uid]), b.byAuthority)
	holding := slices.DeleteFunc(
		slices.Clone(all),
		func(c event.Claim) bool { return !current(c) },
	)
	switch {
	case len(holding) > 0:
		b.fillFrom(&e, holding)
	case len(all) > 0:
		e.Withdrawn = slices.ContainsFunc(
			all,
			func(c event.Claim) bool { return c.Absence.Ended != "" },
		)
		b.fillFrom(&e, all[:1])
	}
	b.correct(&e)
	return e
}

func (b *state) fillFrom(e *event.Event, claims []event.Claim) {
	e.Details, e.Sources = claims[0].Listing.Details, nil
	if home := b.visit.authority(claims[0].Source).Community; home != "" {
		e.Community = home
	}
	for i, c := range claims {
		if !slices.Contains(e.Sources, c.Source) {
			e.Sources = append(e.Sources, c.Source)
		}
		if i > 0 {
			fill(&e.Details, c.Listing.Details)
		}
	}
}

// byAuthority orders claims: primaries before aggregators, then by rank, reminders and
// reports last, then what the source itself says it wrote last, then by name; of one
// source's what came last first.
func (b *state) byAuthority(x, y event.Claim) int {
	p, q := b.visit.authority(x.Source), b.visit.authority(y.Source)
	return cmp.Or(
		cmp.Compare(lesser(p), lesser(q)), cmp.Compare(p.Rank, q.Rank),
		cmp.Compare(len(x.Absence.Ended), len(y.Absence.Ended)),
		repeats(x)-repeats(y), y.Listing.Updated.Compare(x.Listing.Updated),
		cmp.Compare(x.Source, y.Source), y.From.Compare(x.From), cmp.Compare(x.Key, y.Key))
}

// repeats says 1 of a claim that only reminds of an event or reports on it.
func repeats(c event.Claim) int { return one(link.ReadTitle(c.Listing.Title).Repeats) }

func lesser(s Authority) int {
	if s.Aggregator {
		return 1
	}
	return 0
}

// fill adds to d what it lacks and o says, field by field.
func fill(d *event.Details, o event.Details) {
	to, from := event.Event{Details: *d}, event.Event{Details: o}
	for _, f := range event.Fields {
		if f.Fill != nil {
			f.Fill(&to, &from)
		}
	}
	*d = to.Details
}
