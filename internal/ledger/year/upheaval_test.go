package year

import (
	"slices"
	"time"

	"koyomi/internal/event"
)

// upheavals are what truly befalls all that a community has ahead at once: a reader
// could take each for a fault, and a fault for each.
var upheavals = []struct {
	kind string
	do   func(*world, []*gathering)
}{
	{"all called off", (*world).callAllOff},
	{"all moved", (*world).moveAll},
	{"all at another hour", (*world).shiftAll},
	{"list shortened", (*world).shorten},
}

// learnt is within how many polls what truly changed at once must be known.
const learnt = 3

// atOnce marks what is to be learnt of an upheaval.
const atOnce = " at once"

// upset plans the upheavals of a community, as often as an outlet is in trouble.
func (w *world) upset(o *outlet) {
	for day := o.opens + w.between(40, 120); day < days-30; day += w.between(60, 160) {
		u := upheavals[w.rng.IntN(len(upheavals))]
		w.on(day, func() {
			ahead := w.ahead(o)
			if _, broken := o.fault(w.day + learnt); len(ahead) < 2 || broken {
				return
			}
			o.upsetOn = w.day
			for _, g := range ahead {
				w.befall(g, u.kind)
			}
			u.do(w, ahead)
		})
	}
}

// ahead returns what an outlet has shown that is to be in a week and later.
func (w *world) ahead(o *outlet) (all []*gathering) {
	for _, p := range o.list(w.day) {
		soon := p.start.Before(first.AddDate(0, 0, w.day+7))
		if p.seen && !soon && !p.of.cancelled && p.status == event.Confirmed && p.of.days == 0 && !slices.Contains(all, p.of) {
			all = append(all, p.of)
		}
	}
	return all
}

// upsetOf reports whether all that an outlet has ahead was changed of late.
func (o *outlet) upsetOf(day int) bool { return o.upsetOn > 0 && day < o.upsetOn+learnt+4 }

func (w *world) callAllOff(all []*gathering) {
	for _, g := range all {
		g.cancelled = true
		w.tell(g, w.callOff)
		w.expect(g, "cancelled"+atOnce, learnt)
	}
}

func (w *world) moveAll(all []*gathering) {
	by := w.between(1, 3) * 7
	w.startAt(all, func(t time.Time) time.Time { return t.AddDate(0, 0, by) })
}

func (w *world) shiftAll(all []*gathering) {
	w.startAt(all, func(t time.Time) time.Time { return t.Add(90 * time.Minute) })
}

// startAt returns gatherings other starts.
func (w *world) startAt(all []*gathering, move func(time.Time) time.Time) {
	for _, g := range all {
		g.start = move(g.start)
		start := g.start
		w.tell(g, func(p *posting) { p.start = start })
		w.expect(g, "moved"+atOnce, learnt)
	}
}

// shorten takes away what comes last for good: half of what is ahead.
func (w *world) shorten(all []*gathering) {
	for _, g := range all[(len(all)+1)/2:] {
		w.withdraw(g)
	}
}
