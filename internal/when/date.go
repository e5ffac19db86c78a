package when

// validDay builds a day where the calendar has it; y 0 is not printed.
func validDay(y, m, d int) (day, bool) {
	if y != 0 && !validYMD(y, m, d) || y == 0 && !validMD(m, d) {
		return day{}, false
	}
	return day{y: int16(y), m: int8(m), d: int8(d), wd: -1}, true
}

// monthOnly is what a month without a day is read as.
func monthOnly(y, m int) (day, bool) {
	if m < 1 || m > 12 {
		return day{}, false
	}
	return day{y: int16(y), m: int8(m), wd: -1, fl: dMonthOnly}, true
}

// date reads a date whose first rune is a digit at i. It gives the day and
// what follows; a month alone comes with dMonthOnly.
func (s *scan) date(i int) (d day, j int, ok bool) {
	n, l, k := s.num(i)
	if l == 8 || l == 6 || l == 12 || l == 14 {
		if d, j, ok = s.compact(i, n, l, k); ok {
			return d, j, true
		}
	}
	if l == 4 && s.at(k) == '(' {
		if d, ok := validDay(0, n/100, n%100); ok {
			if _, _, w := s.weekday(k); w {
				return d, k, true
			}
		}
	}
	p := s.sp(k)
	switch c := s.at(p); {
	case l > 4:
		return
	case c == '年':
		if y := s.year(n, l); y != 0 {
			return s.afterYear(y, p+1)
		}
	case c == '月' && l <= 2:
		return s.afterMonth(0, n, p+1)
	case c == '日' && l <= 2:
		return s.dayOnly(n, p+1)
	case isSep(c):
		return s.separated(i, n, l, k)
	case isLetter(c) && l <= 2:
		return s.dayFirst(n, k)
	}
	if l <= 2 {
		return s.dayWithWeekday(n, k)
	}
	return
}

func isSep(c rune) bool { return c == '/' || c == '-' || c == '.' || c == '・' || c == '_' }

// compact reads 20090528, 090521 and 200905281900 when nothing is glued to them.
func (s *scan) compact(i, n, l, k int) (d day, j int, ok bool) {
	if isAlnum(s.at(i-1)) || s.at(i-1) == '#' || s.at(i-1) == '.' {
		return
	}
	if c := s.at(k); c != 't' && (isLetter(c) || c == '円' || c == '名' || c == '人' || c == '件' || c == '.' || c == '%' || c == '号') {
		return
	}
	switch l {
	case 8:
		d, ok = validDay(n/10000, n/100%100, n%100)
	case 12, 14:
		v, _, _ := s.prefixNum(i, 8)
		d, ok = validDay(v/10000, v/100%100, v%100)
		k = i + 8
	case 6:
		y := 2000 + n/10000
		if y > int(s.ref.y)+3 || y < int(s.ref.y)-15 || s.at(k) == '-' && isDigit(s.at(k+1)) && isDigit(s.at(k+4)) {
			return
		}
		d, ok = validDay(y, n/100%100, n%100)
		d.fl |= dShort
	}
	d.fl |= dCompact
	return d, k, ok
}

func (s *scan) prefixNum(i, l int) (v, n, j int) {
	for j = i; j < i+l; j++ {
		v = v*10 + int(s.at(j)-'0')
	}
	return v, l, j
}

// year gives the year that n 年 means: four digits as they are, two digits the
// one of 20xx, 令和 and 平成 nearest to Ref; 0 for none.
func (s *scan) year(n, l int) int {
	if l == 4 {
		if n >= MinYear && n <= MaxYear {
			return n
		}
		return 0
	}
	if l != 2 {
		return 0
	}
	best := 0
	for _, base := range [...]int{2000, 1988, 2018} {
		y := base + n
		if best == 0 || abs(y-int(s.ref.y)) < abs(best-int(s.ref.y)) {
			best = y
		}
	}
	if abs(best-int(s.ref.y)) > 20 {
		return 0
	}
	return best
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// afterYear reads what follows 2009年.
func (s *scan) afterYear(y, k int) (d day, j int, ok bool) {
	k = s.sp(k)
	if s.at(k) == '度' {
		return
	}
	if s.at(k) == '(' {
		k = s.sp(s.otherYear(k))
	}
	switch s.at(k) {
	case '/', '.', '-', ',', 'の', '、', '\n':
		k = s.sp(k + 1)
	}
	m, l, p := s.numAny(k)
	if l == 0 || l > 2 || m < 1 || m > 12 {
		return
	}
	p = s.sp(p)
	switch c := s.at(p); {
	case c == '月':
		return s.afterMonth(y, m, p+1)
	case c == '/' || c == '.' || c == '-':
		return s.lastNumber(y, m, s.sp(p+1))
	}
	return
}

// otherYear skips the year told in the other calendar, (平成21年) or (2009年).
func (s *scan) otherYear(k int) int {
	for j := k + 1; j < k+14; j++ {
		switch s.at(j) {
		case ')':
			if p := s.at(j - 1); p == '年' || isDigit(p) {
				return j + 1
			}
			return k
		case 0, '\n', '月':
			return k
		}
	}
	return k
}

// lastNumber reads the day of Y/M/D, with a 日 that may be left over.
func (s *scan) lastNumber(y, m, k int) (d day, j int, ok bool) {
	n, l, p := s.num(k)
	if l == 0 || l > 2 {
		return
	}
	d, ok = validDay(y, m, n)
	if s.at(p) == '日' && s.at(p+1) != '間' {
		p++
	} else if q := s.sp(p); q > p && s.at(q) == '日' && !isKanji(s.at(q+1)) {
		p = q + 1
	}
	return d, p, ok
}

// afterMonth reads what follows 5月: the day, or nothing.
func (s *scan) afterMonth(y, m, k int) (d day, j int, ok bool) {
	if m < 1 || m > 12 {
		return
	}
	start := k
	k = s.sp(k)
	switch s.at(k) {
	case '/', '.', 'の', ',', '-', '\n':
		k = s.sp(k + 1)
	}
	n, l, p := s.numAny(k)
	none, _ := monthOnly(y, m)
	if s.at(start) == '号' || s.at(start) == '度' {
		return day{}, start, false
	}
	if l == 0 || l > 2 {
		if nth, j, ok := s.nthOfMonth(y, m, k); ok {
			return nth, j, true
		}
		return none, start, true
	}
	d, ok = validDay(y, m, n)
	q := s.sp(p)
	if !ok {
		if s.at(q) == '日' && s.at(q+1) != '間' { // 2月30日 is no 30th of another month
			s.bad = true
			return none, q + 1, true
		}
		return none, start, true
	}
	switch {
	case s.at(q) == '日' && s.at(q+1) != '間' && s.at(q+1) != '目':
		return d, q + 1, true
	case s.at(p) == '日':
		return none, start, true
	case s.at(k-1) != '月' && k != s.sp(start) && s.at(k-1) == '-':
		return none, start, true
	}
	if _, _, w := s.weekday(p); w || s.bareEnd(p) {
		return d, p, true
	}
	return none, start, true
}

// bareEnd reports whether a number that ends at p may be a day without 日:
// no unit, no part of another number.
func (s *scan) bareEnd(p int) bool {
	c := s.at(p)
	switch c {
	case 0, ' ', '\n', ')', ']', '】', '」', '』', '>', '|', '~', '-', '→', '、', ',', '。', '・', '&', '+', '"', '\'', '(', '!', '?', 'の', 'に', 'は', 'と', 'で', 'ま', '【', '「', '『', 'よ', '※', ';', '〕', '》', '〉', '_', '}':
	case 'か':
		return s.at(p+1) == 'ら'
	default:
		return false
	}
	if c == ' ' {
		switch s.at(p + 1) {
		case '名', '人', '回', '時', '分', '件', '円', '%', '月', ':', '/', '点', '階', '席', '枚', '組':
			return false
		}
	}
	if c == '-' || c == '~' {
		return !s.unitAfter(p + 1)
	}
	return c != ',' || !isDigit(s.at(p+1)) || !isDigit(s.at(p+2)) || !isDigit(s.at(p+3)) || isDigit(s.at(p+4))
}

// unitAfter reports whether a number at p (after a range sign) counts something else than days.
func (s *scan) unitAfter(p int) bool {
	_, l, q := s.num(s.sp(p))
	if l == 0 {
		return false
	}
	switch s.at(q) {
	case '名', '人', '回', '件', '円', '%', '階', '点', '歳', '個', '枚':
		return true
	}
	return false
}

// dayOnly reads 28日 alone; 3日間, 2日前, 1日2回 count days.
func (s *scan) dayOnly(n, k int) (d day, j int, ok bool) {
	if n < 1 || n > 31 {
		return
	}
	switch c := s.at(k); {
	case c == '間', c == '前', c == '後', c == '目', c == '以', c == '数', c == '分', c == 'あ', c == '当', c == 'ご', c == '毎', c == '程', c == 'ほ', c == '連', c == '単', c == '券', c == '付', isDigit(c):
		return
	}
	return day{d: int8(n), wd: -1, fl: dWeak}, k, true
}

// dayWithWeekday reads 15(土) and 15日 without anything before it.
func (s *scan) dayWithWeekday(n, k int) (d day, j int, ok bool) {
	if n < 1 || n > 31 || s.at(s.sp(k)) != '(' {
		return
	}
	if wd, _, w := s.weekday(k); w && wd >= 0 {
		return day{d: int8(n), wd: -1, fl: dWeak}, k, true
	}
	return
}

// separated reads numbers with / - . ・ _ between them.
func (s *scan) separated(i, n, l, k int) (d day, j int, ok bool) {
	if p := s.at(i - 1); p == '.' || isDigit(p) || p == '#' {
		return
	}
	p := s.sp(k)
	c := s.at(p)
	if c == '/' && s.at(i-1) == '/' {
		return // a path: events/2009/05/28/
	}
	q := s.sp(p + 1)
	if (c == '-' || c == '_' || c == '・') && (p != k || q != p+1) {
		return
	}
	if isLetter(s.at(q)) && c == '-' {
		return s.dayMonthYear(n, q)
	}
	m, ml, r := s.num(q)
	if ml == 0 || ml > 2 {
		return
	}
	if s.at(r) == '月' && l == 4 {
		if y := s.year(n, l); y != 0 {
			return s.afterMonth(y, m, r+1)
		}
	}
	t := s.sp(r)
	if c2 := s.at(t); c2 == c || l == 4 && (c2 == '/' || c2 == '.' || c2 == '-' && t == r) && c != '-' {
		if d, j, ok = s.three(n, l, m, c, s.sp(t+1)); ok || c2 == c && isDigit(s.at(s.sp(t+1))) {
			return d, j, ok
		}
	}
	return s.two(i, n, l, m, ml, c, r)
}

// three reads the third number of Y/M/D, YY/M/D, M/D/Y and D.M.Y.
func (s *scan) three(n, l, m int, c rune, k int) (d day, j int, ok bool) {
	v, vl, p := s.num(k)
	if isDigit(s.at(p)) || vl == 0 || s.at(p) == c && isDigit(s.at(p+1)) && c != '-' {
		return
	}
	switch {
	case l == 4 && vl <= 2:
		return s.lastNumber(n, m, k)
	case vl == 4 && l <= 2:
		d, ok = validDay(v, n, m)
		if !ok || c == '.' {
			d, ok = validDay(v, m, n)
		}
		d.fl |= dEnglish
	case l <= 2 && vl <= 2 && (l == 2 && (vl == 2 || c != '.') || c == '/' && vl == 2):
		y := 2000 + n
		if y <= int(s.ref.y)+3 && y >= int(s.ref.y)-15 {
			d, ok = validDay(y, m, v)
		}
		if y = 2000 + v; !ok && vl == 2 && c != '-' && abs(y-int(s.ref.y)) <= 3 {
			d, ok = validDay(y, n, m)
		}
		d.fl |= dShort
	}
	if ok && s.at(p) == '日' {
		p++
	}
	return d, p, ok
}

// two reads M/D, and M.D, M-D, M・D beside a weekday or in a date field.
func (s *scan) two(i, n, l, m, ml int, c rune, k int) (d day, j int, ok bool) {
	if l == 4 {
		if n < MinYear || n > MaxYear || ml == 1 && c != '/' || c == '_' || c == '・' {
			return
		}
		d, ok = monthOnly(n, m)
		return d, k, ok && !isAlnum(s.at(k))
	}
	if l > 2 || isAlnum(s.at(i-1)) || s.at(i-1) == '/' || c == '_' {
		return
	}
	if d, ok = validDay(0, n, m); !ok {
		return
	}
	if s.at(k) == '日' && s.at(k+1) != '間' {
		return d, k + 1, true
	}
	wd, _, w := s.weekday(k)
	switch {
	case w && wd >= 0:
	case c == '/':
		ok = s.slashEnd(k)
	case c == '.', c == '-':
		ok = s.c.Label == LabelDate && i == 0 && s.bareEnd(k) || c == '.' && s.dotRange(k, ml)
	default:
		ok = false
	}
	if c == '.' {
		d.fl |= dDot
	}
	return d, k, ok
}

// dotRange reports whether 5.28 goes on as 5.28-30 or 5.28〜6.3, or a clock follows.
func (s *scan) dotRange(k, ml int) bool {
	p := s.sp(k)
	if c := s.at(p); c == '~' || c == '-' {
		n, l, q := s.num(s.sp(p + 1))
		return ml == 2 && l > 0 && l <= 2 && n <= 31 && (s.bareEnd(q) || s.at(q) == '.')
	}
	if p == k {
		return false
	}
	_, l, q := s.num(p)
	return l > 0 && l <= 2 && (s.at(q) == ':' && isDigit(s.at(q+1)) || s.at(q) == '時')
}

// slashEnd reports whether M/D may end at k: no fraction, no counter.
func (s *scan) slashEnd(k int) bool {
	c := s.at(k)
	switch c {
	case '/', '%', '人', '名', '件', '回', '枚', '点', '組', '以', '程', '個', '倍', '社', '席', '世', '位', '円':
		return false
	case '-':
		return !isLetter(s.at(k + 1))
	case 'p':
		return false
	}
	if isDigit(c) {
		return false
	}
	if isLetter(c) {
		_, _, w := s.weekdayWord(k)
		return w || s.has(k, "am") || s.has(k, "pm")
	}
	return true
}
