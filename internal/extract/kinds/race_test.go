//go:build race

package kinds

// underRace is set where the race detector makes everything slow.
const underRace = true
