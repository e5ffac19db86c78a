// Package resolve turns dates as they are printed into days of the calendar: it infers
// what is left out from the time of publication and from what stands around, and lets
// printed weekdays prove or contradict it. These are rules, not weights: a weekday
// counts before a heading, a heading before a year in the text, that before the
// direction in which the words look, and that before nearness.
package resolve

import (
	"time"

	"koyomi/internal/event"
	"koyomi/internal/when/bind"
	"koyomi/internal/when/civil"
	"koyomi/internal/when/grammar"
	"koyomi/internal/when/parse"
)

// A Source is where a year or month comes from.
type Source uint8

// The sources.
const (
	Unknown Source = iota
	Printed
	FromRef
	FromHint
	FromText
	FromWord  // 今年, 来年
	Counted   // 明日
	FromRule  // the next occurrence of a rule
	MonthRef  // a day of the month, near the publication
	MonthText // a day of the month, of the month named before
)

// A Range is a run of days, as day numbers; one day where they are equal.
type Range struct{ A, B int }

// Days is what a candidate's date is read as.
type Days struct {
	OK           bool // the calendar has it
	First, Last  int  // of the first range
	Ranges       []Range
	Source       Source
	Proved       bool
	Contradicted bool
	Weekday, Is  int8 // the printed weekday that contradicts, and the calendar's
	Rule         int  // index into Doc.Rules + 1, 0 for none
}

// Several reports whether the days are more than one.
func (d *Days) Several() bool { return d.Last > d.First || len(d.Ranges) > 1 }

// A Context is what is known beside the text.
type Context struct {
	Ref   event.Date
	Year  int        // from a heading, title or URL, 0 if none
	Month time.Month // from a heading, 0 if none
}

// Resolver resolves the candidates of one text; its slices are used again.
type Resolver struct {
	c      Context
	ref    int
	set    *bind.Set
	Days   []Days
	ranges []Range
	dater  dater // used again for each date
}

// Resolve fills r.Days, one for each candidate of s.
func (r *Resolver) Resolve(s *bind.Set, c Context) {
	r.c, r.set = c, s
	r.ref = number(c.Ref)
	r.Days, r.ranges = r.Days[:0], r.ranges[:0]
	for k := range s.Candidates {
		r.Days = append(r.Days, r.candidate(k))
	}
}

func number(d event.Date) int { return civil.Number(d.Year, int(d.Month), d.Day) }

func numberOf(d *parse.Day) int { return civil.Number(int(d.Y), int(d.M), int(d.D)) }

func (r *Resolver) candidate(k int) Days {
	c := &r.set.Candidates[k]
	it := r.set.ItemOf(c)
	switch it.Kind {
	case parse.Rule:
		return r.rule(int(it.X))
	case parse.Weekday:
		return r.weekday(c, int(it.X))
	}
	return r.date(c, it)
}

// single is the reading of one day.
func (r *Resolver) single(n int, from Source) Days {
	at := len(r.ranges)
	r.ranges = append(r.ranges, Range{n, n})
	return Days{
		OK:     true,
		First:  n,
		Last:   n,
		Ranges: r.ranges[at : at+1 : at+1],
		Source: from,
	}
}

// rule is the next occurrence of a rule.
func (r *Resolver) rule(x int) Days {
	d := r.set.Doc.Rules[x].FirstFrom(r.c.Ref)
	if d.IsZero() || d.Year > civil.MaxYear || d.Year < civil.MinYear {
		return Days{}
	}
	days := r.single(number(d), FromRule)
	days.Rule = x + 1
	return days
}

// weekday is the next day of that name, or in a report the last.
func (r *Resolver) weekday(c *bind.Candidate, wd int) Days {
	ahead := (wd - civil.Weekday(r.ref) + 7) % 7
	if c.Tense == bind.TensePast {
		ahead -= 7
	}
	return r.single(r.ref+ahead, Counted)
}

// date resolves the spans of a date, each by the one before it.
func (r *Resolver) date(c *bind.Candidate, it *parse.Item) Days {
	at := len(r.ranges)
	d := &r.dater
	*d = dater{r: r, c: c, it: it}
	for n, span := range r.spans(c, it) {
		d.a, d.b = span.A, span.B
		if !d.resolve(n > 0) {
			return Days{}
		}
		first, last := numberOf(&d.a), numberOf(&d.a)
		d.check(&d.a)
		d.prev = d.a
		if d.b.D != 0 {
			last = max(first, numberOf(&d.b))
			d.check(&d.b)
			d.prev = d.b
		}
		r.ranges = append(r.ranges, Range{first, last})
	}
	days := d.days
	days.Ranges = r.ranges[at:len(r.ranges):len(r.ranges)]
	days.First, days.Last, days.OK = days.Ranges[0].A, days.Ranges[0].B, true
	return days
}

// spans returns what is read of a date: of one that was moved with an arrow
// (3/7→4/11に変更) the day behind it.
func (r *Resolver) spans(c *bind.Candidate, it *parse.Item) []parse.Span {
	spans := r.set.Doc.SpansOf(it)
	if c.Moved && len(spans) == 1 && spans[0].Ranged() && spans[0].A.Has(parse.Joined) {
		return []parse.Span{{A: spans[0].B}}
	}
	return spans
}

// A dater resolves one span.
type dater struct {
	r    *Resolver
	c    *bind.Candidate
	it   *parse.Item
	a, b parse.Day
	prev parse.Day // the day before it in a list
	days Days
}

// resolve fills year, month and day; false where the calendar has no such day. further
// says that a day of the list stands before it.
func (d *dater) resolve(further bool) bool {
	if further {
		d.inherit(&d.prev)
	}
	if d.a.M == 0 {
		d.inferMonth()
	}
	if d.a.Y == 0 && d.b.Y != 0 && d.b.M != 0 {
		d.a.Y = d.b.Y
		if d.a.M > d.b.M {
			d.a.Y--
		}
	}
	if d.a.Y == 0 {
		d.inferYear()
	} else if d.days.Source == Unknown {
		d.days.Source = printedBy(&d.a)
	}
	if d.a.Nth != 0 && !nthDay(&d.a) {
		return false
	}
	if !civil.Valid(int(d.a.Y), int(d.a.M), int(d.a.D)) {
		return false
	}
	d.close()
	return true
}

func printedBy(a *parse.Day) Source {
	switch {
	case a.Has(parse.Relative):
		return Counted
	case a.Has(parse.YearWord):
		return FromWord
	}
	return Printed
}

// close fills what the last day of the range leaves out.
func (d *dater) close() {
	if d.b.D == 0 {
		return
	}
	closeRange(&d.a, &d.b, int(d.a.Y))
	if d.b.Y == 0 || d.b.Y > civil.MaxYear {
		d.b.D = 0
	}
}

// nthDay turns 第3土曜 of a month into its day; false where the month has none.
func nthDay(d *parse.Day) bool {
	day, ok := civil.Nth(int(d.Y), int(d.M), int(d.Nth), int(d.Wd))
	d.D = int8(day)
	d.Nth = 0
	d.Wd = -1
	return ok
}

// inherit fills what a further day of a list leaves out.
func (d *dater) inherit(prev *parse.Day) {
	a := &d.a
	if a.M == 0 {
		a.M, a.Y = prev.M, prev.Y
		if a.D <= prev.D {
			a.Y, a.M = nextMonth(a.Y, a.M)
		}
		return
	}
	if a.Y == 0 && a.Nth == 0 {
		a.Y = prev.Y
		if a.M < prev.M {
			a.Y++
		}
	}
}

func nextMonth(y int16, m int8) (int16, int8) {
	if m == 12 {
		return y + 1, 1
	}
	return y, m + 1
}

// check compares the printed weekday with the calendar's.
func (d *dater) check(a *parse.Day) {
	if a.Wd < 0 || a.Has(parse.Relative) {
		return
	}
	is := civil.Weekday(numberOf(a))
	if is == int(a.Wd) {
		d.days.Proved = true
		return
	}
	if !d.days.Contradicted {
		d.days.Contradicted, d.days.Weekday, d.days.Is = true, a.Wd, int8(is)
	}
}

// closeRange fills what the last day of a range leaves out, given the year of the
// first; e.Y is 0 where the calendar has no such day.
func closeRange(a, e *parse.Day, y int) {
	printedMonth, printedYear := e.M != 0, e.Y != 0
	ey, m := int16(y), a.M
	if printedYear {
		ey = e.Y
	}
	if printedMonth {
		m = e.M
	}
	if e.Has(grammar.NextMonth) {
		ey, m = nextMonth(ey, m)
	}
	if e.Has(grammar.NextYear) {
		ey++
	}
	if !printedYear && before(ey, m, e.D, int16(y), a.M, a.D) {
		if printedMonth {
			ey++
		} else {
			ey, m = nextMonth(ey, m)
		}
	}
	e.Y, e.M = ey, m
	if !civil.Valid(int(ey), int(m), int(e.D)) {
		e.Y = 0
	}
}

func before(y int16, m, d int8, y2 int16, m2, d2 int8) bool {
	return civil.Number(int(y), int(m), int(d)) < civil.Number(int(y2), int(m2), int(d2))
}
