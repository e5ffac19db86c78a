package ics

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// The bounds of one rule: the occurrences kept, and the steps taken to them.
const (
	maxOccurrences = 1_000
	maxRuleSteps   = 50_000
	// maxTotal is how many occurrences one calendar may have; maxBarren how many
	// rules that never fall on any day are searched through to the end.
	maxTotal  = 20_000
	maxBarren = 10
)

// group reads the events of one UID: a single one, or a recurring one with its
// exceptions.
func (r *reader) group(all []*vevent) {
	if len(all) == 1 && all[0].id.IsZero() && !all[0].c.recurs() {
		r.add(all[0], all[0].start, all[0].end, "")
		return
	}
	masters := r.newest(all)
	exceptions := slices.DeleteFunc(
		slices.Clone(all),
		func(e *vevent) bool { return e.id.IsZero() },
	)
	used := r.outdated(exceptions)
	before := r.added
	for _, m := range masters {
		if m.c.recurs() {
			r.expand(m, exceptions, used)
			continue
		}
		r.add(m, m.start, m.end, "")
	}
	for _, e := range exceptions {
		isDue := len(masters) == 0 || r.within(e.start, e.end) ||
			r.within(e.id, event.Moment{})
		if isDue && !used[e] {
			r.add(e, e.start, e.end, stamp(e.id, e.zone))
		}
	}
	if r.added == before && len(masters) > 0 {
		r.idle++
	}
}

// outdated returns the exceptions that a later version of the same one replaces.
func (r *reader) outdated(exceptions []*vevent) map[*vevent]bool {
	out := map[*vevent]bool{}
	newest := map[string]*vevent{}
	for _, e := range exceptions {
		id := stamp(e.id, e.zone)
		old := newest[id]
		if old == nil || old.raw.Sequence == e.raw.Sequence {
			newest[id] = e
			continue
		}
		if old.raw.Sequence < e.raw.Sequence {
			newest[id], e = e, old
		}
		out[e] = true
		r.b.Note("%s: an older version of %s", e.name, newest[id].name)
	}
	return out
}

// newest returns the masters of a UID. Where several bear different SEQUENCEs, they
// are versions of one event, and the last one stands.
func (r *reader) newest(all []*vevent) []*vevent {
	masters := slices.DeleteFunc(
		slices.Clone(all),
		func(e *vevent) bool { return !e.id.IsZero() },
	)
	if len(masters) < 2 || masters[0].uid == "" {
		return masters
	}
	last := slices.MaxFunc(
		masters,
		func(a, b *vevent) int { return cmp.Compare(a.raw.Sequence, b.raw.Sequence) },
	)
	return slices.DeleteFunc(masters, func(e *vevent) bool {
		isOld := e.raw.Sequence < last.raw.Sequence
		if isOld {
			r.b.Reject(
				e.name,
				e.raw.Text,
				fmt.Sprintf(
					"an older version (SEQUENCE %d) of an event of SEQUENCE %d",
					e.raw.Sequence,
					last.raw.Sequence,
				),
			)
		}
		return isOld
	})
}

// stamp writes a RECURRENCE-ID: a day, or the time in the zone of the event.
func stamp(m event.Moment, zone *time.Location) string {
	switch {
	case m.AllDay():
		return m.Date.Begin(time.UTC).Format("20060102")
	case zone == time.UTC:
		return m.Time.UTC().Format("20060102T150405Z")
	}
	return m.Time.In(zone).Format("20060102T150405")
}

// within reports whether a span lies in the window, or reaches into it.
func (r *reader) within(start, end event.Moment) bool {
	if start.IsZero() {
		return false
	}
	if end.IsZero() {
		end = start
	}
	isOver := end.Over(r.home).Before(r.from)
	return !isOver && !start.Begin(r.home).After(r.to)
}

// expand adds the occurrences of a recurring event within the window.
func (r *reader) expand(m *vevent, exceptions []*vevent, used map[*vevent]bool) {
	var shift *vevent
	for _, at := range r.occurrences(m) {
		if r.total++; r.total > maxTotal {
			r.b.Note("truncated: more than %d occurrences", maxTotal)
			return
		}
		start := m.at(at)
		id := stamp(start, m.zone)
		if e := exceptionFor(exceptions, start, m.zone); e != nil {
			used[e] = true
			if e.future {
				shift = e
			}
			r.add(e, e.start, e.end, id)
			continue
		}
		if e := governing(exceptions, shift, start); e != nil {
			used[e] = true
			s, end := e.moved(start)
			r.add(e, s, end, id)
			continue
		}
		r.add(m, start, m.lasting(start), id)
	}
}

// governing returns the exception for "this and the future" that holds at start.
func governing(exceptions []*vevent, last *vevent, start event.Moment) *vevent {
	for _, e := range exceptions {
		if !e.future || before(start, sameSort(e.id, start)) {
			continue
		}
		if last == nil || before(last.id, e.id) {
			last = e
		}
	}
	return last
}

// sameSort makes a moment one of days or of times, like another one.
func sameSort(m, like event.Moment) event.Moment {
	switch {
	case like.AllDay():
		return event.On(m.Date)
	case m.AllDay():
		return event.At(m.Date.Begin(like.Time.Location()))
	}
	return m
}

// moved returns the times of an occurrence as the exception moves them.
func (e *vevent) moved(start event.Moment) (event.Moment, event.Moment) {
	if start.AllDay() || e.start.AllDay() {
		start = event.On(start.Date.Add(e.start.Date.Sub(e.id.Date)))
		return start, e.endOf(start)
	}
	by := e.start.Time.Sub(sameSort(e.id, e.start).Time)
	start = event.At(start.Time.Add(by))
	return start, e.endOf(start)
}

// at makes an occurrence a moment of the sort of the event's start.
func (e *vevent) at(t time.Time) event.Moment {
	if e.start.AllDay() {
		return event.On(event.DateOf(t))
	}
	return event.At(t)
}

// endOf returns the end of an occurrence that begins at start.
func (e *vevent) endOf(start event.Moment) event.Moment {
	if e.end.IsZero() || e.end.AllDay() != e.start.AllDay() {
		return event.Moment{}
	}
	if e.start.AllDay() {
		return event.On(start.Date.Add(e.end.Date.Sub(e.start.Date)))
	}
	return event.At(start.Time.Add(e.end.Time.Sub(e.start.Time)))
}

// lasting returns the end of an occurrence whose RDATE says how long it is.
func (e *vevent) lasting(start event.Moment) event.Moment {
	length, ok := e.lengths[start.Begin(e.zoneOrUTC()).Unix()]
	if !ok || start.AllDay() {
		return e.endOf(start)
	}
	return event.At(start.Time.Add(length))
}

// period notes the length of an occurrence stated as start/end or start/length.
func (r *reader) period(m *vevent, p property, start event.Moment, rest string) {
	if rest == "" || start.AllDay() {
		return
	}
	length, ok := extract.Duration(rest)
	if !ok {
		p.value = rest
		end, _, _ := r.moment(p)
		length = end.Time.Sub(start.Time)
		ok = !end.IsZero() && !end.AllDay()
	}
	if !ok || length <= 0 {
		return
	}
	if m.lengths == nil {
		m.lengths = map[int64]time.Duration{}
	}
	m.lengths[start.Time.Unix()] = length
}

// exceptionFor returns the exception whose RECURRENCE-ID is that occurrence: the
// same instant, or the same day where one of both is a day.
func exceptionFor(exceptions []*vevent, start event.Moment, zone *time.Location) *vevent {
	var found *vevent
	for _, e := range exceptions {
		isNewer := found == nil || e.raw.Sequence >= found.raw.Sequence
		if isNewer && e.isFor(start, zone) {
			found = e
		}
	}
	return found
}

// isFor reports whether the RECURRENCE-ID of an exception is an occurrence.
func (e *vevent) isFor(start event.Moment, zone *time.Location) bool {
	if e.id.AllDay() != start.AllDay() {
		return e.id.In(zone).Date == start.Date
	}
	return e.id.Equal(start)
}

// occurrences returns the starts within the window: of the rules and RDATEs, less
// EXRULEs and EXDATEs, in order, each once. The start itself is one of them.
func (r *reader) occurrences(m *vevent) []time.Time {
	begin := m.start.Begin(m.zoneOrUTC())
	from := r.from
	if !m.end.IsZero() {
		from = from.Add(-m.end.Over(m.zoneOrUTC()).Sub(begin))
	}
	starts := []time.Time{begin}
	for _, t := range r.times(m, "RDATE") {
		starts = append(starts, t.Begin(m.zoneOrUTC()))
	}
	starts = slices.DeleteFunc(
		starts,
		func(t time.Time) bool { return t.Before(from) || t.After(r.to) },
	)
	for _, p := range m.c.all("RRULE") {
		starts = append(starts, r.rule(m, p.value, begin, from)...)
	}
	slices.SortFunc(starts, time.Time.Compare)
	starts = slices.CompactFunc(starts, time.Time.Equal)
	out := r.excluded(m, begin, from)
	starts = slices.DeleteFunc(starts, func(t time.Time) bool { return out(m.at(t)) })
	if len(starts) > maxOccurrences {
		r.b.Note("%s: truncated to the first %d occurrences", m.name, maxOccurrences)
		starts = starts[:maxOccurrences]
	}
	return starts
}

// zoneOrUTC is the zone in which a rule repeats; days repeat in UTC, which has no
// daylight saving.
func (e *vevent) zoneOrUTC() *time.Location {
	if e.start.AllDay() {
		return time.UTC
	}
	return e.zone
}

// excluded returns a test for what EXDATE and EXRULE take out.
func (r *reader) excluded(m *vevent, begin, from time.Time) func(event.Moment) bool {
	instants, dates := map[int64]bool{}, map[event.Date]bool{}
	for _, t := range r.times(m, "EXDATE") {
		if t.AllDay() || m.start.AllDay() {
			dates[t.Date] = true
			continue
		}
		instants[t.Time.Unix()] = true
	}
	for _, p := range m.c.all("EXRULE") {
		for _, t := range r.rule(m, p.value, begin, from) {
			instants[t.Unix()] = true
		}
	}
	return func(at event.Moment) bool {
		return dates[at.Date] || instants[at.Begin(m.zoneOrUTC()).Unix()]
	}
}

// times reads a list of dates or times; of a PERIOD the start counts, and its
// length is kept.
func (r *reader) times(m *vevent, name string) []event.Moment {
	var out []event.Moment
	for _, p := range m.c.all(name) {
		for v := range strings.SplitSeq(p.value, ",") {
			if len(out) >= maxRuleSteps {
				return out
			}
			start, rest, _ := strings.Cut(v, "/")
			p.value = start
			t, _, ok := r.moment(p)
			if !ok {
				m.warn("%s: %q is not a time", strings.ToLower(name), text.Line(v, 60))
				continue
			}
			r.period(m, p, t, strings.TrimSpace(rest))
			out = append(out, t.In(m.zone))
		}
	}
	return out
}
