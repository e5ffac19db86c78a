// Package ical writes events as an iCalendar object (RFC 5545, RFC 7986) that
// calendar clients can subscribe to. Equal input returns equal bytes.
package ical

import (
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
)

// ContentType is that of a calendar (RFC 5545 section 8.1).
const ContentType = "text/calendar; charset=utf-8"

// perEvent is about what one event takes besides its texts, in octets.
const perEvent = 560

// estimate returns about what the events take, in octets.
func estimate(events []event.Event) int {
	n := 2048 + len(events)*perEvent
	for i := range events {
		e := &events[i]
		n += (len(e.Title) + len(e.Location) + 2*len(e.URL) + min(len(e.Description), maxDescription)) * 80 / 75
	}
	return n
}

// Render returns the feed c of events at the moment now: those that it shows, within
// its size. The bytes depend on now only through c.Day(now), unless an event
// claims to have changed after now.
func Render(events []event.Event, c publish.Calendar, now time.Time) publish.Rendered {
	c = c.WithDefaults()
	chosen := publish.Choose(events, c, c.Day(now))
	body, modified := narrowed(chosen, c, now)
	return publish.Seal(body, ContentType, modified)
}

// Write returns a calendar of exactly these events, in their order and of any size.
func Write(events []event.Event, c publish.Calendar, now time.Time) []byte {
	return Append(nil, events, c, now)
}

// Append is Write to the end of dst.
func Append(dst []byte, events []event.Event, c publish.Calendar, now time.Time) []byte {
	w := newWriter(c.WithDefaults(), now)
	w.buf = slices.Grow(dst, estimate(events))
	w.calendar(events)
	return w.buf
}

// narrowed writes events within the size of c: without its past, then without
// descriptions, then without what is furthest ahead.
func narrowed(events []event.Event, c publish.Calendar, now time.Time) ([]byte, time.Time) {
	w := newWriter(c, now)
	w.buf = make([]byte, 0, estimate(events))
	w.calendar(events)
	if over := w.excess(); over > 0 {
		kept := publish.DropPast(events, w.sizes(), over+noteBytes, c, c.Day(now))
		events, w.pieces = pick(events, kept), pick(w.pieces, kept)
		w.again(events)
	}
	if w.excess() > 0 {
		w.short, w.pieces = true, nil
		w.again(events)
	}
	if over := w.excess(); over > 0 {
		n := publish.DropAhead(w.sizes(), over+noteBytes)
		events, w.pieces, w.ended = events[:n], w.pieces[:n], true
		w.again(events)
	}
	return w.buf, w.modified
}

func pick[T any](all []T, places []int) []T {
	picked := make([]T, len(places))
	for i, place := range places {
		picked[i] = all[place]
	}
	return picked
}

// noteBytes is what the words on what was left out take at most, in octets.
const noteBytes = 600

// again writes what is left of a calendar that was too large, and says so. What was
// written of its events is taken as it is.
func (w *writer) again(events []event.Event) {
	w.note = "大きな配信を読まないクライアントがあるため、一部を省いています"
	if len(events) > 0 {
		w.note += "（" + events[0].Start.Date.String() + " から"
		if w.ended {
			w.note += " " + events[len(events)-1].Start.Date.String() + " まで"
		}
		w.note += "）"
	}
	w.note += "。検索条件を付けた配信では省かれません。"
	w.buf = make([]byte, 0, max(w.c.MaxBytes, 0))
	w.calendar(events)
}

// A writer writes one calendar, several times over where it has to be narrowed.
type writer struct {
	encoder
	c   publish.Calendar
	now time.Time
	// short leaves descriptions out; lines counts those of the present one.
	short bool
	lines int
	// note says what was left out; ended is set where that is at the end too.
	note  string
	ended bool
	// pieces are the octets of each event, modified the latest change of any.
	pieces   [][]byte
	modified time.Time
	// parted and named are room for what one event needs.
	parted []part
	named  []string
}

func newWriter(c publish.Calendar, now time.Time) *writer {
	return &writer{
		c:      c,
		now:    now.UTC().Truncate(time.Second),
		parted: make([]part, 0, 1),
	}
}

// excess returns by how much the calendar is too large.
func (w *writer) excess() int {
	if w.c.MaxBytes < 0 {
		return 0
	}
	return len(w.buf) - w.c.MaxBytes
}

// calendar writes all to the end of buf.
func (w *writer) calendar(events []event.Event) {
	w.modified = time.Time{}
	for i := range events {
		if t := w.stamp(&events[i]); t.After(w.modified) {
			w.modified = t
		}
	}
	w.head()
	if !w.c.UTC || len(events) == 0 {
		w.zone()
	}
	ready := w.pieces
	w.pieces = make([][]byte, 0, len(events))
	for i := range events {
		before := len(w.buf)
		if ready != nil {
			w.buf = append(w.buf, ready[i]...)
		} else {
			w.event(&events[i])
		}
		w.pieces = append(w.pieces, w.buf[before:])
	}
	w.literal("END:VCALENDAR")
}

// sizes returns the octets that each event takes.
func (w *writer) sizes() []int {
	n := make([]int, len(w.pieces))
	for i, piece := range w.pieces {
		n[i] = len(piece)
	}
	return n
}

// stamp returns when e last changed, never later than the clock: a client that saw
// a time to come would take no later change for news.
func (w *writer) stamp(e *event.Event) time.Time {
	t := e.Updated
	if t.IsZero() {
		t = e.Created
	}
	if t.After(w.now) {
		t = w.now
	}
	if t.Before(epoch) {
		t = epoch
	}
	return t.UTC().Truncate(time.Second)
}

var epoch = time.Unix(0, 0).UTC()

func (w *writer) head() {
	c := &w.c
	w.literal("BEGIN:VCALENDAR")
	w.literal("VERSION:2.0")
	w.literal("PRODID:-//koyomi//koyomi//JA")
	w.literal("CALSCALE:GREGORIAN")
	w.literal("METHOD:PUBLISH")
	w.optional("NAME", c.Name)
	w.optional("X-WR-CALNAME", c.Name)
	about := c.Description
	if w.note != "" {
		about = strings.TrimSpace(about + "\n" + w.note)
	}
	w.optional("DESCRIPTION", about)
	w.optional("X-WR-CALDESC", about)
	w.literal("X-WR-TIMEZONE:Asia/Tokyo")
	// No UID of the calendar (RFC 7986 section 5.3): vdirsyncer 0.19 takes it for that of
	// every event, and keeps a single one.
	if !w.modified.IsZero() {
		w.instant("LAST-MODIFIED", w.modified)
	}
	if isWeb(c.URL) {
		w.uri("URL", c.URL)
	}
	if isWeb(c.Source) {
		w.uri("SOURCE", c.Source, param{"VALUE", "URI"})
	}
	w.optional("COLOR", c.Color)
	w.optional("X-APPLE-CALENDAR-COLOR", c.ColorHex)
	w.duration("REFRESH-INTERVAL", c.Refresh, param{"VALUE", "DURATION"})
	w.duration("X-PUBLISHED-TTL", c.Refresh)
}

func (w *writer) optional(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

// tokyo is the only zone that times are written in; every other one is in UTC.
const tokyo = "Asia/Tokyo"

// zone writes Asia/Tokyo as one observance from 1970 on: no client fails on that,
// and a calendar without events still has a component (RFC 5545 section 3.4).
func (w *writer) zone() {
	w.literal("BEGIN:VTIMEZONE")
	w.literal("TZID:" + tokyo)
	w.literal("BEGIN:STANDARD")
	w.literal("DTSTART:19700101T000000")
	w.literal("TZOFFSETFROM:+0900")
	w.literal("TZOFFSETTO:+0900")
	w.literal("TZNAME:JST")
	w.literal("END:STANDARD")
	w.literal("END:VTIMEZONE")
}
