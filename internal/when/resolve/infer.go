package resolve

import (
	"cmp"

	"koyomi/internal/when/bind"
	"koyomi/internal/when/civil"
	"koyomi/internal/when/parse"
)

// A cost orders the years and months that may be meant; the first difference counts.
type cost struct {
	printed int // the text prints the same day with another year
	weekday int // printed weekdays that contradict
	hint    int // the caller's heading says otherwise
	text    int // a year in the text says otherwise
	far     int // out of the window that the words open
	days    int // from the publication
}

func (a cost) compare(b cost) int {
	return cmp.Or(
		cmp.Compare(
			a.printed,
			b.printed,
		),
		cmp.Compare(a.weekday, b.weekday),
		cmp.Compare(a.hint, b.hint),
		cmp.Compare(a.text, b.text),
		cmp.Compare(a.far, b.far),
		cmp.Compare(a.days, b.days),
	)
}

// The window in which an announcement's day lies, in days from its publication.
const (
	windowBefore = -60
	windowAhead  = 305
)

// lateReport is how much farther a day ahead of a report counts than one behind it.
const lateReport = 4

// distance is how far day n lies from the publication in the direction that the words
// look: an announcement forward, a report back.
func (d *dater) distance(n int) (far, days int) {
	diff := n - d.r.ref
	away := max(diff, -diff)
	if d.c.Tense == bind.TensePast {
		return 0, pastDays(diff)
	}
	switch {
	case diff > windowAhead, diff < windowBefore:
		return 1, away
	case diff < 0:
		return 0, 2 * away
	}
	return 0, away
}

// pastDays is how far a day lies from a report on it; the day after it may be meant.
func pastDays(diff int) int {
	if diff > 1 {
		return lateReport * diff
	}
	return max(diff, -diff)
}

// inferYear sets the year of a day that prints none.
func (d *dater) inferYear() {
	best, bestCost := 0, cost{}
	try := func(y int) {
		c, ok := d.yearCost(y)
		if ok && (best == 0 || c.compare(bestCost) < 0) {
			best, bestCost = y, c
		}
	}
	for y := d.r.c.Ref.Year - 2; y <= d.r.c.Ref.Year+2; y++ {
		try(y)
	}
	hint := d.r.c.Year
	if hint >= civil.MinYear && hint <= civil.MaxYear {
		try(hint)
	}
	d.a.Y = int16(best)
	if d.days.Source == Unknown {
		d.days.Source = d.yearSource(best, bestCost)
	}
}

func (d *dater) yearSource(y int, c cost) Source {
	switch {
	case y == d.r.c.Year:
		return FromHint
	case y == int(d.it.YearBefore) && c.text == 0:
		return FromText
	}
	return FromRef
}

// yearCost weighs the year y; false where it has no such day.
func (d *dater) yearCost(y int) (c cost, ok bool) {
	a := d.a
	a.Y = int16(y)
	if a.Nth != 0 && !nthDay(&a) || !civil.Valid(y, int(a.M), int(a.D)) {
		return c, false
	}
	n := numberOf(&a)
	c.far, c.days = d.distance(n)
	c.weekday = contradicts(&a) + d.endContradicts(&a, y)
	if hint := d.r.c.Year; hint == y {
		c.far = 0 // a list of twenty years names them all
	} else if hint != 0 {
		c.hint = 1
	}
	if same := d.r.sameDay(&d.a); same != 0 && same != y {
		c.printed = 1
	}
	if near := d.yearNear(); near != 0 && y != near {
		c.text = 1
	}
	return c, true
}

// contradicts is 1 where the printed weekday is not the calendar's.
func contradicts(a *parse.Day) int {
	if a.Wd < 0 || civil.Weekday(numberOf(a)) == int(a.Wd) {
		return 0
	}
	return 1
}

// endContradicts is 1 where the last day of the range contradicts its weekday.
func (d *dater) endContradicts(a *parse.Day, y int) int {
	if d.b.D == 0 || d.b.Wd < 0 {
		return 0
	}
	e := d.b
	closeRange(a, &e, y)
	if e.Y == 0 {
		return 0
	}
	return contradicts(&e)
}

// yearNear returns the year that the text names beside the date: a heading, 2014年の予定,
// a fiscal year, which begins in April; 0 for none.
func (d *dater) yearNear() int {
	y := int(d.it.YearBefore)
	if y == 0 || max(y-d.r.c.Ref.Year, d.r.c.Ref.Year-y) > 2 {
		return 0
	}
	if d.r.fiscalBefore(d.it) && d.a.M < 4 {
		y++
	}
	return y
}

// sameDay returns the year that the text prints with the same day elsewhere.
func (r *Resolver) sameDay(a *parse.Day) int {
	for i := range r.set.Doc.Spans {
		o := &r.set.Doc.Spans[i].A
		if o.Has(parse.Relative) {
			continue
		}
		if o.M == a.M && o.D == a.D && o.Y != 0 {
			return int(o.Y)
		}
	}
	return 0
}

// fiscalBefore reports whether the year named last before it is a fiscal one.
func (r *Resolver) fiscalBefore(it *parse.Item) bool {
	fiscal := false
	for k := range r.set.Doc.Items {
		p := &r.set.Doc.Items[k]
		if p.From >= it.From {
			break
		}
		if p.Kind == parse.Year {
			fiscal = p.Fiscal
		}
	}
	return fiscal
}

// The months around the publication in which a bare day of the month may lie.
const (
	monthsBack  = 6
	monthsAhead = 9
)

// inferMonth sets year and month of a day of the month alone.
func (d *dater) inferMonth() {
	hintY, hintM := d.monthNear()
	best, bestCost := 0, cost{}
	try := func(k int) {
		c, ok := d.monthCost(k, hintY, hintM)
		if ok && (best == 0 || c.compare(bestCost) < 0) {
			best, bestCost = k, c
		}
	}
	ref := d.r.c.Ref.Year*12 + int(d.r.c.Ref.Month) - 1
	for k := ref - monthsBack; k <= ref+monthsAhead; k++ {
		try(k)
	}
	if hintM != 0 && hintY != 0 {
		try(hintY*12 + hintM - 1)
	}
	d.a.Y, d.a.M = int16(best/12), int8(best%12+1)
	d.days.Source = MonthRef
	if int(d.a.M) == hintM {
		d.days.Source = MonthText
	}
}

func (d *dater) monthCost(k, hintY, hintM int) (c cost, ok bool) {
	a := d.a
	a.Y, a.M = int16(k/12), int8(k%12+1)
	if !civil.Valid(int(a.Y), int(a.M), int(a.D)) {
		return c, false
	}
	c.far, c.days = d.distance(numberOf(&a))
	c.weekday = contradicts(&a)
	if hintM != 0 && int(a.M) != hintM || hintY != 0 && int(a.Y) != hintY {
		c.hint = 1
	}
	return c, true
}

// monthNear returns the month (and year) that a heading or an earlier date names, 0 for
// none.
func (d *dater) monthNear() (y, m int) {
	set := d.r.set
	for k := d.c.Item - 1; k >= max(0, d.c.Item-40); k-- {
		p := &set.Items[k]
		if p.Kind == parse.Month {
			return int(p.N), int(p.X)
		}
		if p.Kind == parse.Date && d.r.names(k) {
			first := set.Doc.FirstDay(p)
			return int(first.Y), int(first.M)
		}
	}
	return d.r.c.Year, int(d.r.c.Month)
}

// names reports whether the date of item k may lend its month to a day behind it.
func (r *Resolver) names(k int) bool {
	first := r.set.Doc.FirstDay(&r.set.Items[k])
	if first.M == 0 || first.Has(parse.Relative) {
		return false
	}
	n := r.set.CandidateOf(k)
	return n < 0 || !r.set.Candidates[n].Held()
}
