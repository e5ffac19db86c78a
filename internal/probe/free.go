package probe

import (
	"os"
	"path/filepath"

	"koyomi/internal/discover"
	"koyomi/internal/source"
	"koyomi/internal/usage"
)

// Free reports whether a community of that id may be written into a directory: nil, or
// what is in the way.
func Free(c *source.Catalogue, into, id string, force bool) error {
	file := filepath.Join(into, id+".yaml")
	switch {
	case discover.Slug(id) != id:
		return usage.Errorf(
			"--id %s: expected lower-case letters, digits and single - (use %s)",
			usage.Quote(id),
			discover.Slug(id),
		)
	case force:
		return nil
	case isThere(file):
		return usage.Errorf(
			"%s is there already; --force overwrites it, --id NAME chooses another name",
			file,
		)
	case c.Community(id) != nil:
		return usage.Errorf(
			"%s is a community already; --id NAME chooses another name, --force puts this one in its place",
			id,
		)
	}
	return nil
}

// isThere reports whether there is a file of a name.
func isThere(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
