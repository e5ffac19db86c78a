package when

var noClock = clock{min: -1}

// clockPrefix reads 午前, PM, 夜, 翌 and the like at i.
func (s *scan) clockPrefix(i int) (mark int8, next bool, night bool, j int) {
	j = i
	for range 3 {
		p := s.sp(j)
		k := p
		switch s.at(p) {
		case '午':
			switch s.at(p + 1) {
			case '前':
				mark, k = 1, p+2
			case '後':
				mark, k = 2, p+2
			}
		case '翌':
			next, k = true, p+1
			if c := s.at(k); c == '日' || c == '朝' {
				k++
			}
			if s.at(k) == 'の' {
				k++
			}
		case '朝', '早':
			mark, k = 1, p+1
			if s.at(k) == '朝' {
				k++
			}
		case '昼':
			mark, k = 4, p+1
		case '夜', '晩', '夕':
			mark, k = 2, p+1
			if s.at(k) == '方' || s.at(k) == '刻' {
				k++
			}
			if c := s.at(k); c == 'の' || c == '、' {
				k++
			}
		case 'よ':
			if s.at(p+1) == 'る' {
				mark, k = 2, p+2
			}
		case 'ひ':
			if s.at(p+1) == 'る' {
				mark, k = 4, p+2
			}
		case 'あ':
			if s.at(p+1) == 'さ' {
				mark, k = 1, p+2
			}
		case '深':
			if s.at(p+1) == '夜' {
				night, k = true, p+2
			}
		case '未':
			if s.at(p+1) == '明' {
				mark, k = 1, p+2
			}
		case 'a', 'p':
			if m, q, ok := s.ampm(p); ok && !isLetter(s.at(p-1)) {
				mark, k = m, q
			}
		}
		if k == p {
			return mark, next, night, j
		}
		j = k
	}
	return mark, next, night, j
}

// ampm reads am, pm, a.m., p.m. at p.
func (s *scan) ampm(p int) (mark int8, j int, ok bool) {
	switch s.at(p) {
	case 'a':
		mark = 1
	case 'p':
		mark = 2
	default:
		return
	}
	switch {
	case s.at(p+1) == 'm' && !isLetter(s.at(p+2)):
		j = p + 2
		if s.at(j) == '.' && !isDigit(s.at(j+1)) && s.at(j+1) != '\n' && s.at(j+1) != 0 && !s.sentenceAt(j+1) {
			j++
		}
	case s.at(p+1) == '.' && s.at(p+2) == 'm':
		j = p + 3
		if s.at(j) == '.' {
			j++
		}
	default:
		return 0, p, false
	}
	return mark, j, true
}

// sentenceAt reports whether a sentence begins at i: a space and a capital.
func (s *scan) sentenceAt(i int) bool {
	return s.at(i) == ' ' && isLetter(s.at(i+1)) && s.rs[i+1].fl&cUpper != 0
}

// clock reads one time of day at i, with what stands before and after it.
func (s *scan) clock(i int, warn *uint8) (c clock, j int, ok bool) {
	mark, next, night, k := s.clockPrefix(i)
	k = s.sp(k)
	if s.has(k, "正午") {
		return clock{min: 720, mark: 3}, k + 2, true
	}
	if s.at(k) == 'n' && s.has(k, "noon") && !isLetter(s.at(k+4)) {
		return clock{min: 720, mark: 3}, k + 4, true
	}
	if s.at(k) == 'm' && s.has(k, "midnight") && !isLetter(s.at(k+8)) {
		return clock{min: 0, mark: 3, next: true}, k + 8, true
	}
	h, l, p := s.num(k)
	if l == 0 {
		if h, l, p = s.kanjiNum(k); l == 0 || s.at(p) != '時' {
			return noClock, i, false
		}
	}
	if l > 2 || h > 30 || isDigit(s.at(k-1)) || s.at(k-1) == '.' && k == i {
		return noClock, i, false
	}
	c.mark, c.next = mark, next
	j, ok = s.minutes(&c, h, p, mark != 0, warn)
	if !ok {
		return noClock, i, false
	}
	if m, q, ok := s.ampm(s.sp(j)); ok {
		c.mark, j = m, q
	} else if s.at(j) == '頃' || s.at(j) == 'ご' && s.at(j+1) == 'ろ' {
		if j++; s.at(j) == 'ろ' {
			j++
		}
	}
	s.settle(&c, night, warn)
	return c, j, c.min >= 0
}

// minutes reads what follows the hour h: :30, 時30分, 時半, h30, pm.
func (s *scan) minutes(c *clock, h, p int, marked bool, warn *uint8) (j int, ok bool) {
	q := s.sp(p)
	switch {
	case s.at(q) == ':':
		r := s.sp(q + 1)
		m, l, t := s.num(r)
		if l != 2 {
			return p, false
		}
		if m > 59 {
			*warn |= tBad
			return p, false
		}
		c.min, j = int16(h*60+m), t
		if s.at(t) == ':' {
			if sec, l, u := s.num(t + 1); l == 2 && sec < 60 {
				c.sec, j = int8(sec), u
				if s.at(u) == '.' && isDigit(s.at(u+1)) {
					_, _, j = s.num(u + 1)
				}
			}
		}
		return j, true
	case s.at(q) == '時':
		return s.afterHour(c, h, q+1)
	case s.at(p) == 'h' && isDigit(s.at(p+1)):
		if m, l, t := s.num(p + 1); l == 2 && m < 60 {
			c.min = int16(h*60 + m)
			return t, true
		}
	case s.at(p) == '.' && isDigit(s.at(p+1)):
		m, l, t := s.num(p + 1)
		_, _, ap := s.ampm(s.sp(t))
		if l == 2 && m < 60 && (ap || marked) {
			c.min = int16(h*60 + m)
			return t, true
		}
	default:
		_, _, ap := s.ampm(q)
		if (ap || marked && !isLetter(s.at(p)) && s.bareEnd(p)) && h <= 24 {
			c.min = int16(h * 60)
			return p, true
		}
	}
	return p, false
}

// afterHour reads what follows 19時.
func (s *scan) afterHour(c *clock, h, p int) (j int, ok bool) {
	switch s.at(p) {
	case '間', '点', '期', '代', '計', '短', '給', '価', '制', '限', '差':
		return p, false
	case '半':
		c.min = int16(h*60 + 30)
		return s.seconds(c, p+1), true
	}
	c.min = int16(h * 60)
	q := s.sp(p)
	m, l, t := s.numAny(q)
	if l > 0 && l <= 2 && m < 60 {
		u := s.sp(t)
		switch {
		case s.at(u) == '分' && s.at(u+1) != '間':
			c.min += int16(m)
			return s.seconds(c, u+1), true
		case q == p && l == 2 && isDigit(s.at(p)) && s.bareEnd(t):
			c.min += int16(m)
			return t, true
		}
	}
	return p, true
}

func (s *scan) seconds(c *clock, p int) int {
	if n, l, q := s.numAny(p); l > 0 && n < 60 && s.at(q) == '秒' {
		c.sec = int8(n)
		return q + 1
	}
	return p
}

// settle turns marks into hours of 24: 午後7時, 夜8時, 深夜1時, AM19:00.
func (s *scan) settle(c *clock, night bool, warn *uint8) {
	h := c.min / 60
	switch {
	case c.mark == 2 && h < 12:
		c.min += 12 * 60
	case c.mark == 1 && h == 12 && c.min < 12*60+60:
		if c.min == 720 && s.japanese {
			break // 午前12時 is noon as often as midnight; noon is when events are
		}
		c.min -= 12 * 60
	case c.mark == 1 && h > 12:
		*warn |= tAM24
	case c.mark == 4 && h >= 1 && h <= 4:
		c.min += 12 * 60
	case night && h >= 8 && h < 12:
		c.min += 12 * 60
	case night && h < 6:
		c.min += 24 * 60
	}
	if c.mark == 4 {
		c.mark = 2
	}
	if night && c.mark == 0 {
		c.mark = 3
	}
}
