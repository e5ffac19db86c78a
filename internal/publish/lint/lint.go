// Package lint says what calendar clients will trip over in an iCalendar file, ours
// or another's: the line, the reason, and the section that says how it should be. It
// changes nothing and fetches nothing.
package lint

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A Severity says what comes of a finding.
type Severity string

// The severities.
const (
	// Error is what a client refuses the file or loses the event for.
	Error Severity = "error"
	// Warning is what some clients show wrongly, late or not at all.
	Warning Severity = "warning"
	// Note is worth knowing and harms nobody.
	Note Severity = "note"
)

// A Finding is one thing to trip over.
type Finding struct {
	// Line is that of the file, from 1; 0 stands for the file or answer as a whole.
	Line     int      `json:"line"`
	Severity Severity `json:"severity"`
	// Rule names the kind of finding.
	Rule string `json:"rule"`
	// Reason says what is wrong, who minds, and what is expected.
	Reason string `json:"reason"`
	// Section is where that is written, "" for what clients alone say.
	Section string `json:"section,omitempty"`
}

// The bounds of what is said of one file.
const (
	// mostOfRule is how often one rule is reported; how often it was broken besides is
	// reported once.
	mostOfRule = 10
	// MaxSize is the most octets that are looked at.
	MaxSize = 64 << 20
)

// Check looks at a file at the moment now. The findings come by line; there are none
// where no client is known to mind anything.
func Check(data []byte, now time.Time) []Finding {
	c := &checker{
		now:      now,
		told:     map[string]int{},
		severity: map[string]Severity{},
	}
	c.bytes(data)
	if len(bytes.TrimSpace(data)) == 0 {
		return c.finish()
	}
	lines := c.unfold(data)
	c.structure(lines)
	return c.finish()
}

// Worst returns the gravest severity of findings, Note where there are none.
func Worst(findings []Finding) Severity {
	for _, s := range []Severity{Error, Warning} {
		if slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == s }) {
			return s
		}
	}
	return Note
}

// A checker collects findings.
type checker struct {
	now      time.Time
	found    []Finding
	told     map[string]int
	severity map[string]Severity
}

// say enters a finding.
func (c *checker) say(line int, s Severity, rule, section, format string, args ...any) {
	c.told[rule]++
	c.severity[rule] = s
	if c.told[rule] <= mostOfRule {
		c.found = append(
			c.found,
			Finding{line, s, rule, fmt.Sprintf(format, args...), section},
		)
	}
}

// finish returns the findings by line, and how many more there were of a rule.
func (c *checker) finish() []Finding {
	for rule, n := range c.told {
		if n > mostOfRule {
			c.found = append(
				c.found,
				Finding{
					0,
					c.severity[rule],
					rule,
					fmt.Sprintf("%d more of this sort", n-mostOfRule),
					"",
				},
			)
		}
	}
	slices.SortStableFunc(c.found, func(a, b Finding) int {
		if (a.Line == 0) != (b.Line == 0) {
			return b.Line - a.Line // what concerns the whole comes last
		}
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule))
	})
	return c.found
}
