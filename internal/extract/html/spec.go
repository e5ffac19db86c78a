package html

import (
	"fmt"
	"iter"
	"regexp"
	"slices"
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
	return spec{
		match:     sel.CSS,
		following: sel.Following,
		attr:      sel.Attr,
		pattern:   sel.Pattern,
	}, nil
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

// first returns the first value found within an item; stop, where not nil, is what
// ends the siblings that follow it.
func (s spec) first(item *goquery.Selection, stop goquery.Matcher) string {
	for v := range s.values(item, stop) {
		return v
	}
	return ""
}

// values are the values found within an item, one after the other.
func (s spec) values(item *goquery.Selection, stop goquery.Matcher) iter.Seq[string] {
	if s.following {
		item = following(item, stop)
	}
	return func(more func(string) bool) {
		for _, n := range item.Nodes {
			for m := range s.matches(n) {
				if v := s.value(m); v != "" && !more(v) {
					return
				}
			}
		}
	}
}

// following are the siblings behind an item, up to what ends them.
func following(item *goquery.Selection, stop goquery.Matcher) *goquery.Selection {
	if stop == nil {
		return item.NextAll()
	}
	return item.NextUntilMatcher(stop)
}

// matches are the elements of a node that hold a value: the node itself where the
// spec names none.
func (s spec) matches(n *html.Node) iter.Seq[*html.Node] {
	return func(more func(*html.Node) bool) {
		isOne := s.match == nil || s.following && s.match.Match(n)
		if isOne && !more(n) || s.match == nil {
			return
		}
		for m := range n.Descendants() {
			if m.Type == html.ElementNode && s.match.Match(m) && !more(m) {
				return
			}
		}
	}
}

// value is what an element holds, as far as the pattern takes it.
func (s spec) value(n *html.Node) string {
	v := s.attribute(n)
	if s.pattern == nil {
		return v
	}
	m := s.pattern.FindStringSubmatch(v)
	switch len(m) {
	case 0:
		return ""
	case 1:
		return m[0]
	}
	return m[1]
}

// attribute is the text of an element, or the attribute that the spec names.
func (s spec) attribute(n *html.Node) string {
	if s.attr == "" {
		return text.FromNode(n)
	}
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == s.attr })
	if i < 0 {
		return ""
	}
	return n.Attr[i].Val
}

// fill sets the fields of r that specs find within an item; the first alternative
// that finds something counts.
func fill(
	r *extract.Raw,
	specs map[string][]spec,
	item *goquery.Selection,
	stop goquery.Matcher,
) {
	for field, alternatives := range specs {
		for _, s := range alternatives {
			values := s.take(field, item, stop)
			if len(values) == 0 {
				continue
			}
			if !r.Set(field, values...) {
				r.Warnings = append(
					r.Warnings,
					fmt.Sprintf("settings name a field %q that there is not", field),
				)
			}
			break
		}
	}
}

// take returns the values of a field: all of tags, of others up to the first that
// says something.
func (s spec) take(field string, item *goquery.Selection, stop goquery.Matcher) []string {
	var values []string
	for v := range s.values(item, stop) {
		values = append(values, v)
		if field != "tags" && strings.TrimSpace(v) != "" {
			break
		}
	}
	return values
}

// maxMark is how many characters a mark such as 【中止】 has at most.
const maxMark = 12

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
			continue
		}
		gone.WriteString(part)
	}
	left := text.Line(kept.String(), 0)
	if left == "" {
		return gone.String(), true
	}
	_, isMark := extract.TitleStatus(left)
	if isMark && utf8.RuneCountInString(left) <= maxMark {
		return gone.String() + " " + left, true
	}
	return kept.String(), false
}
