package fit

// The settings of the search.
const (
	memory   = 12   // steps that shape the next one
	maxSteps = 400  // more than it takes
	armijo   = 1e-4 // share of the expected decrease that is enough
	flat     = 1e-7 // relative decrease at which the search is over
)

// A step of the search, and how the gradient changed by it.
type step struct {
	s, y []float64
	rho  float64
}

// minimize moves w to the minimum of a smooth convex function by the limited-memory
// quasi-Newton method of Nocedal (Math. Comp. 35, 1980), with halved steps.
func minimize(value func(w, gradient []float64) float64, w []float64) {
	n := len(w)
	g, next, nextG := make([]float64, n), make([]float64, n), make([]float64, n)
	now := value(w, g)
	var steps []step
	for range maxSteps {
		d := direction(g, steps)
		slope := dot(g, d)
		if slope >= 0 {
			return
		}
		v, length := now, 1.0
		for range 40 {
			move(next, w, d, length)
			if v = value(next, nextG); v <= now+float64(armijo*length*slope) {
				break
			}
			length /= 2
		}
		steps = remember(steps, w, next, g, nextG)
		copy(w, next)
		copy(g, nextG)
		if now-v < flat*now {
			return
		}
		now = v
	}
}

// move sets dst to w + length·d.
func move(dst, w, d []float64, length float64) {
	for i := range dst {
		dst[i] = w[i] + float64(length*d[i])
	}
}

// remember adds the step from w to next, if the function curves along it.
func remember(steps []step, w, next, g, nextG []float64) []step {
	st := step{s: difference(next, w), y: difference(nextG, g)}
	sy := dot(st.s, st.y)
	if sy <= 1e-12 {
		return steps
	}
	st.rho = 1 / sy
	steps = append(steps, st)
	if len(steps) > memory {
		steps = steps[1:]
	}
	return steps
}

func difference(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range out {
		out[i] = a[i] - b[i]
	}
	return out
}

// direction is the way down from a point with the gradient g.
func direction(g []float64, steps []step) []float64 {
	d := make([]float64, len(g))
	for i := range d {
		d[i] = -g[i]
	}
	alpha := make([]float64, len(steps))
	for i := len(steps) - 1; i >= 0; i-- {
		alpha[i] = float64(steps[i].rho * dot(steps[i].s, d))
		move(d, d, steps[i].y, -alpha[i])
	}
	if n := len(steps); n > 0 {
		last := &steps[n-1]
		scale := 1 / float64(last.rho*dot(last.y, last.y))
		for i := range d {
			d[i] = float64(d[i] * scale)
		}
	}
	for i := range steps {
		beta := float64(steps[i].rho * dot(steps[i].y, d))
		move(d, d, steps[i].s, alpha[i]-beta)
	}
	return d
}

// dot is the inner product, in a fixed order, each product rounded.
func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i] * b[i])
	}
	return sum
}
