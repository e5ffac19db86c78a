package query

import (
	"fmt"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/source"
)

// An Explained is a part of a question in words.
type Explained struct {
	// Text is the part's canonical form.
	Text string
	// Says is what it asks of an event, with the days and times that are meant, in
	// English: "it starts before 2026-06-10 (Wed)". Of a group it is what holds its
	// Parts together: "one of", "all of", "not".
	Says  string
	Parts []Explained
	// Indexed reports, of a part that is in no group, whether a store can find events
	// by it; else they are read and looked at one by one.
	Indexed bool
}

// Explain tells what q asks for: all of the parts must hold. communities are those of
// [Query.IndexTerms].
func (q Query) Explain(communities []*source.Community) []Explained {
	var parts []Explained
	for _, t := range q.Terms() {
		part := explain(t.root)
		part.Indexed = len(termsOf(t.root, communities)) > 0
		parts = append(parts, part)
	}
	if !q.typed {
		parts = append(parts, Explained{
			Text: "type:event",
			Says: "it is an event (no type: is asked for)",
		})
	}
	return parts
}

func explain(n node) Explained {
	e := Explained{Text: n.text()}
	switch n := n.(type) {
	case all:
		e.Says, e.Parts = "all of", explainEach(n)
	case anyOf:
		e.Says, e.Parts = "one of", explainEach(n)
	case not:
		inner := explain(n.of)
		e.Says, e.Parts = "not", []Explained{inner}
		if len(inner.Parts) == 0 {
			e.Says, e.Parts = "not: "+inner.Says, nil
		}
	default:
		e.Says = says(n)
	}
	return e
}

func explainEach(nodes []node) []Explained {
	parts := make([]Explained, len(nodes))
	for i, n := range nodes {
		parts[i] = explain(n)
	}
	return parts
}

// optionSays are what the options of a field mean, by field and canonical name.
var optionSays = map[string]string{
	"is:online": "it is held online", "is:onsite": "it is held at a place", "is:hybrid": "it is held at a place and online",
	"status:confirmed": "it is to take place", "status:tentative": "it is not certain yet", "status:postponed": "it is postponed",
	"status:cancelled": "it is cancelled",
	"type:event":       "it is an event", "type:registration": "it is the opening of a registration", "type:deadline": "it is a deadline",
	"type:cfp": "it is a call for proposals",
}

// says puts a leaf into words.
func says(n node) string {
	if s, ok := n.(interface{ says() string }); ok {
		return s.says()
	}
	return n.text()
}

func (w word) says() string {
	if alphanumeric(w[0]) {
		return fmt.Sprintf(
			"a word that begins with %q stands in title, community, venue or text",
			string(w),
		)
	}
	return fmt.Sprintf("%q stands in title, community, venue or text", string(w))
}

func (c community) says() string {
	return fmt.Sprintf("its community's id, name or reading is %q", string(c))
}

func (s sourceID) says() string { return fmt.Sprintf("the source %q lists it", string(s)) }

func (t tag) says() string { return fmt.Sprintf("it is tagged %q", string(t)) }

func (a area) says() string { return "it is held in " + strings.Join(a.prefectures, ", ") }

func (c chosen) says() string { return optionSays[c.text()] }

func (w weekday) says() string { return "it takes place on a " + time.Weekday(w).String() }

func (c clock) says() string {
	if c.to < c.from {
		return fmt.Sprintf(
			"it begins at %02d:%02d or later, or before %02d:%02d",
			c.from/60,
			c.from%60,
			c.to/60,
			c.to%60,
		)
	}
	return fmt.Sprintf(
		"it begins at %02d:%02d or later and before %02d:%02d",
		c.from/60,
		c.from%60,
		c.to/60,
		c.to%60,
	)
}

func (p period) says() string {
	switch {
	case p.field == "after":
		return "it ends on " + dayText(p.first) + " or later"
	case p.field == "before":
		return "it starts before " + dayText(p.first)
	case p.first == p.last:
		return "it takes place on " + dayText(p.first)
	}
	return "it takes place on a day from " + dayText(p.first) + " to " + dayText(p.last)
}

// dayText writes a day with its weekday: 2026-06-10 (Wed).
func dayText(d event.Date) string {
	return fmt.Sprintf("%s (%.3s)", d, d.Weekday())
}
