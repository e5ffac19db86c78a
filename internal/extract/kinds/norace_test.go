//go:build !race

package kinds

// slower is how much longer things may take than the faults allow.
const slower = 1
