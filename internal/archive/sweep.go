package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"strings"
	"time"
)

// An Entry is one body that is kept.
type Entry struct {
	// Hash is the SHA-256 of the content in hex.
	Hash string
	// Stored is the size of its file in octets, At when it was last put, to
	// within an hour.
	Stored int64
	At     time.Time
}

// errStop ends a walk that its reader has had enough of.
var errStop = errors.New("stop")

// All returns what is kept, by hash. It ends with an error where a directory cannot
// be read; what is not a body is passed over.
func (a *Archive) All() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		err := fs.WalkDir(a.root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() {
				return skipping(p)
			}
			e, isBody := entry(p, d)
			if isBody && !yield(e, nil) {
				return errStop
			}
			return nil
		})
		if err = ignoring(err, errStop); err != nil {
			yield(Entry{}, fmt.Errorf("list the archive: %w", err))
		}
	}
}

// skipping has a walk pass over directories that hold no bodies.
func skipping(dir string) error {
	if dir == "." || len(dir) == 2 {
		return nil
	}
	return fs.SkipDir
}

// entry reads one directory entry; what vanished meanwhile is none.
func entry(p string, d fs.DirEntry) (Entry, bool) {
	hash := strings.TrimSuffix(path.Base(p), ".zst")
	isBody := check(hash) == nil && p == name(hash)
	info, err := d.Info()
	if err != nil || !isBody {
		return Entry{}, false
	}
	entry := Entry{Hash: hash, Stored: info.Size(), At: info.ModTime()}
	return entry, info.Mode().IsRegular()
}

// Sweep removes the bodies that keep does not want and that were last put before
// a moment, and says how many. What a poll put but has not yet noted is safe as
// long as that moment is more than an hour and the length of a poll ago.
func (a *Archive) Sweep(
	keep func(hash string) bool,
	before time.Time,
) (removed int, err error) {
	for e, err := range a.All() {
		if err != nil {
			return removed, err
		}
		if !e.At.Before(before) || keep(e.Hash) {
			continue
		}
		if err := a.Remove(e.Hash); err != nil {
			return removed, err
		}
		removed++
	}
	a.clearTemporary(before)
	return removed, nil
}

// clearTemporary removes what writers that died left behind before a moment. It
// does its best: what stays is tried again next time.
func (a *Archive) clearTemporary(before time.Time) {
	files, _ := fs.ReadDir(a.root.FS(), "tmp")
	for _, d := range files {
		if info, err := d.Info(); err == nil && info.ModTime().Before(before) {
			_ = a.root.Remove("tmp/" + d.Name()) // tried again next time
		}
	}
}
