package year

import (
	"math"
	"slices"
	"strings"

	"koyomi/internal/ledger/link"
)

// ridge is how strongly weights are drawn to zero.
const ridge = 0.1

// against are the features that can only speak against one gathering, either those that
// may speak for and against; all others can only speak for it. What a feature says in
// one domain it then says in all.
var (
	against = strings.Fields(`joint title-own title-part number-other number-strange number-one
		time-hours other-day days place-other area-other mode-other far-timed far-common far-series
		far-page-alive far-neither series-near series-between series-next series-alive joint-day`)
	either = strings.Fields("base page-site")
)

// fit finds the weights under which the samples are the likeliest, relation by relation:
// logistic regression with a ridge and a sign for each feature.
func fit(all []sample) link.Table {
	var table link.Table
	for relation := range table {
		f := newFitting(relation, all)
		f.descend()
		table[relation] = map[string]float64{}
		for i, name := range link.Names() {
			table[relation][name] = math.Round(f.weights[i]*100) / 100
		}
	}
	return table
}

// A fitting is one relation's weights being fitted, feature by feature.
type fitting struct {
	samples []sample
	// sums are the log-odds of the samples, having where a feature is one of theirs.
	sums    []float64
	having  [][]having
	weights []float64
}

// A having says that a sample has so much of a feature.
type having struct {
	sample int
	value  float64
}

func newFitting(relation int, all []sample) *fitting {
	at := map[string]int{}
	for i, name := range link.Names() {
		at[name] = i
	}
	f := &fitting{weights: make([]float64, len(at)), having: make([][]having, len(at))}
	for _, s := range all {
		if int(s.relation) != relation {
			continue
		}
		for _, x := range s.features {
			f.having[at[x.Name]] = append(f.having[at[x.Name]], having{len(f.samples), x.Value})
		}
		f.samples = append(f.samples, s)
	}
	f.sums = make([]float64, len(f.samples))
	return f
}

// descend improves one weight after the other until none gets better.
func (f *fitting) descend() {
	names := link.Names()
	for range 3000 {
		most := 0.0
		for i := range f.weights {
			most = max(most, math.Abs(f.improve(i, names[i])))
		}
		if most < 1e-4 {
			return
		}
	}
}

// improve sets one weight by a Newton step within its sign and returns by how much.
func (f *fitting) improve(i int, name string) float64 {
	if len(f.having[i]) == 0 {
		return 0
	}
	gradient, curve := -ridge*f.weights[i], ridge
	for _, h := range f.having[i] {
		p := 1 / (1 + math.Exp(-f.sums[h.sample]))
		weight := f.samples[h.sample].weight
		gradient += weight * (truth(f.samples[h.sample].one) - p) * h.value
		curve += weight * p * (1 - p) * h.value * h.value
	}
	step := max(-1, min(1, gradient/curve))
	now := signed(name, f.weights[i]+step)
	step = now - f.weights[i]
	for _, h := range f.having[i] {
		f.sums[h.sample] += step * h.value
	}
	f.weights[i] = now
	return step
}

// signed keeps a weight within the sign of its feature.
func signed(name string, w float64) float64 {
	switch {
	case slices.Contains(either, name):
		return w
	case slices.Contains(against, name):
		return min(w, 0)
	}
	return max(w, 0)
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
