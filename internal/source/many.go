package source

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"koyomi/internal/event"
)

// Many tells how one request asks a platform for the events of many communities. The
// addresses hold {ask}, which Groups or Areas says in the words of the platform.
type Many struct {
	// Coming is the address of all that is to come. It and Recent may hold {months}, this
	// month and the ones after it, as {yyyymm} with commas between.
	Coming string `yaml:"coming"`
	// Recent is the address of what was changed, the latest first, each with a field
	// "updated"; "" where the platform has no such order.
	Recent string `yaml:"recent,omitempty"`
	// Groups asks for groups, whose names stand in {groups} with commas between, at
	// most Most in one request; "" where a request takes one group.
	Groups string `yaml:"groups,omitempty"`
	Most   int    `yaml:"most,omitempty"`
	// Areas asks for areas, whose names stand in {areas} with commas between; AllAreas
	// are those there are, any name where it is empty. All of the platform is asked for
	// without naming one: an event whose place is not decided is in no area.
	Areas    string   `yaml:"areas,omitempty"`
	AllAreas []string `yaml:"all_areas,omitempty"`
	// Every and Sweep are the schedules of Recent and Coming.
	Every string `yaml:"every,omitempty"`
	Sweep string `yaml:"sweep,omitempty"`
	// Verify is the address that tells which groups there are, with {groups}; VerifyItems
	// the path (jq) to an object of each, with the members id, name and url.
	Verify      string `yaml:"verify,omitempty"`
	VerifyItems string `yaml:"verify_items,omitempty"`
}

// The schedules of a platform that names none.
const (
	defaultRecent = "@every 1h"
	defaultSweep  = "@every 24h"
)

// AllAreas stands for all of a platform in a source's areas.
const AllAreas = "all"

// A Reading says what a visit to a source of many communities asks for.
type Reading struct {
	// Incremental is set where only what was changed lately is asked for: what is
	// missing says nothing.
	Incremental bool
	// All is set where all of the platform is asked for.
	All bool
	// Members are the groups that are asked for, whose lists are whole as far as they
	// are to come; nil where areas are asked for, which may leave events of a group out.
	Members []string
	// Rest is the source that events belong to that no group announces.
	Rest *Source
}

// Partial reports whether an event that the visit does not list may still stand.
func (r *Reading) Partial() bool { return r.Incremental || len(r.Members) == 0 }

// IsFed reports whether the source is read with others in one request to its platform
// and is not visited itself.
func (s *Source) IsFed() bool { return s.FedBy != "" }

// ask fills in what a platform is asked for.
func (m *Many) ask(address, words string) string {
	filled := strings.ReplaceAll(address, "{ask}", words)
	filled = strings.ReplaceAll(filled, "?&", "?")
	return strings.TrimRight(strings.ReplaceAll(filled, "&&", "&"), "?&")
}

// ofAreas returns the words that ask for areas.
func (m *Many) ofAreas(areas []string) string {
	if slices.Contains(areas, AllAreas) {
		return ""
	}
	return strings.ReplaceAll(m.Areas, "{areas}", strings.Join(areas, ","))
}

// hasArea reports whether a platform may be asked for an area.
func (m *Many) hasArea(area string) bool {
	return area == AllAreas || len(m.AllAreas) == 0 || slices.Contains(m.AllAreas, area)
}

// ofGroups returns the words that ask for groups.
func (m *Many) ofGroups(groups []string) string {
	return strings.ReplaceAll(m.Groups, "{groups}", strings.Join(groups, ","))
}

// VerifyOf returns the address that tells of groups.
func (m *Many) VerifyOf(groups []string) string {
	return strings.ReplaceAll(m.Verify, "{groups}", strings.Join(groups, ","))
}

// reading returns a source of many communities like s.
func (m *Many) reading(s *Source, id, words string, incremental bool) *Source {
	r := *s
	r.ID, r.URLs, r.Group, r.Areas = id, nil, "", nil
	r.URL, r.Schedule = m.ask(m.Coming, words), cmp.Or(s.Schedule, m.Sweep, defaultSweep)
	if incremental {
		r.URL, r.Schedule = m.ask(m.Recent, words), cmp.Or(m.Every, defaultRecent)
	}
	r.Many = &Reading{Incremental: incremental}
	return &r
}

// spread returns the sources that stand for one of areas: what is to come, what was
// changed lately, and that of events without a group, which both feed.
func (m *Many) spread(s *Source) []*Source {
	words := m.ofAreas(s.Areas)
	rest := *s
	rest.ID, rest.Areas, rest.FedBy, rest.URL = s.ID+"-others", nil, s.ID, ""
	all := []*Source{m.reading(s, s.ID, words, false)}
	if m.Recent != "" {
		all = append(all, m.reading(s, s.ID+"-recent", words, true))
	}
	for _, one := range all {
		one.Many.Rest, one.Many.All = &rest, words == ""
	}
	return append(all, &rest)
}

// manyAreas replaces the sources of areas of a community by those that stand for them.
func (l *loader) manyAreas(c *Checker, y *Community) {
	var all []*Source
	for i, s := range y.Sources {
		if len(s.Areas) == 0 {
			all = append(all, s)
			continue
		}
		at := fmt.Sprintf("sources[%d].areas", i)
		p := l.catalogue.Platform(s.Platform)
		if p == nil || p.Many == nil {
			c.Wrong(at, "only a platform that lists many communities is asked for areas")
			continue
		}
		for _, area := range s.Areas {
			if !p.Many.hasArea(area) {
				c.guess(at, area, "area", append([]string{AllAreas}, p.Many.AllAreas...))
			}
		}
		for _, one := range p.Many.spread(s) {
			l.places[one] = l.places[s]
			all = append(all, one)
		}
	}
	y.Sources = all
}

// checkMany checks how a platform is asked for many communities.
func (c *Checker) checkMany(p *Platform) {
	m := p.Many
	if m == nil {
		return
	}
	c.MissingIf(
		m.Coming == "",
		"many.coming",
		"expected the address of all that is to come",
	)
	for _, a := range []struct{ key, value string }{
		{"coming", m.Coming}, {"recent", m.Recent}, {"verify", m.Verify},
	} {
		filled := strings.NewReplacer("{ask}", "a=b", "{groups}", "a,b", "{months}", "202606").
			Replace(a.value)
		if wrong := CheckURL(sample(filled)); a.value != "" && wrong != "" {
			c.Wrong("many."+a.key, "%s", wrong)
		}
	}
	for _, a := range []struct{ key, value string }{{"every", m.Every}, {"sweep", m.Sweep}} {
		_, bad := ParseSchedule(a.value)
		c.WrongIf(bad != nil, "many."+a.key, "%s", bad)
	}
	c.WrongIf(m.Groups != "" && m.Most < 1, "many.most",
		"expected how many groups a request may name (use most: 100)")
	c.WrongIf(m.Verify != "" && m.VerifyItems == "", "many.verify_items",
		"expected the path (jq) to an object of each group")
}

// Visited returns the sources to visit of those that polls chooses: the groups of a
// platform that takes many in one request are asked for together, in place of one by
// one. What a group's own file sets in another way than its platform is asked for by
// itself.
func (c *Catalogue) Visited(polls func(*Source) bool) []*Source {
	members := map[string][]*Source{}
	beside := map[string]beside{}
	var all []*Source
	for _, s := range c.Sources() {
		switch {
		case s.IsFed() && !s.Plain, !polls(s):
		case s.Plain:
			members[s.Platform] = append(members[s.Platform], s)
		default:
			if s.Many != nil {
				beside[s.Platform] = max(beside[s.Platform], s.Many.beside())
			}
			all = append(all, s)
		}
	}
	for _, id := range c.Platforms() {
		all = append(all, c.together(id, members[id], beside[id])...)
	}
	return all
}

// A beside says what of a platform is asked for beside its groups.
type beside int

const (
	besideNothing beside = iota
	besideAreas
	besideAll
)

func (r *Reading) beside() beside {
	if r.All {
		return besideAll
	}
	return besideAreas
}

// recentBesideAreas is how often groups are asked what was changed where areas are asked
// as well: an event whose place is not decided is in no area.
const recentBesideAreas = "@every 3h"

// together returns the sources that stand for groups of one platform. What was changed
// lately they are not asked where all of the platform is.
func (c *Catalogue) together(platform string, members []*Source, by beside) []*Source {
	if len(members) == 0 {
		return nil
	}
	m := c.index.platforms[platform].Many
	if m.Groups == "" || len(members) == 1 && by == besideNothing {
		return slices.DeleteFunc(members, (*Source).IsFed)
	}
	var all []*Source
	for part := range slices.Chunk(members, m.Most) {
		groups := make([]string, len(part))
		for i, s := range part {
			groups[i] = s.Group
		}
		id := fmt.Sprintf("%s-groups-%d", platform, len(all)+1)
		all = append(all, c.batch(m, part[0], id, groups, false))
	}
	if m.Recent == "" || by == besideAll {
		return all
	}
	for i, whole := range all {
		id := fmt.Sprintf("%s-groups-%d-recent", platform, i+1)
		recent := c.batch(m, members[0], id, whole.Many.Members, true)
		if by == besideAreas {
			recent.Schedule = recentBesideAreas
		}
		all = append(all, recent)
	}
	return all
}

func (c *Catalogue) batch(
	m *Many,
	like *Source,
	id string,
	groups []string,
	recent bool,
) *Source {
	s := m.reading(like, id, m.ofGroups(groups), recent)
	s.Many.Members, s.Plain, s.FedBy = groups, false, ""
	s.Community, s.CommunityName = "", c.index.platforms[like.Platform].Name
	return s
}

// plain reports whether a source is read as its platform says, so that others can be
// read with it in one request. bare is set where its file says nothing of how it is read.
func (l *loader) plain(p *Platform, s *Source, bare bool) bool {
	if p == nil || p.Many == nil || s.Group == "" || s.Off+s.Archived != "" {
		return false
	}
	if bare {
		return true
	}
	like := l.catalogue.groupSource(s.Platform, s.Group)
	if like == nil {
		return false
	}
	if s.Schedule == DormantEvery {
		like.Schedule = s.Schedule // together with others it costs nothing
	}
	like.ID, like.Community, like.CommunityName, like.Basis = s.ID, s.Community, s.CommunityName, s.Basis
	return like.Fingerprint() == s.Fingerprint()
}

// Kept returns the sources that find finds, searched again only when the catalogue is
// another one: whoever looks up in the slice does so until then.
func Kept(catalogue func() *Catalogue, find func() []*Source) func() []*Source {
	var mu sync.Mutex
	var from *Catalogue
	var found []*Source
	return func() []*Source {
		mu.Lock()
		defer mu.Unlock()
		if c := catalogue(); c != from {
			from, found = c, find()
		}
		return found
	}
}

// GroupKey names a group on a platform; groups are told apart without regard to case.
func GroupKey(platform, group string) string {
	return platform + "/" + strings.ToLower(group)
}

// A Grown community was found in the data of its platform; nobody wrote a file for it.
type Grown struct {
	// ID is that of the community and of its source.
	ID       string
	Platform string
	Group    event.Group
	// MovedTo is the community that it goes on as, "" where it goes on here.
	MovedTo string
}
