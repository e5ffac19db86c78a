package feed

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"koyomi/internal/text"
)

// maxDepth is how deep elements may be nested; a feed needs ten.
const maxDepth = 100

// maxElements is how many elements a feed may have: thirty an item.
const maxElements = 150_000

// declared finds the charset that an XML declaration names.
var declared = text.NewPattern(`^(<\?xml[^>]*?)\s+encoding\s*=\s*(?:"[^"]*"|'[^']*')`)

// roots are the names of elements that are the root of a feed, and of those that
// are met in its place.
var (
	roots     = []string{"rss", "feed", "rdf"}
	imposters = []string{"opml", "urlset", "sitemapindex", "html"}
)

// whole looks through a feed before it is parsed: it is one, it ends where it
// should, nothing in it is nested without bound. The text that comes back names
// no charset, for it has been decoded already; standing is how many items it holds.
func whole(s string) (body string, standing int, err error) {
	s = undeclared(s)
	scan := scanner{s: s}
	if err := scan.run(); err != nil {
		return "", 0, err
	}
	if err := scan.judge(); err != nil {
		return "", 0, err
	}
	return legal(s), scan.items, nil
}

// judge says what is wrong with the whole.
func (c *scanner) judge() error {
	switch {
	case c.root == "":
		return errors.New("not XML: no element in it")
	case slices.Contains(imposters, c.root):
		return fmt.Errorf("<%s> in place of a feed", c.root)
	case !slices.Contains(roots, c.root):
		return fmt.Errorf(
			"expected the root element rss, feed or rdf:RDF, found <%s>",
			c.root,
		)
	case !c.closed:
		return fmt.Errorf("the feed is cut off: no </%s>", c.rootName)
	case c.items > maxItems:
		return fmt.Errorf("%d items; at most %d are read", c.items, maxItems)
	}
	return nil
}

// undeclared takes the name of a charset off; that of the text as it is now may stay.
func undeclared(s string) string {
	head := s[:min(len(s), 512)]
	m := declared.FindStringSubmatchIndex(head)
	if m == nil || strings.Contains(strings.ToLower(head[m[3]:m[1]]), "utf-8") {
		return s
	}
	return s[:m[3]] + s[m[1]:]
}

// reference finds a character written by its number.
var reference = text.NewPattern(`&#(?:[0-9]{1,10}|[xX][0-9a-fA-F]{1,8});`)

// legal puts U+FFFD for references to what XML has no characters for, which
// would end the reading of everything: control characters, halves of pairs.
func legal(s string) string {
	if !strings.Contains(s, "&#") {
		return s
	}
	return reference.ReplaceAllStringFunc(s, func(ref string) string {
		digits, base := ref[2:len(ref)-1], 10
		if hex := strings.TrimLeft(digits, "xX"); hex != digits {
			digits, base = hex, 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if err != nil || !isCharacter(rune(n)) {
			return "\ufffd"
		}
		return ref
	})
}

// notCharacters are the ranges of numbers that are no characters of XML 1.0.
var notCharacters = [][2]rune{
	{0, 0x08},
	{0x0b, 0x0c},
	{0x0e, 0x1f},
	{0xd800, 0xdfff},
	{0xfffe, 0xffff},
	{0x110000, 0x7fffffff},
}

func isCharacter(r rune) bool {
	return r >= 0 &&
		!slices.ContainsFunc(
			notCharacters,
			func(n [2]rune) bool { return r >= n[0] && r <= n[1] },
		)
}

// A scanner walks over the tags of XML without reading what is between them.
type scanner struct {
	s string
	// root is the local name of the first element in lower case, rootName the
	// name as written.
	root, rootName string
	// open are the names of the elements that are open, as written; an element
	// that is never closed (<br>) ends with the one around it.
	open []string
	// items counts the items of the feed itself.
	items int
	// elements counts all of them.
	elements int
	closed   bool
}

// passages are the parts of XML that hold no tags, with how each ends.
var passages = []struct {
	begin string
	skip  func(string) int
}{
	{"<!--", func(s string) int { return after(s, "-->") }},
	{"<![CDATA[", func(s string) int { return after(s, "]]>") }},
	{"<?", func(s string) int { return after(s, "?>") }},
	{"<!", doctype},
}

func (c *scanner) run() error {
	for i := 0; ; {
		at := strings.IndexByte(c.s[i:], '<')
		if at < 0 {
			return nil
		}
		i += at
		skip := c.passage(c.s[i:])
		if skip < 0 {
			return nil // cut off in the middle of it
		}
		if c.elements > maxElements {
			return fmt.Errorf("more than %d elements", maxElements)
		}
		if len(c.open) > maxDepth {
			return fmt.Errorf("elements nested more than %d deep", maxDepth)
		}
		i += skip
	}
}

// passage returns the length of what begins with a "<", −1 where it does not end.
func (c *scanner) passage(s string) int {
	for _, p := range passages {
		if strings.HasPrefix(s, p.begin) {
			return p.skip(s)
		}
	}
	return c.tag(s)
}

func after(s, end string) int {
	i := strings.Index(s, end)
	if i < 0 {
		return -1
	}
	return i + len(end)
}

// doctype returns the length of a declaration, its bracketed part included.
func doctype(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '[':
			depth++
		case ']':
			depth--
		case '>':
			if depth <= 0 {
				return i + 1
			}
		}
	}
	return -1
}

// tag takes in one tag and returns its length; a "<" that begins none counts as text.
func (c *scanner) tag(s string) int {
	end := tagEnd(s)
	if end < 0 || s[end] == '<' {
		return end
	}
	inner := s[1:end]
	name, isClosing := strings.CutPrefix(inner, "/")
	if n := strings.IndexAny(name, " \t\r\n/"); n >= 0 {
		name = name[:n]
	}
	if name != "" {
		c.element(name, isClosing, strings.HasSuffix(inner, "/"))
	}
	return end + 1
}

// tagEnd returns the place of the ">" outside quotes or of the next "<", −1 for
// neither.
func tagEnd(s string) int {
	quote := byte(0)
	for i := 1; i < len(s); i++ {
		b := s[i]
		switch {
		case b == quote:
			quote = 0
		case quote != 0:
		case b == '"' || b == '\'':
			quote = b
		case b == '>' || b == '<':
			return i
		}
	}
	return -1
}

func (c *scanner) element(name string, isClosing, isEmpty bool) {
	local := name[strings.IndexByte(name, ':')+1:]
	switch {
	case c.root == "":
		c.root, c.rootName, c.closed = strings.ToLower(local), name, isEmpty
	case isClosing:
		c.closes(name)
	default:
		c.opens(name, local, isEmpty)
	}
}

// maxItemDepth is how deep the items of a feed stand: below a channel.
const maxItemDepth = 2

func (c *scanner) opens(name, local string, isEmpty bool) {
	c.elements++
	if isEmpty {
		return
	}
	c.open = append(c.open, name)
	isItem := strings.EqualFold(local, "item") || strings.EqualFold(local, "entry")
	if isItem && len(c.open) <= maxItemDepth {
		c.items++
	}
}

func (c *scanner) closes(name string) {
	if name == c.rootName {
		c.closed, c.open = true, nil
		return
	}
	for i, open := range slices.Backward(c.open) {
		if open == name {
			c.open = c.open[:i]
			return
		}
	}
}
