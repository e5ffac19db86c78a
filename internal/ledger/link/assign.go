package link

import (
	"math"
	"slices"
)

// An Edge says what it is worth that a left and a right one belong together.
type Edge struct {
	Left, Right int
	Worth       float64
}

// Assign returns the edges, by their place, that together are worth most, where each of
// either side belongs to one of the other at most. Edges that are worth nothing are left
// out.
func Assign(edges []Edge) []int {
	var taken []int
	for _, part := range components(edges) {
		taken = append(taken, assignPart(edges, part)...)
	}
	slices.Sort(taken)
	return taken
}

// components returns the edges in parts that share no end.
func components(edges []Edge) (parts [][]int) {
	lefts, rights := map[int][]int{}, map[int][]int{}
	for i, e := range edges {
		lefts[e.Left], rights[e.Right] = append(
			lefts[e.Left],
			i,
		), append(
			rights[e.Right],
			i,
		)
	}
	seen := make([]bool, len(edges))
	for i := range edges {
		var part []int
		for queue := []int{i}; len(queue) > 0; queue = queue[1:] {
			if at := queue[0]; !seen[at] {
				seen[at] = true
				part = append(part, at)
				queue = slices.Concat(queue, lefts[edges[at].Left], rights[edges[at].Right])
			}
		}
		if part != nil {
			slices.Sort(part)
			parts = append(parts, part)
		}
	}
	return parts
}

// assignPart assigns one part by the Hungarian method: the left ones are rows, the right
// ones columns, and each row has a column of its own besides, for belonging to none.
func assignPart(edges []Edge, part []int) (taken []int) {
	if len(part) == 1 && edges[part[0]].Worth > 0 {
		return part
	}
	rows, columns := map[int]int{}, map[int]int{}
	number := func(of map[int]int, id int) {
		if _, ok := of[id]; !ok {
			of[id] = len(of)
		}
	}
	for _, i := range part {
		number(rows, edges[i].Left)
		number(columns, edges[i].Right)
	}
	cost := make([][]float64, len(rows))
	at := make([][]int, len(rows))
	for r := range cost {
		cost[r] = make([]float64, len(columns)+len(rows))
		at[r] = make([]int, len(cost[r]))
	}
	for _, i := range part {
		r, c := rows[edges[i].Left], columns[edges[i].Right]
		if -edges[i].Worth < cost[r][c] {
			cost[r][c], at[r][c] = -edges[i].Worth, i
		}
	}
	for r, c := range cheapest(cost) {
		if cost[r][c] < 0 {
			taken = append(taken, at[r][c])
		}
	}
	return taken
}

// cheapest returns the column of each row so that all together cost least; there are
// no fewer columns than rows (Kuhn and Munkres, with potentials).
func cheapest(cost [][]float64) []int {
	n, m := len(cost), len(cost[0])
	u, v := make([]float64, n+1), make([]float64, m+1)
	row, prev := make([]int, m+1), make([]int, m+1)
	for i := 1; i <= n; i++ {
		row[0] = i
		least, used := make([]float64, m+1), make([]bool, m+1)
		for c := range least {
			least[c] = math.Inf(1)
		}
		at := 0
		for ; row[at] != 0; at = closest(least, used) {
			used[at] = true
			relax(cost[row[at]-1], u[row[at]], v, least, used, prev, at)
			settle(u, v, least, used, row, least[closest(least, used)])
		}
		for ; at != 0; at = prev[at] {
			row[at] = row[prev[at]]
		}
	}
	column := make([]int, n)
	for c := 1; c <= m; c++ {
		if row[c] > 0 {
			column[row[c]-1] = c - 1
		}
	}
	return column
}

// relax notes where a free column is reached more cheaply by way of column at.
func relax(cost []float64, u float64, v, least []float64, used []bool, prev []int, at int) {
	for c := 1; c < len(least); c++ {
		if d := cost[c-1] - u - v[c]; !used[c] && d < least[c] {
			least[c], prev[c] = d, at
		}
	}
}

// closest returns the free column that is reached most cheaply.
func closest(least []float64, used []bool) (at int) {
	best := math.Inf(1)
	for c := 1; c < len(least); c++ {
		if !used[c] && least[c] < best {
			at, best = c, least[c]
		}
	}
	return at
}

// settle moves the potentials by the cheapest step.
func settle(u, v, least []float64, used []bool, row []int, step float64) {
	for c := range used {
		if used[c] {
			u[row[c]] += step
			v[c] -= step
		} else {
			least[c] -= step
		}
	}
}
