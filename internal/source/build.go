package source

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"koyomi/internal/strict"
)

// A platform is a file of settings that sources take over.
type platform struct {
	file string
	doc  *strict.Document
}

// read returns a copy of the settings: what is made from them is changed by its
// owner.
func (p *platform) read(kinds Definitions) *Platform {
	var out Platform
	kinds.Decode(p.doc, "", &out)
	return &out
}

// platform reads one file of platforms/.
func (l *loader) platform(id, file string, data []byte) {
	delete(l.catalogue.platforms, id)
	l.broken[id] = file
	if data == nil {
		return
	}
	var p Platform
	c := l.kinds.open(data, file, &p)
	if c.doc != nil {
		c.platform(id, &p)
		c.checkMany(&p)
	}
	if l.add(c.all()...); len(c.all()) == 0 {
		l.catalogue.platforms[id] = &platform{file: file, doc: c.doc}
		delete(l.broken, id)
	}
}

// community reads one file; nil where anything is wrong with it.
func (l *loader) community(id, file string, data []byte) *Community {
	if data == nil {
		return nil
	}
	var y Community
	c := l.kinds.open(data, file, &y)
	if c.doc != nil {
		c.community(id, &y)
		y.ID = id
		l.sources(c, &y)
		l.manyAreas(c, &y)
	}
	l.add(c.all()...)
	if len(c.all()) > 0 {
		return nil
	}
	return &y
}

// sources makes the sources of a community from its file and its platforms.
func (l *loader) sources(c *Checker, y *Community) {
	if len(y.Sources) == 0 && y.Platform != "" {
		s := &Source{Platform: y.Platform, Group: y.Group}
		y.Sources = []*Source{l.source(c, y, s, "")}
		return
	}
	seen := map[string]bool{}
	for i, own := range y.Sources {
		s := l.source(c, y, own, fmt.Sprintf("sources[%d]", i))
		c.WrongIf(
			s.ID != "" && seen[s.ID],
			fmt.Sprintf("sources[%d].id", i),
			"the id %s is taken by a source before it (use %s-%s)",
			s.ID,
			y.ID,
			s.Kind,
		)
		y.Sources[i], seen[s.ID] = s, true
	}
}

// source returns one source whole: its platform's settings, its own over them, and
// what is left out filled in. Its path is "" where the community is the short form.
func (l *loader) source(c *Checker, y *Community, own *Source, at string) *Source {
	s := own
	p := l.platformOf(c, own, at)
	if p != nil {
		s = l.onPlatform(c, p, own, at)
		y.URL = cmp.Or(y.URL, p.pageOf(s.Group))
	}
	c.WrongIf(
		own.Platform == "" && own.Group != "",
		under(at, "group"),
		"a group goes with a platform (use platform: NAME beside it)",
	)
	isFirst := at == "" || at == "sources[0]"
	if s.ID == "" && isFirst {
		s.ID = y.ID
	}
	s.Community, s.CommunityName = y.ID, y.Name
	if y.Dormant != "" {
		s.Schedule = cmp.Or(s.Schedule, DormantEvery)
	}
	fillGroup(s, s.Group)
	isKnown := own.Platform == "" ||
		p != nil // else the platform is wrong, and what it says not known
	if isKnown {
		c.source(s, at)
	}
	l.kinds.finish(s)
	s.Plain = l.plain(p, s, at == "")
	l.places[s] = place{c.doc, at}
	return s
}

// pageOf returns the page of a group on a platform, "" for no group.
func (p *Platform) pageOf(group string) string {
	if group == "" {
		return ""
	}
	return strings.ReplaceAll(p.Page, "{group}", group)
}

// onPlatform lays what a source says itself over its platform's settings.
func (l *loader) onPlatform(c *Checker, p *Platform, own *Source, at string) *Source {
	s := &p.Source
	kind := s.Kind
	if at != "" {
		l.kinds.Decode(c.doc, at, s)
		layer(c.doc, s.Settings, under(at, string(kind)))
	}
	s.Platform, s.Group = own.Platform, own.Group
	c.group(p, s, at)
	if own.Kind != "" && own.Kind != kind {
		c.Wrong(
			under(at, "kind"),
			"the platform %s is read as %s (leave the kind out)",
			own.Platform,
			kind,
		)
		s.Kind = kind
	}
	return s
}

// layer has settings drop what the file of a source replaces.
func layer(doc *strict.Document, set Settings, at string) {
	if l, ok := set.(Layered); ok {
		l.Layer(func(key string) bool { return doc.Says(at + "." + key) })
	}
}

// platformOf returns the platform that a source names, nil if it names none or
// there is no such platform.
func (l *loader) platformOf(c *Checker, s *Source, at string) *Platform {
	if s.Platform == "" {
		return nil
	}
	at = under(at, "platform")
	p := l.catalogue.Platform(s.Platform)
	if file, ok := l.broken[s.Platform]; ok {
		c.Wrong(at, "the platform %s is left out until %s is corrected", s.Platform, file)
	} else if p == nil {
		c.guess(at, s.Platform, "platform", l.catalogue.Platforms())
	}
	return p
}

// fillGroup puts the group into the templates of a source.
func fillGroup(s *Source, group string) {
	if group == "" {
		return
	}
	r := strings.NewReplacer("{group}", group)
	for _, t := range s.templates() {
		*t = r.Replace(*t)
	}
}

// finish fills in what may be left out.
func (d Definitions) finish(s *Source) {
	s.Role = cmp.Or(s.Role, Primary)
	s.Basis = cmp.Or(s.Basis, d.basisOf(s))
}

// basisOf is the right by which a source is read where it does not say.
func (d Definitions) basisOf(s *Source) string {
	def, _ := d.Find(s.Kind)
	switch {
	case def.Basis == "":
		return BasisPage
	case def.Basis == BasisAPI && s.hasSecret():
		return BasisAPIKey
	}
	return def.Basis
}

// hasSecret reports whether a header holds a secret.
func (s *Source) hasSecret() bool {
	values := slices.Collect(maps.Values(s.Headers))
	return slices.ContainsFunc(
		values,
		func(v string) bool { return strings.Contains(v, "${") },
	)
}

// A comparison finds what only shows beside other sources: ids that stand for two
// things, and addresses that are watched twice.
type comparison struct {
	l            *loader
	ids, watched map[string]*Source
	communities  map[string]bool
}

// compare leaves the later one of two out.
func (l *loader) compare() {
	c := comparison{
		l:           l,
		ids:         map[string]*Source{},
		watched:     map[string]*Source{},
		communities: map[string]bool{},
	}
	for _, y := range l.catalogue.Communities {
		c.communities[y.ID] = true
	}
	l.catalogue.Communities = slices.DeleteFunc(
		l.catalogue.Communities,
		func(y *Community) bool { return !c.fits(y) },
	)
}

// fits reports whether a community fits those before it, and remembers it if so.
func (c *comparison) fits(y *Community) bool {
	before := len(c.l.problems)
	for i, s := range y.Sources {
		c.id(s, i)
		c.address(s)
	}
	if len(c.l.problems) > before {
		c.l.catalogue.broken[y.ID] = c.l.places[y.Sources[0]].doc.File
		return false
	}
	for _, s := range y.Sources {
		c.ids[s.ID] = s
		c.watched[c.watch(s)] = s
	}
	return true
}

// id checks that a source's id names nothing else; i is its place in its community.
func (c *comparison) id(s *Source, i int) {
	if other := c.ids[s.ID]; other != nil {
		c.l.note(
			s,
			"id",
			"the id %s is taken by a source of %s (%s)",
			s.ID,
			other.Community,
			c.l.places[other].doc.File,
		)
		return
	}
	isOwn := s.ID == s.Community && i == 0
	if c.communities[s.ID] && !isOwn {
		c.l.note(
			s,
			"id",
			"the id %s names the community %s, and with it that community's first source",
			s.ID,
			s.ID,
		)
	}
}

// address checks that nobody else watches a source's address.
func (c *comparison) address(s *Source) {
	watch := c.watch(s)
	other := c.watched[watch]
	if watch == "" || other == nil {
		return
	}
	key := "url"
	if s.Platform != "" {
		key = "group"
	}
	c.l.note(
		s,
		key,
		"%s is watched already by the source %s (%s)",
		canonicalTemplate(s.firstAddress()),
		other.ID,
		c.l.places[other].doc.File,
	)
}

// note adds a problem with a key of a source.
func (l *loader) note(s *Source, key, format string, args ...any) {
	p := l.places[s]
	l.add(p.doc.Problem(under(p.path, key), fmt.Sprintf(format, args...), ""))
}

// watch names what a source asks for; "" for one that asks for nothing any more.
// Two may share an address and each take its own part of it.
func (c *comparison) watch(s *Source) string {
	if s.firstAddress() == "" || s.Archived != "" {
		return ""
	}
	parts := []string{canonicalTemplate(s.firstAddress()), s.Include, s.Exclude}
	for _, t := range s.settingsTemplates() {
		parts = append(parts, *t)
	}
	return strings.Join(parts, "\n")
}

// under names a value within a part of a file.
func under(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}
