package lint

import "strings"

// A rule is one thing that a calendar client minds of T.
type rule[T any] struct {
	severity Severity
	name     string
	// section says where it is written that it should be otherwise.
	section string
	// broken reports whether it is so.
	broken func(T) bool
	// reason says what is wrong; {name} and {value} are those of the property.
	reason string
}

// judge says which rules p breaks of those for properties of its name.
func (c *checker) judge(p *property, rules map[string][]rule[*property]) {
	for _, r := range rules[p.name] {
		if r.broken(p) {
			c.sayOf(p, r.severity, r.name, r.section, r.reason)
		}
	}
}

// judgeAll judges all properties of a component.
func (c *checker) judgeAll(of *component, rules map[string][]rule[*property]) {
	for i := range of.properties {
		c.judge(&of.properties[i], rules)
	}
}

// judgeWhole says which rules a component breaks as a whole.
func (c *checker) judgeWhole(of *component, rules []rule[*component]) {
	for _, r := range rules {
		if r.broken(of) {
			c.say(of.line, r.severity, r.name, r.section, "%s", r.reason)
		}
	}
}

// sayOf enters a finding of a property.
func (c *checker) sayOf(p *property, s Severity, name, section, reason string) {
	filled := strings.NewReplacer("{name}", p.name, "{value}", quoted(p.value)).
		Replace(reason)
	c.say(p.line, s, name, section, "%s", filled)
}

// first returns the first rule that x breaks, nil where it breaks none.
func first[T any](x T, rules []rule[T]) *rule[T] {
	for i := range rules {
		if rules[i].broken(x) {
			return &rules[i]
		}
	}
	return nil
}
