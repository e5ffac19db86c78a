package site

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/source"
	"koyomi/internal/wording"
)

// An Event is the page of one event.
type Event struct {
	Base
	Event   event.Event
	Changes []event.Change
	Claims  []event.Claim
	Now     time.Time
	// SameDay are events of the day that draw the same people, NextOnes what comes next
	// of the community.
	SameDay, NextOnes []event.Event
	// Community is nil where the catalogue has it no more.
	Community *source.Community
	// Pictured is set where the event has a picture of its own.
	Pictured bool
}

// RenderEvent writes the page.
func RenderEvent(e Event) ([]byte, error) { return render("event.html", e) }

// Title returns the event's title.
func (e Event) Title() string { return orUntitled(e.Event.Title) }

// When says when it takes place, Sessions its parts.
func (e Event) When() string { return wording.Page(e.Lang).Span(e.Event.Span) }

// Sessions says the parts one by one, none where there are not several.
func (e Event) Sessions() []string {
	var all []string
	if len(e.Event.Sessions) < 2 {
		return nil
	}
	for _, s := range e.Event.Sessions {
		all = append(all, wording.Page(e.Lang).Span(event.Span{
			Start: s.Start,
			End:   s.End,
			Zone:  e.Event.Zone,
		}))
	}
	return all
}

// EndUnknown reports whether a timed event states no end.
func (e Event) EndUnknown() bool { return !e.Event.AllDay() && e.Event.End.IsZero() }

// Was says the former date, "" where it never moved.
func (e Event) Was() string { return wording.Page(e.Lang).Value(e.Calendar.Before[e.Event.UID].When) }

// Doubt says that no source has shown the event for days, "" where that is no matter.
func (e Event) Doubt() string {
	days, doubtful := e.Calendar.Unseen[e.Event.UID]
	if !doubtful || !e.Held() {
		return ""
	}
	return fmt.Sprintf(e.W().Unseen, days)
}

// Held reports whether it is one to be put into a calendar of one's own.
func (e Event) Held() bool { return !e.Event.Withdrawn && e.Event.Status != event.Cancelled }

// Place, Mark and MarkClass are as in a list.
func (e Event) Place() string { return e.placeOf(e.Event) }

// Mark says a status other than confirmed.
func (e Event) Mark() string { m, _ := mark(e.W(), e.Event.Status); return m }

// MarkClass is the style of Mark.
func (e Event) MarkClass() string { _, c := mark(e.W(), e.Event.Status); return c }

// ModeName says how one attends.
func (e Event) ModeName() string { return modeName(e.W(), e.Event.Mode) }

// CommunityName returns the name of its community.
func (e Event) CommunityName() string { return e.Calendar.CommunityName(e.Event.Community) }

// Signup says when one can sign up, and how many may: nothing where that is not known.
func (e Event) Signup() []string {
	var all []string
	in := wording.Page(e.Lang)
	opens := in.Moment(e.Event.RegistrationOpens.In(event.Tokyo))
	closes := in.Moment(e.Event.RegistrationCloses.In(event.Tokyo))
	if opens+closes != "" {
		all = append(all, strings.TrimSpace(opens+" – "+closes))
	}
	if seats := e.seats(); seats != "" {
		all = append(all, seats)
	}
	if fee := e.Event.Fee; fee.Free() {
		all = append(all, e.W().FeeFree)
	} else if !fee.IsZero() {
		all = append(all, fmt.Sprintf(e.W().FeeOf, fee))
	}
	return all
}

// seats says how many seats are left, or how many have signed up.
func (e Event) seats() string {
	s, w := e.Event.Seats, e.W()
	left, known := s.Left()
	switch {
	case s.Waiting != nil && *s.Waiting > 0:
		return w.SeatsFull + " · " + fmt.Sprintf(w.SeatsWaiting, *s.Waiting)
	case known && left == 0:
		return w.SeatsFull
	case known && left != event.Unlimited:
		return fmt.Sprintf(w.SeatsLeft, left)
	case s.Accepted != nil:
		return fmt.Sprintf(w.SeatsOpen, *s.Accepted)
	}
	return ""
}

// MapURL returns a map of the place: of its position where that is known, else a search
// for its name; "" for what is held nowhere.
func (e Event) MapURL() string {
	if g := e.Event.Geo; g != nil {
		return fmt.Sprintf(
			"https://www.openstreetmap.org/?mlat=%.5f&mlon=%.5f#map=17/%.5f/%.5f",
			g.Lat,
			g.Lon,
			g.Lat,
			g.Lon,
		)
	}
	place := e.Event.Location
	if place == "" || e.Event.Mode == event.Online {
		return ""
	}
	if !strings.Contains(place, e.Event.Area) {
		place += " " + e.Event.Area
	}
	return "https://www.google.com/maps/search/?api=1&query=" + url.QueryEscape(place)
}

// dayAfter is the first day after one that has no hours, as calendars want it.
func (e Event) dayAfter() event.Date {
	last := e.Event.Start.Date
	if end := e.Event.End.Date; end.Compare(last) > 0 {
		last = end
	}
	return last.Add(1)
}

// GoogleURL opens a filled form of Google Calendar for this event alone.
func (e Event) GoogleURL() string {
	v := url.Values{
		"action":  {"TEMPLATE"},
		"text":    {publish.Title(e.Event, publish.Mark)},
		"ctz":     {"Asia/Tokyo"},
		"details": {e.PublicURL + "/events/" + e.Event.ID()},
	}
	if p := e.Place(); p != "" {
		v.Set("location", p)
	}
	if start := e.Event.Start; start.AllDay() {
		v.Set("dates", compact(start.Date)+"/"+compact(e.dayAfter()))
	} else {
		const form = "20060102T150405Z"
		over := e.Event.Over(e.Calendar.WithDefaults().Assumed)
		v.Set("dates", start.Time.UTC().Format(form)+"/"+over.UTC().Format(form))
	}
	return "https://calendar.google.com/calendar/render?" + v.Encode()
}

func compact(d event.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

// ClashLink looks at the day of the event, as the organiser of another one would.
func (e Event) ClashLink() string {
	if e.Static || e.Event.Start.IsZero() {
		return ""
	}
	return e.Link("/clash", "date", e.Event.Start.Date.String())
}

// ReportURL opens a mail to the operator that says which event is wrong and how it
// is shown, "" where the operator has no mail address.
func (e Event) ReportURL() string {
	address, ok := strings.CutPrefix(e.ContactURL(), "mailto:")
	if !ok {
		return ""
	}
	address, _, _ = strings.Cut(address, "?")
	w := e.W()
	page := e.PublicURL + "/events/" + e.Event.ID()
	lines := []string{w.ReportAsk, "", "", "---", page, e.Title(), e.When()}
	if p := e.Place(); p != "" {
		lines = append(lines, p)
	}
	lines = append(lines, strings.Join(e.Event.Sources, ", "))
	return "mailto:" + url.PathEscape(
		address,
	) + "?subject=" + escaped(
		w.Report+": "+e.Title(),
	) + "&body=" + escaped(
		strings.Join(lines, "\r\n"),
	)
}

// escaped writes a value of a mailto link (RFC 6068), where + is no blank.
func escaped(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// A Step is one thing that happened to an event.
type Step struct{ At, Kind, Field, Old, New, Source string }

// History returns what happened, latest first.
func (e Event) History() []Step {
	var steps []Step
	for _, c := range slices.Backward(e.Changes) {
		steps = append(steps, e.step(c))
	}
	return steps
}

// step writes a change for people.
func (e Event) step(c event.Change) Step {
	s := Step{
		At:     wording.Minute(c.At),
		Kind:   kindOf(e.Lang, c.Kind),
		Field:  fieldOf(e.Lang, c.Field),
		Old:    value(e.Lang, c.Field, c.Before),
		New:    value(e.Lang, c.Field, c.After),
		Source: c.Source,
	}
	switch {
	case c.Field == "description":
		s.Old, s.New = "", ""
	case c.Kind == event.ChangeMerged:
		s.Old, s.New = "", c.Old() // the other value is a UID
	case c.Kind == event.ChangeSplit:
		s.Old = ""
	}
	return s
}

// An Origin is a source of an event and what is known from it.
type Origin struct {
	Source, URL string
	// From and Seen are since when and until when it has listed the event.
	From, Seen string
	// Ended is set where it does so no more.
	Ended bool
}

// Origins returns where the event was seen, the oldest first.
func (e Event) Origins() []Origin {
	var all []Origin
	for _, c := range e.Claims {
		all = append(all, Origin{
			Source: c.Source,
			URL:    c.Listing.URL,
			From:   wording.Minute(c.From),
			Seen:   wording.Minute(c.Seen),
			Ended:  !c.Until.IsZero(),
		})
	}
	return all
}
