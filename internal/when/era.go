package when

var eras = [...]struct {
	name string
	ch   rune
	base int
	last int
}{
	{"令和", 'r', 2018, 99}, {"平成", 'h', 1988, 40}, {"昭和", 's', 1925, 64}, {"大正", 't', 1911, 15}, {"明治", 'm', 1867, 45},
}

// eraWord reads 令和7年6月11日, 平成30.8/25, 令和元年 at the era's name.
func (s *scan) eraWord(i int) (d day, j int, ok bool) {
	for _, e := range eras {
		if s.has(i, e.name) {
			return s.eraYear(i+2, e.base, e.last)
		}
		if e.base >= 1925 && s.has(i, e.name[:3]) && isDigit(s.at(i+1)) { // 令6.6.15
			return s.eraYear(i+1, e.base, e.last)
		}
	}
	return day{}, i, false
}

// eraLetter reads R7.6.11, H25.08, R8年, H30.8/25: a capital with a number.
func (s *scan) eraLetter(i int) (d day, j int, ok bool) {
	if s.rs[i].fl&cUpper == 0 || isAlnum(s.at(i-1)) || s.at(i-1) == '.' || s.at(i-1) == '-' {
		return day{}, i, false
	}
	k := i + 1
	if s.at(k) == '.' {
		k++
	}
	k = s.sp(k)
	if !isDigit(s.at(k)) && s.at(k) != '元' {
		return day{}, i, false
	}
	for _, e := range eras[:4] {
		if s.at(i) == e.ch {
			d, j, ok = s.eraYear(k, e.base, e.last)
			if ok && d.fl&dMonthOnly != 0 && s.at(j) != '月' && e.ch != 'r' && e.ch != 'h' {
				return day{}, i, false
			}
			return d, j, ok
		}
	}
	return day{}, i, false
}

// eraYear reads the year of an era and what follows it.
func (s *scan) eraYear(k, base, last int) (d day, j int, ok bool) {
	k = s.sp(k)
	n, l, p := 1, 1, k+1
	if s.at(k) != '元' {
		n, l, p = s.numAny(k)
	}
	if l == 0 || l > 2 || n < 1 || n > last {
		return day{}, k, false
	}
	y := base + n
	p = s.sp(p)
	switch s.at(p) {
	case '年':
		return s.afterYear(y, p+1)
	case '.', '/', '-', '・':
		q := s.sp(p + 1)
		m, ml, r := s.num(q)
		if ml == 0 || ml > 2 || m < 1 || m > 12 {
			return day{}, k, false
		}
		if s.at(r) == '月' {
			return s.afterMonth(y, m, r+1)
		}
		if c := s.at(s.sp(r)); (c == '.' || c == '/' || c == '-') && isDigit(s.at(s.sp(s.sp(r)+1))) {
			return s.lastNumber(y, m, s.sp(s.sp(r)+1))
		}
		d, ok = monthOnly(y, m)
		return d, r, ok
	}
	return day{}, k, false
}

// kanjiDate reads 二〇〇九年五月二十八日 and 五月二十八日 at a kanji numeral.
func (s *scan) kanjiDate(i int) (d day, j int, ok bool) {
	n, l, k := s.kanjiNum(i)
	if l == 0 {
		return day{}, i, false
	}
	p := s.sp(k)
	switch c := s.at(p); {
	case c == '年' && l == 4:
		if y := s.year(n, l); y != 0 {
			return s.afterYear(y, p+1)
		}
	case c == '月' && l <= 2 && n >= 1 && n <= 12:
		d, j, ok = s.afterMonth(0, n, p+1)
		return d, j, ok
	case c == '日' && l <= 2 && n >= 1 && n <= 31:
		if wd, _, w := s.weekday(p + 1); w && wd >= 0 && s.at(s.sp(p+1)) == '(' {
			return day{d: int8(n), wd: -1, fl: dWeak}, p + 1, true
		}
	}
	return day{}, i, false
}
