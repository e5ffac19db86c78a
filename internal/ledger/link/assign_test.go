package link_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"koyomi/internal/ledger/link"
)

// worth returns what an assignment is worth, and fails where one end is used twice.
func worth(t *testing.T, edges []link.Edge, taken []int) (sum float64) {
	t.Helper()
	lefts, rights := map[int]bool{}, map[int]bool{}
	for _, i := range taken {
		e := edges[i]
		if lefts[e.Left] || rights[e.Right] {
			t.Fatalf("an end is used twice: %v of %v", taken, edges)
		}
		lefts[e.Left], rights[e.Right] = true, true
		sum += e.Worth
	}
	return sum
}

// most is what the best assignment is worth, found by trying all.
func most(edges []link.Edge, lefts, rights map[int]bool) (best float64) {
	for i, e := range edges {
		if lefts[e.Left] || rights[e.Right] {
			continue
		}
		lefts[e.Left], rights[e.Right] = true, true
		best = max(best, e.Worth+most(edges[i+1:], lefts, rights))
		delete(lefts, e.Left)
		delete(rights, e.Right)
	}
	return best
}

func TestTheAssignmentIsTheBestThereIs(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var edges []link.Edge
		for range dice.IntN(9) {
			edges = append(edges, link.Edge{Left: dice.IntN(4), Right: dice.IntN(4), Worth: float64(dice.IntN(9)) - 1})
		}
		got := worth(t, edges, link.Assign(edges))
		if want := most(edges, map[int]bool{}, map[int]bool{}); math.Abs(got-want) > 1e-9 {
			t.Fatalf("%v: worth %v, want %v", edges, got, want)
		}
	}
}
