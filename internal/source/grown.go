package source

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// An index finds the parts of a catalogue by their names.
type index struct {
	communities map[string]*Community
	sources     map[string]*Source
	ranks       map[string]int
	// groups are the sources of groups by GroupKey, hidden the groups that are left out.
	groups map[string]*Source
	hidden map[string]bool
	// platforms are those of which groups are read together.
	platforms map[string]*Platform
}

// reindex is called whenever the communities are others.
func (c *Catalogue) reindex() {
	x := index{
		communities: make(map[string]*Community, len(c.Communities)),
		sources:     make(map[string]*Source, len(c.Communities)),
		ranks:       map[string]int{},
		groups:      map[string]*Source{},
		platforms:   map[string]*Platform{},
		hidden:      map[string]bool{},
	}
	for _, y := range slices.Concat(c.Communities, c.hidden) {
		for i, s := range y.Sources {
			if s.Plain && x.platforms[s.Platform] == nil {
				x.platforms[s.Platform] = c.Platform(s.Platform)
			}
			if s.Group != "" {
				x.groups[GroupKey(s.Platform, s.Group)] = s
				x.hidden[GroupKey(s.Platform, s.Group)] = y.Hide
			}
			if !y.Hide {
				x.sources[s.ID], x.ranks[s.ID] = s, i
			}
		}
		if !y.Hide {
			x.communities[y.ID] = y
		}
	}
	c.index = x
}

// Source returns the source of an id, nil where there is none.
func (c *Catalogue) Source(id string) *Source { return c.index.sources[id] }

// Rank returns the place of a source among those of its community, 0 for the first.
func (c *Catalogue) Rank(id string) int { return c.index.ranks[id] }

// OfGroup returns the source that stands for a group of a platform, nil where the
// catalogue has none; hidden is set where the group is left out.
func (c *Catalogue) OfGroup(platform, group string) (s *Source, hidden bool) {
	key := GroupKey(platform, group)
	return c.index.groups[key], c.index.hidden[key]
}

// hide takes the communities that are left out from the others.
func (c *Catalogue) hide() {
	for _, y := range c.Communities {
		if y.Hide {
			c.hidden = append(c.hidden, y)
		}
	}
	c.Communities = slices.DeleteFunc(
		c.Communities,
		func(y *Community) bool { return y.Hide },
	)
}

// Grow returns what becomes of groups of a platform that the catalogue does not know:
// each gets an id that nothing has.
func (c *Catalogue) Grow(platform string, groups []event.Group) []Grown {
	var all []Grown
	taken := map[string]bool{}
	for _, g := range groups {
		known, hidden := c.OfGroup(platform, g.ID)
		if known != nil || hidden || !isGroup(g.ID) || taken[strings.ToLower(g.ID)] {
			continue
		}
		taken[strings.ToLower(g.ID)] = true
		id := c.freeID(platform, g.ID, taken)
		taken[id] = true
		all = append(all, Grown{ID: id, Platform: platform, Group: g})
	}
	return all
}

// freeID makes an id of a group's name.
func (c *Catalogue) freeID(platform, group string, taken map[string]bool) string {
	name := slug(group)
	isOwn := strings.ContainsAny(strings.ToLower(group), letters)
	if !isOwn {
		h := fnv.New32a()
		h.Write([]byte(group))
		name = fmt.Sprintf("%s-%08x", platform, h.Sum32())
	}
	for _, id := range []string{name, name + "-" + platform} {
		if !c.has(id) && (id == group || !taken[id]) && isID(id) {
			return id
		}
	}
	for n := 2; ; n++ {
		id := fmt.Sprintf("%s-%s-%d", name[:min(len(name), maxID/2)], platform, n)
		if !c.has(id) && !taken[id] {
			return id
		}
	}
}

const letters = "abcdefghijklmnopqrstuvwxyz0123456789"

func (c *Catalogue) has(id string) bool {
	return c.index.communities[id] != nil || c.index.sources[id] != nil ||
		c.broken[id] != ""
}

// With returns the catalogue with the communities that were found in the data of
// platforms. What a file says of the same group, or under the same id, counts; and a
// community that moved has the sources of the one that it moved to as well.
func (c *Catalogue) With(grown []Grown) *Catalogue {
	whole := *c
	whole.Communities = slices.Clone(c.Communities)
	for _, g := range grown {
		if known, hidden := c.OfGroup(g.Platform, g.Group.ID); known != nil || hidden {
			continue
		}
		if y := c.grown(g); y != nil && !c.has(g.ID) {
			whole.Communities = append(whole.Communities, y)
		}
	}
	slices.SortFunc(
		whole.Communities,
		func(a, b *Community) int { return strings.Compare(a.ID, b.ID) },
	)
	whole.reindex()
	whole.follow(grown)
	return &whole
}

// grown makes a community of what is known of a group.
func (c *Catalogue) grown(g Grown) *Community {
	s := c.groupSource(g.Platform, g.Group.ID)
	if s == nil {
		return nil
	}
	name := g.Group.Name
	if name == "" {
		name = g.Group.ID
	}
	s.ID, s.Community, s.CommunityName = g.ID, g.ID, name
	s.FedBy, s.Plain = g.Platform, true
	url := g.Group.URL
	if url == "" {
		url = c.Platform(g.Platform).pageOf(g.Group.ID)
	}
	return &Community{
		ID:       g.ID,
		Name:     text.Line(name, 100),
		URL:      url,
		Platform: g.Platform,
		Group:    g.Group.ID,
		Grown:    true,
		Sources:  []*Source{s},
	}
}

// groupSource returns the source of a group as its platform says, nil where there is
// no such platform.
func (c *Catalogue) groupSource(platform, group string) *Source {
	like := c.bases[platform]
	if like == nil {
		var err error
		if like, err = c.OfPlatform(platform, ""); err != nil {
			return nil
		}
		c.bases[platform] = like
	}
	for _, t := range like.settingsTemplates() {
		if strings.Contains(*t, "{group}") {
			s, _ := c.OfPlatform(platform, group)
			return s
		}
	}
	s := *like
	s.Group, s.URLs = group, slices.Clone(like.URLs)
	s.URL = strings.ReplaceAll(s.URL, "{group}", group)
	for i, u := range s.URLs {
		s.URLs[i] = strings.ReplaceAll(u, "{group}", group)
	}
	return &s
}

// follow adds to each community that moved the sources of the one that it goes on as;
// that one is no community of its own any more.
func (c *Catalogue) follow(grown []Grown) {
	moved := map[string]string{}
	for _, g := range grown {
		if g.MovedTo != "" {
			moved[g.ID] = g.MovedTo
		}
	}
	c.move(moved)
}

// move has each community, by id, go on as another one.
func (c *Catalogue) move(moved map[string]string) {
	gone := map[string]bool{}
	for i, y := range c.Communities {
		to := c.index.communities[moved[y.ID]]
		if to == nil || to == y || moved[to.ID] != "" {
			continue
		}
		own := *y
		own.Sources = slices.Clone(y.Sources)
		for _, s := range to.Sources {
			theirs := *s
			theirs.Community, theirs.CommunityName = own.ID, own.Name
			own.Sources = append(own.Sources, &theirs)
		}
		c.Communities[i], gone[to.ID] = &own, true
		c.moved = append(c.moved, own.ID)
	}
	if len(gone) == 0 {
		return
	}
	c.Communities = slices.DeleteFunc(
		c.Communities,
		func(y *Community) bool { return gone[y.ID] },
	)
	c.reindex()
}
