package html

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"

	"koyomi/internal/extract"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// A spec says where a field is found; see source.Selector.
type spec struct {
	match     cascadia.Selector // nil: the item itself
	following bool
	attr      string
	pattern   *regexp.Regexp
}

func newSpec(name, s string) (spec, error) {
	sel, err := source.ParseSelector(s)
	if err != nil {
		return spec{}, fmt.Errorf("%s: %w", name, err)
	}
	return spec{match: sel.CSS, following: sel.Following, attr: sel.Attr, pattern: sel.Pattern}, nil
}

// newSpecs makes all fields ready.
func newSpecs(name string, fields map[string]source.Paths) (map[string][]spec, error) {
	out := map[string][]spec{}
	for field, alternatives := range fields {
		for _, a := range alternatives {
			s, err := newSpec(name+"."+field, a)
			if err != nil {
				return nil, err
			}
			out[field] = append(out[field], s)
		}
	}
	return out, nil
}

// all gives the values found within an item; stop, where not nil, is what ends
// the siblings that follow it.
func (s spec) all(item *goquery.Selection, stop goquery.Matcher) []string {
	found := item
	switch {
	case s.following && stop != nil:
		found = item.NextUntilMatcher(stop)
	case s.following:
		found = item.NextAll()
	}
	if s.match != nil {
		inside := found.FindMatcher(s.match)
		if s.following {
			inside = found.FilterMatcher(s.match).AddSelection(inside)
		}
		found = inside
	}
	var out []string
	found.Each(func(_ int, e *goquery.Selection) {
		if v := s.value(e); v != "" {
			out = append(out, v)
		}
	})
	return out
}

func (s spec) value(e *goquery.Selection) string {
	var v string
	switch s.attr {
	case "":
		v = text.FromNode(e.Get(0))
	default:
		v, _ = e.Attr(s.attr)
	}
	if s.pattern == nil {
		return v
	}
	m := s.pattern.FindStringSubmatch(v)
	switch {
	case m == nil:
		return ""
	case len(m) > 1:
		return m[1]
	}
	return m[0]
}

func (s spec) first(item *goquery.Selection, stop goquery.Matcher) string {
	if v := s.all(item, stop); len(v) > 0 {
		return v[0]
	}
	return ""
}

// fill sets the fields of r that specs find within an item; the first alternative
// that finds something counts.
func fill(r *extract.Raw, specs map[string][]spec, item *goquery.Selection, stop goquery.Matcher) {
	for field, alternatives := range specs {
		for _, s := range alternatives {
			values := s.all(item, stop)
			if len(values) == 0 {
				continue
			}
			if !r.Set(field, values...) {
				r.Warnings = append(r.Warnings, fmt.Sprintf("settings name a field %q that is none", field))
			}
			break
		}
	}
}

// struck takes struck-out text out of s; all is true where nothing else was in
// it, or only a mark such as 【中止】, and s is then what was struck out.
func struck(s string) (rest string, all bool) {
	if !strings.Contains(s, "~~") {
		return s, false
	}
	var kept, gone strings.Builder
	for i, part := range strings.Split(s, "~~") {
		if i%2 == 0 {
			kept.WriteString(part)
		} else {
			gone.WriteString(part)
		}
	}
	left := text.Line(kept.String(), 0)
	if left == "" {
		return gone.String(), true
	}
	if _, mark := extract.TitleStatus(left); mark && utf8.RuneCountInString(left) <= 12 {
		return gone.String() + " " + left, true
	}
	return kept.String(), false
}
