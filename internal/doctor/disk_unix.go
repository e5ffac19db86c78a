//go:build linux || darwin

package doctor

import "golang.org/x/sys/unix"

// freeSpace returns how many octets the disk of a directory has left, and whether that
// is known.
func freeSpace(dir string) (free int64, known bool) {
	var s unix.Statfs_t
	if unix.Statfs(dir, &s) != nil {
		return 0, false
	}
	size := int64(s.Bsize) //nolint:unconvert // another type elsewhere
	return int64(s.Bavail) * size, true
}
