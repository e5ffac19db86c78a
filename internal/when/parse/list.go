package parse

import "koyomi/internal/when/grammar"

// tryListedDays reads days whose month stands behind the last: "2nd to 4th December",
// "21. to 22. June 2003", "3rd and 4th of May".
func (p *parser) tryListedDays(i int) (int, bool) {
	days, ranged, j := p.listedDays(i)
	if len(days) < 2 {
		return i, false
	}
	x := len(p.doc.Spans)
	last := &days[len(days)-1]
	for k := range days {
		days[k].Y, days[k].M, days[k].Fl = last.Y, last.M, last.Fl
	}
	if ranged {
		p.doc.Spans = append(p.doc.Spans, Span{A: days[0], B: *last})
	} else {
		for _, d := range days {
			p.doc.Spans = append(p.doc.Spans, Span{A: d})
		}
	}
	p.pushDate(x, i, j)
	return p.hoursBehind(nil, last, j), true
}

// listedDays returns the days up to the one with a month; ranged where two are joined
// by a range sign.
func (p *parser) listedDays(i int) (days []Day, ranged bool, j int) {
	days, j = p.days[:0], i
	for len(days) < cap(p.days) {
		if len(days) > 0 {
			j = p.skip(formEnDay, j)
			if d, k, ok := p.monthlyDay(j); ok {
				return append(days, d), ranged, k
			}
		}
		d, _, k, ok := p.dateAt(formListedDay, j)
		if !ok {
			return nil, false, i
		}
		days = append(days, d)
		if j, ok = p.m.Is(formRange, k); ok {
			ranged = true
		} else if j, ok = p.m.Is(formComma, k); !ok {
			return nil, false, i
		}
	}
	return nil, false, i
}

// monthlyDay reads an English day with its month and the weekday behind it.
func (p *parser) monthlyDay(j int) (Day, int, bool) {
	d, _, k, ok := p.dateAt(formDate, j)
	if !ok || !d.Has(grammar.English) || d.D == 0 {
		return d, j, false
	}
	return d, p.weekdayBehind(&d, k), true
}
