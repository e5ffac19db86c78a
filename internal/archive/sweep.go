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

// All gives what is kept, by hash. It ends with an error where a directory cannot
// be read; what is no body is passed over.
func (a *Archive) All() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		stop := errors.New("stop")
		err := fs.WalkDir(a.root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() {
				if p != "." && len(p) != 2 {
					return fs.SkipDir
				}
				return nil
			}
			e, ok := entry(p, d)
			if ok && !yield(e, nil) {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			yield(Entry{}, fmt.Errorf("list the archive: %w", err))
		}
	}
}

// entry reads one directory entry; what vanished meanwhile is none.
func entry(p string, d fs.DirEntry) (Entry, bool) {
	hash := strings.TrimSuffix(path.Base(p), ".zst")
	if !valid(hash) || p != name(hash) || !d.Type().IsRegular() {
		return Entry{}, false
	}
	info, err := d.Info()
	if err != nil {
		return Entry{}, false
	}
	return Entry{Hash: hash, Stored: info.Size(), At: info.ModTime()}, true
}

// Sweep removes the bodies that keep does not want and that were last put before
// a moment, and says how many. What a poll put but has not yet noted is safe as
// long as that moment is more than an hour and the length of a poll ago.
func (a *Archive) Sweep(keep func(hash string) bool, before time.Time) (removed int, err error) {
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
	files, err := fs.ReadDir(a.root.FS(), "tmp")
	if err != nil {
		return
	}
	for _, d := range files {
		if info, err := d.Info(); err == nil && info.ModTime().Before(before) {
			_ = a.root.Remove("tmp/" + d.Name()) // tried again next time
		}
	}
}
