package source

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// static checks a list that is kept by hand.
func (c *checker) static(s *Source, at string) {
	if s.StaticSettings == nil || len(s.StaticSettings.Events) == 0 {
		if c.doc.Has(under(at, "events")) {
			at = under(at, "events")
		}
		c.missing(at, "the events are expected under static.events")
		return
	}
	seen := map[string]int{}
	for i, e := range s.StaticSettings.Events {
		here := fmt.Sprintf("%s.events[%d]", at, i)
		c.staticEvent(e, here)
		key := e.Key
		if key == "" {
			key = strings.Join([]string{e.Title, e.Start, e.Rule}, "\n")
		}
		if before, twice := seen[key]; twice {
			c.wrong(here, "the same event as the one at events[%d] is found; a key of its own, or it left out, would be right", before)
		}
		seen[key] = i
	}
}

// hours are those of a rule: 19:00-21:00, 19:00〜.
var hours = text.NewPattern(`^([01]?\d|2[0-9]):[0-5]\d(?:\s*[-~〜～–]\s*(?:([01]?\d|2[0-9]):[0-5]\d)?)?$`)

func (c *checker) staticEvent(e StaticEvent, at string) {
	if strings.TrimSpace(e.Title) == "" {
		c.missing(at+".title", "the title is expected")
	}
	c.oneOf(at+".status", e.Status, "status", Choices["StaticEvent.status"])
	c.link(at+".url", e.URL)
	if e.Rule != "" {
		c.rule(e, at)
		return
	}
	if e.Time != "" || len(e.Except) > 0 {
		c.missing(at+".rule", "time and except go with a rule; 毎月第3水曜 would be right")
	}
	if e.Start == "" {
		c.missing(at+".start", "when it starts, or a rule, is expected; 2026-06-10T19:00 or 2026-06-10 would be right")
		return
	}
	start, ok := c.moment(at+".start", e.Start)
	if !ok || e.End == "" {
		return
	}
	end, ok := c.moment(at+".end", e.End)
	switch {
	case !ok:
	case start.AllDay() != end.AllDay():
		c.wrong(at+".end", "start and end both with a time, or both without, are expected, found %s and %s", quote(e.Start), quote(e.End))
	case end.Begin(time.UTC).Before(start.Begin(time.UTC)):
		c.wrong(at+".end", "an end after the start %s is expected, found %s", e.Start, e.End)
	}
}

// rule checks an event that is repeated.
func (c *checker) rule(e StaticEvent, at string) {
	if _, ok := when.ParseRule(e.Rule); !ok {
		c.wrong(at+".rule", "a rule is expected, found %s; 毎月第3水曜 or 毎週土曜 would be right", quote(e.Rule))
	}
	if e.Time != "" && !hours.MatchString(e.Time) {
		c.wrong(at+".time", "hours are expected, found %s; 19:00-21:00 would be right", quote(e.Time))
	}
	var start, end event.Date
	if e.Start != "" {
		start = c.day(at+".start", e.Start)
	}
	if e.End != "" {
		end = c.day(at+".end", e.End)
	}
	if !start.IsZero() && !end.IsZero() && end.Compare(start) < 0 {
		c.wrong(at+".end", "a last day after the first, %s, is expected, found %s", e.Start, e.End)
	}
	for i, d := range e.Except {
		c.day(fmt.Sprintf("%s.except[%d]", at, i), d)
	}
}

// moments are the ways in which a time is written by hand.
var moments = []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"}

// moment reads a time or a day; one without an offset as UTC, which will do to
// compare two of them.
func (c *checker) moment(at, s string) (event.Moment, bool) {
	if d, err := event.ParseDate(s); err == nil {
		return event.On(d), true
	}
	i := slices.IndexFunc(moments, func(layout string) bool { _, err := time.Parse(layout, s); return err == nil })
	if i < 0 {
		c.wrong(at, "a time or a day is expected, found %s; 2026-06-10T19:00 or 2026-06-10 would be right", quote(s))
		return event.Moment{}, false
	}
	t, err := time.Parse(moments[i], s)
	return event.At(t), err == nil
}
