package source

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"koyomi/internal/strict"
)

// named is a file system that knows how people call it.
type named struct {
	fs.FS
	name string
}

// Named returns files with a name that stands before theirs in problems: "sources".
func Named(name string, files fs.FS) fs.FS { return named{files, name} }

func nameOf(files fs.FS) string {
	n, _ := files.(named)
	return n.name
}

// Load reads the communities (*.yaml) and platforms (platforms/*.yaml) of some
// directories; those of a later one take the place of those with the same id. Their
// sources may be of any of the given kinds. It reports all that is wrong, at
// file:line:column. A file that is wrong is left out as a whole and the others
// stand; a community of the operator's own that is wrong does not bring back the
// one whose place it takes.
func Load(kinds Definitions, files ...fs.FS) (*Catalogue, []strict.Problem) {
	l := &loader{
		kinds: kinds,
		catalogue: &Catalogue{
			kinds:     kinds,
			platforms: map[string]*platform{},
			broken:    map[string]string{},
			bases:     map[string]*Source{},
		},
		broken: map[string]string{},
		places: map[*Source]place{},
	}
	for _, f := range files {
		l.each(f, "platforms", l.platform)
	}
	found := map[string]*Community{}
	for _, f := range files {
		l.each(f, ".", func(id, file string, data []byte) {
			delete(found, id)
			delete(l.catalogue.broken, id)
			if c := l.community(id, file, data); c != nil {
				found[id] = c
				return
			}
			l.catalogue.broken[id] = file
		})
	}
	for _, c := range found {
		l.catalogue.Communities = append(l.catalogue.Communities, c)
	}
	slices.SortFunc(
		l.catalogue.Communities,
		func(a, b *Community) int { return strings.Compare(a.ID, b.ID) },
	)
	l.catalogue.hide()
	l.compare()
	l.catalogue.reindex()
	strict.Sort(l.problems)
	return l.catalogue, l.problems
}

// A loader reads files, collecting what is wrong.
type loader struct {
	kinds     Definitions
	catalogue *Catalogue
	problems  []strict.Problem
	// broken are the platforms that are left out, by id.
	broken map[string]string
	// places are where sources stand, for what only shows beside others.
	places map[*Source]place
}

// A place is a source's part of a file.
type place struct {
	doc  *strict.Document
	path string
}

// each hands over the YAML files of a directory in order of their names; the data
// is nil where a file cannot be read, which is said here.
func (l *loader) each(files fs.FS, dir string, take func(id, file string, data []byte)) {
	prefix := nameOf(files)
	entries, err := fs.ReadDir(files, dir)
	if errors.Is(err, fs.ErrNotExist) && dir != "." {
		return
	}
	if err != nil {
		l.add(strict.Problem{
			File:    path.Join(prefix, dir),
			Message: "the directory cannot be read: " + reason(err),
		})
		return
	}
	entries = slices.DeleteFunc(
		entries,
		func(e fs.DirEntry) bool { return e.IsDir() || strings.HasPrefix(e.Name(), ".") },
	)
	for _, e := range entries {
		file := path.Join(prefix, dir, e.Name())
		id, ext := splitExt(e.Name())
		switch ext {
		case ".yml":
			l.add(strict.Problem{
				File: file,
				Message: fmt.Sprintf(
					"the name ends in .yml, and is not read (use %s.yaml)",
					id,
				),
			})
		case ".yaml":
			take(id, file, l.data(files, path.Join(dir, e.Name()), file))
		}
	}
}

func splitExt(name string) (base, ext string) {
	ext = path.Ext(name)
	return strings.TrimSuffix(name, ext), ext
}

// data reads a file; nil where it cannot be read, which is noted.
func (l *loader) data(files fs.FS, name, file string) []byte {
	data, problem := readFile(files, name)
	if problem != "" {
		l.add(strict.Problem{File: file, Message: problem})
		return nil
	}
	return append([]byte{}, data...)
}

// readFile reads a file that people write; one that is too large is not read.
func readFile(files fs.FS, name string) (data []byte, problem string) {
	info, err := fs.Stat(files, name)
	switch {
	case err != nil:
		return nil, "the file cannot be read: " + reason(err)
	case info.Size() > strict.MaxSize:
		return nil, fmt.Sprintf(
			"expected at most %d bytes, found %d",
			strict.MaxSize,
			info.Size(),
		)
	}
	if data, err = fs.ReadFile(files, name); err != nil {
		return nil, "the file cannot be read: " + reason(err)
	}
	return data, ""
}

// reason is an error without the name that stands before it anyway.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return err.Error()
}

func (l *loader) add(p ...strict.Problem) { l.problems = append(l.problems, p...) }
