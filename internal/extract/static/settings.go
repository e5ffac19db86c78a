package static

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// Registration is the kind "static" for the catalogue of kinds.
var Registration = extract.Registration{
	Definition: source.Definition{
		Kind:    source.Static,
		New:     func() source.Settings { return &Settings{} },
		Basis:   source.BasisHandKept,
		ByHand:  true,
		Choices: map[string][]string{"Event.status": source.Choices["Statuses"]},
	},
	Reader: Kind{},
}

// Settings hold events kept by hand.
type Settings struct {
	Events []Event `yaml:"events"`
}

// A Event is one event kept by hand. Start and End are RFC 3339, a local
// "2009-05-28T19:00" in the source's zone, or a day "2009-05-28"; the End of an
// all-day event is its last day.
type Event struct {
	Key   string `yaml:"key,omitempty"`
	Title string `yaml:"title"`
	Start string `yaml:"start,omitempty"`
	End   string `yaml:"end,omitempty"`
	// Rule repeats the event: 毎月第3水曜, 毎週土曜, 隔週金曜. Time is then its
	// hours ("19:00-21:00"), "" for the whole day; Start, where set, is the day
	// from which it counts, End the last.
	Rule string `yaml:"rule,omitempty"`
	Time string `yaml:"time,omitempty"`
	// Except are days on which the rule does not hold.
	Except      []string `yaml:"except,omitempty"`
	Status      string   `yaml:"status,omitempty"`
	URL         string   `yaml:"url,omitempty"`
	Location    string   `yaml:"location,omitempty"`
	Description string   `yaml:"description,omitempty"`
	Tags        []string `yaml:"tags,omitempty"`
	// Note is for the person who keeps the list: where the facts are from.
	Note string `yaml:"note,omitempty"`
}

// FirstDay is the earliest day on which an event starts, "" where none says.
func (set *Settings) FirstDay() string {
	first := ""
	for _, e := range set.Events {
		day := e.Start[:min(len(e.Start), len(time.DateOnly))]
		if first == "" || day != "" && day < first {
			first = day
		}
	}
	return first
}

// Check notes what is wrong with the settings.
func (set *Settings) Check(c *source.Checker, at string) {
	if len(set.Events) == 0 {
		c.MissingIf(
			!c.Has(at+".events"),
			at,
			"expected the events, under static.events (use [] while none is known)",
		)
		return
	}
	seen := map[string]int{}
	for i, e := range set.Events {
		here := fmt.Sprintf("%s.events[%d]", at, i)
		e.check(c, here)
		if before, twice := seen[e.identity()]; twice {
			c.Wrong(
				here,
				"the same event as the one at events[%d] (use a key of its own, or leave it out)",
				before,
			)
		}
		seen[e.identity()] = i
	}
}

// identity is what makes two entries the same event.
func (e Event) identity() string {
	if e.Key != "" {
		return e.Key
	}
	return strings.Join([]string{e.Title, e.Start, e.Rule}, "\n")
}

// hours are those of a rule: 19:00-21:00, 19:00〜.
var hours = text.NewPattern(
	`^([01]?\d|2[0-9]):[0-5]\d(?:\s*[-~〜～–]\s*(?:([01]?\d|2[0-9]):[0-5]\d)?)?$`,
)

func (e Event) check(c *source.Checker, at string) {
	c.MissingIf(strings.TrimSpace(e.Title) == "", at+".title", "expected the title")
	c.OneOf(at+".status", e.Status, "status", source.Choices["Statuses"])
	c.Link(at+".url", e.URL)
	if e.Rule != "" {
		e.checkRule(c, at)
		return
	}
	c.MissingIf(
		e.Time != "" || len(e.Except) > 0,
		at+".rule",
		"time and except go with a rule (use 毎月第3水曜)",
	)
	if e.Start == "" {
		c.Missing(
			at+".start",
			"expected when it starts, or a rule (use 2026-06-10T19:00 or 2026-06-10)",
		)
		return
	}
	e.checkSpan(c, at)
}

// checkSpan checks the start and end of an event.
func (e Event) checkSpan(c *source.Checker, at string) {
	start, ok := checkMoment(c, at+".start", e.Start)
	if !ok || e.End == "" {
		return
	}
	end, ok := checkMoment(c, at+".end", e.End)
	switch {
	case !ok:
	case start.AllDay() != end.AllDay():
		c.Wrong(
			at+".end",
			"expected start and end both with a time, or both without, found %s and %s",
			source.Quote(e.Start),
			source.Quote(e.End),
		)
	case end.Begin(time.UTC).Before(start.Begin(time.UTC)):
		c.Wrong(at+".end", "expected an end after the start %s, found %s", e.Start, e.End)
	}
}

// checkRule checks an event that is repeated.
func (e Event) checkRule(c *source.Checker, at string) {
	if _, ok := when.ParseRule(e.Rule); !ok {
		c.Wrong(
			at+".rule",
			"expected a rule, found %s (use 毎月第3水曜 or 毎週土曜)",
			source.Quote(e.Rule),
		)
	}
	c.WrongIf(
		e.Time != "" && !hours.MatchString(e.Time),
		at+".time",
		"expected hours, found %s (use 19:00-21:00)",
		source.Quote(e.Time),
	)
	first, last := checkDay(c, at+".start", e.Start), checkDay(c, at+".end", e.End)
	isTurned := last.Compare(first) < 0
	c.WrongIf(
		!first.IsZero() && !last.IsZero() && isTurned,
		at+".end",
		"expected a last day after the first, %s, found %s",
		e.Start,
		e.End,
	)
	for i, d := range e.Except {
		c.Day(fmt.Sprintf("%s.except[%d]", at, i), d)
	}
}

// checkDay checks a day that may be left out.
func checkDay(c *source.Checker, at, s string) event.Date {
	if s == "" {
		return event.Date{}
	}
	return c.Day(at, s)
}

// moments are the ways in which a time is written by hand.
var moments = []string{
	time.RFC3339,
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04",
	"2006-01-02 15:04",
}

// checkMoment reads a time or a day; one without an offset as UTC, which will do to
// compare two of them.
func checkMoment(c *source.Checker, at, s string) (event.Moment, bool) {
	if d, err := event.ParseDate(s); err == nil {
		return event.On(d), true
	}
	i := slices.IndexFunc(
		moments,
		func(layout string) bool { _, err := time.Parse(layout, s); return err == nil },
	)
	if i < 0 {
		c.Wrong(
			at,
			"expected a time or a day, found %s (use 2026-06-10T19:00 or 2026-06-10)",
			source.Quote(s),
		)
		return event.Moment{}, false
	}
	t, err := time.Parse(moments[i], s)
	return event.At(t), err == nil
}
