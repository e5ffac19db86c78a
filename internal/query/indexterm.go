package query

import (
	"cmp"
	"slices"

	"koyomi/internal/event"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// A Mark is what a IndexTerm is looked for in.
type Mark byte

// The marks.
const (
	// MarkWord: a folded word or phrase stands in the event's texts, as a word of a
	// query does.
	MarkWord Mark = 'w'
	// MarkSource, MarkArea, MarkMode, MarkStatus: the value is the event's.
	// MarkCommunity: it is its community's id, folded. MarkTag: it is one of its
	// tags, folded.
	MarkCommunity Mark = 'c'
	MarkSource    Mark = 's'
	MarkTag       Mark = 't'
	MarkArea      Mark = 'a'
	MarkMode      Mark = 'm'
	MarkStatus    Mark = 'x'
)

// A IndexTerm is a thing that an event may have about it, by which a store can find it.
type IndexTerm struct {
	Mark  Mark
	Value string
}

// IndexTerms returns what of q a store can find events by: an event that matches has one term
// of each list. Those that have may still not match. communities are the catalogue,
// whose names and readings no event holds.
func (q Query) IndexTerms(communities []*source.Community) [][]IndexTerm {
	if q.root == nil {
		return nil
	}
	return termsOf(q.root, communities)
}

func termsOf(n node, communities []*source.Community) [][]IndexTerm {
	switch n := n.(type) {
	case all:
		var lists [][]IndexTerm
		for _, part := range n {
			lists = append(lists, termsOf(part, communities)...)
		}
		return lists
	case anyOf:
		var either []IndexTerm
		for _, part := range n {
			lists := termsOf(part, communities)
			if len(lists) == 0 {
				return nil
			}
			either = append(either, lists[0]...)
		}
		return [][]IndexTerm{either}
	}
	if one := leafTerms(n, communities); len(one) > 0 {
		return [][]IndexTerm{one}
	}
	return nil
}

// Named reports whether what only the catalogue says of communities (their names, areas
// and tags), which no event holds, has a part in what answers q.
func (q Query) Named() bool { return q.root != nil && named(q.root) }

func named(n node) bool {
	switch n := n.(type) {
	case word, community, tag, area:
		return true
	case not:
		return named(n.of)
	case all:
		return slices.ContainsFunc(n, named)
	case anyOf:
		return slices.ContainsFunc(n, named)
	}
	return false
}

// leafTerms returns the terms of which one must be there for a leaf to match; none where
// no term is certain.
func leafTerms(n node, communities []*source.Community) []IndexTerm {
	if s, ok := n.(interface {
		termsOf(communities []*source.Community) []IndexTerm
	}); ok {
		return s.termsOf(communities)
	}
	return nil
}

func (w word) termsOf(communities []*source.Community) []IndexTerm {
	byName := func(d *Doc) bool { return contains(d.text(namesText), string(w)) }
	return append([]IndexTerm{{MarkWord, string(w)}}, calledBy(communities, byName)...)
}

// The id of a community that the catalogue does not know is its only term.
func (c community) termsOf(communities []*source.Community) []IndexTerm {
	byName := func(d *Doc) bool { return c.match(d, nil) }
	return append([]IndexTerm{{MarkCommunity, string(c)}}, calledBy(communities, byName)...)
}

func (s sourceID) termsOf(
	[]*source.Community,
) []IndexTerm {
	return []IndexTerm{{MarkSource, string(s)}}
}

func (t tag) termsOf(communities []*source.Community) []IndexTerm {
	inherited := ofThose(
		communities,
		func(c *source.Community) bool { return isAbout(c, string(t)) },
	)
	return append([]IndexTerm{{MarkTag, string(t)}}, inherited...)
}

func (a area) termsOf(communities []*source.Community) []IndexTerm {
	all := make([]IndexTerm, len(a.prefectures))
	for i, p := range a.prefectures {
		all[i] = IndexTerm{MarkArea, p}
	}
	inherited := ofThose(
		communities,
		func(c *source.Community) bool { return meetsIn(c, a.prefectures) },
	)
	return append(all, inherited...)
}

// chosenMarks are the fields of options that a store can find events by.
var chosenMarks = map[string]Mark{"is": MarkMode, "status": MarkStatus}

func (c chosen) termsOf([]*source.Community) []IndexTerm {
	if mark, ok := chosenMarks[c.field]; ok {
		return []IndexTerm{{mark, c.words[0]}}
	}
	return nil
}

// calledBy returns the communities by whose names a term is answered.
func calledBy(communities []*source.Community, answers func(*Doc) bool) []IndexTerm {
	var all []IndexTerm
	for _, c := range communities {
		if d := NewDoc(event.Event{Community: c.ID}, c); answers(&d) {
			all = append(all, IndexTerm{MarkCommunity, text.Fold(c.ID)})
		}
	}
	return all
}

// IndexTermsOf returns all terms of an event except its words, and the folded texts in which
// those stand.
func IndexTermsOf(e event.Event) (terms []IndexTerm, texts []string) {
	d := NewDoc(e, nil)
	terms = []IndexTerm{
		{MarkCommunity, text.Fold(e.Community)},
		{MarkArea, e.Area},
		{MarkMode, string(e.Mode)},
		{MarkStatus, statusName(e.Status)},
	}
	for _, s := range e.Sources {
		terms = append(terms, IndexTerm{MarkSource, s})
	}
	for _, t := range e.Tags {
		terms = append(terms, IndexTerm{MarkTag, text.Fold(t)})
	}
	return terms, d.fields[:]
}

func statusName(s event.Status) string { return string(cmp.Or(s, event.Confirmed)) }

// Has reports whether an event has a term.
func (d *Doc) Has(s IndexTerm) bool {
	if s.Mark == MarkWord {
		return word(s.Value).match(d, nil)
	}
	all, _ := IndexTermsOf(d.Event)
	return slices.Contains(all, s)
}
