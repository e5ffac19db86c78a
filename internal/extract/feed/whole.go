package feed

import (
	"errors"
	"fmt"
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

// whole looks through a feed before it is parsed: it is one, it ends where it
// should, nothing in it is nested without bound. The text that comes back names
// no charset, for it has been decoded already.
func whole(s string) (string, error) {
	s = undeclared(s)
	scan := scanner{s: s}
	if err := scan.run(); err != nil {
		return "", err
	}
	switch scan.root {
	case "rss", "feed", "rdf":
	case "":
		return "", errors.New("not XML: no element in it")
	case "opml", "urlset", "sitemapindex", "html":
		return "", fmt.Errorf("<%s> in place of a feed", scan.root)
	default:
		return "", fmt.Errorf("the root element is <%s>; rss, feed or rdf:RDF would be right", scan.root)
	}
	if !scan.closed {
		return "", fmt.Errorf("the feed is cut off: no </%s>", scan.rootName)
	}
	if scan.items > maxItems {
		return "", fmt.Errorf("%d items; at most %d are read", scan.items, maxItems)
	}
	return legal(s), nil
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

// reference finds a character told by its number.
var reference = text.NewPattern(`&#(?:[0-9]{1,10}|[xX][0-9a-fA-F]{1,8});`)

// legal puts U+FFFD for references to what XML has no characters for, which
// would end the reading of everything: control characters, halves of pairs.
func legal(s string) string {
	if !strings.Contains(s, "&#") {
		return s
	}
	return reference.ReplaceAllStringFunc(s, func(ref string) string {
		digits, base := ref[2:len(ref)-1], 10
		if digits[0] == 'x' || digits[0] == 'X' {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		switch {
		case err != nil, n < 0x20 && n != '\t' && n != '\n' && n != '\r', n >= 0xD800 && n < 0xE000, n == 0xFFFE, n == 0xFFFF, n > 0x10FFFF:
			return "\ufffd"
		}
		return ref
	})
}

// A scanner walks over the tags of XML without reading what is between them.
type scanner struct {
	s string
	// root is the local name of the first element in lower case, rootName the
	// name as written.
	root, rootName string
	// open are the names of the elements that are open, as written; an element
	// that is never closed (<br>) ends with the one around it.
	open  []string
	items int
	// elements counts all of them.
	elements int
	closed   bool
}

func (c *scanner) run() error {
	for i := 0; ; {
		at := strings.IndexByte(c.s[i:], '<')
		if at < 0 {
			return nil
		}
		i += at
		rest := c.s[i:]
		var skip int
		switch {
		case strings.HasPrefix(rest, "<!--"):
			skip = after(rest, "-->")
		case strings.HasPrefix(rest, "<![CDATA["):
			skip = after(rest, "]]>")
		case strings.HasPrefix(rest, "<?"):
			skip = after(rest, "?>")
		case strings.HasPrefix(rest, "<!"):
			skip = doctype(rest)
		default:
			skip = c.tag(rest)
		}
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

func after(s, end string) int {
	if i := strings.Index(s, end); i >= 0 {
		return i + len(end)
	}
	return -1
}

// doctype gives the length of a declaration, its bracketed part included.
func doctype(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
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

// tag takes in one tag and gives its length; a "<" that begins none counts as text.
func (c *scanner) tag(s string) int {
	end, quote := -1, byte(0)
	for i := 1; i < len(s) && end < 0; i++ {
		switch b := s[i]; {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '>':
			end = i
		case b == '<':
			return i
		}
	}
	if end < 0 {
		return -1
	}
	inner := s[1:end]
	closing := strings.HasPrefix(inner, "/")
	name := inner
	if closing {
		name = inner[1:]
	}
	if n := strings.IndexAny(name, " \t\r\n/"); n >= 0 {
		name = name[:n]
	}
	if name == "" {
		return end + 1
	}
	c.element(name, closing, strings.HasSuffix(inner, "/"))
	return end + 1
}

func (c *scanner) element(name string, closing, empty bool) {
	local := name[strings.IndexByte(name, ':')+1:]
	switch {
	case c.root == "":
		c.root, c.rootName, c.closed = strings.ToLower(local), name, empty
	case closing && name == c.rootName:
		c.closed, c.open = true, nil
	case closing:
		for i := len(c.open) - 1; i >= 0; i-- {
			if c.open[i] == name {
				c.open = c.open[:i]
				break
			}
		}
	case empty:
		c.elements++
	default:
		c.elements++
		c.open = append(c.open, name)
		if local == "item" || local == "entry" {
			c.items++
		}
	}
}
