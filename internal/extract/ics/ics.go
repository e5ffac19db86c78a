// Package ics reads calendars (RFC 5545) as they are met, not as they should be:
// line by line, so that one bad event costs only itself. Recurring events come as
// occurrences within the bounds of the visit.
package ics

import (
	"fmt"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// Kind is the kind "ics".
type Kind struct{}

// Need returns the calendars that are still missing; webcal: is read as https:.
func (Kind) Need(v extract.Visit) ([]extract.Request, error) {
	all := extract.Requests(v)
	for i := range all {
		all[i].URL = source.Webcal(all[i].URL)
	}
	return extract.Missing(v, all), nil
}

// Read returns the events of all calendars.
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
		return &extract.Damage{
			URL:    p.URL,
			Reason: "a page for people in place of a calendar",
		}
	}
	cal, err := parse(body)
	if err != nil {
		return &extract.Damage{URL: p.URL, Reason: err.Error()}
	}
	for _, n := range cal.notes {
		b.Note("%s", n)
	}
	if cal.unread > 0 {
		b.Reject(
			"calendar",
			"",
			fmt.Sprintf(
				"%d events stand in it and could not be told from what is around them",
				cal.unread,
			),
		)
	}
	b.Base = p.URL
	b.Expect(len(cal.events))
	newReader(v, b, set, cal).read()
	return nil
}

// A reader is one calendar being read.
type reader struct {
	visit extract.Visit
	b     *extract.Builder
	set   Settings
	cal   *calendar
	zones *zones
	// home is the zone of floating times and of those stated in UTC.
	home     *time.Location
	from, to time.Time
	// steps is what is left for the expansion of rules, total how many
	// occurrences there are, barren how many rules never came about.
	steps, total, barren int
	// added counts what was handed over, idle the events without an occurrence in
	// the bounds of the visit.
	added, idle int
}

// maxSteps bounds the occurrences that are counted through in one calendar.
const maxSteps = 2_000_000

func newReader(v extract.Visit, b *extract.Builder, set Settings, cal *calendar) *reader {
	r := &reader{
		visit: v,
		b:     b,
		set:   set,
		cal:   cal,
		steps: maxSteps,
		home:  v.Source.TimeZone(),
	}
	r.zones = &zones{
		cal:   cal,
		known: map[string]*time.Location{},
		note:  b.Note,
	}
	if loc := r.zones.find(cal.zone); cal.zone != "" && loc != nil {
		r.home = loc
	}
	r.from, r.to = v.Window()
	return r
}

// notEvents are the components that a calendar may hold beside events.
var notEvents = []string{"VTODO", "VJOURNAL", "VFREEBUSY"}

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
	for _, name := range notEvents {
		n := r.cal.others[name]
		r.b.Skip(n, "%d %s are no events", n, name)
	}
	r.b.Skip(
		r.idle,
		"%d events have no occurrence between %s and %s",
		r.idle,
		r.from.Format(time.DateOnly),
		r.to.Format(time.DateOnly),
	)
}

// several returns the UIDs of all events, and the places of those that share one.
// The rest are read and forgotten one by one.
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

// add hands over one occurrence.
func (r *reader) add(e *vevent, start, end event.Moment, occurrence string) {
	r.added++
	raw := e.raw
	raw.Occurrence = occurrence
	loc := e.zone
	isUnnamed := loc.String() == "" || loc.String() == "UTC"
	if isUnnamed || strings.HasSuffix(e.c.value("DTSTART"), "Z") {
		loc = r.home
	}
	raw.Span = event.Span{
		Start:    start.In(loc),
		End:      end.In(loc),
		WholeDay: start.AllDay(),
		Zone:     loc.String(),
	}
	raw.Reading = event.Reading{
		Text:       text.Line(e.c.value("DTSTART"), 60),
		Confidence: 100,
	}
	r.b.Add(raw)
}
