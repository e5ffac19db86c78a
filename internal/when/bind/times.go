package bind

import (
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
	if c := s.Doc.Text.At(int(it.From) - 1); c == '【' || c == '[' || s.bracketGoesOn(it) {
		return false
	}
	return s.otherBracket(m-1, it) && s.otherBracket(m+1, it)
}

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

// assign gives the times of a row their words.
func (s *Set) assign(r row) {
	post := !r.wordFirst && r.wordLast && r.words >= r.times
	pre := r.wordFirst || r.words != r.times
	for k := r.from; k < r.to; k++ {
		if isTimed(&s.Items[k]) {
			s.nameTime(k, r, pre, post)
		}
	}
}

// nameTime gives the time at k the word on its left or right.
func (s *Set) nameTime(k int, r row, pre, post bool) {
	left, right := s.wordLeft(k), s.wordRight(k, r.to)
	leftFree := left >= 0 && !s.used[left]
	switch {
	case post && right >= 0:
		s.claim(k, right)
	case leftFree && (r.wordFirst || s.nearer(left, k)):
		s.claim(k, left)
	case right >= 0 && (!pre || !s.nextTakes(right, r.to)):
		s.claim(k, right)
	case leftFree:
		s.claim(k, left)
	}
}

// inOrder gives the times of a row their words where all words stand before all times,
// as many as these: 開場/開演 18:00/18:30.
func (s *Set) inOrder(r row) bool {
	n := r.words
	if n < 2 || n != r.times {
		return false
	}
	for k := r.from; k < r.from+n; k++ {
		if s.Items[k].Kind != parse.Word || !isTimed(&s.Items[k+n]) {
			return false
		}
		if k > r.from && s.Items[k].Class == s.Items[r.from].Class {
			return false
		}
	}
	for k := r.from; k < r.from+n; k++ {
		s.claim(k+n, k)
	}
	return true
}

func (s *Set) claim(k, w int) {
	s.Owner[k] = s.Items[w].Class
	s.used[w] = true
}

// wordLeft returns the word directly before the time at k, -1 for none.
func (s *Set) wordLeft(k int) int {
	if k == 0 {
		return -1
	}
	p := &s.Items[k-1]
	t := &s.Items[k]
	if p.Kind != parse.Word || p.Class == lexicon.Past || !s.near(p.To, t.From) {
		return -1
	}
	if p.Clause != t.Clause && !s.Doc.LineBegins(p.From) && !s.Doc.IsLabel(p.To) {
		return -1
	}
	return k - 1
}

// near reports whether only marks, particles or a short aside stand in [i,j).
func (s *Set) near(i, j int32) bool {
	return s.Doc.Glue(i, j) || s.Doc.LightLong(i, j) || j-i < 12 && s.Doc.IsLabel(i)
}

// notBehind are the words that name no time before them.
var notBehind = lexicon.Of(lexicon.Time, lexicon.Past, lexicon.Undated, lexicon.Event, lexicon.Verb, lexicon.Label)

// wordRight returns the word directly behind the time at k, -1 for none.
func (s *Set) wordRight(k, end int) int {
	if k+1 >= end {
		return -1
	}
	t, p := &s.Items[k], &s.Items[k+1]
	if p.Kind != parse.Word || notBehind.Has(p.Class) || s.Doc.Text.Has(int(p.From), "最終日") {
		return -1
	}
	sameBracket := p.Bracket == t.Bracket
	if sameBracket && s.Doc.IsLabel(p.To) || !sameBracket && p.Class == lexicon.Reserve {
		return -1
	}
	if !s.Doc.Glue(t.To, p.From) {
		return -1
	}
	return k + 1
}

// nearer reports whether the word at l stands no farther from the time at k than from a
// time before it.
func (s *Set) nearer(l, k int) bool {
	if l == 0 || !isTimed(&s.Items[l-1]) || s.Items[l-1].Clause != s.Items[l].Clause {
		return true
	}
	left := s.Items[l].From - s.Items[l-1].To
	right := s.Items[k].From - s.Items[l].To
	if left != right {
		return right < left
	}
	before := s.Doc.TimesOf(&s.Items[l-1])
	if before.Ranged() || before.Open || s.Items[l].Class == lexicon.Party {
		return true
	}
	return s.Items[l].Class == lexicon.Doors && s.minute(k) < s.minute(l-1)
}

// nextTakes reports whether the word at w belongs to the time behind it.
func (s *Set) nextTakes(w, end int) bool {
	if w+1 >= end || !isTimed(&s.Items[w+1]) {
		return false
	}
	return s.near(s.Items[w].To, s.Items[w+1].From) && s.nearer(w, w+1)
}

func (s *Set) minute(k int) int { return int(s.Doc.TimesOf(&s.Items[k]).A.Min) }
