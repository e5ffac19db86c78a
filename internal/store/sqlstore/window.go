package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
)

// shortID returns an id without its dashes.
func shortID(id string) string { return strings.ReplaceAll(id, "-", "") }

// Events returns those in the window.
func (d *DB) Events(ctx context.Context, w store.Window) ([]event.Event, error) {
	text, args, err := d.searchQuery(ctx, w)
	if err != nil {
		return nil, fmt.Errorf("events: %w", err)
	}
	events, err := query(ctx, d, scanEvents, numbered(text), args...)
	if err != nil {
		return nil, fmt.Errorf("events: %w", err)
	}
	return inOrder(events), nil
}

// isLong chooses events that last for eight days or more, which are looked for by
// their end, where others are looked for by when they begin. It is written as in the
// index events_long: SQLite takes that index for the very same words only.
const isLong = "over_at - begin_at >= 691200"

// long is that length in seconds.
const long = 8 * 24 * 60 * 60

// windowQuery writes a window, of which c are the conditions, as SQL. A window that is
// open to one side is looked up by that side; one that is closed by when events begin, the few long ones aside.
func windowQuery(w store.Window, c conditions) (string, []any) {
	from, assumed := secondsAfter(w.From), int64(w.AssumedLength/time.Second)
	if w.From.IsZero() || w.Until.IsZero() || w.Hidden {
		return selectEvents + c.where(), c.args
	}
	short, lasting := c.clone(), c.clone()
	short.add("begin_at >= ?", from-assumed-long)
	lasting.add("begin_at < ?", from-assumed-long)
	lasting.add(isLong)
	return selectEvents + short.where() + " UNION ALL " + selectEvents + lasting.where(), append(
		short.args,
		lasting.args...)
}

// windowConditions are what an event in the window is like.
func windowConditions(w store.Window) conditions {
	var c conditions
	if !w.Hidden {
		c.add("hidden = 0")
	}
	if w.Community != "" {
		c.add("community = ?", w.Community)
	}
	if from, assumed := secondsAfter(
		w.From,
	), int64(
		w.AssumedLength/time.Second,
	); !w.From.IsZero() {
		// The first is for the index, the second is exact.
		c.add("over_at > ?", from-assumed)
		c.add("over_at + open_end * ? > ?", assumed, from)
	}
	if !w.Until.IsZero() {
		c.add("begin_at < ?", secondsAfter(w.Until))
	}
	return c
}

const selectEvents = `SELECT ` + eventColumns + ` FROM events`

// secondsAfter returns the first full second that is not before t: for times told to
// the second, over after t and over after that second minus one are the same.
func secondsAfter(t time.Time) int64 {
	s := t.Unix()
	if t.Nanosecond() > 0 {
		s++
	}
	return s
}

// numbered writes $1, $2, … in the places of "?".
func numbered(text string) string {
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, more := strings.Cut(text, "?")
		b.WriteString(before)
		if !more {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		text = after
	}
}

// conditions are joined by AND; "?" stands for an argument.
type conditions struct {
	texts []string
	args  []any
}

func (c *conditions) add(text string, args ...any) {
	c.texts = append(c.texts, text)
	c.args = append(c.args, args...)
}

func (c *conditions) clone() conditions {
	return conditions{slices.Clone(c.texts), slices.Clone(c.args)}
}

func (c *conditions) where() string {
	if len(c.texts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.texts, " AND ")
}

// inOrder sorts events by start (all-day before timed on one day, by the civil day
// in their zone), then by UID. Events are large: their places are sorted.
func inOrder(events []event.Event) []event.Event {
	places := make([]*event.Event, len(events))
	for i := range events {
		places[i] = &events[i]
	}
	slices.SortFunc(places, inCalendar)
	var sorted []event.Event
	for _, e := range places {
		sorted = append(sorted, *e)
	}
	return sorted
}

// inCalendar compares where events come in a calendar.
func inCalendar(a, b *event.Event) int {
	return cmp.Or(
		a.Start.Date.Compare(b.Start.Date),
		cmp.Compare(timed(a), timed(b)),
		cmp.Compare(a.Start.Time.Unix(), b.Start.Time.Unix()),
		strings.Compare(a.UID, b.UID),
	)
}

// timed is 1 for an event at a time of day, 0 for one that takes the whole day.
func timed(e *event.Event) int {
	if e.AllDay() {
		return 0
	}
	return 1
}
