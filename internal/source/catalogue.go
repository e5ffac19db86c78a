package source

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"koyomi/internal/strict"
)

// A Catalogue is all that is watched. It does not change once it is loaded.
type Catalogue struct {
	// Communities are in order of their ids.
	Communities []*Community

	kinds     Definitions
	platforms map[string]*platform
	// broken are the files of communities that are left out, by id.
	broken map[string]string
	// hidden are the communities that are left out.
	hidden []*Community
	// bases are the sources of platforms without a group, as they are asked for.
	bases map[string]*Source
	index index
	// moved are the ids of communities that go on as another one.
	moved []string
}

// Moved returns the ids of the communities that go on as another one, whose sources
// they have as well.
func (c *Catalogue) Moved() []string { return c.moved }

// Sources returns every source, also those that are off or archived, community by
// community.
func (c *Catalogue) Sources() []*Source {
	var all []*Source
	for _, community := range c.Communities {
		all = append(all, community.Sources...)
	}
	return all
}

// Find returns a source by its id; a community's id names its first source. The
// error for an unknown id says what was most likely meant, or which file is to be
// corrected.
func (c *Catalogue) Find(id string) (*Source, error) {
	if s := c.Source(id); s != nil {
		return s, nil
	}
	if community := c.Community(id); community != nil {
		return community.Sources[0], nil
	}
	if file, ok := c.broken[id]; ok {
		return nil, fmt.Errorf(
			"%s is left out: %s has problems, which `koyomi config check` names",
			id,
			file,
		)
	}
	hint := cmp.Or(strict.DidYouMean(id, c.ids()), "`koyomi source list` names them all")
	return nil, fmt.Errorf("no source or community %q; %s", cut(id, 60), hint)
}

// ids are the ids of all sources and of all communities.
func (c *Catalogue) ids() []string {
	var ids []string
	for _, s := range c.Sources() {
		ids = append(ids, s.ID)
	}
	for _, community := range c.Communities {
		ids = append(ids, community.ID)
	}
	return ids
}

// Community returns a community by its id, nil where there is none.
func (c *Catalogue) Community(id string) *Community {
	return c.index.communities[id]
}

// Platforms returns the ids of the platforms, sorted.
func (c *Catalogue) Platforms() []string { return slices.Sorted(maps.Keys(c.platforms)) }

// Platform returns what all groups of a platform share, a copy; nil where there is
// no platform of that id.
func (c *Catalogue) Platform(id string) *Platform {
	p, ok := c.platforms[id]
	if !ok {
		return nil
	}
	return p.read(c.kinds)
}

// OfPlatform returns a source of a platform that stands for a group; "" for none in
// particular, whose addresses then still hold {group}.
func (c *Catalogue) OfPlatform(id, group string) (*Source, error) {
	p := c.Platform(id)
	if p == nil {
		return nil, fmt.Errorf("no platform %q; %s", cut(id, 60), known(id, c.Platforms()))
	}
	s := &p.Source
	s.ID, s.Platform, s.Group = id, id, group
	if group != "" {
		fillGroup(s, group)
	}
	c.kinds.finish(s)
	return s, nil
}

// known is the hint for a word that is none of those there are.
func known(word string, all []string) string {
	if hint := strict.DidYouMean(word, all); hint != "" {
		return hint
	}
	return "known: " + list(all)
}
