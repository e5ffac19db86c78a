package source

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"koyomi/internal/charset"
	"koyomi/internal/event"
	"koyomi/internal/strict"
	"koyomi/internal/text"
)

// maxPattern is the length in bytes of the longest pattern, selector or path.
const maxPattern = 1000

// A checker collects what is wrong with one file.
type checker struct {
	// doc is nil where the file is no YAML at all.
	doc      *strict.Document
	decoding []strict.Problem
	problems []strict.Problem
}

// open decodes a file and goes on after what is wrong, as far as it is YAML.
func open(data []byte, file string, into any) *checker {
	doc, problems := strict.Parse(data, file)
	if len(problems) > 0 && !doc.Has("") {
		return &checker{decoding: problems}
	}
	return &checker{doc: doc, decoding: append(problems, doc.Decode("", into)...)}
}

func (c *checker) all() []strict.Problem {
	all := append(slices.Clone(c.decoding), c.problems...)
	strict.Sort(all)
	return all
}

// wrong notes a problem with a value, unless decoding has said already that it, or
// the whole file, is not what it should be.
func (c *checker) wrong(at, format string, args ...any) {
	for _, p := range c.decoding {
		if p.Path == "" || p.Path == at || strings.HasPrefix(p.Path, at+".") || strings.HasPrefix(p.Path, at+"[") {
			return
		}
	}
	c.problems = append(c.problems, c.doc.Problem(at, fmt.Sprintf(format, args...), ""))
}

// missing notes that a value is not there, unless there is a mistyped key that it
// may stand under.
func (c *checker) missing(at, format string, args ...any) {
	parent := at[:max(strings.LastIndexByte(at, '.'), 0)]
	for _, p := range c.decoding {
		if strings.HasPrefix(p.Message, "unknown key") && p.Path[:max(strings.LastIndexByte(p.Path, '.'), 0)] == parent {
			return
		}
	}
	c.wrong(at, format, args...)
}

// guess notes that a word is none of those there are, with the nearest.
func (c *checker) guess(at, word, what string, all []string) {
	n := len(c.problems)
	c.wrong(at, "no %s %s; would be right: %s", what, quote(word), list(all))
	if hint := strict.DidYouMean(word, all); hint != "" && len(c.problems) > n {
		c.problems[n].Message = fmt.Sprintf("no %s %s", what, quote(word))
		c.problems[n].Hint = hint
	}
}

// oneOf checks a word that may be left out.
func (c *checker) oneOf(at, word, what string, all []string) {
	if word != "" && !slices.Contains(all, word) {
		c.guess(at, word, what, all)
	}
}

// reason checks that a key that asks for a reason gives one.
func (c *checker) reason(at, text, why string) {
	if c.doc.Has(at) && strings.TrimSpace(text) == "" {
		c.wrong(at, "%s is expected in words, found nothing", why)
	}
}

var idForm = text.NewPattern(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)

// maxID is the length of the longest id.
const maxID = 60

func (c *checker) id(at, id, what string) {
	if !idForm.MatchString(id) || len(id) > maxID {
		c.wrong(at, "%s of lower-case letters, digits and single - is expected, found %s; %s would be right", what, quote(id), quote(slug(id)))
	}
}

// slug makes something like an id.
func slug(s string) string {
	s = strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(s), "-"), "-")
	if s = strings.TrimRight(s[:min(len(s), maxID)], "-"); s == "" {
		return "bpstudy"
	}
	return s
}

// community checks what stands beside the sources.
func (c *checker) community(id string, y *Community) {
	if !idForm.MatchString(id) || len(id) > maxID {
		c.problems = append(c.problems, strict.Problem{File: c.doc.File, Message: fmt.Sprintf("the name of the file is the id of the community: lower-case letters, digits and single - are expected; %s.yaml would be right", slug(id))})
	}
	if y.ID != "" && y.ID != id {
		c.wrong("id", "the file's name says %s, found %s; the key left out would be right", quote(id), quote(y.ID))
	}
	if strings.TrimSpace(y.Name) == "" {
		c.missing("name", "the name of the community is expected")
	}
	c.link("url", y.URL)
	switch {
	case len(y.Sources) > 0 && (y.Platform != "" || y.Group != ""):
		c.wrong("sources", "either sources or the short form of platform and group is expected, found both; platform and group within a source would be right")
	case len(y.Sources) == 0 && y.Platform == "" && y.Group != "":
		c.missing("platform", "a group goes with a platform; platform: connpass would be right")
	case len(y.Sources) == 0 && y.Platform == "":
		c.missing("sources", "at least one source is expected; platform: connpass and group: NAME would be right")
	}
}

// platform checks a file of platforms/.
func (c *checker) platform(id string, p *Platform) {
	if !idForm.MatchString(id) || len(id) > maxID {
		c.problems = append(c.problems, strict.Problem{File: c.doc.File, Message: fmt.Sprintf("the name of the file is the id of the platform: lower-case letters, digits and single - are expected; %s.yaml would be right", slug(id))})
	}
	if strings.TrimSpace(p.Name) == "" {
		c.missing("name", "the name of the platform is expected")
	}
	c.link("url", p.URL)
	c.link("terms", p.Terms)
	c.link("page", p.Page)
	s := &p.Source
	for _, own := range []struct{ key, value string }{{"id", s.ID}, {"platform", s.Platform}, {"group", s.Group}, {"since", s.Since}} {
		if own.value != "" {
			c.wrong("source."+own.key, "%s is each community's own; the key left out would be right", own.key)
		}
	}
	if !c.doc.Has("source") {
		c.missing("source", "the settings that a community's source takes over are expected under source")
		return
	}
	used := strings.Contains(strings.Join(append([]string{s.URL, p.Page}, s.URLs...), " ")+post(s), "{group}")
	if used && p.Group == "" {
		c.missing("group", "a word on what the group is, where {group} stands in an address, is expected; \"bpstudy of https://bpstudy.connpass.com/\" would be right")
	}
	c.source(s, "source")
}

func post(s *Source) string {
	if s.JSONSettings == nil {
		return ""
	}
	return s.JSONSettings.Post
}

var groupForm = text.NewPattern(`^[A-Za-z0-9][A-Za-z0-9._~@,/-]{0,199}$`)

// group checks the group of a community on a platform.
func (c *checker) group(p *Platform, s *Source, at string) {
	switch {
	case p.Group == "" && s.Group != "":
		c.wrong(under(at, "group"), "%s has no groups; the key left out would be right", p.Name)
	case p.Group != "" && s.Group == "":
		c.missing(under(at, "group"), "the group on %s is expected: %s", p.Name, p.Group)
	case s.Group != "" && (!groupForm.MatchString(s.Group) || strings.Contains(s.Group, "..") || strings.Contains(s.Group, "//")):
		c.wrong(under(at, "group"), "letters, digits and ._~@,/- are expected, found %s: %s", quote(s.Group), p.Group)
	}
}

// source checks one source, its platform's settings included.
func (c *checker) source(s *Source, at string) {
	if c.doc.Has(under(at, "id")) && at != "" {
		c.id(under(at, "id"), s.ID, "an id")
	} else if s.ID == "" && at != "source" {
		c.missing(under(at, "id"), "a source after the first one needs an id of its own")
	}
	c.kind(s, at)
	c.addresses(s, at)
	c.oneOf(under(at, "basis"), s.Basis, "basis", Choices["Source.basis"])
	c.oneOf(under(at, "role"), string(s.Role), "role", Choices["Source.role"])
	c.oneOf(under(at, "mode"), string(s.Mode), "mode", Choices["Source.mode"])
	c.reason(under(at, "off"), s.Off, "the reason why it is off")
	c.reason(under(at, "archived"), s.Archived, "the reason why it is polled no more")
	c.reason(under(at, "ignore_robots"), s.IgnoreRobots, "the reason why robots.txt is not asked")
	c.reason(under(at, "acknowledge"), s.Acknowledge, "the permission by which these pages are read")
	if s.Since != "" {
		c.day(under(at, "since"), s.Since)
	}
	if _, err := ParseSchedule(s.Schedule); err != nil {
		c.wrong(under(at, "schedule"), "%s", err)
	}
	if s.Zone != "" {
		if _, err := LoadZone(s.Zone); err != nil {
			c.wrong(under(at, "zone"), "%s", err)
		}
	}
	if s.Charset != "" && !charset.Known(s.Charset) {
		c.wrong(under(at, "charset"), "a charset by its usual name is expected, found %s; shift_jis, euc-jp, iso-2022-jp or utf-8 would be right", quote(s.Charset))
	}
	c.pattern(under(at, "include"), s.Include)
	c.pattern(under(at, "exclude"), s.Exclude)
	if d := s.MaxDuration; c.doc.Has(under(at, "max_duration")) && (d < Duration(MinEvery) || d > Duration(3660*day)) {
		c.wrong(under(at, "max_duration"), "1h to 3660d is expected, found %s", quote(c.doc.Text(under(at, "max_duration"))))
	}
	c.headers(s, at)
}

func (c *checker) day(at, s string) (d event.Date) {
	d, err := event.ParseDate(s)
	if err != nil {
		c.wrong(at, "a day is expected, found %s; 2026-06-10 would be right", quote(s))
	}
	return d
}

// pattern checks a regular expression (RE2).
func (c *checker) pattern(at, s string) {
	if len(s) > maxPattern {
		c.wrong(at, "a pattern of at most %d bytes is expected, found one of %d", maxPattern, len(s))
		return
	}
	if _, err := regexp.Compile(s); err != nil {
		c.wrong(at, "a pattern (RE2) is expected, found %s: %s", quote(s), regexpReason(err))
	}
}

func regexpReason(err error) string {
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}

// quote shows what was found, cut to what a line can hold.
func quote(s string) string { return strconv.Quote(cut(s, 60)) }

// list writes words for people.
func list[T ~string](all []T) string { return strings.Join(words(all...), ", ") }
