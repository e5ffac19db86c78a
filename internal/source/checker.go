package source

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/strict"
)

// MaxPattern is the length in bytes of the longest pattern or selector.
const MaxPattern = 1000

// A Checker collects what is wrong with one file. Values are named by their paths
// in the file: "sources[0].json.items".
type Checker struct {
	kinds Definitions
	// doc is nil where the file is no YAML at all.
	doc      *strict.Document
	decoding []strict.Problem
	problems []strict.Problem
}

// open decodes a file and goes on after what is wrong, as far as it is YAML.
func (d Definitions) open(data []byte, file string, into any) *Checker {
	c := &Checker{kinds: d}
	doc, problems := strict.Parse(data, file)
	c.decoding = problems
	if len(problems) > 0 && !doc.Has("") {
		return c
	}
	c.doc = doc
	c.decoding = append(c.decoding, d.Decode(doc, "", into)...)
	return c
}

func (c *Checker) all() []strict.Problem {
	all := append(slices.Clone(c.decoding), c.problems...)
	strict.Sort(all)
	return all
}

// Has reports whether the file has a value at a path.
func (c *Checker) Has(at string) bool { return c.doc.Has(at) }

// Wrong notes a problem with a value, unless decoding has said already that it, or
// the whole file, is not what it should be.
func (c *Checker) Wrong(at, format string, args ...any) {
	if slices.ContainsFunc(
		c.decoding,
		func(p strict.Problem) bool { return covers(p.Path, at) },
	) {
		return
	}
	c.problems = append(c.problems, c.doc.Problem(at, fmt.Sprintf(format, args...), ""))
}

// WrongIf notes a problem with a value where it is wrong.
func (c *Checker) WrongIf(isWrong bool, at, format string, args ...any) {
	if isWrong {
		c.Wrong(at, format, args...)
	}
}

// MissingIf notes that a value is not there where it is not.
func (c *Checker) MissingIf(isMissing bool, at, format string, args ...any) {
	if isMissing {
		c.Missing(at, format, args...)
	}
}

// covers reports whether a problem at one path speaks for what is at another.
func covers(problem, at string) bool {
	if problem == "" || problem == at {
		return true
	}
	return strings.HasPrefix(problem, at+".") || strings.HasPrefix(problem, at+"[")
}

// Missing notes that a value is not there, unless there is a mistyped key that it
// may stand under.
func (c *Checker) Missing(at, format string, args ...any) {
	for _, p := range c.decoding {
		if strings.HasPrefix(p.Message, "unknown key") && parent(p.Path) == parent(at) {
			return
		}
	}
	c.Wrong(at, format, args...)
}

func parent(path string) string { return path[:max(strings.LastIndexByte(path, '.'), 0)] }

// guess notes that a word is none of those there are, with the nearest.
func (c *Checker) guess(at, word, what string, all []string) {
	n := len(c.problems)
	c.Wrong(at, "no %s %s (use %s)", what, Quote(word), list(all))
	if len(c.problems) == n {
		return
	}
	if hint := strict.DidYouMean(word, all); hint != "" {
		c.problems[n].Message = fmt.Sprintf("no %s %s", what, Quote(word))
		c.problems[n].Hint = hint
	}
}

// OneOf checks a word that may be left out.
func (c *Checker) OneOf(at, word, what string, all []string) {
	if word != "" && !slices.Contains(all, word) {
		c.guess(at, word, what, all)
	}
}

// EachOneOf checks a list of words.
func (c *Checker) EachOneOf(at string, list []string, what string, all []string) {
	for i, word := range list {
		c.OneOf(fmt.Sprintf("%s[%d]", at, i), word, what, all)
	}
}

// Between checks a number from 0 on.
func (c *Checker) Between(at string, n, most int) {
	c.WrongIf(n < 0 || n > most, at, "expected a number from 0 to %d, found %d", most, n)
}

// Short checks the length in bytes of what is parsed further; it reports whether it
// may be.
func (c *Checker) Short(at, what, s string, most int) bool {
	if len(s) > most {
		c.Wrong(at, "expected %s of at most %d bytes, found one of %d", what, most, len(s))
		return false
	}
	return true
}

// Day checks a day and returns it.
func (c *Checker) Day(at, s string) event.Date {
	d, err := event.ParseDate(s)
	c.WrongIf(err != nil, at, "expected a day, found %s (use 2026-06-10)", Quote(s))
	return d
}

// Link checks the address of a page for people; "" is none.
func (c *Checker) Link(at, address string) {
	if address == "" || c.placeholder(at, address) {
		return
	}
	if wrong := CheckURL(sample(address)); wrong != "" {
		c.Wrong(at, "%s", wrong)
	}
}

// placeholder notes a placeholder that there is not, and reports whether it did.
func (c *Checker) placeholder(at, address string) bool {
	p := unknownPlaceholder(address)
	if p != "" {
		c.guess(at, p, "placeholder", slices.Sorted(maps.Keys(placeholders)))
	}
	return p != ""
}

// Fields checks the names of fields of listings, and by a function of the kind
// where each is found.
func (c *Checker) Fields(at string, fields map[string]Paths, check func(at, path string)) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		here := at + "." + name
		c.OneOf(here, name, "field", FieldNames)
		c.WrongIf(len(fields[name]) == 0, here, "expected where it is found, found nothing")
		for i, p := range fields[name] {
			check(c.item(here, i), p)
		}
	}
}

// item is the path of an item of a list, or of the value that stands for a list of
// one.
func (c *Checker) item(at string, i int) string {
	if one := fmt.Sprintf("%s[%d]", at, i); c.doc.Has(one) {
		return one
	}
	return at
}

// Columns checks fields that are found by the names of columns.
func (c *Checker) Columns(at string, fields map[string]Paths) {
	c.Fields(at, fields, func(at, name string) {
		c.WrongIf(
			strings.TrimSpace(name) == "",
			at,
			"expected the name of a column, found nothing",
		)
	})
}

// Statuses checks the statuses that a source's own words stand for.
func (c *Checker) Statuses(at string, all Statuses) {
	known := Choices["Statuses"]
	for _, word := range slices.Sorted(maps.Keys(all)) {
		here := at + "." + word
		c.OneOf(here, string(all[word]), "status", known)
		c.WrongIf(
			all[word] == "",
			here,
			"expected what the word means (use %s)",
			list(known),
		)
	}
}

// reason checks that a key that asks for a reason states one.
func (c *Checker) reason(at, text, why string) {
	c.WrongIf(
		c.doc.Has(at) && strings.TrimSpace(text) == "",
		at,
		"expected %s in words, found nothing",
		why,
	)
}

// pattern checks a regular expression (RE2).
func (c *Checker) pattern(at, s string) {
	if !c.Short(at, "a pattern", s, MaxPattern) {
		return
	}
	if _, err := regexp.Compile(s); err != nil {
		c.Wrong(at, "expected a pattern (RE2), found %s: %s", Quote(s), RegexpReason(err))
	}
}

// RegexpReason is what is wrong with a pattern, without the library's words before.
func RegexpReason(err error) string {
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}

// Quote shows what was found, cut to what a line can hold.
func Quote(s string) string { return strconv.Quote(cut(s, 60)) }

// list writes words for people.
func list[T ~string](all []T) string { return strings.Join(Words(all...), ", ") }
