package site

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/place"
	"koyomi/internal/query"
	"koyomi/internal/text"
)

// A Filter is the form that a reader narrows a page with. What it chooses is the
// query in the page's address, nothing else.
type Filter struct {
	// Query is what was asked for, as typed; Problem says why it cannot be read,
	// "" if it can.
	Query, Problem string
	// Term is the query so that more can be asked beside it.
	Term string
	// Words are those of the query that no other field of the form shows.
	Words string
	// Fields are the choices, in order.
	Fields []Field
	// Terms are the conditions of the query.
	Terms []query.Query
}

// A Field is a choice among the values of one field of the query.
type Field struct {
	Name, Label string
	Choices     []Choice
	Chosen      string
}

// A Choice is one of the values, with how many events have it now.
type Choice struct {
	Value, Name string
	Count       int
}

// FilterFields are the fields of a query that the form offers by name.
var FilterFields = []string{"community", "area", "is", "tag"}

// manyTags is how many topics are offered at most.
const manyTags = 40

// NewFilter returns the form for a query: words as typed, read as q (its zero value
// where that failed), with the choices that were counted.
func NewFilter(b Base, words string, q query.Query, counted Counts) Filter {
	f := Filter{
		Query: words,
		Words: words,
		Term:  q.Term(),
		Terms: q.Terms(),
	}
	chosen := map[string]string{}
	if terms := q.Terms(); len(terms) > 0 {
		f.Words = ""
		for _, t := range terms {
			name, value := t.Field()
			if slices.Contains(FilterFields, name) && chosen[name] == "" {
				chosen[name] = value
				continue
			}
			f.Words = join(f.Words, t.Term())
		}
	}
	w := b.W()
	labels := map[string]string{
		"community": w.Who,
		"area":      w.Area,
		"is":        w.Attend,
		"tag":       w.Tags,
	}
	for _, name := range FilterFields {
		f.Fields = append(
			f.Fields,
			b.field(name, labels[name], counted[name], chosen[name]),
		)
	}
	return f
}

func join(a, b string) string {
	return strings.TrimPrefix(a+" "+b, " ")
}

// Counts holds, by field and folded value, how many events have it.
type Counts map[string]map[string]Choice

// Add counts an event.
func (c Counts) Add(e event.Event) {
	c.add("community", e.Community)
	c.add("area", e.Area)
	c.add("is", string(e.Mode))
	for _, t := range e.Tags {
		c.add("tag", t)
	}
}

func (c Counts) add(field, value string) {
	if value == "" {
		return
	}
	if c[field] == nil {
		c[field] = map[string]Choice{}
	}
	key := text.Fold(value)
	one := c[field][key]
	if one.Value == "" {
		one.Value = value
	}
	one.Count++
	c[field][key] = one
}

// field returns a choice among the values that events have now, the chosen one
// whether or not any has it.
func (b Base) field(name, label string, counts map[string]Choice, chosen string) Field {
	f := Field{Name: name, Label: label}
	all := map[string]Choice{}
	for _, value := range standing[name] {
		all[value] = Choice{Value: value}
	}
	maps.Copy(all, counts)
	if chosen != "" {
		key := b.known(name, chosen, all)
		c := all[key]
		c.Value = cmp.Or(c.Value, chosen)
		all[key], f.Chosen = c, c.Value
	}
	for _, c := range all {
		c.Name = b.choiceName(name, c.Value)
		f.Choices = append(f.Choices, c)
	}
	slices.SortFunc(f.Choices, orders[name == "community"])
	if name == "tag" {
		f.Choices = few(f.Choices, f.Chosen)
	}
	return f
}

// standing are the values that a field offers though no event has them.
var standing = map[string][]string{
	"is": {string(event.Onsite), string(event.Online), string(event.Hybrid)},
}

// orders are those of choices: by name, or what most events have first.
var orders = map[bool]func(a, b Choice) int{
	true: func(a, b Choice) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value)) },
	false: func(a, b Choice) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	},
}

// few returns the first choices, and the chosen one wherever it stands.
func few(all []Choice, chosen string) []Choice {
	first := all[:min(manyTags, len(all)):min(manyTags, len(all))]
	i := slices.IndexFunc(all, func(c Choice) bool { return c.Value == chosen })
	if i < len(first) {
		return first
	}
	return append(first, all[i])
}

// known returns the value among counts that a query means by another name: 東京 is
// 東京都, a community's name its id.
func (b Base) known(field, chosen string, counts map[string]Choice) string {
	if _, ok := counts[chosen]; ok {
		return chosen
	}
	if p := place.Lookup(chosen); field == "area" && len(p) == 1 {
		return text.Fold(p[0])
	}
	if field == "community" {
		return b.communityNamed(chosen)
	}
	return chosen
}

// communityNamed returns the id of a community by its folded name, the name where no
// community has it.
func (b Base) communityNamed(folded string) string {
	for id, name := range b.Calendar.Names {
		if text.Fold(name) == folded {
			return id
		}
	}
	return folded
}

func (b Base) choiceName(field, value string) string {
	switch field {
	case "community":
		return b.Calendar.CommunityName(value)
	case "is":
		return modeName(b.W(), event.Mode(value))
	case "area":
		return b.AreaName(value)
	}
	return value
}

func modeName(w words, m event.Mode) string {
	return map[event.Mode]string{event.Online: w.OnlineWord, event.Onsite: w.Onsite, event.Hybrid: w.Hybrid}[m]
}
