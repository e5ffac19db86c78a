package source

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"koyomi/internal/charset"
	"koyomi/internal/strict"
	"koyomi/internal/text"
)

var idForm = text.NewPattern(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)

// maxID is the length of the longest id.
const maxID = 60

func isID(s string) bool { return len(s) <= maxID && idForm.MatchString(s) }

func (c *Checker) id(at, id, what string) {
	if !isID(id) {
		c.Wrong(
			at,
			"expected %s of lower-case letters, digits and single -, found %s (use %s)",
			what,
			Quote(id),
			Quote(slug(id)),
		)
	}
}

// fileName checks the name of a file, which is the id of what it holds.
func (c *Checker) fileName(id, of string) {
	if isID(id) {
		return
	}
	c.problems = append(c.problems, strict.Problem{
		File: c.doc.File,
		Message: fmt.Sprintf(
			"the name of the file is the id of the %s: expected lower-case letters, digits and single - (use %s.yaml)",
			of,
			slug(id),
		),
	})
}

// slug makes something like an id.
func slug(s string) string {
	s = strings.Trim(
		regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(s), "-"),
		"-",
	)
	s = strings.TrimRight(s[:min(len(s), maxID)], "-")
	if s == "" {
		return "bpstudy"
	}
	return s
}

// name checks the name that people use.
func (c *Checker) name(name, of string) {
	c.MissingIf(strings.TrimSpace(name) == "", "name", "expected the name of the %s", of)
}

// community checks what stands beside the sources.
func (c *Checker) community(id string, y *Community) {
	c.fileName(id, "community")
	c.WrongIf(
		y.ID != "" && y.ID != id,
		"id",
		"the file's name says %s, found %s (leave the key out)",
		Quote(id),
		Quote(y.ID),
	)
	c.name(y.Name, "community")
	c.Link("url", y.URL)
	if len(y.Sources) > 0 {
		c.longForm(y)
		return
	}
	c.shortForm(y)
}

func (c *Checker) longForm(y *Community) {
	c.WrongIf(
		y.Platform != "" || y.Group != "",
		"sources",
		"expected either sources or the short form of platform and group, found both (put platform and group within a source)",
	)
}

func (c *Checker) shortForm(y *Community) {
	switch {
	case y.Platform != "":
	case y.Group != "":
		c.Missing("platform", "a group goes with a platform (use platform: connpass)")
	default:
		c.Missing(
			"sources",
			"expected at least one source (use platform: connpass and group: NAME)",
		)
	}
}

// platform checks a file of platforms/.
func (c *Checker) platform(id string, p *Platform) {
	c.fileName(id, "platform")
	c.name(p.Name, "platform")
	c.Link("url", p.URL)
	c.Link("terms", p.Terms)
	c.Link("page", p.Page)
	s := &p.Source
	for _, own := range []struct{ key, value string }{{"id", s.ID}, {"platform", s.Platform}, {"group", s.Group}, {"since", s.Since}} {
		c.WrongIf(
			own.value != "",
			"source."+own.key,
			"%s is each community's own (leave the key out)",
			own.key,
		)
	}
	if !c.doc.Has("source") {
		c.Missing(
			"source",
			"expected the settings that a community's source takes over, under source",
		)
		return
	}
	c.MissingIf(
		p.Group == "" && usesGroup(p),
		"group",
		"expected a word on what the group is, where {group} stands in an address (use \"bpstudy of https://bpstudy.connpass.com/\")",
	)
	c.source(s, "source")
}

// usesGroup reports whether {group} stands in one of a platform's addresses.
func usesGroup(p *Platform) bool {
	templates := append(p.Source.templates(), &p.Page)
	return slices.ContainsFunc(
		templates,
		func(t *string) bool { return strings.Contains(*t, "{group}") },
	)
}

var groupForm = text.NewPattern(`^[A-Za-z0-9][A-Za-z0-9._~@,/-]{0,199}$`)

func isGroup(s string) bool {
	if strings.Contains(s, "..") || strings.Contains(s, "//") {
		return false
	}
	return groupForm.MatchString(s)
}

// group checks the group of a community on a platform.
func (c *Checker) group(p *Platform, s *Source, at string) {
	at = under(at, "group")
	wants := p.Group != "" && len(s.Areas) == 0
	switch {
	case s.Group == "":
		c.MissingIf(wants, at, "expected the group on %s: %s", p.Name, p.Group)
	case !wants:
		c.Wrong(at, "%s has no groups (leave the key out)", p.Name)
	case !isGroup(s.Group):
		c.Wrong(
			at,
			"expected letters, digits and ._~@,/-, found %s: %s",
			Quote(s.Group),
			p.Group,
		)
	}
}

// source checks one source, its platform's settings included.
func (c *Checker) source(s *Source, at string) {
	c.sourceID(s, at)
	c.kind(s, at)
	c.addresses(s, at)
	for _, word := range []struct{ key, value string }{{"basis", s.Basis}, {"role", string(s.Role)}, {"mode", string(s.Mode)}} {
		c.OneOf(under(at, word.key), word.value, word.key, Choices["Source."+word.key])
	}
	c.reason(under(at, "off"), s.Off, "the reason why it is off")
	c.reason(under(at, "archived"), s.Archived, "the reason why it is polled no more")
	c.reason(
		under(at, "ignore_robots"),
		s.IgnoreRobots,
		"the reason why robots.txt is not asked",
	)
	c.reason(
		under(at, "acknowledge"),
		s.Acknowledge,
		"the permission by which these pages are read",
	)
	c.times(s, at)
	c.WrongIf(
		s.Charset != "" && !charset.Known(s.Charset),
		under(at, "charset"),
		"expected a charset by its usual name, found %s (use shift_jis, euc-jp, iso-2022-jp or utf-8)",
		Quote(s.Charset),
	)
	c.pattern(under(at, "include"), s.Include)
	c.pattern(under(at, "exclude"), s.Exclude)
	c.headers(s, at)
}

func (c *Checker) sourceID(s *Source, at string) {
	here := under(at, "id")
	if at != "" && c.doc.Has(here) {
		c.id(here, s.ID, "an id")
	} else if s.ID == "" && at != "source" {
		c.Missing(here, "a source after the first one needs an id of its own")
	}
}

// times checks what a source says of days, hours and zones.
func (c *Checker) times(s *Source, at string) {
	if s.Since != "" {
		c.Day(under(at, "since"), s.Since)
	}
	_, badSchedule := ParseSchedule(s.Schedule)
	c.WrongIf(badSchedule != nil, under(at, "schedule"), "%s", badSchedule)
	_, badZone := LoadZone(cmp.Or(s.Zone, "UTC"))
	c.WrongIf(badZone != nil, under(at, "zone"), "%s", badZone)
	longest := under(at, "max_duration")
	c.WrongIf(
		c.doc.Has(longest) && !isMaxDuration(s.MaxDuration),
		longest,
		"expected 1h to 3660d, found %s",
		Quote(c.doc.Text(longest)),
	)
}

func isMaxDuration(
	d Duration,
) bool {
	return d >= Duration(MinEvery) && d <= Duration(3660*day)
}

// kind checks the kind of a source and that its settings are those of the kind.
func (c *Checker) kind(s *Source, at string) {
	given := c.givenSettings(at)
	def, known := c.kinds.Find(s.Kind)
	if !known {
		c.noKind(s, under(at, "kind"), given)
		return
	}
	for _, k := range given {
		c.WrongIf(
			k != s.Kind,
			under(at, string(k)),
			"a source of the kind %s has no settings for %s",
			s.Kind,
			k,
		)
	}
	set := s.Settings
	if set == nil && def.ByHand {
		set = def.New()
	}
	if set != nil {
		set.Check(c, under(at, string(s.Kind)))
	}
}

// givenSettings are the kinds for which the file has settings.
func (c *Checker) givenSettings(at string) []Kind {
	return slices.DeleteFunc(
		c.kinds.Kinds(),
		func(k Kind) bool { return !c.doc.Has(under(at, string(k))) },
	)
}

func (c *Checker) noKind(s *Source, at string, given []Kind) {
	all := Words(c.kinds.Kinds()...)
	switch {
	case s.Kind != "":
		c.OneOf(at, string(s.Kind), "kind", all)
	case len(given) == 1:
		c.Missing(at, "expected the kind (use kind: %s)", given[0])
	default:
		c.Missing(at, "expected the kind, or a platform (use %s)", list(all))
	}
}
