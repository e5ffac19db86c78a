package text

import (
	"regexp"
	"strings"
	"sync"
)

// A Pattern is a regular expression (RE2, as in package regexp) that is compiled when
// it is first used: of the many that koyomi knows, one command needs few, and to
// compile them all takes longer than to answer. A Pattern that is wrong panics at its
// first use. Many may use one at a time.
type Pattern struct {
	expression string
	once       sync.Once
	compiled   *regexp.Regexp
}

// NewPattern returns the pattern of an expression.
func NewPattern(expression string) *Pattern { return &Pattern{expression: expression} }

// AnyOf returns the pattern that one of the expressions of a data file matches; the
// file's own test compiles them.
func AnyOf(expressions []string) *Pattern {
	return &Pattern{expression: strings.Join(expressions, "|")}
}

// Regexp returns the compiled expression.
func (p *Pattern) Regexp() *regexp.Regexp {
	p.once.Do(func() { p.compiled = regexp.MustCompile(p.expression) })
	return p.compiled
}

// MatchString is that of [regexp.Regexp].
func (p *Pattern) MatchString(s string) bool { return p.Regexp().MatchString(s) }

// FindString is that of [regexp.Regexp].
func (p *Pattern) FindString(s string) string { return p.Regexp().FindString(s) }

// FindStringIndex is that of [regexp.Regexp].
func (p *Pattern) FindStringIndex(s string) []int { return p.Regexp().FindStringIndex(s) }

// FindStringSubmatch is that of [regexp.Regexp].
func (p *Pattern) FindStringSubmatch(
	s string,
) []string {
	return p.Regexp().FindStringSubmatch(s)
}

// FindStringSubmatchIndex is that of [regexp.Regexp].
func (p *Pattern) FindStringSubmatchIndex(s string) []int {
	return p.Regexp().FindStringSubmatchIndex(s)
}

// FindAllString is that of [regexp.Regexp].
func (p *Pattern) FindAllString(
	s string,
	n int,
) []string {
	return p.Regexp().FindAllString(s, n)
}

// FindAllStringSubmatch is that of [regexp.Regexp].
func (p *Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p.Regexp().FindAllStringSubmatch(s, n)
}

// ReplaceAllString is that of [regexp.Regexp].
func (p *Pattern) ReplaceAllString(s, with string) string {
	return p.Regexp().ReplaceAllString(s, with)
}

// ReplaceAllStringFunc is that of [regexp.Regexp].
func (p *Pattern) ReplaceAllStringFunc(s string, f func(string) string) string {
	return p.Regexp().ReplaceAllStringFunc(s, f)
}

// FindSubmatch is that of [regexp.Regexp].
func (p *Pattern) FindSubmatch(b []byte) [][]byte { return p.Regexp().FindSubmatch(b) }

// FindAllStringIndex is that of [regexp.Regexp].
func (p *Pattern) FindAllStringIndex(s string, n int) [][]int {
	return p.Regexp().FindAllStringIndex(s, n)
}
