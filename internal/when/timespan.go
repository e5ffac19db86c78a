package when

import "unicode/utf8"

// timePhrase reads a time or a range of times at i and what belongs to it:
// 19:00〜20:40, 10時半〜18時, 20~21時, 2:30 – 5:30 pm, 22:00〜2時間, 17:00まで.
func (s *scan) timePhrase(i int) (t tspan, j int, ok bool) {
	t.b = noClock
	if t, j, ok = s.shortRange(i); !ok {
		t = tspan{b: noClock}
		t.a, j, ok = s.clock(i, &t.warn)
		if !ok {
			s.warn |= t.warn
			return t, i, false
		}
		j = s.zone(&t, j)
		j = s.timeEnd(&t, j)
	}
	j = s.zone(&t, j)
	return t, j, true
}

// timeEnd reads what follows the first time: its end, a length, nothing.
func (s *scan) timeEnd(t *tspan, j int) int {
	k, how, ok := s.rangeSep(j)
	if !ok {
		if s.at(j) == '?' && isDigit(s.at(j+1)) {
			k, how = j+1, joinSign // a 〜 that an old character set lost
		} else {
			return s.until(t, j)
		}
	}
	e, p, good := s.clock(k, &t.warn)
	if !good {
		e, p, good = s.bareClock(k, t)
	}
	if good && !s.dateHere(k) {
		t.b = e
		s.carryMark(t)
		if p2 := s.sp(p); s.has(p2, "まで") {
			p = p2 + 2
		}
		return p
	}
	if n, q, ok := s.length(k); ok {
		t.dur = int16(n)
		return q
	}
	t.open = true
	if s.at(k) == '翌' && s.dateHere(k+1) { // 21:00〜翌6月16日 6:00
		k++
	}
	t.rangeEnd = int32(k)
	if how == joinSign || how == joinArrow {
		return k
	}
	return j
}

// dateHere reports whether the number at k begins a date rather than a time.
func (s *scan) dateHere(k int) bool {
	if !isDigit(s.at(k)) {
		return false
	}
	_, _, p := s.num(k)
	p = s.sp(p)
	return s.at(p) == '年' || s.at(p) == '月' || s.at(p) == '日' || s.at(p) == '/'
}

// bareClock reads the end of a range that is told by its hour alone (6:30-9 pm,
// 10:00〜12) or with the sign slipped (10:00-10-15).
func (s *scan) bareClock(k int, t *tspan) (c clock, j int, ok bool) {
	h, l, p := s.num(k)
	if l == 0 || l > 2 || h > 30 || s.has(s.sp(p), "名") {
		return noClock, k, false
	}
	if m, ml, q := s.num(p + 1); s.at(p) == '-' && ml == 2 && m < 60 && h*60+m > int(t.a.min) && !isDigit(s.at(q)) && s.at(q) != '-' {
		t.warn |= tTypo
		return clock{min: int16(h*60 + m)}, q, true
	}
	if !s.bareEnd(p) || h*60 <= int(t.a.min) && t.a.mark != 2 && h*60+720 <= int(t.a.min) {
		return noClock, k, false
	}
	c = clock{min: int16(h * 60), bare: true}
	if h*60 <= int(t.a.min) && t.a.mark == 2 {
		c.min, c.mark = int16(h*60+720), 2
	}
	return c, p, c.min > t.a.min
}

// carryMark hands 午後 and pm from one end of a range to the other.
func (s *scan) carryMark(t *tspan) {
	a, b := &t.a, &t.b
	switch {
	case a.mark == 2 && b.mark == 0 && b.min < 12*60 && b.min+12*60 > a.min:
		b.min, b.mark = b.min+12*60, 2
	case a.mark == 0 && b.mark == 2 && a.min < 12*60 && (!s.japanese || a.min < 6*60) && a.min+12*60 < b.min:
		a.min, a.mark = a.min+12*60, 2
	case a.mark == 0 && b.mark == 2 && a.bare && a.min < 12*60 && a.min+12*60 < b.min:
		a.min, a.mark = a.min+12*60, 2
	}
	if a.next {
		b.next = true
	}
}

// shortRange reads a range whose first hour has no unit: 20~21時, 3-5pm, 9～17時;
// and 1900-2100.
func (s *scan) shortRange(i int) (t tspan, j int, ok bool) {
	t.b = noClock
	mark, next, night, k := s.clockPrefix(i)
	k = s.sp(k)
	h, l, p := s.num(k)
	if l == 4 && mark == 0 {
		return s.military(k, h, p)
	}
	if l == 0 || l > 2 || h > 30 || isDigit(s.at(k-1)) || night {
		return t, i, false
	}
	q, _, ok := s.rangeSep(p)
	if !ok || s.at(s.sp(p)) == 'か' || s.at(s.sp(p)) == 'よ' {
		return t, i, false
	}
	e, r, ok := s.clock(q, &t.warn)
	if !ok || s.at(r-1) == ')' || s.dateHere(q) {
		return t, i, false
	}
	if _, _, u := s.num(q); s.at(s.sp(u)) == ':' && mark == 0 && e.mark == 0 {
		return t, i, false // 5-10:30 is more often a slip than a range
	}
	t.a = clock{min: int16(h * 60), mark: mark, next: next, bare: true}
	s.settle(&t.a, night, &t.warn)
	t.b = e
	s.carryMark(&t)
	if s.has(s.sp(r), "まで") {
		r = s.sp(r) + 2
	}
	return t, r, true
}

// military reads 1900-2100.
func (s *scan) military(k, n, p int) (t tspan, j int, ok bool) {
	q, how, ok := s.rangeSep(p)
	t.b = noClock
	if !ok || how != joinSign {
		return t, k, false
	}
	m, l, r := s.num(q)
	if l != 4 || n/100 > 24 || n%100 > 59 || m/100 > 30 || m%100 > 59 || n%5 != 0 || m%5 != 0 || m <= n || isAlnum(s.at(r)) || isAlnum(s.at(k-1)) || n >= 1970 && n <= 2100 && m-n < 100 {
		return t, k, false
	}
	t.a.min, t.b.min = int16(n/100*60+n%100), int16(m/100*60+m%100)
	return t, r, true
}

// until reads まで after a single time.
func (s *scan) until(t *tspan, j int) int {
	p := s.sp(j)
	if s.has(p, "まで") || s.at(p) == '迄' {
		t.endOnly = true
		return j
	}
	for _, w := range [...]string{"開始", "開演", "スタート"} {
		if !s.has(p, w) {
			continue
		}
		if n, q, ok := s.length(s.sp(p + utf8.RuneCountInString(w))); ok {
			t.dur = int16(n)
			return q
		}
	}
	if n, q, ok := s.length(p); ok && q > j && p > j || ok && p == j && isMark(s.at(p)) {
		t.dur = int16(n)
		return q
	}
	return j
}

// length reads a duration, in a bracket or behind a comma: (90分), 、約2時間.
func (s *scan) length(p int) (n, j int, ok bool) {
	if c := s.at(p); c == '(' || c == '、' || c == ',' {
		p = s.sp(p + 1)
	}
	if n, j, ok = s.duration(p); ok && s.at(j) == ')' {
		j++
	}
	return n, j, ok
}

// duration reads 2時間, 2時間半, 1時間30分, 90分(間), 3 hours at p, in minutes.
func (s *scan) duration(p int) (n, j int, ok bool) {
	if s.at(p) == '約' {
		p++
	}
	v, l, q := s.numAny(p)
	if l == 0 || l > 3 {
		return
	}
	frac := 0
	if s.at(q) == '.' && s.at(q+1) == '5' {
		frac, q = 30, q+2
	}
	q = s.sp(q)
	switch {
	case s.has(q, "時間"):
		j = q + 2
		n = v*60 + frac
		if s.at(j) == '半' {
			return n + 30, j + 1, v <= 72
		}
		if m, l, r := s.num(s.sp(j)); l > 0 && s.at(s.sp(r)) == '分' && m < 60 {
			return n + m, s.sp(r) + 1, v <= 72
		}
		return n, j, v <= 72
	case s.at(q) == '分' && s.at(q+1) != '前' && s.at(q+1) != '後':
		j = q + 1
		if s.at(j) == '間' {
			j++
		}
		return v, j, v >= 5
	case s.has(q, "hour") || s.has(q, "hr"):
		return v*60 + frac, s.letters(q), v <= 72
	case s.has(q, "min"):
		return v, s.letters(q), v >= 5
	}
	return 0, p, false
}

var zones = [...]struct {
	name string
	min  int16
}{
	{"jst", 540},
	{"utc", 0},
	{"gmt", 0},
	{"est", -300},
	{"edt", -240},
	{"cst", -360},
	{"cdt", -300},
	{"mst", -420},
	{"mdt", -360},
	{"pst", -480},
	{"pdt", -420},
	{"cet", 60},
	{"cest", 120},
	{"bst", 60},
	{"wet", 0},
	{"west", 60},
	{"eet", 120},
	{"eest", 180},
	{"kst", 540},
	{"sgt", 480},
	{"hkt", 480},
	{"aest", 600},
	{"aedt", 660},
	{"hst", -600},
	{"z", 0},
}

// zone reads a zone or an offset after a time: JST, (UTC), +09:00, +0900, Z.
func (s *scan) zone(t *tspan, j int) int {
	p := s.sp(j)
	open := s.at(p) == '('
	if open {
		p = s.sp(p + 1)
	}
	min, q, ok := s.zoneName(p)
	if !ok {
		if min, q, ok = s.offset(p); !ok {
			return j
		}
	}
	if open {
		q = s.sp(q)
		if s.at(q) != ')' {
			return j
		}
		q++
	}
	t.zone, t.hasZone = min, true
	return q
}

func (s *scan) zoneName(p int) (int16, int, bool) {
	if s.has(p, "日本時間") {
		return 540, p + 4, true
	}
	if !isLetter(s.at(p)) || isLetter(s.at(p-1)) {
		return 0, p, false
	}
	e := s.letters(p)
	if e-p > 4 || s.rs[p].fl&cUpper == 0 && s.at(p) != 'z' {
		return 0, p, false
	}
	for _, z := range zones {
		if e-p == len(z.name) && s.has(p, z.name) {
			if q := s.sp(e); z.min == 0 {
				if m, r, ok := s.offset(q); ok {
					return m, r, true // UTC+9
				}
			}
			return z.min, e, true
		}
	}
	return 0, p, false
}

// offset reads +09:00, +0900, +9, and -05:00 after seconds or a T.
func (s *scan) offset(p int) (int16, int, bool) {
	sign := int16(1)
	switch s.at(p) {
	case '+':
	case '-':
		if s.at(p-6) != ':' && s.at(p-6) != 't' && s.at(p-7) != ':' && !isLetter(s.at(p-1)) {
			return 0, p, false // 10:00-12:00 is a range
		}
		sign = -1
	default:
		return 0, p, false
	}
	n, l, q := s.num(p + 1)
	if l == 4 && n/100 <= 14 && n%100 < 60 {
		return sign * int16(n/100*60+n%100), q, true
	}
	m, ml, r := s.num(q + 1)
	if l == 2 && n <= 14 && s.at(q) == ':' && ml == 2 && m%15 == 0 {
		return sign * int16(n*60+m), r, true
	}
	if l <= 2 && l > 0 && n <= 14 && sign > 0 && isLetter(s.at(p-1)) {
		return int16(n * 60), q, true
	}
	return 0, p, false
}
