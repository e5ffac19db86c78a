package digest

import (
	"slices"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/query"
)

// remindable reports whether anyone may be reminded of an event.
func (p *Planner) remindable(ev event.Event) bool {
	return publish.Published(ev) && !off[ev.Status] && !p.over(ev)
}

// off are the statuses of an event to which nobody goes on its day.
var off = map[event.Status]bool{event.Cancelled: true, event.Postponed: true}

// near reports whether an event has anything that some reader, anywhere, may be
// reminded of now.
func (p *Planner) near(ev event.Event) bool {
	horizon := p.in.Now.Add(closesWithin + 24*time.Hour)
	moments := []event.Moment{ev.Start, ev.RegistrationOpens, ev.RegistrationCloses}
	return slices.ContainsFunc(moments, func(m event.Moment) bool {
		return !m.IsZero() && m.Begin(ev.Span.Location()).Before(horizon)
	})
}

// remind returns what a reader is reminded of, and reports whether of anything. Each
// digest covers what comes within a distance of its own hour and did not come within
// that distance of the one before, so that nobody is reminded twice of one thing.
func (p *Planner) remind(d *query.Doc, r Reader) (entry, bool) {
	ev := d.Event
	t := entry{doc: d, kind: Registration}
	t.opens = p.due(
		ev.RegistrationOpens,
		ev,
		"registration_opens",
		r,
		reaches(r, opensWithin),
	)
	t.closes = p.due(
		ev.RegistrationCloses,
		ev,
		"registration_closes",
		r,
		reaches(r, closesWithin),
	) &&
		ev.RegistrationCloses.Over(event.Tokyo).After(p.in.Now)
	if t.opens || t.closes {
		return t, true
	}
	t.kind = Soon
	return t, !r.First() && p.due(ev.Start, ev, "start", r, starts(r))
}

// A reach reports whether the digest of a local date reaches a moment.
type reach func(m event.Moment, d event.Date) bool

// reaches is a distance from the hour of a digest, so much longer as the next one is
// later than a day.
func reaches(r Reader, within time.Duration) reach {
	zone, days := event.Zone(r.Zone), r.days()
	return func(m event.Moment, d event.Date) bool {
		at, _ := At(days.NextDay(d).Add(-1), r.Minute, zone)
		return !m.Begin(zone).After(at.Add(within))
	}
}

// starts reaches to the end of the day of the digest after that of a date.
func starts(r Reader) reach {
	zone, days := event.Zone(r.Zone), r.days()
	return func(m event.Moment, d event.Date) bool {
		return m.In(zone).Date.Compare(days.NextDay(d)) <= 0
	}
}

// due reports whether a reader is to be reminded of a moment of an event: this
// digest reaches it, and no earlier one reached what was announced at its time.
func (p *Planner) due(
	m event.Moment,
	ev event.Event,
	field string,
	r Reader,
	in reach,
) bool {
	if m.IsZero() || !in(m, r.Date) {
		return false
	}
	if r.First() {
		return m.Over(event.Zone(r.Zone)).After(p.in.Now)
	}
	return !p.reminded(m, ev, field, r, in)
}

// reminded reports whether an earlier digest reached a moment of an event, as it was
// announced then.
func (p *Planner) reminded(
	m event.Moment,
	ev event.Event,
	field string,
	r Reader,
	in reach,
) bool {
	a := announcement{at: ev.Created}
	for _, c := range p.past[ev.UID] {
		if c.Kind == event.ChangeAdded {
			a.change = c.ID
		}
		if c.Field != field {
			continue
		}
		if a.reached(c, r, in) {
			return true
		}
		a = announcement{c.At, c.ID}
	}
	return a.known(r) && in(m, r.Since)
}

// An announcement is when, and by which change, a moment was announced; change is 0
// where that is not known.
type announcement struct {
	at     time.Time
	change int64
}

// reached reports whether a digest reached what a change did away with. What the last
// digest knew says its cursor: it may have been made hours late. Of those before it
// only their dates are known.
func (a announcement) reached(c event.Change, r Reader, in reach) bool {
	old := announced(c)
	if old.IsZero() || a.change > r.Cursor {
		return false
	}
	if c.ID > r.Cursor {
		return in(old, r.Since)
	}
	last := lastBefore(c.At, r)
	return in(old, last) && !lastMade(last, r).Before(a.at)
}

// known reports whether the reader's last digest knew the announcement.
func (a announcement) known(r Reader) bool {
	if a.change != 0 {
		return a.change <= r.Cursor
	}
	at, _ := At(r.Since, r.Minute, event.Zone(r.Zone))
	return !at.Before(a.at)
}

// lastMade returns a moment by which the digest of a date was made, be it late.
func lastMade(d event.Date, r Reader) time.Time {
	at, _ := At(d, r.Minute, event.Zone(r.Zone))
	return at.Add(24 * time.Hour)
}

// announced returns the moment that a change did away with, zero where that is not
// known.
func announced(c event.Change) event.Moment {
	switch v := c.Before.(type) {
	case event.Moment:
		return v
	case event.Times:
		return v.Start
	}
	return event.Moment{}
}

// lastBefore returns the date of the last digest a reader had before a moment.
func lastBefore(at time.Time, r Reader) event.Date {
	zone := event.Zone(r.Zone)
	d := event.DateOf(at.In(zone))
	if due, _ := At(d, r.Minute, zone); at.Before(due) {
		d = d.Add(-1)
	}
	if d.Compare(r.Since) > 0 {
		d = r.Since
	}
	for days := r.days(); !days.SendsOn(d); {
		d = d.Add(-1)
	}
	return d
}
