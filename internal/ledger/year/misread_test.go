package year

import "fmt"

// mending is the day on which the faulty reader is repaired. Until then, and of
// some outlets only, it takes a notice for an event, the end of the registration
// for a gathering of its own, or another date on the page for the start.
const mending = 200

// misreading plans what the faulty reader makes of an outlet.
func (w *world) misreading(o *outlet) {
	if o.rank > 0 || o.habit == newsFeed || o.yearless {
		return
	}
	from := w.between(165, 190)
	switch roll := w.rng.IntN(100); {
	case roll < 20:
		w.on(from, func() { w.haunt(o, "会場案内の更新 "+o.source.ID, w.day+40) })
	case roll < 40:
		w.on(from, func() { w.shadow(o) })
	case roll < 60:
		o.blurs = from
	}
}

// haunt puts something on an outlet's page that the faulty reader takes for an event.
func (w *world) haunt(o *outlet, title string, day int) {
	g := &gathering{
		id: len(w.gatherings), community: o.community, title: title, hours: 2, ghost: true, place: "受付",
		start: first.AddDate(0, 0, day).Add(19 * 3600e9), befell: []string{"read where nothing is"},
	}
	w.gatherings = append(w.gatherings, g)
	p := w.post(g, o)
	p.key, p.url, p.blur = fmt.Sprint("notice-", p.trace), "", 0
	o.postings = o.postings[:len(o.postings)-1]
	o.ghosts = append(o.ghosts, p)
	w.tally.happened["read where nothing is"]++
	w.on(mending, func() { w.expect(g, "misread", 1) })
}

// shadow has the faulty reader take the end of the registration for each gathering
// ahead for another one of its title.
func (w *world) shadow(o *outlet) {
	for _, p := range o.list(w.day) {
		if ahead := int(p.start.Sub(first).Hours()/24) - w.day; ahead > 12 && p.of.days == 0 {
			w.haunt(o, p.title, w.day+ahead-5)
		}
	}
}

// misread notes that the start of a posting is misread until the reader is mended.
func (w *world) misread(p *posting) {
	w.befall(p.of, "date misread")
	w.on(mending, func() { w.expect(p.of, "date mended", 1) })
}
