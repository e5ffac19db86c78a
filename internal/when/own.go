package when

// A cand is a date, a rule or a weekday that may be the event's.
type cand struct {
	it    int   // its item
	cls   class // what holds it, cNone for nothing
	score int
	why   string
	tense tense
	ends  bool // labelled as an end: 終了日, dtend
	moved bool // 〜に変更
	until bool // まで: a last day without a first
	taken bool // told as the end of another
	other int  // 0 none, else index + 1 of the candidate that ends it

	// set by hours
	first, count int // its times in s.hrs

	a, b       int // days since 1970-01-01; b < a for none
	yearWhy    string
	proved     bool
	warn       uint8
	printed    int8 // the weekday that contradicts
	start, end mom
	doors      mom
	parts      int // sessions in s.parts from
	nparts     int
	rule       int // 0 none, else index + 1
}

type tense int8

const (
	tenseNone tense = iota
	tensePast
	tenseToCome
)

const (
	holdLabel   = 5 // 日時：…, … 開催
	holdClause  = 3 // … で開催
	holdTopic   = 2 // 開催は …
	loseLabel   = -7
	loseAfter   = -8
	loseClause  = -5
	loseTopic   = -4
	loseUntil   = -9
	loseAlt     = -12
	believeFrom = 1
)

// own finds what holds each date and how strongly.
func (s *scan) own() {
	s.cands = s.cands[:0]
	for n := range s.its {
		it := &s.its[n]
		switch it.k {
		case kDate, kRule:
		case kWeekday:
			if it.x > 6 {
				continue
			}
		default:
			continue
		}
		c := cand{it: n, score: s.base(it)}
		s.holdBefore(n, &c)
		s.holdAfter(n, &c)
		s.holdTail(n, &c)
		s.cands = append(s.cands, c)
	}
	s.asides()
}

// base is what a date is worth by itself.
func (s *scan) base(it *item) int {
	score := 1
	if s.c.Label == LabelDate {
		score += 4
	}
	if it.brk != 0 && it.k == kRule || it.note {
		score--
	}
	switch it.k {
	case kRule:
		return score
	case kWeekday:
		return score - 2
	}
	a := &s.segs[it.x].a
	if a.y != 0 {
		score += 2
		if old := int(s.ref.y) - int(a.y); old > 4 && s.c.Label != LabelDate {
			score -= 2
		}
	}
	if a.wd >= 0 && a.fl&(dRel|dNth) == 0 {
		score++
	}
	if a.fl&dRel != 0 {
		score--
		if it.quote {
			score -= 3
		}
	}
	if a.fl&dWeak != 0 && a.wd < 0 {
		score -= 2
	}
	return score
}

// asides lowers a date in a bracket that begins a line on which another date
// stands ([2015-10-07] …), and one in a bracket behind another date.
func (s *scan) asides() {
	for k := range s.cands {
		it := &s.its[s.cands[k].it]
		if it.k != kDate || it.brk == 0 {
			continue
		}
		next := k+1 < len(s.cands) && s.its[s.cands[k+1].it].line == it.line && s.its[s.cands[k+1].it].brk != it.brk
		prev := k > 0 && s.its[s.cands[k-1].it].line == it.line && s.its[s.cands[k-1].it].brk != it.brk
		if next && s.lineBegins(int(it.from)) || prev {
			s.cands[k].score -= 2
		}
	}
}

// lineBegins reports whether nothing but marks stands between the last line end and i.
func (s *scan) lineBegins(i int) bool {
	for i--; i >= 0 && s.rs[i].r != '\n'; i-- {
		if r := s.rs[i].r; isAlnum(r) || isKana(r) || isKanji(r) {
			return false
		}
	}
	return true
}

// dateClass is what a word means beside a date, which is not always what it
// means beside an hour: 受付 18:30 are the doors, 受付 5月1日 an application.
func dateClass(p *item) class {
	if p.fl&wDesk != 0 {
		return cReg
	}
	return p.c
}

func (s *scan) hold(c *cand, p *item, label, tight bool) {
	cls := dateClass(p)
	switch {
	case cls == cAlt:
		s.lose(c, p, loseAlt)
	case cls == cPast:
		if tight {
			c.score--
		}
		c.tense = tensePast
	case cls == cMoved:
		s.gain(c, p, holdTopic)
	case cls == cEnd && label:
		c.ends = true
		s.gain(c, p, holdTopic)
	case cls.bad() && label:
		s.lose(c, p, loseLabel)
	case cls.bad() && p.fl&wOwn != 0:
		s.lose(c, p, loseClause)
	case cls.bad():
		s.lose(c, p, loseTopic)
	case cls.good() && label:
		s.gain(c, p, holdLabel)
	case cls.good():
		s.gain(c, p, holdTopic)
	}
}

func (s *scan) gain(c *cand, p *item, n int) {
	c.score += n
	if c.cls == cNone {
		c.cls = p.c
	}
	if !c.cls.bad() && c.why == "" {
		c.why = reasonEvent
	}
}

func (s *scan) lose(c *cand, p *item, n int) {
	c.score += n
	if !c.cls.bad() {
		c.cls = dateClass(p)
	}
}
