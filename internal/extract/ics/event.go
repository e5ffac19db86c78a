package ics

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// A vevent is an event with its times read.
type vevent struct {
	name string
	uid  string
	c    *component
	raw  extract.Raw
	// start is in its own zone; id is the RECURRENCE-ID, zero without one.
	start, end, id event.Moment
	zone           *time.Location
	future         bool
	// lengths are those of occurrences that an RDATE states as a period, by their
	// start in Unix seconds.
	lengths map[int64]time.Duration
}

func (e *vevent) warn(format string, args ...any) {
	e.raw.Warnings = append(e.raw.Warnings, fmt.Sprintf(format, args...))
}

// event reads what does not depend on other events; reason says why it cannot.
func (r *reader) event(c *component) (e *vevent, reason string) {
	e = &vevent{
		name: "VEVENT at line " + strconv.Itoa(c.line),
		c:    c,
		uid:  c.text("UID"),
	}
	e.raw = extract.Raw{
		Item:        e.name,
		Key:         e.uid,
		Title:       c.text("SUMMARY"),
		Status:      c.text("STATUS"),
		Location:    c.text("LOCATION"),
		Description: c.text("DESCRIPTION"),
		URL:         c.value("URL"),
		Updated:     c.value("LAST-MODIFIED"),
		Cancelled:   r.cal.method == "CANCEL",
	}
	if reason = r.starts(e); reason != "" {
		return e, reason
	}
	r.ends(e)
	r.rest(e)
	return e, ""
}

// starts reads the start of an event, and which occurrence it is of another one.
func (r *reader) starts(e *vevent) (reason string) {
	start, ok := e.c.get("DTSTART")
	e.raw.Text = e.raw.Title + " " + start.value
	if !ok {
		return "no start date: no DTSTART"
	}
	if e.start, e.zone, ok = r.moment(start); !ok {
		return fmt.Sprintf("DTSTART: %q is not a time", text.Line(start.value, 60))
	}
	if strings.EqualFold(e.c.value("X-MICROSOFT-CDO-ALLDAYEVENT"), "TRUE") {
		e.start = event.On(e.start.Date)
	}
	id, ok := e.c.get("RECURRENCE-ID")
	if !ok {
		return ""
	}
	e.future = strings.EqualFold(id.param("RANGE"), "THISANDFUTURE")
	if e.id, _, ok = r.moment(id); !ok {
		return fmt.Sprintf("RECURRENCE-ID: %q is not a time", text.Line(id.value, 60))
	}
	return ""
}

// moment reads a DATE or DATE-TIME with its zone: TZID, UTC, else the calendar's
// or the source's.
func (r *reader) moment(p property) (event.Moment, *time.Location, bool) {
	value := upper(strings.TrimSpace(p.value))
	zone := r.home
	if id := p.param("TZID"); id != "" && !strings.HasSuffix(value, "Z") {
		zone = r.named(id)
	}
	m, ok := extract.Clock{
		Zone:         zone,
		IgnoreOffset: r.visit.Source.IgnoreOffset,
	}.Moment(
		value,
	)
	if ok && strings.EqualFold(p.param("VALUE"), "DATE") {
		m = event.On(m.Date)
	}
	return m, zone, ok
}

// named returns the zone of a TZID, the calendar's where nothing says what it means.
func (r *reader) named(id string) *time.Location {
	if loc := r.zones.find(id); loc != nil {
		return loc
	}
	r.b.Note("the zone %q is not known; %s is taken", text.Line(id, 60), r.home)
	return r.home
}

// ends reads DTEND or DURATION; the end of days is the last day.
func (r *reader) ends(e *vevent) {
	if p, ok := e.c.get("DTEND"); ok {
		r.endsAt(e, p)
		return
	}
	p, ok := e.c.get("DURATION")
	if !ok {
		return
	}
	length, ok := extract.Duration(p.value)
	switch {
	case !ok:
		e.warn("duration: %q is not believed", text.Line(p.value, 60))
	case e.start.AllDay():
		e.end = event.On(e.start.Date.Add(max(0, int(length/(24*time.Hour))-1)))
	default:
		e.end = event.At(e.start.Time.Add(length))
	}
}

// endsAt reads DTEND.
func (r *reader) endsAt(e *vevent, p property) {
	end, _, ok := r.moment(p)
	if !ok {
		e.warn("end: %q is not a time", text.Line(p.value, 60))
		return
	}
	if e.start.AllDay() {
		end = lastDay(e.start.Date, end.Date)
	}
	isSameSort := end.AllDay() == e.start.AllDay()
	if isSameSort && before(end, e.start) {
		e.warn("end: %s lies before the start and is left out", end)
		return
	}
	e.end = end
}

// lastDay returns the last of days that end before a day.
func lastDay(first, after event.Date) event.Moment {
	if after.Compare(first) > 0 {
		after = after.Add(-1)
	}
	return event.On(after)
}

func before(a, b event.Moment) bool {
	if a.AllDay() {
		return a.Date.Compare(b.Date) < 0
	}
	return a.Time.Before(b.Time)
}

// position splits the two numbers of a GEO, the comma or semicolon escaped or not.
var position = text.NewPattern(`^\s*([-+0-9.]+)\s*\\?[;,]\s*([-+0-9.]+)\s*$`)

// rest reads what is left: numbers, tags, addresses.
func (r *reader) rest(e *vevent) {
	c := e.c
	e.raw.Set("sequence", c.value("SEQUENCE"))
	e.raw.Set("online_url", c.value("X-GOOGLE-CONFERENCE"), c.value("CONFERENCE"))
	for _, p := range c.all("CATEGORIES") {
		e.raw.Tags = append(e.raw.Tags, list(p.value)...)
	}
	if geo := position.FindStringSubmatch(c.value("GEO")); geo != nil {
		e.raw.Lat, e.raw.Lon = geo[1], geo[2]
	}
	if e.raw.URL == "" {
		e.raw.URL = r.page(e)
	}
	if c.broken > 0 {
		e.warn("%d lines of it are no content lines", c.broken)
	}
}

// page returns the address of an event that states none: by the pattern of the
// settings, else the first in its description.
func (r *reader) page(e *vevent) string {
	if r.set.URL != "" && e.uid != "" {
		return strings.ReplaceAll(r.set.URL, "{uid}", e.uid)
	}
	return extract.LinkIn(e.raw.Description)
}
