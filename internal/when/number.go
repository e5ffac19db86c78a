package when

// at gives the folded rune at i, 0 beyond the text.
func (s *scan) at(i int) rune {
	if uint(i) < uint(len(s.rs)) {
		return s.rs[i].r
	}
	return 0
}

// sp skips the one space that may stand at i.
func (s *scan) sp(i int) int {
	if s.at(i) == ' ' {
		return i + 1
	}
	return i
}

// has reports whether w (folded) stands at i.
func (s *scan) has(i int, w string) bool {
	for _, r := range w {
		if s.at(i) != r {
			return false
		}
		i++
	}
	return true
}

// num reads decimal digits at i: value, how many, and what follows; runs of
// more than 14 are no number.
func (s *scan) num(i int) (v, l, j int) {
	for j = i; isDigit(s.at(j)); j++ {
		if j-i < 9 {
			v = v*10 + int(s.at(j)-'0')
		}
	}
	return v, j - i, j
}

func kanjiDigit(r rune) int {
	switch r {
	case '〇', '零':
		return 0
	case '一', '壱':
		return 1
	case '二', '弐':
		return 2
	case '三', '参':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	case '十':
		return 10
	}
	return -1
}

// kanjiNum reads 二十八, 廿 is not read, 二〇〇九, 一〇; l is 4 for four digits
// in a row, else 1 or 2, 0 for none.
func (s *scan) kanjiNum(i int) (v, l, j int) {
	tens, unit, digits := -1, 0, 0
	for j = i; j < i+5; j++ {
		d := kanjiDigit(s.at(j))
		if d < 0 && s.at(j) == '○' && digits > 0 {
			d = 0
		}
		if d < 0 {
			break
		}
		if d == 10 {
			if tens >= 0 || digits > 1 {
				return 0, 0, i
			}
			tens, unit, digits = max(unit, 1), 0, 0
			continue
		}
		unit = unit*10 + d
		digits++
	}
	if j == i {
		return 0, 0, i
	}
	if tens >= 0 {
		if unit > 9 {
			return 0, 0, i
		}
		return tens*10 + unit, 2, j
	}
	return unit, digits, j
}

// numAny reads digits or kanji.
func (s *scan) numAny(i int) (v, l, j int) {
	if isDigit(s.at(i)) {
		return s.num(i)
	}
	return s.kanjiNum(i)
}

var monthDays = [...]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func validMD(m, d int) bool { return m >= 1 && m <= 12 && d >= 1 && d <= monthDays[m] }

func leap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func validYMD(y, m, d int) bool {
	return y >= MinYear && y <= MaxYear && validMD(m, d) && (m != 2 || d < 29 || leap(y))
}

// weekdayOf gives the day of the week, Sunday 0 (Sakamoto's congruence).
func weekdayOf(y, m, d int) int {
	t := [...]int{0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4}
	if m < 3 {
		y--
	}
	return (y + y/4 - y/100 + y/400 + t[m-1] + d) % 7
}
