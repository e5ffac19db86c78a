package when

func kanjiWeekday(r rune) int {
	switch r {
	case '日':
		return 0
	case '月':
		return 1
	case '火':
		return 2
	case '水':
		return 3
	case '木':
		return 4
	case '金':
		return 5
	case '土':
		return 6
	}
	return -1
}

// weekday reads the weekday that may stand after a date at k: (木), (木・祝),
// 木曜日, 木, Thu, (Thu.). A bracket that says more than a weekday is left open
// for what follows. wd is -1 for a holiday mark alone.
func (s *scan) weekday(k int) (wd, j int, ok bool) {
	p := s.sp(k)
	switch c := s.at(p); {
	case c == '(' || c == '[' || c == '【' || c == '<' || c == '〔' || c == '〈' || c == '{':
		return s.bracketWeekday(p + 1)
	case kanjiWeekday(c) >= 0:
		return s.plainWeekday(k, p)
	case c == ',' || c == '、' || c == '・' || c == '/' || c == '.':
		q := s.sp(p + 1)
		if kanjiWeekday(s.at(q)) >= 0 && s.at(q+1) == '曜' {
			return s.plainWeekday(q, q)
		}
		if c == ',' || c == '.' {
			return s.weekdayWord(q)
		}
	case isLetter(c):
		return s.weekdayWord(p)
	case c == '祝' && !isKanji(s.at(p+1)):
		return -1, p + 1, true
	}
	return -1, k, false
}

func (s *scan) plainWeekday(k, p int) (wd, j int, ok bool) {
	wd = kanjiWeekday(s.at(p))
	if s.at(p+1) == '曜' {
		p += 2
		if s.at(p) == '日' {
			p++
		}
		return wd, s.holiday(p), true
	}
	c := s.at(p + 1)
	if isKanji(c) && c != '祝' || isKana(c) && c != 'の' && c != 'に' && c != 'は' || c == '(' && k != p || isLetter(c) {
		return -1, k, false
	}
	if k == p && wd == 0 && isDigit(s.at(k-1)) {
		return -1, k, false // 28日: the unit, not Sunday
	}
	if k == p && wd == 1 && isDigit(s.at(k-1)) {
		return -1, k, false
	}
	if c == '祝' {
		return wd, s.holiday(p + 1), true
	}
	return wd, p + 1, true
}

// holiday skips ・祝, 祝日, (祝) after a weekday.
func (s *scan) holiday(p int) int {
	q := p
	switch s.at(q) {
	case '・', '/', ',', '、', ' ', '.', '&', '(':
		q = s.sp(q + 1)
	}
	for _, w := range [...]string{"振替休日", "振替", "国民の休日", "国民の祝日", "祝日", "祝", "休日", "休", "holiday", "hol"} {
		if s.has(q, w) {
			q += len([]rune(w))
			if s.at(p) == '(' && s.at(q) == ')' {
				q++
			}
			return q
		}
	}
	return p
}

// bracketWeekday reads what stands in a bracket that opened before p.
func (s *scan) bracketWeekday(p int) (wd, j int, ok bool) {
	p = s.sp(p)
	wd = -1
	if s.at(p) == '祝' || s.at(p) == '休' {
		p = s.holiday(p)
		switch s.at(p) {
		case '・', '/', ',', '、', ' ':
			p = s.sp(p + 1)
		}
		ok = true
	}
	if d := kanjiWeekday(s.at(p)); d >= 0 {
		wd, p, ok = d, p+1, true
		if s.at(p) == '曜' {
			p++
			if s.at(p) == '日' {
				p++
			}
		}
	} else if d, q, w := s.weekdayWord(p); w {
		wd, p, ok = d, q, true
	}
	if !ok {
		return -1, p, false
	}
	p = s.sp(s.holiday(p))
	switch s.at(p) {
	case ')', ']', '】', '>', '〕', '〉', '}':
		return wd, p + 1, true
	case ',', '、', '・', '/', ':', ';', '~', '夜', '昼', '朝', '午':
		return wd, p, true
	}
	return wd, p, s.at(p-1) == ' ' || isDigit(s.at(p)) || s.at(p) == '\n'
}

var weekdayNames = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// letters gives the end of the run of letters at i.
func (s *scan) letters(i int) int {
	for isLetter(s.at(i)) {
		i++
	}
	return i
}

// weekdayWord reads an English weekday at i, whole or short, with its full stop.
func (s *scan) weekdayWord(i int) (wd, j int, ok bool) {
	j = s.letters(i)
	n := j - i
	if n < 2 || n > 9 {
		return -1, i, false
	}
	for d, name := range weekdayNames {
		if n > len(name) || s.at(i) != rune(name[0]) || s.at(i+1) != rune(name[1]) {
			continue
		}
		short := n == 3 || n == len(name) || n == 4 && (d == 2 || d == 4) || n == 5 && d == 4
		if short && s.has(i, name[:n]) {
			if n < len(name) && s.at(j) == '.' {
				j++
			}
			return d, j, true
		}
	}
	if n == 4 && s.has(i, "weds") {
		return 3, j, true
	}
	return -1, i, false
}

var monthNames = [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// monthWord reads an English month at i.
func (s *scan) monthWord(i int) (m, j int, ok bool) {
	j = s.letters(i)
	n := j - i
	if n < 3 || n > 9 {
		return 0, i, false
	}
	for k, name := range monthNames {
		if n > len(name) || s.at(i) != rune(name[0]) {
			continue
		}
		if (n == 3 || n == len(name) || n == 4 && k == 8) && s.has(i, name[:n]) {
			if n < len(name) && s.at(j) == '.' {
				j++
			}
			return k + 1, j, true
		}
	}
	return 0, i, false
}
