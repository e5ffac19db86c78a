package when

// lex finds the dates, times, rules and words of the text, in order.
func (s *scan) lex() {
	for i := range s.rs {
		if r := s.rs[i].r; isKana(r) || isKanji(r) {
			s.japanese = true
			break
		}
	}
	for i := 0; i < len(s.rs); {
		c := s.rs[i].r
		switch {
		case c == ' ':
			i++
		case isDigit(c):
			i = s.lexDigit(i)
		case isLetter(c):
			i = s.lexWord(i)
		case c < 0x80 || !isKana(c) && !isKanji(c) && kanjiDigit(c) < 0:
			i = s.lexMark(i)
		default:
			i = s.lexJapanese(i)
		}
	}
}

// push appends an item with its place.
func (s *scan) push(it item) {
	it.line, it.sent, it.cell, it.brk = s.line, s.sent, s.cells, s.brk
	it.quote, it.note = s.quote > 0, s.note
	it.n2 = s.yearText
	it.struck = s.rs[it.from].fl&cStruck != 0
	s.its = append(s.its, it)
}

func (s *scan) lastItem() *item {
	if len(s.its) == 0 {
		return nil
	}
	return &s.its[len(s.its)-1]
}

// lexMark keeps track of lines, clauses, cells, brackets and quotes.
func (s *scan) lexMark(i int) int {
	switch c := s.rs[i].r; c {
	case '\n':
		s.line++
		s.sent++
		s.cells++
		s.note = false
		s.yearRel = 0
		if s.at(i+1) == '\n' {
			s.quote, s.depth, s.brk = 0, 0, 0
		}
	case '。', '!', '?', ';':
		s.sent++
		s.yearRel = 0
	case '.':
		if p := s.at(i - 1); (s.at(i+1) == ' ' || s.at(i+1) == '\n' || s.at(i+1) == 0) && (isLetter(p) && isLetter(s.at(i-2)) || p == ')' || isKana(p)) {
			s.sent++
		}
	case '|', '•', '■', '●', '◆', '◇', '□', '○', '◎', '★', '☆', '▼', '▽', '▲', '△', '◾', '◼', '▪':
		s.cells++
		s.sent++
	case '※', '注':
		s.note = true
		s.sent++
	case '(', '[', '{', '<', '【', '〔', '《', '〈':
		s.open()
	case ')', ']', '}', '>', '】', '〕', '》', '〉':
		s.close()
	case '「', '『':
		s.quote++
	case '」', '』':
		s.quote = max(0, s.quote-1)
	case '\'':
		if d, j, ok := s.shortYear(i); ok {
			return s.addDate(d, i, j)
		}
	}
	return i + 1
}

// shortYear reads '09/5/28.
func (s *scan) shortYear(i int) (d day, j int, ok bool) {
	if _, l, _ := s.num(i + 1); l != 2 || isAlnum(s.at(i-1)) {
		return
	}
	d, j, ok = s.date(i + 1)
	return d, j, ok && d.y != 0 && d.fl&dMonthOnly == 0
}

func (s *scan) open() {
	if s.depth < len(s.stack) {
		s.stack[s.depth] = s.brk
	}
	s.depth++
	s.brkSeq++
	s.brk = s.brkSeq
}

func (s *scan) close() {
	if s.depth == 0 {
		return
	}
	s.depth--
	if s.depth < len(s.stack) {
		s.brk = s.stack[s.depth]
	}
}

// chain skips a number with everything numeric that is glued to it.
func (s *scan) chain(i int) int {
	for {
		_, _, i = s.num(i)
		switch s.at(i) {
		case '.', '-', '/', ':':
			if isDigit(s.at(i + 1)) {
				i++
				continue
			}
		}
		return i
	}
}

func (s *scan) lexDigit(i int) int {
	if isLetter(s.at(i-1)) && s.known != i || s.at(i-1) == '¥' || s.at(i-1) == '$' || s.at(i-1) == '#' {
		return s.chain(i)
	}
	n, l, k := s.num(i)
	if l <= 2 {
		if r, j, ok := s.ruleEnglish(i); ok && s.ordinal(k) > k {
			return s.addRule(r, i, j)
		}
		if j, ok := s.lexDaysFirst(i); ok {
			return j
		}
	}
	if d, j, ok := s.date(i); ok {
		if d.fl&dMonthOnly != 0 {
			return s.addMonth(d, i, j)
		}
		return s.addDate(d, i, j)
	}
	if t, j, ok := s.timePhrase(i); ok {
		return s.addTime(t, i, j)
	}
	if l == 4 && n >= 1990 && n <= MaxYear && !isDigit(s.at(k)) && s.at(k) != '-' && s.at(k) != '円' && s.at(k) != '.' && s.at(s.sp(k)) != '名' {
		s.yearText = int16(n)
		if p := s.sp(k); s.at(p) == '年' {
			k = p + 1
		}
		return k
	}
	return s.chain(i)
}

// lexDaysFirst reads "21. to 22. June 2003".
func (s *scan) lexDaysFirst(i int) (int, bool) {
	var days [6]day
	list := false
	n, j := s.daysFirst(i, &days, &list)
	if n < 2 {
		return i, false
	}
	x := len(s.segs)
	if list {
		for k := range n {
			s.segs = append(s.segs, seg{a: days[k]})
		}
	} else {
		s.segs = append(s.segs, seg{a: days[0], b: days[n-1]})
	}
	s.pushDate(x, i, j)
	return s.afterDate(days[n-1], j), true
}

// addDate reads the phrase that begins with d, [i,j).
func (s *scan) addDate(d day, i, j int) int {
	x := len(s.segs)
	j = s.phrase(d, i, j)
	s.yearAfter(x, &j)
	s.pushDate(x, i, j)
	return s.afterDate(d, j)
}

// yearAfter gives the year that is printed after a range to all of it: June 10–12, 2026.
func (s *scan) yearAfter(x int, j *int) {
	if s.segs[x].a.y != 0 || s.segs[x].a.fl&dEnglish == 0 {
		return
	}
	last := &s.segs[len(s.segs)-1]
	y := last.a.y
	if last.b.d != 0 {
		y = last.b.y
	}
	if y == 0 {
		p := *j
		if y, p = s.yearTail(p); y == 0 {
			return
		}
		*j = p
	}
	for k := x; k < len(s.segs); k++ {
		g := &s.segs[k]
		if g.a.y == 0 {
			g.a.y = y
			if g.b.d != 0 && g.b.y != 0 && g.b.m != 0 && g.b.m < g.a.m {
				g.a.y--
			}
		}
	}
}

func (s *scan) pushDate(x, i, j int) {
	a := &s.segs[x].a
	if p := s.lastItem(); p != nil {
		switch {
		case p.k == kWeekday && s.light(int(p.to), i) && p.line == s.line && p.x < 7:
			if a.wd < 0 {
				a.wd = int8(p.x)
			}
			i = int(p.from)
			s.its = s.its[:len(s.its)-1]
		case p.k == kDate && s.isRel(p) && a.fl&dRel == 0 && s.light(int(p.to), i):
			s.its = s.its[:len(s.its)-1]
		case p.k == kDate && !s.isRel(p) && a.fl&dRel != 0 && p.line == s.line && s.light(int(p.to), i):
			s.segs = s.segs[:x]
			return
		}
	}
	if s.yearRel != 0 && a.y == 0 {
		a.y = s.yearRel
		a.fl |= dYearWord
	}
	s.yearRel = 0
	s.push(item{k: kDate, from: int32(i), to: int32(j), x: int32(x), n: int16(len(s.segs) - x)})
}

func (s *scan) isRel(it *item) bool { return it.k == kDate && s.segs[it.x].a.fl&dRel != 0 }

// light reports whether [i,j) holds nothing but spaces, marks and particles.
func (s *scan) light(i, j int) bool {
	if j-i > 12 {
		return false
	}
	for ; i < j; i++ {
		switch s.rs[i].r {
		case ' ', '\n', ',', '、', 'の', 'は', 'に', '(', ')', '[', ']', '【', '】', ':', '|', '-', '~', '/', '・', '.', '"', '\'', '>', '<', '「', '」', 'が', 'を', 'で', '→', '〔', '〕', '■', '●', '◆', '…', '+', '=', '•', '}', '{', '※', 'も':
		default:
			return false
		}
	}
	return true
}

// afterDate reads what is glued to a date: T19:00, 1900 of 200905281900, and
// the hours without a unit of "November 23, 2024, 2-5".
func (s *scan) afterDate(d day, j int) int {
	k := j
	if s.at(k) == 't' && isDigit(s.at(k+1)) {
		k++
	}
	if k > j || d.fl&dCompact != 0 && isDigit(s.at(k)) {
		n, l, p := s.num(k)
		if l == 6 {
			n /= 100
		}
		if (l == 4 || l == 6) && n/100 < 25 && n%100 < 60 {
			t := tspan{a: clock{min: int16(n/100*60 + n%100)}, b: noClock}
			return s.addTime(t, k, s.zone(&t, p))
		}
		if t, p, ok := s.timePhrase(k); ok {
			return s.addTime(t, k, p)
		}
		return j
	}
	if d.fl&dEnglish != 0 || s.segs[len(s.segs)-1].a.fl&dEnglish != 0 {
		return s.bareHours(j)
	}
	return j
}

// bareHours reads ", 2-5" after an English date.
func (s *scan) bareHours(j int) int {
	k := s.sp(j)
	if s.at(k) == ',' {
		k = s.sp(k + 1)
	}
	for _, w := range [...]string{"from ", "at ", "between "} {
		if s.has(k, w) {
			k += len(w)
		}
	}
	a, l, p := s.num(k)
	q, _, ok := s.rangeSep(p)
	if l == 0 || l > 2 || a < 1 || a > 12 || !ok || k == j {
		return j
	}
	b, l2, r := s.num(q)
	if l2 == 0 || l2 > 2 || b < 1 || b > 12 || !s.bareEnd(r) {
		return j
	}
	if _, _, pm := s.ampm(s.sp(r)); pm {
		return j
	}
	if a < 8 {
		a += 12
	}
	if b <= a {
		b += 12
	}
	if b <= a {
		b += 12
	}
	t := tspan{a: clock{min: int16(a * 60), bare: true}, b: clock{min: int16(b * 60)}, warn: tGuess}
	return s.addTime(t, k, r)
}

func (s *scan) addTime(t tspan, i, j int) int {
	s.times = append(s.times, t)
	s.push(item{k: kTime, from: int32(i), to: int32(j), x: int32(len(s.times) - 1)})
	return j
}

func (s *scan) addRule(r Rule, i, j int) int {
	s.rules = append(s.rules, r)
	s.push(item{k: kRule, from: int32(i), to: int32(j), x: int32(len(s.rules) - 1)})
	return j
}

func (s *scan) addMonth(d day, i, j int) int {
	if d.y != 0 {
		s.yearText = d.y
	}
	s.push(item{k: kMonth, from: int32(i), to: int32(j), x: int32(d.m), n: d.y})
	return j
}
