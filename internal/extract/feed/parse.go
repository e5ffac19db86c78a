package feed

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/mmcdole/gofeed"

	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// parse reads a feed that is whole; standing is how many items stand in it.
func parse(body string) (feed *gofeed.Feed, standing int, err error) {
	body = strings.TrimLeft(body, " \t\r\n\ufeff")
	if extract.LooksLikeHTML(body) {
		return nil, 0, errors.New(
			"a page for people in place of a feed; its <link rel=\"alternate\"> may name the feed",
		)
	}
	if strings.HasPrefix(body, "{") {
		feed, err = parseJSON(body)
		if err != nil {
			return nil, 0, err
		}
		return feed, len(feed.Items), nil
	}
	body, standing, err = whole(body)
	if err != nil {
		return nil, 0, err
	}
	feed, err = newParser().Parse(strings.NewReader(body))
	if err != nil {
		return nil, 0, fmt.Errorf("not a feed: %s", text.Line(err.Error(), 200))
	}
	return feed, standing, nil
}

// newParser returns a parser that does not look for pictures in every body.
func newParser() *gofeed.Parser {
	p := gofeed.NewParser()
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	return p
}

func parseJSON(body string) (*gofeed.Feed, error) {
	if !strings.Contains(body[:min(len(body), 4096)], "jsonfeed.org/version/") {
		return nil, errors.New(
			"JSON, but not a JSON Feed: no version https://jsonfeed.org/version/1.1",
		)
	}
	if err := extract.Heavy(body); err != nil {
		return nil, err
	}
	if isDeep(body) {
		return nil, errors.New("JSON nested more than 100 deep")
	}
	feed, err := newParser().Parse(strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("not a JSON Feed: %s", text.Line(err.Error(), 200))
	}
	if len(feed.Items) == 0 && !strings.Contains(body, `"items"`) {
		return nil, errors.New("a JSON Feed without a list of items")
	}
	if len(feed.Items) > maxItems {
		return nil, fmt.Errorf("%d items; at most %d are read", len(feed.Items), maxItems)
	}
	extended(feed, body)
	return feed, nil
}

// extended takes what the extensions of a JSON Feed say of each item: objects
// under names that begin with "_" (JSON Feed 1.1, Extensions). Their members go
// into Custom by the names they have.
func extended(feed *gofeed.Feed, body string) {
	if !strings.Contains(body, `"_`) {
		return
	}
	var raw struct {
		Items []map[string]any `json:"items"`
	}
	err := json.Unmarshal([]byte(body), &raw)
	if err != nil || len(raw.Items) != len(feed.Items) {
		return
	}
	for i, item := range raw.Items {
		feed.Items[i].Custom = extensions(item)
	}
}

// extensions returns the texts of an item's extensions.
func extensions(item map[string]any) map[string]string {
	out := map[string]string{}
	for name, v := range item {
		o, ok := v.(map[string]any)
		if !ok || !strings.HasPrefix(name, "_") {
			continue
		}
		for member, v := range o {
			if w, ok := v.(string); ok {
				out[strings.ToLower(member)] = w
			}
		}
	}
	return out
}

// isDeep reports whether JSON is nested deeper than any feed needs.
func isDeep(s string) bool {
	depth, deepest := 0, 0
	extract.Structure(s, func(mark byte) bool {
		switch mark {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		deepest = max(deepest, depth)
		return deepest <= maxDepth
	})
	return deepest > maxDepth
}
