package judge

import (
	"strings"

	"koyomi/internal/when/bind"
	"koyomi/internal/when/fold"
	"koyomi/internal/when/grammar"
	"koyomi/internal/when/parse"
	"koyomi/internal/when/resolve"
)

// coded are the dates whose signs say nothing.
const coded = grammar.Compact | grammar.Iso | grammar.English | parse.Relative

// A subject is one candidate with what stands around it, ready to be asked.
type subject struct {
	*Case
	doc  *parse.Doc
	k    int
	c    *bind.Candidate
	it   *parse.Item
	days *resolve.Days
	day  *parse.Day   // of a date, nil for a rule or a weekday
	time *parse.Times // the first in its clause, nil for none
	led  bool         // the time stands before the date

	before, behind rune // beside the date, no space
	glued, next    rune // directly beside it
	line, lineEnd  int  // runes of its line
	begins, ends   bool // the date begins, ends its line

	reachFrom, reachTo int32 // between the dates before and behind

	numbers, code   int // on its line
	money, words    bool
	call            bool // name("…
	nextPast, nextM bool // endings on the next line
	key             keyed
	keys            keyCount
	byline          bool // by NAME stands before it on its line
}

// A keyed value is one behind a key: date: 2024-06-15.
type keyed struct {
	found, quoted, isDate, hasDate bool
	names                          keyKind
}

// look looks around candidate k.
func (x *subject) look(q *Case, k int) {
	x.Case, x.doc, x.k, x.days = q, q.Set.Doc, k, &q.Days[k]
	x.c = &q.Set.Candidates[k]
	x.it = q.Set.ItemOf(x.c)
	if x.it.Kind == parse.Date {
		x.day = x.doc.FirstDay(x.it)
	}
	x.begins, x.ends = x.doc.LineBegins(x.it.From), x.doc.LineEnds(x.it.To)
	x.beside()
	x.reach()
	x.findTime()
	x.readLine()
	x.readNext()
	x.key = x.readKey()
	x.keys = q.keys
	x.byline = x.readByline()
}

// beside finds the runes beside the date.
func (x *subject) beside() {
	t := x.doc.Text
	i, j := int(x.it.From)-1, int(x.it.To)
	x.glued, x.next = t.At(i), t.At(j)
	x.before, x.behind = t.At(t.Back(i)), t.At(t.Skip(j))
}

// reach finds between which runes words belong to the date rather than to the one
// before or behind it.
func (x *subject) reach() {
	x.reachTo = int32(len(x.doc.Text))
	if x.k > 0 {
		x.reachFrom = x.Set.ItemOf(&x.Set.Candidates[x.k-1]).To
	}
	if x.k+1 < len(x.Set.Candidates) {
		x.reachTo = x.Set.ItemOf(&x.Set.Candidates[x.k+1]).From
	}
}

// findTime finds the first time in the clause of the date, else the one before it.
func (x *subject) findTime() {
	for n := x.c.Item + 1; x.Set.InClause(n, x.it); n++ {
		p := &x.Set.Items[n]
		if p.Kind == parse.Date {
			break
		}
		if p.Kind == parse.Time {
			x.time = x.doc.TimesOf(p)
			return
		}
	}
	n := x.c.Item - 1
	if !x.Set.InClause(n, x.it) {
		return
	}
	if p := &x.Set.Items[n]; p.Kind == parse.Time {
		x.time, x.led = x.doc.TimesOf(p), true
	}
}

// codeRunes are rare in prose and common in programs and data.
const codeRunes = "{}=;<>_$\\"

// readLine counts what stands on the line besides the date.
func (x *subject) readLine() {
	t := x.doc.Text
	x.line, x.lineEnd = t.Line(int(x.it.From))
	x.countIn(t[x.line:min(int(x.it.From), x.lineEnd)])
	if int(x.it.To) < x.lineEnd {
		x.countIn(t[x.it.To:x.lineEnd])
	}
}

// countIn counts the runes of a part of the line.
func (x *subject) countIn(t fold.Text) {
	before := rune(0)
	for i := range t {
		x.count(t[i].R, before)
		before = t[i].R
		x.call = x.call || before == '(' && isCall(t, i)
	}
}

// isCall reports whether the bracket at i begins the arguments of a function, the first
// of them a text: format("…
func isCall(t fold.Text, i int) bool {
	quoted := t.At(i+1) == '"' || t.At(i+1) == '\''
	return quoted && fold.IsLetter(t.At(i-1))
}

// count counts one rune of the line, behind another.
func (x *subject) count(r, before rune) {
	switch signKinds[min(r, beyondASCII)] {
	case signDigit:
		if !fold.IsDigit(before) {
			x.numbers++
		}
	case signCode:
		x.code++
		x.money = x.money || r == '$'
	case signWord:
		x.words = true
		x.money = x.money || r == '円' || r == '¥'
	}
}

// beyondASCII stands for every rune that is not ASCII.
const beyondASCII = 128

// The kinds of signs that are counted on a line.
const (
	signDigit = iota + 1
	signCode
	signWord
)

// signKinds are the kinds of the ASCII characters, and of all others.
var signKinds = func() (t [beyondASCII + 1]uint8) {
	for r := range rune(beyondASCII) {
		switch {
		case fold.IsDigit(r):
			t[r] = signDigit
		case fold.IsLetter(r):
			t[r] = signWord
		case strings.ContainsRune(codeRunes, r):
			t[r] = signCode
		}
	}
	t[beyondASCII] = signWord
	return t
}()

// readNext looks for verbs on the line below.
func (x *subject) readNext() {
	if x.lineEnd+1 >= len(x.doc.Text) {
		return
	}
	t := x.doc.Text
	for i := x.lineEnd + 1; i < len(t) && t[i].R != '\n'; i++ {
		switch t[i].R {
		case 'ま':
			x.nextPast = x.nextPast || t.Has(i, "ました")
			x.nextM = x.nextM || t.Has(i, "ます")
		case 'で':
			x.nextPast = x.nextPast || t.Has(i, "でした")
		case 'た', 'だ':
			x.nextPast = x.nextPast || t.At(i+1) == '。' && fold.IsKana(t.At(i-1))
		case '予':
			x.nextM = x.nextM || t.Has(i, "予定")
		}
	}
}

// readKey looks for "key: value" and key="value" before the date.
func (x *subject) readKey() (k keyed) {
	t := x.doc.Text
	sign := t.BackOver(int(x.it.From)-1, " \"'[")
	if !strings.ContainsRune(":=", t.At(max(sign, 0))) {
		return k
	}
	end := t.BackOver(sign-1, "=\"' ") + 1
	from := end
	for isKeyRune(t.At(from-1)) || isHyphen(t, from-1) {
		from--
	}
	if from == end {
		return k
	}
	k.found = true
	k.quoted = strings.ContainsRune("\"'", t.At(int(x.it.From)-1))
	k.isDate = end-from == len("date") && t.Has(from, "date")
	for i := from; i < end; i++ {
		k.hasDate = k.hasDate || t.Has(i, "date")
	}
	k.names = kindOfKey(t[from:end])
	return k
}

// colonBehind reports whether a colon follows the bracket around the date.
func (x *subject) colonBehind() bool {
	t := x.doc.Text
	i := t.Skip(int(x.it.To))
	return t.At(t.Skip(i+1)) == ':'
}

// readByline reports whether "by" stands on the line, before the date.
func (x *subject) readByline() bool {
	t := x.doc.Text
	for i := x.line; i+2 < int(x.it.From); i++ {
		if t[i].R == 'b' && t.Has(i, "by ") && !fold.IsAlnum(t.At(i-1)) {
			return true
		}
	}
	return false
}

// isHyphen reports whether a hyphen at i joins two parts of a key.
func isHyphen(t fold.Text, i int) bool {
	return t.At(i) == '-' && isKeyRune(t.At(i-1))
}

func isKeyRune(r rune) bool { return r == '_' || fold.IsAlnum(r) }

// sibling returns the candidate n places away, nil where there is none or it is not
// written alike on another line.
func (x *subject) sibling(n int) *resolve.Days {
	k := x.k + n
	if k < 0 || k >= len(x.Days) || !x.Days[k].OK {
		return nil
	}
	if !x.sameForm(x.Set.ItemOf(&x.Set.Candidates[k])) {
		return nil
	}
	return &x.Days[k]
}

// sameForm reports whether another date is written alike at the same place of its line.
func (x *subject) sameForm(o *parse.Item) bool {
	if o.Line == x.it.Line || o.Kind != parse.Date {
		return false
	}
	if x.day == nil || x.doc.LineBegins(o.From) != x.begins {
		return false
	}
	b := x.doc.FirstDay(o)
	return x.day.Fl == b.Fl && (x.day.Y != 0) == (b.Y != 0)
}

// steps reports whether the dates beside step forward (1) or back (-1) to or from this.
func (x *subject) steps(direction int) bool {
	before, behind := x.sibling(-1), x.sibling(1)
	if before != nil && (x.days.First-before.First)*direction > 0 {
		return true
	}
	return behind != nil && (behind.First-x.days.First)*direction > 0
}
