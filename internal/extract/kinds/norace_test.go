//go:build !race

package kinds

const underRace = false
