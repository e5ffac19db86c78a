//go:build race

package main

// underRace is set where the race detector makes everything slow.
const underRace = true
