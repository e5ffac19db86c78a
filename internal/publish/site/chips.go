package site

import (
	"slices"
	"strings"

	"koyomi/internal/query"
)

// A Chip is a condition that a touch adds to the query, or takes away where it holds.
type Chip struct {
	Name, Link string
	// On is set where the query asks for it.
	On bool
	// Count is how many events it leaves of all, 0 where that is not told.
	Count int
}

// mostChips is how many areas and topics stand in the row of chips; the panel has all.
const mostChips = 4

// A chipSpec is a chip before it is known what the query asks for.
type chipSpec struct {
	field, value, name string
	count              int
}

// term writes the condition of a chip as the query writes it canonically.
func (c chipSpec) term() string {
	words := query.With("", c.field, c.value)
	if q, err := query.Parse(words, query.Env{}); err == nil {
		return q.Term()
	}
	return words
}

// A chipRow makes the chips of a page at path.
type chipRow struct {
	base  Base
	path  string
	terms []string
}

// chip returns a chip: its link asks for it in place of another value of its field, or
// no more where it is on.
func (r chipRow) chip(c chipSpec) Chip {
	term := c.term()
	field, _, _ := strings.Cut(term, ":")
	var words []string
	on := false
	for _, t := range r.terms {
		switch {
		case t == term:
			on = true
		case !strings.HasPrefix(t, field+":"):
			words = append(words, t)
		}
	}
	if !on {
		words = append(words, query.With("", c.field, c.value))
	}
	return Chip{
		Name:  c.name,
		Link:  r.base.Link(r.path, "q", strings.Join(words, " ")),
		On:    on,
		Count: c.count,
	}
}

func (r chipRow) chips(all []chipSpec) []Chip {
	var chips []Chip
	for _, c := range all {
		chips = append(chips, r.chip(c))
	}
	return chips
}

// row returns what makes the chips of a filter.
func (b Base) row(path string, f Filter) chipRow {
	r := chipRow{base: b, path: path}
	for _, t := range f.Terms {
		r.terms = append(r.terms, t.Term())
	}
	return r
}

// Quick are the chips above a list: days, hours, ways to attend, and the areas and
// topics that most events have.
func (b Base) Quick(path string, f Filter) []Chip {
	w := b.W()
	all := []chipSpec{
		{"on", "this-weekend", w.ThisWeekend, 0},
		{"time", "evening", w.Evening, 0},
		{"is", "online", w.OnlineWord, 0},
	}
	for _, field := range []string{"area", "tag"} {
		choices := b.choices(f, field)
		all = append(all, choices[:min(mostChips, len(choices))]...)
	}
	return b.row(path, f).chips(all)
}

// Asked are the conditions of the query that no quick chip shows, to be taken away.
func (b Base) Asked(path string, f Filter) []Chip {
	r := b.row(path, f)
	quick := b.Quick(path, f)
	var all []Chip
	for i, t := range f.Terms {
		others := slices.Delete(slices.Clone(r.terms), i, i+1)
		c := Chip{
			Name: b.termName(t, f),
			Link: b.Link(path, "q", strings.Join(others, " ")),
			On:   true,
		}
		isQuick := slices.ContainsFunc(quick, func(q Chip) bool { return q.On && q.Link == c.Link })
		if !isQuick {
			all = append(all, c)
		}
	}
	return all
}

// Areas and Topics are all that events have, those of most events first.
func (b Base) Areas(path string, f Filter) []Chip {
	return b.row(path, f).chips(b.choices(f, "area"))
}

// Topics are the topics of events, those of most events first.
func (b Base) Topics(path string, f Filter) []Chip {
	return b.row(path, f).chips(b.choices(f, "tag"))
}

// choices are the values of a field that a filter offers.
func (b Base) choices(f Filter, field string) []chipSpec {
	var all []chipSpec
	for _, one := range f.Fields {
		if one.Name != field {
			continue
		}
		for _, c := range one.Choices {
			if c.Count > 0 {
				all = append(all, chipSpec{field, c.Value, hashed(field, c.Name), c.Count})
			}
		}
	}
	return all
}

// hashed marks a topic as one, so that "go" does not read as a word.
func hashed(field, name string) string {
	if field == "tag" {
		return "#" + name
	}
	return name
}

// termName says a condition in a few words.
func (b Base) termName(t query.Query, f Filter) string {
	if each := t.Alternatives(); len(each) > 1 {
		var names []string
		for _, one := range each {
			names = append(names, b.termName(one, f))
		}
		return strings.Join(names, b.W().Or)
	}
	switch field, value := t.Field(); field {
	case "community":
		return b.Calendar.CommunityName(b.communityNamed(value))
	case "area":
		return b.AreaName(value)
	case "is":
		return b.choiceName("is", value)
	case "tag":
		for _, c := range b.choices(f, "tag") {
			if c.term() == t.Term() {
				return c.name
			}
		}
		return value
	}
	return t.Term()
}

// An Example is a query with what it asks for in words.
type Example struct{ Query, Words, Link string }

// Examples explain the language of queries by use.
func (b Base) Examples() []Example {
	var all []Example
	for _, e := range examples {
		q := e.query.in(b.Lang)
		all = append(all, Example{q, e.words.in(b.Lang), b.Link("/", "q", q)})
	}
	return all
}

// examples are queries that somebody may well ask.
var examples = []struct{ query, words names }{
	{
		names{"on:今週末 area:東京", "on:this-weekend area:tokyo"},
		names{"今週末の東京", "Tokyo, this weekend"},
	},
	{
		names{"is:online time:evening", "is:online time:evening"},
		names{"夜のオンライン", "online, in the evening"},
	},
	{
		names{"python OR ruby -status:cancelled", "python OR ruby -status:cancelled"},
		names{"どちらかの話題で、中止でないもの", "either topic, not cancelled"},
	},
	{
		names{"weekday:sat time:10:00-12:00", "weekday:sat time:10:00-12:00"},
		names{"土曜の10時から12時に始まるもの", "Saturdays, starting from 10 to 12"},
	},
}
