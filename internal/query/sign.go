package query

import (
	"cmp"
	"slices"

	"koyomi/internal/event"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// A Mark is what a Sign is looked for in.
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

// A Sign is a thing that an event may have about it, by which a store can find it.
type Sign struct {
	Mark  Mark
	Value string
}

// Signs returns what of q a store can find events by: an event that matches has one sign
// of each list. Those that have may still not match. communities are the catalogue,
// whose names and readings no event holds.
func (q Query) Signs(communities []*source.Community) [][]Sign {
	if q.root == nil {
		return nil
	}
	return signs(q.root, communities)
}

func signs(n node, communities []*source.Community) [][]Sign {
	switch n := n.(type) {
	case all:
		var lists [][]Sign
		for _, part := range n {
			lists = append(lists, signs(part, communities)...)
		}
		return lists
	case anyOf:
		var either []Sign
		for _, part := range n {
			lists := signs(part, communities)
			if len(lists) == 0 {
				return nil
			}
			either = append(either, lists[0]...)
		}
		return [][]Sign{either}
	}
	if one := leafSigns(n, communities); len(one) > 0 {
		return [][]Sign{one}
	}
	return nil
}

// Named reports whether the names of communities, which no event holds, have a part in
// what answers q.
func (q Query) Named() bool { return q.root != nil && named(q.root) }

func named(n node) bool {
	switch n := n.(type) {
	case word, community:
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

// leafSigns returns the signs of which one must be there for a leaf to match; none where
// no sign is certain.
func leafSigns(n node, communities []*source.Community) []Sign {
	if s, ok := n.(interface {
		signs(communities []*source.Community) []Sign
	}); ok {
		return s.signs(communities)
	}
	return nil
}

func (w word) signs(communities []*source.Community) []Sign {
	byName := func(d *Doc) bool { return contains(d.text(namesText), string(w)) }
	return append([]Sign{{MarkWord, string(w)}}, calledBy(communities, byName)...)
}

// The id of a community that the catalogue does not know is its only sign.
func (c community) signs(communities []*source.Community) []Sign {
	byName := func(d *Doc) bool { return c.match(d, nil) }
	return append([]Sign{{MarkCommunity, string(c)}}, calledBy(communities, byName)...)
}

func (s sourceID) signs(
	[]*source.Community,
) []Sign {
	return []Sign{{MarkSource, string(s)}}
}

func (t tag) signs([]*source.Community) []Sign { return []Sign{{MarkTag, string(t)}} }

func (a area) signs([]*source.Community) []Sign {
	all := make([]Sign, len(a.prefectures))
	for i, p := range a.prefectures {
		all[i] = Sign{MarkArea, p}
	}
	return all
}

// chosenMarks are the fields of options that a store can find events by.
var chosenMarks = map[string]Mark{"is": MarkMode, "status": MarkStatus}

func (c chosen) signs([]*source.Community) []Sign {
	if mark, ok := chosenMarks[c.field]; ok {
		return []Sign{{mark, c.words[0]}}
	}
	return nil
}

// calledBy returns the communities by whose names a term is answered.
func calledBy(communities []*source.Community, answers func(*Doc) bool) []Sign {
	var all []Sign
	for _, c := range communities {
		if d := NewDoc(event.Event{Community: c.ID}, c); answers(&d) {
			all = append(all, Sign{MarkCommunity, text.Fold(c.ID)})
		}
	}
	return all
}

// SignsOf returns all signs of an event except its words, and the folded texts in which
// those stand.
func SignsOf(e event.Event) (signs []Sign, texts []string) {
	d := NewDoc(e, nil)
	signs = []Sign{
		{MarkCommunity, text.Fold(e.Community)},
		{MarkArea, e.Area},
		{MarkMode, string(e.Mode)},
		{MarkStatus, statusName(e.Status)},
	}
	for _, s := range e.Sources {
		signs = append(signs, Sign{MarkSource, s})
	}
	for _, t := range e.Tags {
		signs = append(signs, Sign{MarkTag, text.Fold(t)})
	}
	return signs, d.fields[:]
}

func statusName(s event.Status) string { return string(cmp.Or(s, event.Confirmed)) }

// Has reports whether an event has a sign.
func (d *Doc) Has(s Sign) bool {
	if s.Mark == MarkWord {
		return word(s.Value).match(d, nil)
	}
	all, _ := SignsOf(d.Event)
	return slices.Contains(all, s)
}
