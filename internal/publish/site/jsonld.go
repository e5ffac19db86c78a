package site

import (
	"cmp"

	"koyomi/internal/event"
)

// LD returns the event in the words of schema.org (https://schema.org/Event), for the
// template to write as JSON.
func (e Event) LD() map[string]any {
	ev := e.Event
	ld := map[string]any{
		"@context": "https://schema.org", "@type": "Event",
		"name": e.Title(), "startDate": ev.Start.In(ev.Span.Location()).String(),
		"eventStatus": "https://schema.org/" + statusOf(ev.Status),
		"url":         e.PublicURL + "/events/" + ev.ID(),
	}
	if !ev.End.IsZero() {
		ld["endDate"] = ev.End.In(ev.Span.Location()).String()
	}
	if ev.URL != "" {
		ld["sameAs"] = ev.URL
	}
	if ev.Description != "" {
		ld["description"] = ev.Description
	}
	if mode := attendance[ev.Mode]; mode != "" {
		ld["eventAttendanceMode"] = "https://schema.org/" + mode
	}
	if place := placesOf(ev); len(place) > 0 {
		ld["location"] = place
	}
	if ev.Community != "" {
		who := map[string]any{
			"@type": "Organization", //nolint:misspell // schema.org
			"name":  e.CommunityName(),
		}
		if e.Community != nil && e.Community.URL != "" {
			who["url"] = e.Community.URL
		}
		ld["organizer"] = who //nolint:misspell // schema.org
	}
	return ld
}

func statusOf(s event.Status) string {
	return cmp.Or(
		map[event.Status]string{event.Cancelled: "EventCancelled", event.Postponed: "EventPostponed"}[s],
		"EventScheduled",
	)
}

// attendance are the modes in the words of schema.org.
var attendance = map[event.Mode]string{
	event.Online: "OnlineEventAttendanceMode", event.Onsite: "OfflineEventAttendanceMode", event.Hybrid: "MixedEventAttendanceMode",
}

func placesOf(e event.Event) []map[string]any {
	var all []map[string]any
	if e.Location != "" && e.Mode != event.Online {
		p := map[string]any{"@type": "Place", "name": e.Location, "address": e.Location}
		if e.Geo != nil {
			p["geo"] = map[string]any{
				"@type":     "GeoCoordinates",
				"latitude":  e.Geo.Lat,
				"longitude": e.Geo.Lon,
			}
		}
		all = append(all, p)
	}
	if e.OnlineURL != "" {
		all = append(all, map[string]any{"@type": "VirtualLocation", "url": e.OnlineURL})
	}
	return all
}
