package terminal

import (
	"os"
	"runtime/debug"
)

// Hurry does without collecting garbage until there is much of it: a command that ends
// soon ends before that pays. What the environment says of it counts.
func Hurry() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(512 << 20)
		debug.SetGCPercent(-1)
	}
}
