package bind

import (
	"koyomi/internal/when/fold"
	"koyomi/internal/when/lexicon"
	"koyomi/internal/when/parse"
)

// reach bounds how many items are looked at on either side of a date.
const reach = 24

// passing are the words that a search for what holds a date goes past.
var passing = lexicon.Of(lexicon.Time, lexicon.Party, lexicon.Undated, lexicon.Past)

// before finds the word that holds item n from before, in its clause, else on the
// lines above.
func (s *Set) before(n int, c *Candidate) {
	it := &s.Items[n]
	k := n - 1
	for ; s.InClause(k, it); k-- {
		p := &s.Items[k]
		if p.Kind != parse.Word || s.belongsBefore(k, n) {
			continue
		}
		if !passing.Has(p.Class) {
			c.Before = s.hold(p.To, it.From, p)
			c.Ends = p.Class == lexicon.End && c.Before.Label
			return
		}
		c.tell(p)
	}
	s.above(k, n, c)
}

// tell takes the tense of a word that the search goes past.
func (c *Candidate) tell(p *parse.Item) {
	if p.Class == lexicon.Past {
		c.Tense = TensePast
	}
}

// hold describes the word p beside a date; [i,j) is what stands between.
func (s *Set) hold(i, j int32, p *parse.Item) Hold {
	tight := s.Doc.LightLong(i, j)
	return Hold{
		Class: p.Class,
		Set:   p.Set,
		Tight: tight,
		Label: tight || s.Doc.IsLabel(p.To),
		Gap:   int(j - i),
	}
}

// belongsBefore reports whether the word at k belongs to a date or time before it
// rather than to item n behind it: 10月4日に開催、10月5日に….
func (s *Set) belongsBefore(k, n int) bool {
	p, next := &s.Items[k], &s.Items[n]
	if !s.InClause(k-1, p) || s.Doc.IsLabel(p.To) {
		return false
	}
	q := &s.Items[k-1]
	if !isMoment(q) || !s.Doc.Glue(q.To, p.From) {
		return false
	}
	if k+1 < n || !s.Doc.LightLong(p.To, next.From) {
		return true
	}
	return p.From-q.To < next.From-p.To
}

// isMoment reports whether words may hold the item it.
func isMoment(it *parse.Item) bool {
	switch it.Kind {
	case parse.Date, parse.Time, parse.Rule:
		return true
	}
	return false
}

// maxAbove bounds how many lines above a date its heading may stand.
const maxAbove = 4

// above looks for a label in the cell before, or a heading alone on a line above.
func (s *Set) above(k, n int, c *Candidate) {
	it := &s.Items[n]
	for ; k >= max(0, n-reach); k-- {
		p := &s.Items[k]
		passes := passing.Has(p.Class) && p.Line == it.Line
		if p.Kind == parse.Word && !passes {
			s.heading(p, it, c)
			return
		}
		if p.Kind == parse.Date || p.Kind == parse.Rule {
			return
		}
	}
}

// heading takes the word p, of another clause, as a label or a heading of it.
func (s *Set) heading(p, it *parse.Item, c *Candidate) {
	if passing.Has(p.Class) {
		return
	}
	h := Hold{Class: p.Class, Set: p.Set, Gap: int(it.From - p.To)}
	if s.labels(p, it) || s.cellBefore(p, it) {
		h.Tight, h.Label = true, true
		c.Before, c.Ends = h, p.Class == lexicon.End
		return
	}
	if s.alone(p) && p.Line < it.Line && it.Line-p.Line <= maxAbove {
		c.Above = h
	}
}

// labels reports whether the word p, of another clause, is the label of it.
func (s *Set) labels(p, it *parse.Item) bool {
	if !s.Doc.LightLong(p.To, it.From) {
		return false
	}
	return s.Doc.LineBegins(p.From) || s.Doc.IsLabel(p.To)
}

// cellBefore reports whether the word p stands in the cell before that of it.
func (s *Set) cellBefore(p, it *parse.Item) bool {
	if p.Line != it.Line || p.Cell != it.Cell-1 {
		return false
	}
	return s.Doc.Light(p.To, it.From)
}

// alone reports whether the word p is all that its line holds.
func (s *Set) alone(p *parse.Item) bool {
	return s.Doc.LineBegins(p.From) && s.Doc.LineEnds(p.To)
}

// behind finds the word that holds item n from behind, in its clause.
func (s *Set) behind(n int, c *Candidate) {
	it := &s.Items[n]
	end := it.To
	for k := n + 1; s.InClause(k, it); k++ {
		p := &s.Items[k]
		over := false
		switch p.Kind {
		case parse.Time:
			end = s.glued(end, p)
		case parse.Word:
			over = s.behindWord(k, end, c)
		default:
			over = s.closes(p, it, k == n+1)
		}
		if over {
			return
		}
	}
}

// glued returns where p ends if it is glued to what ends at end, else end.
func (s *Set) glued(end int32, p *parse.Item) int32 {
	if s.Doc.Glue(end, p.From) {
		return p.To
	}
	return end
}

// closes reports whether a further date ends the reach of the one before it.
func (s *Set) closes(p, it *parse.Item, next bool) bool {
	if p.Kind == parse.Weekday || p.Bracket != it.Bracket {
		return false
	}
	return !next || p.Kind != parse.Date || !s.Doc.FirstDay(p).Has(parse.Relative)
}

// behindWord takes the word at k if it holds the date of c, which with its times ends
// at end; it reports whether the search is over.
func (s *Set) behindWord(k int, end int32, c *Candidate) bool {
	p := &s.Items[k]
	tight := s.Doc.Glue(end, p.From)
	if passing.Has(p.Class) {
		c.tell(p)
		return false
	}
	if s.Doc.IsLabel(p.To) {
		return true
	}
	if !tight && s.leads(k) {
		return true
	}
	if lexicon.Foreign.Has(p.Class) && s.Aside(p) {
		return false
	}
	c.Moved = tight && p.Class == lexicon.Moved && s.leadsThere(end, p.From)
	if c.Tense == TenseNone {
		c.Tense = s.verbTense(int(p.To))
	}
	c.Behind = Hold{
		Class: p.Class,
		Set:   p.Set,
		Tight: tight,
		Gap:   int(p.From - end),
	}
	return true
}

// leadsThere reports whether [i,j) says that something was moved to the date before it:
// 6月15日に延期, 6月15日(土)へ変更; or nothing stands there.
func (s *Set) leadsThere(i, j int32) bool {
	for k := i; k < j; k++ {
		switch s.Doc.Text.At(int(k)) {
		case 'に', 'へ', '→', 'と':
			return true
		}
	}
	return i == j
}

// leads reports whether the word at k is the label of what follows it.
func (s *Set) leads(k int) bool {
	p := &s.Items[k]
	if !s.InClause(k+1, p) || verbTail.Has(s.Doc.Text.At(int(p.To))) {
		return false
	}
	q := &s.Items[k+1]
	return isMoment(q) && s.Doc.Light(p.To, q.From)
}

var verbTail = fold.SetOf("さしすれい")

// asides are what stands behind a word of registration and the like that begins a topic
// of its own (申込はこちら, 申込不要) and says nothing of the date.
var asides = [...]string{
	"は", "も", "フォーム", "ページ", "サイト", "方法", "不要", "必要", "要", "制", "先", "者", "費", "料", "枠", "について", "に関", "の方", "する方", "される方",
	"希望", "ください", "下さい", "ボタン", "url", "不可", "無料", "なし", "書", "などは", "等は", "いただ", "頂", "に参加", "に出", "画面", "状況", "案内", "要項", "のお", "中",
}

// needed are those among them that say whether something is needed.
var needed = [...]string{"不要", "必要", "要", "制", "無料", "なし", "者", "費", "料"}

// Aside reports whether a word is a topic of its own.
func (s *Set) Aside(p *parse.Item) bool {
	before := s.Doc.Text.At(int(p.From) - 1)
	if before == '要' || before == '無' || s.Doc.Text.Has(int(p.From)-3, "要事前") {
		return true
	}
	return s.Doc.Text.HasAny(int(p.To), asides[:]...) > 0
}

// onlyNeeded reports whether a word only says that something is needed: 申込不要.
func (s *Set) onlyNeeded(p *parse.Item) bool {
	return s.Doc.Text.At(int(p.From)-1) == '要' ||
		s.Doc.Text.HasAny(int(p.To), needed[:]...) > 0
}
