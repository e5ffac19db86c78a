package choose

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"koyomi/internal/text"
)

// A wordPattern is a pattern that few texts match: it is asked only where a text holds one of
// the literals of which every match has one, and not at all where it is of words alone.
type wordPattern struct {
	*text.Pattern
	needs  func() []string
	halves func() halves
}

// halves divide the alternatives of an expression: words, any of which is a match, and
// the rest, of which a match needs one of some literals, nil for none that are known.
type halves struct {
	words, needs []string
	rest         *regexp.Regexp
}

// newWordPattern returns the pattern of an expression.
func newWordPattern(p *text.Pattern) wordPattern {
	return wordPattern{
		p,
		sync.OnceValue(func() []string { return needsOf(p.Regexp().String()) }),
		sync.OnceValue(func() halves { return halvesOf(p.Regexp().String()) }),
	}
}

// in reports whether the pattern matches a text.
func (w wordPattern) in(t lowered) bool {
	h := w.halves()
	if holdsAny(t.low, h.words) {
		return true
	}
	if h.rest == nil || h.needs != nil && !holdsAny(t.low, h.needs) {
		return false
	}
	return h.rest.MatchString(t.text)
}

func holdsAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// may reports whether a text holds what each match needs.
func (w wordPattern) may(t lowered) bool {
	needs := w.needs()
	return needs == nil || holdsAny(t.low, needs)
}

// A lowered is a text, and the same in small letters.
type lowered struct{ text, low string }

// lower makes the letters of a text small, as patterns see them that ignore case.
func lower(s string) lowered {
	low := s
	if strings.Contains(s, "İ") {
		low = strings.ReplaceAll(s, "İ", "\x00") // the one letter that is small i to Go alone
	}
	low = strings.ToLower(low)
	if strings.Contains(low, "ſ") {
		low = strings.ReplaceAll(low, "ſ", "s")
	}
	return lowered{s, low}
}

// needsOf returns texts in small letters of which every match of an expression holds
// one, nil where it tells none.
func needsOf(expression string) []string {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil
	}
	return slices.Compact(slices.Sorted(slices.Values(needs(re))))
}

// maxClass is how many characters of a class are told apart.
const maxClass = 24

func needs(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{lower(string(re.Rune)).low}
	case syntax.OpCharClass:
		return needsOfClass(re.Rune)
	case syntax.OpCapture, syntax.OpPlus:
		return needs(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needs(re.Sub[0])
		}
	case syntax.OpConcat:
		return needsOfOne(re.Sub)
	case syntax.OpAlternate:
		return needsOfAll(re.Sub)
	}
	return nil
}

// needsOfClass returns the characters of a class of few, given as pairs of bounds.
func needsOfClass(bounds []rune) (out []string) {
	for k := 0; k < len(bounds); k += 2 {
		for r := bounds[k]; r <= bounds[k+1]; r++ {
			if len(out) == maxClass {
				return nil
			}
			out = append(out, lower(string(r)).low)
		}
	}
	return out
}

// needsOfOne returns what the part of a sequence needs that is rarest: the one with the
// longest shortest text, of those the one with the fewest.
func needsOfOne(parts []*syntax.Regexp) (best []string) {
	for _, p := range parts {
		n := needs(p)
		isRarer := shortest(n) > shortest(best) || shortest(n) == shortest(best) && len(n) < len(best)
		if isRarer {
			best = n
		}
	}
	return best
}

// needsOfAll returns what the alternatives need, nil where one needs nothing.
func needsOfAll(parts []*syntax.Regexp) (out []string) {
	for _, p := range parts {
		n := needs(p)
		if len(n) == 0 {
			return nil
		}
		out = append(out, n...)
	}
	return out
}

func shortest(all []string) int {
	if len(all) == 0 {
		return 0
	}
	n := len(all[0])
	for _, s := range all {
		n = min(n, len(s))
	}
	return n
}

// MatchString reports whether the pattern matches a text.
func (w wordPattern) MatchString(s string) bool { return w.in(lower(s)) }

// ReplaceAllString is that of [text.Pattern].
func (w wordPattern) ReplaceAllString(s, with string) string {
	if !w.may(lower(s)) {
		return s
	}
	return w.Pattern.ReplaceAllString(s, with)
}

// submatch returns the parts of the first match, nil for none.
func (w wordPattern) submatch(t lowered) []string {
	if !w.may(t) {
		return nil
	}
	return w.FindStringSubmatch(t.text)
}
