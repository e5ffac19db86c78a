package publish

import (
	"net/url"
	"testing"
	"time"

	"koyomi/internal/event"
)

// TestGoogleURL offers title, times and page, in UTC and for days with the day after.
func TestGoogleURL(t *testing.T) {
	day := event.Date{Year: 2026, Month: 12, Day: 20}
	at := event.At(time.Date(2026, 12, 1, 19, 0, 0, 0, event.Tokyo))
	for _, c := range []struct {
		name        string
		span        event.Span
		dates, zone string
	}{
		{"an hour and no end", event.Span{Start: at}, "20261201T100000Z/20261201T120000Z", "Asia/Tokyo"},
		{"with an end", event.Span{Start: at, End: event.At(at.Time.Add(time.Hour))}, "20261201T100000Z/20261201T110000Z", "Asia/Tokyo"},
		{"abroad", event.Span{Start: at, Zone: "Europe/Berlin"}, "20261201T100000Z/20261201T120000Z", "Europe/Berlin"},
		{"a day", event.Span{Start: event.On(day)}, "20261220/20261221", ""},
		{"days", event.Span{Start: event.On(day), End: event.On(day.Add(2))}, "20261220/20261223", ""},
	} {
		e := event.Event{UID: "abcd-0000"}
		e.Title, e.Location, e.Span = "BPStudy & 友", "渋谷", c.span
		u, err := url.Parse(GoogleURL(e, Calendar{EventBase: "https://koyomi.example/events/"}))
		if err != nil || u.Host != "calendar.google.com" {
			t.Fatalf("%s: %v %v", c.name, u, err)
		}
		q := u.Query()
		for name, want := range map[string]string{
			"action": "TEMPLATE", "text": "BPStudy & 友", "dates": c.dates, "ctz": c.zone, "location": "渋谷",
			"details": "https://koyomi.example/events/" + e.ID(),
		} {
			if got := q.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", c.name, name, got, want)
			}
		}
	}
}
