package site

import (
	"time"

	"koyomi/internal/event"
)

// An Upcoming is the page of what is coming.
type Upcoming struct {
	Base
	Filter    Filter
	Subscribe Subscribe
	// From is the first day shown, zero for today.
	From event.Date
	Now  time.Time
	// Events in their order; More follow them.
	Events []event.Event
	More   bool
}

// RenderUpcoming writes the page.
func RenderUpcoming(u Upcoming) ([]byte, error) { return render("upcoming.html", u) }

// Days gives the events by the day on which they are next: what began earlier
// stands under today.
func (u Upcoming) Days() []Day {
	first := u.From
	if first.IsZero() {
		first = event.DateOf(u.Now)
	}
	return u.days(u.Events, first, u.Now)
}

// MonthLink leads to the same events as a month.
func (u Upcoming) MonthLink() string {
	d := u.From
	if d.IsZero() {
		d = event.DateOf(u.Now)
	}
	return u.Link("/month/"+d.String()[:7], "q", u.Filter.Query)
}

// Next gives the address of the following days: from the last day shown on, which
// may have had more events than fitted.
func (u Upcoming) Next() string {
	if !u.More || len(u.Events) == 0 || u.Static {
		return ""
	}
	return u.Link("/", "q", u.Filter.Query, "from", u.Events[len(u.Events)-1].Start.Date.String())
}
