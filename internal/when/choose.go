package when

// weigh finds the candidates, their times and days; after it every candidate
// that is kept has a start.
func (s *scan) weigh() {
	s.own()
	s.roles()
	s.joinEnds()
	stop := -1
	for k := range s.cands {
		c := &s.cands[k]
		s.hours(c, stop)
		stop = c.it
		if c.count > 0 {
			stop = max(stop, s.hrs[c.first+c.count-1])
		}
	}
	s.hasTimes()
	for k := range s.cands {
		c := &s.cands[k]
		c.start.ok = s.settleCand(c)
		if !c.start.ok {
			c.score = dead
		}
	}
	for k := range s.cands {
		if o := s.cands[k].other; o > 0 {
			s.endWith(&s.cands[k], &s.cands[o-1])
		}
	}
}

// dead is the score of a day that the calendar does not have.
const dead = -1000

// hasTimes raises what has an hour.
func (s *scan) hasTimes() {
	for k := range s.cands {
		c := &s.cands[k]
		if c.count > 0 && s.its[s.hrs[c.first]].sent == s.its[c.it].sent {
			c.score++
		}
	}
}

// joinEnds finds the dates that are the end of the one before them: after a
// time and a range sign, or labelled as an end.
func (s *scan) joinEnds() {
	for k := 0; k+1 < len(s.cands); k++ {
		c, e := &s.cands[k], &s.cands[k+1]
		if s.its[c.it].k != kDate || s.its[e.it].k != kDate || c.taken {
			continue
		}
		if !s.spans(c, e) && !(e.ends && c.score >= believeFrom && !c.ends) {
			continue
		}
		c.other = k + 2
		e.taken = true
	}
}

// spans reports whether a range leads from c, with its time, to e.
func (s *scan) spans(c, e *cand) bool {
	for k := c.it + 1; k < e.it; k++ {
		p := &s.its[k]
		if p.k == kTime {
			t := &s.times[p.x]
			if t.open && s.light(int(t.rangeEnd), int(s.its[e.it].from)) && k == e.it-1 {
				return true
			}
		}
	}
	return false
}

// close ends c where e begins: the end of a range over several days.
func (s *scan) endWith(c, e *cand) {
	if !c.start.ok || !e.start.ok {
		return
	}
	end := e.start
	if end.day < c.start.day || end.day == c.start.day && end.min >= 0 && end.min <= c.start.min {
		c.warn |= warnEnd
		return
	}
	if c.start.min < 0 && end.min >= 0 {
		end.min = -1
	}
	if end.day == c.start.day && end.min < 0 {
		return
	}
	c.end, c.b = end, end.day
	c.nparts = 0
}

// best picks the event among the candidates, -1 for none.
func (s *scan) best() int {
	best, moved := -1, -1
	for k := range s.cands {
		c := &s.cands[k]
		if c.score < believeFrom || c.taken || !c.start.ok || s.its[c.it].struck || c.until {
			continue
		}
		if c.moved {
			moved = k
		}
		if best < 0 || s.rank(c) > s.rank(&s.cands[best]) {
			best = k
		}
	}
	if moved >= 0 && s.cands[moved].score+6 >= s.cands[best].score {
		return moved
	}
	for best > 0 && s.follows(best-1, best) {
		best--
	}
	return best
}

// rank orders candidates; a rule or a relative word gives way to a date.
func (s *scan) rank(c *cand) int {
	r := c.score * 4
	switch s.its[c.it].k {
	case kRule:
		r -= 14
	case kWeekday:
		r -= 8
	}
	return r
}

// follows reports whether the candidate k is a further part of the event that
// the candidate j begins: 11/7(金) 13:00〜18:00 11/8(土) 10:00〜18:00.
func (s *scan) follows(j, k int) bool {
	a, b := &s.cands[j], &s.cands[k]
	if a.score < believeFrom || b.score < believeFrom || b.taken || a.taken || !a.start.ok || !b.start.ok || a.until || b.until ||
		s.its[a.it].k != kDate || s.its[b.it].k != kDate || s.its[a.it].struck || s.its[b.it].struck || b.moved {
		return false
	}
	if b.start.day <= a.start.day || b.start.day > a.start.day+200 || a.start.min < 0 != (b.start.min < 0) {
		return false
	}
	if s.its[a.it].brk != s.its[b.it].brk && (s.its[a.it].brk == 0) != (s.its[b.it].brk == 0) {
		return false
	}
	end := s.its[a.it].to
	if a.count > 0 {
		end = max(end, s.its[s.hrs[a.first+a.count-1]].to)
	}
	if int(s.its[b.it].from-end) > 40 || b.tense != a.tense {
		return false
	}
	for n := a.it + 1; n < b.it; n++ {
		if p := &s.its[n]; p.k == kRole && !neutral(p.c) && p.c != cDoors && p.c != cStart && p.c != cEnd {
			return false
		}
	}
	return true
}
