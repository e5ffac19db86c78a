package parse

import (
	"koyomi/internal/when/civil"
	"koyomi/internal/when/grammar"
)

// The forms of dates and of what joins them.
var (
	formDate        = grammar.Named("date")
	formFieldDate   = grammar.Named("fielddate")
	formWeekday     = grammar.Named("wd")
	formRange       = grammar.Named("range")
	formIsoRange    = grammar.Named("isorange")
	formComma       = grammar.Named("comma")
	formTail        = grammar.Named("tail")
	formDotTail     = grammar.Named("dottail")
	formCompactTail = grammar.Named("compacttail")
	formListDay     = grammar.Named("listday")
	formNextDay     = grammar.Named("nextday")
	formUntil       = grammar.Named("until")
	formYearTail    = grammar.Named("yeartail")
	formListedDay   = grammar.Named("listedday")
)

// The ways two days or times are joined, as the forms number them.
const (
	joinSign  = 1 // 〜 - –
	joinFrom  = 2 // から, より
	joinTo    = 3 // to, through
	joinArrow = 4 // →: a range, or a move
)

// maxDays bounds the days of one phrase.
const maxDays = 40

// dateAt reads one date at token i.
func (p *parser) dateAt(f *grammar.Form, i int) (d Day, v grammar.Value, j int, ok bool) {
	v, j, ok = p.m.Match(f, i, func(v *grammar.Value) bool {
		var good bool
		d, good = p.day(v)
		return good
	})
	if ok {
		d.From, d.To = p.m.Toks[i].From, p.m.Toks[j-1].To
	}
	return d, v, j, ok
}

// tryDate reads a date and the days joined to it: 6月10日〜12日, 2019-03-03,17.
func (p *parser) tryDate(i int) (int, bool) {
	d, v, j, ok := p.dateAt(formDate, i)
	if !ok && p.c.Field && i == 0 {
		d, v, j, ok = p.dateAt(formFieldDate, i)
	}
	if !ok {
		return i, false
	}
	if d.Has(grammar.Whole) {
		return p.addMonth(&d, i, j), true
	}
	if d.Has(Ancient) { // its days are read over
		x := len(p.doc.Spans)
		j = p.phrase(d, j)
		p.doc.Spans = p.doc.Spans[:x]
		return j, true
	}
	return p.addDate(d, &v, i, j), true
}

// addDate adds the phrase that begins with d, tokens [i,j).
func (p *parser) addDate(d Day, v *grammar.Value, i, j int) int {
	x := len(p.doc.Spans)
	j = p.phrase(d, j)
	j = p.yearBehind(x, j)
	p.pushDate(x, i, j)
	return p.hoursBehind(v, &d, j)
}

// phrase reads what is joined to the day d, which ends before token j.
func (p *parser) phrase(d Day, j int) int {
	j = p.weekdayBehind(&d, j)
	cur, last := Span{A: d}, d
	for range maxDays {
		if e, k, ok := p.rangeTo(j, &last, &cur); ok {
			cur.B, last, j = e, e, k
			continue
		}
		e, k, ok := p.further(j, &last)
		if !ok {
			break
		}
		p.doc.Spans = append(p.doc.Spans, cur)
		cur, last, j = Span{A: e}, e, k
	}
	p.doc.Spans = append(p.doc.Spans, cur)
	return j
}

// weekdayBehind attaches the weekday that follows a day.
func (p *parser) weekdayBehind(d *Day, j int) int {
	if p.m.At(j).Gap > grammar.Space {
		return j
	}
	v, k, ok := p.m.Match(formWeekday, j, nil)
	if !ok {
		return j
	}
	if v.Has(grammar.Weekday) && d.Nth == 0 {
		d.Wd = int8(v.Get(grammar.Weekday))
	}
	d.Fl |= v.Flags() & (grammar.Holiday | grammar.Open)
	if d.AltY != 0 && d.Wd >= 0 && !d.agrees() {
		d.Y, d.AltY = d.AltY, d.Y
	}
	d.To = p.m.Toks[k-1].To
	return k
}

// agrees reports whether the printed weekday is the calendar's.
func (d *Day) agrees() bool {
	return civil.Weekday(civil.Number(int(d.Y), int(d.M), int(d.D))) == int(d.Wd)
}

// rangeTo reads a range sign at token j and the last day behind it.
func (p *parser) rangeTo(j int, last *Day, cur *Span) (d Day, k int, ok bool) {
	v, sign, ok := p.signAt(j, last.Has(grammar.Iso))
	if !ok {
		return d, j, false
	}
	how := v.Get(grammar.Join)
	d, k, ok = p.tailAt(sign, last, how)
	if !ok {
		return d, j, false
	}
	broken := max(p.m.At(j).Gap, p.m.At(sign).Gap) > grammar.Space
	whole := d.M != 0 && how == joinSign
	if broken && !whole {
		return d, j, false
	}
	if mayMove(how, last, &d) {
		cur.A.Fl |= Joined
	}
	return d, k, true
}

// mayMove reports whether a range may be a move from one day to another.
func mayMove(how int, a, b *Day) bool {
	if how == joinFrom {
		return a.M != 0 && b.M != 0
	}
	return how == joinArrow
}

// signAt reads a range sign; behind a date of ISO 8601 a / is one, too.
func (p *parser) signAt(j int, iso bool) (v grammar.Value, k int, ok bool) {
	if iso {
		if v, k, ok = p.m.Match(formIsoRange, j, nil); ok {
			return v, k, ok
		}
	}
	return p.m.Match(formRange, j, nil)
}

// tailAt reads the right side of a range.
func (p *parser) tailAt(k int, last *Day, how int) (Day, int, bool) {
	for _, f := range p.tailForms(last) {
		d, v, j, ok := p.dateAt(f, k)
		if !ok || !p.fitsTail(&d, last, how, j) {
			continue
		}
		if d.M == 0 {
			d.Fl = d.Fl&^grammar.Weak | Tail | last.Fl&grammar.Weak
		}
		p.slashDay(&d, last, k)
		d.Fl |= v.Flags() & (grammar.NextYear | grammar.NextMonth)
		return d, p.weekdayBehind(&d, j), true
	}
	return Day{}, k, false
}

var (
	plainTails   = []*grammar.Form{formTail}
	yearTails    = []*grammar.Form{formDotTail, formTail}
	compactTails = []*grammar.Form{formCompactTail, formTail}
)

func (p *parser) tailForms(last *Day) []*grammar.Form {
	switch {
	case last.Has(grammar.Compact):
		return compactTails
	case last.Has(grammar.Dot), last.Y != 0:
		return yearTails
	}
	return plainTails
}

// fitsTail reports whether d, which ends before token j, may end a range.
func (p *parser) fitsTail(d, last *Day, how, j int) bool {
	if d.Has(grammar.Whole) || d.Nth != 0 {
		return false
	}
	if d.M == 0 {
		return p.fitsBare(d, last, how)
	}
	if d.Y != 0 {
		return true
	}
	if how == joinFrom {
		return !p.deadlineAt(j)
	}
	return !last.Has(grammar.Compact) || soon(last, d)
}

// fitsBare reports whether a bare day may end a range that is written so.
func (p *parser) fitsBare(d, last *Day, how int) bool {
	if how == joinFrom && d.Has(grammar.BareDay) {
		return false
	}
	return !last.Has(grammar.Compact) || how == joinSign || how == joinArrow
}

// soon reports whether b is later in a's month, or in the next.
func soon(a, b *Day) bool {
	return b.M == a.M && b.D > a.D || b.M == a.M%12+1
}

// slashDay reads 25-6 as the 25th and 26th.
func (p *parser) slashDay(d, last *Day, k int) {
	oneDigit := d.Has(grammar.BareDay) && p.m.At(k).Len == 1
	if !oneDigit || d.D > last.D {
		return
	}
	n := last.D/10*10 + d.D
	if n > max(last.D, 10) && n <= 31 {
		d.D = n
	}
}

// further reads a sign of a list at token j and a further day, or one without a sign.
func (p *parser) further(j int, last *Day) (Day, int, bool) {
	if p.m.At(j).Gap > grammar.Space {
		return Day{}, j, false
	}
	k, ok := p.m.Is(formComma, j)
	if !ok {
		return p.nextDay(j, last)
	}
	if p.m.At(k).Gap > grammar.Space {
		return Day{}, j, false
	}
	d, v, n, ok := p.dateAt(formListDay, k)
	if !ok || d.Has(grammar.Whole) {
		return d, j, false
	}
	n = p.weekdayBehind(&d, n)
	slash := p.text.At(int(p.m.Toks[j].From)) == '/'
	if !p.fitsList(&d, last, slash) || d.M != 0 && p.deadlineAt(n) {
		return d, j, false
	}
	if d.M == 0 {
		d.Fl = d.Fl&^grammar.Weak | Tail | last.Fl&grammar.Weak
	}
	d.Fl |= v.Flags() & grammar.NextYear
	return d, n, true
}

// fitsList reports whether d may be a further day of a list behind last.
func (p *parser) fitsList(d, last *Day, slash bool) bool {
	if d.M != 0 {
		return true
	}
	if d.D <= last.D || last.Nth != 0 {
		return false
	}
	if slash && d.Wd < 0 {
		return false
	}
	englishYear := last.Has(grammar.English) && last.Y != 0
	switch {
	case d.Has(grammar.Spaced):
		return d.Wd >= 0 || last.Has(grammar.English) && !englishYear
	case d.Has(grammar.BareDay):
		return !englishYear
	}
	return true
}

// nextDay reads a day that follows without any sign: 5日(土)6日(日).
func (p *parser) nextDay(j int, last *Day) (Day, int, bool) {
	d, _, k, ok := p.dateAt(formNextDay, j)
	if !ok || d.D != last.D+1 || last.Nth != 0 {
		return d, j, false
	}
	d.Fl |= Tail | last.Fl&grammar.Weak
	return d, p.weekdayBehind(&d, k), true
}

// deadlineAt reports whether the day before token j is a last day for something: 締切,
// 必着; まで is the end of a range as well.
func (p *parser) deadlineAt(j int) bool {
	k, ok := p.m.Is(formUntil, j)
	return ok && p.m.At(j).Gap <= grammar.Space && k == j+1
}

// yearBehind puts the year that is printed behind a range to all of it: June 10–12, 2026.
func (p *parser) yearBehind(x, j int) int {
	spans := p.doc.Spans[x:]
	if spans[0].A.Y != 0 || !spans[0].A.Has(grammar.English) {
		return j
	}
	y := lastYear(&spans[len(spans)-1])
	if y == 0 {
		if p.m.At(j).Gap > grammar.Space {
			return j
		}
		v, k, ok := p.m.Match(formYearTail, j, nil)
		if !ok {
			return j
		}
		var d Day
		p.year(&d, &v)
		y, j = d.Y, k
	}
	for k := range spans {
		spans[k].setYear(y)
	}
	return j
}

// lastYear is the year of the last day of s.
func lastYear(s *Span) int16 {
	if s.Ranged() {
		return s.B.Y
	}
	return s.A.Y
}

// setYear puts a year to the first day; a range over the new year begins before.
func (s *Span) setYear(y int16) {
	if s.A.Y != 0 {
		return
	}
	s.A.Y = y
	if s.Ranged() && s.B.M != 0 && s.B.M < s.A.M {
		s.A.Y--
	}
}

// tryListedDays reads days whose month stands behind the last: "2nd to 4th December",
// "21. to 22. June 2003", "3rd and 4th of May".
func (p *parser) tryListedDays(i int) (int, bool) {
	days, ranged, j := p.listedDays(i)
	if len(days) < 2 {
		return i, false
	}
	x := len(p.doc.Spans)
	last := &days[len(days)-1]
	for k := range days {
		days[k].Y, days[k].M, days[k].Fl = last.Y, last.M, last.Fl
	}
	if ranged {
		p.doc.Spans = append(p.doc.Spans, Span{A: days[0], B: *last})
	} else {
		for _, d := range days {
			p.doc.Spans = append(p.doc.Spans, Span{A: d})
		}
	}
	p.pushDate(x, i, j)
	return p.hoursBehind(nil, last, j), true
}

// listedDays returns the days up to the one with a month; ranged where two are joined
// by a range sign.
func (p *parser) listedDays(i int) (days []Day, ranged bool, j int) {
	days, j = p.days[:0], i
	for len(days) < cap(p.days) {
		if d, k, ok := p.monthlyDay(j); ok && len(days) > 0 {
			return append(days, d), ranged, k
		}
		d, _, k, ok := p.dateAt(formListedDay, j)
		if !ok {
			return nil, false, i
		}
		days = append(days, d)
		if j, ok = p.m.Is(formRange, k); ok {
			ranged = true
		} else if j, ok = p.m.Is(formComma, k); !ok {
			return nil, false, i
		}
	}
	return nil, false, i
}

// monthlyDay reads an English day with its month and the weekday behind it.
func (p *parser) monthlyDay(j int) (Day, int, bool) {
	d, _, k, ok := p.dateAt(formDate, j)
	if !ok || !d.Has(grammar.English) || d.D == 0 {
		return d, j, false
	}
	return d, p.weekdayBehind(&d, k), true
}
