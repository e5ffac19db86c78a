//go:build !linux && !darwin

package doctor

// freeSpace returns that nothing is known: this system is not supported.
func freeSpace(string) (free int64, known bool) { return 0, false }
