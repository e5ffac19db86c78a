package html

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

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
	sel, err := ParseSelector(s)
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
	var out []string
	s.each(item, stop, func(v string) bool {
		out = append(out, v)
		return true
	})
	return out
}

// each gives one value after the other until more says that it was enough.
func (s spec) each(item *goquery.Selection, stop goquery.Matcher, more func(string) bool) {
	switch {
	case s.following && stop != nil:
		item = item.NextUntilMatcher(stop)
	case s.following:
		item = item.NextAll()
	}
	for _, n := range item.Nodes {
		if !s.within(n, more) {
			return
		}
	}
}

// within gives the values of one node; false where it was enough.
func (s spec) within(n *html.Node, more func(string) bool) bool {
	if s.match == nil || s.following && s.match.Match(n) {
		if v := s.value(n); v != "" && !more(v) {
			return false
		}
	}
	if s.match == nil {
		return true
	}
	for m := range n.Descendants() {
		if m.Type != html.ElementNode || !s.match.Match(m) {
			continue
		}
		if v := s.value(m); v != "" && !more(v) {
			return false
		}
	}
	return true
}

func (s spec) value(n *html.Node) string {
	v := ""
	if s.attr == "" {
		v = text.FromNode(n)
	}
	for _, a := range n.Attr {
		if s.attr != "" && a.Key == s.attr {
			v = a.Val
			break
		}
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
	found := ""
	s.each(item, stop, func(v string) bool {
		found = v
		return false
	})
	return found
}

// fill sets the fields of r that specs find within an item; the first alternative
// that finds something counts.
func fill(r *extract.Raw, specs map[string][]spec, item *goquery.Selection, stop goquery.Matcher) {
	for field, alternatives := range specs {
		for _, s := range alternatives {
			var values []string
			s.each(item, stop, func(v string) bool {
				values = append(values, v)
				return field == "tags" || strings.TrimSpace(v) == "" // of others the first counts
			})
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
