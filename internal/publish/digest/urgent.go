package digest

import (
	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/subscriber"
)

// Urgent makes what a reader is told at once, written: what was cancelled, put off or
// moved of what is near, before or now, and was not told yet. It is empty where there
// is nothing of that.
func (p *Planner) Urgent(r Reader) (Digest, Body, error) {
	q, err := p.query(r)
	if err != nil {
		return Digest{}, Body{}, err
	}
	var found [kinds][]entry
	for _, n := range p.sinceFor(r) {
		if t, ok := p.report(&n, q); ok && p.urgent(t) {
			found[t.kind] = append(found[t.kind], t)
		}
	}
	d := p.digest(r, found, Most)
	d.AtOnce = true
	if d.Empty() {
		return d, Body{}, nil
	}
	b, err := d.Render()
	return d, b, err
}

// urgent reports whether who goes there must know now.
func (p *Planner) urgent(one entry) bool {
	if one.kind == New || one.small() {
		return false
	}
	return p.isNear(*one.before) || p.isNear(one.doc.Event)
}

// isNear reports whether an event begins soon, or is on now.
func (p *Planner) isNear(e event.Event) bool {
	if e.Start.IsZero() || !publish.Published(e) && !e.Withdrawn {
		return false
	}
	begins := e.Start.Begin(e.Span.Location())
	return !begins.After(p.in.Now.Add(subscriber.UrgentWithin)) && !p.over(e)
}
