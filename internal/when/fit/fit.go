// Package fit finds the weights of package judge from labelled texts: a conditional
// log-linear model of which date of a text, or none, is its event's, with an L2
// penalty. The same rows give the same weights, to the last bit: sums are made in a
// fixed order, and no product is fused with a sum.
package fit

import (
	"hash/fnv"
	"math"

	"koyomi/internal/event"
	"koyomi/internal/when"
	"koyomi/internal/when/judge"
)

// A Row is one labelled text.
type Row struct {
	ID, Kind, Lang, Site string
	Text                 string
	Context              when.Context
	Accepted             []Answer // several readings that are accepted; none for no event
	Weight               float64
}

// An Answer is one reading that is accepted.
type Answer struct{ Start, End event.Moment }

// An Example is what the fit sees of a row.
type Example struct {
	Dates  []Date
	Weight float64
}

// A Date is one candidate of a text.
type Date struct {
	Features []judge.Feature
	Right    bool
}

// reader reads texts without weights.
var reader = when.NewReader(nil)

// Examples takes what the fit sees from rows. A row whose event is not among its dates
// teaches nothing and is left out.
func Examples(rows []Row) []Example {
	var out []Example
	for i := range rows {
		r := &rows[i]
		x := Example{Weight: r.Weight}
		found := len(r.Accepted) == 0
		for _, v := range reader.Explain(r.Text, r.Context) {
			right := v.Settled && r.acceptsDay(v.Reading.Start.Date)
			found = found || right
			x.Dates = append(x.Dates, Date{v.Features, right})
		}
		if found && len(x.Dates) > 0 {
			out = append(out, x)
		}
	}
	return out
}

func (r *Row) acceptsDay(d event.Date) bool {
	for _, a := range r.Accepted {
		if a.Start.Date == d {
			return true
		}
	}
	return false
}

// An objective is what the fit makes small.
type objective struct {
	examples []Example
	penalty  float64
}

// value returns the objective at w and fills its gradient.
func (o *objective) value(w, gradient []float64) float64 {
	sum := 0.0
	for f, x := range w {
		l := o.penaltyOf(f)
		sum += float64(l * float64(x*x) / 2)
		gradient[f] = float64(l * x)
	}
	for i := range o.examples {
		sum += o.examples[i].loss(w, gradient)
	}
	return sum
}

// penaltyOf leaves the bias almost free.
func (o *objective) penaltyOf(f int) float64 {
	if judge.Feature(f) == judge.Bias {
		return 0.01
	}
	return float64(o.penalty * judge.Feature(f).Vagueness())
}

// loss is the negative log of the probability of the right date (or of none), and adds
// its gradient.
func (x *Example) loss(w, gradient []float64) float64 {
	var buf [64]float64
	odds := buf[:0]
	for i := range x.Dates {
		odds = append(odds, x.Dates[i].odds(w))
	}
	all, right := 0.0, math.Inf(-1) // the log-odds of no date are zero
	some := false
	for i, s := range odds {
		all = logAdd(all, s)
		if x.Dates[i].Right {
			right = logAdd(right, s)
			some = true
		}
	}
	if !some {
		right = 0
	}
	for i, s := range odds {
		share := math.Exp(s - all)
		if x.Dates[i].Right {
			share -= math.Exp(s - right)
		}
		share = float64(share * x.Weight)
		for _, f := range x.Dates[i].Features {
			gradient[f] += share
		}
	}
	return float64(x.Weight * (all - right))
}

func (d *Date) odds(w []float64) float64 {
	sum := 0.0
	for _, f := range d.Features {
		sum += w[f]
	}
	return sum
}

// logAdd returns log(exp(a)+exp(b)).
func logAdd(a, b float64) float64 {
	if b > a {
		a, b = b, a
	}
	if math.IsInf(b, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}

// folds is how many parts the sites are divided into.
const folds = 5

// fold is the part of a site.
func fold(site string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(site)) // a hash takes everything
	return int(h.Sum32() % folds)
}

// split returns the rows of the sites of a part, and all others; rows of no site are
// always among the others.
func split(rows []Row, part int) (out, others []Row) {
	for _, r := range rows {
		if r.Site != "" && fold(r.Site) == part {
			out = append(out, r)
		} else {
			others = append(others, r)
		}
	}
	return out, others
}

// decisions are those that Learn tries.
var decisions = [...]float64{
	-0.6,
	-0.5,
	-0.4,
	-0.3,
	-0.2,
	-0.1,
	0,
	0.1,
	0.2,
	0.3,
	0.4,
	0.5,
	0.6,
	0.7,
	0.8,
	0.9,
	1,
}

// Learn returns the model of rows. Its decision is the one by which the rows of sites left
// out are read best: the share that lacks most of what is aimed at counts.
func Learn(rows []Row, penalty float64) *judge.Model {
	var scores [len(decisions)]Score
	for part := range folds {
		out, others := split(rows, part)
		if len(out) == 0 {
			continue
		}
		m := Fit(Examples(others), penalty)
		for n, d := range decisions {
			scores[n].read(when.NewReader(m.Decided(d)), out)
		}
	}
	return Fit(Examples(rows), penalty).Decided(middle(&scores))
}

// plateau is how many points a decision may lie below the best and be as good.
const plateau = 0.5

// middle is the mean of the decisions that are as good as the best: rows are few, and the
// best alone is an accident.
func middle(scores *[len(decisions)]Score) float64 {
	best := math.Inf(-1)
	for n := range scores {
		best = max(best, scores[n].margin())
	}
	sum, count := 0.0, 0.0
	for n := range scores {
		if scores[n].margin() >= best-plateau {
			sum += decisions[n]
			count++
		}
	}
	return sum / count
}

// Fit returns the model of examples, its decision zero.
func Fit(examples []Example, penalty float64) *judge.Model {
	o := &objective{examples, penalty}
	w := make([]float64, judge.NFeatures)
	minimise(o.value, w)
	return judge.NewModel(w)
}
