package when

import "koyomi/internal/event"

// dayNumber counts days from 1970-01-01 (Howard Hinnant's days_from_civil).
func dayNumber(y, m, d int) int {
	if m <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	doy := (153*((m+9)%12)+2)/5 + d - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

// civil is the inverse of dayNumber.
func civil(n int) event.Date {
	n += 719468
	era := floorDiv(n, 146097)
	doe := n - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	m := (mp+2)%12 + 1
	y := yoe + era*400
	if m <= 2 {
		y++
	}
	return event.Date{Year: y, Month: monthOf(int8(m)), Day: doy - (153*mp+2)/5 + 1}
}

// weekdayOfDay gives the day of the week of a day number, Sunday 0.
func weekdayOfDay(n int) int { return ((n+4)%7 + 7) % 7 }

func (s *scan) refDay() int { return dayNumber(int(s.ref.y), int(s.ref.m), int(s.ref.d)) }

const never = 1 << 30

// costs of a year or month that is not printed; the smallest wins
const (
	costWeekday = 20000 // the printed weekday contradicts
	costHint    = 8000  // the caller's heading says otherwise
	costText    = 3000  // a year in the text says otherwise
	costFar     = 1000  // out of the window the wording opens
)

// distance is how far n lies from the publication in the direction that the
// wording says: an announcement looks forward, a report back.
func (s *scan) distance(n int, t tense) int {
	diff := n - s.refDay()
	switch {
	case t == tensePast && diff <= 1:
		return abs(diff)
	case t == tensePast:
		return costFar + 2*diff
	case diff >= 0 && diff <= 305:
		return diff
	case diff < 0 && diff >= -60:
		return -2 * diff
	}
	return costFar + abs(diff)
}

// inferYear sets the year of a day that prints none; b is the last day of its
// range or the zero day.
func (s *scan) inferYear(c *cand, a *day, b *day) {
	best, bestCost := 0, never
	hint := s.c.Year
	for y := int(s.ref.y) - 2; y <= int(s.ref.y)+2 || y <= int(s.ref.y)+8 && y == hint; y++ {
		if cost := s.yearCost(c, a, b, y); cost < bestCost {
			best, bestCost = y, cost
		}
	}
	if hint != 0 && abs(hint-int(s.ref.y)) > 2 && hint >= MinYear && hint <= MaxYear {
		if cost := s.yearCost(c, a, b, hint); cost < bestCost {
			best, bestCost = hint, cost
		}
	}
	if best == 0 {
		return
	}
	a.y = int16(best)
	c.yearWhy = reasonYearRef
	switch {
	case best == hint:
		c.yearWhy = reasonYearHint
	case int16(best) == s.yearText && bestCost < costText:
		c.yearWhy = reasonYearText
	}
}

func (s *scan) yearCost(c *cand, a, b *day, y int) int {
	if !validYMD(y, int(a.m), int(a.d)) {
		return never
	}
	n := dayNumber(y, int(a.m), int(a.d))
	cost := s.distance(n, c.tense)
	if y == s.c.Year { // a list of twenty years names them all
		cost = min(cost, 2*costFar)
	}
	if a.wd >= 0 && weekdayOfDay(n) != int(a.wd) {
		cost += costWeekday
	}
	if b.d != 0 && b.wd >= 0 {
		e := *b
		s.closeRange(a, &e, y)
		if e.y != 0 && weekdayOfDay(dayNumber(int(e.y), int(e.m), int(e.d))) != int(b.wd) {
			cost += costWeekday / 2
		}
	}
	if s.c.Year != 0 && y != s.c.Year {
		cost += costHint
	}
	if near := s.yearNear(c); near != 0 && y != near {
		cost += costText
	}
	return cost
}

// yearNear gives the year that the text names beside the date: a heading, 2014年の予定.
func (s *scan) yearNear(c *cand) int {
	y := int(s.its[c.it].n2)
	if y != 0 && abs(y-int(s.ref.y)) <= 2 {
		return y
	}
	return 0
}

// closeRange fills what the last day of a range leaves out, given the year of
// the first; e.y is 0 where the calendar has no such day.
func (s *scan) closeRange(a, e *day, y int) {
	m := int(a.m)
	printedMonth := e.m != 0
	ey := y
	if e.y != 0 {
		ey = int(e.y)
	}
	if printedMonth {
		m = int(e.m)
	}
	if e.fl&dNextMonth != 0 {
		if m++; m > 12 {
			m, ey = 1, ey+1
		}
	}
	if e.fl&dNextYear != 0 {
		ey++
	}
	if e.y == 0 && dayNumber(ey, m, 1)*32+int(e.d) < dayNumber(y, int(a.m), 1)*32+int(a.d) {
		if printedMonth {
			ey++
		} else if m++; m > 12 {
			m, ey = 1, ey+1
		}
	}
	if !validYMD(ey, m, int(e.d)) {
		e.y = 0
		return
	}
	e.y, e.m = int16(ey), int8(m)
}

// inferMonth sets year and month of a day of the month alone.
func (s *scan) inferMonth(c *cand, a *day) {
	hintY, hintM := s.monthNear(c)
	best, by, bm := never, 0, 0
	m0 := int(s.ref.y)*12 + int(s.ref.m) - 1
	lo, hi := m0-6, m0+9
	if hintM != 0 && hintY != 0 {
		lo, hi = min(lo, hintY*12+hintM-1), max(hi, hintY*12+hintM-1)
		if hi-lo > 400 {
			lo, hi = hintY*12+hintM-1, hintY*12+hintM-1
		}
	}
	for k := lo; k <= hi; k++ {
		y, m := k/12, k%12+1
		if !validYMD(y, m, int(a.d)) {
			continue
		}
		n := dayNumber(y, m, int(a.d))
		cost := s.distance(n, c.tense)
		if a.wd >= 0 && weekdayOfDay(n) != int(a.wd) {
			cost += costWeekday
		}
		if hintM != 0 && m != hintM || hintY != 0 && y != hintY {
			cost += costHint
		}
		if cost < best {
			best, by, bm = cost, y, m
		}
	}
	a.y, a.m = int16(by), int8(bm)
	c.yearWhy = reasonMonthRef
	if bm == hintM && bm != 0 {
		c.yearWhy = reasonMonthText
	}
}

// monthNear gives the month (and year) that a heading or an earlier date names, 0 for none.
func (s *scan) monthNear(c *cand) (y, m int) {
	for k := c.it - 1; k >= 0 && k > c.it-40; k-- {
		p := &s.its[k]
		switch p.k {
		case kMonth:
			return int(p.n), int(p.x)
		case kDate:
			d := &s.segs[p.x].a
			if d.m != 0 && d.fl&dRel == 0 {
				if o := s.candOf(k); o != nil && o.cls.bad() {
					continue
				}
				return int(d.y), int(d.m)
			}
		}
	}
	return s.c.Year, int(s.c.Month)
}

// nthDay turns 第3土曜 of a month into its day; false where the month has none.
func nthDay(d *day) bool {
	n := int(d.d)
	if n > 0 {
		first := weekdayOf(int(d.y), int(d.m), 1)
		n = 1 + (int(d.wd)-first+7)%7 + (n-1)*7
	} else {
		last := monthDays[d.m]
		if d.m == 2 && !leap(int(d.y)) {
			last = 28
		}
		n = last - (weekdayOf(int(d.y), int(d.m), last)-int(d.wd)+7)%7
	}
	d.fl &^= dNth
	if !validYMD(int(d.y), int(d.m), n) {
		return false
	}
	d.d = int8(n)
	return true
}

// settleDays resolves the first and last day of segment g of the candidate c;
// false where there is no such day. prev is the day number of the segment
// before, 0 for none.
func (s *scan) settleDays(c *cand, g *seg, prev *day) bool {
	a, b := &g.a, &g.b
	s.inherit(a, prev)
	if a.m == 0 {
		s.inferMonth(c, a)
	}
	if a.y == 0 && b.y != 0 && b.m != 0 {
		a.y = b.y
		if a.m > b.m {
			a.y--
		}
	}
	nth := a.fl&dNth != 0
	if nth && a.y == 0 {
		s.nthYear(c, a)
	}
	if a.y == 0 {
		s.inferYear(c, a, b)
	} else if c.yearWhy == "" {
		c.yearWhy = reasonYearPrinted
		if a.fl&dRel != 0 {
			c.yearWhy = reasonRelative
		} else if a.fl&dYearWord != 0 {
			c.yearWhy = reasonYearWord
		}
	}
	if nth && !nthDay(a) || !validYMD(int(a.y), int(a.m), int(a.d)) {
		return false
	}
	if b.d != 0 {
		s.closeRange(a, b, int(a.y))
		if b.y == 0 || b.y > MaxYear {
			b.d = 0
		}
	}
	return true
}

// nthYear sets the year of 6月第3土曜.
func (s *scan) nthYear(c *cand, a *day) {
	best := never
	for y := int(s.ref.y) - 1; y <= int(s.ref.y)+1; y++ {
		d := *a
		d.y = int16(y)
		if !nthDay(&d) {
			continue
		}
		cost := s.distance(dayNumber(y, int(d.m), int(d.d)), c.tense)
		if s.c.Year != 0 && y != s.c.Year {
			cost += costHint
		}
		if cost < best {
			best, a.y = cost, int16(y)
		}
	}
	c.yearWhy = reasonYearRef
}

// inherit gives a further day of a list what it leaves out.
func (s *scan) inherit(a *day, prev *day) {
	if prev == nil {
		return
	}
	if a.m == 0 {
		m, y := int(prev.m), int(prev.y)
		if a.d <= prev.d {
			if m++; m > 12 {
				m, y = 1, y+1
			}
		}
		a.m, a.y = int8(m), int16(y)
		return
	}
	if a.y == 0 && a.fl&dNth == 0 {
		a.y = prev.y
		if a.m < prev.m {
			a.y++
		}
	}
}

// checkWeekday compares the printed weekday with the calendar's.
func (s *scan) checkWeekday(c *cand, a *day) {
	if a.wd < 0 || a.fl&(dRel|dNth) != 0 || a.d == 0 {
		return
	}
	if weekdayOf(int(a.y), int(a.m), int(a.d)) == int(a.wd) {
		c.proved = true
		return
	}
	if c.warn&warnWeekday == 0 {
		c.warn |= warnWeekday
		c.printed = a.wd
	}
}
