package json

import (
	"fmt"
	"maps"
	"slices"

	"koyomi/internal/text"
)

// The bounds of the search for lists of events that the settings do not name.
const (
	maxSearch = 6
	maxLooked = 20
)

var (
	// titleName and startName are names of the members that make an object an event.
	titleName = text.NewPattern(`(?i)^(?:title|name|summary|event_?(?:title|name))$`)
	startName = text.NewPattern(
		`(?i)^(?:start|begin|held_?on$|event_?date$)|_(?:start|begin)|^date(?:_?time)?$`,
	)
)

// missed says that events stand in an answer of which none was found; "" where there
// are none, or some were found. What stands in other lists than those that were read
// is counted.
func (r *reader) missed(answer any, found int) string {
	if found > 0 && r.set.Items != "" {
		return ""
	}
	more := eventsIn(answer, 0) - found
	if more <= 0 {
		return ""
	}
	if found == 0 && !r.chooses() {
		return fmt.Sprintf(
			"%d events stand in it, and none under %s; found %s",
			more,
			r.itemsName(),
			shape(answer),
		)
	}
	if r.b != nil {
		r.b.Skip(
			more,
			"%d events stand in other lists of the answer than the one that is read",
			more,
		)
	}
	return ""
}

// chooses reports whether the settings take only some of the items.
func (r *reader) chooses() bool { return choice.MatchString(r.set.Items) }

// choice finds what takes only some items in a path.
var choice = text.NewPattern(`select|limit|first|last|\[\d`)

// itemsName is where events are looked for, for people.
func (r *reader) itemsName() string {
	if r.set.Items == "" {
		return "events, items, results or data"
	}
	return r.set.Items
}

// eventsIn counts the objects of lists that have a title and a start.
func eventsIn(v any, depth int) int {
	if depth > maxSearch {
		return 0
	}
	switch v := v.(type) {
	case map[string]any:
		n := 0
		for _, inner := range v {
			n += eventsIn(inner, depth+1)
		}
		return n
	case []any:
		return eventsInList(v, depth)
	}
	return 0
}

// eventsInList counts the events of a list by its first items; the items of one that
// is not of events may hold lists themselves.
func eventsInList(list []any, depth int) int {
	like, n := 0, 0
	looked := list[:min(len(list), maxLooked)]
	for _, item := range looked {
		if isEvent(item) {
			like++
			continue
		}
		n += eventsIn(item, depth+1)
	}
	if like*2 > len(looked) {
		return len(list)
	}
	return n
}

// isEvent reports whether an object, or the only object in it, has a title and a
// start.
func isEvent(item any) bool {
	o, ok := item.(map[string]any)
	if !ok {
		return false
	}
	names := slices.Collect(maps.Keys(o))
	if len(names) == 1 {
		return isEvent(o[names[0]])
	}
	return slices.ContainsFunc(names, titleName.MatchString) &&
		slices.ContainsFunc(names, startName.MatchString)
}
