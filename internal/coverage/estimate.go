package coverage

import (
	"fmt"
	"math"
	"slices"
)

// An Estimate is how many groups there are, seen or not.
type Estimate struct {
	// Seen is how many stand in any list, Lists how many lists were compared.
	Seen  int `json:"seen"`
	Lists int `json:"lists"`
	// Method is "Chapman" for two lists, "Chao" for more (a lower bound), "" where
	// nothing can be estimated; Why says why.
	Method string `json:"method,omitempty"`
	Why    string `json:"why,omitempty"`
	// Groups is the estimate, Low and High its interval of 95 %.
	Groups int `json:"groups,omitempty"`
	Low    int `json:"low,omitempty"`
	High   int `json:"high,omitempty"`
}

// Words says the estimate in one sentence.
func (e Estimate) Words() string {
	if e.Method == "" {
		return fmt.Sprintf("groups seen: %d; no estimate of all: %s", e.Seen, e.Why)
	}
	return fmt.Sprintf(
		"groups seen: %d; estimated of all: %d (95 %% interval %d to %d; %s, %d lists)",
		e.Seen, e.Groups, e.Low, e.High, e.Method, e.Lists,
	)
}

// What keeps an estimate from being made.
const (
	whyOne     = "one list of groups alone: there is nothing to compare it with"
	whyNoMatch = "no group stands in two lists: how many stand in none cannot be told"
)

// normal95 is the quantile of the normal distribution for an interval of 95 %.
const normal95 = 1.96

// EstimateGroups compares lists of groups that came about independently of each other
// (Chapman 1951 for two lists, the lower bound of Chao 1987 for more). The interval is
// the log-normal one of Chao 1987, which never lies below what was seen.
func EstimateGroups(lists [][]string) Estimate {
	lists = distinct(lists)
	times := map[string]int{}
	for _, list := range lists {
		for _, group := range list {
			times[group]++
		}
	}
	e := Estimate{Seen: len(times), Lists: len(lists)}
	once, twice := counted(times, 1), counted(times, 2)
	switch {
	case len(lists) < 2:
		e.Why = whyOne
	case once == len(times):
		e.Why = whyNoMatch
	case len(lists) == 2:
		e.Method = "Chapman"
		n, variance := chapman(len(lists[0]), len(lists[1]), twice)
		e.bound(n, variance)
	default:
		e.Method = "Chao"
		n, variance := chao(len(times), once, twice, len(lists))
		e.bound(n, variance)
	}
	return e
}

// distinct returns the lists that hold anything, each group once.
func distinct(lists [][]string) [][]string {
	var all [][]string
	for _, list := range lists {
		if len(list) > 0 {
			all = append(all, slices.Compact(slices.Sorted(slices.Values(list))))
		}
	}
	return all
}

// counted counts the groups that stand in so many lists.
func counted(times map[string]int, in int) int {
	n := 0
	for _, t := range times {
		if t == in {
			n++
		}
	}
	return n
}

// chapman returns the estimate of two lists of so many groups, of which both have some,
// and its variance (Seber 1970).
func chapman(first, second, both int) (n, variance float64) {
	a, b, m := float64(first), float64(second), float64(both)
	n = (a+1)*(b+1)/(m+1) - 1
	variance = (a + 1) * (b + 1) * (a - m) * (b - m) / ((m + 1) * (m + 1) * (m + 2))
	return n, variance
}

// chao returns the lower bound for groups of which so many stand in one list and in two,
// corrected for bias, and its variance.
func chao(seen, once, twice, lists int) (n, variance float64) {
	s, q1, q2 := float64(seen), float64(once), float64(twice)
	a := float64(lists-1) / float64(lists)
	n = s + a*q1*(q1-1)/(2*(q2+1))
	variance = a*q1*(q1-1)/(2*(q2+1)) +
		a*a*q1*(2*q1-1)*(2*q1-1)/(4*(q2+1)*(q2+1)) +
		a*a*q1*q1*q2*(q1-1)*(q1-1)/(4*math.Pow(q2+1, 4))
	return n, variance
}

// bound enters an estimate with its interval.
func (e *Estimate) bound(n, variance float64) {
	seen := float64(e.Seen)
	hidden := n - seen
	e.Groups = int(math.Round(n))
	e.Low, e.High = e.Groups, e.Groups
	if hidden <= 0 {
		return
	}
	c := math.Exp(normal95 * math.Sqrt(math.Log(1+variance/(hidden*hidden))))
	e.Low = int(math.Floor(seen + hidden/c))
	e.High = int(math.Ceil(seen + hidden*c))
}
