// Package bind ties what package parse has found together, as far as the writing does:
// words to the times they name, times to dates, and to each date the words that hold it
// from before and behind. It weighs nothing; that is for package judge.
package bind

import (
	"koyomi/internal/when/lexicon"
	"koyomi/internal/when/parse"
)

// A Candidate is a date, a rule or a weekday that may be the event's.
type Candidate struct {
	Item   int // in Set.Items
	Before Hold
	Behind Hold
	Above  Hold // a heading or label on a line above
	Tail   Tail
	Tense  Tense
	Ends   bool // labelled as an end: 終了日, dtend
	Moved  bool // 〜に変更
}

// A Hold is the word that stands beside a date.
type Hold struct {
	Class lexicon.Class // None for no word
	Set   lexicon.Set
	Tight bool // only marks and particles between
	Label bool // a colon or bar behind it, or tight
	Gap   int  // runes between
}

// Foreign reports whether the word takes the date away from an event.
func (h *Hold) Foreign() bool { return lexicon.Foreign.Has(h.Class) }

// LastDay reports whether the date is a last day without a first: 5月28日まで, by May 28.
func (c *Candidate) LastDay() bool { return c.Tail == TailUntil || c.Tail == TailBy }

// Held reports whether a label or what is glued to the date takes it away.
func (c *Candidate) Held() bool {
	before := c.Before.Foreign() && c.Before.Label
	behind := c.Behind.Foreign() && c.Behind.Tight
	return before || behind || c.Tail != TailNone
}

// Set is what was bound in one text; its slices are used again.
type Set struct {
	Doc        *parse.Doc
	Items      []parse.Item // without the words that only describe
	Owner      []lexicon.Class
	Candidates []Candidate
	used       []bool
}

// describing are the words that say nothing of the dates and times beside them.
var describing = lexicon.Of(
	lexicon.None,
	lexicon.Place,
	lexicon.Fee,
	lexicon.Noun,
	lexicon.News,
	lexicon.Former,
)

// Bind fills s from d.
func (s *Set) Bind(d *parse.Doc) {
	*s = Set{
		Doc:        d,
		Items:      s.Items[:0],
		Owner:      s.Owner[:0],
		Candidates: s.Candidates[:0],
		used:       s.used[:0],
	}
	for i := range d.Items {
		it := &d.Items[i]
		if it.Kind == parse.Word && describing.Has(it.Class) || it.Kind == parse.Year {
			continue
		}
		s.Items = append(s.Items, *it)
		s.Owner = append(s.Owner, lexicon.None)
		s.used = append(s.used, false)
	}
	s.nameTimes()
	for n := range s.Items {
		if s.dated(n) {
			s.Candidates = append(s.Candidates, s.candidate(n))
		}
	}
	for k := 1; k < len(s.Candidates); k++ {
		s.inherit(k)
	}
}

// inherit copies the label of the candidate before k where both stand in cells of one row
// and nothing else is said: a heading cell, then a day in each cell behind it.
func (s *Set) inherit(k int) {
	a, b := &s.Candidates[k-1], &s.Candidates[k]
	if !a.Before.Label || b.held() {
		return
	}
	x, y := s.ItemOf(a), s.ItemOf(b)
	if x.Kind != parse.Date || y.Kind != parse.Date || x.Cell == y.Cell {
		return
	}
	if s.Doc.Light(s.endWithTimes(a.Item), y.From) {
		b.Before = a.Before
	}
}

// held reports whether a word holds the date.
func (c *Candidate) held() bool {
	none := lexicon.None
	return c.Before.Class != none || c.Above.Class != none || c.Behind.Class != none
}

// endWithTimes returns where item n ends with the times behind it.
func (s *Set) endWithTimes(n int) int32 {
	end := s.Items[n].To
	for k := n + 1; s.InClause(k, &s.Items[n]) && isTimed(&s.Items[k]); k++ {
		end = s.Items[k].To
	}
	return end
}

// dated reports whether item n may be an event's date.
func (s *Set) dated(n int) bool {
	switch it := &s.Items[n]; it.Kind {
	case parse.Date, parse.Rule:
		return true
	case parse.Weekday:
		return it.X < 7
	}
	return false
}

func (s *Set) candidate(n int) Candidate {
	c := Candidate{Item: n}
	s.before(n, &c)
	s.behind(n, &c)
	c.Tail = s.tail(n)
	if c.Before.Class == lexicon.Moved {
		s.movedTo(&c)
	}
	if c.Tense == TenseNone {
		c.Tense = s.clauseTense(n)
	}
	if c.Moved {
		c.Tense = TenseToCome
	}
	return c
}

// movedTo marks a date that an event was moved to: postponed till Oct. 2, 延期：6/15→6/22.
func (s *Set) movedTo(c *Candidate) {
	it := s.ItemOf(c)
	if it.Kind == parse.Date && c.Before.Label && s.Doc.FirstDay(it).Has(parse.Joined) {
		c.Moved = true
	}
	if s.Doc.Japanese {
		return
	}
	to := s.Doc.Text.Has(int(s.ItemOf(c).From)-len("to "), "to ")
	if to || c.Tail == TailUntil {
		c.Moved, c.Tail = true, TailNone
	}
}

// ItemOf returns the item of c.
func (s *Set) ItemOf(c *Candidate) *parse.Item { return &s.Items[c.Item] }

// CandidateOf returns the index of the candidate of item n, -1 for none.
func (s *Set) CandidateOf(n int) int {
	for k := range s.Candidates {
		if s.Candidates[k].Item == n {
			return k
		}
	}
	return -1
}

// isTimed reports whether an item is a time.
func isTimed(it *parse.Item) bool { return it.Kind == parse.Time }

// InClause reports whether there is an item n, in the clause of it.
func (s *Set) InClause(n int, it *parse.Item) bool {
	return n >= 0 && n < len(s.Items) && s.Items[n].Clause == it.Clause
}

// MovedBeside reports whether another candidate than k is the one moved to.
func (s *Set) MovedBeside(k int) bool {
	for n := range s.Candidates {
		if n != k && s.Candidates[n].Moved {
			return true
		}
	}
	return false
}
