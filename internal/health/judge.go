package health

import (
	"fmt"
	"slices"
)

// The causes for which a poll that was read is held.
const (
	CauseEmpty   Cause = "empty"
	CauseShrunk  Cause = "shrunk"
	CauseUndated Cause = "undated"
)

// Figures are what a poll read, in numbers.
type Figures struct {
	// Read counts listings, Rejected items that could not be read.
	Read, Rejected int
	// Dated, Titled and Placed say how many of the listings have that field.
	Dated, Titled, Placed int
}

// A Verdict is what is made of a poll.
type Verdict struct {
	// State is Applied (to be believed) or Held.
	State State
	Cause Cause
	// Words say why, with what was usual, for the person who looks at it.
	Words string
}

// minPast is how many good polls make a custom.
const minPast = 1

// Judge compares a poll with the source's last good polls (unchanged or applied),
// newest first. Nothing read where there was something before, less than half of
// the usual number and at least three fewer, or too few dates read: held.
func Judge(now Figures, past []Figures) Verdict {
	if len(past) >= minPast {
		usual := median(past, func(f Figures) int { return f.Read })
		switch {
		case now.Read == 0 && past[0].Read > 0:
			return held(CauseEmpty, "no event was read, where the last good poll had %d: nothing is removed or changed", past[0].Read)
		case now.Read*2 < usual && usual-now.Read >= 3:
			return held(CauseShrunk, "%d events were read, where %d are usual: nothing is removed or changed", now.Read, usual)
		}
	}
	if items := now.Read + now.Rejected; items >= 5 && now.Read*2 < items && usuallyRead(past) {
		return held(CauseUndated, "only %d of %d items could be read, where most can be", now.Read, items)
	}
	return Verdict{State: Applied}
}

// usuallyRead reports whether at least 80 of 100 items could be read in the past.
func usuallyRead(past []Figures) bool {
	read, items := 0, 0
	for _, f := range past {
		read, items = read+f.Read, items+f.Read+f.Rejected
	}
	return items > 0 && read*100 >= items*80
}

func held(c Cause, format string, args ...any) Verdict {
	return Verdict{State: Held, Cause: c, Words: fmt.Sprintf(format, args...)}
}

func median(past []Figures, of func(Figures) int) int {
	n := make([]int, len(past))
	for i, f := range past {
		n[i] = of(f)
	}
	slices.Sort(n)
	return n[len(n)/2]
}
