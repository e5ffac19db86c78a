//go:build race

package web

// slowdown is about how much slower the race detector makes everything.
const slowdown = 10
