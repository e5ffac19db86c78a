// Package deploy puts a site into a directory, each file whole, and removes what it put
// there before. It renders nothing.
package deploy

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"koyomi/internal/usage"
	"koyomi/internal/web"
)

// Manifest names what koyomi wrote into a folder, one file a line.
const Manifest = ".koyomi-files"

// ErrShrunk is a site without events in the place of one with some.
var ErrShrunk = errors.New("no event is left")

// A Directory is a directory that a site is written into. Nothing in it changes before
// finish: until then new files wait beside it in memory.
type Directory struct {
	root *os.Root
	// before are the files of last time, now those of this time, by path.
	before map[string]bool
	now    map[string]bool
	fresh  []web.File
	same   int
}

// A Counts counts what finish did.
type Counts struct{ Written, Unchanged, Removed int }

// Open opens the directory, which is made where there is none. One with a page
// that koyomi did not write is somebody else's.
func Open(name string) (*Directory, error) {
	if err := os.MkdirAll(name, 0o755); err != nil {
		return nil, fmt.Errorf("make the directory: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, usage.Errorf("%s: expected a directory", usage.Quote(name))
	}
	f := &Directory{
		root:   root,
		before: map[string]bool{},
		now:    map[string]bool{},
	}
	list, err := root.ReadFile(Manifest)
	switch {
	case err == nil:
		for line := range strings.Lines(string(list)) {
			f.before[strings.TrimSpace(line)] = true
		}
	case !errors.Is(err, fs.ErrNotExist):
		root.Close()
		return nil, err
	default:
		if _, err := root.Stat("index.html"); err == nil {
			root.Close()
			return nil, usage.Errorf(
				"%s has an index.html that koyomi did not write (use an empty directory)",
				usage.Quote(name),
			)
		}
	}
	return f, nil
}

// Close ends its use; what was not finished is not written.
func (f *Directory) Close() { f.root.Close() }

// Put adds one file to the site.
func (f *Directory) Put(path string, body []byte) error {
	f.now[path] = true
	old, err := f.root.ReadFile(path)
	if err == nil && string(old) == string(body) {
		f.same++
		return nil
	}
	f.fresh = append(f.fresh, web.File{Path: path, Body: body})
	return nil
}

// Finish writes what is new and takes away what is no more.
func (f *Directory) Finish() (Counts, error) {
	done := Counts{Unchanged: f.same}
	if hasEvent(f.before) && !hasEvent(f.now) {
		return done, ErrShrunk
	}
	// The list comes first: what it names and is not there harms nobody, what is there
	// and not named would stay for ever.
	if err := f.list(f.before, f.now); err != nil {
		return done, err
	}
	for _, one := range f.fresh {
		if err := f.replace(one.Path, one.Body); err != nil {
			return done, err
		}
		done.Written++
	}
	for _, path := range f.leftOver() {
		if err := f.root.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return done, err
		}
		done.Removed++
	}
	return done, f.list(f.now)
}

// leftOver returns the files of last time that are not in the site any more.
func (f *Directory) leftOver() []string {
	return slices.DeleteFunc(
		slices.Sorted(maps.Keys(f.before)),
		func(path string) bool { return path == "" || f.now[path] },
	)
}

func hasEvent(paths map[string]bool) bool {
	return slices.ContainsFunc(
		slices.Collect(maps.Keys(paths)),
		func(path string) bool { return strings.HasPrefix(path, "events/") },
	)
}

// list writes the manifest.
func (f *Directory) list(sets ...map[string]bool) error {
	all := map[string]bool{}
	for _, set := range sets {
		maps.Copy(all, set)
	}
	delete(all, "")
	body := []byte(strings.Join(slices.Sorted(maps.Keys(all)), "\n") + "\n")
	if old, err := f.root.ReadFile(Manifest); err == nil && string(old) == string(body) {
		return nil
	}
	return f.replace(Manifest, body)
}

// replace puts a file in its place in one step: a reader gets the old one or the new
// one whole.
func (f *Directory) replace(path string, body []byte) error {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		if err := f.root.MkdirAll(path[:i], 0o755); err != nil {
			return err
		}
	}
	const waiting = ".koyomi-new"
	w, err := f.root.Create(waiting)
	if err != nil {
		return err
	}
	_, err = w.Write(body)
	err = errors.Join(err, w.Close())
	if err == nil {
		err = f.root.Rename(waiting, path)
	}
	if err != nil {
		return errors.Join(err, f.root.Remove(waiting))
	}
	return nil
}
