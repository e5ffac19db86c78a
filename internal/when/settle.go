package when

import (
	"koyomi/internal/event"
	"koyomi/internal/when/civil"
	"koyomi/internal/when/lexicon"
	"koyomi/internal/when/parse"
	"koyomi/internal/when/resolve"
)

// An assembler joins the days of one candidate with its times.
type assembler struct {
	w    *work
	k    int
	d    *dated
	days *resolve.Days
}

// chosen are the times of a candidate by what they are.
type chosen struct {
	main, last, doors *parse.Times
	named, plain      *parse.Times // as a start, and without a name
	second            *parse.Times // of the afternoon
}

func (a *assembler) settle() {
	d := a.d
	first := a.days.First
	d.last = a.days.Last
	d.start = mom{day: first, min: -1, ok: true}
	a.hoursOfRule()
	t := a.choose()
	if t.doors != nil {
		d.doors = on(first, t.doors.A, t.doors)
	}
	if t.main == nil && t.doors != nil {
		t.main, d.doors = t.doors, mom{}
		d.warn |= warnDoors
	}
	switch {
	case t.main == nil && t.last != nil && d.taken: // … 6月17日 15:00 まで
		d.start = on(first, t.last.A, t.last)
	case t.main == nil:
		a.wholeDays()
	case a.days.Several():
		if t.second != nil {
			keep(&t.last, endOnly(t.second))
		}
		a.dailyHours(t.main, t.last)
	default:
		a.oneDay(t)
	}
}

// hoursOfRule takes, for a date without times, those of a rule of the text that falls on it:
// every third Tuesday at 7pm … the next meeting is on January 18th.
func (a *assembler) hoursOfRule() {
	if len(a.d.hours) > 0 || a.w.item(a.k).Kind != parse.Date {
		return
	}
	day := civil.Date(a.days.First)
	for k := range a.w.dates {
		if a.w.ruleOn(k, day) {
			a.d.hours = a.w.dates[k].hours
		}
	}
}

// ruleOn reports whether the candidate k is a rule that falls on a day.
func (w *work) ruleOn(k int, day event.Date) bool {
	x := w.resolver.Days[k].Rule
	return x > 0 && w.doc.Rules[x-1].On(day)
}

// oneDay settles a single day with times.
func (a *assembler) oneDay(t chosen) {
	d := a.d
	d.start = on(a.days.First, t.main.A, t.main)
	d.end = a.endOf(a.days.First, t.main)
	a.further(t.main)
	if t.last != nil {
		a.lastHour(t.last, a.days.First)
	}
}

// choose picks the programme's time, the end and the doors among the times.
func (a *assembler) choose() (t chosen) {
	for _, n := range a.d.hours {
		x := a.w.doc.TimesOf(&a.w.set.Items[n])
		a.note(x)
		a.sort(&t, n, x)
	}
	plain, named := t.plain, t.named
	t.main = named
	if plain == nil {
		return t
	}
	switch {
	case named == nil, fuller(plain, named):
		t.main = plain
	case endsNamed(plain, named) && t.last == nil:
		t.last = plain
	case outer(plain, named):
		t.last = endOnly(plain)
	}
	return t
}

// sort puts the time of item n where it belongs.
func (a *assembler) sort(t *chosen, n int, x *parse.Times) {
	it, owner := &a.w.set.Items[n], a.w.role(n)
	switch {
	case owner == lexicon.Start:
		keep(&t.named, x)
	case owner == lexicon.Doors:
		keep(&t.doors, x)
	case a.endsPart(it, x, t):
	case a.endsAll(it, x, t):
		t.last = x
	case t.plain != nil && a.w.set.SecondPart(n):
		t.second = x
	default:
		keep(&t.plain, x)
	}
}

// keep sets a slot that is empty.
func keep(slot **parse.Times, x *parse.Times) {
	if *slot == nil {
		*slot = x
	}
}

// fuller reports whether a plain time is the named one with its end.
func fuller(plain, named *parse.Times) bool {
	return plain.B.Min >= 0 && named.B.Min < 0 && plain.A.Min == named.A.Min
}

// endsNamed reports whether a plain time ends the one that is named as the start.
func endsNamed(plain, named *parse.Times) bool {
	single := named.B.Min < 0 && plain.B.Min < 0
	return single && plain.Until && plain.A.Min > named.A.Min
}

// outer reports whether a plain range encloses the start that is named: from 6:00pm to
// 8:00pm (talks start at 6:30pm).
func outer(plain, named *parse.Times) bool {
	return named.B.Min < 0 && plain.B.Min > named.A.Min && plain.A.Min < named.A.Min
}

// endOnly is the end of a range as a time of its own.
func endOnly(t *parse.Times) *parse.Times {
	e := *t
	e.A, e.B = t.B, parse.NoClock
	return &e
}

// endsPart reports whether a time in a bracket ends only a part of the event:
// 10:00-18:00（展示は16:00まで）.
func (a *assembler) endsPart(it *parse.Item, x *parse.Times, t *chosen) bool {
	if !x.Until || it.Bracket == 0 {
		return false
	}
	return t.ranged() && !a.ofLastDay(int(it.From))
}

// ranged reports whether the programme's time has an end already.
func (t *chosen) ranged() bool {
	for _, x := range [...]*parse.Times{t.plain, t.named} {
		if x != nil && x.B.Min >= 0 {
			return true
		}
	}
	return false
}

// endsAll reports whether a time is the end of the event.
func (a *assembler) endsAll(it *parse.Item, x *parse.Times, t *chosen) bool {
	if x.Until {
		return true
	}
	begun := t.plain != nil || t.named != nil
	switch a.w.ownerOf(it) {
	case lexicon.End:
		return true
	case lexicon.None:
		return begun && a.behindAside(int(it.From))
	}
	return false
}

// ofLastDay reports whether the time at i is that of the last day.
func (a *assembler) ofLastDay(i int) bool {
	for k := max(0, i-6); k < i; k++ {
		if a.w.doc.Text.HasAny(k, "最終日", "日目", "日は", "曜") > 0 {
			return true
		}
	}
	return false
}

// behindAside reports whether the time at i ends a range that an aside in brackets
// broke: 13:00(12:30開場)〜16:00.
func (a *assembler) behindAside(i int) bool {
	t := a.w.doc.Text
	for i--; t.At(i) == ' '; i-- {
	}
	sign := i
	for t.At(i) == '~' || t.At(i) == '-' {
		i--
	}
	if i == sign {
		return false
	}
	for t.At(i) == ' ' {
		i--
	}
	return t.At(i) == ')'
}

// warnings of times and what they are in a reading.
var timeWarnings = map[parse.Warning]warning{
	parse.AM24: warnAM24, parse.Typo: warnTypo, parse.Guess: warnGuess, parse.BadMin: warnBad,
}

func (a *assembler) note(t *parse.Times) {
	if t.Warn == 0 {
		return
	}
	for from, to := range timeWarnings {
		if t.Warn&from != 0 {
			a.d.warn |= to
		}
	}
}

// on is the moment of a clock on a day.
func on(day int, c parse.Clock, t *parse.Times) mom {
	m := mom{
		day:   day,
		min:   int(c.Min),
		sec:   c.Sec,
		zone:  t.Zone,
		zoned: t.HasZone,
		named: t.Named,
		ok:    true,
	}
	if c.Next && m.min < 24*60 {
		m.min += 24 * 60
	}
	return m
}

// endOf is the end of the times t on a day, not ok where there is none.
func (a *assembler) endOf(day int, t *parse.Times) mom {
	start := on(day, t.A, t)
	if t.Length > 0 {
		start.min += int(t.Length)
		return start
	}
	if t.B.Min < 0 || t.B.Min == t.A.Min {
		return mom{}
	}
	end := on(day, t.B, t)
	switch {
	case end.min > start.min:
		return end
	case overnight(start.min, end.min):
		end.min += 24 * 60
		return end
	}
	a.d.warn |= warnEnd
	return mom{}
}

// overnight reports whether a range from one minute of the day to an earlier one goes on
// past midnight: not too long, and begun late or ended early.
func overnight(from, to int) bool {
	long := to + 24*60 - from
	late := from >= 15*60 || to <= 9*60
	return long <= 14*60 && late && to < 24*60
}
