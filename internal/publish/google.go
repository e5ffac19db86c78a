package publish

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// GoogleURL returns the address that offers an event to Google Calendar: its title, its
// time, its place and the address of its page.
func GoogleURL(e event.Event, c Calendar) string {
	c = c.WithDefaults()
	v := url.Values{
		"action":  {"TEMPLATE"},
		"text":    {text.Line(cmp.Or(e.Title, Untitled), 200)},
		"details": {c.EventBase + e.ID()},
		"dates":   {googleDates(e, c.Assumed)},
	}
	if e.Location != "" {
		v.Set("location", text.Line(e.Location, 200))
	}
	if !e.AllDay() {
		v.Set("ctz", e.Span.Location().String())
	}
	return "https://calendar.google.com/calendar/render?" +
		strings.ReplaceAll(v.Encode(), "%2F", "/")
}

// googleDates writes from when to when, for an event of days to the day after.
func googleDates(e event.Event, assumed time.Duration) string {
	from, to := e.Start.Time.UTC(), cmp.Or(e.End.Time, e.Start.Time.Add(assumed)).UTC()
	layout := "20060102T150405Z"
	if e.AllDay() {
		layout = "20060102"
		from = e.Start.Date.Begin(time.UTC)
		to = cmp.Or(e.End.Date, e.Start.Date).Add(1).Begin(time.UTC)
	}
	return from.Format(layout) + "/" + to.Format(layout)
}
