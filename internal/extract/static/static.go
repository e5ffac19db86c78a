// Package static reads events that people keep by hand in the source file, rules
// such as 毎月第3水曜 among them.
package static

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/when"
)

// Kind is the kind "static".
type Kind struct{}

// Need needs no page.
func (Kind) Need(extract.Visit) ([]extract.Request, error) { return nil, nil }

// Read returns the events of the list; those with a rule once for each day within
// the bounds of the visit.
func (Kind) Read(v extract.Visit) (extract.Result, error) {
	b, err := extract.NewBuilder(v)
	if err != nil {
		return extract.Result{}, err
	}
	b.Base = v.Source.URL
	set, ok := v.Source.Settings.(*Settings)
	if !ok {
		return extract.Result{}, fmt.Errorf(
			"source %s: a static source keeps its events under static.events",
			v.Source.ID,
		)
	}
	for i, e := range set.Events {
		raw := rawOf(e)
		raw.Item = fmt.Sprintf("event %d", i+1)
		if e.Rule == "" {
			b.Add(raw)
			continue
		}
		repeat(b, v, e, raw)
	}
	return b.Result(), nil
}

func rawOf(e Event) extract.Raw {
	return extract.Raw{
		Key:         e.Key,
		Title:       e.Title,
		Start:       e.Start,
		End:         e.End,
		Time:        e.Time,
		Status:      e.Status,
		URL:         e.URL,
		Location:    e.Location,
		Description: e.Description,
		Tags:        e.Tags,
		Text:        strings.TrimSpace(e.Title + " " + e.Start + " " + e.Rule),
	}
}

// maxTimes is how many days one rule may fall on within a visit.
const maxTimes = 1000

// repeat adds the days of a rule.
func repeat(b *extract.Builder, v extract.Visit, e Event, raw extract.Raw) {
	rule, ok := when.ParseRule(e.Rule)
	if !ok {
		b.Reject(
			raw.Item,
			raw.Text,
			fmt.Sprintf("rule %q: expected a rule (use 毎月第3水曜 or 毎週土曜)", e.Rule),
		)
		return
	}
	span, wrong := e.span()
	if wrong != "" {
		b.Reject(raw.Item, raw.Text, wrong)
		return
	}
	rule.Anchor = span.first
	from, to := v.Window()
	zone := v.Source.TimeZone()
	first, last := span.within(event.DateOf(from.In(zone)), event.DateOf(to.In(zone)))
	raw.Key = cmp.Or(e.Key, e.Title+" "+e.Rule)
	for n, d := range rule.Between(first, last) {
		if n == maxTimes {
			b.Note("rule %s: only the first %d days were taken", e.Rule, maxTimes)
			return
		}
		if slices.Contains(e.Except, d.String()) {
			continue
		}
		one := raw
		one.Item = raw.Item + " on " + d.String()
		one.Occurrence = d.String()
		one.Start, one.End = d.String(), ""
		b.Add(one)
	}
}

// A dateSpan is the days on which a rule holds; a zero end is open.
type dateSpan struct{ first, last event.Date }

// span reads the first and last day of an event's rule; wrong says what is wrong
// with them.
func (e Event) span() (s dateSpan, wrong string) {
	for _, end := range []struct {
		key, value string
		into       *event.Date
	}{{"start", e.Start, &s.first}, {"end", e.End, &s.last}} {
		d, err := event.ParseDate(end.value)
		if err != nil && end.value != "" {
			return s, end.key + ": " + err.Error()
		}
		*end.into = d
	}
	return s, ""
}

// within returns the days from first to last that lie in the span.
func (s dateSpan) within(first, last event.Date) (event.Date, event.Date) {
	if s.first.Compare(first) > 0 {
		first = s.first
	}
	if !s.last.IsZero() && s.last.Compare(last) < 0 {
		last = s.last
	}
	return first, last
}
