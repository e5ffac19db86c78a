package ledger

import (
	"cmp"
	"slices"
	"time"

	"koyomi/internal/event"
)

var zeroTime time.Time

// compose makes an event's content from what its sources say now, field by
// field: the source of highest authority that says anything, among equals the
// one heard last, then the smallest key. The result does not depend on the order
// in which the sources were polled.
func compose(v Visit, uid string, before event.Event, claims []event.Claim) event.Event {
	current := slices.DeleteFunc(slices.Clone(claims), func(c event.Claim) bool { return !c.Until.IsZero() })
	slices.SortFunc(current, func(a, b event.Claim) int {
		return cmp.Or(
			cmp.Compare(v.Rank(a.Source), v.Rank(b.Source)),
			b.Listing.Updated.Compare(a.Listing.Updated),
			cmp.Compare(a.Source, b.Source),
			cmp.Compare(a.Key, b.Key))
	})
	e := before
	e.UID, e.Community = uid, v.Community
	if len(current) == 0 {
		return e
	}
	e.Details, e.Sources = current[0].Listing.Details, nil
	for i, c := range current {
		if !slices.Contains(e.Sources, c.Source) {
			e.Sources = append(e.Sources, c.Source)
		}
		if i > 0 {
			fill(&e.Details, c.Listing.Details)
		}
	}
	return e
}

// fill adds to d what it lacks and o says. A span is taken whole or refined on
// the same day, never mixed over days.
func fill(d *event.Details, o event.Details) {
	fillSpan(&d.Span, o.Span)
	for _, f := range []struct {
		to   *string
		from string
	}{
		{&d.URL, o.URL}, {&d.Location, o.Location}, {&d.Area, o.Area}, {&d.OnlineURL, o.OnlineURL},
		{&d.Description, o.Description}, {&d.Number, o.Number},
	} {
		if *f.to == "" {
			*f.to = f.from
		}
	}
	if d.Mode == "" {
		d.Mode = o.Mode
	}
	if d.Geo == nil {
		d.Geo = o.Geo
	}
	if d.RegistrationOpens.IsZero() {
		d.RegistrationOpens = o.RegistrationOpens
	}
	if d.RegistrationCloses.IsZero() {
		d.RegistrationCloses = o.RegistrationCloses
	}
	d.Tags = slices.Clone(d.Tags)
	for _, t := range o.Tags {
		if !slices.Contains(d.Tags, t) {
			d.Tags = append(d.Tags, t)
		}
	}
}

// fillSpan takes over the times of o where d has only the same single day, and
// the end of o where d has none for the same start.
func fillSpan(d *event.Span, o event.Span) {
	switch {
	case d.AllDay() && d.End.IsZero() && !o.AllDay() && o.Start.Date == d.Start.Date:
		*d = o
	case d.Start.Equal(o.Start) && d.End.IsZero():
		d.End, d.Sessions = o.End, o.Sessions
	}
}
