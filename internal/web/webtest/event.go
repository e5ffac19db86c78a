package webtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// Event returns what search engines would miss in the structured data of an event's page:
// what they require and recommend of an event
// (developers.google.com/search/docs/appearance/structured-data/event), and what
// schema.org says of its values. Who performs is not asked for: no source tells it.
func Event(page []byte) []string {
	d, err := goquery.NewDocumentFromReader(bytes.NewReader(page))
	if err != nil {
		return []string{err.Error()}
	}
	var ld thing
	if err := json.Unmarshal([]byte(d.Find(`script[type="application/ld+json"]`).First().Text()), &ld); err != nil {
		return []string{"the structured data: " + err.Error()}
	}
	r := &rules{}
	r.has(ld, "", "@context", "@type", "name", "startDate", "location", "eventStatus", "eventAttendanceMode", "image", "description", "url", "organizer") //nolint:misspell // schema.org
	r.one("@type", ld.text("@type"), "Event")
	r.name(ld.text("name"))
	r.times(ld)
	r.status(ld)
	r.places(ld)
	r.images(ld)
	r.offer(ld)
	r.organiser(ld)
	r.address("url", ld.text("url"))
	return r.wrong
}

// A thing is one of schema.org.
type thing map[string]any

func (t thing) text(name string) string { s, _ := t[name].(string); return s }

func (t thing) thing(name string) thing { m, _ := t[name].(map[string]any); return m }

// rules collect what does not hold.
type rules struct{ wrong []string }

func (r *rules) say(format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Sprintf(format, args...))
}

// has holds that properties are there and not empty.
func (r *rules) has(t thing, of string, names ...string) {
	for _, name := range names {
		if v := t[name]; v == nil || v == "" {
			r.say("%sno %s", of, name)
		}
	}
}

// one holds a value to a set, with or without the address of schema.org before.
func (r *rules) one(what, got string, set ...string) {
	if !slices.Contains(set, strings.TrimPrefix(got, "https://schema.org/")) {
		r.say("%s is %q", what, got)
	}
}

// address holds that a value is one that a reader elsewhere can open.
func (r *rules) address(what, got string) {
	if !strings.HasPrefix(got, "http://") && !strings.HasPrefix(got, "https://") {
		r.say("%s is %q", what, got)
	}
}

// states are what may stand before a title in a list and not in a name: the state has a
// property of its own.
var states = []string{"中止", "延期", "Cancelled", "Postponed", "【中止】", "【延期】"}

func (r *rules) name(name string) {
	for _, s := range states {
		if strings.HasPrefix(name, s+":") || strings.HasPrefix(name, s+" ") {
			r.say("the name tells the state: %s", name)
		}
	}
}

// moment reads a time with its offset, or a day alone.
func moment(s string) (at time.Time, isDay, ok bool) {
	if at, err := time.Parse(time.DateOnly, s); err == nil {
		return at, true, true
	}
	at, err := time.Parse(time.RFC3339, s)
	return at, false, err == nil
}

// times hold begin and end: readable, both of a kind, in order.
func (r *rules) times(ld thing) {
	begin, day, ok := moment(ld.text("startDate"))
	if !ok {
		r.say("startDate is %q", ld.text("startDate"))
	}
	if ld["endDate"] == nil {
		return
	}
	end, endDay, ok := moment(ld.text("endDate"))
	if !ok || day != endDay || end.Before(begin) {
		r.say("from %q to %q", ld.text("startDate"), ld.text("endDate"))
	}
}

// status holds the state, and that what was moved says from when.
func (r *rules) status(ld thing) {
	status := strings.TrimPrefix(ld.text("eventStatus"), "https://schema.org/")
	r.one("eventStatus", status, "EventScheduled", "EventCancelled", "EventPostponed", "EventRescheduled", "EventMovedOnline")
	r.one("eventAttendanceMode", ld.text("eventAttendanceMode"), "OnlineEventAttendanceMode", "OfflineEventAttendanceMode", "MixedEventAttendanceMode")
	was := ld.text("previousStartDate")
	switch {
	case status == "EventRescheduled":
		if _, _, ok := moment(was); !ok || was == ld.text("startDate") {
			r.say("rescheduled from %q to %q", was, ld.text("startDate"))
		}
	case status == "EventScheduled" && was != "":
		r.say("as planned, and before on %s", was)
	}
}

// places hold where the event is: a place with its address, a page online, both where it
// is held both ways.
func (r *rules) places(ld thing) {
	list, isList := ld["location"].([]any)
	if !isList {
		list = []any{ld["location"]}
	}
	kinds := map[string]bool{}
	for _, one := range list {
		m, _ := one.(map[string]any)
		p := thing(m)
		kinds[p.text("@type")] = true
		r.one("location", p.text("@type"), "Place", "VirtualLocation")
		if p.text("@type") == "VirtualLocation" {
			r.address("location.url", p.text("url"))
			continue
		}
		r.has(p, "location: ", "name", "address")
		r.has(p.thing("address"), "address: ", "@type", "addressCountry")
	}
	isOnline := strings.HasSuffix(ld.text("eventAttendanceMode"), "OnlineEventAttendanceMode")
	isMixed := strings.HasSuffix(ld.text("eventAttendanceMode"), "MixedEventAttendanceMode")
	if (isOnline || isMixed) && !kinds["VirtualLocation"] {
		r.say("online, and nowhere to go to")
	}
	if isOnline && kinds["Place"] {
		r.say("online alone, and at a place")
	}
}

// images hold that each is an address.
func (r *rules) images(ld thing) {
	list, _ := ld["image"].([]any)
	if len(list) == 0 {
		r.say("no image")
	}
	for _, one := range list {
		s, _ := one.(string)
		r.address("image", s)
	}
}

// offer holds where to sign up, and a price as a number with its currency.
func (r *rules) offer(ld thing) {
	if ld["offers"] == nil {
		return
	}
	o := ld.thing("offers")
	r.one("offers", o.text("@type"), "Offer", "AggregateOffer")
	r.address("offers.url", o.text("url"))
	if o["availability"] != nil {
		r.one("availability", o.text("availability"), "InStock", "SoldOut", "PreOrder")
	}
	for _, name := range []string{"price", "lowPrice", "highPrice"} {
		if o[name] == nil {
			continue
		}
		if _, err := strconv.ParseFloat(fmt.Sprint(o[name]), 64); err != nil || len(o.text("priceCurrency")) != 3 {
			r.say("%s is %v %v", name, o[name], o["priceCurrency"])
		}
	}
	for _, name := range []string{"validFrom", "validThrough"} {
		if _, _, ok := moment(o.text(name)); o[name] != nil && !ok {
			r.say("%s is %q", name, o.text(name))
		}
	}
}

// organiser holds who is behind it, with a page.
func (r *rules) organiser(ld thing) {
	o := ld.thing("organizer")                                    //nolint:misspell // schema.org
	r.one("organiser", o.text("@type"), "Organization", "Person") //nolint:misspell // schema.org
	r.has(o, "organiser: ", "name", "url")
	r.address("organiser.url", o.text("url"))
}
