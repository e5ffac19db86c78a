package digest

import (
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/query"
)

// remindable reports whether anyone may be reminded of an event.
func (e *Edition) remindable(ev event.Event) bool {
	return publish.Published(ev) && ev.Status != event.Cancelled && ev.Status != event.Postponed && !e.over(ev)
}

// near reports whether an event has anything that some reader, anywhere, may be
// reminded of now.
func (e *Edition) near(ev event.Event) bool {
	horizon := e.in.Now.Add(closesWithin + 24*time.Hour)
	soon := func(m event.Moment) bool {
		return !m.IsZero() && m.Begin(ev.Span.Location()).Before(horizon)
	}
	return soon(ev.Start) || soon(ev.RegistrationOpens) || soon(ev.RegistrationCloses)
}

// remind gives what a reader is reminded of, and whether of anything. Each digest
// covers what comes within a distance of its own hour and did not come within that
// distance of the one before, so that nobody is reminded twice of one thing.
func (e *Edition) remind(d *query.Doc, r Reader) (tale, bool) {
	ev := d.Event
	t := tale{doc: d}
	t.opens = e.due(ev.RegistrationOpens, ev, "registration_opens", r, reaches(r, opensWithin))
	t.closes = e.due(ev.RegistrationCloses, ev, "registration_closes", r, reaches(r, closesWithin)) &&
		ev.RegistrationCloses.Over(event.Tokyo).After(e.in.Now)
	if t.opens || t.closes {
		t.kind = Registration
		return t, true
	}
	t.kind = Soon
	return t, !r.First() && e.due(ev.Start, ev, "start", r, starts(r))
}

// A reach tells of a moment whether the digest of a local date reaches so far.
type reach func(m event.Moment, d event.Date) bool

// reaches is a distance from the hour of a digest.
func reaches(r Reader, within time.Duration) reach {
	zone := event.Zone(r.Zone)
	return func(m event.Moment, d event.Date) bool {
		at, _ := At(d, r.Minute, zone)
		return !m.Begin(zone).After(at.Add(within))
	}
}

// starts reaches to the end of the day after that of a digest.
func starts(r Reader) reach {
	zone := event.Zone(r.Zone)
	return func(m event.Moment, d event.Date) bool {
		return m.In(zone).Date.Compare(d.Add(1)) <= 0
	}
}

// due reports whether a reader is to be reminded of a moment of an event: this
// digest reaches it, and no earlier one reached what was announced at its time.
func (e *Edition) due(m event.Moment, ev event.Event, field string, r Reader, in reach) bool {
	switch {
	case m.IsZero() || !in(m, r.Date):
		return false
	case r.First():
		return m.Over(event.Zone(r.Zone)).After(e.in.Now)
	}
	// What the last digest knew tells its cursor: it may have been made hours late.
	// Of those before it only their dates are known.
	from, id := ev.Created, int64(0)
	for _, c := range e.past[ev.UID] {
		if c.Kind == event.ChangeAdded {
			id = c.ID
		}
		if c.Field != field {
			continue
		}
		old := announced(c)
		switch {
		case old.IsZero(), id > r.Cursor:
		case c.ID > r.Cursor:
			if in(old, r.Since) {
				return false
			}
		case in(old, lastBefore(c.At, r)) && !lastMade(lastBefore(c.At, r), r).Before(from):
			return false
		}
		from, id = c.At, c.ID
	}
	if id == 0 {
		at, _ := At(r.Since, r.Minute, event.Zone(r.Zone))
		return at.Before(from) || !in(m, r.Since)
	}
	return id > r.Cursor || !in(m, r.Since)
}

// lastMade gives a moment by which the digest of a date was made, be it late.
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

// lastBefore gives the date of the last digest a reader had before a moment.
func lastBefore(at time.Time, r Reader) event.Date {
	zone := event.Zone(r.Zone)
	d := event.DateOf(at.In(zone))
	if due, _ := At(d, r.Minute, zone); at.Before(due) {
		d = d.Add(-1)
	}
	if d.Compare(r.Since) > 0 {
		d = r.Since
	}
	return d
}
