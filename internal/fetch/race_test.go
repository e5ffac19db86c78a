//go:build race

package fetch

// underRace is set where the race detector makes everything slow.
const underRace = true
