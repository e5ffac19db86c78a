package trim

import (
	"bytes"
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
	write := func() []byte {
		var b bytes.Buffer
		if html.Render(&b, root) != nil {
			return nil
		}
		return b.Bytes()
	}
	utf8ed(root)
	if !t.may(i, write()) {
		return // its encoding, or its faults, are part of what is read
	}
	if t.source.Charset == "" {
		t.visit.Pages[i].Header = withoutCharset(p.Header)
	}
	rest := func() bool { return t.may(i, write()) }
	cutAll(root, rest, func(n *html.Node) bool { return n.Type == html.CommentNode || useless(n) })
	cutAttributes(root, rest)
	t.elements(root, rest)
	cutAll(root, rest, func(n *html.Node) bool {
		return n.Type == html.TextNode && strings.TrimSpace(n.Data) == "" && n.Data != "\n"
	})
}

// utf8ed makes a page say that it is UTF-8, which it is from here on.
func utf8ed(root *html.Node) {
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "meta" {
			continue
		}
		for a := range n.Attr {
			switch {
			case n.Attr[a].Key == "charset":
				n.Attr[a].Val = "utf-8"
			case n.Attr[a].Key == "content" && strings.Contains(strings.ToLower(n.Attr[a].Val), "charset="):
				n.Attr[a].Val = "text/html; charset=utf-8"
			}
		}
	}
}

func withoutCharset(header map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range header {
		if k == "content-type" {
			v = "text/html; charset=utf-8"
		}
		out[k] = v
	}
	return out
}

// useless reports whether an element is one that no reader of pages looks at.
func useless(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	switch n.Data {
	case "style", "svg", "noscript", "template", "iframe", "canvas", "video", "audio":
		return true
	case "script":
		return !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool {
			return a.Key == "type" && strings.Contains(a.Val, "json")
		})
	}
	return false
}

// cutAll removes all nodes of a sort at once, or none.
func cutAll(root *html.Node, may func() bool, such func(*html.Node) bool) {
	var found []*html.Node
	for n := range root.Descendants() {
		if such(n) {
			found = append(found, n)
		}
	}
	var undo []func()
	for _, n := range found {
		if n.Parent != nil {
			undo = append(undo, remove(n))
		}
	}
	if len(undo) == 0 || may() {
		return
	}
	for _, back := range slices.Backward(undo) {
		back()
	}
}

// remove takes a node out and gives the way to put it back.
func remove(n *html.Node) (back func()) {
	parent, next := n.Parent, n.NextSibling
	parent.RemoveChild(n)
	return func() { parent.InsertBefore(n, next) }
}

// cutAttributes removes all attributes that no reader of pages looks at.
func cutAttributes(root *html.Node, may func() bool) {
	old := map[*html.Node][]html.Attribute{}
	for n := range root.Descendants() {
		if len(n.Attr) == 0 {
			continue
		}
		old[n] = n.Attr
		n.Attr = slices.DeleteFunc(slices.Clone(n.Attr), func(a html.Attribute) bool {
			return !slices.Contains(keptAttributes, a.Key)
		})
	}
	if may() {
		return
	}
	for n, attrs := range old {
		n.Attr = attrs
	}
}

// elements cuts level by level: the children of what had to stay, in stretches.
func (t *trimmer) elements(root *html.Node, may func() bool) {
	level := childrenOf(root)
	for depth := 0; len(level) > 0 && depth < 40 && !t.spent(); depth++ {
		var next []*html.Node
		for _, n := range level {
			if t.spent() {
				return
			}
			kids := childrenOf(n)
			stay := cutStretches(kids, may)
			next = append(next, stay...)
		}
		level = next
	}
}

func childrenOf(n *html.Node) []*html.Node {
	var out []*html.Node
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if k.Type == html.ElementNode || k.Type == html.TextNode && strings.TrimSpace(k.Data) != "" {
			out = append(out, k)
		}
	}
	return out
}

// cutStretches removes stretches of siblings that may go, the longest first, and
// gives those that stay.
func cutStretches(kids []*html.Node, may func() bool) []*html.Node {
	for size := len(kids); size >= 1; size /= 2 {
		for at := 0; at < len(kids); {
			end := min(at+size, len(kids))
			var undo []func()
			for _, n := range kids[at:end] {
				if n.Parent != nil && n.Data != "html" && n.Data != "body" && n.Data != "head" {
					undo = append(undo, remove(n))
				}
			}
			if len(undo) > 0 && may() {
				kids = slices.Delete(kids, at, end)
				continue
			}
			for _, back := range slices.Backward(undo) {
				back()
			}
			at = end
		}
	}
	return kids
}
