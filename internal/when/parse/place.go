package parse

import (
	"strings"

	"koyomi/internal/when/fold"
	"koyomi/internal/when/grammar"
)

// brackets are those that are open.
type brackets struct {
	stack [8]int16
	depth int
	last  int16
}

func (b *brackets) open(now int16) int16 {
	if b.depth < len(b.stack) {
		b.stack[b.depth] = now
	}
	b.depth++
	b.last++
	return b.last
}

func (b *brackets) close(now int16) int16 {
	if b.depth == 0 {
		return now
	}
	b.depth--
	if b.depth < len(b.stack) {
		return b.stack[b.depth]
	}
	return now
}

// lines keeps count of lines before token i.
func (p *parser) lines(i int) {
	k := &p.m.Toks[i]
	if k.Gap != grammar.Line {
		return
	}
	p.place.Line++
	p.place.Clause++
	p.place.Cell++
	p.place.Note = false
	p.yearWord = 0
	if p.text.Has(int(k.From)-2, "\n\n") {
		p.quotes, p.brackets, p.place.Bracket = 0, brackets{last: p.brackets.last}, 0
	}
}

// markRunes are the marks that do something.
var markRunes = fold.SetOf(".;。!?|•■●◆◇□○◎★☆▼▽▲△◾◼▪※([{<【〔《〈)]}>】〕》〉「『」』")

// marks says what each of them does.
var marks = func() map[rune]func(*parser, int) {
	m := map[rune]func(*parser, int){'.': (*parser).fullStop}
	for chars, do := range map[string]func(*parser, int){
		";": (*parser).semicolon,
		"。!?": func(p *parser, _ int) {
			p.place.Clause++
			p.yearWord = 0
		},
		"|•■●◆◇□○◎★☆▼▽▲△◾◼▪": func(p *parser, _ int) {
			p.place.Cell++
			p.place.Clause++
		},
		"※": func(p *parser, _ int) {
			p.place.Note = true
			p.place.Clause++
		},
		"([{<【〔《〈": func(p *parser, _ int) { p.place.Bracket = p.brackets.open(p.place.Bracket) },
		")]}>】〕》〉": func(p *parser, _ int) { p.place.Bracket = p.brackets.close(p.place.Bracket) },
		"「『":       func(p *parser, _ int) { p.quotes++ },
		"」』":       func(p *parser, _ int) { p.quotes = max(0, p.quotes-1) },
	} {
		for _, r := range chars {
			m[r] = do
		}
	}
	return m
}()

// mark keeps track of clauses, cells, brackets and quotes.
func (p *parser) mark(k *grammar.Token) {
	if r := p.text[k.From].R; markRunes.Has(r) {
		marks[r](p, int(k.From))
	}
}

// semicolon ends a clause, except between the parameters of a line of iCalendar.
func (p *parser) semicolon(i int) {
	if !fold.IsLetter(p.text.At(i+1)) || !fold.IsLetter(p.text.At(i-1)) {
		p.place.Clause++
		p.yearWord = 0
	}
}

// fullStop ends a clause behind a word that is followed by a space.
func (p *parser) fullStop(i int) {
	if fold.IsWord(p.text.At(i + 1)) {
		return
	}
	before := p.text.At(i - 1)
	switch {
	case before == ')', fold.IsKana(before):
		p.place.Clause++
	case fold.IsLetter(before):
		if fold.IsLetter(p.text.At(i - 2)) { // else an initial
			p.place.Clause++
		}
	}
}

// push appends an item, tokens [i,j), with its place.
func (p *parser) push(it Item, i, j int) {
	it.From, it.To = p.m.Toks[i].From, p.m.Toks[j-1].To
	p.pushRunes(it)
}

func (p *parser) pushRunes(it Item) {
	it.Place = p.place
	it.Quote = p.quotes > 0
	fl := p.text[it.From].Fl
	it.Struck, it.Tagged = fl&fold.Struck != 0, fl&fold.Time != 0
	it.YearBefore = p.yearText
	p.doc.Items = append(p.doc.Items, it)
}

// lastItem returns the item that was found last, nil for none.
func (p *parser) lastItem() *Item {
	if n := len(p.doc.Items); n > 0 {
		return &p.doc.Items[n-1]
	}
	return nil
}

// lightRunes are marks and particles that may stand between a label and its date.
var lightRunes = fold.SetOf(" \n,、のはに()[]【】:|-~/・.\"'><「」がをで→〔〕■●◆…+=•}{※も")

// glueRunes may stand besides between a date and the word behind it.
var glueRunes = fold.SetOf("かよまをもでご頃ろらりってちだつけ付迄、と")

// Light reports whether [i,j) holds nothing but spaces, marks and particles, and not
// many of them.
func (d *Doc) Light(i, j int32) bool { return j-i <= 12 && d.light(i, j) }

// LightLong is Light for blank cells and long rules.
func (d *Doc) LightLong(
	i, j int32,
) bool {
	return j-i <= 60 && d.light(i, j)
}

// Glue reports whether [i,j) holds nothing but marks, spaces and particles, on a line.
func (d *Doc) Glue(i, j int32) bool {
	if j-i > 10 {
		return false
	}
	for ; i < j; i++ {
		r := d.Text.At(int(i))
		if r == '\n' || !lightRunes.Has(r) && !glueRunes.Has(r) {
			return false
		}
	}
	return true
}

func (d *Doc) light(i, j int32) bool {
	for ; i < j; i++ {
		if !lightRunes.Has(d.Text.At(int(i))) {
			return false
		}
	}
	return true
}

// LineBegins reports whether nothing but marks stands between the last line end and i.
func (d *Doc) LineBegins(i int32) bool {
	for i--; i >= 0 && d.Text[i].R != '\n'; i-- {
		if fold.IsWord(d.Text[i].R) {
			return false
		}
	}
	return true
}

// LineEnds reports whether nothing but marks stands between i and the next line end,
// within a few characters.
func (d *Doc) LineEnds(i int32) bool {
	end := min(i+8, int32(len(d.Text)))
	for ; i < end && d.Text[i].R != '\n'; i++ {
		if fold.IsWord(d.Text[i].R) {
			return false
		}
	}
	return true
}

// IsLabel reports whether a word that ends at i is a label.
func (d *Doc) IsLabel(i int32) bool {
	if strings.ContainsRune("\"'", or(d.Text.At(int(i)), 'x')) {
		i++
	}
	if d.Text.At(int(i)) == ' ' {
		i++
	}
	return strings.ContainsRune(":|】]〕》=〉", or(d.Text.At(int(i)), 'x'))
}

func or(r, other rune) rune {
	if r == 0 {
		return other
	}
	return r
}
