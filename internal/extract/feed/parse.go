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

// parse reads a feed that is whole.
func parse(body string) (*gofeed.Feed, error) {
	body = strings.TrimLeft(body, " \t\r\n\ufeff")
	if extract.LooksLikeHTML(body) {
		return nil, errors.New("a page for people in place of a feed; its <link rel=\"alternate\"> may name the feed")
	}
	if strings.HasPrefix(body, "{") {
		return parseJSON(body)
	}
	body, err := whole(body)
	if err != nil {
		return nil, err
	}
	feed, err := newParser().Parse(strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("not a feed: %s", text.Line(err.Error(), 200))
	}
	return feed, nil
}

// newParser gives a parser that does not look for pictures in every body.
func newParser() *gofeed.Parser {
	p := gofeed.NewParser()
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	return p
}

func parseJSON(body string) (*gofeed.Feed, error) {
	if !strings.Contains(body[:min(len(body), 4096)], "jsonfeed.org/version/") {
		return nil, errors.New("JSON, but not a JSON Feed: no version https://jsonfeed.org/version/1.1")
	}
	if err := extract.Heavy(body); err != nil {
		return nil, err
	}
	if deep(body) {
		return nil, errors.New("JSON nested more than 100 deep")
	}
	feed, err := newParser().Parse(strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("not a JSON Feed: %s", text.Line(err.Error(), 200))
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
	if json.Unmarshal([]byte(body), &raw) != nil || len(raw.Items) != len(feed.Items) {
		return
	}
	for i, item := range raw.Items {
		for name, v := range item {
			o, ok := v.(map[string]any)
			if !ok || !strings.HasPrefix(name, "_") {
				continue
			}
			for member, v := range o {
				w, ok := v.(string)
				if !ok {
					continue
				}
				if feed.Items[i].Custom == nil {
					feed.Items[i].Custom = map[string]string{}
				}
				feed.Items[i].Custom[strings.ToLower(member)] = w
			}
		}
	}
}

// deep reports whether JSON is nested deeper than any feed needs.
func deep(s string) bool {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			if depth++; depth > 100 {
				return true
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return false
}
