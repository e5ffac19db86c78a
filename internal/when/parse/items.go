package parse

import (
	"koyomi/internal/when/fold"
	"koyomi/internal/when/grammar"
	"koyomi/internal/when/lexicon"
)

// The forms of what stands beside dates.
var (
	formYearWord    = grammar.Named("yearword")
	formRelative    = grammar.Named("rel")
	formLoneWeekday = grammar.Named("weekday")
	formKeyLength   = grammar.Named("keylength")
	formZonePrefix  = grammar.Named("zoneprefix")
	formYearAlone   = grammar.Named("yearalone")
)

// wholeWeek is the X of a Weekday item that names several: 土日, 月〜金.
const wholeWeek = 7

// tryYearWord reads 今年, 来年, 昨年: the year of the date that follows.
func (p *parser) tryYearWord(i int) (int, bool) {
	v, j, ok := p.m.Match(formYearWord, i, nil)
	if ok {
		p.yearWord = int16(p.c.Ref.Year + v.Get(grammar.RelYear))
		p.yearReach = maxYearWord
		if v.Get(grammar.RelYear) == 0 {
			p.yearReach = maxThisYear
		}
		p.yearWordTo = p.m.Toks[j-1].To
	}
	return j, ok
}

// tryRelative reads 明日, 来週の木曜, next Thursday.
func (p *parser) tryRelative(i int) (int, bool) {
	d, _, j, ok := p.dateAt(formRelative, i)
	if !ok || p.insideWord(i, j) {
		return i, false
	}
	x := len(p.doc.Spans)
	d.Fl |= Relative
	j = p.phrase(d, j)
	p.pushDate(x, i, j)
	return j, true
}

// insideWord reports whether a relative word is part of another: 次火 of 二次火災.
func (p *parser) insideWord(i, j int) bool {
	first := &p.m.Toks[i]
	if i == 0 || j-i < 3 || first.Gap != grammar.Glued {
		return false
	}
	return p.m.Toks[i-1].Kind == grammar.Kanji && p.text.At(int(first.From)) == '次'
}

// tryWeekday reads a weekday that stands without a date.
func (p *parser) tryWeekday(i int) (int, bool) {
	if days, j, ok := p.weekdays(i); ok && !days.single() {
		p.push(Item{Kind: Weekday, X: wholeWeek}, i, j)
		return j, true
	}
	if j, ok := p.englishWeek(i); ok {
		p.push(Item{Kind: Weekday, X: wholeWeek}, i, j)
		return j, true
	}
	v, j, ok := p.m.Match(formLoneWeekday, i, nil)
	if ok {
		p.push(Item{Kind: Weekday, X: int32(v.Get(grammar.Weekday))}, i, j)
	}
	return j, ok
}

// englishWeek reads Monday – Friday, Mon-Sat: the days of opening hours.
func (p *parser) englishWeek(i int) (int, bool) {
	j, ok := p.m.Is(formEnDay, i)
	if !ok {
		return i, false
	}
	k, ok := p.m.Is(formRange, j)
	if !ok {
		return i, false
	}
	return p.m.Is(formEnDay, k)
}

// tryYear reads a year that stands alone: the year of the dates behind it.
func (p *parser) tryYear(i int) (int, bool) {
	v, j, ok := p.m.Match(formYearAlone, i, nil)
	if !ok {
		return i, false
	}
	var d Day
	if !p.year(&d, &v) || d.Y == 0 {
		return i, false
	}
	p.push(Item{Kind: Year, N: d.Y, Fiscal: v.Flag(grammar.Fiscal)}, i, j)
	p.yearText = d.Y
	return j, true
}

// addMonth adds a month without a day.
func (p *parser) addMonth(d *Day, i, j int) int {
	if d.Y != 0 {
		p.yearText = d.Y
	}
	p.push(Item{Kind: Month, X: int32(d.M), N: d.Y}, i, j)
	return j
}

// pushDate adds the date of the spans from x on, tokens [i,j), and merges it with what
// stands before it: a weekday, a relative word.
func (p *parser) pushDate(x, i, j int) {
	a := &p.doc.Spans[x].A
	from := p.m.Toks[i].From
	if last := p.lastItem(); p.touches(last, from) {
		if a.Has(Relative) && last.Kind == Date && !p.isRelative(last) {
			p.doc.Spans = p.doc.Spans[:x] // a relative word behind a date says nothing new
			return
		}
		from = p.merge(last, a, from)
	}
	p.useYearWord(a)
	p.pushRunes(Item{
		Kind: Date,
		X:    int32(x),
		N:    int16(len(p.doc.Spans) - x),
		From: from,
		To:   p.m.Toks[j-1].To,
	})
	if a.Has(grammar.Open) {
		p.place.Bracket = p.brackets.open(p.place.Bracket)
	}
}

// touches reports whether the item found last stands directly before the date at from.
func (p *parser) touches(last *Item, from int32) bool {
	if last == nil {
		return false
	}
	if last.Line != p.place.Line {
		return p.brokenBehind(last, from)
	}
	return p.joins(last.To, from)
}

// brokenBehind reports whether a line ends between a weekday with its comma and the date:
// on Saturday,⏎January 18.
func (p *parser) brokenBehind(last *Item, from int32) bool {
	if last.Kind != Weekday || p.text.At(int(last.To)) != ',' {
		return false
	}
	i := p.text.Skip(int(last.To) + 1)
	if p.text.At(i) != '\n' {
		return false
	}
	return p.text.Skip(i+1) == int(from)
}

// merge takes the weekday or the relative word before the date a into it, and returns
// where the date begins then.
func (p *parser) merge(last *Item, a *Day, from int32) int32 {
	if a.Has(Relative) {
		return from
	}
	if last.Kind == Weekday && last.X < wholeWeek {
		if a.Wd < 0 {
			a.Wd = int8(last.X)
		}
		p.dropLast()
		return last.From
	}
	if p.isRelative(last) {
		a.sameDay(p.doc.FirstDay(last))
		p.dropLast()
	}
	return from
}

// sameDay takes the year of a relative word that names the same day: 明後日の1月29日.
func (d *Day) sameDay(r *Day) {
	if d.Y == 0 && r.M == d.M && r.D == d.D {
		d.Y = r.Y
	}
}

// How many runes may stand between a word for a year and its date (来年は、1月15日), and
// between one for this year and its date in the sentence: 今年の祭りの日程を7月31日から….
const (
	maxYearWord = 5
	maxThisYear = 16
)

// useYearWord sets the year of the date a from 今年, 来年 before it.
func (p *parser) useYearWord(a *Day) {
	if p.yearWord != 0 && a.Y == 0 && a.From-p.yearWordTo <= p.yearReach {
		a.Y = p.yearWord
		a.Fl |= YearWord
	}
	p.yearWord = 0
}

// joins reports whether a weekday or a relative word that ends at i belongs to the date
// at j: Monday the 8th.
func (p *parser) joins(i, j int32) bool {
	return p.doc.Light(i, j) || j-i < 7 && p.text.Has(int(j)-5, " the ")
}

func (p *parser) dropLast() { p.doc.Items = p.doc.Items[:len(p.doc.Items)-1] }

func (p *parser) isRelative(it *Item) bool {
	return it.Kind == Date && p.doc.FirstDay(it).Has(Relative)
}

func (p *parser) addTimes(t Times, i, j int) int {
	if p.zoned && !t.HasZone {
		t.setZone(&p.zone)
	}
	p.zoned = false
	p.sameHalf(&t, p.m.Toks[i].From)
	p.doc.Times = append(p.doc.Times, t)
	p.push(Item{Kind: Time, X: int32(len(p.doc.Times) - 1)}, i, max(j, i+1))
	return j
}

// keyLength sets the length of the time before it from a key of its own:
// "length_min": 360.
func (p *parser) keyLength(i int) (int, bool) {
	v, j, ok := p.m.Match(formKeyLength, i, nil)
	if !ok || len(p.doc.Times) == 0 {
		return i, false
	}
	if t := &p.doc.Times[len(p.doc.Times)-1]; !t.Ranged() {
		t.Length = lengthOf(&v)
	}
	return j, true
}

// latin reads a word of Latin letters.
func (p *parser) latin(i int) int {
	if j, ok := p.keyLength(i); ok {
		return j
	}
	k := &p.m.Toks[i]
	from := int(k.From)
	if w, end := p.findLatin(from, int(k.To)); w != nil {
		p.known = int32(end)
		p.addWord(w, k.From, int32(end))
		return p.parameters(p.tokenFrom(i, int32(end)))
	}
	if p.isZone(i) {
		p.known = k.To
	}
	return i + 1
}

// findLatin finds the word at from in the lexicon: with the _ and - inside it, else up to
// the end of its letters.
func (p *parser) findLatin(from, letters int) (*lexicon.Word, int) {
	end := identifier(p.text, from)
	w := lexicon.FindLatin(p.text, from, end)
	if w == nil && end > letters {
		end = letters
		w = lexicon.FindLatin(p.text, from, end)
	}
	return w, end
}

// parameters skips those of a line of iCalendar (DTSTART;TZID=GMT:) and keeps the zone
// that they name for the time behind them.
func (p *parser) parameters(i int) int {
	v, _, ok := p.m.Match(formZonePrefix, i, nil)
	if !ok {
		return i
	}
	p.zone, p.zoned = v, v.Has(grammar.Zone)
	for j := i; j < min(i+16, len(p.m.Toks)) && p.m.Toks[j].Gap < grammar.Line; j++ {
		if p.text.At(int(p.m.Toks[j].From)) == ':' {
			p.lastItem().To = p.m.Toks[j].From
			return j
		}
	}
	return i
}

// isZone reports whether token i is a zone or the T before a time.
func (p *parser) isZone(i int) bool {
	_, ok := p.m.Is(formZone, i)
	return ok
}

// identifier returns the end of a word with the _ and - inside it.
func identifier(t fold.Text, i int) int {
	for {
		for fold.IsLetter(t.At(i)) {
			i++
		}
		c := t.At(i)
		if c != '_' && c != '-' || !fold.IsLetter(t.At(i+1)) {
			return i
		}
		i++
	}
}

// tokenFrom returns the first token behind i that begins at rune end or later.
func (p *parser) tokenFrom(i int, end int32) int {
	for i++; i < len(p.m.Toks) && p.m.Toks[i].From < end; i++ {
	}
	return i
}

// word reads a Japanese word or a mark that is one.
func (p *parser) word(i int) int {
	k := &p.m.Toks[i]
	w := lexicon.Find(p.text, int(k.From))
	if w == nil {
		return i + 1
	}
	end := k.From + int32(len(w.Runes))
	p.addWord(w, k.From, end)
	return p.tokenFrom(i, end)
}

// apart are the words that stay apart from what they touch: 行われた + 講演会.
var apart = lexicon.Of(lexicon.Noun, lexicon.News, lexicon.Fee, lexicon.Former)

// begins are the words that の joins to the one before them.
var begins = lexicon.Of(lexicon.Start, lexicon.End, lexicon.Topic)

// ofForeign reports whether の or a space joins the word w to one of another owner:
// 登録の開始, submission date.
func (p *parser) ofForeign(last *Item, w *lexicon.Word, from int32) bool {
	if last.Kind != Word || last.To != from-1 {
		return false
	}
	takes := false
	switch p.text.At(int(last.To)) {
	case 'の':
		takes = begins.Has(w.Class)
	case ' ':
		takes = w.Class == lexicon.Label && fold.IsLetter(w.Runes[0])
	}
	return takes && lexicon.Foreign.Has(last.Class)
}

// addWord adds a word; Japanese words that touch are one.
func (p *parser) addWord(w *lexicon.Word, from, to int32) {
	last := p.lastItem()
	switch {
	case last == nil, last.Kind != Word:
	case p.ofForeign(last, w, from): // 登録の開始
		last.Set |= lexicon.Of(w.Class)
		last.To = to
		return
	case last.To == from && mayTouch(w):
		last.Class = lexicon.Join(last.Class, w.Class)
		last.Set |= lexicon.Of(w.Class)
		last.To = to
		return
	}
	p.pushRunes(Item{
		Kind:  Word,
		Class: w.Class,
		Set:   lexicon.Of(w.Class),
		From:  from,
		To:    to,
	})
}

// mayTouch reports whether w is one with the word it touches.
func mayTouch(w *lexicon.Word) bool {
	return !apart.Has(w.Class) && !fold.IsLetter(w.Runes[0])
}
