package site

import (
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/wording"
)

// A Day is the events of one day.
type Day struct {
	Date event.Date
	Name string
	Near string
	// Rest is the style of a day off: "sat", "sun" or "holiday", "" for none; Holiday
	// names the public holiday.
	Rest, Holiday string
	Items         []Item
}

// An Item is one event in a list.
type Item struct {
	Hours, Title, Place, Community, Link string
	MarkClass, Moved                     string
	// Hue is the class of the community's colour, Initial the first letter of its name.
	Hue, Initial string
	// States are what is out of the ordinary.
	States []State
	// Running is set where it began on an earlier day, Over where it is over.
	Running, Over bool
	// Shares tells, on the page that looks for clashes, what it has in common.
	Shares []string
}

// item says e as it stands under the day on.
func (b Base) item(e event.Event, on event.Date, now time.Time) Item {
	w := b.W()
	i := Item{
		Hours:     hours(b.Lang, w, e.Span),
		Title:     orUntitled(e.Title),
		Place:     b.placeOf(e),
		Community: b.Calendar.CommunityName(e.Community),
		Hue:       hueOf(e.Community),
		States:    b.states(e, now),
		Link:      b.EventLink(e),
		Over:      !e.Over(b.Calendar.WithDefaults().Assumed).After(now),
	}
	if e.Start.Date.Compare(on) < 0 && !e.End.IsZero() {
		i.Hours, i.Running = wording.Until(b.Lang, e.End.In(e.Span.Location()).Date), true
	}
	i.Initial = initialOf(i.Community)
	_, i.MarkClass = mark(w, e.Status)
	if was := b.Calendar.Before[e.UID]; was.When != nil && now.Sub(was.MovedAt) <= newsFor {
		i.Moved = w.Was + " " + wording.Near(b.Lang, event.DateOf(now)).Value(was.When)
	}
	return i
}

// newsFor is how long a former date stands beside an event that moved.
const newsFor = 14 * 24 * time.Hour

// days returns events by the day on which they are next, none before first.
func (b Base) days(events []event.Event, first event.Date, now time.Time) []Day {
	today := event.DateOf(now)
	var days []Day
	for _, e := range events {
		start := e.Start.In(e.Span.Location()).Date
		if start.Compare(first) < 0 {
			start = first
		}
		if len(days) == 0 || days[len(days)-1].Date != start {
			days = append(days, Day{
				Date: start,
				Name: wording.NearDay(b.Lang, start, today),
				Near: b.near(start, today),
				Rest: b.restDay(start),

				Holiday: b.holiday(start),
			})
		}
		d := &days[len(days)-1]
		d.Items = append(d.Items, b.item(e, start, now))
	}
	return days
}

func (b Base) near(d, today event.Date) string {
	switch d.Sub(today) {
	case 0:
		return b.W().Today
	case 1:
		return b.W().Tomorrow
	}
	return ""
}

func orUntitled(title string) string {
	if title == "" {
		return publish.Untitled
	}
	return title
}

// placeOf says where an event is held: the place, that it is online, or the area where
// nothing more is known.
func (b Base) placeOf(e event.Event) string {
	w := b.W()
	switch {
	case e.Location == "" && e.Mode == event.Online:
		return w.OnlineWord
	case e.Location == "":
		return b.AreaName(e.Area)
	case e.Mode == event.Hybrid:
		return e.Location + w.AndOnline
	}
	return e.Location
}

func mark(w words, s event.Status) (word, class string) {
	switch s {
	case event.Cancelled:
		return w.Cancelled, "cancelled"
	case event.Postponed:
		return w.Postponed, "postponed"
	case event.Tentative:
		return w.Tentative, "tentative"
	}
	return "", ""
}
