package parse

import (
	"koyomi/internal/when/grammar"
)

// tryTimes reads a time or a range of times at token i and what belongs to it:
// 19:00〜20:40, 10時半〜18時, 20~21時, 22:00〜2時間, 17:00まで.
func (p *parser) tryTimes(i int) (int, bool) {
	t := Times{A: NoClock, B: NoClock}
	j, ok := p.hourRange(&t, i)
	if !ok {
		j, ok = p.militaryRange(&t, i)
	}
	if !ok {
		t.A, j, ok = p.clockAt(formClock, i, &t.Warn)
		if !ok {
			return i, false
		}
		j = p.zoneAt(&t, j)
		j = p.timeEnd(&t, j)
	}
	return p.addTimes(t, i, p.zoneAt(&t, j)), true
}

// timeEnd reads what follows the first time: its end, a length, nothing.
func (p *parser) timeEnd(t *Times, j int) int {
	how, k, ok := p.timeSign(j, t.A.Iso)
	if !ok {
		return p.behindTime(t, j)
	}
	if e, n, ok := p.endAt(t, k); ok {
		t.B = e
		p.carryHalf(t)
		return p.skipUntil(n)
	}
	if v, n, ok := p.m.Match(formLength, k, nil); ok {
		t.Length = lengthOf(&v)
		return n
	}
	t.Open = true
	t.Sign = p.openSign(k)
	if how == joinSign || how == joinArrow {
		return k
	}
	return j
}

// timeSign reads a range sign behind a time; a ? between two times is a 〜 that an old
// character set has lost. A sign may end its line.
func (p *parser) timeSign(j int, iso bool) (how, k int, ok bool) {
	if p.m.At(j).Gap > grammar.Space {
		if !p.clockBehindSign(j) {
			return 0, j, false
		}
	}
	v, k, ok := p.signAt(j, iso)
	if ok {
		return v.Get(grammar.Join), k, true
	}
	lost := p.text.Has(int(p.m.At(j).From), "?") && p.m.At(j+1).Kind == grammar.Number &&
		p.m.At(j+1).Gap == grammar.Glued
	return joinSign, j + 1, lost
}

// clockBehindSign reports whether the next line begins with a range sign and a time.
func (p *parser) clockBehindSign(j int) bool {
	k, ok := p.m.Is(formRange, j)
	if !ok {
		return false
	}
	_, ok = p.m.Is(formClock, k)
	return ok
}

// endAt reads the end of a range of times at token k.
func (p *parser) endAt(t *Times, k int) (Clock, int, bool) {
	if p.isDate(k) {
		return NoClock, k, false
	}
	if c, j, ok := p.clockAt(formClock, k, &t.Warn); ok {
		return c, j, true
	}
	if p.m.At(k).Gap > grammar.Space {
		return NoClock, k, false
	}
	warn := t.Warn
	c, j, ok := p.clockAt(formBareClock, k, &warn)
	if !ok || !p.fitsBareEnd(t, &c) {
		return NoClock, k, false
	}
	t.Warn = warn
	return c, j, true
}

// fitsBareEnd reports whether an hour without a unit may end t, and settles its half.
func (p *parser) fitsBareEnd(t *Times, c *Clock) bool {
	if !c.Bare {
		return c.Min > t.A.Min
	}
	if t.A.Half == halfPM && c.Min <= t.A.Min {
		c.Min, c.Half = c.Min+12*60, halfPM
	}
	return c.Min > t.A.Min && c.Min <= 30*60
}

// isDate reports whether the number at token k begins a date rather than a time.
func (p *parser) isDate(k int) bool {
	_, ok := p.m.Is(formNotClock, k)
	return ok
}

// openSign is where the sign of an open range ends; 翌 before a date goes with it.
func (p *parser) openSign(k int) int32 {
	if k >= len(p.m.Toks) {
		return int32(len(p.text))
	}
	if p.text.At(int(p.m.Toks[k].From)) == '翌' && p.isDate(k+1) {
		k++
	}
	return p.m.At(k).From
}

// skipUntil skips まで behind the end of a range.
func (p *parser) skipUntil(j int) int {
	if k, ok := p.m.Is(formUntilSign, j); ok && p.m.At(j).Gap <= grammar.Space {
		return k
	}
	return j
}

// carryHalf hands 午後 and pm from one end of a range to the other.
func (p *parser) carryHalf(t *Times) {
	a, b := &t.A, &t.B
	switch {
	case a.Half == halfPM:
		t.afternoonEnd()
	case a.Half == 0 && b.Half == halfPM:
		if p.afternoonToo(t) {
			a.Min, a.Half = a.Min+halfDay, halfPM
		}
	case b.Half == halfAM:
		p.noonEnd(t)
	}
	b.Next = b.Next || a.Next
}

// halfDay is twelve hours, in minutes.
const halfDay = 12 * 60

// afternoonEnd reads the end of a range that begins in the afternoon: 午後2時半〜4時.
func (t *Times) afternoonEnd() {
	later := t.B.Min + halfDay
	if t.B.Half == 0 && t.B.Min < halfDay && later > t.A.Min {
		t.B.Min, t.B.Half = later, halfPM
	}
}

// noonEnd reads 午前12時30分 at the end of a morning as half past noon.
func (p *parser) noonEnd(t *Times) {
	if p.doc.Japanese && t.B.Min < 60 && t.A.Min < halfDay {
		t.B.Min += halfDay
	}
}

// afternoonToo reports whether the first hour of a range that ends in the afternoon is
// of the afternoon as well: 2:30 – 5:30 pm, but 10時〜午後3時.
func (p *parser) afternoonToo(t *Times) bool {
	a := &t.A
	if a.Min >= 12*60 || a.Min+12*60 >= t.B.Min {
		return false
	}
	return a.Bare || !p.doc.Japanese || a.Min < 6*60
}

// hourRange reads a range whose first hour has no unit: 20~21時, 3-5pm, 9～17時.
func (p *parser) hourRange(t *Times, i int) (int, bool) {
	var warn Warning
	a, j, ok := p.clockAt(formHour, i, &warn)
	if !ok {
		return i, false
	}
	k, ok := p.m.Is(formRange, j)
	if !ok || p.isDate(k) {
		return i, false
	}
	b, n, ok := p.clockAt(formClock, k, &warn)
	if !ok || p.slipped(k, &a, &b) {
		return i, false
	}
	t.A, t.B, t.Warn = a, b, warn
	p.carryHalf(t)
	return p.skipUntil(n), true
}

// slipped reports whether a range such as 5-10:30 is more likely a slip of the pen.
func (p *parser) slipped(k int, a, b *Clock) bool {
	colon := p.text.At(int(p.m.At(k+1).From)) == ':'
	return colon && a.Half == 0 && b.Half == 0
}

// militaryRange reads 1900-2100, and 0800-0900; two years are none.
func (p *parser) militaryRange(t *Times, i int) (int, bool) {
	var warn Warning
	a, j, ok := p.clockAt(formMilitary, i, &warn)
	if !ok {
		return i, false
	}
	v, k, ok := p.m.Match(formRange, j, nil)
	if !ok || v.Get(grammar.Join) != joinSign {
		return i, false
	}
	b, n, ok := p.clockAt(formMilitary, k, &warn)
	if !ok || !likeHours(&a, &b) {
		return i, false
	}
	t.A, t.B = a, b
	return n, !p.gluedWord(n)
}

// gluedWord reports whether a word is glued to what ends before token n.
func (p *parser) gluedWord(n int) bool {
	k := p.m.At(n)
	return k.Gap == grammar.Glued && k.Kind == grammar.Word
}

func likeHours(a, b *Clock) bool {
	if a.Min%5+b.Min%5 != 0 {
		return false
	}
	length := b.Min - a.Min
	if likeYear(a) && length < 60 {
		return false
	}
	return length > 0
}

// likeYear reports whether hours such as 1998 and 2010 are rather a year.
func likeYear(c *Clock) bool { return c.Min >= 19*60+30 && c.Min <= 21*60 }

// behindTime reads まで and a length behind a single time.
func (p *parser) behindTime(t *Times, j int) int {
	if p.m.At(j).Gap > grammar.Space {
		return j
	}
	if _, ok := p.m.Is(formUntilSign, j); ok {
		t.Until = true
		return j
	}
	k := j
	if n, ok := p.m.Is(formBegins, j); ok { // 19:00開始 2時間
		k = n
	}
	v, n, ok := p.m.Match(formLength, k, nil)
	if !ok || p.m.At(k).Gap > grammar.Space || p.gluedNumber(k) {
		return j
	}
	t.Length = lengthOf(&v)
	return n
}

func (p *parser) gluedNumber(k int) bool {
	return p.m.At(k).Gap == grammar.Glued && p.m.At(k).Kind == grammar.Number &&
		p.m.At(k-1).Kind == grammar.Number
}

func lengthOf(v *grammar.Value) int16 {
	return int16(v.Get(grammar.Hours)*60 + v.Get(grammar.Minutes))
}

// hoursBehind reads what is glued to a date: the hours of 200905281900, and those
// without a unit of "November 23, 2024, 2-5".
func (p *parser) hoursBehind(v *grammar.Value, d *Day, j int) int {
	if v != nil && v.Has(grammar.Hour) {
		c := Clock{
			Min:  int16(v.Get(grammar.Hour)*60 + v.Get(grammar.Minute)),
			Sec:  int8(v.Get(grammar.Second)),
			Secs: v.Has(grammar.Second),
		}
		t := Times{A: c, B: NoClock}
		end := p.zoneAt(&t, j)
		return p.addTimes(t, j-1, end)
	}
	if p.m.At(j).Gap > grammar.Space {
		return j
	}
	last := &p.doc.Spans[len(p.doc.Spans)-1]
	switch {
	case d.Has(grammar.English), last.A.Has(grammar.English):
		return p.bareHours(formBareStart, j)
	case last.A.Wd >= 0:
		return p.bareHours(formBareHours, j)
	}
	return j
}

// bareHours reads ", 2-5" behind an English date; events are rarely before eight.
func (p *parser) bareHours(f *grammar.Form, j int) int {
	var warn Warning
	a, k, ok := p.clockAt(f, j, &warn)
	if !ok {
		return j
	}
	k, ok = p.m.Is(formRange, k)
	if !ok {
		return j
	}
	b, n, ok := p.clockAt(formBareEnd, k, &warn)
	if !ok {
		return j
	}
	if a.Min < 8*60 {
		a.Min += 12 * 60
	}
	for b.Min <= a.Min {
		b.Min += 12 * 60
	}
	return p.addTimes(Times{A: a, B: b, Warn: Guess}, j, n)
}
