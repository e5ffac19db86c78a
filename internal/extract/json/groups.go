package json

import (
	"fmt"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

// Groups reads the groups that an answer tells of: items is the path (jq) to an object
// of each, with the members id, name and url.
func Groups(body []byte, items string) ([]event.Group, error) {
	p, err := compile("verify_items", items)
	if err != nil {
		return nil, err
	}
	answer, err := decode(string(body))
	if err != nil {
		return nil, err
	}
	found, err := p.run(answer)
	if err != nil {
		return nil, err
	}
	var all []event.Group
	for _, one := range found {
		o, ok := one.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("verify_items: expected objects, found %s", shape(one))
		}
		member := func(name string) string { return text.Line(append(words([]any{o[name]}), "")[0], 200) }
		all = append(
			all,
			event.Group{ID: member("id"), Name: member("name"), URL: member("url")},
		)
	}
	return all, nil
}
