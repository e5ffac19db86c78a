// Package backoff says how long to wait after failures in a row. It reads no clock
// and waits for nothing.
package backoff

import "time"

// A Policy is how the wait grows: First after the first failure, twice as long after
// each further one, Most at last and from then on, since nothing is ever given up.
type Policy struct{ First, Most time.Duration }

// Wait returns how long to wait after so many failures in a row; 0 after none.
func (p Policy) Wait(failures int) time.Duration {
	if failures < 1 {
		return 0
	}
	wait := p.First
	for range failures - 1 {
		if wait >= p.Most/2 {
			return p.Most
		}
		wait *= 2
	}
	return min(wait, p.Most)
}

// Asked is Wait where the other side may have asked for a rest, 0 for none: the
// longer of the two, and never longer than Most.
func (p Policy) Asked(failures int, rest time.Duration) time.Duration {
	return max(p.Wait(failures), min(max(rest, 0), p.Most))
}
