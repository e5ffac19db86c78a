package site

import (
	"slices"
	"strings"

	"koyomi/internal/query"
)

// A Wanted is a filter as a reader ticks it together: what is of one of the communities
// or has one of the topics, in an area, and answers the rest.
type Wanted struct {
	Communities, Topics []string
	// Area is a value of area:, Rest what no tick says; "" for nothing.
	Area, Rest string
}

// Query writes w in the query language.
func (w Wanted) Query() string {
	var any []string
	for _, id := range w.Communities {
		any = append(any, query.With("", "community", id))
	}
	for _, t := range w.Topics {
		any = append(any, query.With("", "tag", t))
	}
	words := strings.Join(any, " OR ")
	if len(any) > 1 {
		words = "(" + words + ")"
	}
	rest := w.Rest
	if rest != "" && strings.Contains(rest, " OR ") && words+w.Area != "" {
		rest = "(" + rest + ")"
	}
	return strings.TrimSpace(query.With(words, "area", w.Area) + " " + rest)
}

// ReadWanted reads a filter as ticks; what they cannot say is the rest. One that does not
// parse is all rest.
func ReadWanted(words string) Wanted {
	q, err := query.Parse(words, query.Env{})
	if err != nil {
		return Wanted{Rest: words}
	}
	var w Wanted
	for _, t := range q.Terms() {
		if !w.take(t) {
			w.Rest = join(w.Rest, t.Term())
		}
	}
	return w
}

// take reads one term of a filter, and reports whether a tick can say it.
func (w *Wanted) take(t query.Query) bool {
	name, value := t.Field()
	isFree := len(w.Communities)+len(w.Topics) == 0
	switch {
	case name == "area" && w.Area == "":
		w.Area = value
		return true
	case !isFree:
		return false
	case name != "":
		return w.tick(name, value)
	}
	return w.takeGroup(t.Term())
}

// tick notes one community or topic.
func (w *Wanted) tick(name, value string) bool {
	switch name {
	case "community":
		w.Communities = append(w.Communities, value)
	case "tag":
		w.Topics = append(w.Topics, value)
	default:
		return false
	}
	return true
}

// takeGroup reads "(community:a OR tag:b)"; anything else in it is none of ours.
func (w *Wanted) takeGroup(words string) bool {
	inside, isGroup := strings.CutPrefix(words, "(")
	inside, isWhole := strings.CutSuffix(inside, ")")
	if !isGroup || !isWhole {
		return false
	}
	var group Wanted
	for part := range strings.SplitSeq(inside, " OR ") {
		q, err := query.Parse(part, query.Env{})
		if err != nil || len(q.Terms()) != 1 {
			return false
		}
		name, value := q.Terms()[0].Field()
		if !group.tick(name, value) {
			return false
		}
	}
	w.Communities, w.Topics = group.Communities, group.Topics
	return true
}

// Has reports whether a value is ticked.
func (w Wanted) Has(all []string, value string) bool { return slices.Contains(all, value) }
