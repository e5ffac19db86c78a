package when

import "koyomi/internal/event"

// relWords are days counted from the day of publication.
var relWords = [...]struct {
	w    string
	days int
	part int8 // 1 this morning, 2 this evening
}{
	{"明後日", 2, 0},
	{"あさって", 2, 0},
	{"明日", 1, 0},
	{"あした", 1, 0},
	{"あす", 1, 0},
	{"明晩", 1, 2},
	{"明朝", 1, 1},
	{"本日", 0, 0},
	{"今日", 0, 0},
	{"きょう", 0, 0},
	{"今夜", 0, 2},
	{"今晩", 0, 2},
	{"今夕", 0, 2},
	{"今朝", 0, 1},
	{"一昨日", -2, 0},
	{"おととい", -2, 0},
	{"昨日", -1, 0},
	{"きのう", -1, 0},
	{"昨夜", -1, 2},
	{"昨晩", -1, 2},
	{"tomorrow", 1, 0},
	{"today", 0, 0},
	{"tonight", 0, 2},
	{"yesterday", -1, 0},
}

// relative reads 明日, 来週の木曜, 今月28日, next Thursday at i.
func (s *scan) relative(i int) (d day, j int, ok bool) {
	for _, w := range relWords {
		if s.at(i) == rune0(w.w) && s.has(i, w.w) {
			j = i + len([]rune(w.w))
			if isLetter(rune(w.w[0])) && (isLetter(s.at(j)) || isLetter(s.at(i-1))) || s.at(j) == '中' && w.days < 2 {
				return day{}, i, false
			}
			return s.away(w.days), j, true
		}
	}
	if isLetter(s.at(i)) {
		return s.relativeEnglish(i)
	}
	if d, j, ok = s.relativeMonth(i); ok {
		return d, j, true
	}
	return s.relativeWeek(i)
}

func rune0(w string) rune {
	for _, r := range w {
		return r
	}
	return 0
}

// away gives the day n days from Ref.
func (s *scan) away(n int) day {
	e := s.refDate().Add(n)
	return day{y: int16(e.Year), m: int8(e.Month), d: int8(e.Day), wd: -1, fl: dRel}
}

func (s *scan) refDate() event.Date { return s.ref.date() }

// relativeWeek reads 来週の木曜, 今度の土曜日, 次の日曜; weeks begin on Monday.
func (s *scan) relativeWeek(i int) (d day, j int, ok bool) {
	weeks := [...]struct {
		w string
		n int
	}{{"再来週", 2}, {"来週", 1}, {"翌週", 1}, {"今週", 0}, {"先週", -1}, {"今度", 9}, {"次", 9}, {"この", 9}, {"先々週", -2}}
	for _, w := range weeks {
		if !s.has(i, w.w) {
			continue
		}
		k := i + len([]rune(w.w))
		if s.at(k) == 'の' {
			k++
		}
		k = s.sp(k)
		open := s.at(k) == '('
		if open {
			k++
		}
		wd := kanjiWeekday(s.at(k))
		if wd < 0 || s.at(k+1) != '曜' && !(open && s.at(k+1) == ')') && !s.edge(k+1) {
			return day{}, i, false
		}
		k++
		if s.at(k) == '曜' {
			k++
			if s.at(k) == '日' {
				k++
			}
		}
		if open && s.at(k) == ')' {
			k++
		}
		return s.weekdayFrom(w.n, wd), k, true
	}
	return day{}, i, false
}

// edge reports whether a word may end before i.
func (s *scan) edge(i int) bool {
	c := s.at(i)
	return !isKanji(c) && !isLetter(c) && (!isKana(c) || c == 'の' || c == 'に' || c == 'は')
}

// weekdayFrom gives the weekday of the week n weeks from Ref's; n 9 the next one.
func (s *scan) weekdayFrom(n, wd int) day {
	var d day
	if n == 9 {
		delta := (wd - int(s.ref.wd) + 7) % 7
		if delta == 0 {
			delta = 7
		}
		d = s.away(delta)
	} else {
		d = s.away((wd+6)%7 - (int(s.ref.wd)+6)%7 + 7*n)
	}
	return d
}

// relativeMonth reads 今月28日, 来月5日(土), 来月第2土曜, 先月3日.
func (s *scan) relativeMonth(i int) (d day, j int, ok bool) {
	n := 0
	k := i + 2
	switch {
	case s.has(i, "今月"), s.has(i, "当月"):
	case s.has(i, "再来月"):
		n, k = 2, i+3
	case s.has(i, "来月"):
		n = 1
	case s.has(i, "先月"):
		n = -1
	default:
		return day{}, i, false
	}
	if s.at(k) == 'の' || s.at(k) == '、' || s.at(k) == 'は' {
		k++
	}
	k = s.sp(k)
	m := int(s.ref.m) - 1 + n
	y := int(s.ref.y) + floorDiv(m, 12)
	m = (m+12)%12 + 1
	if d, j, ok = s.nthOfMonth(y, m, k); ok {
		return d, j, true
	}
	v, l, p := s.numAny(k)
	if l == 0 || l > 2 || s.at(p) != '日' || s.at(p+1) == '間' {
		return day{}, i, false
	}
	d, ok = validDay(y, m, v)
	return d, p + 1, ok
}

// relativeEnglish reads "next Thursday", "this Saturday", "on Sunday".
func (s *scan) relativeEnglish(i int) (d day, j int, ok bool) {
	e := s.letters(i)
	var n int
	switch {
	case e-i == 4 && s.has(i, "next"):
		n = 1
	case e-i == 4 && s.has(i, "this"):
		n = 9
	case e-i == 6 && s.has(i, "coming"):
		n = 9
	default:
		return day{}, i, false
	}
	k := s.sp(e)
	if s.has(k, "coming ") {
		k, n = k+7, 9
	}
	wd, q, ok := s.weekdayWord(k)
	if !ok {
		return day{}, i, false
	}
	return s.weekdayFrom(n, wd), q, true
}

// yearWord reads 今年, 来年, 昨年, 去年, 翌年 at i: the year of the date that follows.
func (s *scan) yearWord(i int) (y int16, j int, ok bool) {
	switch {
	case s.has(i, "今年度"), s.has(i, "来年度"), s.has(i, "昨年度"), s.has(i, "本年度"):
		return 0, i, false
	case s.has(i, "今年"), s.has(i, "本年"):
		return s.ref.y, i + 2, true
	case s.has(i, "来年"):
		return s.ref.y + 1, i + 2, true
	case s.has(i, "再来年"):
		return s.ref.y + 2, i + 3, true
	case s.has(i, "昨年"), s.has(i, "去年"):
		return s.ref.y - 1, i + 2, true
	case s.has(i, "一昨年"):
		return s.ref.y - 2, i + 3, true
	}
	return 0, i, false
}

func (d day) date() event.Date {
	return event.Date{Year: int(d.y), Month: monthOf(d.m), Day: int(d.d)}
}
