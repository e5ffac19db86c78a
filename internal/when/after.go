package when

// holdAfter looks for the word that holds its[n] from behind.
func (s *scan) holdAfter(n int, c *cand) {
	it := &s.its[n]
	end := int(it.to)
	for k := n + 1; k < len(s.its) && k < n+24; k++ {
		p := &s.its[k]
		if p.sent != it.sent {
			return
		}
		switch p.k {
		case kTime:
			if s.glue(end, int(p.from)) {
				end = int(p.to)
			}
			continue
		case kDate, kRule, kMonth:
			if p.brk != it.brk || k == n+1 && s.isRel(p) {
				continue
			}
			return
		case kWeekday:
			continue
		}
		tight := s.glue(end, int(p.from))
		if s.after(c, p, k, tight, int(p.from)-end) {
			return
		}
	}
}

// after weighs one word behind a date; true ends the search.
func (s *scan) after(c *cand, p *item, k int, tight bool, gap int) bool {
	switch {
	case neutral(p.c):
		if p.c == cPast && c.tense == tenseNone {
			c.tense = tensePast
		}
		return p.c == cNote
	case p.c == cAlt:
		return !(tight && s.at(int(p.from)) == '予') || s.loseTrue(c, p)
	case p.c == cVersion && !tight, p.c == cHours && !tight && gap > 30:
		return true
	case s.colonAt(int(p.to)), !tight && s.leads(k):
		return true
	case p.c == cMoved:
		if tight {
			c.moved = true
			s.gain(c, p, holdLabel)
		}
		return true
	case p.c == cEnd && tight:
		c.score--
		return true
	}
	cls := p.c
	if p.fl&wDesk != 0 && !tight {
		return true
	}
	if cls.bad() {
		return s.badAfter(c, p, tight, gap)
	}
	if c.tense == tenseNone {
		c.tense = s.tenseAt(int(p.to))
	}
	if tight {
		s.gain(c, p, holdLabel)
	} else if gap < 120 {
		s.gain(c, p, holdClause)
	}
	return true
}

func (s *scan) loseTrue(c *cand, p *item) bool {
	s.lose(c, p, loseAlt)
	return true
}

// badAfter weighs a word behind a date that takes it away from the event.
func (s *scan) badAfter(c *cand, p *item, tight bool, gap int) bool {
	if s.offTopic(int(p.from), int(p.to)) {
		return false
	}
	if isLetter(s.at(int(p.from))) && !tight && (gap > 24 || s.comma(int(p.from)-gap, int(p.from))) {
		return true
	}
	switch {
	case tight:
		s.lose(c, p, loseAfter)
	case gap < 60:
		s.lose(c, p, loseClause)
	}
	return true
}

func (s *scan) comma(i, j int) bool {
	for ; i < j; i++ {
		switch s.rs[i].r {
		case ',', '.', '(', '-':
			return true
		}
	}
	return false
}

// offTopic reports whether a word of registration and the like begins a topic
// of its own (申込はこちら, 申込不要, 参加申込フォーム) and says nothing of the date.
func (s *scan) offTopic(i, j int) bool {
	if p := s.at(i - 1); p == '要' || p == '無' || p == '前' && s.has(i-3, "要事前") {
		return true
	}
	for _, w := range [...]string{"は", "も", "フォーム", "ページ", "サイト", "方法", "不要", "必要", "要", "制", "先", "者", "費", "料", "枠", "について", "に関", "の方", "する方", "される方", "希望", "ください", "下さい", "ボタン", "url", "不可", "無料", "なし", "書", "などは", "等は", "いただ", "頂", "に参加", "に出", "画面", "状況", "案内", "要項", "のお", "中"} {
		if s.has(j, w) {
			return true
		}
	}
	return false
}

// leads reports whether the word its[k] is the label of what follows it.
func (s *scan) leads(k int) bool {
	if k+1 >= len(s.its) {
		return false
	}
	q := &s.its[k+1]
	return (q.k == kDate || q.k == kTime) && q.sent == s.its[k].sent && s.light(int(s.its[k].to), int(q.from)) && !isVerbTail(s.at(int(s.its[k].to)))
}

func isVerbTail(r rune) bool {
	return r == 'さ' || r == 'し' || r == 'す' || r == 'れ' || r == 'い'
}

// glue reports whether [i,j) holds nothing but marks, spaces and particles.
func (s *scan) glue(i, j int) bool {
	if j-i > 10 {
		return false
	}
	for i < j {
		switch r := s.rs[i].r; r {
		case 'か', 'よ', 'ま', 'を', 'も', 'で', 'ご', '頃', 'ろ', 'ら', 'り', 'っ', 'て', 'ち', 'だ', 'つ', 'け', '付', '迄', '、', 'と':
		case '\n':
			return false
		default:
			if !s.light(i, i+1) {
				return false
			}
		}
		i++
	}
	return true
}

// holdTail weighs what is glued to the end of a date: まで, 以降, 時点.
func (s *scan) holdTail(n int, c *cand) {
	it := &s.its[n]
	end := int(it.to)
	ranged := it.k == kDate && s.segs[int(it.x)+int(it.n)-1].b.d != 0
	for k := n + 1; k < len(s.its) && s.its[k].k == kTime && s.its[k].sent == it.sent && s.glue(end, int(s.its[k].from)); k++ {
		end = int(s.its[k].to)
		t := &s.times[s.its[k].x]
		ranged = ranged || t.b.min >= 0 || t.open
	}
	p := s.sp(end)
	for s.at(p) == ')' || s.at(p) == 'い' && s.at(p+1) == 'っ' {
		p++
	}
	for _, w := range tails {
		if !s.has(p, w.w) || w.free && ranged {
			continue
		}
		c.score += w.score
		if !c.cls.bad() {
			c.cls = w.c
		}
		if w.c == cDeadline && w.free {
			c.until = true
		}
		return
	}
}

// tails are the words that are glued to a date; a free one may end a range.
var tails = [...]struct {
	w     string
	c     class
	score int
	free  bool
}{
	{"まで", cDeadline, loseUntil, true},
	{"迄", cDeadline, loseUntil, true},
	{"までに", cDeadline, loseUntil, false},
	{"以降", cReg, loseAfter, false},
	{"以前", cHistory, loseAfter, false},
	{"以後", cReg, loseAfter, false},
	{"をもって", cDeadline, -3, false},
	{"を持ちまして", cDeadline, -3, false},
	{"を持って", cDeadline, -3, false},
	{"付", cMeta, loseAfter, false},
	{"号", cMeta, loseAfter, false},
	{"版", cMeta, loseAfter, false},
	{"分", cMeta, loseAfter, false},
	{"生", cHistory, loseAfter, false},
	{"発", cMeta, loseTopic, false},
	{"より前", cDeadline, loseAfter, false},
}
