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

// tenseAt reads the ending of a verb at i: 開催しました, 開催されます.
func (s *scan) tenseAt(i int) tense {
	for j := i; j < i+14; j++ {
		c := s.at(j)
		switch {
		case c == 'た':
			switch s.at(j + 1) {
			case 'し', 'だ', 'い', 'め', 'く', 'ち', 'り':
				continue
			}
			switch s.at(j - 1) {
			case 'し', 'っ', 'い', 'れ', 'き', 'け', 'え', 'ね', 'め', 'べ', 'じ', 'り', 'び', 'み', 'わ':
				return tensePast
			}
		case c == 'す' && s.at(j-1) == 'ま', c == 'る', c == '予', c == '決':
			if c == 'す' && s.at(j+1) == 'る' {
				continue
			}
			if c == 'る' && (s.at(j+1) == 'こ' || s.at(j+1) == 'と') {
				continue
			}
			return tenseToCome
		case !isKana(c) && c != '致' && c != '行' && c != '来':
			return tenseNone
		}
	}
	return tenseNone
}

// sentenceTense looks for a past ending in the rest of the clause.
func (s *scan) sentenceTense(n int) tense {
	end := len(s.rs)
	for j := int(s.its[n].to); j < end && j < int(s.its[n].to)+160; j++ {
		switch s.rs[j].r {
		case '。', '\n', '!':
			return tenseNone
		case 'た':
			if p := s.at(j - 1); (p == 'し' && s.at(j-2) == 'ま' || p == 'し' && s.at(j-2) == 'で' || p == 'き' && s.at(j-2) == 'て') && !isKana(s.at(j+1)) {
				return tensePast
			}
		}
	}
	return tenseNone
}
