package bind

import (
	"slices"

	"koyomi/internal/when/fold"
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
	h := hours{
		s:      s,
		c:      c,
		it:     s.ItemOf(c),
		field:  field,
		out:    dst,
		first:  len(dst),
		passed: -1,
	}
	for n := c.Item + 1; n < min(len(s.Items), c.Item+maxHours); n++ {
		if s.Items[n].Kind == parse.Time {
			h.take(n)
		} else if h.closed(n, refused) {
			break
		}
	}
	if len(h.out) == h.first {
		h.before()
	}
	return h.out
}

// take adds the time of item n if it belongs to the date.
func (h *hours) take(n int) {
	if !h.foreign(n) && h.reaches(n) {
		h.out = append(h.out, n)
	}
}

// closed reports whether item n is a date that ends the reach of the one before it.
func (h *hours) closed(n int, refused func(k int) bool) bool {
	p := &h.s.Items[n]
	lesser := h.it.Kind == parse.Date && p.Kind != parse.Date
	if lesser || !h.s.dated(n) {
		return false
	}
	if h.aside(p) || refused(h.s.CandidateOf(n)) {
		h.passed = p.Clause
		return false
	}
	return true
}

// hours collects the times of one candidate.
type hours struct {
	s      *Set
	c      *Candidate
	it     *parse.Item
	field  bool
	out    []int
	first  int
	passed int32 // the clause of a date that was refused
}

// aside reports whether a further date only stands in a bracket of the same clause.
func (h *hours) aside(p *parse.Item) bool {
	return p.Bracket != 0 && h.it.Bracket != p.Bracket && h.it.Clause == p.Clause
}

// foreign reports whether the time at n belongs to something else: a date that was
// passed, a note, a deadline, a party.
func (h *hours) foreign(n int) bool {
	p, owner := &h.s.Items[n], h.s.Owner[n]
	if others.Has(owner) {
		return true
	}
	if p.Note && !h.it.Note {
		return owner != lexicon.End
	}
	if p.Clause != h.passed {
		return false
	}
	return p.Bracket == 0 || h.s.Items[n-1].Kind == parse.Date
}

// others are the words that take a time away from an event.
var others = lexicon.Foreign | lexicon.Of(lexicon.Party)

// maxLines bounds how many lines below a date its times may stand.
const (
	maxLines      = 10
	maxFieldLines = 40
)

// reaches reports whether the time at n may belong to the date.
func (h *hours) reaches(n int) bool {
	s := h.s
	p := &s.Items[n]
	if s.dayBefore(int(p.From)) || s.clauseTakes(h.c.Item, n) {
		return false
	}
	if p.Clause == h.it.Clause {
		return true
	}
	if p.Line-h.it.Line > h.limit() {
		return false
	}
	return h.fromBelow(n)
}

// fromBelow reports whether the time at n, of a later clause, belongs to the date: it is
// named, or begins a line, or stands close by.
func (h *hours) fromBelow(n int) bool {
	p, owner := &h.s.Items[n], h.s.Owner[n]
	if len(h.out) > h.first {
		return naming.Has(owner) || h.s.SecondPart(n) || h.afterDoors(p)
	}
	if labelling.Has(owner) {
		return true
	}
	return h.s.begins(int(p.From)) || h.closeBy(p)
}

// afterDoors reports whether only doors were told so far, and the time p stands on their
// line or the next: it is the programme's, by whatever name (開場 12:30 / 式典 13:00).
func (h *hours) afterDoors(p *parse.Item) bool {
	for _, n := range h.out[h.first:] {
		if h.s.Owner[n] != lexicon.Doors {
			return false
		}
	}
	last := &h.s.Items[h.out[len(h.out)-1]]
	return p.Line-last.Line <= 1
}

// limit is how many lines below the date its times may stand.
func (h *hours) limit() int16 {
	if h.field {
		return maxFieldLines
	}
	return maxLines
}

// closeBy reports whether the time p stands so close to the date that it needs no name:
// on its line, a range on the line below, anything below a line that holds the date
// alone.
func (h *hours) closeBy(p *parse.Item) bool {
	d := h.s.Doc
	below := p.Line - h.it.Line
	if below == 0 || h.field {
		return p.Clause-h.it.Clause <= 3
	}
	if d.LineBegins(h.it.From) && d.LineEnds(h.it.To) {
		return below <= 3
	}
	return below == 1 && d.TimesOf(p).Ranged()
}

// labelling are the words that name a time lines below its date.
var labelling = naming | lexicon.Of(
	lexicon.Time,
	lexicon.Event,
	lexicon.Label,
	lexicon.Verb,
	lexicon.Topic,
)

// SecondPart reports whether the time at n begins the afternoon of a day whose morning
// was told before: 午後の部 13時30分.
func (s *Set) SecondPart(n int) bool {
	t := s.Doc.Text
	from := int(s.Items[n].From)
	for i := max(0, from-8); i < from; i++ {
		if t.HasAny(i, "後の部", "夜の部", "第2部") > 0 {
			return true
		}
	}
	return false
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
var opening = fold.SetOf(":\n|】•")

// begins reports whether the time at i begins its line, or stands behind a label.
func (s *Set) begins(i int) bool {
	t := s.Doc.Text
	for _, w := range [...]string{"from ", "at "} {
		if t.Has(i-len(w), w) {
			i -= len(w)
		}
	}
	from := max(0, i-6)
	for j := i - 1; j >= from && s.Doc.Light(int32(j), int32(j+1)); j-- {
		if opening.Has(t.At(j)) {
			return true
		}
	}
	return i == 0
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
	p := &s.Items[n]
	if p.Kind != parse.Time || p.Clause != h.it.Clause {
		return false
	}
	if others.Has(s.Owner[n]) || s.followsDate(n) {
		return false
	}
	return s.Doc.Glue(p.To, end) || s.between(p.To, end)
}

// followsDate reports whether a date stands directly before the time at n.
func (s *Set) followsDate(n int) bool {
	k := n - 1
	for s.InClause(k, &s.Items[n]) && s.Items[k].Kind == parse.Time {
		k--
	}
	if !s.InClause(k, &s.Items[n]) || s.Items[k].Kind != parse.Date {
		return false
	}
	return s.Doc.Glue(s.Items[k].To, s.Items[k+1].From)
}

// links may stand between a time and the date behind it.
var links = [...]string{
	" on ",
	", on ",
	" of ",
	" - on ",
	" this ",
	" on the ",
	" in the evening of ",
}

func (s *Set) between(i, j int32) bool {
	for _, w := range links {
		if int(j-i) == len(w) && s.Doc.Text.Has(int(i), w) {
			return true
		}
	}
	return false
}
