package when

// neutral reports whether a word says nothing of the date beside it.
func neutral(c class) bool {
	return c == cNone || c == cTime || c == cPast || c == cNote || c == cParty || c == cUndated
}

// holdBefore looks for the word that holds its[n] from before.
func (s *scan) holdBefore(n int, c *cand) {
	it := &s.its[n]
	s.preposition(n, c)
	reach := 0
	for k := n - 1; k >= 0 && reach < 24; k-- {
		p := &s.its[k]
		reach++
		switch {
		case p.k != kRole:
			if p.sent != it.sent && (p.k == kDate || p.k == kRule) {
				return
			}
			continue
		case p.sent != it.sent && p.line == it.line && p.cell == it.cell:
			return
		case neutral(p.c) && p.c != cPast:
			if p.line == it.line {
				continue
			}
			return
		}
		tight := s.lightLong(int(p.to), int(it.from))
		label := tight || s.colonAt(int(p.to))
		switch {
		case p.sent == it.sent:
			if s.bound(k, n) {
				continue
			}
			s.hold(c, p, label, tight)
			return
		case tight && (s.lineBegins(int(p.from)) || s.colonAt(int(p.to))):
			s.hold(c, p, true, true)
			return
		case p.cell == it.cell-1 && p.line == it.line && s.barBetween(int(p.to), int(it.from)):
			s.hold(c, p, true, true)
			return
		case p.line < it.line && it.line-p.line <= 4 && s.alone(p):
			if p.c.bad() {
				s.lose(c, p, loseTopic)
			} else if p.c.good() {
				s.gain(c, p, holdTopic)
			}
			return
		case p.line < it.line:
			return
		}
	}
}

// bound reports whether the word its[k] belongs to a date or time before it
// rather than to its[n] after it: 10月4日に開催、10月5日に….
func (s *scan) bound(k, n int) bool {
	p := &s.its[k]
	if k == 0 || s.colonAt(int(p.to)) {
		return false
	}
	q := &s.its[k-1]
	if q.k != kDate && q.k != kTime && q.k != kRule || q.sent != p.sent {
		return false
	}
	if k+1 == n && s.lightLong(int(p.to), int(s.its[n].from)) {
		return int(p.from)-int(q.to) < int(s.its[n].from)-int(p.to) && s.glue(int(q.to), int(p.from))
	}
	return s.glue(int(q.to), int(p.from))
}

// barBetween reports whether only a bar and spaces stand in [i,j).
func (s *scan) barBetween(i, j int) bool { return j-i <= 8 && s.light(i, j) }

// alone reports whether a word is all that stands on its line.
func (s *scan) alone(p *item) bool {
	if !s.lineBegins(int(p.from)) {
		return false
	}
	for i := int(p.to); i < len(s.rs) && i < int(p.to)+8; i++ {
		switch r := s.rs[i].r; {
		case r == '\n':
			return true
		case isAlnum(r) || isKana(r) || isKanji(r):
			return false
		}
	}
	return int(p.to)+8 > len(s.rs)
}

// colonAt reports whether a word that ends at i is a label.
func (s *scan) colonAt(i int) bool {
	switch s.at(i) {
	case '"', '\'':
		i++
	}
	i = s.sp(i)
	switch s.at(i) {
	case ':', '|', '】', ']', '〕', '》', '=', '〉':
		return true
	}
	return false
}

// lightLong is light without the bound of a dozen: blank cells, long rules.
func (s *scan) lightLong(i, j int) bool {
	for j-i > 12 {
		if !s.light(i, i+12) {
			return false
		}
		i += 12
		if j-i > 60 {
			return false
		}
	}
	return s.light(i, j)
}

// preposition weighs the English word before a date: by May 1, until, after.
func (s *scan) preposition(n int, c *cand) {
	i := int(s.its[n].from)
	for i > 0 && s.at(i-1) == ' ' {
		i--
	}
	j := i
	for i > 0 && isLetter(s.at(i-1)) {
		i--
	}
	if i == j || j-i > 8 {
		return
	}
	for _, w := range [...]string{"by", "before", "until", "till", "after", "since", "prior"} {
		if j-i == len(w) && s.has(i, w) {
			c.score += loseUntil
			c.cls = cDeadline
			return
		}
	}
	if j-i == 2 && s.has(i, "of") && s.has(i-3, "as ") {
		c.score += loseAfter
		c.cls = cMeta
	}
}
