package parse

import (
	"slices"
	"strings"

	"koyomi/internal/when/fold"
	"koyomi/internal/when/grammar"
)

// A parser reads one text; its slices are used again for the next.
type parser struct {
	m    grammar.Matcher
	text fold.Text
	doc  *Doc
	c    Context
	days []Day

	place      Place
	brackets   brackets
	quotes     int
	yearText   int16         // the year that was named last
	yearWord   int16         // 今年, 来年 …: the year of the date that follows
	yearWordTo int32         // where it ended
	yearReach  int32         // how far it reaches, in runes
	zone       grammar.Value // of a line of iCalendar
	zoned      bool
	known      int32 // where the last word of the lexicon ended
}

// A Parser reads texts, one after the other.
type Parser struct{ p parser }

// Parse folds text and finds what is in it; d is filled again and holds until the next
// call.
func (q *Parser) Parse(d *Doc, text string, c Context) {
	p := &q.p
	d.reset()
	d.Text = fold.Fold(d.Text, text)
	toks := grammar.Tokens(p.m.Toks[:0], d.Text)
	days := p.days
	if days == nil {
		days = make([]Day, 0, 8)
	}
	*p = parser{
		m:    grammar.Matcher{Toks: toks},
		text: d.Text,
		doc:  d,
		c:    c,
		days: days,
	}
	d.Japanese = isJapanese(toks)
	p.run()
}

func (d *Doc) reset() {
	*d = Doc{
		Text:  d.Text[:0],
		Items: d.Items[:0],
		Spans: d.Spans[:0],
		Times: d.Times[:0],
		Rules: d.Rules[:0],
	}
}

func isJapanese(toks []grammar.Token) bool {
	for i := range toks {
		if k := toks[i].Kind; k == grammar.Kana || k == grammar.Kanji {
			return true
		}
	}
	return false
}

// An attempt reads one kind of thing where its form may begin.
type attempt struct {
	forms []*grammar.Form
	read  func(*parser, int) (int, bool)
}

func forms(names ...string) (out []*grammar.Form) {
	for _, name := range names {
		out = append(out, grammar.Named(name))
	}
	return out
}

// attempts are made in this order; the first that succeeds counts.
var attempts = []attempt{
	{forms("enstart"), (*parser).tryEnglishRule},
	{forms("listedday"), (*parser).tryListedDays},
	{forms("date", "fielddate"), (*parser).tryDate},
	{forms("clock", "hour", "military"), (*parser).tryTimes},
	{forms("jastart"), (*parser).tryRule},
	{forms("yearword"), (*parser).tryYearWord},
	{forms("rel"), (*parser).tryRelative},
	{forms("weekday"), (*parser).tryWeekday},
	{forms("yearalone"), (*parser).tryYear},
	{forms("skip"), (*parser).trySkip},
}

// due lists for each symbol the attempts whose form may begin with it.
var due = func() [][]uint8 {
	table := make([][]uint8, grammar.Symbols())
	for sym := range table {
		for n, a := range attempts {
			mayBegin := func(f *grammar.Form) bool { return f.MayBegin(&grammar.Token{Sym: uint16(sym)}) }
			if slices.ContainsFunc(a.forms, mayBegin) {
				table[sym] = append(table[sym], uint8(n))
			}
		}
	}
	return table
}()

// run reads the tokens from left to right.
func (p *parser) run() {
	for i := 0; i < len(p.m.Toks); {
		p.lines(i)
		j := max(p.read(i), i+1)
		for k := i + 1; k < j && k < len(p.m.Toks); k++ {
			p.lines(k)
		}
		i = j
	}
}

// read reads what begins at token i and returns what follows it.
func (p *parser) read(i int) int {
	k := &p.m.Toks[i]
	if k.Kind == grammar.Number && p.blocked(i) {
		return p.chain(i)
	}
	for _, n := range due[k.Sym] {
		if j, ok := attempts[n].read(p, i); ok {
			return j
		}
	}
	switch k.Kind {
	case grammar.Number:
		return p.chain(i)
	case grammar.Word:
		return p.latin(i)
	case grammar.Mark:
		p.mark(k)
	}
	return p.word(i)
}

// blocked reports whether the number at token i is part of something else: a price, a
// name with letters.
func (p *parser) blocked(i int) bool {
	k := &p.m.Toks[i]
	if k.Gap != grammar.Glued || i == 0 {
		return false
	}
	before := &p.m.Toks[i-1]
	if before.Kind == grammar.Word {
		return p.known != before.To
	}
	return strings.ContainsRune("¥$#", p.text.At(int(before.From)))
}

// chain skips a number with everything numeric that is glued to it.
func (p *parser) chain(i int) int {
	for i++; p.chained(i); i += 2 {
	}
	return i
}

// chained reports whether the sign at token i joins two numbers.
func (p *parser) chained(i int) bool {
	sign, next := p.m.At(i), p.m.At(i+1)
	if next.Kind != grammar.Number || sign.Gap+next.Gap != grammar.Glued {
		return false
	}
	return strings.ContainsRune(".-/:", p.text.At(int(sign.From)))
}

// trySkip skips numbers that are neither dates nor times.
func (p *parser) trySkip(i int) (int, bool) { return p.m.Is(formSkip, i) }

var formSkip = grammar.Named("skip")
