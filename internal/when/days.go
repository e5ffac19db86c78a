package when

import (
	"koyomi/internal/when/lexicon"
	"koyomi/internal/when/parse"
)

// wholeDays settles a candidate without times.
func (a *assembler) wholeDays() {
	d := a.d
	if d.last > a.days.First {
		d.end = mom{day: d.last, min: -1, ok: true}
	}
	if len(a.days.Ranges) < 2 {
		return
	}
	final, joined := a.joined()
	if joined { // 4日、5日: one span
		d.end = mom{day: final, min: -1, ok: true}
		return
	}
	at := len(a.w.parts)
	for _, r := range a.days.Ranges {
		p := part{start: mom{day: r.A, min: -1, ok: true}}
		if r.B > r.A {
			p.end = mom{day: r.B, min: -1, ok: true}
		}
		a.w.parts = append(a.w.parts, p)
	}
	d.parts = a.w.parts[at:len(a.w.parts):len(a.w.parts)]
}

// joined reports whether the days follow on each other, and the last.
func (a *assembler) joined() (final int, joined bool) {
	next := a.days.First
	joined = true
	for _, r := range a.days.Ranges {
		joined = joined && r.A == next
		next = r.B + 1
	}
	return next - 1, joined
}

// maxSessions bounds the sessions of one reading; longer runs are told as a span.
const maxSessions = 40

// dailyHours settles several days with times: from the first day's start to the last
// day's end.
func (a *assembler) dailyHours(main, last *parse.Times) {
	d := a.d
	a.eachDay(main)
	d.start = on(a.days.First, main.A, main)
	final, joined := a.joined()
	if !joined {
		d.end = a.endOf(a.days.First, main)
		return
	}
	d.end = a.endOf(final, main)
	switch {
	case last != nil:
		a.lastHour(last, final)
		if n := len(d.parts); n > 0 && d.end.ok {
			d.parts[n-1].end = d.end
		}
	case !d.end.ok:
		d.end = mom{day: final, min: -1, ok: true}
	}
}

// eachDay makes a session of each day.
func (a *assembler) eachDay(main *parse.Times) {
	at := len(a.w.parts)
	for _, r := range a.days.Ranges {
		for day := r.A; day <= r.B && len(a.w.parts)-at < maxSessions; day++ {
			a.w.parts = append(a.w.parts, part{on(day, main.A, main), a.endOf(day, main)})
		}
	}
	a.d.parts = a.w.parts[at:len(a.w.parts):len(a.w.parts)]
}

// lastHour ends the event at the time t of a day.
func (a *assembler) lastHour(t *parse.Times, day int) {
	d := a.d
	c := t.A
	if t.B.Min >= 0 {
		c = t.B
	}
	end := on(day, c, t)
	if day == a.days.First && end.min <= d.start.min {
		if end.min > 9*60 || d.start.min < 15*60 {
			d.warn |= warnEnd
			return
		}
		end.min += 24 * 60
	}
	if d.start.zoned && !end.zoned {
		end.zone, end.zoned, end.named = d.start.zone, true, d.start.named
	}
	d.end = end
}

// further adds the other times of the same day: a morning and an afternoon are one span,
// two performances are sessions.
func (a *assembler) further(main *parse.Times) {
	d := a.d
	at := len(a.w.parts)
	line, latest := int16(-1), d.start.min
	for _, n := range d.hours {
		it := &a.w.set.Items[n]
		t := a.w.doc.TimesOf(it)
		if t == main {
			line = it.Line
			a.w.parts = append(a.w.parts, part{d.start, d.end})
			continue
		}
		if line < 0 || !a.isFurther(n, line, latest) {
			continue
		}
		p := part{on(a.days.First, t.A, t), a.endOf(a.days.First, t)}
		latest = int(t.A.Min)
		a.w.parts = append(a.w.parts, p)
		if d.end.ok && p.end.ok && p.end.min > d.end.min {
			d.end = p.end
		}
	}
	if len(a.w.parts)-at > 1 {
		d.parts = a.w.parts[at:len(a.w.parts):len(a.w.parts)]
	} else {
		a.w.parts = a.w.parts[:at]
	}
}

// isFurther reports whether the time of item n is a further one of the programme that
// began on line: of the same line, or the afternoon behind the morning.
func (a *assembler) isFurther(n int, line int16, latest int) bool {
	it := &a.w.set.Items[n]
	t := a.w.doc.TimesOf(it)
	if t.Until || int(t.A.Min) <= latest {
		return false
	}
	if notParts.Has(a.w.role(n)) {
		return false
	}
	below := it.Line - line
	return below == 0 || below == 1 && a.w.set.SecondPart(n)
}

// notParts name times that are no part of the programme.
var notParts = lexicon.Of(lexicon.Doors, lexicon.End)
