package html

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/andybalholm/cascadia"

	"koyomi/internal/source"
)

// A Selector says where a page holds a value: "selector", "selector@attr",
// "@attr", "" for the item itself, "+selector" for what follows it up to the next
// item, each with " =~ pattern", whose first group, or whole match, is what counts.
type Selector struct {
	// CSS is nil for the item itself.
	CSS       cascadia.Selector
	Following bool
	// Attr is the attribute that holds the value, "" for the text.
	Attr    string
	Pattern *regexp.Regexp
}

// ParseSelector reads a Selector; an error says what is wrong in it.
func ParseSelector(s string) (Selector, error) {
	var out Selector
	css, pattern, ok := strings.Cut(s, "=~")
	if ok {
		re, err := regexp.Compile(strings.TrimSpace(pattern))
		if err != nil {
			return out, fmt.Errorf(
				"expected a pattern (RE2) after =~, found %s: %s",
				source.Quote(strings.TrimSpace(pattern)),
				source.RegexpReason(err),
			)
		}
		out.Pattern = re
	}
	css = strings.TrimSpace(css)
	if i := strings.LastIndexByte(css, '@'); i >= 0 {
		css, out.Attr = strings.TrimSpace(css[:i]), css[i+1:]
	}
	if css, out.Following = strings.CutPrefix(css, "+"); css == "" {
		return out, nil
	}
	m, err := cascadia.Compile(css)
	if err != nil {
		return out, fmt.Errorf(
			"expected a CSS selector, found %s: %w",
			source.Quote(css),
			err,
		)
	}
	out.CSS = m
	return out, nil
}
