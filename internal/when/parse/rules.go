package parse

import (
	"math/bits"
	"time"

	"koyomi/internal/when/grammar"
	"koyomi/internal/when/rule"
)

// The forms of rules.
var (
	formEvery      = grammar.Named("every")
	formMonth      = grammar.Named("month")
	formFiller     = grammar.Named("filler")
	formNthSign    = grammar.Named("nthsign")
	formNthNumber  = grammar.Named("nthnumber")
	formLastNth    = grammar.Named("lastnth")
	formWeekUnit   = grammar.Named("weekunit")
	formNthSep     = grammar.Named("nthsep")
	formLastDay    = grammar.Named("lastday")
	formMonthDay   = grammar.Named("monthday")
	formDaySep     = grammar.Named("daysep")
	formKanjiDay   = grammar.Named("kanjiday")
	formDayMark    = grammar.Named("daymark")
	formOpen       = grammar.Named("open")
	formClose      = grammar.Named("close")
	formSign       = grammar.Named("sign")
	formGoesOn     = grammar.Named("wordgoeson")
	formEnEach     = grammar.Named("eneach")
	formEnOther    = grammar.Named("enother")
	formOrdinal    = grammar.Named("ordinal")
	formEnDay      = grammar.Named("enday")
	formPlural     = grammar.Named("plural")
	formOfMonth    = grammar.Named("ofmonth")
	formMonthly    = grammar.Named("monthly")
	formMonthName  = grammar.Named("mon")
	formMonthsHere = grammar.Named("monthshere")
)

// A set holds small numbers, weekdays or ordinals, while a rule is read.
type set uint16

func (s set) single() bool { return bits.OnesCount16(uint16(s)) == 1 }

func (s set) has(n int) bool { return s&(1<<n) != 0 }

// weekdays returns the days of the week in s, Sunday first.
func (s set) weekdays() []time.Weekday {
	out := make([]time.Weekday, 0, bits.OnesCount16(uint16(s)))
	for w := time.Sunday; w <= time.Saturday; w++ {
		if s.has(int(w)) {
			out = append(out, w)
		}
	}
	return out
}

// lastOne is how the forms number the last of a month.
const lastOne = 9

// nths returns the ordinals in s, -1 for the last.
func (s set) nths() []int {
	var out []int
	for n := 1; n <= 5; n++ {
		if s.has(n) {
			out = append(out, n)
		}
	}
	if s.has(lastOne) {
		out = append(out, -1)
	}
	return out
}

// skip skips what f reads at j, if anything.
func (p *parser) skip(f *grammar.Form, j int) int {
	if p.m.At(j).Gap > grammar.Space {
		return j
	}
	j, _ = p.m.Is(f, j)
	return j
}

// tryRule reads 毎週木曜, 毎月第1・3土曜, 隔週金曜, 毎月15日.
func (p *parser) tryRule(i int) (int, bool) {
	if v, j, ok := p.m.Match(formMonth, i, nil); ok {
		if r, k, ok := p.monthly(p.fillers(j)); ok {
			r.Every = every(v.Get(grammar.Every))
			return p.addRule(r, i, k), true
		}
	}
	v, j, ok := p.m.Match(formEvery, i, nil)
	if !ok {
		return i, false
	}
	days, k, ok := p.weekdays(p.fillers(j))
	if !ok {
		return i, false
	}
	return p.addRule(rule.Rule{
		Weekdays: days.weekdays(),
		Every:    every(v.Get(grammar.Every)),
	}, i, k), true
}

// every is the interval of a rule, 0 for each.
func every(n int) int {
	if n < 2 {
		return 0
	}
	return n
}

func (p *parser) fillers(j int) int {
	for k := p.skip(formFiller, j); k > j; k = p.skip(formFiller, j) {
		j = k
	}
	return j
}

// monthly reads what follows 毎月: 第1・3木曜, 最終金曜, 15日, 末日.
func (p *parser) monthly(j int) (r rule.Rule, k int, ok bool) {
	if k, ok := p.m.Is(formLastDay, j); ok {
		return rule.Rule{MonthDays: []int{-1}}, k, true
	}
	if days, k := p.monthDays(j); len(days) > 0 {
		return rule.Rule{MonthDays: days}, k, true
	}
	nth, days, k, ok := p.nthWeekdays(j)
	if !ok {
		return r, j, false
	}
	return rule.Rule{Nth: nth.nths(), Weekdays: days.weekdays()}, k, true
}

// monthDays reads 5日・20日, 5・15・25日.
func (p *parser) monthDays(j int) (days []int, k int) {
	for k = j; ; {
		v, n, ok := p.m.Match(formMonthDay, k, nil)
		if !ok {
			return days, k
		}
		days = append(days, v.Get(grammar.Day))
		k = n
		if n = p.skip(formDaySep, k); p.m.At(n).Kind != grammar.Number {
			return days, k
		}
		if !p.matches(formMonthDay, n) {
			return days, k
		}
		k = n
	}
}

func (p *parser) matches(f *grammar.Form, j int) bool {
	_, ok := p.m.Is(f, j)
	return ok
}

// nthWeekdays reads 第3木曜, 第1・3土曜日, 第2、第4(土), 最終金曜.
func (p *parser) nthWeekdays(j int) (nth, days set, k int, ok bool) {
	for range 6 {
		n, k, ok := p.ordinalAt(j, nth != 0)
		if !ok {
			break
		}
		nth |= 1 << n
		j = p.skip(formFiller, p.skip(formNthSep, p.skip(formWeekUnit, k)))
	}
	if nth == 0 {
		return 0, 0, j, false
	}
	days, k, ok = p.weekdays(j)
	if more, same, m, again := p.furtherNth(k, ok); again && same == days { // 第1土曜と第3土曜
		nth, k = nth|more, m
	}
	return nth, days, k, ok
}

// furtherNth reads a further ordinal with its weekday behind token k.
func (p *parser) furtherNth(k int, ok bool) (nth, days set, j int, again bool) {
	j = p.skip(formNthSep, k)
	if !ok || j == k || !p.matches(formNthSign, j) {
		return 0, 0, k, false
	}
	return p.nthWeekdays(j)
}

// ordinalAt reads 第3, 最終; a bare number only behind another.
func (p *parser) ordinalAt(j int, bare bool) (n, k int, ok bool) {
	if v, k, ok := p.m.Match(formLastNth, j, nil); ok {
		return v.Get(grammar.Nth), k, true
	}
	sign := p.skip(formNthSign, j)
	if sign == j && !bare {
		return 0, j, false
	}
	v, k, ok := p.m.Match(formNthNumber, sign, nil)
	return v.Get(grammar.Nth), k, ok
}

// weekdays reads 木曜, 火・木曜日, 月水金, 土日, 月〜金, (土).
func (p *parser) weekdays(j int) (days set, k int, ok bool) {
	inside := p.skip(formOpen, j)
	bracket := inside > j
	last, named := -1, false
	for k = inside; ; {
		v, n, ok := p.m.Match(formKanjiDay, k, nil)
		if !ok {
			break
		}
		wd := v.Get(grammar.Weekday)
		days |= through(last, wd)
		k = p.skip(formDayMark, n)
		named = k > n
		next, joined := p.nextWeekday(k, named)
		if next == k {
			break
		}
		last, k = -1, next
		if joined {
			last = wd
		}
	}
	if days == 0 {
		return 0, j, false
	}
	if bracket {
		k, ok = p.m.Is(formClose, k)
		return days, k, ok
	}
	return days, k, named || !p.matches(formGoesOn, k)
}

// through returns the days from one to another; from -1 the other alone.
func through(from, to int) (s set) {
	if from < 0 {
		return 1 << to
	}
	for d := from; d != to; d = (d + 1) % 7 {
		s |= 1 << d
	}
	return s | 1<<to
}

// nextWeekday returns where a further weekday stands behind token k, joined by a range
// sign or not; k for none.
func (p *parser) nextWeekday(k int, named bool) (next int, joined bool) {
	if n := p.skip(formSign, k); n > k && p.matches(formKanjiDay, n) {
		return n, true
	}
	n := p.skip(formDaySep, k)
	m, ok := p.m.Is(formKanjiDay, n)
	if !ok {
		return k, false
	}
	if n == k && !p.gluedDay(k, m, named) {
		return k, false
	}
	return n, false
}

// gluedDay reports whether the weekday [k,m) goes on a list without a sign: 月水金; one
// behind 曜 must have its own.
func (p *parser) gluedDay(k, m int, named bool) bool {
	if p.m.At(k).Gap != grammar.Glued {
		return false
	}
	return !named || p.matches(formDayMark, m)
}

func (p *parser) addRule(r rule.Rule, i, j int) int {
	p.doc.Rules = append(p.doc.Rules, r)
	p.push(Item{Kind: Rule, X: int32(len(p.doc.Rules) - 1)}, i, j)
	return j
}

// tryEnglishRule reads "every Thursday", "first Wednesday of each month", "1st and 3rd
// Tuesdays", "Thursdays".
func (p *parser) tryEnglishRule(i int) (int, bool) {
	var r rule.Rule
	j := p.skip(formEnEach, p.skip(formMonthly, i))
	each := j > i
	if k := p.skip(formEnOther, j); each && k > j {
		j, r.Every = k, 2
	}
	nth, j := p.englishOrdinals(j)
	days, plural, k := p.englishDays(j)
	if days == 0 {
		return i, false
	}
	r.Weekdays = days.weekdays()
	repeated := each || plural && !p.gluedDigit(i)
	if nth != 0 {
		r.Nth = nth.nths()
		repeated = p.ofMonth(&r, &k) || each || plural
	}
	if !repeated {
		return i, false
	}
	return p.addRule(r, i, k), true
}

func (p *parser) gluedDigit(i int) bool {
	return p.m.At(i).Gap == grammar.Glued && p.m.At(i-1).Kind == grammar.Number
}

// englishOrdinals reads first, 1st and 3rd, last.
func (p *parser) englishOrdinals(j int) (nth set, k int) {
	for {
		v, n, ok := p.m.Match(formOrdinal, j, nil)
		if !ok {
			return nth, j
		}
		nth |= 1 << v.Get(grammar.Nth)
		j = p.skip(formComma, n)
	}
}

// englishDays reads Tuesday, Tuesdays and Thursdays.
func (p *parser) englishDays(j int) (days set, plural bool, k int) {
	for k = j; ; {
		v, n, ok := p.m.Match(formPlural, k, nil)
		if !ok {
			v, n, ok = p.m.Match(formEnDay, k, nil)
		}
		if !ok {
			return days, plural, k
		}
		days |= 1 << v.Get(grammar.Weekday)
		plural = plural || v.Flag(grammar.Plural)
		next := p.skip(formComma, n)
		if next == n || !p.matches(formEnDay, next) && !p.matches(formPlural, next) {
			return days, plural, n
		}
		k = next
	}
}

// ofMonth reads "of each month", "every third month", and the months that a schedule
// behind it names: "Feb, May, Aug, and Nov".
func (p *parser) ofMonth(r *rule.Rule, k *int) bool {
	v, j, ok := p.m.Match(formOfMonth, *k, nil)
	if !ok || p.m.At(*k).Gap > grammar.Space {
		return false
	}
	if v.Has(grammar.Every) {
		r.Every = every(v.Get(grammar.Every))
		r.Months = p.monthsBehind(j)
	}
	*k = j
	return true
}

// monthsBehind looks for a list of months in the words behind a rule.
func (p *parser) monthsBehind(j int) (months []time.Month) {
	for k := j; k < min(j+24, len(p.m.Toks)); k++ {
		if !p.matches(formMonthsHere, k) {
			continue
		}
		for len(months) < 12 {
			v, n, ok := p.m.Match(formMonthName, k, nil)
			if !ok {
				return months
			}
			months = append(months, time.Month(v.Get(grammar.Month)))
			k = p.skip(formComma, n)
		}
	}
	return months
}
