package judge

import (
	"math/bits"

	"koyomi/internal/when/bind"
	"koyomi/internal/when/civil"
	"koyomi/internal/when/fold"
	"koyomi/internal/when/grammar"
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
}

// extractor collects the features of one candidate.
type extractor struct {
	*Case
	doc  *parse.Doc
	k    int
	c    *bind.Candidate
	it   *parse.Item
	days *resolve.Days

	shield   lexicon.Set // classes that do not count
	from, to int32       // between the dates before and behind

	set [NFeatures/64 + 1]uint64
	out []Feature
}

// Features appends what can be said of candidate k to dst; each feature once.
func (q *Case) Features(dst []Feature, k int) []Feature {
	c := &q.Set.Candidates[k]
	x := extractor{Case: q, doc: q.Set.Doc, k: k, c: c, it: q.Set.ItemOf(c), days: &q.Days[k], out: dst}
	x.add(Bias)
	x.when(q.Field, Field)
	x.kind()
	x.calendar()
	x.holds()
	x.around()
	x.times()
	x.position()
	x.order()
	x.marks()
	x.summary()
	return x.out
}

func (x *extractor) add(f Feature) {
	if bit := uint64(1) << (f % 64); x.set[f/64]&bit == 0 {
		x.set[f/64] |= bit
		x.out = append(x.out, f)
	}
}

func (x *extractor) has(f Feature) bool { return x.set[f/64]&(1<<(f%64)) != 0 }

func (x *extractor) when(cond bool, f Feature) {
	if cond {
		x.add(f)
	}
}

// kind says what sort of date it is and how it is written.
func (x *extractor) kind() {
	switch x.it.Kind {
	case parse.Rule:
		x.add(KindRule)
	case parse.Weekday:
		x.add(KindWeekday)
	default:
		x.dateForm()
	}
}

func (x *extractor) dateForm() {
	a := x.doc.FirstDay(x.it)
	x.when(a.Has(parse.Relative), KindRelative)
	x.when(a.Has(grammar.Compact), FormCompact)
	x.when(a.Has(grammar.Iso), FormIso)
	x.when(a.Has(grammar.English), FormEnglish)
	x.when(a.Has(grammar.DayOnly), FormDayOnly)
	x.when(a.Nth != 0, FormNth)
	x.when(a.Y != 0 && !a.Has(parse.Relative), YearPrinted)
	x.when(a.Y == 0, YearLacking)
	x.signs(a)
	spans := x.doc.SpansOf(x.it)
	x.when(spans[0].Ranged(), DaysRange)
	x.length()
	x.when(len(spans) > 1, DaysList)
}

// Days from which a range is long.
const (
	longDays     = 100
	veryLongDays = 300
)

// length says whether a range is long, and of whole months.
func (x *extractor) length() {
	days := x.days.Last - x.days.First
	x.when(days > longDays, LongRange)
	x.when(days > veryLongDays, VeryLongRange)
	first, last := civil.Date(x.days.First), civil.Date(x.days.Last+1)
	x.when(days > 0 && first.Day == 1 && last.Day == 1, WholeMonths)
}

// signs says with which signs a date is written.
func (x *extractor) signs(a *parse.Day) {
	if a.Has(grammar.Compact | grammar.Iso | grammar.English | parse.Relative) {
		return
	}
	for i := a.From; i < a.To; i++ {
		switch x.doc.Text[i].R {
		case '月', '日':
			x.add(FormKanji)
		case '/':
			x.add(FormSlash)
		case '.':
			x.add(FormDot)
		case '令', '平', '昭':
			x.add(FormEra)
		}
	}
}

// Days at which a date is old, or too far ahead to be announced.
const (
	oldDays = 1200
	farDays = 500
)

// calendar says what the calendar says of the date.
func (x *extractor) calendar() {
	x.when(x.days.Proved, WeekdayAgrees)
	x.when(x.days.Contradicted, WeekdayContradicts)
	x.when(x.days.OK && x.Ref-x.days.First > oldDays, YearOld)
	x.when(x.days.OK && x.days.First-x.Ref > farDays, YearFar)
	x.when(x.c.Tense == bind.TensePast, TensePast)
	x.when(x.c.Tense == bind.TenseToCome, TenseToCome)
}

// holds says which words hold the date.
func (x *extractor) holds() {
	x.hold(&x.c.Before, BeforeTight, BeforeNear, BeforeFar)
	if b := &x.c.Before; b.Class != lexicon.None && b.Label && !b.Tight {
		x.word(BeforeLabel, b.Class)
	}
	x.hold(&x.c.Behind, BehindTight, BehindNear, BehindFar)
	if x.c.Above.Class != lexicon.None {
		x.word(Above, x.c.Above.Class)
	}
	if x.c.Tail != bind.TailNone {
		x.add(TailFeature(x.c.Tail))
	}
	x.when(x.c.Ends, Ends)
	x.when(x.c.Moved, Moved)
	for k := range x.Set.Candidates {
		x.when(k != x.k && x.Set.Candidates[k].Moved, MovedElsewhere)
	}
}

func (x *extractor) hold(h *bind.Hold, tight, near, far int) {
	switch {
	case h.Class == lexicon.None:
	case h.Tight:
		x.word(tight, h.Class)
	case h.Gap < nearGap:
		x.word(near, h.Class)
	default:
		x.word(far, h.Class)
	}
}

// word adds the feature of a word and that of its group.
func (x *extractor) word(family int, c lexicon.Class) {
	x.add(Word(family, c))
	if g, ok := Group(family, c); ok {
		x.add(g)
	}
}

// nearGap is how far a word is near, in runes.
const nearGap = 24

// around says which words stand in the clause, on the line, beside it, in the text.
func (x *extractor) around() {
	x.shield = x.shielded()
	x.from, x.to = x.reach()
	for i := range x.doc.Items {
		p := &x.doc.Items[i]
		if p.Kind != parse.Word {
			continue
		}
		for set := p.Set; set != 0; set &= set - 1 {
			x.wordAround(p, lexicon.Class(bits.TrailingZeros32(uint32(set))))
		}
	}
}

// shielded returns the classes that no longer count: where a word of the event stands
// at the date, those of other owners farther off, and the other way round.
func (x *extractor) shielded() lexicon.Set {
	for _, h := range [...]*bind.Hold{&x.c.Before, &x.c.Behind} {
		close := h.Tight || h.Label
		switch {
		case close && lexicon.Own.Has(h.Class):
			return lexicon.Foreign
		case close && lexicon.Foreign.Has(h.Class):
			return lexicon.Own
		}
	}
	return 0
}

// reach returns between which runes words belong to the date rather than to the one
// before or behind it.
func (x *extractor) reach() (from, to int32) {
	from, to = 0, int32(len(x.doc.Text))
	if x.k > 0 {
		from = x.Set.ItemOf(&x.Set.Candidates[x.k-1]).To
	}
	if x.k+1 < len(x.Set.Candidates) {
		to = x.Set.ItemOf(&x.Set.Candidates[x.k+1]).From
	}
	return from, to
}

func (x *extractor) wordAround(p *parse.Item, c lexicon.Class) {
	if x.shield.Has(c) {
		return
	}
	x.word(InText, c)
	within := p.From >= x.from && p.To <= x.to
	switch p.Line - x.it.Line {
	case 0:
		if within {
			x.word(OnLine, c)
		}
	case 1:
		x.word(OnNextLine, c)
	case -1:
		x.word(OnLastLine, c)
	}
	switch {
	case p.Clause != x.it.Clause, !within:
	case p.From < x.it.From:
		x.word(InClauseBefore, c)
	default:
		x.word(InClauseBehind, c)
	}
}

// times says what times stand with the date.
func (x *extractor) times() {
	found := false
	for n := x.c.Item + 1; n < len(x.Set.Items); n++ {
		p := &x.Set.Items[n]
		if p.Clause != x.it.Clause || p.Kind == parse.Date {
			break
		}
		if p.Kind == parse.Time {
			x.time(n, !found)
			found = true
		}
	}
	if n := x.c.Item - 1; !found && n >= 0 && x.Set.Items[n].Kind == parse.Time && x.Set.Items[n].Clause == x.it.Clause {
		x.add(TimeFirst)
		x.time(n, true)
		found = true
	}
	if !found {
		x.add(TimeNone)
		x.when(len(x.doc.Times) > 0, TimeElsewhere)
	}
}

// time says what the time of item n is like.
func (x *extractor) time(n int, first bool) {
	t := x.doc.TimesOf(&x.Set.Items[n])
	switch x.Set.Owner[n] {
	case lexicon.Start:
		x.add(TimeStart)
	case lexicon.Doors:
		x.add(TimeDoors)
	case lexicon.End:
		x.add(TimeEnd)
	}
	if !first {
		return
	}
	x.when(t.B.Min >= 0 || t.Length > 0, TimeRange)
	x.when(t.Open, TimeOpen)
	x.when(t.Until, TimeUntil)
	x.when(t.HasZone, TimeZoned)
	x.add(roundness(t))
	x.when(t.A.Secs, SecondsPrinted)
	x.when(t.A.Min == 0 && t.A.Half == 0, Midnight)
}

func roundness(t *parse.Times) Feature {
	switch {
	case t.A.Sec != 0:
		return TimeSeconds
	case t.A.Min%30 == 0:
		return TimeRound
	case t.A.Min%5 == 0:
		return TimeFive
	}
	return TimeOdd
}

// position says where in its line and text the date stands.
func (x *extractor) position() {
	it := x.it
	begins, ends := x.doc.LineBegins(it.From), x.doc.LineEnds(it.To)
	x.when(begins, LineBegins)
	x.when(ends, LineEnds)
	x.when(begins && ends, LineAlone)
	x.when(it.From <= 2, TextBegins)
	x.when(int(it.To) >= len(x.doc.Text)-3, TextEnds)
	x.when(len(x.doc.Text) < 30, ShortText)
	x.when(it.Bracket != 0, InBracket)
	x.when(it.Quote, InQuote)
	x.when(it.Note, InNote)
	x.when(it.Tagged, InTag)
	x.when(int(it.To) < len(x.doc.Text)-30, MoreText)
	x.when(!x.doc.Japanese, English)
	n := len(x.Set.Candidates)
	x.when(n == 1, Only)
	x.when(n > 1 && x.k == 0, First)
	x.when(n > 1 && x.k == n-1, Last)
	x.when(n > 3, Many)
}

// order compares the date with the one before and behind: lists of posts fall, lists of
// events rise.
func (x *extractor) order() {
	for _, k := range [...]int{x.k - 1, x.k + 1} {
		if k < 0 || k >= len(x.Days) || !x.Days[k].OK || !x.days.OK {
			continue
		}
		other := x.Set.ItemOf(&x.Set.Candidates[k])
		if other.Line == x.it.Line || !x.sameForm(other) {
			continue
		}
		x.add(SameForm)
		step := (x.Days[k].First - x.days.First) * (k - x.k)
		x.when(step < 0, Falling)
		x.when(step > 0, Rising)
	}
}

// sameForm reports whether another date is written alike at the same place of its line.
func (x *extractor) sameForm(o *parse.Item) bool {
	if o.Kind != x.it.Kind || o.Kind != parse.Date {
		return false
	}
	a, b := x.doc.FirstDay(x.it), x.doc.FirstDay(o)
	return a.Fl == b.Fl && (a.Y != 0) == (b.Y != 0) && x.doc.LineBegins(o.From) == x.doc.LineBegins(x.it.From)
}

// summary draws together what the other features say.
func (x *extractor) summary() {
	own := x.anyOf(lexicon.Own, OnLine) || x.c.Above.Class != lexicon.None && !x.c.Above.Foreign()
	foreign := x.anyOf(lexicon.Foreign, OnLine) || x.c.Above.Foreign()
	plain := x.has(TimeNone) && !x.has(WeekdayAgrees) && !x.has(DaysRange)
	x.nearest()
	x.when(x.has(LineAlone) && plain, BareStamp)
	x.when(x.has(FormIso) && plain, BareIso)
	x.when(plain && !own && !foreign, NoEvidence)
	x.eventWords()
	x.when(x.has(BareStamp) && x.has(NoEventWords), BareStampNoWords)
	x.when(x.has(BareStamp) && x.has(NextLinePast), StampOverPast)
	x.when(x.has(LineAlone) && x.has(TimeNone) && x.has(WeekdayAgrees), StampWeekday)
	x.when(x.has(ColonBehind) && x.c.Tense == bind.TensePast, ColonPast)
	holding := x.has(Word(InClauseBehind, lexicon.Verb)) || x.has(Word(InClauseBehind, lexicon.Event))
	x.when(x.c.Tense == bind.TensePast && !holding, TensePastNoVerb)
}

// nearest says whose the nearest word that holds the date is.
func (x *extractor) nearest() {
	h := &x.c.Before
	if b := &x.c.Behind; h.Class == lexicon.None || b.Class != lexicon.None && !h.Label && b.Gap < h.Gap {
		h = b
	}
	if h.Class == lexicon.None {
		h = &x.c.Above
	}
	x.when(lexicon.Own.Has(h.Class), NearestOwn)
	x.when(lexicon.Foreign.Has(h.Class), NearestForeign)
}

// eventWords counts the classes of words of announcements in the text.
func (x *extractor) eventWords() {
	n := 0
	for _, c := range [...]lexicon.Class{lexicon.Place, lexicon.Fee, lexicon.Noun, lexicon.Event, lexicon.Verb, lexicon.Start, lexicon.Doors, lexicon.Time} {
		if x.has(Word(InText, c)) {
			n++
		}
	}
	switch {
	case n == 0:
		x.add(NoEventWords)
	case n <= 2:
		x.add(SomeEventWords)
	default:
		x.add(ManyEventWords)
	}
}

func (x *extractor) anyOf(set lexicon.Set, family int) bool {
	for c := lexicon.None + 1; c < lexicon.NClasses; c++ {
		if set.Has(c) && x.has(Word(family, c)) {
			return true
		}
	}
	return false
}

// beside returns the first runes that are no space before and behind the date.
func (x *extractor) beside() (before, behind rune) {
	t := x.doc.Text
	i, j := int(x.it.From)-1, int(x.it.To)
	for ; i > 0 && t[i].R == ' '; i-- {
	}
	for ; j < len(t) && t[j].R == ' '; j++ {
	}
	return t.At(i), t.At(j)
}

func isOpaque(r rune) bool { return r == fold.Opaque }
