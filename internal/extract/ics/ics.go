// Package ics reads calendars (RFC 5545) as they are met, not as they should be:
// line by line, so that one bad event costs only itself. Recurring events come as
// occurrences within the bounds of the visit.
package ics

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// Kind is the kind "ics".
type Kind struct{}

// Need gives the calendars that are still missing; webcal: is read as https:.
func (Kind) Need(v extract.Visit) ([]extract.Request, error) {
	return extract.Missing(v, requests(v)), nil
}

func requests(v extract.Visit) []extract.Request {
	all := extract.Requests(v)
	for i := range all {
		all[i].URL = source.Webcal(all[i].URL)
	}
	return all
}

// Read gives the events of all calendars.
func (Kind) Read(v extract.Visit) (extract.Result, error) {
	b, err := extract.NewBuilder(v)
	if err != nil {
		return extract.Result{}, err
	}
	set := extract.SettingsOf[Settings](v.Source)
	if set.Partial {
		b.Partial()
	}
	for _, p := range v.Pages {
		if err := readPage(v, b, set, p); err != nil {
			return extract.Result{}, err
		}
	}
	return b.Result(), nil
}

func readPage(v extract.Visit, b *extract.Builder, set Settings, p extract.Page) error {
	p.Body = unfoldBytes(p.Body)
	body, err := extract.Decode(p, v.Source, extract.MaxCalendar)
	if err != nil {
		return err
	}
	if extract.LooksLikeHTML(body) {
		return &extract.Damage{URL: p.URL, Reason: "a page for people in place of a calendar"}
	}
	cal, err := parse(body)
	if err != nil {
		return &extract.Damage{URL: p.URL, Reason: err.Error()}
	}
	for _, n := range cal.notes {
		b.Note("%s", n)
	}
	b.Base = p.URL
	b.Expect(len(cal.events))
	r := newReader(v, b, set, cal)
	r.read()
	return nil
}

// A reader is one calendar being read.
type reader struct {
	visit extract.Visit
	b     *extract.Builder
	set   Settings
	cal   *calendar
	zones *zones
	// home is the zone of floating times and of those told in UTC.
	home     *time.Location
	from, to time.Time
	// steps is what is left for the expansion of rules, total how many
	// occurrences there are, barren how many rules gave none at all.
	steps, total, barren int
}

// maxSteps bounds the occurrences that are counted through in one calendar.
const maxSteps = 2_000_000

func newReader(v extract.Visit, b *extract.Builder, set Settings, cal *calendar) *reader {
	r := &reader{visit: v, b: b, set: set, cal: cal, steps: maxSteps, home: v.Source.TimeZone()}
	r.zones = &zones{cal: cal, known: map[string]*time.Location{}, note: b.Note}
	if loc := r.zones.find(cal.zone); cal.zone != "" && loc != nil {
		r.home = loc
	}
	r.from, r.to = v.Window()
	return r
}

// read takes the events in the order of the file, an event's exceptions with it.
func (r *reader) read() {
	uids, several := r.several()
	for i := range r.cal.events {
		all := several[uids[i]]
		switch {
		case all == nil:
			r.group(r.events(i))
			r.cal.events[i] = nil // what was read need not be kept
		case all[0] == i:
			r.group(r.events(all...))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.cal.others)) {
		if name == "VTODO" || name == "VJOURNAL" || name == "VFREEBUSY" {
			r.b.Note("%d %s are no events", r.cal.others[name], name)
		}
	}
}

// several gives the UIDs of all events, and the places of those that share one. The
// rest are read and forgotten one by one.
func (r *reader) several() (uids []string, all map[string][]int) {
	first := make(map[string]int, len(r.cal.events))
	all = map[string][]int{}
	uids = make([]string, len(r.cal.events))
	for i, c := range r.cal.events {
		uid := c.text("UID")
		uids[i] = uid
		j, known := first[uid]
		switch {
		case uid == "":
		case !known:
			first[uid] = i
		case all[uid] == nil:
			all[uid] = []int{j, i}
		default:
			all[uid] = append(all[uid], i)
		}
	}
	return uids, all
}

// events reads those in some places; the ones that cannot be are left out.
func (r *reader) events(places ...int) []*vevent {
	out := make([]*vevent, 0, len(places))
	for _, i := range places {
		e, reason := r.event(r.cal.events[i])
		if reason != "" {
			r.b.Reject(e.name, e.raw.Text, reason)
			continue
		}
		out = append(out, e)
	}
	return out
}

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
	// lengths are those of occurrences that an RDATE gives as a period, by their
	// start in Unix seconds.
	lengths map[int64]time.Duration
}

// event reads what does not depend on other events; reason says why it cannot.
func (r *reader) event(c *component) (*vevent, string) {
	e := &vevent{name: fmt.Sprintf("VEVENT at line %d", c.line), c: c, uid: c.text("UID")}
	e.raw = extract.Raw{
		Item: e.name, Key: e.uid, Title: c.text("SUMMARY"), Status: c.text("STATUS"), Location: c.text("LOCATION"),
		Description: c.text("DESCRIPTION"), URL: strings.TrimSpace(first(c, "URL")), Updated: first(c, "LAST-MODIFIED"),
	}
	start, ok := c.get("DTSTART")
	e.raw.Text = e.raw.Title + " " + start.value
	if !ok {
		return e, "no start date: no DTSTART"
	}
	if e.start, e.zone, ok = r.moment(start); !ok {
		return e, fmt.Sprintf("DTSTART: %q is no time", text.Line(start.value, 60))
	}
	if strings.EqualFold(first(c, "X-MICROSOFT-CDO-ALLDAYEVENT"), "TRUE") {
		e.start = event.On(e.start.Date)
	}
	if id, ok := c.get("RECURRENCE-ID"); ok {
		if e.id, _, ok = r.moment(id); !ok {
			return e, fmt.Sprintf("RECURRENCE-ID: %q is no time", text.Line(id.value, 60))
		}
		e.future = strings.EqualFold(id.param("RANGE"), "THISANDFUTURE")
	}
	r.ends(e)
	r.rest(e)
	return e, ""
}

func first(c *component, name string) string {
	p, _ := c.get(name)
	return strings.TrimSpace(p.value)
}

// moment reads a DATE or DATE-TIME with its zone: TZID, UTC, else the calendar's
// or the source's.
func (r *reader) moment(p property) (event.Moment, *time.Location, bool) {
	value := upper(strings.TrimSpace(p.value))
	zone := r.home
	if id := p.param("TZID"); id != "" && !strings.HasSuffix(value, "Z") {
		if loc := r.zones.find(id); loc != nil {
			zone = loc
		} else {
			r.b.Note("the zone %q is not known; %s is taken", text.Line(id, 60), r.home)
		}
	}
	m, ok := extract.Clock{Zone: zone, IgnoreOffset: r.visit.Source.IgnoreOffset}.Moment(value)
	if ok && strings.EqualFold(p.param("VALUE"), "DATE") {
		m = event.On(m.Date)
	}
	return m, zone, ok
}

// ends reads DTEND or DURATION; the end of days is the last day.
func (r *reader) ends(e *vevent) {
	warn := func(format string, args ...any) {
		e.raw.Warnings = append(e.raw.Warnings, fmt.Sprintf(format, args...))
	}
	if p, ok := e.c.get("DTEND"); ok {
		end, _, ok := r.moment(p)
		if !ok {
			warn("end: %q is no time", text.Line(p.value, 60))
			return
		}
		if e.start.AllDay() {
			end = event.On(end.Date)
			if end.Date.Compare(e.start.Date) > 0 {
				end = event.On(end.Date.Add(-1))
			}
		}
		if end.AllDay() == e.start.AllDay() && before(end, e.start) {
			warn("end: %s lies before the start and is left out", end)
			return
		}
		e.end = end
		return
	}
	p, ok := e.c.get("DURATION")
	if !ok {
		return
	}
	d, ok := extract.Duration(p.value)
	switch {
	case !ok:
		warn("duration: %q is not believed", text.Line(p.value, 60))
	case e.start.AllDay():
		e.end = event.On(e.start.Date.Add(max(0, int(d/(24*time.Hour))-1)))
	default:
		e.end = event.At(e.start.Time.Add(d))
	}
}

func before(a, b event.Moment) bool {
	if a.AllDay() {
		return a.Date.Compare(b.Date) < 0
	}
	return a.Time.Before(b.Time)
}

// rest reads what is left: numbers, tags, addresses.
func (r *reader) rest(e *vevent) {
	c := e.c
	e.raw.Set("sequence", first(c, "SEQUENCE"))
	for _, p := range c.all("CATEGORIES") {
		e.raw.Tags = append(e.raw.Tags, list(p.value)...)
	}
	if geo := strings.FieldsFunc(strings.ReplaceAll(first(c, "GEO"), `\`, ""), func(r rune) bool { return r == ';' || r == ',' }); len(geo) == 2 {
		e.raw.Lat, e.raw.Lon = geo[0], geo[1]
	}
	for _, name := range []string{"X-GOOGLE-CONFERENCE", "CONFERENCE"} {
		if v := first(c, name); v != "" && e.raw.OnlineURL == "" {
			e.raw.OnlineURL = v
		}
	}
	if r.cal.method == "CANCEL" {
		e.raw.Cancelled = true
	}
	switch {
	case e.raw.URL != "":
	case r.set.URL != "" && e.uid != "":
		e.raw.URL = strings.ReplaceAll(r.set.URL, "{uid}", e.uid)
	default:
		e.raw.URL = extract.LinkIn(e.raw.Description)
	}
	if c.broken > 0 {
		e.raw.Warnings = append(e.raw.Warnings, fmt.Sprintf("%d lines of it are no content lines", c.broken))
	}
}

// add gives a listing of one occurrence.
func (r *reader) add(e *vevent, start, end event.Moment, occurrence string) {
	raw := e.raw
	raw.Occurrence = occurrence
	loc := e.zone
	if name := loc.String(); name == "" || name == "UTC" || strings.HasSuffix(first(e.c, "DTSTART"), "Z") {
		loc = r.home
	}
	raw.Span = event.Span{Start: start.In(loc), End: end.In(loc), WholeDay: start.AllDay(), Zone: loc.String()}
	dtstart, _ := e.c.get("DTSTART")
	raw.Reading = event.Reading{Text: text.Line(dtstart.value, 60), Confidence: 100}
	r.b.Add(raw)
}
