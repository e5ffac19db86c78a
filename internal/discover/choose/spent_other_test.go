//go:build !unix

package choose

import "time"

// spent is the time so far where a process cannot tell what it took of it.
func spent() time.Duration { return time.Since(begun) }

var begun = time.Now()
