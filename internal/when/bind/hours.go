package bind

import (
	"slices"

	"koyomi/internal/when/lexicon"
	"koyomi/internal/when/parse"
)

// maxHours bounds how many items behind a date its times may stand.
const maxHours = 60

// naming are the words that name a time of an event.
var naming = lexicon.Of(lexicon.Start, lexicon.Doors, lexicon.End)

// Hours appends the times that belong to the candidate k. Other candidates close the
// search, except those that are refused: their lines belong to others, but what comes
// behind them may be the event's.
func (s *Set) Hours(dst []int, k int, field bool, refused func(k int) bool) []int {
	c := &s.Candidates[k]
	it := s.ItemOf(c)
	h := hours{s: s, c: c, it: it, field: field, out: dst, first: len(dst)}
	passed := int32(-1)
	for n := c.Item + 1; n < min(len(s.Items), c.Item+maxHours); n++ {
		p := &s.Items[n]
		switch {
		case p.Kind == parse.Time:
			if !h.foreign(n, passed) && h.reaches(n) {
				h.out = append(h.out, n)
			}
		case p.Kind != parse.Date && it.Kind == parse.Date:
		case s.dated(n):
			if o := s.CandidateOf(n); !refused(o) && !h.aside(p) {
				n = len(s.Items)
			} else {
				passed = p.Clause
			}
		}
	}
	if len(h.out) == h.first {
		h.before()
	}
	return h.out
}

// hours collects the times of one candidate.
type hours struct {
	s     *Set
	c     *Candidate
	it    *parse.Item
	field bool
	out   []int
	first int
}

// aside reports whether a further date only stands in a bracket of the same clause.
func (h *hours) aside(p *parse.Item) bool {
	return p.Bracket != 0 && h.it.Bracket != p.Bracket && h.it.Clause == p.Clause
}

// foreign reports whether the time at n belongs to something else: a date that was
// passed, a note, a deadline, a party.
func (h *hours) foreign(n int, passed int32) bool {
	s := h.s
	p, owner := &s.Items[n], s.Owner[n]
	if lexicon.Foreign.Has(owner) || owner == lexicon.Party {
		return true
	}
	if p.Note && !h.it.Note && owner != lexicon.End {
		return true
	}
	return p.Clause == passed && (p.Bracket == 0 || s.Items[n-1].Kind == parse.Date)
}

// maxLines bounds how many lines below a date its times may stand.
const (
	maxLines      = 10
	maxFieldLines = 40
)

// reaches reports whether the time at n may belong to the date.
func (h *hours) reaches(n int) bool {
	s := h.s
	p, owner := &s.Items[n], s.Owner[n]
	if s.dayBefore(int(p.From)) || s.clauseTakes(h.c.Item, n) {
		return false
	}
	if p.Clause == h.it.Clause {
		return true
	}
	limit := int16(maxLines)
	if h.field {
		limit = maxFieldLines
	}
	if p.Line-h.it.Line > limit {
		return false
	}
	if len(h.out) > h.first {
		return naming.Has(owner) || s.SecondPart(n)
	}
	if naming.Has(owner) || s.labelled(owner) || s.begins(int(p.From)) {
		return true
	}
	return h.closeBy(p)
}

// closeBy reports whether the time p stands so close to the date that it needs no name:
// on its line, a range on the line below, anything below a line that holds the date
// alone.
func (h *hours) closeBy(p *parse.Item) bool {
	d := h.s.Doc
	below := p.Line - h.it.Line
	alone := d.LineBegins(h.it.From) && d.LineEnds(h.it.To)
	switch {
	case below == 0:
		return p.Clause-h.it.Clause <= 3
	case h.field:
		return p.Clause-h.it.Clause <= 3
	case below == 1:
		return alone || d.TimesOf(p).Ranged()
	}
	return below <= 3 && alone
}

func (s *Set) labelled(owner lexicon.Class) bool {
	switch owner {
	case lexicon.Time, lexicon.Event, lexicon.Label, lexicon.Verb, lexicon.Topic:
		return true
	}
	return false
}

// SecondPart reports whether the time at n begins the afternoon of a day whose morning
// was told before: 午後の部 13時30分.
func (s *Set) SecondPart(n int) bool {
	t := s.Doc.Text
	for i := int(s.Items[n].From) - 1; i > 0 && i > int(s.Items[n].From)-8; i-- {
		if t.Has(i, "後の部") || t.Has(i, "夜の部") || t.Has(i, "第2部") {
			return true
		}
	}
	return s.Doc.TimesOf(&s.Items[n]).A.Half == 2 && t.Has(int(s.Items[n].From), "午後の部")
}

// clauseTakes reports whether a word between the date at n and the time at k takes the
// time away: 5/28(木) 申込は18:00まで.
func (s *Set) clauseTakes(n, k int) bool {
	if s.Owner[k] != lexicon.None {
		return false
	}
	for j := k - 1; j > n; j-- {
		p := &s.Items[j]
		if p.Clause != s.Items[k].Clause || p.Kind == parse.Time {
			return false
		}
		if p.Kind != parse.Word {
			continue
		}
		if lexicon.Own.Has(p.Class) {
			return false
		}
		if s.takes(p, &s.Items[k]) {
			return true
		}
	}
	return false
}

// takes reports whether the word p takes the time away.
func (s *Set) takes(p, time *parse.Item) bool {
	if p.Class == lexicon.Party {
		return p.Bracket == time.Bracket
	}
	return lexicon.Foreign.Has(p.Class) && p.Class != lexicon.Reserve && !s.onlyNeeded(p)
}

// dayBefore reports whether 前日 or the like stands before the time at i.
func (s *Set) dayBefore(i int) bool {
	t := s.Doc.Text
	for i--; i > 0 && (t.At(i) == ' ' || t.At(i) == 'の'); i-- {
	}
	return t.At(i) == '日' && t.At(i-1) == '前'
}

// opening are the marks at which a line, cell or item begins.
var opening = map[rune]bool{':': true, '\n': true, '|': true, '】': true, '•': true}

// begins reports whether the time at i begins its line, or stands behind a label.
func (s *Set) begins(i int) bool {
	j := i
	if s.Doc.Text.Has(i-5, "from ") || s.Doc.Text.Has(i-3, "at ") {
		j -= 3
	}
	if s.Doc.Text.Has(i-5, "from ") {
		j -= 2
	}
	for j > 0 && j > i-6 && s.Doc.Light(int32(j-1), int32(j)) {
		j--
		if opening[s.Doc.Text.At(j)] {
			return true
		}
	}
	return j == 0
}

// before collects the times that stand directly before the date: 19:00〜 5月28日.
func (h *hours) before() {
	s := h.s
	end := h.it.From
	for n := h.c.Item - 1; n >= 0; n-- {
		p := &s.Items[n]
		if p.Kind == parse.Word {
			continue
		}
		if !h.leadsTo(n, end) {
			break
		}
		h.out = append(h.out, n)
		end = p.From
	}
	slices.Reverse(h.out[h.first:])
}

// leadsTo reports whether item n is a time that belongs to the date at end.
func (h *hours) leadsTo(n int, end int32) bool {
	s := h.s
	p, owner := &s.Items[n], s.Owner[n]
	if p.Kind != parse.Time || p.Clause != h.it.Clause {
		return false
	}
	if lexicon.Foreign.Has(owner) || owner == lexicon.Party || s.followsDate(n) {
		return false
	}
	return s.Doc.Glue(p.To, end) || s.between(p.To, end)
}

// followsDate reports whether a date stands directly before the time at n.
func (s *Set) followsDate(n int) bool {
	for n--; n >= 0 && s.Items[n].Kind == parse.Time; n-- {
	}
	return n >= 0 && s.Items[n].Kind == parse.Date && s.Items[n].Clause == s.Items[n+1].Clause && s.Doc.Glue(s.Items[n].To, s.Items[n+1].From)
}

// links may stand between a time and the date behind it.
var links = [...]string{" on ", ", on ", " of ", " - on ", " this ", " on the ", " in the evening of "}

func (s *Set) between(i, j int32) bool {
	for _, w := range links {
		if int(j-i) == len(w) && s.Doc.Text.Has(int(i), w) {
			return true
		}
	}
	return false
}
