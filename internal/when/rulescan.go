package when

import (
	"math/bits"
	"time"
)

func monthOf(m int8) time.Month { return time.Month(m) }

// sets of small numbers, for rules while they are read
type set uint64

func (b set) ints() []int {
	out := make([]int, 0, bits.OnesCount64(uint64(b)))
	for i := range 63 {
		if b&(1<<i) != 0 {
			out = append(out, i)
		}
	}
	return out
}

// rule reads a repetition at i.
func (s *scan) rule(i int) (r Rule, j int, ok bool) {
	switch s.at(i) {
	case '毎':
		switch s.at(i + 1) {
		case '週':
			return s.weekly(i+2, 1)
		case '月':
			return s.monthly(i+2, 1)
		}
		if wd := kanjiWeekday(s.at(i + 1)); wd >= 0 && s.at(i+2) == '曜' {
			return s.weekly(i+1, 1)
		}
	case '隔':
		switch s.at(i + 1) {
		case '週':
			return s.weekly(i+2, 2)
		case '月':
			return s.monthly(i+2, 2)
		}
	case '各':
		if s.at(i+1) == '月' || s.at(i+1) == '週' {
			return s.monthly(i+2, 1)
		}
	case '第', '最':
		return s.monthly(i, 1)
	}
	return r, i, false
}

// weekly reads the weekdays of 毎週.
func (s *scan) weekly(k, every int) (r Rule, j int, ok bool) {
	for s.at(k) == 'の' || s.at(k) == ' ' || s.at(k) == '、' || s.at(k) == ':' {
		k++
	}
	days, j, ok := s.weekdays(k)
	if !ok {
		return r, k, false
	}
	r.Every = every
	if every == 1 {
		r.Every = 0
	}
	r.Weekdays = days.weekdays()
	return r, j, true
}

func (b set) weekdays() []time.Weekday {
	out := make([]time.Weekday, 0, bits.OnesCount64(uint64(b)))
	for i := range 7 {
		if b&(1<<i) != 0 {
			out = append(out, time.Weekday(i))
		}
	}
	return out
}

// weekdays reads 木曜, 火・木曜日, 月水金, 土日, 月〜金, (土) at k.
func (s *scan) weekdays(k int) (b set, j int, ok bool) {
	open := s.at(k) == '('
	if open {
		k++
	}
	var last int
	named := false
	for j = k; ; {
		wd := kanjiWeekday(s.at(j))
		if wd < 0 {
			break
		}
		b |= 1 << wd
		last, named = wd, false
		j++
		if s.at(j) == '曜' {
			named = true
			if j++; s.at(j) == '日' {
				j++
			}
		}
		p := s.sp(j)
		switch s.at(p) {
		case '・', '、', ',', '/', 'と', '&', '+':
			p = s.sp(p + 1)
		case '~', '-':
			if to := kanjiWeekday(s.at(p + 1)); to >= 0 {
				for d := last; d != to; d = (d + 1) % 7 {
					b |= 1 << d
				}
				p++
			}
		}
		if kanjiWeekday(s.at(p)) < 0 || p == j && named && s.at(p+1) != '曜' {
			break
		}
		j = p
	}
	if b == 0 {
		return 0, k, false
	}
	if open {
		if s.at(j) == ')' {
			return b, j + 1, true
		}
		return 0, k, false
	}
	return b, j, named || s.edge(j)
}

// monthly reads what follows 毎月: 第1・3木曜, 最終金曜, 15日.
func (s *scan) monthly(k, every int) (r Rule, j int, ok bool) {
	for s.at(k) == 'の' || s.at(k) == ' ' || s.at(k) == '、' || s.at(k) == ':' || s.at(k) == ',' {
		k++
	}
	if every > 1 {
		r.Every = every
	}
	if isDigit(s.at(k)) {
		return s.monthDays(r, k)
	}
	if s.has(k, "末日") {
		r.MonthDays = []int{-1}
		return r, k + 2, true
	}
	nth, days, j, ok := s.nthWeekday(k)
	if !ok {
		return r, k, false
	}
	r.Nth, r.Weekdays = nth.nths(), days.weekdays()
	return r, j, true
}

// nths gives the ordinals of a set in which 0 stands for the last.
func (b set) nths() []int {
	out := (b &^ 1).ints()
	if b&1 != 0 {
		out = append(out, -1)
	}
	return out
}

func (s *scan) monthDays(r Rule, k int) (Rule, int, bool) {
	for {
		n, l, p := s.num(k)
		if l == 0 || l > 2 || n < 1 || n > 31 {
			return r, k, len(r.MonthDays) > 0
		}
		c := s.at(p)
		list := (c == '・' || c == '、' || c == ',') && isDigit(s.at(p+1))
		if c != '日' && !list || s.at(p+1) == '間' || s.at(p+1) == '以' {
			return r, k, false
		}
		r.MonthDays = append(r.MonthDays, n)
		k = p + 1
		if c == '日' {
			if d := s.at(k); (d == '・' || d == '、' || d == 'と') && isDigit(s.at(k+1)) {
				k++
				continue
			}
			return r, k, true
		}
	}
}

// nthWeekday reads 第3木曜, 第1・3土曜日, 第2、第4(土), 最終金曜.
func (s *scan) nthWeekday(k int) (nth, days set, j int, ok bool) {
	for from := -1; k > from; {
		k = s.sp(k)
		from = k
		switch {
		case s.at(k) == '第':
			k = s.sp(k + 1)
		case s.has(k, "最終") && (s.at(k+2) != '日' || s.at(k+3) == '曜'):
			nth |= 1
			k += 2
		case nth == 0:
			return 0, 0, k, false
		}
		if n, l, p := s.numAny(k); l == 1 && n >= 1 && n <= 5 {
			nth |= 1 << n
			k = p
		} else if nth == 0 {
			return 0, 0, k, false
		}
		p := s.sp(k)
		if c := s.at(p); c == '週' && s.at(p+1) != '間' {
			p++
		}
		if c := s.at(p); c == '・' || c == '、' || c == ',' || c == '/' || c == 'と' || c == '&' || c == '.' || c == '-' || c == '~' {
			p = s.sp(p + 1)
		}
		if s.at(p) == 'の' {
			p++
		}
		if c := s.at(p); c == '第' || isDigit(c) || kanjiDigit(c) > 0 || c == '最' {
			k = p
			continue
		}
		days, j, ok = s.weekdays(p)
		return nth, days, j, ok
	}
	return 0, 0, k, false
}

// nthOfMonth reads 第3土曜 after a month: one day of it.
func (s *scan) nthOfMonth(y, m, k int) (d day, j int, ok bool) {
	if c := s.at(k); c != '第' && c != '最' {
		return day{}, k, false
	}
	nth, days, j, ok := s.nthWeekday(k)
	if !ok || bits.OnesCount64(uint64(nth)) != 1 || bits.OnesCount64(uint64(days)) != 1 {
		return day{}, k, false
	}
	n := int8(bits.TrailingZeros64(uint64(nth)))
	if n == 0 {
		n = -1
	}
	return day{y: int16(y), m: int8(m), d: n, wd: int8(bits.TrailingZeros64(uint64(days))), fl: dNth}, j, true
}

var ordinals = [...]string{"last", "first", "second", "third", "fourth", "fifth"}

// ordinalWord reads first, 1st, last … at i: 1 to 5, 0 for the last.
func (s *scan) ordinalWord(i int) (n, j int, ok bool) {
	if isDigit(s.at(i)) {
		v, l, p := s.num(i)
		q := s.ordinal(p)
		return v, q, l == 1 && q > p && v >= 1 && v <= 5
	}
	e := s.letters(i)
	for n, w := range ordinals {
		if e-i == len(w) && s.has(i, w) {
			return n, e, true
		}
	}
	return 0, i, false
}

// ruleEnglish reads "every Thursday", "first Wednesday of each month",
// "1st and 3rd Tuesdays", "Thursdays".
func (s *scan) ruleEnglish(i int) (r Rule, j int, ok bool) {
	k, every := i, false
	for _, w := range [...]string{"every ", "each "} {
		if s.has(k, w) {
			k, every = k+len(w), true
			break
		}
	}
	if every && s.has(k, "other ") {
		k, r.Every = k+6, 2
	}
	var nth, days set
	for {
		n, p, ok := s.ordinalWord(k)
		if !ok {
			break
		}
		nth |= 1 << n
		if k, ok = s.listSep(p); !ok {
			k = s.sp(p)
		}
	}
	plural := false
	for {
		wd, p, ok := s.weekdayName(k, &plural)
		if !ok {
			break
		}
		days |= 1 << wd
		j = p
		if q, ok := s.listSep(p); ok {
			if _, _, ok := s.weekdayName(q, new(bool)); ok {
				k = q
				continue
			}
		}
		break
	}
	if days == 0 {
		return r, i, false
	}
	if nth != 0 {
		p, of := s.ofMonth(j)
		r.Nth = nth.nths()
		ok, j = of || every || plural || s.monthlyBefore(i), p
	} else {
		ok = every || plural && !isDigit(s.at(i-1))
	}
	r.Weekdays = days.weekdays()
	return r, j, ok
}

func (s *scan) monthlyBefore(i int) bool {
	return i >= 11 && s.has(i-11, "monthly on ") || i >= 15 && s.has(i-15, "monthly on the ") || i >= 8 && s.has(i-8, "monthly ")
}

// weekdayName reads a weekday, plural too.
func (s *scan) weekdayName(k int, plural *bool) (wd, j int, ok bool) {
	e := s.letters(k)
	if e-k > 6 && s.at(e-1) == 's' {
		for d, name := range weekdayNames {
			if e-k == len(name)+1 && s.has(k, name) {
				*plural = true
				return d, e, true
			}
		}
	}
	return s.weekdayWord(k)
}

// ofMonth skips "of each month", "of the month", "of every month", "monthly".
func (s *scan) ofMonth(j int) (int, bool) {
	p := s.sp(j)
	for _, w := range [...]string{"of each month", "of every month", "of the month", "in each month", "of a month", "each month", "every month", "monthly"} {
		if s.has(p, w) {
			return p + len(w), true
		}
	}
	return j, false
}
