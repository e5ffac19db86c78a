package when

// role finds, for each time, the word that says what it is: 開場, 開演, 終了,
// 懇親会, 締切. Words stand before their times or after them; which of both is
// seen from how the row of words and times begins and ends.
func (s *scan) roles() {
	for n := 0; n < len(s.its); {
		if k := s.its[n].k; k != kTime && k != kRole {
			n++
			continue
		}
		m := n
		var row row
		for ; m < len(s.its) && s.inRow(n, m); m++ {
			row.add(s.its[m].k == kTime)
		}
		s.assign(n, m, row)
		n = m
	}
}

// A row counts the words and times that stand together.
type row struct {
	words, times int
	wordLast     bool
	wordFirst    bool
}

func (r *row) add(time bool) {
	if r.words+r.times == 0 {
		r.wordFirst = !time
	}
	r.wordLast = !time
	if time {
		r.times++
	} else {
		r.words++
	}
}

// inRow reports whether its[m] goes on the row that begins with its[n].
func (s *scan) inRow(n, m int) bool {
	a, b := &s.its[n], &s.its[m]
	if b.k != kTime && b.k != kRole || a.sent != b.sent {
		return false
	}
	return a.brk == b.brk || s.onlyWords(m) || s.onlyWords(n)
}

// onlyWords reports whether its[m] is a word in a bracket without a time: 18:00(開場).
func (s *scan) onlyWords(m int) bool {
	it := &s.its[m]
	if it.k != kRole || it.brk == 0 || s.at(int(it.from)-1) == '【' || s.at(int(it.from)-1) == '[' {
		return false
	}
	if m > 0 && s.its[m-1].brk == it.brk && s.its[m-1].k != kRole {
		return false
	}
	return m+1 >= len(s.its) || s.its[m+1].brk != it.brk || s.its[m+1].k == kRole
}

// assign gives the times of its[n:m] their words.
func (s *scan) assign(n, m int, r row) {
	if s.inOrder(n, r) {
		return
	}
	pre := r.wordFirst || r.words != r.times
	post := !r.wordFirst && r.wordLast && r.words >= r.times
	for k := n; k < m; k++ {
		if s.its[k].k != kTime {
			continue
		}
		l, ok := s.wordLeft(k)
		w, after := s.wordRight(k, m)
		switch {
		case post && after:
			s.claim(k, w)
		case ok && !s.its[l].used && (r.wordFirst || s.nearer(l, k)):
			s.claim(k, l)
		case after && (!pre || !s.nextTakes(w, m)):
			s.claim(k, w)
		case ok && !s.its[l].used:
			s.claim(k, l)
		}
	}
}

// inOrder gives the times of the row at its[n] their words where all words stand before all
// times, as many as these: 開場/開演 18:00/18:30.
func (s *scan) inOrder(n int, r row) bool {
	if r.words < 2 || r.words != r.times {
		return false
	}
	for k := range r.words {
		if s.its[n+k].k != kRole || s.its[n+r.words+k].k != kTime || s.its[n+k].c == s.its[n].c != (k == 0) {
			return false
		}
	}
	for k := range r.words {
		s.claim(n+r.words+k, n+k)
	}
	return true
}

func (s *scan) claim(k, w int) {
	s.its[k].owner = s.its[w].c
	s.its[w].used = true
}

// wordLeft gives the word directly before the time its[k]; a bracket may open between.
func (s *scan) wordLeft(k int) (int, bool) {
	if k == 0 {
		return 0, false
	}
	p := &s.its[k-1]
	if p.k != kRole || p.c == cNone || p.c == cPast || p.c == cNote {
		return 0, false
	}
	return k - 1, s.near(int(p.to), int(s.its[k].from))
}

// near reports whether only marks, particles or a short aside stand in [i,j).
func (s *scan) near(i, j int) bool {
	return s.glue(i, j) || s.lightLong(i, j) || j-i < 12 && s.colonAt(i)
}

// wordRight gives the word directly after the time its[k].
func (s *scan) wordRight(k, m int) (int, bool) {
	if k+1 >= m {
		return 0, false
	}
	p := &s.its[k+1]
	if p.k != kRole || neutral(p.c) && p.c != cParty || p.c == cEvent || s.has(int(p.from), "最終日") || p.c == cAlt && p.brk != s.its[k].brk || s.colonAt(int(p.to)) && p.brk == s.its[k].brk {
		return 0, false
	}
	return k + 1, s.glue(int(s.its[k].to), int(p.from))
}

// nearer reports whether the word its[l] stands no farther from the time its[k]
// than from a time before it.
func (s *scan) nearer(l, k int) bool {
	if l == 0 || s.its[l-1].k != kTime || s.its[l-1].sent != s.its[l].sent {
		return true
	}
	left := int(s.its[l].from) - int(s.its[l-1].to)
	right := int(s.its[k].from) - int(s.its[l].to)
	if left != right {
		return right < left
	}
	return s.ranged(l-1) || s.its[l].c == cParty || s.its[l].c == cDoors && s.minutesOf(k) < s.minutesOf(l-1)
}

// nextTakes reports whether the word its[w] belongs to the time after it rather than to its[k].
func (s *scan) nextTakes(w, m int) bool {
	return w+1 < m && s.its[w+1].k == kTime && s.near(int(s.its[w].to), int(s.its[w+1].from)) && s.nearer(w, w+1)
}

func (s *scan) ranged(k int) bool {
	t := &s.times[s.its[k].x]
	return t.b.min >= 0 || t.open || t.dur > 0
}

func (s *scan) minutesOf(k int) int { return int(s.times[s.its[k].x].a.min) }

// hours collects the times that belong to the candidate c.
func (s *scan) hours(c *cand, stop int) {
	c.first = len(s.hrs)
	n := c.it
	it := &s.its[n]
	passed := int32(-1)
	for k := n + 1; k < len(s.its) && k < n+60; k++ {
		p := &s.its[k]
		switch p.k {
		case kDate, kRule:
			if o := s.candOf(k); o != nil && (o.score < believeFrom || o.ends && o.taken || it.brk != p.brk && p.brk != 0 && s.its[n].sent == p.sent) {
				passed = p.sent
				continue
			}
			if p.k == kRule && it.k == kDate {
				continue
			}
			k = len(s.its)
			continue
		case kTime:
		default:
			continue
		}
		if p.sent == passed && (p.brk == 0 || s.its[k-1].k == kDate) || p.note && !it.note && p.owner != cEnd || p.owner.bad() || p.owner == cParty || p.used {
			continue
		}
		if s.reaches(c, it, k) {
			s.hrs = append(s.hrs, k)
		}
	}
	c.count = len(s.hrs) - c.first
	if c.count == 0 {
		s.hoursBefore(c, stop)
	}
}

func (s *scan) candOf(k int) *cand {
	lo, hi := 0, len(s.cands)
	for lo < hi {
		mid := (lo + hi) / 2
		if s.cands[mid].it < k {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(s.cands) && s.cands[lo].it == k {
		return &s.cands[lo]
	}
	return nil
}

// reaches reports whether the time its[k] may belong to the date it.
func (s *scan) reaches(c *cand, it *item, k int) bool {
	p := &s.its[k]
	if s.dayBefore(int(p.from)) || s.clauseTakes(c.it, k) {
		return false
	}
	if p.sent == it.sent {
		return true
	}
	lines := p.line - it.line
	limit := int16(10)
	if s.c.Label == LabelDate {
		limit = 40
	}
	if lines > limit {
		return false
	}
	got := len(s.hrs) > c.first
	named := p.owner == cStart || p.owner == cDoors || p.owner == cEnd
	switch {
	case got:
		return named
	case named, p.owner == cTime, p.owner == cEvent, p.owner == cTopic:
		return true
	case s.begins(int(p.from)):
		return true
	}
	return p.sent-it.sent <= 3 && s.c.Label == LabelDate
}

// clauseTakes reports whether a word between the date and the time its[k] takes
// the time away: 5/28(木) 申込は18:00まで.
func (s *scan) clauseTakes(n, k int) bool {
	if s.its[k].owner != cNone {
		return false
	}
	for j := k - 1; j > n; j-- {
		p := &s.its[j]
		if p.sent != s.its[k].sent || p.k == kTime {
			return false
		}
		if p.k == kRole && (p.c.bad() && p.c != cAlt && !s.offTopicButTopic(p) || p.c == cParty && p.brk == s.its[k].brk) {
			return true
		}
		if p.k == kRole && p.c.good() {
			return false
		}
	}
	return false
}

// offTopicButTopic reports whether a word is only mentioned: 申込不要.
func (s *scan) offTopicButTopic(p *item) bool {
	j := int(p.to)
	for _, w := range [...]string{"不要", "必要", "要", "制", "無料", "なし", "者", "費", "料"} {
		if s.has(j, w) {
			return true
		}
	}
	return s.at(int(p.from)-1) == '要'
}

// dayBefore reports whether 前日 or the like stands before the time at i.
func (s *scan) dayBefore(i int) bool {
	i--
	for i > 0 && (s.at(i) == ' ' || s.at(i) == 'の') {
		i--
	}
	return s.at(i) == '日' && s.at(i-1) == '前'
}

// begins reports whether the time at i begins its line, or stands after a label.
func (s *scan) begins(i int) bool {
	j := i
	for j > 0 && j > i-6 && s.light(j-1, j) {
		j--
		if c := s.rs[j].r; c == ':' || c == '\n' || c == '|' || c == '】' || c == '•' {
			return true
		}
	}
	return j == 0
}

// hoursBefore collects the time that stands directly before the date: 19:00〜 5月28日.
func (s *scan) hoursBefore(c *cand, stop int) {
	it := &s.its[c.it]
	end := int(it.from)
	for k := c.it - 1; k > stop; k-- {
		p := &s.its[k]
		if p.k == kRole {
			continue
		}
		if p.k != kTime || p.sent != it.sent || p.owner.bad() || p.owner == cParty || !s.glueBefore(int(p.to), end) {
			break
		}
		s.hrs = append(s.hrs, k)
		end = int(p.from)
	}
	c.count = len(s.hrs) - c.first
	for i, j := c.first, len(s.hrs)-1; i < j; i, j = i+1, j-1 {
		s.hrs[i], s.hrs[j] = s.hrs[j], s.hrs[i]
	}
}

// glueBefore is glue with "on" and "of" between a time and its date.
func (s *scan) glueBefore(i, j int) bool {
	if s.glue(i, j) {
		return true
	}
	for _, w := range [...]string{" on ", ", on ", " of ", " - on ", " this "} {
		if j-i == len(w) && s.has(i, w) {
			return true
		}
	}
	return false
}
