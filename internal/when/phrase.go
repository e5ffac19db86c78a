package when

// The ways two days are joined.
const (
	joinSign  = iota + 1 // 〜 - –
	joinFrom             // から, より
	joinTo               // to, through
	joinArrow            // →: a range, or a move
)

// rangeSep reads a range sign at j.
func (s *scan) rangeSep(j int) (k, how int, ok bool) {
	p := s.sp(j)
	c := s.at(p)
	switch c {
	case '~', '-', '→', 'ー', '—':
		for s.at(p) == c {
			p++
		}
		if c == '→' {
			return s.sp(p), joinArrow, true
		}
		return s.sp(p), joinSign, true
	case '/':
		if p == j && s.isoEnds(j) && isDigit(s.at(j+1)) {
			return j + 1, joinSign, true
		}
	case 'か':
		if s.at(p+1) == 'ら' {
			return s.skipComma(p + 2), joinFrom, true
		}
	case 'よ':
		if s.at(p+1) == 'り' {
			return s.skipComma(p + 2), joinFrom, true
		}
	case 't', 'u':
		if p == j && s.at(j-1) != '.' {
			return j, 0, false
		}
		e := s.letters(p)
		for _, w := range [...]string{"to", "through", "thru", "till", "until"} {
			if e-p == len(w) && s.has(p, w) {
				return s.sp(e), joinTo, true
			}
		}
	}
	return j, 0, false
}

// isoEnds reports whether 2024-06-15 or 2024-06-15T10:00+09:00 ends at j: a / behind it
// is that of an interval (ISO 8601-1 section 5.5).
func (s *scan) isoEnds(j int) bool {
	i := j
	for c := s.at(i - 1); i > j-16 && (isDigit(c) || c == ':' || c == '+' || c == '.' || c == 'z'); c = s.at(i - 1) {
		i--
	}
	if i < j && s.at(i-1) == 't' {
		j = i - 1
	}
	for n, want := range "0000-00-00" {
		if c := s.at(j - 10 + n); want == '-' && c != '-' || want == '0' && !isDigit(c) {
			return false
		}
	}
	return !isDigit(s.at(j - 11))
}

func (s *scan) skipComma(p int) int {
	p = s.sp(p)
	if s.at(p) == '、' || s.at(p) == ',' {
		p = s.sp(p + 1)
	}
	return p
}

// listSep reads a sign that joins days to a list.
func (s *scan) listSep(j int) (k int, ok bool) {
	p := s.sp(j)
	switch s.at(p) {
	case '、', ',', '・', '&', '+', 'と', '/':
		p = s.sp(p + 1)
		if s.has(p, "and ") {
			p += 4
		}
		return p, true
	case '及', 'お':
		for _, w := range [...]string{"及び", "および"} {
			if s.has(p, w) {
				return s.sp(p + len([]rune(w))), true
			}
		}
	case 'a':
		if s.has(p, "and ") {
			return p + 4, true
		}
	}
	return j, false
}

// phrase reads a date and the days that are joined to it, 6月10日〜12日,
// 2019-03-03,17. It appends to s.segs and gives what follows.
func (s *scan) phrase(d day, i, j int) int {
	d.from = int32(i)
	j = s.endDay(&d, j)
	cur, last := seg{a: d}, d
	for range 40 {
		if k, how, ok := s.rangeSep(j); ok {
			if e, p, ok := s.partial(k, last, how); ok {
				if how == joinArrow || how == joinFrom && last.m != 0 && e.m != 0 {
					cur.a.fl |= dArrow
				}
				cur.b, last, j = e, e, p
				continue
			}
		}
		if k, ok := s.listSep(j); ok {
			if e, p, ok := s.listed(k, j, last); ok {
				s.segs = append(s.segs, cur)
				cur, last, j = seg{a: e}, e, p
				continue
			}
		} else if e, p, ok := s.nextDay(j, last); ok {
			s.segs = append(s.segs, cur)
			cur, last, j = seg{a: e}, e, p
			continue
		}
		break
	}
	s.segs = append(s.segs, cur)
	return j
}

// endDay attaches the weekday that follows a day.
func (s *scan) endDay(d *day, j int) int {
	if d.fl&dMonthOnly != 0 {
		d.to = int32(j)
		return j
	}
	if wd, k, ok := s.weekday(j); ok {
		if wd >= 0 && d.fl&dNth == 0 {
			d.wd = int8(wd)
		}
		if wd < 0 {
			d.fl |= dHoliday
		}
		j = k
	}
	d.to = int32(j)
	return j
}

// anyDay reads a whole date at k, in whatever form.
func (s *scan) anyDay(k int) (d day, j int, ok bool) {
	switch c := s.at(k); {
	case isDigit(c):
		d, j, ok = s.date(k)
	case isLetter(c):
		if d, j, ok = s.monthFirst(k); !ok {
			if _, q, w := s.weekdayWord(k); w {
				q = s.sp(q)
				if s.at(q) == ',' {
					q = s.sp(q + 1)
				}
				if d, j, ok = s.monthFirst(q); !ok && isDigit(s.at(q)) {
					d, j, ok = s.date(q)
				}
			} else {
				d, j, ok = s.eraLetter(k)
			}
		}
	case c == '令' || c == '平' || c == '昭':
		d, j, ok = s.eraWord(k)
	case kanjiDigit(c) >= 0:
		d, j, ok = s.kanjiDate(k)
	}
	return d, j, ok && d.fl&dMonthOnly == 0
}

// partial reads the right side of a range.
func (s *scan) partial(k int, last day, how int) (d day, j int, ok bool) {
	from := k
	var fl uint16
	k, fl = s.sameOrNext(k)
	if d, j, ok = s.anyDay(k); !ok {
		d, j, ok = s.bareDay(k, last, how)
	}
	if !ok || d.m == 0 && last.fl&dCompact != 0 && how != joinSign && how != joinArrow {
		return day{}, k, false
	}
	d.fl |= fl
	if how == joinFrom && d.m != 0 && d.y == 0 && s.deadlineAfter(j) && !s.has(s.sp(j), "まで") {
		return day{}, k, false
	}
	d.from = int32(from)
	if d.m == 0 {
		d.fl = d.fl&^dWeak | dTail
		if last.fl&dWeak != 0 {
			d.fl |= dWeak
		}
	}
	return d, s.endDay(&d, j), true
}

// sameOrNext skips 同, 同月, 翌, 翌月, 翌年 before a day.
func (s *scan) sameOrNext(k int) (int, uint16) {
	switch s.at(k) {
	case '同':
		k++
		if c := s.at(k); c == '月' || c == '年' {
			k++
		}
	case '翌':
		switch s.at(k + 1) {
		case '年':
			return k + 2, dNextYear
		case '月':
			return k + 2, dNextMonth
		}
		if isDigit(s.at(k + 1)) {
			k++
		}
	}
	return k, 0
}

// soon reports whether b is later in a's month, or in the next.
func soon(a, b day) bool { return b.m == a.m && b.d > a.d || b.m == a.m%12+1 }

// bareDay reads a number as the last day of a range: 10〜12, 25-6.
func (s *scan) bareDay(k int, last day, how int) (d day, j int, ok bool) {
	n, l, p := s.num(k)
	if l == 4 && last.fl&dCompact != 0 && how == joinSign { // 20090528-0530
		d, ok = validDay(0, n/100, n%100)
		return d, p, ok && s.bareEnd(p) && soon(last, d)
	}
	if l == 0 || l > 2 || n < 1 || n > 31 {
		return
	}
	if last.fl&dDot != 0 || last.y != 0 && s.at(p) == '.' || s.at(p) == '-' && l == 2 && last.y != 0 {
		if m, ml, q := s.num(p + 1); ml > 0 && ml <= 2 && s.bareEnd(q) {
			if d, ok = validDay(0, n, m); ok {
				return d, q, true
			}
		}
	}
	if how == joinFrom {
		return
	}
	q := s.ordinal(p)
	if s.at(q) == '.' && !isDigit(s.at(q+1)) {
		q++
	}
	if wd, _, w := s.weekday(q); !(w && wd >= 0) && !s.bareEnd(q) {
		return
	}
	if s.at(s.sp(p)) == ':' || s.clockAfter(q) {
		return
	}
	if n <= int(last.d) && l == 1 && last.d >= 10 && s.rs[k].r != '0' && last.d/10*10+int8(n) > last.d {
		n += int(last.d) / 10 * 10 // 25-6: the 26th
	}
	return day{d: int8(n), wd: -1, y: 0}, q, n <= 31
}

// clockAfter reports whether a number that ends at p is the hour of a range of
// hours: 5/28 10〜12時.
func (s *scan) clockAfter(p int) bool {
	q := s.sp(p)
	if c := s.at(q); c != '~' && c != '-' {
		return false
	}
	_, l, r := s.num(s.sp(q + 1))
	c := s.at(s.sp(r))
	return l > 0 && (c == '時' || c == ':')
}

// listed reads a further day of a list.
func (s *scan) listed(k, j int, last day) (d day, p int, ok bool) {
	sign := s.at(s.sp(j))
	from := k
	k, fl := s.sameOrNext(k)
	if d, p, ok = s.anyDay(k); !ok {
		d, p, ok = s.listedBare(k, last, sign)
	}
	if !ok {
		return
	}
	if d.m == 0 && d.d <= last.d && fl == 0 || sign == '/' && d.m == 0 {
		return day{}, k, false
	}
	if d.m == 0 && d.wd < 0 && last.fl&dWeak == 0 && sign == '/' {
		return day{}, k, false
	}
	d.from = int32(from)
	if d.m == 0 {
		d.fl = d.fl&^dWeak | dTail | last.fl&dWeak
	}
	d.fl |= fl
	p = s.endDay(&d, p)
	if d.m != 0 && s.deadlineAfter(p) {
		return day{}, k, false
	}
	return d, p, true
}

func (s *scan) listedBare(k int, last day, sign rune) (d day, p int, ok bool) {
	n, l, p := s.num(k)
	if l == 0 || l > 2 || n <= int(last.d) || n > 31 || last.fl&dCompact != 0 && sign != ',' && sign != '・' {
		return day{}, k, false
	}
	q := s.ordinal(p)
	if q == p && last.fl&dEnglish != 0 && last.y != 0 {
		return day{}, k, false
	}
	wd, _, w := s.weekday(q)
	tight := s.at(k-1) != ' ' || last.fl&dEnglish != 0 || q > p
	if !(w && wd >= 0) && !(tight && s.bareEnd(q)) || s.clockAfter(q) {
		return day{}, k, false
	}
	if s.at(s.sp(p)) == ':' || s.at(p) == '-' && isDigit(s.at(p+1)) {
		return day{}, k, false
	}
	return day{d: int8(n), wd: -1}, q, true
}

// nextDay reads a day that follows without any sign: 5日(土)6日(日).
func (s *scan) nextDay(j int, last day) (d day, p int, ok bool) {
	k := s.sp(j)
	if s.at(k) == '\n' || s.at(j-1) != ')' && s.at(j-1) != '日' && s.at(j-1) != '曜' {
		return
	}
	n, l, p := s.num(k)
	if l == 0 || l > 2 || n != int(last.d)+1 {
		return
	}
	if s.at(p) == '日' && s.at(p+1) != '間' && s.at(p+1) != '目' {
		p++
	}
	if wd, _, w := s.weekday(p); !w || wd < 0 {
		return
	}
	d = day{d: int8(n), wd: -1, from: int32(k), fl: dTail | last.fl&dWeak}
	return d, s.endDay(&d, p), true
}

// deadlineAfter reports whether the day that ends at p is a last day for
// something: まで, 締切, 必着.
func (s *scan) deadlineAfter(p int) bool {
	p = s.sp(p)
	for _, w := range [...]string{"まで", "迄", "締", "〆", "必着", "消印", "に締", "しめきり"} {
		if s.has(p, w) {
			return true
		}
	}
	return false
}
