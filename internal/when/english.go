package when

// ordinal skips st, nd, rd, th after a number.
func (s *scan) ordinal(k int) int {
	p := s.sp(k)
	if p > k && s.at(p+2) != ' ' && s.at(p+2) != ',' {
		return k
	}
	for _, w := range [...]string{"st", "nd", "rd", "th"} {
		if s.has(p, w) && !isLetter(s.at(p+2)) {
			return p + 2
		}
	}
	return k
}

// monthFirst reads May 28, May 28th, 2009, "March, 6th 2016" at a letter.
func (s *scan) monthFirst(i int) (d day, j int, ok bool) {
	m, k, ok := s.monthWord(i)
	if !ok {
		return day{}, i, false
	}
	p := s.sp(k)
	if s.at(p) == ',' || s.at(p) == '-' && s.at(k-1) != ' ' {
		p = s.sp(p + 1)
	}
	if s.has(p, "the ") {
		p += 4
	}
	n, l, q := s.num(p)
	if l == 4 {
		d, ok = monthOnly(n, m)
		return d, q, ok
	}
	if l == 0 || l > 2 || s.at(q) == ':' && isDigit(s.at(q+1)) {
		if l == 0 && (k-i > 3 || s.rs[i].fl&cUpper != 0) && !s.has(i, "may") {
			d, ok = monthOnly(0, m)
			return d, k, ok
		}
		return day{}, i, false
	}
	if d, ok = validDay(0, m, n); !ok {
		return day{}, i, false
	}
	q = s.ordinal(q)
	if isLetter(s.at(q)) {
		return day{}, i, false
	}
	d.fl |= dEnglish
	d.y, q = s.yearTail(q)
	return d, q, validYear(d)
}

func validYear(d day) bool { return d.y == 0 || validYMD(int(d.y), int(d.m), int(d.d)) }

// yearTail reads ", 2009", " 2009", " '09" after a day; 0 where there is none.
func (s *scan) yearTail(k int) (y int16, j int) {
	p := s.sp(k)
	if s.at(p) == ',' || s.at(p) == '.' || s.at(p) == '/' {
		p = s.sp(p + 1)
	}
	if _, q, ok := s.weekdayWord(p); ok && s.at(q) == ',' {
		p = s.sp(q + 1)
	}
	if s.at(p) == '\'' {
		if n, l, q := s.num(p + 1); l == 2 {
			return int16(2000 + n), q
		}
		return 0, k
	}
	n, l, q := s.num(p)
	if l == 4 && n >= MinYear && n <= MaxYear && s.at(q) != ':' && !isLetter(s.at(q)) {
		return int16(n), q
	}
	return 0, k
}

// dayFirst reads 28 May 2009, 28th of May, "21. to 22. June 2003", 10-12 June.
func (s *scan) dayFirst(n, k int) (d day, j int, ok bool) {
	p := s.sp(s.ordinal(k))
	if s.at(p) == '.' {
		p = s.sp(p + 1)
	}
	if s.has(p, "of ") {
		p += 3
	}
	return s.dayMonthYear(n, p)
}

func (s *scan) dayMonthYear(n, p int) (d day, j int, ok bool) {
	m, q, ok := s.monthWord(p)
	if !ok {
		return day{}, p, false
	}
	if d, ok = validDay(0, m, n); !ok {
		return
	}
	d.fl |= dEnglish
	if s.at(q) == '-' || s.at(q) == ',' || s.at(q) == '/' {
		if y, r := s.yearTail(q + 1); y != 0 {
			d.y = y
			return d, r, validYear(d)
		}
	}
	d.y, q = s.yearTail(q)
	return d, q, validYear(d)
}

// daysFirst reads "21. to 22. June 2003", "10-12 June", "3rd and 4th of May":
// days whose month comes after the last. It fills days and gives how many.
func (s *scan) daysFirst(i int, days *[6]day, list *bool) (n, j int) {
	k := i
	for n < len(days) {
		v, l, p := s.num(k)
		if l == 0 || l > 2 || v < 1 || v > 31 {
			return 0, i
		}
		p = s.ordinal(p)
		if s.at(p) == '.' {
			p++
		}
		q := s.sp(p)
		if s.has(q, "of ") {
			q += 3
		}
		if n > 0 {
			if d, r, ok := s.dayMonthYear(v, q); ok {
				d.from, d.to = int32(k), int32(r)
				days[n] = d
				for x := range n {
					days[x].y, days[x].m, days[x].fl = d.y, d.m, d.fl
				}
				return n + 1, r
			}
		}
		days[n] = day{d: int8(v), wd: -1, from: int32(k), to: int32(p)}
		n++
		r, _, ok := s.rangeSep(p)
		if !ok {
			if r, ok = s.listSep(p); !ok {
				return 0, i
			}
			*list = true
		}
		k = s.sp(r)
	}
	return 0, i
}
