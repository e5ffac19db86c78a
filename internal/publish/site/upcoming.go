package site

import (
	"fmt"
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
	// Cursor is the place after the last of Events.
	Cursor string
	// Read and Unread count, where there is no event, the sources that were visited and
	// those that are still to be for the first time.
	Read, Unread int
}

// Starting says that the first visits are under way, "" once they are over.
func (u Upcoming) Starting() string {
	if u.Unread == 0 || u.Static {
		return ""
	}
	return fmt.Sprintf(u.W().Starting, u.Read, u.Read+u.Unread)
}

// SourcesLink leads to what is read when.
func (u Upcoming) SourcesLink() string { return u.Link("/sources") }

// RenderUpcoming writes the page.
func RenderUpcoming(u Upcoming) ([]byte, error) { return render("upcoming.html", u) }

// Days returns the events by the day on which they are next: what began earlier
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

// Next returns the address of what follows, "" for nothing. A day may have more events
// than one page: it goes on after the last event, not after its day.
func (u Upcoming) Next() string {
	if !u.More || u.Static {
		return ""
	}
	from := ""
	if !u.From.IsZero() {
		from = u.From.String()
	}
	return u.Link("/", "q", u.Filter.Query, "from", from, "cursor", u.Cursor)
}
