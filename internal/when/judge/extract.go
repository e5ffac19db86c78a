package judge

import (
	"math/bits"

	"koyomi/internal/when/bind"
	"koyomi/internal/when/fold"
	"koyomi/internal/when/lexicon"
	"koyomi/internal/when/parse"
	"koyomi/internal/when/resolve"
)

// A Case is what the features of one text are taken from.
type Case struct {
	Set   *bind.Set
	Days  []resolve.Days
	Ref   int  // day number of the publication
	Field bool // the text is the value of a date field

	keys keyCount  // of the text
	x    extractor // used again for each candidate
}

// Load sets the candidates of a text and what each is read as.
func (q *Case) Load(s *bind.Set, days []resolve.Days) {
	q.Set, q.Days = s, days
	if len(days) > 0 {
		q.keys = countKeys(s.Doc.Text)
	}
}

// Features appends what can be said of candidate k to dst; each feature once.
func (q *Case) Features(dst []Feature, k int) []Feature {
	x := &q.x
	*x = extractor{out: dst}
	x.subject.look(q, k)
	x.ask(plain[:])
	if x.time != nil {
		x.ask(ofTimes[:])
	}
	if x.key.found {
		x.ask(ofKeys[:])
	}
	x.neighbours()
	x.signs()
	x.times()
	x.holds()
	x.around()
	for i := range derived {
		if derived[i].is(x) {
			x.add(derived[i].Feature)
		}
	}
	return x.out
}

// ask adds the features of the questions that hold.
func (x *extractor) ask(questions []question) {
	for i := range questions {
		if questions[i].is(&x.subject) {
			x.add(questions[i].Feature)
		}
	}
}

// inFields are the features that count in the value of a date field, besides the words
// that hold the date: whose the field is, the caller knows, whatever the date looks like.
var inFields = setOf(
	Field,
	KindRule,
	KindWeekday,
	KindRelative,
	First,
	Last,
	Only,
	TimeNone,
	TimeRange,
	DaysRange,
	DaysList,
	Ends,
	EndFollows,
	Moved,
	MovedElsewhere,
	InBracket,
	InNote,
)

func setOf(features ...Feature) (s Set) {
	for _, f := range features {
		s[f/64] |= 1 << (f % 64)
	}
	return s
}

// extractor collects the features of one candidate.
type extractor struct {
	subject
	set Set
	out []Feature

	shield lexicon.Set // classes that do not count
}

// A Set is a set of features.
type Set [NFeatures/64 + 1]uint64

// Has reports whether f is in s.
func (s *Set) Has(f Feature) bool { return s[f/64]&(1<<(f%64)) != 0 }

func (x *extractor) add(f Feature) {
	if x.set.Has(f) {
		return
	}
	if x.Field && f < nScalars && !inFields.Has(f) {
		return
	}
	x.set[f/64] |= 1 << (f % 64)
	x.out = append(x.out, f)
}

func (x *extractor) has(f Feature) bool { return x.set.Has(f) }

// word adds the feature of a word and that of its group.
func (x *extractor) word(family int, c lexicon.Class) {
	x.add(Word(family, c))
	if g, ok := Group(family, c); ok {
		x.add(g)
	}
}

// signFeatures say with which signs a date is written.
var signFeatures = map[rune]Feature{
	'月': FormKanji,
	'日': FormKanji,
	'/': FormSlash,
	'.': FormDot,
	'令': FormEra,
	'平': FormEra,
	'昭': FormEra,
}

// signRunes are the signs of signFeatures.
var signRunes = fold.SetOf("月日/.令平昭")

func (x *extractor) signs() {
	if x.day == nil || x.day.Has(coded) {
		return
	}
	for _, r := range x.doc.Text[x.day.From:x.day.To] {
		if signRunes.Has(r.R) {
			x.add(signFeatures[r.R])
		}
	}
}

// ownerFeatures say which words name the times of the date.
var ownerFeatures = [lexicon.NClasses]Feature{
	lexicon.Start: TimeStart,
	lexicon.Doors: TimeDoors,
	lexicon.End:   TimeEnd,
}

// times says which words name the times behind the date, in its clause.
func (x *extractor) times() {
	for n := x.c.Item + 1; x.Set.InClause(n, x.it); n++ {
		if x.Set.Items[n].Kind == parse.Date {
			return
		}
		if f := ownerFeatures[x.Set.Owner[n]]; f != 0 {
			x.add(f)
		}
	}
}

// nearGap is how far a word is near, in runes.
const nearGap = 24

// holds says which words hold the date.
func (x *extractor) holds() {
	b := &x.c.Before
	x.hold(b, [...]int{BeforeTight, BeforeNear, BeforeFar})
	if b.Label && !b.Tight {
		x.word(BeforeLabel, b.Class)
	}
	x.hold(&x.c.Behind, [...]int{BehindTight, BehindNear, BehindFar})
	if above := x.c.Above.Class; above != lexicon.None {
		x.word(Above, above)
	}
	if x.c.Tail != bind.TailNone {
		x.add(TailFeature(x.c.Tail))
	}
}

// hold adds the word h in the family of its distance: tight, near or far.
func (x *extractor) hold(h *bind.Hold, families [3]int) {
	if h.Class == lexicon.None {
		return
	}
	distance := 2
	if h.Gap < nearGap {
		distance = 1
	}
	if h.Tight {
		distance = 0
	}
	x.word(families[distance], h.Class)
}

// around says which words stand in the clause, on the line, beside it, in the text.
func (x *extractor) around() {
	if x.Field {
		return
	}
	x.shield = x.shielded()
	for i := range x.doc.Items {
		p := &x.doc.Items[i]
		for set := p.Set &^ x.shield; set != 0; set &= set - 1 {
			x.wordAround(p, lexicon.Class(bits.TrailingZeros32(uint32(set))))
		}
	}
}

// shielded returns the classes that no longer count: where a word of the event stands
// at the date, those of other owners farther off, and the other way round.
func (x *extractor) shielded() lexicon.Set {
	for _, h := range [...]*bind.Hold{&x.c.Before, &x.c.Behind} {
		if !h.Tight && !h.Label {
			continue
		}
		if lexicon.Own.Has(h.Class) {
			return lexicon.Foreign
		}
		if lexicon.Foreign.Has(h.Class) {
			return lexicon.Own
		}
	}
	return 0
}

// lineFamilies are the families of words by their distance in lines, from the line above
// to the one below.
var lineFamilies = [...]int{OnLastLine, OnLine, OnNextLine}

func (x *extractor) wordAround(p *parse.Item, c lexicon.Class) {
	x.word(InText, c)
	away := p.Line - x.it.Line
	if away >= -1 && away <= 1 && (away != 0 || x.belongs(p)) {
		x.word(lineFamilies[away+1], c)
	}
	if p.Clause == x.it.Clause && x.belongs(p) {
		x.word(x.side(p), c)
	}
}

// belongs reports whether a word stands nearer to the date than to those beside it.
func (x *extractor) belongs(
	p *parse.Item,
) bool {
	return p.From >= x.reachFrom && p.To <= x.reachTo
}

func (x *extractor) side(p *parse.Item) int {
	if p.From < x.it.From {
		return InClauseBefore
	}
	return InClauseBehind
}

// anyOf reports whether a word of one of the classes was found in a family.
func (x *extractor) anyOf(group int, family int) bool {
	return x.has(firstGroup + Feature(family*nGroups+group))
}
