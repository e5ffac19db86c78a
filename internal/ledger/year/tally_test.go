package year

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/poll"
)

type answer = poll.Answer

// A tally is what was counted over the year.
type tally struct {
	happened         map[string]int
	due, met         map[string]int
	mistakes         map[string]map[int]bool // kind → gatherings
	told             map[string]int
	healthy, held    int
	undecidable      int
	faults, unnamed  map[string]int
	pairs, truePairs map[[3]string]bool
	words            []string
}

func newTally() *tally {
	return &tally{
		happened: map[string]int{}, due: map[string]int{}, met: map[string]int{}, mistakes: map[string]map[int]bool{}, told: map[string]int{},
		faults: map[string]int{}, unnamed: map[string]int{}, pairs: map[[3]string]bool{}, truePairs: map[[3]string]bool{},
	}
}

func (t *tally) say(format string, args ...any) {
	if len(t.words) < 1000 {
		t.words = append(t.words, fmt.Sprintf(format, args...))
	}
}

// mistake notes one made with a gathering, each once.
func (w *world) mistake(kind string, g *gathering, format string, args ...any) {
	if w.tally.mistakes[kind] == nil {
		w.tally.mistakes[kind] = map[int]bool{}
	}
	if !w.tally.mistakes[kind][g.id] {
		w.tally.mistakes[kind][g.id] = true
		w.tally.say("day %d: %s: %q of %s %v: %s", w.day, kind, g.title, g.community, g.befell, fmt.Sprintf(format, args...))
	}
}

// An expectation is what the ledger must have learnt after so many polls in health
// of the outlets that tell of it.
type expectation struct {
	of    *gathering
	kind  string
	polls int
	seen  map[*outlet]int
	lead  *posting
}

func (w *world) expect(g *gathering, kind string, polls int) {
	if !g.shown || len(g.postings) == 0 {
		return
	}
	lead := g.lead()
	if !slices.ContainsFunc(g.postings, func(p *posting) bool { return p.on == lead.on && p.seen }) {
		return // what was different before, nobody has seen there
	}
	w.expected = append(w.expected, &expectation{g, kind, polls, map[*outlet]int{}, lead})
}

// noon is when the day's polls are done: what is over by then, nobody looks at any
// more.
func (w *world) noon() time.Time { return first.AddDate(0, 0, w.day).Add(12 * time.Hour) }

func (w *world) expectMove(g *gathering) { w.expect(g, "moved", 1) }

// polled notes a poll in health, before the ledger's answer is looked at. One that
// is minutes after the last, as the clock was set back, is no further look at what
// is missing.
func (w *world) polled(o *outlet, at time.Time, held bool) {
	again := at.Sub(o.polledAt).Abs() < time.Hour
	o.polledAt = at
	for _, p := range append(o.list(w.day), o.ghosts...) {
		if held && !p.seen && o.upsetOf(w.day) {
			continue // it waits with the rest for a poll or two
		}
		p.of.shown, p.seen = true, true
	}
	for _, e := range w.expected {
		told := slices.ContainsFunc(e.of.postings, func(p *posting) bool {
			return p.on == o && (p.hidden || e.of.ghost || o.shows(p, w.day))
		})
		if told && (e.polls == 1 || !again) {
			e.seen[o]++
		}
	}
}

// settle looks whether what was due has come about.
func (w *world) settle(m *memory) {
	w.expected = slices.DeleteFunc(w.expected, func(e *expectation) bool {
		if w.takenBack(e) || !e.of.over().After(first.AddDate(0, 0, w.day+1)) {
			return true // taken back meanwhile, or over
		}
		for _, p := range e.of.postings {
			if (e.kind == "withdrawn" || p.on == e.lead.on) && e.seen[p.on] < e.polls {
				return false
			}
		}
		ev := m.live(e.of.uid)
		ok := false
		switch strings.TrimSuffix(e.kind, atOnce) {
		case "cancelled":
			ok = ev.Status == event.Cancelled && !ev.Withdrawn
		case "reinstated":
			ok = ev.Status == event.Confirmed && !ev.Withdrawn
		case "withdrawn":
			ok = ev.Withdrawn
		case "misread":
			ok = ev.Withdrawn && m.endedAs(e.of.uid, "misread")
		case "moved", "date mended":
			ok = ev.Start.Date == event.DateOf(e.of.start.In(e.lead.on.zone)) && !ev.Withdrawn
		}
		w.tally.due[e.kind]++
		if ok {
			w.tally.met[e.kind]++
		} else {
			w.mistake("not "+e.kind, e.of, "now %s %s withdrawn=%v", ev.Status, ev.Start, ev.Withdrawn)
		}
		return true
	})
}

// takenBack reports whether nobody can learn any more what was to be learnt: it was
// taken back or away meanwhile, or the faulty reader is in the way.
func (w *world) takenBack(e *expectation) bool {
	switch strings.TrimSuffix(e.kind, atOnce) {
	case "cancelled":
		return !e.of.cancelled
	case "withdrawn":
		return !e.of.withdrawn
	}
	if e.of.withdrawn || !slices.ContainsFunc(e.of.postings, func(p *posting) bool { return p.on == e.lead.on && !p.hidden }) {
		return e.kind != "misread"
	}
	blurred := func(p *posting) bool { return p.blur > 0 && !p.hidden && p.on == e.lead.on }
	return !w.mended && slices.ContainsFunc(e.of.postings, blurred)
}

// evening counts the mistakes that stand at the end of a day.
func (w *world) evening(m *memory, from int) {
	for _, c := range m.changes[from:] {
		for name := range m.on[c.UID] {
			g := w.traces[m.claims[name].Listing.Sequence].of
			if c.Kind == event.ChangeCancelled && !g.cancelled && !g.withdrawn {
				w.mistake("false cancellation", g, "%v", c.Reasons)
			}
			if c.Kind == event.ChangeWithdrawn && !g.withdrawn && !g.ghost && !m.shows(w, g) {
				w.mistake("false withdrawal", g, "%v", c.Reasons)
			}
		}
	}
	type held struct {
		key [2]string
		uid string
	}
	of := map[*gathering][]held{}
	for name, c := range m.claims {
		if g := w.traces[c.Listing.Sequence].of; c.Until.IsZero() && g.over().After(w.noon()) {
			of[g] = append(of[g], held{name, m.live(c.UID).UID})
		}
	}
	byUID := map[string][]held{}
	whose := map[[2]string]*gathering{}
	for g, all := range of {
		w.look(m, g, func(do func(source, uid string)) {
			for _, h := range all {
				do(h.key[0], h.uid)
			}
		})
		for _, h := range all {
			whose[h.key] = g
			byUID[h.uid] = append(byUID[h.uid], h)
			for _, o := range all {
				if h.key[0] < o.key[0] {
					w.tally.truePairs[[3]string{fmt.Sprint(g.id), h.key[0], o.key[0]}] = h.uid == o.uid
				}
			}
		}
	}
	for _, all := range byUID {
		for _, h := range all {
			for _, o := range all {
				if h.key[0] < o.key[0] {
					right := whose[h.key] == whose[o.key]
					w.tally.pairs[[3]string{h.key[0] + h.key[1], o.key[0] + o.key[1]}] = right
					if !right {
						w.mistake("merged wrongly", whose[h.key], "with %q", whose[o.key].title)
					}
				}
			}
		}
	}
	for _, g := range w.gatherings {
		if g.shown && !g.withdrawn && !g.ghost && g.over().After(w.noon()) && len(of[g]) == 0 {
			w.mistake("event lost", g, "no claim on it is left")
		}
	}
}

// look holds the claims on one gathering against its UID.
func (w *world) look(m *memory, g *gathering, each func(func(source, uid string))) {
	uids, bySource := map[string]bool{}, map[string]string{}
	each(func(source, uid string) {
		uids[uid] = true
		if other := bySource[source]; other != "" && other != uid {
			w.mistake("doubled", g, "%s and %s of %s", uid, other, source)
		}
		bySource[source] = uid
	})
	switch {
	case !g.settled:
		g.uid = slices.MinFunc(slices.Collect(maps.Keys(uids)), func(a, b string) int {
			if c := m.events[a].Created.Compare(m.events[b].Created); c != 0 {
				return c
			}
			return strings.Compare(a, b)
		})
		g.settled = w.day > 1
	case !uids[g.uid] && w.knownByBlur(m, g):
		// Only the faulty reader's wrong date had that UID, beside other outlets that
		// told the right one; of a title that many have, nobody could say that they are one.
		g.uid = slices.Sorted(maps.Keys(uids))[0]
	case !uids[g.uid]:
		w.mistake("UID changed", g, "from %s", g.uid)
		g.uid = slices.Sorted(maps.Keys(uids))[0]
	}
}

// knownByBlur reports whether all that ever was listed under a gathering's UID is a
// misread date, in a series whose title tells nothing apart.
func (w *world) knownByBlur(m *memory, g *gathering) bool {
	for name := range m.on[g.uid] {
		if w.traces[m.claims[name].Listing.Sequence].blur == 0 {
			return false
		}
	}
	return !w.distinct(g) && len(m.on[g.uid]) > 0
}

func share(n, of int) float64 {
	if of == 0 {
		return 100
	}
	return 100 * float64(n) / float64(of)
}

func rights(pairs map[[3]string]bool) (n int) {
	for _, right := range pairs {
		if right {
			n++
		}
	}
	return n
}
