package site

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/wording"
)

// A Badge is what an avatar shows: the colour and the initial of a community.
type Badge struct{ Hue, Initial string }

// badge returns the badge of a community, nil for none.
func (b Base) badge(id string) *Badge {
	if id == "" {
		return nil
	}
	return &Badge{hueOf(id), initialOf(b.Calendar.CommunityName(id))}
}

// Badge is that of the event's community, nil for none.
func (e Event) Badge() *Badge { return e.badge(e.Event.Community) }

// States are what is out of the ordinary.
func (e Event) States() []State { return e.states(e.Event, e.Now) }

// A Zoned is when an event begins and ends in its own zone, for readers elsewhere.
type Zoned struct{ Start, End, Words string }

// Zoned says in which zone the hours are, nil where there are no hours.
func (e Event) Zoned() *Zoned {
	s := e.Event.Span
	if s.Start.IsZero() || s.AllDay() {
		return nil
	}
	z := &Zoned{Start: s.Start.Time.Format(time.RFC3339)}
	if !s.End.IsZero() {
		z.End = s.End.Time.Format(time.RFC3339)
	}
	offset := s.Start.Time.In(s.Location()).Format("-07:00")
	name := s.Location().String()
	if s.Location() == event.Tokyo {
		name = e.W().ZoneTokyo
	}
	z.Words = name + " (UTC" + offset + ")"
	return z
}

// Host returns the name of the site that an address belongs to.
func (b Base) Host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// OrganiserURL returns the page of those who hold the event: its own, one that a source
// names, or the community's; "" where none is known.
func (e Event) OrganiserURL() string {
	address := e.Event.URL
	for _, c := range e.Claims {
		address = cmp.Or(address, c.Listing.URL)
	}
	if e.Community != nil {
		address = cmp.Or(address, e.Community.URL)
	}
	return address
}

// AreaText names the prefecture where the place does not.
func (e Event) AreaText() string {
	area := e.Event.Area
	if area == "" || e.Place() == e.AreaName(area) {
		return ""
	}
	if e.Lang == Japanese && strings.Contains(e.Event.Location, area) {
		return ""
	}
	return e.AreaName(area)
}

// Topics lead to what else there is on the event's topics.
func (e Event) Topics() []Chip {
	var all []Chip
	for _, t := range e.Event.Tags {
		link := e.Link("/")
		if !e.Static {
			link = e.row("/", Filter{}).chip(chipSpec{field: "tag", value: t}).Link
		}
		all = append(all, Chip{Name: hashed("tag", t), Link: link})
	}
	return all
}

// ShortLink leads to a calendar on the web that is filled in with the event.
func (e Event) ShortLink(calendar string) string {
	if e.Static {
		return map[string]string{"google": e.GoogleURL(), "outlook": e.OutlookURL()}[calendar]
	}
	return e.File("/events/" + e.Event.ID() + "/" + calendar)
}

// OutlookURL opens a filled form of Outlook on the web for this event alone.
func (e Event) OutlookURL() string { return OutlookURL(e.Base, e.Event) }

// OutlookURL opens a filled form of Outlook on the web for an event.
func OutlookURL(b Base, one event.Event) string {
	e := Event{Base: b, Event: one}
	v := url.Values{
		"path":    {"/calendar/action/compose"},
		"rru":     {"addevent"},
		"subject": {publish.Title(e.Event, publish.Mark)},
		"body":    {e.PublicURL + "/events/" + e.Event.ID()},
	}
	if p := e.Place(); p != "" {
		v.Set("location", p)
	}
	if start := e.Event.Start; start.AllDay() {
		v.Set("allday", "true")
		v.Set("startdt", start.Date.String())
		v.Set("enddt", e.dayAfter().String())
	} else {
		over := e.Event.Over(e.Calendar.WithDefaults().Assumed)
		v.Set("startdt", start.Time.UTC().Format(time.RFC3339))
		v.Set("enddt", over.UTC().Format(time.RFC3339))
	}
	return "https://outlook.live.com/calendar/0/deeplink/compose?" + v.Encode()
}

// A Share is a way to send a page on.
type Share struct{ Name, Link string }

// Shares are the ways to send the page on.
func (e Event) Shares() []Share {
	address := e.Meta().Address
	text := e.Title() + " " + e.When()
	q := url.QueryEscape
	return []Share{
		{"X", "https://x.com/intent/post?text=" + q(text) + "&url=" + q(address)},
		{"LINE", "https://social-plugins.line.me/lineit/share?url=" + q(address)},
		{"Facebook", "https://www.facebook.com/sharer/sharer.php?u=" + q(address)},
		{e.W().ByMail, "mailto:?subject=" + escaped(e.Title()) + "&body=" + escaped(text+"\r\n"+address)},
	}
}

// A newsworthy change stays at the head of an event's page for so long.
const headNews = 14 * 24 * time.Hour

// News are the latest changes that a reader who knew the event must hear of.
func (e Event) News() []Step {
	var all []Step
	for i, c := range slices.Backward(e.Changes) {
		if i == 0 || e.Now.Sub(c.At) > headNews || !publish.Newsworthy(c) {
			continue
		}
		if c.Kind == event.ChangeAdded || c.Field == "description" {
			continue
		}
		s := e.step(c)
		s.At = fmt.Sprintf(e.W().Since, wording.WeekDay(e.Lang, event.DateOf(c.At.In(event.Tokyo))))
		all = append(all, s)
	}
	return all
}

// Similar are other events of the day that draw the same people, Following the next ones
// of the community.
func (e Event) Similar() []Item { return e.items(e.SameDay) }

// Following are the next events of the community.
func (e Event) Following() []Item {
	all := e.items(e.NextOnes)
	for i, n := range e.NextOnes {
		all[i].Hours = wording.WeekDay(e.Lang, n.Start.In(n.Span.Location()).Date)
	}
	return all
}

func (e Event) items(events []event.Event) []Item {
	var all []Item
	for _, one := range events {
		all = append(all, e.item(one, e.Event.Start.Date, e.Now))
	}
	return all
}
