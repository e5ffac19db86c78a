package web

import (
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The bounds of what documents take.
const (
	leastDocuments = 4 << 20
	mostDocuments  = 32 << 20
)

// DocumentMemory returns how many octets documents may take in a process with a limit
// on its memory: an eighth, 32 MiB at most.
func DocumentMemory(limit int64) int {
	return int(min(max(limit/8, leastDocuments), mostDocuments))
}

// LimitMemory has the runtime keep to the limit on this process's memory, and returns
// it: GOMEMLIMIT where that is set, else nine tenths of what the control group allows,
// else math.MaxInt64.
func LimitMemory() int64 { return limitMemory("/") }

func limitMemory(root string) int64 {
	if set := debug.SetMemoryLimit(-1); set != math.MaxInt64 {
		return set
	}
	limit := groupLimit(root)
	if limit != math.MaxInt64 {
		limit -= limit / 10
		debug.SetMemoryLimit(limit)
	}
	return limit
}

// groupLimit returns the smallest limit of the control groups that this process is in,
// math.MaxInt64 for none.
func groupLimit(root string) int64 {
	limit := int64(math.MaxInt64)
	groups, err := os.ReadFile(filepath.Join(root, "proc/self/cgroup"))
	if err != nil {
		return limit // no Linux
	}
	for line := range strings.Lines(string(groups)) {
		mount, file, group, ok := groupFiles(strings.TrimSpace(line))
		if !ok {
			continue
		}
		for ; ; group = filepath.Dir(group) {
			limit = min(limit, readLimit(filepath.Join(root, mount, group, file)))
			if group == "/" || group == "." {
				break
			}
		}
	}
	return limit
}

// groupFiles reads a line of /proc/self/cgroup: where the limits on memory are, if it
// is about memory. Version 2 has one hierarchy, numbered 0; version 1 one for memory.
func groupFiles(line string) (mount, file, group string, ok bool) {
	parts := strings.SplitN(line, ":", 3)
	switch {
	case len(parts) != 3:
		return "", "", "", false
	case parts[0] == "0":
		return "sys/fs/cgroup", "memory.max", parts[2], true
	case parts[1] == "memory":
		return "sys/fs/cgroup/memory", "memory.limit_in_bytes", parts[2], true
	}
	return "", "", "", false
}

// readLimit reads the limit of one group; one that has none says "max" or a number
// beyond any memory.
func readLimit(name string) int64 {
	text, err := os.ReadFile(name)
	if err != nil {
		return math.MaxInt64
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil || n <= 0 {
		return math.MaxInt64
	}
	return n
}

// calmAfter is how long nothing is made before memory is given back.
const calmAfter = 5 * time.Second

// A calm returns the memory that the making of documents took to the system once
// nothing has been made for a while: the runtime would keep it for minutes.
type calm struct {
	mu    sync.Mutex
	timer *time.Timer
}

// worked notes that a document was made.
func (c *calm) worked() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer == nil {
		c.timer = time.AfterFunc(calmAfter, debug.FreeOSMemory)
		return
	}
	c.timer.Reset(calmAfter)
}
