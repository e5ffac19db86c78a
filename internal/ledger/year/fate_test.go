package year

import (
	"slices"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
)

// spellings are ways to say that a gathering is called off.
var spellings = []func(string) string{
	func(t string) string { return "【中止】" + t },
	func(t string) string { return "【開催中止】" + t },
	func(t string) string { return t + "【中止】" },
	func(t string) string { return t + "（中止）" },
	func(t string) string { return "[中止のお知らせ] " + t },
	func(t string) string { return "[CANCELLED] " + t },
	func(t string) string { return "Canceled: " + t },
	func(t string) string { return "※中止※" + t },
	func(t string) string { return t + " 中止のお知らせ" },
	func(t string) string { return "【キャンセル】" + t },
	func(t string) string { return "【中止になりました】" + t },
	func(t string) string { return "【台風のため中止】" + t },
	func(t string) string { return "【開催見送り】" + t },
	func(t string) string { return "【取りやめ】" + t },
	func(t string) string { return "中止：" + t },
	func(t string) string { return "＜中止＞" + t },
	func(t string) string { return t + "（開催中止のお知らせ）" },
	func(t string) string { return t + " は中止となりました" },
	func(t string) string { return t + " - Cancelled" },
}

func TestSpellingsAreRead(t *testing.T) {
	for _, spell := range spellings {
		if s, ok := extract.TitleStatus(spell("第3回 勉強会")); !ok || s != event.Cancelled {
			t.Errorf("%q is not read as cancelled: the year would prove nothing", spell("第3回 勉強会"))
		}
	}
}

// callOff has a posting say that its gathering is called off: in its title or in
// its status alone.
func (w *world) callOff(p *posting) {
	p.status = event.Cancelled
	if w.chance(80) {
		p.title = pick(w, spellings)(p.title)
	}
}

// fates are what may befall a gathering between announcement and start, by weight.
var fates = []struct {
	kind   string
	weight int
	do     func(*world, *gathering)
}{
	{"nothing", 44, nil},
	{"moved", 12, (*world).moved},
	{"relocated", 4, (*world).relocated},
	{"renamed", 5, (*world).renamed},
	{"described", 5, (*world).described},
	{"cancelled", 8, (*world).cancel},
	{"cancelled and back", 2, (*world).reinstate},
	{"cancelled on its page", 2, (*world).cancelOnPage},
	{"withdrawn", 5, (*world).withdraw},
	{"withdrawn and back", 2, (*world).comeBack},
	{"unlisted", 2, (*world).unlist},
	{"flapping", 3, (*world).flap},
	{"re-posted", 4, func(w *world, g *gathering) { w.repost(g, 0) }},
	{"re-posted on another day", 4, func(w *world, g *gathering) { w.repost(g, w.between(-6, 25)) }},
	{"renumbered", 1, (*world).renumber},
	{"postponed", 2, (*world).postpone},
}

// fate decides what befalls a gathering, and when.
func (w *world) fate(g *gathering) {
	total := 0
	for _, f := range fates {
		total += f.weight
	}
	roll := w.rng.IntN(total)
	for _, f := range fates {
		if roll -= f.weight; roll >= 0 {
			continue
		}
		last := int(g.start.Sub(first)/(24*time.Hour)) - 4
		if f.do == nil || last <= g.announced+8 {
			return
		}
		day := w.between(g.announced+7, last)
		w.on(day, func() {
			if !g.cancelled && !g.withdrawn { // by an upheaval before
				w.befall(g, f.kind)
				f.do(w, g)
			}
		})
		return
	}
}

// befall notes that something befell a gathering.
func (w *world) befall(g *gathering, kind string) {
	w.tally.happened[kind]++
	g.befell = append(g.befell, kind)
}

// tell changes what a gathering's postings say: on the outlet that leads at once,
// on the others some days later.
func (w *world) tell(g *gathering, change func(p *posting)) {
	if len(g.postings) == 0 {
		return
	}
	lead := g.lead()
	for _, p := range g.postings {
		if p.on == lead.on || p.on.rank == 0 {
			change(p)
			continue
		}
		w.on(w.day+w.between(1, 4), func() { change(p) })
	}
}

// lead is the announcement whose word holds: that of the outlet of highest rank
// among those that are shown.
func (g *gathering) lead() *posting {
	var lead *posting
	for _, p := range g.postings {
		if !p.hidden && (lead == nil || p.on.rank < lead.on.rank) {
			lead = p
		}
	}
	if lead == nil {
		return g.postings[0]
	}
	return lead
}

func (w *world) moved(g *gathering) {
	shift := w.between(1, 30)
	if w.chance(25) {
		g.start = g.start.Add(time.Duration(w.between(1, 3)) * time.Hour)
	} else {
		g.start = g.start.AddDate(0, 0, shift)
	}
	start := g.start
	w.tell(g, func(p *posting) { p.start = start })
	w.expectMove(g)
}

func (w *world) relocated(g *gathering) {
	place := pick(w, places)
	g.place, g.area = place[0], place[1]
	w.tell(g, func(p *posting) { p.place, p.area = place[0], place[1] })
}

func (w *world) renamed(g *gathering) {
	topic := w.topic()
	if at := strings.IndexAny(g.title, "#第"); at >= 0 {
		g.title += " " + topic + "編"
	} else {
		g.title = strings.TrimSpace(g.title) + "：" + topic
	}
	title := g.title
	w.tell(g, func(p *posting) { p.title = p.dress(title) })
}

func (w *world) described(g *gathering) {
	w.tell(g, func(p *posting) { p.note = "タイムテーブルを公開しました。" + w.topic() })
}

func (w *world) cancel(g *gathering) {
	g.cancelled = true
	w.tell(g, w.callOff)
	w.expect(g, "cancelled", 1)
}

// reinstate has a gathering called off take place after all.
func (w *world) reinstate(g *gathering) {
	w.cancel(g)
	w.on(w.day+w.between(5, 8), func() {
		g.cancelled = false
		w.tell(g, func(p *posting) { p.status, p.title = event.Confirmed, p.dress(g.title) })
		w.expect(g, "reinstated", 1)
	})
}

// cancelOnPage takes a gathering off the lists; its own page says why.
func (w *world) cancelOnPage(g *gathering) {
	if !hasPages(g) {
		w.cancel(g)
		return
	}
	g.cancelled = true
	for _, p := range g.postings {
		p.hidden, p.page = true, "【開催中止】"+p.title
	}
	w.expect(g, "cancelled", 1)
}

func hasPages(g *gathering) bool {
	for _, p := range g.postings {
		if p.url == "" || p.on.habit == newsFeed {
			return false
		}
	}
	return len(g.postings) > 0
}

// withdraw takes a gathering away, page and all.
func (w *world) withdraw(g *gathering) {
	g.withdrawn = true
	for _, p := range g.postings {
		p.hidden, p.page = true, "gone"
	}
	w.expect(g, "withdrawn", 3)
}

// comeBack has a gathering taken away announced again, under its old ids.
func (w *world) comeBack(g *gathering) {
	w.withdraw(g)
	w.on(w.day+w.between(4, 9), func() {
		if !g.over().After(first.AddDate(0, 0, w.day+2)) {
			return
		}
		g.withdrawn, g.shown = false, false
		for _, p := range g.postings {
			p.hidden, p.page = false, "alive"
		}
	})
}

// unlist takes a gathering off the list; its page lives.
func (w *world) unlist(g *gathering) {
	if hasPages(g) {
		for _, p := range g.postings {
			p.hidden = true
		}
	}
}

// flap has a gathering missing for a day or two: an editor's slip. What has no page
// of its own comes back before anyone could hold it for gone.
func (w *world) flap(g *gathering) {
	for _, p := range g.postings {
		p.hidden = true
		w.on(w.day+w.between(1, 2), func() {
			if p.page == "alive" {
				p.hidden = false
			}
		})
	}
}

// repost takes the leading announcement down and puts up another one, under
// another id, perhaps for another day.
func (w *world) repost(g *gathering, shift int) {
	if len(g.postings) == 0 {
		return
	}
	lead := g.lead().on
	g.start = g.start.AddDate(0, 0, shift)
	if g.start.Before(first.AddDate(0, 0, w.day+2)) {
		g.start = g.start.AddDate(0, 0, 14)
	}
	left := pick(w, []string{"gone", "gone", "alive"})
	if (shift != 0 || lead.misreads(w.day)) && !w.distinct(g) {
		// Where the old page lives, nobody can tell an announcement taken off the list
		// beside the next of a series of one title from a new one for another day (or
		// for what the faulty reader takes for another).
		left = "gone"
	}
	for _, p := range g.postings {
		if p.on == lead {
			p.hidden, p.page = true, left
		}
	}
	w.post(g, lead)
	start := g.start
	for _, p := range g.postings {
		if p.on != lead {
			w.on(w.day+w.between(1, 4), func() { p.start = start })
		}
	}
	w.expectMove(g)
}

// misreads reports whether the faulty reader takes another date from what an outlet
// announces on a day.
func (o *outlet) misreads(day int) bool { return o.blurs > 0 && day >= o.blurs && day < mending }

// distinct reports whether no other gathering of the community has the title.
func (w *world) distinct(g *gathering) bool {
	return !slices.ContainsFunc(w.gatherings, func(o *gathering) bool { return o != g && o.community == g.community && o.title == g.title })
}

func (w *world) renumber(g *gathering) {
	if !strings.Contains(g.title, g.number) {
		return
	}
	g.title = strings.Replace(g.title, g.number, g.number+"0", 1)
	title := g.title
	w.tell(g, func(p *posting) { p.title = p.dress(title) })
}

// postpone puts a gathering off without a date, and gives it one later.
func (w *world) postpone(g *gathering) {
	w.tell(g, func(p *posting) { p.status, p.title = event.Postponed, "【延期】"+p.title })
	w.on(w.day+w.between(6, 15), func() {
		g.start = first.AddDate(0, 0, w.day+w.between(10, 40)).Add(19 * time.Hour)
		start, title := g.start, g.title
		w.tell(g, func(p *posting) { p.status, p.start, p.title = event.Confirmed, start, p.dress(title) })
		w.expectMove(g)
	})
}

// take takes a gathering's posting off one outlet.
func (w *world) take(g *gathering, o *outlet, page string) {
	if !slices.ContainsFunc(g.postings, func(p *posting) bool { return p.on != o && !p.hidden }) {
		return // nothing would tell that it is still to be
	}
	for _, p := range g.postings {
		if p.on == o {
			p.hidden, p.page = true, page
		}
	}
}
