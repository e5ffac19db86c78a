package deploy

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"koyomi/internal/usage"
	"koyomi/internal/web"
)

// A Directory is a directory that a site is put into.
type Directory struct {
	plan
	root *os.Root
	// compress writes a compressed copy beside each file that gets smaller by it.
	compress bool
}

// waiting is the name of a file that is being written.
const waiting = ".koyomi-new"

// OpenDirectory opens the directory, which is made where there is none. One with a page
// that koyomi did not write is somebody else's. With compress each file of text has a
// NAME.gz beside it, for web servers that serve such.
func OpenDirectory(name string, compress bool) (*Directory, error) {
	if err := os.MkdirAll(name, 0o755); err != nil {
		return nil, fmt.Errorf("make the directory: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, usage.Errorf("%s: expected a directory", usage.Quote(name))
	}
	d := &Directory{root: root, compress: compress}
	list, err := root.ReadFile(Manifest)
	switch {
	case err == nil:
		d.before = parseManifest(string(list))
		return d, nil
	case !errors.Is(err, fs.ErrNotExist):
		root.Close()
		return nil, err
	}
	d.before = files{}
	if _, err := root.Stat("index.html"); err == nil {
		root.Close()
		return nil, foreign(name)
	}
	return d, nil
}

// foreign says that a target is somebody else's.
func foreign(name string) error {
	return usage.Errorf(
		"%s has an index.html that koyomi did not write (use an empty one)",
		usage.Quote(name),
	)
}

// Close ends its use.
func (d *Directory) Close() { d.root.Close() }

// Begin implements Target.
func (d *Directory) Begin(_ context.Context, paths []string) error {
	if err := d.begin(paths); err != nil {
		return err
	}
	return d.replaceUnlessSame(Manifest, d.now.manifest())
}

// Put implements Target. A file counts as there when its bytes are.
func (d *Directory) Put(_ context.Context, f web.File) error {
	d.coming[f.Path] = true
	if err := d.put(f.Path, f.Body); err != nil {
		return err
	}
	d.now[f.Path] = sumOf(f, "")
	if !d.compress {
		return nil
	}
	packed, smaller := packedBody(f)
	if !smaller {
		return nil
	}
	path := f.Path + ".gz"
	d.coming[path] = true
	d.now[path] = sumOf(f, encodingGzip)
	return d.put(path, packed)
}

// put writes a file where it is not there yet, and counts it.
func (d *Directory) put(path string, body []byte) error {
	old, err := d.root.ReadFile(path)
	if err == nil && string(old) == string(body) {
		d.counts.Unchanged++
		return nil
	}
	d.counts.Written++
	return d.replace(path, body)
}

// Finish implements Target.
func (d *Directory) Finish(context.Context) (Counts, error) {
	for _, path := range d.leftOver() {
		if err := d.root.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return d.counts, err
		}
		d.counts.Removed++
		delete(d.now, path)
	}
	return d.counts, d.replaceUnlessSame(Manifest, d.now.manifest())
}

func (d *Directory) replaceUnlessSame(path string, body []byte) error {
	if old, err := d.root.ReadFile(path); err == nil && string(old) == string(body) {
		return nil
	}
	return d.replace(path, body)
}

// replace puts a file in its place in one step, once its bytes are on the disk: a reader
// gets the old one or the new one whole, after a power cut too.
func (d *Directory) replace(path string, body []byte) error {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		if err := d.root.MkdirAll(path[:i], 0o755); err != nil {
			return err
		}
	}
	w, err := d.root.Create(waiting)
	if err != nil {
		return err
	}
	_, err = w.Write(body)
	if err == nil {
		err = w.Sync()
	}
	err = errors.Join(err, w.Close())
	if err == nil {
		err = d.root.Rename(waiting, path)
	}
	if err != nil {
		return errors.Join(err, d.root.Remove(waiting))
	}
	return nil
}
