package judge

import (
	"strings"

	"koyomi/internal/when/fold"
	"koyomi/internal/when/lexicon"
	"koyomi/internal/when/parse"
)

// behindRunes are the features of what stands directly behind a date.
var behindRunes = map[rune]Feature{
	'に': ParticleNi, 'は': ParticleHa, 'の': ParticleNo, 'を': ParticleWo, 'か': ParticleKara, 'よ': ParticleKara, ':': ColonBehind, ',': CommaBehind,
}

// marks says what mark-up, keys and signs the date stands among.
func (x *extractor) marks() {
	t := x.doc.Text
	before, behind := x.beside()
	if f, ok := behindRunes[behind]; ok {
		x.add(f)
	}
	x.when(before == '-' || before == '•' || before == '・', ListItem)
	x.when(before == '#', Heading)
	x.when(before == '(' && behind == ')' || before == '[' && behind == ']', InBracketAlone)
	x.when((before == '"' || before == '\'') && behind == before, QuotedAlone)
	x.when(before == '|' || behind == '|', TableCell)
	glued := t.At(int(x.it.From) - 1)
	x.when(fold.IsAlnum(glued), GluedBefore)
	x.when(glued == '-' || glued == '_', DashBefore)
	x.when(glued == '/' || isOpaque(glued), InAddress)
	next := t.At(int(x.it.To))
	x.when(fold.IsAlnum(next), GluedBehind)
	x.when((next == '-' || next == '_') && fold.IsLetter(t.At(int(x.it.To)+1)), Slug)
	x.wordBefore()
	x.key()
	x.numbers()
	x.lines()
	x.abstract()
}

// wordsBefore are the features of the Latin word directly before a date.
var wordsBefore = map[string]Feature{"on": WordOn, "from": WordFrom, "in": ParticleIn, "at": WordAt}

// wordBefore looks at the Latin word directly before the date.
func (x *extractor) wordBefore() {
	t := x.doc.Text
	j := int(x.it.From)
	for j > 0 && t[j-1].R == ' ' {
		j--
	}
	i := j
	for i > 0 && j-i < 11 && fold.IsLetter(t[i-1].R) {
		i--
	}
	if i == j || j == int(x.it.From) {
		return
	}
	var buf [12]byte
	for n, r := range t[i:j] {
		buf[n] = byte(r.R)
	}
	if f, ok := wordsBefore[string(buf[:j-i])]; ok {
		x.add(f)
		return
	}
	x.add(WordOther)
}

// key looks for "key: value" and key="value" before the date.
func (x *extractor) key() {
	t := x.doc.Text
	i := int(x.it.From) - 1
	quoted := false
	for ; i > 0 && strings.ContainsRune(" \"'[", t[i].R); i-- {
		quoted = quoted || t[i].R == '"' || t[i].R == '\''
	}
	if i <= 0 || t[i].R != ':' && t[i].R != '=' {
		return
	}
	for i--; i > 0 && strings.ContainsRune("=\"' ", t[i].R); i-- {
	}
	end := i + 1
	for i >= 0 && (fold.IsAlnum(t[i].R) || t[i].R == '_' || t[i].R == '-') {
		i--
	}
	if i+1 == end || !fold.IsLetter(t[end-1].R) {
		return
	}
	x.when(quoted, KeyQuoted)
	x.when(end-i-1 == 4 && t.Has(i+1, "date"), KeyDate)
	x.when(x.c.Before.Class == lexicon.None, KeyUnknown)
	for k := i + 1; k < end; k++ {
		x.when(t.Has(k, "date"), KeyHasDate)
	}
}

// numbers counts the other numbers on the line: rows of data have many.
func (x *extractor) numbers() {
	from, to := x.line(int(x.it.From))
	count, money := 0, false
	for i := from; i < to; i++ {
		if i == int(x.it.From) {
			i = int(x.it.To) - 1
			continue
		}
		r := x.doc.Text[i].R
		money = money || r == '円' || r == '¥' || r == '$'
		if fold.IsDigit(r) && (i == from || !fold.IsDigit(x.doc.Text[i-1].R)) {
			count++
		}
	}
	x.when(count >= 3, NumbersAround)
	x.when(money, Money)
}

// line returns the runes of the line that holds i.
func (x *extractor) line(i int) (from, to int) {
	t := x.doc.Text
	from, to = i, i
	for from > 0 && t[from-1].R != '\n' {
		from--
	}
	for to < len(t) && t[to].R != '\n' {
		to++
	}
	return from, to
}

// codeRunes are rare in prose and common in programs and data.
const codeRunes = "{}=;<>_$\\"

// lines looks at the line of the date and the one behind it.
func (x *extractor) lines() {
	t := x.doc.Text
	from, to := x.line(int(x.it.From))
	code := 0
	for _, r := range t[from:to] {
		if strings.ContainsRune(codeRunes, r.R) {
			code++
		}
	}
	x.when(code >= 2, Code)
	x.when(t.HasAny(from, "#", "//", "%", "--", "<!", "/*", "*/") > 0, Comment)
	x.when(!x.wordsOn(from, to), OnlyNumeric)
	x.when(t.Has(0, "---"), FrontMatter)
	if to+1 >= len(t) {
		return
	}
	next, end := x.line(to + 1)
	for i := next; i < end; i++ {
		x.when(pastAt(t, i), NextLinePast)
		x.when(t.Has(i, "ます") || t.Has(i, "予定"), NextLineToCome)
	}
}

// wordsOn reports whether words stand on the line besides the date.
func (x *extractor) wordsOn(from, to int) bool {
	for i := from; i < to; i++ {
		if i == int(x.it.From) {
			i = int(x.it.To)
			continue
		}
		if r := x.doc.Text[i].R; fold.IsLetter(r) || fold.IsKana(r) || fold.IsKanji(r) {
			return true
		}
	}
	return false
}

func pastAt(t fold.Text, i int) bool { return t.Has(i, "ました") || t.Has(i, "でした") }

// abstract says whether a relative word is no date: 明日への糧, 明日は我が身.
func (x *extractor) abstract() {
	if x.it.Kind != parse.Date || !x.has(KindRelative) || x.it.To-x.it.From > 3 {
		return
	}
	t := x.doc.Text
	i := int(x.it.To)
	x.when(t.HasAny(i, "への", "へ", "を", "の", "は", "が") > 0 && x.has(TimeNone), RelativeAbstract)
}
