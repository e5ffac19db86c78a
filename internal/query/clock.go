package query

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// A clock is a time of day at which something begins, in minutes from 00:00: from
// it on and before to, over midnight where to is not after from.
type clock struct {
	name     string
	from, to int
}

const dayMinutes = 24 * 60

var clocks = []clock{
	{"morning", 5 * 60, 12 * 60},
	{"afternoon", 12 * 60, 17 * 60},
	{"evening", 17 * 60, dayMinutes},
}

var clockWords = map[string]string{
	"朝": "morning", "午前": "morning", "昼": "afternoon", "午後": "afternoon", "夕方": "evening", "夜": "evening",
}

func readClock(v string, _ *Env) (node, string, string) {
	v = text.Fold(v)
	name := cmp.Or(clockWords[v], v)
	if i := slices.IndexFunc(clocks, func(c clock) bool { return c.name == name }); i >= 0 {
		return clocks[i], "", ""
	}
	if c, ok := parseClock(v); ok {
		return c, "", ""
	}
	return nil, fmt.Sprintf(
		"%q is no time of day",
		text.Line(v, 40),
	), "use morning, afternoon, evening, 18:00-, -12:00 or 10:00-12:00"
}

// parseClock reads "18:00-", "-12:00" and "10:00-12:00".
func parseClock(v string) (clock, bool) {
	from, to, ok := strings.Cut(strings.ReplaceAll(v, "~", "-"), "-")
	if !ok || from+to == "" {
		return clock{}, false
	}
	start := minutes(cmp.Or(from, "0"))
	end := minutes(cmp.Or(to, "24"))
	isValid := min(start, end) >= 0 && max(start, end) <= dayMinutes
	isSpan := start != end && start < dayMinutes
	return clock{from: start, to: end}, isValid && isSpan
}

var timeOfDay = text.NewPattern(`^(\d{1,2})(?::([0-5]\d))?$`)

// minutes reads "18:00" or "18"; -1 stands for no time of day.
func minutes(s string) int {
	m := timeOfDay.FindStringSubmatch(s)
	if m == nil {
		return -1
	}
	return 60*number(m[1]) + number(m[2])
}

func (c clock) match(d *Doc, env *Env) bool {
	if d.Event.AllDay() {
		return false
	}
	if len(d.Event.Sessions) == 0 {
		return c.holds(d.Event.Start, env)
	}
	return slices.ContainsFunc(
		d.Event.Sessions,
		func(s event.Session) bool { return c.holds(s.Start, env) },
	)
}

func (c clock) holds(m event.Moment, env *Env) bool {
	if m.Time.IsZero() {
		return false
	}
	h, min, _ := m.Time.In(env.Zone).Clock()
	at := h*60 + min
	if c.from < c.to {
		return at >= c.from && at < c.to
	}
	return at >= c.from || at < c.to
}

func (c clock) text() string {
	if c.name != "" {
		return "time:" + c.name
	}
	s := "time:"
	if c.from > 0 {
		s += fmt.Sprintf("%02d:%02d", c.from/60, c.from%60)
	}
	s += "-"
	if c.to < dayMinutes || c.from == 0 {
		s += fmt.Sprintf("%02d:%02d", c.to/60, c.to%60)
	}
	return s
}

func (c clock) bounds(*Env) Bounds { return Bounds{} }
