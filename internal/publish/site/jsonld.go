package site

import (
	"cmp"

	"koyomi/internal/event"
)

// LD returns the event in the words of schema.org (https://schema.org/Event), for the
// template to write as JSON. What search engines require (name, startDate, location) and
// recommend is there wherever it is known.
func (e Event) LD() map[string]any {
	ev := e.Event
	ld := map[string]any{
		"@context": "https://schema.org", "@type": "Event",
		"name": e.Title(), "startDate": ev.Start.In(ev.Span.Location()).String(),
		"eventStatus":         "https://schema.org/" + e.eventStatus(),
		"eventAttendanceMode": "https://schema.org/" + cmp.Or(attendance[ev.Mode], attendance[event.Onsite]),
		"url":                 e.address(),
		"image":               []string{e.Meta().Image},
		"location":            e.places(),
		"description":         cmp.Or(ev.Description, e.Meta().Description),
		"inLanguage":          Japanese,
	}
	if !ev.End.IsZero() {
		ld["endDate"] = ev.End.In(ev.Span.Location()).String()
	}
	if was, ok := e.Calendar.Before[ev.UID].When.(event.Times); ok && e.eventStatus() == "EventRescheduled" {
		ld["previousStartDate"] = was.Span().Start.In(was.Span().Location()).String()
	}
	if ev.URL != "" {
		ld["sameAs"] = ev.URL
	}
	if offer := e.offer(); offer != nil {
		ld["offers"] = offer
	}
	if ev.Community != "" {
		who := map[string]any{
			"@type": "Organization", //nolint:misspell // schema.org
			"name":  e.CommunityName(),
			"url":   e.absolute(e.Link("/communities/" + ev.Community)),
		}
		if e.Community != nil && e.Community.URL != "" {
			who["url"] = e.Community.URL
		}
		ld["organizer"] = who //nolint:misspell // schema.org
	}
	return ld
}

// eventStatus is the status in the words of schema.org: an event that is on at another
// time than before is rescheduled, one that went online moved there.
func (e Event) eventStatus() string {
	off := map[event.Status]string{event.Cancelled: "EventCancelled", event.Postponed: "EventPostponed"}[e.Event.Status]
	if off == "" && e.Calendar.Before[e.Event.UID].When != nil {
		return "EventRescheduled"
	}
	return cmp.Or(off, "EventScheduled")
}

// offer says where, until when and for what price one can sign up, nil where it is not
// known where.
func (e Event) offer() map[string]any {
	ev := e.Event
	if ev.URL == "" {
		return nil
	}
	offer := map[string]any{"@type": "Offer", "url": ev.URL}
	if opens := ev.RegistrationOpens; !opens.IsZero() {
		offer["validFrom"] = opens.In(event.Tokyo).String()
	}
	if closes := ev.RegistrationCloses; !closes.IsZero() {
		offer["validThrough"] = closes.In(event.Tokyo).String()
	}
	if how := e.availability(); how != "" {
		offer["availability"] = "https://schema.org/" + how
	}
	if fee := ev.Fee; !fee.IsZero() {
		offer["price"], offer["priceCurrency"] = fee.Min, fee.Currency
	}
	return offer
}

// availability says in the words of schema.org whether one can still sign up, "" where
// nothing says so.
func (e Event) availability() string {
	if e.Event.Seats.Full() {
		return "SoldOut"
	}
	return map[event.RegistrationState]string{
		event.RegistrationUpcoming: "PreOrder",
		event.RegistrationOpen:     "InStock",
		event.RegistrationFull:     "SoldOut",
		event.RegistrationClosed:   "SoldOut",
	}[e.Event.RegistrationState]
}

// LD returns the site in the words of schema.org, with the way to search it.
func (u Upcoming) LD() map[string]any {
	home := u.In("")
	ld := map[string]any{
		"@context": "https://schema.org", "@type": "WebSite",
		"name": u.Calendar.Name, "url": home, "description": u.W().Lead,
	}
	if !u.Static {
		ld["potentialAction"] = map[string]any{
			"@type":       "SearchAction",
			"target":      home + "?q={search_term_string}",
			"query-input": "required name=search_term_string",
		}
	}
	return ld
}

// attendance are the modes in the words of schema.org.
var attendance = map[event.Mode]string{
	event.Online: "OnlineEventAttendanceMode", event.Onsite: "OfflineEventAttendanceMode", event.Hybrid: "MixedEventAttendanceMode",
}

// places are where the event is held: a place, an address online, or both. Where a place
// is not announced yet the area, or the community, stands for it.
func (e Event) places() []map[string]any {
	ev := e.Event
	var all []map[string]any
	if ev.Location != "" && ev.Mode != event.Online {
		p := map[string]any{"@type": "Place", "name": ev.Location, "address": e.postal(ev.Location)}
		if ev.Geo != nil {
			p["geo"] = map[string]any{
				"@type":     "GeoCoordinates",
				"latitude":  ev.Geo.Lat,
				"longitude": ev.Geo.Lon,
			}
		}
		all = append(all, p)
	}
	isOnline := ev.Mode == event.Online || ev.Mode == event.Hybrid
	if isOnline || ev.OnlineURL != "" {
		online := cmp.Or(ev.OnlineURL, ev.URL, e.address())
		all = append(all, map[string]any{"@type": "VirtualLocation", "url": online})
	}
	if len(all) == 0 {
		name := cmp.Or(ev.Area, e.W().PlaceUnknown)
		all = append(all, map[string]any{"@type": "Place", "name": name, "address": e.postal("")})
	}
	return all
}

// address returns the absolute address of the event's page, in no language.
func (e Event) address() string {
	return e.absolute(e.link(Japanese, false, "/events/"+e.Event.ID()))
}

// postal writes a postal address, as far as it is known.
func (e Event) postal(street string) map[string]any {
	a := map[string]any{"@type": "PostalAddress", "addressCountry": "JP"}
	if street != "" {
		a["streetAddress"] = street
	}
	if e.Event.Area != "" {
		a["addressRegion"] = e.Event.Area
	}
	return a
}
