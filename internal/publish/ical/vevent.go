package ical

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"koyomi/internal/event"
	"koyomi/internal/publish"
)

// A part is one VEVENT: an event, or one of its sessions.
type part struct {
	uid        string
	start, end event.Moment
	// no and of count the parts of an event shown in several; of is 0 otherwise.
	no, of int
	// listed lists the hours of the sessions in the text, because the part
	// spans them all.
	listed bool
}

// parts returns what e is shown as, until it is asked again. The first one carries the
// event's own UID.
func (w *writer) parts(e *event.Event) []part {
	whole := part{uid: e.UID, start: e.Start, end: e.End}
	if len(e.Sessions) < 2 {
		return append(w.parted[:0], whole)
	}
	if !w.inParts(e) {
		whole.listed = true
		if last := lastDay(e.Span); !e.AllDay() && last != e.Start.Date {
			whole.start, whole.end = event.On(e.Start.Date), event.On(last)
		}
		return append(w.parted[:0], whole)
	}
	return each(e)
}

// inParts reports whether the reader wants the sessions of e as entries of their own.
func (w *writer) inParts(e *event.Event) bool {
	if w.c.Parts == publish.PartsAuto {
		return apart(e.Sessions)
	}
	return w.c.Parts == publish.PartsEach
}

// each returns a part for each session of e.
func each(e *event.Event) []part {
	all := make([]part, 0, len(e.Sessions))
	for i, s := range e.Sessions {
		uid := e.UID
		if i > 0 {
			uid = uuid.NewSHA1(uuid.NameSpaceOID, []byte(e.UID+" "+s.Start.String())).
				String()
		}
		all = append(all, part{
			uid:   uid,
			start: s.Start,
			end:   s.End,
			no:    i + 1,
			of:    len(e.Sessions),
		})
	}
	return all
}

// apart reports whether whole days lie between the sessions.
func apart(sessions []event.Session) bool {
	for i, s := range sessions[1:] {
		before := sessions[i].Start.Date
		if end := sessions[i].End.Date; !end.IsZero() {
			before = end
		}
		if s.Start.Date.Sub(before) > 1 {
			return true
		}
	}
	return false
}

// lastDay returns the last day on which s takes place; a night that ends at 00:00
// belongs to the day before.
func lastDay(s event.Span) event.Date {
	switch {
	case s.End.IsZero():
		return s.Start.Date
	case s.AllDay():
		return s.End.Date
	}
	return event.DateOf(s.End.Time.Add(-time.Second))
}

// event writes e as one VEVENT, or one a part.
func (w *writer) event(e *event.Event) {
	stamp := w.stamp(e)
	for _, p := range w.parts(e) {
		w.literal("BEGIN:VEVENT")
		w.text("UID", p.uid)
		w.instant("DTSTAMP", stamp)
		w.instant("LAST-MODIFIED", stamp)
		if !e.Created.IsZero() {
			w.instant("CREATED", minTime(e.Created, stamp))
		}
		w.integer("SEQUENCE", max(e.Sequence, 0))
		assumed := w.times(e, p)
		w.text("SUMMARY", summary(e, p, w.c.Cancelled))
		w.literal("STATUS:" + status(e, w.c.Cancelled))
		w.place(e)
		if c := w.categories(e); len(c) > 0 {
			w.list("CATEGORIES", c)
		}
		w.description(e, p, assumed)
		if isWeb(e.URL) {
			w.uri("URL", e.URL)
		}
		w.literal("TRANSP:TRANSPARENT")
		w.literal("END:VEVENT")
	}
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func summary(e *event.Event, p part, policy publish.Policy) string {
	title := publish.Title(*e, policy)
	if p.of > 0 {
		title += " (" + strconv.Itoa(p.no) + "/" + strconv.Itoa(p.of) + ")"
	}
	return title
}

// status returns the STATUS of a VEVENT (RFC 5545 section 3.8.1.11).
func status(e *event.Event, p publish.Policy) string {
	switch s := e.Status; {
	case e.MergedInto != "", s == event.Cancelled && p != publish.Mark:
		return "CANCELLED"
	case s == event.Tentative, s == event.Postponed:
		return "TENTATIVE"
	}
	return "CONFIRMED"
}

// instant is how long what has no length is shown: an opening, a deadline.
const instant = 30 * time.Minute

// times writes DTSTART and DTEND, which is always there and later: clients
// disagree on what none means. It reports whether the end was assumed.
func (w *writer) times(e *event.Event, p part) (assumed bool) {
	if p.start.AllDay() {
		last := p.start.Date
		if p.end.Date.Compare(last) > 0 {
			last = p.end.Date
		}
		w.date("DTSTART", p.start.Date)
		w.date("DTEND", last.Add(1))
		return false
	}
	end := p.end.Time
	switch {
	case end.After(p.start.Time):
	case e.Type == event.TypeEvent, e.Type == "":
		end, assumed = p.start.Time.Add(w.c.Assumed), true
	default:
		end = p.start.Time.Add(instant)
	}
	w.time("DTSTART", p.start.Time, e.Zone)
	w.time("DTEND", end, e.Zone)
	return assumed
}

// time writes an instant in Asia/Tokyo for what is announced in that zone, in UTC
// for everything else and where the reader wants that.
func (w *writer) time(name string, t time.Time, zone string) {
	local := cmp.Or(zone, tokyo) == tokyo && !t.Before(epoch)
	if local && !w.c.UTC {
		w.local(name, t.In(event.Tokyo), tokyo)
		return
	}
	w.instant(name, t)
}

// The words for an event that is held over the network.
const online = "オンライン"

// attending are the words for a place that is not named.
var attending = map[event.Mode]string{event.Online: online}

func onEarth(g event.Geo) bool { return math.Abs(g.Lat) <= 90 && math.Abs(g.Lon) <= 180 }

// place writes LOCATION, GEO and CONFERENCE.
func (w *writer) place(e *event.Event) {
	w.optional("LOCATION", cmp.Or(e.Location, attending[e.Mode]))
	if g := e.Geo; g != nil && onEarth(*g) {
		w.geo("GEO", *g)
	}
	if isWeb(e.OnlineURL) {
		w.uri("CONFERENCE", e.OnlineURL, param{"VALUE", "URI"}, param{"LABEL", online})
	}
}

// categories returns community and tags, until it is asked again.
func (w *writer) categories(e *event.Event) []string {
	all := w.named[:0]
	if e.Community != "" {
		all = append(all, w.c.CommunityName(e.Community))
	}
	for _, t := range e.Tags {
		blank := strings.TrimSpace(t) == ""
		if !blank && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	w.named = all
	return all
}

// isWeb reports whether u may stand as a link in a calendar.
func isWeb(u string) bool {
	return strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://")
}
