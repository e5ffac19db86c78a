package site

import (
	"html/template"
	"net/url"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
)

// An Upcoming is the page of what is coming.
type Upcoming struct {
	Base
	// Query is what was searched for, as typed; Problem says why it cannot be
	// read, "" if it can.
	Query, Problem string
	// From is the first day shown, zero for today.
	From event.Date
	Now  time.Time
	// Events in their order; More follow them.
	Events []event.Event
	More   bool
	// Moved are the latest moves, by UID.
	Moved map[string]event.Change
	// Feed is the path and query of the calendar of the same events.
	Feed string
}

// A Day is the events of one day.
type Day struct {
	Date  event.Date
	Name  string
	Near  string
	Items []Item
}

// An Item is one event in a list.
type Item struct {
	Hours, Title, Place, Community, Path string
	Mark, MarkClass, Moved               string
	// Running is set where it began on an earlier day, Over where it is over.
	Running, Over bool
}

// RenderUpcoming writes the page.
func RenderUpcoming(u Upcoming) ([]byte, error) { return render("upcoming.html", u) }

// Days gives the events by the day on which they are next: what began earlier
// stands under today.
func (u Upcoming) Days() []Day {
	today := event.DateOf(u.Now)
	first := today
	if !u.From.IsZero() {
		first = u.From
	}
	var days []Day
	for _, e := range u.Events {
		start := e.Start.In(e.Span.Location()).Date
		if start.Compare(first) < 0 {
			start = first
		}
		if len(days) == 0 || days[len(days)-1].Date != start {
			days = append(days, Day{Date: start, Name: day(u.Lang, start), Near: u.near(start, today)})
		}
		d := &days[len(days)-1]
		d.Items = append(d.Items, u.item(e, start))
	}
	return days
}

func (u Upcoming) near(d, today event.Date) string {
	switch d.Sub(today) {
	case 0:
		return u.W().Today
	case 1:
		return u.W().Tomorrow
	}
	return ""
}

func (u Upcoming) item(e event.Event, on event.Date) Item {
	w := u.W()
	i := Item{
		Hours: hours(u.Lang, w, e.Span), Title: orUntitled(e.Title), Place: placeOf(e, w),
		Community: u.Calendar.CommunityName(e.Community), Path: "/events/" + e.ID() + u.Keep(),
		Over: !e.Over(u.Calendar.WithDefaults().Assumed).After(u.Now),
	}
	if e.Start.Date.Compare(on) < 0 && !e.End.IsZero() {
		i.Hours, i.Running = until(u.Lang, e.End.In(e.Span.Location()).Date), true
	}
	i.Mark, i.MarkClass = mark(w, e.Status)
	if c, ok := u.Moved[e.UID]; ok {
		i.Moved = w.Was + " " + told(u.Lang, c.Old)
	}
	return i
}

func orUntitled(title string) string {
	if title == "" {
		return publish.Untitled
	}
	return title
}

func placeOf(e event.Event, w words) string {
	if e.Location == "" && e.Mode == event.Online {
		return w.OnlineWord
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

// told writes a value of a change as people read it: a moment where it is one.
func told(lang, value string) string {
	if m, err := event.ParseMoment(value, event.Tokyo); err == nil && !m.IsZero() {
		return moment(lang, m)
	}
	return value
}

// Next gives the address of the following days: from the last day shown on, which
// may have had more events than fitted.
func (u Upcoming) Next() string {
	if !u.More || len(u.Events) == 0 {
		return ""
	}
	v := url.Values{"from": {u.Events[len(u.Events)-1].Start.Date.String()}}
	if u.Query != "" {
		v.Set("q", u.Query)
	}
	if u.Chosen {
		v.Set("lang", u.Lang)
	}
	return "/?" + v.Encode()
}

// FeedURL, WebcalURL and GoogleURL are the ways to subscribe to the same events.
func (u Upcoming) FeedURL() string { return u.PublicURL + u.Feed }

// WebcalURL opens the calendar app. It is safe as a link: only the scheme of the
// site's own address is replaced.
func (u Upcoming) WebcalURL() template.URL {
	_, rest, _ := strings.Cut(u.FeedURL(), "://")
	return template.URL("webcal://" + rest)
}

// GoogleURL adds the feed to Google Calendar.
func (u Upcoming) GoogleURL() string {
	return "https://calendar.google.com/calendar/r?cid=" + url.QueryEscape(string(u.WebcalURL()))
}

// With gives the feed's address with a policy for cancelled events.
func (u Upcoming) With(policy string) string {
	join := "?"
	if strings.Contains(u.Feed, "?") {
		join = "&"
	}
	return u.FeedURL() + join + "cancelled=" + policy
}
