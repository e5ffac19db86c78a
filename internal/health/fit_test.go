package health

import (
	"flag"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"koyomi/internal/event"
)

// The weights of belief.tsv are fitted to simulated lists: what communities truly do,
// and what goes wrong with lists, each as often and for as long as it was met. One
// command writes the table again: go test ./internal/health -run TestFit -fit
var fitFlag = flag.Bool("fit", false, "write belief.tsv as it is fitted")

// A story is what happens to a list of events, and whether that is so.
type story struct {
	name string
	// often is how many of the stories are this one; last is for how many days it is
	// said at most, always for what is so.
	often float64
	so    bool
	last  int
	// least and most are the smallest and largest share of the events that it is of; 0
	// and 0 for one or two.
	least, most float64
	change      func(r *rand.Rand, w *fitWorld, it *Item)
}

// A fitWorld is one list of events.
type fitWorld struct {
	items   []Item
	profile Profile
	reading Reading
	pages   bool
	// newToo is set where what is new is called off as well, mute where no title ever
	// tells of a status.
	newToo, mute bool
	// allOff is set where all that is listed is read as called off.
	allOff bool
	// old is set where others still say what an item returns to.
	old bool
	// changed is how many events the story is of, misread is set where what is new is
	// misread like them.
	changed int
	misread bool
}

// always is for how many days what is so is said.
const always = 10

var stories = []story{
	{"one or two moved", 30, true, always, 0, 0, func(r *rand.Rand, _ *fitWorld, it *Item) { days(r.IntN(60) - 5)(it.Now) }},
	{"one or two cancelled", 24, true, always, 0, 0, func(r *rand.Rand, w *fitWorld, it *Item) { w.callOff(r, it, 0.5) }},
	{"one or two later in the day", 8, true, always, 0, 0, func(r *rand.Rand, _ *fitWorld, it *Item) { hours(1 + r.IntN(3))(it.Now) }},
	{"one put off for long", 4, true, always, 0, 0, func(r *rand.Rand, _ *fitWorld, it *Item) { days(190 + r.IntN(200))(it.Now) }},
	{"one without its hour", 6, true, always, 0, 0, func(_ *rand.Rand, _ *fitWorld, it *Item) { dayOnly(it.Now) }},
	{"one without its place", 8, true, always, 0, 0, func(_ *rand.Rand, _ *fitWorld, it *Item) { it.Now.Location = "" }},
	{"one or two gone", 30, true, always, 0, 0, func(_ *rand.Rand, _ *fitWorld, it *Item) { it.Now = nil }},
	{"new ones", 40, true, always, 0, 1, func(_ *rand.Rand, _ *fitWorld, it *Item) { it.Before = nil }},
	{"most moved", 7, true, always, 0.5, 1, func(_ *rand.Rand, _ *fitWorld, it *Item) { days(7)(it.Now) }},
	{"most cancelled", 8, true, always, 0.5, 1, func(r *rand.Rand, w *fitWorld, it *Item) { w.callOff(r, it, 0.5) }},
	{"a series at another hour", 6, true, always, 0.6, 1, func(_ *rand.Rand, _ *fitWorld, it *Item) { hours(1)(it.Now) }},
	{"a list that shrinks", 8, true, always, 0.4, 0.9, func(_ *rand.Rand, _ *fitWorld, it *Item) { it.Now = nil }},
	{"places not told any more", 2, true, always, 0.5, 1, func(_ *rand.Rand, _ *fitWorld, it *Item) { it.Now.Location = "" }},
	{"a zone put right", 4, true, always, 0.8, 1, func(_ *rand.Rand, _ *fitWorld, it *Item) { hours(-9)(it.Before) }},
	{"one or two moved back", 3, true, always, 0, 0, func(r *rand.Rand, w *fitWorld, it *Item) { days(1 + r.IntN(30))(it.Now); w.returns(it) }},
	{"one or two called off again", 1, true, always, 0, 0, func(r *rand.Rand, w *fitWorld, it *Item) { w.callOff(r, it, 0.5); w.returns(it) }},
	{"one announced long ahead", 10, true, always, 0, 0, func(r *rand.Rand, w *fitWorld, it *Item) { w.longAhead(r, it, 0.75) }},
	{"everything taken back", 1, true, always, 0.3, 1, func(_ *rand.Rand, w *fitWorld, it *Item) { w.reading.Returned = true; days(7)(it.Now) }},

	{"a lost zone", 8, false, 12, 0.8, 1, func(_ *rand.Rand, _ *fitWorld, it *Item) { hours(9)(it.Now) }},
	{"a zone taken twice", 3, false, 12, 0.8, 1, func(_ *rand.Rand, _ *fitWorld, it *Item) { hours(-9)(it.Now) }},
	{"another year", 6, false, 12, 0.5, 1, func(_ *rand.Rand, _ *fitWorld, it *Item) { days(365)(it.Now) }},
	{"years ahead", 5, false, 12, 0.2, 1, func(_ *rand.Rand, _ *fitWorld, it *Item) { days(3 * 365)(it.Now) }},
	{"one garbled", 2, false, 12, 0, 0, func(_ *rand.Rand, _ *fitWorld, it *Item) { garbled(it.Now) }},
	{"all garbled", 6, false, 12, 0.8, 1, func(_ *rand.Rand, _ *fitWorld, it *Item) { garbled(it.Now) }},
	{"hours gone", 6, false, 12, 0.6, 1, func(_ *rand.Rand, _ *fitWorld, it *Item) { dayOnly(it.Now) }},
	{"places gone", 5, false, 12, 0.6, 1, func(_ *rand.Rand, _ *fitWorld, it *Item) { it.Now.Location = "" }},
	{"all misread as cancelled", 9, false, 6, 1, 1, func(_ *rand.Rand, w *fitWorld, it *Item) { w.allOff = true; w.misreadStatus(it) }},
	{"most misread as cancelled", 3, false, 6, 0.6, 0.9, func(_ *rand.Rand, w *fitWorld, it *Item) { w.misreadStatus(it) }},
	{"most misread as cancelled with their titles", 0.3, false, 6, 0.6, 0.9, func(_ *rand.Rand, w *fitWorld, it *Item) { w.misreadStatus(it); it.Worded = true }},
	{"most misread as moved", 6, false, 2, 0.5, 1, func(_ *rand.Rand, _ *fitWorld, it *Item) { days(7)(it.Now) }},
	{"an old copy", 9, false, 2, 0.1, 1, func(_ *rand.Rand, w *fitWorld, it *Item) { w.reading.Returned = true; days(7)(it.Now) }},
	{"an old copy without a date", 6, false, 2, 0, 0, func(r *rand.Rand, w *fitWorld, it *Item) { days(1 + r.IntN(30))(it.Now); w.returns(it); w.old = true }},
	{"called off again by a fault", 3, false, 6, 0.6, 1, func(_ *rand.Rand, w *fitWorld, it *Item) {
		w.allOff, w.old = true, true
		w.misreadStatus(it)
		w.returns(it)
	}},
	{"a new one in a wrong year", 3, false, 12, 0, 0, func(r *rand.Rand, w *fitWorld, it *Item) { w.longAhead(r, it, 0.08) }},
	{"a list cut short", 9, false, 2, 0.4, 0.9, func(_ *rand.Rand, _ *fitWorld, it *Item) { it.Now = nil }},
	{"rows that cannot be read", 6, false, 12, 0.2, 0.9, func(_ *rand.Rand, w *fitWorld, it *Item) { it.Now = nil; w.reading.Figures.Rejected++ }},
}

// returns has an event say what it said before it was changed.
func (w *fitWorld) returns(it *Item) {
	if w.profile.Former == nil {
		w.profile.Former = map[string]Former{}
	}
	w.profile.Former[it.Key] = Former{Said: timeAndStatus(it.Now)}
}

// longAhead has an event be new and start in more than a year: of conferences many have
// the year in their title, and some lists reach so far.
func (w *fitWorld) longAhead(r *rand.Rand, it *Item, named float64) {
	days(410 + r.IntN(600))(it.Now)
	it.Before = nil
	if r.Float64() < named {
		it.Now.Title += " " + it.Now.Start.Date.String()[:4]
	}
	if r.Float64() < named {
		w.profile.Ahead = 700 + r.IntN(400)
	}
}

// callOff cancels an event truly: most say so in the title, its page does too. Once in
// a while one is announced that is called off already.
func (w *fitWorld) callOff(r *rand.Rand, it *Item, share float64) {
	calledOff(it.Now)
	if !w.mute && r.Float64() < titled {
		it.Worded = true
	}
	switch {
	case w.pages && r.Float64() < share:
		it.Page = event.Cancelled
	case w.pages && w.mute && r.IntN(4) == 0:
		it.Page = event.Confirmed // its page tells as little
	}
	w.newToo = r.IntN(40) == 0
}

// titled is how many of those who call something off change its title.
const titled = 0.8

// misreadStatus has an event read as cancelled, which its page denies; all of the list
// is read so, what is over and what is new among it, and no title is changed.
func (w *fitWorld) misreadStatus(it *Item) {
	calledOff(it.Now)
	if w.pages {
		it.Page = event.Confirmed
	}
	w.newToo = w.misread && w.allOff
}

// A row is one item weighed, with whether it is so.
type row struct {
	features []Feature
	so       bool
	weight   float64
}

// falseBelief is how much worse it is to believe what is not so than to wait.
const falseBelief = 12

// live lives through a story day by day and returns the rows.
func (s story) live(r *rand.Rand) (rows []row) {
	w := s.world(r)
	last := s.last
	if !s.so {
		last = 1 + r.IntN(s.last)
	}
	weight := 1 / float64(w.changed)
	if !s.so {
		weight *= falseBelief
	}
	var before []Doubt
	for day := range last {
		w.reading.At = june.AddDate(0, 0, day)
		rows = append(rows, w.rows(s.so, weight, &before)...)
	}
	return rows
}

// rows weighs the items of one poll. What is new waits with the rest where that is not
// so.
func (w *fitWorld) rows(so bool, weight float64, before *[]Doubt) (rows []row) {
	weigh := newWeighing(w.reading, w.items, *before)
	*before = nil
	company := 0.0
	if !so && w.misread {
		company = ratio(w.changed, len(w.items))
	}
	for i, it := range w.items {
		k := weigh.kinds[i]
		if k == KindSame {
			continue
		}
		d := weigh.doubt(it, k)
		beside := 0.0
		if byCompany[k] && company >= fewInCompany {
			beside = company
		}
		rows = append(rows, row{weigh.features(it, k, d, beside), so, weight})
		*before = append(*before, d)
	}
	return rows
}

// world makes a list and has the story happen to it.
func (s story) world(r *rand.Rand) *fitWorld {
	n := 1 + r.IntN(12)
	changed := 1 + r.IntN(2)
	if s.most > 0 {
		n = max(n, 3)
		changed = int(math.Ceil(float64(n) * (s.least + r.Float64()*(s.most-s.least))))
	}
	changed = min(changed, n)
	w := &fitWorld{items: listed(n, 0), pages: r.IntN(2) == 0, changed: changed}
	w.mute = r.IntN(5) == 0
	w.misread = !s.so && s.last > 2 && r.IntN(2) == 0
	w.pass(r, s)
	w.hadCalledOff(r, s)
	if r.IntN(3) > 0 {
		w.profile = evenings()
	}
	source, edits, others := r.IntN(3) == 0, r.IntN(3) == 0, r.IntN(5) == 0
	for i := range changed {
		it := &w.items[i]
		s.change(r, w, it)
		if it.Now == nil || it.Before == nil {
			continue
		}
		if s.so && source && edits {
			edited(it.Now)
		}
		if others && (s.so || w.old) {
			it.Others = []event.Listing{*it.Now}
		}
	}
	w.reading.Profile = w.profile
	switch {
	case w.newToo:
		w.items = newcomers(w.items, 1+r.IntN(2), calledOff)
	case w.misread:
		w.items = newcomers(w.items, 1+r.IntN(2), hours(9))
	}
	return w
}

// hadCalledOff has some events be called off since long before: of what is misread as
// a whole any, else of the rest.
func (w *fitWorld) hadCalledOff(r *rand.Rand, s story) {
	rest := len(w.items) - w.changed
	if s.least == 1 {
		rest = len(w.items) - 1
	}
	for i := range min(max(0, r.IntN(5)-2), rest) {
		it := &w.items[len(w.items)-1-i]
		calledOff(it.Before)
		calledOff(it.Now)
	}
}

// pass has some of the events be over, in half of the lists: what is over is changed by
// what goes wrong with all of a list alone.
func (w *fitWorld) pass(r *rand.Rand, s story) {
	if r.IntN(2) == 0 || s.so && s.most == 0 {
		return
	}
	over := min(r.IntN(3), len(w.items))
	if s.so {
		w.items = append(w.items, listed(over, 0)...)
	}
	for i := range over {
		it := &w.items[i]
		if s.so {
			it = &w.items[len(w.items)-1-i]
		}
		days(-90)(it.Before)
		days(-90)(it.Now)
	}
}

// simulated returns the rows of many stories.
func simulated(seed uint64, n int) (rows []row) {
	r := rand.New(rand.NewPCG(seed, 7))
	total := 0.0
	for _, s := range stories {
		total += s.often
	}
	for range n {
		at := r.Float64() * total
		for _, s := range stories {
			if at -= s.often; at < 0 {
				rows = append(rows, s.live(r)...)
				break
			}
		}
	}
	return rows
}

// ridge keeps weights small where little is known.
const ridge = 0.01

// fit returns the weights of a logistic regression, by Newton's method.
func fit(rows []row) map[string]float64 {
	index := map[string]int{}
	for _, x := range rows {
		for _, f := range x.features {
			if _, ok := index[f.Name]; !ok {
				index[f.Name] = 0
			}
		}
	}
	names := slices.Sorted(maps.Keys(index))
	for i, name := range names {
		index[name] = i
	}
	w := make([]float64, len(names))
	for range 30 {
		step := solve(gradient(rows, index, w))
		for i := range w {
			w[i] += max(-2, min(2, step[i]))
		}
	}
	weights := map[string]float64{}
	for i, name := range names {
		weights[name] = math.Round(w[i]*100) / 100
	}
	return weights
}

// gradient returns the Hessian of the loss and its negative gradient.
func gradient(rows []row, index map[string]int, w []float64) (h [][]float64, g []float64) {
	h, g = make([][]float64, len(w)), make([]float64, len(w))
	for i := range w {
		h[i] = make([]float64, len(w))
		h[i][i], g[i] = ridge, -ridge*w[i]
	}
	for _, x := range rows {
		z := 0.0
		for _, f := range x.features {
			z += w[index[f.Name]] * f.Value
		}
		p := 1 / (1 + math.Exp(-z))
		for _, f := range x.features {
			i := index[f.Name]
			g[i] += x.weight * (truth(x.so) - p) * f.Value
			for _, o := range x.features {
				h[i][index[o.Name]] += x.weight * p * (1 - p) * f.Value * o.Value
			}
		}
	}
	return h, g
}

// solve returns x of h x = g, by elimination; h is positive definite.
func solve(h [][]float64, g []float64) []float64 {
	n := len(g)
	for k := range n {
		for i := k + 1; i < n; i++ {
			q := h[i][k] / h[k][k]
			for j := k; j < n; j++ {
				h[i][j] -= q * h[k][j]
			}
			g[i] -= q * g[k]
		}
	}
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		x[i] = g[i]
		for j := i + 1; j < n; j++ {
			x[i] -= h[i][j] * x[j]
		}
		x[i] /= h[i][i]
	}
	return x
}

const tableHead = "# How much each feature of an item speaks for it, in log odds; against it where\n# negative. Fitted: go test ./internal/health -run TestFit -fit\n"

// tableOf writes weights as belief.tsv holds them.
func tableOf(w map[string]float64) string {
	var b strings.Builder
	b.WriteString(tableHead)
	for _, name := range slices.Sorted(maps.Keys(w)) {
		fmt.Fprintf(&b, "%s\t%.2f\n", name, w[name])
	}
	return b.String()
}

// TestFit holds the table to what is fitted, and judges it by stories that it was not
// fitted to.
func TestFit(t *testing.T) {
	table := tableOf(fit(simulated(1, 5000)))
	if *fitFlag {
		if err := os.WriteFile("belief.tsv", []byte(table), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if table != beliefTable {
		t.Errorf("belief.tsv is not what is fitted:\n%s", table)
	}
	w := parseWeights(table)
	var right, wrong, late, all float64
	for _, x := range simulated(2, 2000) {
		z := 0.0
		for _, f := range x.features {
			z += w[f.Name] * f.Value
		}
		all += x.weight
		switch {
		case (z >= 0) == x.so:
			right += x.weight
		case z >= 0:
			wrong += x.weight
		default:
			late += x.weight
		}
	}
	t.Logf("of stories left out %.2f %% are judged right, %.2f %% believed wrongly, %.2f %% late", 100*right/all, 100*wrong/all, 100*late/all)
	if right/all < 0.9 {
		t.Errorf("only %.2f %% of what was left out is judged right", 100*right/all)
	}
}
