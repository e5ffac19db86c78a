package when

import (
	"time"

	"koyomi/internal/event"
)

// A mom is a day with or without a time, still in numbers.
type mom struct {
	day     int // days since 1970-01-01
	min     int // minutes of the day, may pass 24:00; -1 for none
	sec     int8
	zone    int16
	hasZone bool
	ok      bool
}

// A part is one session, still in numbers.
type part struct{ start, end mom }

// flags of cand.warn
const (
	warnWeekday = 1 << iota
	warnAM24
	warnTypo
	warnGuess
	warnBad
	warnEnd
	warnDoors
	warnUndated
)

// settle resolves the days and times of a candidate; false where the calendar
// has no such day.
func (s *scan) settleCand(c *cand) bool {
	it := &s.its[c.it]
	switch it.k {
	case kRule:
		return s.settleRule(c, &s.rules[it.x])
	case kWeekday:
		d := s.weekdayFrom(9, int(it.x))
		if c.tense == tensePast {
			d = s.away((int(it.x) - int(s.ref.wd) - 7) % 7)
		} else if int(it.x) == int(s.ref.wd) {
			d = s.away(0)
		}
		c.a = dayNumber(int(d.y), int(d.m), int(d.d))
		c.b = c.a - 1
		c.yearWhy = reasonRelative
	default:
		if !s.settleSegs(c, it) {
			return false
		}
	}
	s.settleTimes(c)
	return true
}

func (s *scan) settleSegs(c *cand, it *item) bool {
	segs := s.segs[it.x : int(it.x)+int(it.n)]
	if c.tense == tenseNone {
		c.tense = s.sentenceTense(c.it)
	}
	if c.moved && len(segs) == 1 && segs[0].b.d != 0 && segs[0].a.fl&dArrow != 0 {
		segs[0].a = segs[0].b // 3/7→4/11に変更
		segs[0].b = day{}
	}
	var prev *day
	for k := range segs {
		if !s.settleDays(c, &segs[k], prev) {
			return false
		}
		s.checkWeekday(c, &segs[k].a)
		prev = &segs[k].a
		if segs[k].b.d != 0 {
			s.checkWeekday(c, &segs[k].b)
			prev = &segs[k].b
		}
	}
	a := &segs[0].a
	c.a = dayNumber(int(a.y), int(a.m), int(a.d))
	c.b = c.a - 1
	if b := &segs[0].b; b.d != 0 {
		c.b = dayNumber(int(b.y), int(b.m), int(b.d))
	}
	return true
}

// settleRule gives a rule its next occurrence.
func (s *scan) settleRule(c *cand, r *Rule) bool {
	d := r.FirstFrom(s.refDate())
	if d.IsZero() || d.Year > MaxYear || d.Year < MinYear {
		return false
	}
	c.a = dayNumber(d.Year, int(d.Month), d.Day)
	c.b = c.a - 1
	c.yearWhy = reasonRule
	c.rule = int(s.its[c.it].x) + 1
	s.settleTimes(c)
	return true
}

// settleTimes joins the days of c with its times.
func (s *scan) settleTimes(c *cand) {
	c.parts = len(s.parts)
	c.start = mom{day: c.a, min: -1, ok: true}
	hrs := s.hrs[c.first : c.first+c.count]
	main, last, doors := s.sortHours(c, hrs)
	if doors != nil {
		c.doors = s.on(c.a, doors.a, doors)
	}
	if main == nil && doors != nil {
		main = doors
		c.doors = mom{}
		c.warn |= warnDoors
		if doors.b.min >= 0 {
			c.doors = mom{}
		}
	}
	switch {
	case main == nil && last != nil && c.taken: // … 6月17日 15:00 まで
		c.start = s.on(c.a, last.a, last)
		return
	case main == nil:
		s.wholeDays(c)
		return
	case s.severalDays(c):
		s.dailyHours(c, main, last)
		return
	}
	c.start = s.on(c.a, main.a, main)
	c.end = s.endOf(c, c.a, main)
	s.further(c, hrs, main)
	if last != nil {
		s.lastHour(c, last, c.a)
	}
}

// sortHours picks the programme's time, the end and the doors among the times of c.
func (s *scan) sortHours(c *cand, hrs []int) (main, last, doors *tspan) {
	var named, plain *tspan
	for _, k := range hrs {
		it := &s.its[k]
		t := &s.times[it.x]
		c.noteTime(t)
		switch {
		case it.owner == cStart && named == nil:
			named = t
		case it.owner == cDoors:
			if doors == nil {
				doors = t
			}
		case t.endOnly && it.owner != cEnd && it.brk != 0 && (plain != nil && plain.b.min >= 0 || named != nil && named.b.min >= 0) && !s.ofLastDay(int(it.from)):
			// 10:00-18:00（展示は16:00まで）: a part of it ends
		case it.owner == cEnd || t.endOnly, it.owner == cNone && (plain != nil || named != nil) && s.afterAside(int(it.from)):
			last = t
		case plain == nil && it.owner != cStart:
			plain = t
		}
	}
	main = named
	if plain != nil && (named == nil || plain.b.min >= 0 && named.b.min < 0 && plain.a.min == named.a.min) {
		main = plain
	} else if named != nil && plain != nil && named.b.min < 0 && last == nil && plain.b.min < 0 && plain.a.min > named.a.min && plain.endOnly {
		last = plain
	}
	return main, last, doors
}

// ofLastDay reports whether the time at i is told of the last day.
func (s *scan) ofLastDay(i int) bool {
	for k := max(0, i-6); k < i; k++ {
		if s.has(k, "最終日") || s.has(k, "日目") || s.has(k, "日は") || s.has(k, "曜") {
			return true
		}
	}
	return false
}

// afterAside reports whether the time at i ends a range that an aside in brackets
// broke: 13:00(12:30開場)〜16:00.
func (s *scan) afterAside(i int) bool {
	for i--; i > 0 && s.at(i) == ' '; i-- {
	}
	sign := i
	for s.at(i) == '~' || s.at(i) == '-' {
		i--
	}
	if i == sign {
		return false
	}
	for i > 0 && s.at(i) == ' ' {
		i--
	}
	return s.at(i) == ')'
}

func (c *cand) noteTime(t *tspan) {
	if t.warn&tAM24 != 0 {
		c.warn |= warnAM24
	}
	if t.warn&tTypo != 0 {
		c.warn |= warnTypo
	}
	if t.warn&tGuess != 0 {
		c.warn |= warnGuess
	}
	if t.warn&tBad != 0 {
		c.warn |= warnBad
	}
}

// on gives the moment of a clock on a day.
func (s *scan) on(day int, k clock, t *tspan) mom {
	m := mom{day: day, min: int(k.min), sec: k.sec, zone: t.zone, hasZone: t.hasZone, ok: true}
	if k.next && m.min < 1440 {
		m.min += 1440
	}
	return m
}

// endOf gives the end of the times t on a day, not ok where there is none.
func (s *scan) endOf(c *cand, day int, t *tspan) mom {
	a := s.on(day, t.a, t)
	switch {
	case t.dur > 0:
		a.min += int(t.dur)
		return a
	case t.b.min < 0:
		return mom{}
	}
	e := s.on(day, t.b, t)
	if e.min > a.min {
		return e
	}
	switch {
	case e.min == a.min:
		return mom{}
	case e.min+1440-a.min <= 14*60 && (a.min >= 15*60 || e.min <= 9*60) && e.min < 1440:
		e.min += 1440
		return e
	}
	c.warn |= warnEnd
	return mom{}
}

// severalDays reports whether c is held on more than one day.
func (s *scan) severalDays(c *cand) bool {
	return c.b > c.a || s.its[c.it].k == kDate && s.its[c.it].n > 1
}

// eachDay calls f with the first and last day of every segment of c.
func (s *scan) eachSeg(c *cand, f func(a, b int)) {
	it := &s.its[c.it]
	for k := range int(it.n) {
		g := &s.segs[int(it.x)+k]
		a := dayNumber(int(g.a.y), int(g.a.m), int(g.a.d))
		b := a
		if g.b.d != 0 {
			b = max(a, dayNumber(int(g.b.y), int(g.b.m), int(g.b.d)))
		}
		f(a, b)
	}
}

// wholeDays settles a candidate without times.
func (s *scan) wholeDays(c *cand) {
	if c.b > c.a {
		c.end = mom{day: c.b, min: -1, ok: true}
	}
	it := &s.its[c.it]
	if it.k != kDate || it.n < 2 {
		return
	}
	next, joined := c.a, true
	s.eachSeg(c, func(a, b int) {
		if a != next {
			joined = false
		}
		next = b + 1
		p := part{start: mom{day: a, min: -1, ok: true}}
		if b > a {
			p.end = mom{day: b, min: -1, ok: true}
		}
		s.parts = append(s.parts, p)
	})
	c.nparts = len(s.parts) - c.parts
	if joined { // 4日、5日: one span
		s.parts = s.parts[:c.parts]
		c.nparts = 0
		c.end = mom{day: next - 1, min: -1, ok: true}
	}
}

// dailyHours settles several days with times: from the first day's start to the
// last day's end.
func (s *scan) dailyHours(c *cand, main, last *tspan) {
	next, joined, final := c.a, true, c.a
	open := main.b.min < 0 && main.dur == 0
	s.eachSeg(c, func(a, b int) {
		if a != next {
			joined = false
		}
		next, final = b+1, b
		for d := a; d <= b && len(s.parts)-c.parts < maxSessions; d++ {
			s.parts = append(s.parts, part{s.on(d, main.a, main), s.endOf(c, d, main)})
		}
	})
	c.nparts = len(s.parts) - c.parts
	c.start = s.on(c.a, main.a, main)
	if !joined {
		c.end = s.endOf(c, c.a, main)
		return
	}
	c.end = s.endOf(c, final, main)
	if last != nil {
		s.lastHour(c, last, final)
		if c.nparts > 0 && c.end.ok {
			s.parts[c.parts+c.nparts-1].end = c.end
		}
	} else if open || !c.end.ok {
		c.end = mom{day: final, min: -1, ok: true}
	}
}

// maxSessions bounds the sessions of one reading; longer runs are told as a span.
const maxSessions = 40

// lastHour ends c at the time t of a day.
func (s *scan) lastHour(c *cand, t *tspan, day int) {
	k := t.a
	if t.b.min >= 0 {
		k = t.b
	}
	e := s.on(day, k, t)
	if day == c.a && e.min <= c.start.min {
		if e.min > 9*60 || c.start.min < 15*60 {
			c.warn |= warnEnd
			return
		}
		e.min += 1440
	}
	if c.start.hasZone && !e.hasZone {
		e.zone, e.hasZone = c.start.zone, true
	}
	c.end = e
}

// further adds the other times of the same day: a morning and an afternoon are
// one span, two performances are sessions.
func (s *scan) further(c *cand, hrs []int, main *tspan) {
	line := int16(-1)
	at := c.start.min
	for _, k := range hrs {
		it := &s.its[k]
		t := &s.times[it.x]
		if t == main {
			line = it.line
			s.parts = append(s.parts, part{c.start, c.end})
			continue
		}
		if line < 0 || it.line != line || it.owner == cDoors || it.owner == cEnd || t.endOnly || int(t.a.min) < at {
			continue
		}
		p := part{s.on(c.a, t.a, t), s.endOf(c, c.a, t)}
		if p.start.min == c.start.min {
			continue
		}
		at = int(t.a.min)
		s.parts = append(s.parts, p)
		if c.end.ok && p.end.ok && c.end.min >= 0 && p.end.min > c.end.min {
			c.end = p.end
		}
	}
	c.nparts = len(s.parts) - c.parts
	if c.nparts < 2 {
		s.parts = s.parts[:c.parts]
		c.nparts = 0
	}
}

// moment builds what m says in the zone of the scan.
func (s *scan) moment(m mom) event.Moment {
	if !m.ok {
		return event.Moment{}
	}
	if m.min < 0 {
		return event.On(civil(m.day))
	}
	d := civil(m.day)
	if m.hasZone {
		t := time.Date(d.Year, d.Month, d.Day, 0, m.min-int(m.zone), int(m.sec), 0, time.UTC)
		return event.At(t.In(s.loc))
	}
	return event.At(time.Date(d.Year, d.Month, d.Day, 0, m.min, int(m.sec), 0, s.loc))
}
