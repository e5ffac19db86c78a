package json

import (
	"slices"
	"strings"
)

// maxNested is how deep parsed microformats are followed.
const maxNested = 50

// microformats returns the h-events of parsed microformats as plain objects
// (microformats.org/wiki/microformats2-parsing): an object whose "items" are made
// of "type" and "properties". It is false for any other answer.
func microformats(answer any) ([]any, bool) {
	o, _ := answer.(map[string]any)
	items, ok := o["items"].([]any)
	if !ok || len(items) == 0 {
		return nil, false
	}
	for _, item := range items {
		if _, _, ok := parsed(item); !ok {
			return nil, false
		}
	}
	return hevents(items, 0, nil), true
}

// parsed takes one item apart; false where it is none.
func parsed(item any) (types []any, properties map[string]any, ok bool) {
	o, _ := item.(map[string]any)
	types, ok1 := o["type"].([]any)
	properties, ok2 := o["properties"].(map[string]any)
	return types, properties, ok1 && ok2
}

func hevents(items []any, depth int, out []any) []any {
	if depth > maxNested {
		return out
	}
	for _, item := range items {
		types, properties, ok := parsed(item)
		if !ok {
			continue
		}
		if slices.Contains(types, any("h-event")) {
			out = append(out, plain(properties))
		}
		if children, ok := item.(map[string]any)["children"].([]any); ok {
			out = hevents(children, depth+1, out)
		}
	}
	return out
}

// plain returns the first value of each property, by the names that guesses know.
func plain(properties map[string]any) map[string]any {
	o := map[string]any{}
	for _, n := range [][2]string{
		{"name", "title"},
		{"start", "start"},
		{"end", "end"},
		{"url", "url"},
		{"uid", "uid"},
		{"location", "location"},
		{"summary", "description"},
		{"description", "description"},
		{"content", "description"},
	} {
		values, _ := properties[n[0]].([]any)
		if len(values) == 0 || o[n[1]] != nil {
			continue
		}
		if v := first(values[0]); v != "" {
			o[n[1]] = v
		}
	}
	if tags, ok := properties["category"].([]any); ok {
		o["tags"] = tags
	}
	return o
}

// first returns the text of a value: of what is nested its own value or name.
func first(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case map[string]any:
		if s, ok := v["value"].(string); ok {
			return s
		}
		if _, properties, ok := parsed(v); ok {
			if names, _ := properties["name"].([]any); len(names) > 0 {
				return first(names[0])
			}
		}
	}
	return ""
}
