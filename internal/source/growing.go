package source

import (
	"context"
	"slices"
	"strings"
	"sync"

	"koyomi/internal/event"
)

// A Memory keeps the communities that were found in the data of platforms.
type Memory interface {
	// Grown returns them by id, and those of which it is noted that they moved.
	Grown(ctx context.Context) ([]Grown, error)
	// Grow keeps communities, each in place of the one of its id.
	Grow(ctx context.Context, all []Grown) error
}

// A Growing catalogue is that of the files with the communities that were found in the
// data of platforms. Many may use it at a time.
type Growing struct {
	// Files returns what the files say.
	Files func() *Catalogue

	mu     sync.Mutex
	memory Memory
	read   bool
	grown  []Grown
	whole  *Catalogue
}

// Remember has the catalogue know what a memory keeps, from the next question on.
func (g *Growing) Remember(m Memory) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.memory, g.read, g.whole = m, false, nil
}

// Catalogue returns all that is known. Where the memory cannot be read it is that of
// the files.
func (g *Growing) Catalogue() *Catalogue {
	g.mu.Lock()
	defer g.mu.Unlock()
	c, _ := g.now(context.Background())
	return c
}

// now returns the catalogue as it is; g is locked.
func (g *Growing) now(ctx context.Context) (*Catalogue, error) {
	if g.whole != nil {
		return g.whole, nil
	}
	files := g.Files()
	if g.memory != nil && !g.read {
		var err error
		if g.grown, err = g.memory.Grown(ctx); err != nil {
			return files, err
		}
		g.read = true
	}
	g.whole = files
	if len(g.grown) > 0 {
		g.whole = files.With(g.grown)
	}
	return g.whole, nil
}

// Take returns the sources of groups, by their names in lower case; those that nobody
// knew become communities, and those whose name is another one now take it over.
func (g *Growing) Take(
	ctx context.Context,
	many *Source,
	groups []event.Group,
) (map[string]*Source, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c, err := g.now(ctx)
	if err != nil {
		return nil, err
	}
	fresh := append(c.Grow(many.Platform, groups), g.renamed(many.Platform, groups)...)
	if err := g.keep(ctx, fresh); err != nil {
		return nil, err
	}
	if c, err = g.now(ctx); err != nil {
		return nil, err
	}
	found := make(map[string]*Source, len(groups))
	for _, one := range groups {
		if s, hidden := c.OfGroup(many.Platform, one.ID); s != nil && !hidden {
			found[strings.ToLower(one.ID)] = s
		}
	}
	return found, nil
}

// renamed returns the communities of groups that are called otherwise now; g is locked.
func (g *Growing) renamed(platform string, groups []event.Group) (all []Grown) {
	byKey := make(map[string]Grown, len(g.grown))
	for _, known := range g.grown {
		byKey[GroupKey(known.Platform, known.Group.ID)] = known
	}
	for _, now := range groups {
		known, ok := byKey[GroupKey(platform, now.ID)]
		if ok && now.Name != "" && known.Group.Name != now.Name {
			known.Group.Name = now.Name
			all = append(all, known)
		}
	}
	return all
}

// keep remembers communities; g is locked.
func (g *Growing) keep(ctx context.Context, fresh []Grown) error {
	if len(fresh) == 0 {
		return nil
	}
	if g.memory != nil {
		if err := g.memory.Grow(ctx, fresh); err != nil {
			return err
		}
	}
	for _, one := range fresh {
		i := slices.IndexFunc(g.grown, func(old Grown) bool { return old.ID == one.ID })
		if i >= 0 {
			g.grown[i] = one
			continue
		}
		g.grown = append(g.grown, one)
	}
	g.whole = nil
	return nil
}

// Move notes that a community goes on as another one, "" that it does not any more.
func (g *Growing) Move(ctx context.Context, id, to string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, err := g.now(ctx); err != nil {
		return err
	}
	moved := Grown{ID: id}
	if i := slices.IndexFunc(
		g.grown,
		func(old Grown) bool { return old.ID == id },
	); i >= 0 {
		moved = g.grown[i]
	}
	moved.MovedTo = to
	return g.keep(ctx, []Grown{moved})
}
