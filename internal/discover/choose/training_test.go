package choose

import (
	"math"
	"slices"
)

// An example is one choice: the features of what could be chosen, and what each is
// worth. That several are worth much is no reason to spread the choice over them.
type example struct {
	x      [][]float64
	worth  []float64
	weight float64
}

// The settings of the search: resilient propagation (Riedmiller and Braun, 1993).
const (
	rounds    = 200
	firstStep = 0.05
	faster    = 1.2
	slower    = 0.5
	leastStep = 1e-6
	mostStep  = 1.0
)

// firmness is how many times the penalty counts for a weight that is known to begin with;
// found by leaving out sites that it was not fitted on.
const firmness = 10

// fit finds the weights of a conditional logit model, at which what is chosen is worth
// most (the logarithm of the mean worth, with an L2 penalty on what differs from the
// weights to begin with). The same
// examples give the same weights: sums are made in a fixed order.
func fit(examples []example, from []float64, penalty float64) []float64 {
	w := slices.Clone(from)
	n := len(w)
	g := make([]float64, n)
	last := make([]float64, n)
	step := make([]float64, n)
	for i := range step {
		step[i] = firstStep
	}
	for range rounds {
		gradient(examples, w, from, g, penalty)
		for i := range w {
			turn(&w[i], &step[i], &last[i], g[i])
		}
	}
	return w
}

// turn moves one weight against its gradient.
func turn(w, step, last *float64, g float64) {
	if *last*g > 0 {
		*step = min(*step*faster, mostStep)
	}
	if *last*g < 0 {
		*step = max(*step*slower, leastStep)
		*last = 0
		return
	}
	switch {
	case g > 0:
		*w -= *step
	case g < 0:
		*w += *step
	}
	*last = g
}

// gradient sets g to that of the penalised objective.
func gradient(examples []example, w, from, g []float64, penalty float64) {
	for i := range g {
		g[i] = float64(penalty * (w[i] - from[i]))
		if from[i] != 0 {
			g[i] *= firmness
		}
	}
	for i := range examples {
		e := &examples[i]
		p := softmax(e.x, w)
		target := deserved(p, e.worth)
		for k, x := range e.x {
			d := float64(e.weight * (p[k] - target[k]))
			for j := range g {
				g[j] += float64(d * x[j])
			}
		}
	}
}

// deserved is how the choice would be shared by what is chosen now and its worth.
func deserved(p, worth []float64) []float64 {
	out := make([]float64, len(p))
	sum := 0.0
	for k := range p {
		out[k] = float64(p[k] * worth[k])
		sum += out[k]
	}
	for k := range out {
		out[k] /= sum
	}
	return out
}

func softmax(x [][]float64, w []float64) []float64 {
	p := make([]float64, len(x))
	most := math.Inf(-1)
	for k := range x {
		p[k] = dot(w, x[k])
		most = max(most, p[k])
	}
	sum := 0.0
	for k := range p {
		p[k] = math.Exp(p[k] - most)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}
