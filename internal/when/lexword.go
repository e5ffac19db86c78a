package when

// lexWord reads what begins with a Latin letter.
func (s *scan) lexWord(i int) int {
	if j, ok := s.lexEnglish(i); ok {
		s.known = j
		return j
	}
	e := s.identifier(i)
	for _, end := range [...]int{e, s.letters(i)} {
		if w := s.wordAt(i, end); w != nil {
			s.known = end
			s.addRole(w, i, end)
			return end
		}
	}
	if _, _, zone := s.zoneName(i); zone {
		s.known = e
	}
	return e
}

// identifier gives the end of a word with its _ and - inside.
func (s *scan) identifier(i int) int {
	for {
		i = s.letters(i)
		if c := s.at(i); (c == '_' || c == '-') && isLetter(s.at(i+1)) {
			i++
			continue
		}
		return i
	}
}

// lexEnglish reads dates, weekdays, rules, relative words and clock words.
func (s *scan) lexEnglish(i int) (int, bool) {
	if isAlnum(s.at(i - 1)) {
		return i, false
	}
	switch s.at(i) {
	case 'a', 'p':
		if t, j, ok := s.timePhrase(i); ok {
			return s.addTime(t, i, j), true
		}
	case 'n', 'm':
		if s.has(i, "noon") || s.has(i, "midnight") {
			if t, j, ok := s.timePhrase(i); ok {
				return s.addTime(t, i, j), true
			}
		}
	case 'r', 'h':
		if d, j, ok := s.eraLetter(i); ok {
			if d.fl&dMonthOnly != 0 {
				return s.addMonth(d, i, j), true
			}
			return s.addDate(d, i, j), true
		}
	}
	if s.at(i) == 's' || s.at(i) == 't' {
		if d, j, ok := s.eraLetter(i); ok && d.fl&dMonthOnly == 0 {
			return s.addDate(d, i, j), true
		}
	}
	if d, j, ok := s.monthFirst(i); ok {
		if d.fl&dMonthOnly != 0 {
			return s.addMonth(d, i, j), true
		}
		return s.addDate(d, i, j), true
	}
	if r, j, ok := s.ruleEnglish(i); ok {
		return s.addRule(r, i, j), true
	}
	if d, j, ok := s.relative(i); ok {
		return s.addRelative(d, i, j), true
	}
	if wd, j, ok := s.weekdayWord(i); ok {
		s.push(item{k: kWeekday, from: int32(i), to: int32(j), x: int32(wd)})
		return j, true
	}
	return i, false
}

// addRelative adds a day counted from Ref; a weekday in a bracket may prove it.
func (s *scan) addRelative(d day, i, j int) int {
	x := len(s.segs)
	d.fl |= dRel
	j = s.phrase(d, i, j)
	s.pushDate(x, i, j)
	return j
}

// lexJapanese reads what begins with a kanji or kana.
func (s *scan) lexJapanese(i int) int {
	c := s.rs[i].r
	if j, ok := s.lexKanjiDate(i, c); ok {
		return j
	}
	if j, ok := s.lexKanjiTime(i, c); ok {
		return j
	}
	switch c {
	case '毎', '隔', '各', '第', '最':
		if r, j, ok := s.rule(i); ok {
			return s.addRule(r, i, j)
		}
		if c == '第' {
			return s.issue(i)
		}
	case '明', 'あ', '本', '今', 'き', '一', 'お', '昨', '来', '再', '先', '次', 'こ', '当', '翌', '去':
		if y, j, ok := s.yearWord(i); ok {
			s.yearRel = y
			return j
		}
		if d, j, ok := s.relative(i); ok {
			return s.addRelative(d, i, j)
		}
	}
	if j, ok := s.lexWeekday(i); ok {
		return j
	}
	if w := s.lookup(i); w != nil {
		s.addRole(w, i, i+len(w.r))
		return i + len(w.r)
	}
	return i + 1
}

// issue skips 第5回, 第12号: no day.
func (s *scan) issue(i int) int {
	if _, l, j := s.numAny(s.sp(i + 1)); l > 0 {
		return j
	}
	return i + 1
}

func (s *scan) lexKanjiDate(i int, c rune) (int, bool) {
	var d day
	var j int
	var ok bool
	switch {
	case c == '令' || c == '平' || c == '昭' || c == '大' || c == '明':
		d, j, ok = s.eraWord(i)
	case kanjiDigit(c) >= 0 && kanjiDigit(s.at(i-1)) < 0:
		d, j, ok = s.kanjiDate(i)
	}
	switch {
	case !ok:
		return i, false
	case d.fl&dMonthOnly != 0:
		return s.addMonth(d, i, j), true
	}
	return s.addDate(d, i, j), true
}

func (s *scan) lexKanjiTime(i int, c rune) (int, bool) {
	switch c {
	case '午', '翌', '朝', '昼', '夜', '晩', '夕', '深', '未', 'よ', 'ひ', 'あ', '正', '早':
	default:
		if kanjiDigit(c) < 0 || kanjiDigit(s.at(i-1)) >= 0 {
			return i, false
		}
	}
	t, j, ok := s.timePhrase(i)
	if !ok {
		return i, false
	}
	return s.addTime(t, i, j), true
}

// lexWeekday reads weekdays that stand without a date: 土曜日, 土日, 月〜金.
func (s *scan) lexWeekday(i int) (int, bool) {
	if kanjiWeekday(s.rs[i].r) < 0 || isKanji(s.at(i-1)) || isDigit(s.at(i-1)) {
		return i, false
	}
	b, j, ok := s.weekdays(i)
	if !ok || j == i+1 && !isDigit(s.at(s.sp(j))) && s.at(s.sp(j)) != ':' {
		return i, false
	}
	x := int32(7)
	if days := b.weekdays(); len(days) == 1 {
		if s.at(i+1) != '曜' {
			return i, false
		}
		x = int32(days[0])
	}
	s.push(item{k: kWeekday, from: int32(i), to: int32(j), x: x})
	return j, true
}

// addRole adds a word; words that touch are one.
func (s *scan) addRole(w *word, i, j int) {
	if p := s.lastItem(); p != nil && p.k == kRole && int(p.to) == i && (isKanji(s.at(i)) || isKana(s.at(i))) {
		p.c = join(p.c, w.c)
		p.fl |= w.fl
		p.to = int32(j)
		return
	}
	s.push(item{k: kRole, c: w.c, fl: w.fl, from: int32(i), to: int32(j)})
}

// join gives the class of two words that touch: 販売 + 開始, 受付 + 締切.
func join(a, b class) class {
	switch {
	case a == cNone || a == b:
		return b
	case b == cPast || b == cNote || b == cNone:
		return a
	case a == cDeadline || b == cDeadline:
		return cDeadline
	case a.bad():
		return a
	case b.bad() || b == cMoved || b == cUndated:
		return b
	case a == cParty || b == cParty:
		return cParty
	case a == cDoors && b == cStart:
		return cDoors
	case a == cEvent && (b == cTime || b == cTopic):
		return a
	}
	return b
}
