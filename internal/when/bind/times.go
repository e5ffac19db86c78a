package bind

import (
	"koyomi/internal/when/fold"
	"koyomi/internal/when/lexicon"
	"koyomi/internal/when/parse"
)

// A row is a run of words and times that stand together, items [from,to).
type row struct {
	from, to     int
	words, times int
	wordFirst    bool
	wordLast     bool
}

// nameTimes finds, for each time, the word that names it: 開場, 開演, 終了, 懇親会, 締切.
// Words stand before their times or behind them; which of both is seen from how the row
// of words and times begins and ends.
func (s *Set) nameTimes() {
	for n := 0; n < len(s.Items); {
		if !rowKind(&s.Items[n]) {
			n++
			continue
		}
		r := s.rowFrom(n)
		if !s.inOrder(r) {
			s.assign(r)
		}
		n = r.to
	}
}

func rowKind(it *parse.Item) bool { return it.Kind == parse.Time || it.Kind == parse.Word }

func (s *Set) rowFrom(n int) row {
	r := row{from: n, to: n}
	for r.to < len(s.Items) && s.inRow(n, r.to) {
		isTime := isTimed(&s.Items[r.to])
		r.wordFirst = r.wordFirst || r.to == n && !isTime
		r.wordLast = !isTime
		if isTime {
			r.times++
		} else {
			r.words++
		}
		r.to++
	}
	return r
}

// inRow reports whether item m goes on the row that begins with item n.
func (s *Set) inRow(n, m int) bool {
	a, b := &s.Items[n], &s.Items[m]
	if !rowKind(b) || a.Clause != b.Clause {
		return false
	}
	return a.Bracket == b.Bracket || s.onlyWords(m) || s.onlyWords(n)
}

// onlyWords reports whether item m is a word in a bracket without a time: 18:00(開場).
func (s *Set) onlyWords(m int) bool {
	it := &s.Items[m]
	if it.Kind != parse.Word || it.Bracket == 0 {
		return false
	}
	if headlines.Has(s.Doc.Text.At(int(it.From)-1)) || s.bracketGoesOn(it) {
		return false
	}
	return s.otherBracket(m-1, it) && s.otherBracket(m+1, it)
}

// headlines are the brackets of headings rather than asides.
var headlines = fold.SetOf("【[")

// bracketGoesOn reports whether a sentence follows the word in its bracket: (終了時間は
// 前後します).
func (s *Set) bracketGoesOn(it *parse.Item) bool {
	for i := int(it.To); i < int(it.To)+4; i++ {
		if c := s.Doc.Text.At(i); c == ')' || c == 0 {
			return false
		}
	}
	return s.Doc.Text.HasAny(int(it.To), "は", "が", "を", "に") > 0
}

// otherBracket reports whether item k is a word, or stands in another bracket than it.
func (s *Set) otherBracket(k int, it *parse.Item) bool {
	if k < 0 || k >= len(s.Items) {
		return true
	}
	return s.Items[k].Bracket != it.Bracket || s.Items[k].Kind == parse.Word
}

// assign finds the words of the times of a row.
func (s *Set) assign(r row) {
	asMany := r.words >= r.times
	post := asMany && r.wordLast && !r.wordFirst
	pre := r.wordFirst || r.words != r.times
	for k := r.from; k < r.to; k++ {
		if isTimed(&s.Items[k]) {
			s.nameTime(k, r, pre, post)
		}
	}
}

// nameTime finds the word of the time at k, on its left or right.
func (s *Set) nameTime(k int, r row, pre, post bool) {
	left, right := s.wordLeft(k), s.wordRight(k, r.to)
	leftFirst := (r.wordFirst || s.nearer(left, k)) && !s.gluedName(k, left, right)
	rightTaken := pre && s.nextTakes(right, r.to)
	order := [...]int{left, right}
	if post || !leftFirst {
		order = [...]int{right, left}
	}
	for _, w := range order {
		if w < 0 || w == right && rightTaken && !post {
			continue
		}
		s.claim(k, w)
		return
	}
}

// gluedName reports whether the word behind the time at k is glued to it and names it,
// and the one before it is only a label: 開催時間：20:00スタート.
func (s *Set) gluedName(k, left, right int) bool {
	if left < 0 || right < 0 || naming.Has(s.Items[left].Class) {
		return false
	}
	p := &s.Items[right]
	return p.From == s.Items[k].To && naming.Has(p.Class)
}

// inOrder finds the words of the times of a row where all words stand before all times,
// as many as these: 開場/開演 18:00/18:30.
func (s *Set) inOrder(r row) bool {
	n := r.words
	if n < 2 || n != r.times {
		return false
	}
	if s.wordsFrom(r.from) != n || s.Items[r.from].Class == s.Items[r.from+1].Class {
		return false
	}
	if heading.Has(s.Items[r.from].Class) { // 時間: 開場 18:00 / 花火 19:30
		return false
	}
	for k := r.from; k < r.from+n; k++ {
		s.claim(k+n, k)
	}
	return true
}

// heading are the words that head a row of times and name none of them.
var heading = lexicon.Of(lexicon.Time, lexicon.Label, lexicon.Event)

// wordsFrom returns how many words follow each other from item n on.
func (s *Set) wordsFrom(n int) int {
	k := n
	for k < len(s.Items) && s.Items[k].Kind == parse.Word {
		k++
	}
	return k - n
}

func (s *Set) claim(k, w int) {
	s.Owner[k] = s.Items[w].Class
	s.used[w] = true
}

// wordLeft returns the word directly before the time at k, -1 for none.
func (s *Set) wordLeft(k int) int {
	if k == 0 || s.used[k-1] {
		return -1
	}
	p, t := &s.Items[k-1], &s.Items[k]
	if p.Kind != parse.Word || p.Class == lexicon.Past {
		return -1
	}
	if !s.near(p.To, t.From) {
		return -1
	}
	if !s.reachesOver(p, t) {
		return -1
	}
	return k - 1
}

// reachesOver reports whether the word p may name the time t of its own clause, or as a
// label one of another.
func (s *Set) reachesOver(p, t *parse.Item) bool {
	return p.Clause == t.Clause || s.Doc.LineBegins(p.From) || s.Doc.IsLabel(p.To)
}

// near reports whether only marks, particles or a short aside stand in [i,j).
func (s *Set) near(i, j int32) bool {
	return s.Doc.Glue(i, j) || s.Doc.LightLong(i, j) || j-i < 12 && s.Doc.IsLabel(i)
}

// notBehind are the words that name no time before them.
var notBehind = lexicon.Of(
	lexicon.Time,
	lexicon.Past,
	lexicon.Undated,
	lexicon.Event,
	lexicon.Verb,
	lexicon.Label,
)

// wordRight returns the word directly behind the time at k, -1 for none.
func (s *Set) wordRight(k, end int) int {
	if k+1 >= end {
		return -1
	}
	t, p := &s.Items[k], &s.Items[k+1]
	if p.Kind != parse.Word || notBehind.Has(p.Class) {
		return -1
	}
	if s.namesNext(p, t) || !s.Doc.Glue(t.To, p.From) {
		return -1
	}
	if lexicon.Foreign.Has(p.Class) && s.onlyNeeded(p) { // 10:00〜16:00（予約制）
		return -1
	}
	return k + 1
}

// namesNext reports whether the word p behind the time t speaks of what follows it.
func (s *Set) namesNext(p, t *parse.Item) bool {
	if s.Doc.Text.Has(int(p.From), "最終日") {
		return true
	}
	if p.Bracket != t.Bracket {
		return p.Class == lexicon.Reserve
	}
	return s.Doc.IsLabel(p.To)
}

// nearer reports whether the word at l stands no farther from the time at k than from a
// time before it.
func (s *Set) nearer(l, k int) bool {
	if l < 1 || !s.InClause(l-1, &s.Items[l]) || !isTimed(&s.Items[l-1]) {
		return true
	}
	p := &s.Items[l]
	left := p.From - s.Items[l-1].To
	right := s.Items[k].From - p.To
	if left != right {
		return right < left
	}
	before := s.Doc.TimesOf(&s.Items[l-1])
	switch p.Class {
	case lexicon.Party:
		return true
	case lexicon.Doors:
		return before.Ranged() || s.minute(k) < s.minute(l-1)
	}
	return before.Ranged() || before.Open
}

// nextTakes reports whether the word at w belongs to the time behind it.
func (s *Set) nextTakes(w, end int) bool {
	if w < 0 || w+1 >= end || !isTimed(&s.Items[w+1]) {
		return false
	}
	return s.near(s.Items[w].To, s.Items[w+1].From) && s.nearer(w, w+1)
}

func (s *Set) minute(k int) int { return int(s.Doc.TimesOf(&s.Items[k]).A.Min) }
