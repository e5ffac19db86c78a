package trim

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"koyomi/internal/charset"
)

// keptAttributes are those by which pages are read; all others go first.
var keptAttributes = []string{
	"class", "id", "href", "src", "datetime", "title", "content", "name", "property", "rel", "type", "itemprop", "itemtype", "itemscope",
	"charset", "http-equiv", "rowspan", "colspan", "lang", "alt", "value",
}

// A dom is a page being cut.
type dom struct {
	t    *trimmer
	i    int
	root *html.Node
}

// may reports whether the page as it is now is read as it was.
func (d dom) may() bool {
	var b bytes.Buffer
	if html.Render(&b, d.root) != nil {
		return false
	}
	return d.t.may(d.i, b.Bytes())
}

// html cuts a page: scripts, styles, comments and attributes nobody reads, then
// whole elements from the outermost on.
func (t *trimmer) html(i int) {
	p := t.visit.Pages[i]
	body, _, err := charset.Decode(p.Body, p.Header["content-type"], t.source.Charset)
	if err != nil {
		return
	}
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return
	}
	d := dom{t, i, root}
	utf8ed(root)
	if !d.may() {
		return // its encoding, or its faults, are part of what is read
	}
	if t.source.Charset == "" {
		t.visit.Pages[i].Header = withoutCharset(p.Header)
	}
	d.cutAll(useless)
	d.cutAttributes()
	d.elements()
	d.cutAll(isBlank)
}

// utf8ed makes a page say that it is UTF-8, which it is from here on.
func utf8ed(root *html.Node) {
	for n := range root.Descendants() {
		if n.Data != "meta" {
			continue
		}
		for i := range n.Attr {
			n.Attr[i].Val = utf8Attribute(n.Attr[i])
		}
	}
}

// utf8Attribute returns the value of an attribute of a meta element, UTF-8 in the
// place of another charset.
func utf8Attribute(a html.Attribute) string {
	switch {
	case a.Key == "charset":
		return "utf-8"
	case a.Key == "content" && strings.Contains(strings.ToLower(a.Val), "charset="):
		return "text/html; charset=utf-8"
	}
	return a.Val
}

func withoutCharset(header map[string]string) map[string]string {
	out := maps.Clone(header)
	if _, ok := out["content-type"]; ok {
		out["content-type"] = "text/html; charset=utf-8"
	}
	return out
}

// uselessElements are those that no reader of pages looks at.
var uselessElements = []string{
	"style",
	"svg",
	"noscript",
	"template",
	"iframe",
	"canvas",
	"video",
	"audio",
}

// useless reports whether no reader of pages looks at a node: a comment, or an
// element of those, or a script without data.
func useless(n *html.Node) bool {
	switch {
	case n.Type == html.CommentNode:
		return true
	case n.Type != html.ElementNode:
		return false
	case n.Data == "script":
		return !slices.ContainsFunc(n.Attr, isData)
	}
	return slices.Contains(uselessElements, n.Data)
}

// isData reports whether an attribute says that a script is data.
func isData(
	a html.Attribute,
) bool {
	return a.Key == "type" && strings.Contains(a.Val, "json")
}

// isBlank reports whether a node is white space between elements, except for the end
// of a line.
func isBlank(n *html.Node) bool {
	return n.Type == html.TextNode && n.Data != "\n" && strings.TrimSpace(n.Data) == ""
}

// cutAll removes all nodes of a sort together, or none.
func (d dom) cutAll(such func(*html.Node) bool) {
	var found []*html.Node
	for n := range d.root.Descendants() {
		if such(n) {
			found = append(found, n)
		}
	}
	d.cut(found)
}

// cut removes nodes together where the page is read as it was without them, and
// reports whether it did.
func (d dom) cut(nodes []*html.Node) bool {
	var undo []func()
	for _, n := range nodes {
		if n.Parent != nil {
			undo = append(undo, remove(n))
		}
	}
	if len(undo) > 0 && d.may() {
		return true
	}
	for _, back := range slices.Backward(undo) {
		back()
	}
	return false
}

// remove takes a node out and returns the way to put it back.
func remove(n *html.Node) (back func()) {
	parent, next := n.Parent, n.NextSibling
	parent.RemoveChild(n)
	return func() { parent.InsertBefore(n, next) }
}

// cutAttributes removes all attributes that no reader of pages looks at.
func (d dom) cutAttributes() {
	old := map[*html.Node][]html.Attribute{}
	for n := range d.root.Descendants() {
		old[n] = n.Attr
		n.Attr = slices.DeleteFunc(slices.Clone(n.Attr), func(a html.Attribute) bool {
			return !slices.Contains(keptAttributes, a.Key)
		})
	}
	if d.may() {
		return
	}
	for n, attrs := range old {
		n.Attr = attrs
	}
}

// maxLevels is how deep elements are cut one by one.
const maxLevels = 40

// elements cuts level by level: the children of what had to stay, in stretches.
func (d dom) elements() {
	level := childrenOf(d.root)
	for depth := 0; len(level) > 0 && depth < maxLevels; depth++ {
		var next []*html.Node
		for _, n := range level {
			if d.t.spent() {
				return
			}
			next = append(next, d.cutStretches(childrenOf(n))...)
		}
		level = next
	}
}

// childrenOf returns the elements in a node, and its text.
func childrenOf(n *html.Node) []*html.Node {
	var out []*html.Node
	for k := range n.ChildNodes() {
		isText := k.Type == html.TextNode && strings.TrimSpace(k.Data) != ""
		if isText || k.Type == html.ElementNode {
			out = append(out, k)
		}
	}
	return out
}

// skeleton are the elements that every page has.
var skeleton = []string{"html", "head", "body"}

// cutStretches removes stretches of siblings that may go, the longest first, and
// returns those that stay.
func (d dom) cutStretches(kids []*html.Node) []*html.Node {
	for size := len(kids); size >= 1; size /= 2 {
		for at := 0; at < len(kids); {
			end := min(at+size, len(kids))
			stretch := slices.DeleteFunc(
				slices.Clone(kids[at:end]),
				func(n *html.Node) bool { return slices.Contains(skeleton, n.Data) },
			)
			if d.cut(stretch) {
				kids = slices.Delete(kids, at, end)
				continue
			}
			at = end
		}
	}
	return kids
}
