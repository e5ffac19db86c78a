package source

import (
	"fmt"
	"strings"

	"koyomi/internal/strict"
)

// A platform is a file of settings that sources take over.
type platform struct {
	file string
	doc  *strict.Document
}

// read gives the settings anew: what is made from them is changed by its owner.
func (p *platform) read() *Platform {
	var out Platform
	p.doc.Decode("", &out)
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
	c := open(data, file, &p)
	if c.doc != nil {
		c.platform(id, &p)
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
	c := open(data, file, &y)
	if c.doc != nil {
		c.community(id, &y)
		y.ID = id
		l.sources(c, &y)
	}
	l.add(c.all()...)
	if len(c.all()) > 0 {
		return nil
	}
	return &y
}

// sources makes the sources of a community from its file and its platforms.
func (l *loader) sources(c *checker, y *Community) {
	if len(y.Sources) == 0 && y.Platform != "" {
		s := &Source{Platform: y.Platform, Group: y.Group}
		y.Sources = []*Source{l.source(c, y, s, "")}
		return
	}
	for i, own := range y.Sources {
		y.Sources[i] = l.source(c, y, own, fmt.Sprintf("sources[%d]", i))
	}
	for i, s := range y.Sources {
		for _, before := range y.Sources[:i] {
			if before.ID == s.ID && s.ID != "" {
				c.wrong(fmt.Sprintf("sources[%d].id", i), "the id %s is taken by a source before it; %s-%s would be right", s.ID, y.ID, s.Kind)
			}
		}
	}
}

// source gives one source whole: its platform's settings, its own over them, and
// what is left out filled in. Its path is "" where the community is the short form.
func (l *loader) source(c *checker, y *Community, own *Source, at string) *Source {
	s := own
	if p := l.platformOf(c, own, at); p != nil {
		s = &p.Source
		if at != "" {
			c.doc.Decode(at, s)
			oneShape(c.doc, s.HTMLSettings, under(at, "html"))
		}
		s.Platform, s.Group = own.Platform, own.Group
		c.group(p, s, at)
		if y.URL == "" && s.Group != "" {
			y.URL = strings.ReplaceAll(p.Page, "{group}", s.Group)
		}
		if kind := l.catalogue.Platform(own.Platform).Source.Kind; own.Kind != "" && own.Kind != kind {
			c.wrong(under(at, "kind"), "the platform %s is read as %s; the kind left out would be right", own.Platform, kind)
			s.Kind = kind
		}
	} else if own.Platform == "" && own.Group != "" {
		c.wrong(under(at, "group"), "a group goes with a platform; platform: NAME beside it would be right")
	}
	if s.ID == "" && (at == "" || at == "sources[0]") {
		s.ID = y.ID
	}
	s.Community = y.ID
	fillGroup(s, s.Group)
	if own.Platform == "" || s != own { // else the platform is wrong, and what it says not known
		c.source(s, at)
	}
	finish(s)
	l.places[s] = place{c.doc, at}
	return s
}

// oneShape drops the platform's shape of a page where a source has another one of
// its own.
func oneShape(doc *strict.Document, set *HTMLSettings, at string) {
	list, table, page := doc.Says(at+".list"), doc.Says(at+".table"), doc.Says(at+".page")
	if set == nil || !list && !table && !page {
		return
	}
	if !list {
		set.List = nil
	}
	if !table {
		set.Table = nil
	}
	if !page {
		set.Page = nil
	}
}

// platformOf gives the platform that a source names, nil if it names none or that
// is none.
func (l *loader) platformOf(c *checker, s *Source, at string) *Platform {
	if s.Platform == "" {
		return nil
	}
	p := l.catalogue.Platform(s.Platform)
	if file, ok := l.broken[s.Platform]; ok {
		c.wrong(under(at, "platform"), "the platform %s is left out until %s is mended", s.Platform, file)
	} else if p == nil {
		c.guess(under(at, "platform"), s.Platform, "platform", l.catalogue.Platforms())
	}
	return p
}

// fillGroup puts the group into the templates of a source.
func fillGroup(s *Source, group string) {
	if group == "" {
		return
	}
	r := strings.NewReplacer("{group}", group)
	s.URL = r.Replace(s.URL)
	for i := range s.URLs {
		s.URLs[i] = r.Replace(s.URLs[i])
	}
	if s.JSONSettings != nil {
		s.JSONSettings.Post = r.Replace(s.JSONSettings.Post)
	}
	if s.ICSSettings != nil {
		s.ICSSettings.URL = r.Replace(s.ICSSettings.URL)
	}
}

// finish fills in what may be left out.
func finish(s *Source) {
	if s.Role == "" {
		s.Role = Primary
	}
	if s.Basis == "" {
		s.Basis = basisOf(s)
	}
}

// basisOf is the right by which a source of a kind is read where it does not say.
func basisOf(s *Source) string {
	switch s.Kind {
	case Static:
		return BasisHandKept
	case ICS, Feed:
		return BasisFeed
	case JSON:
		for _, v := range s.Headers {
			if strings.Contains(v, "${") {
				return BasisAPIKey
			}
		}
		return BasisAPI
	}
	return BasisPage
}

// compare finds what only shows beside the others: ids that stand for two things,
// and addresses that are watched twice. The later one is left out.
func (l *loader) compare() {
	ids, watched := map[string]*Source{}, map[string]*Source{}
	communities := map[string]bool{}
	for _, c := range l.catalogue.Communities {
		communities[c.ID] = true
	}
	kept := l.catalogue.Communities[:0]
	for _, c := range l.catalogue.Communities {
		before := len(l.problems)
		for i, s := range c.Sources {
			l.compareOne(s, i, ids, watched, communities)
		}
		if len(l.problems) > before {
			l.catalogue.broken[c.ID] = l.places[c.Sources[0]].doc.File
			continue
		}
		for _, s := range c.Sources {
			ids[s.ID] = s
			if key := watch(s); key != "" {
				watched[key] = s
			}
		}
		kept = append(kept, c)
	}
	l.catalogue.Communities = kept
}

func (l *loader) compareOne(s *Source, i int, ids, watched map[string]*Source, communities map[string]bool) {
	p := l.places[s]
	if other := ids[s.ID]; other != nil {
		l.add(p.doc.Problem(under(p.path, "id"), fmt.Sprintf("the id %s is taken by a source of %s (%s)", s.ID, other.Community, l.places[other].doc.File), ""))
	} else if communities[s.ID] && (s.ID != s.Community || i > 0) {
		l.add(p.doc.Problem(under(p.path, "id"), fmt.Sprintf("the id %s names the community %s, and with it that community's first source", s.ID, s.ID), ""))
	}
	if other := watched[watch(s)]; other != nil && watch(s) != "" {
		at := under(p.path, "url")
		if s.Platform != "" {
			at = under(p.path, "group")
		}
		l.add(p.doc.Problem(at, fmt.Sprintf("%s is watched already by the source %s (%s)", s.address(), other.ID, l.places[other].doc.File), ""))
	}
}

// watch names what a source asks for; "" for one that asks for nothing any more.
// Two may share an address and each take its own part of it.
func watch(s *Source) string {
	if s.Kind == Static || s.Archived != "" {
		return ""
	}
	post := ""
	if s.JSONSettings != nil {
		post = s.JSONSettings.Post
	}
	return strings.Join([]string{s.address(), post, s.Include, s.Exclude}, "\n")
}

// address gives the first address of a source in its canonical form.
func (s *Source) address() string {
	for _, u := range append([]string{s.URL}, s.URLs...) {
		if u != "" {
			return canonicalTemplate(u)
		}
	}
	return ""
}

// under names a value within a part of a file.
func under(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}
