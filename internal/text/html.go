package text

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// FromHTML gives the text of an HTML fragment: blocks and br as line breaks,
// cells of a table row apart by a tab, white space as a browser shows it,
// entities decoded once. Scripts and styles are left out; what was struck out
// (s, del, strike) stands between "~~". It is not clean yet: Line or Block comes
// next.
func FromHTML(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return strings.TrimSpace(s)
	}
	w := htmlWalk{}
	w.b.Grow(len(s) / 2)
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			w.closeStrike()
			return strings.TrimSpace(w.b.String())
		case html.TextToken:
			if w.skip {
				w.skip = false
				continue
			}
			w.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			w.start(atom.Lookup(name))
		case html.EndTagToken:
			name, _ := z.TagName()
			w.skip = false
			w.end(atom.Lookup(name))
		}
	}
}

// FromNode is FromHTML for a parsed element and what is in it.
func FromNode(n *html.Node) string {
	w := htmlWalk{}
	w.b.Grow(128 + direct(n))
	w.node(n)
	w.closeStrike()
	return strings.TrimSpace(w.b.String())
}

// Begin is FromNode for the beginning of a long text: once more than most bytes are
// gathered, what follows is left out.
func Begin(n *html.Node, most int) string {
	w := htmlWalk{most: most}
	w.b.Grow(128)
	w.node(n)
	w.closeStrike()
	return strings.TrimSpace(w.b.String())
}

// direct is how many bytes of text stand in a node itself.
func direct(n *html.Node) int {
	size := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			size += len(c.Data)
		}
	}
	return size
}

// node walks in document order without recursion, for pages are nested deeply.
func (w *htmlWalk) node(root *html.Node) {
	for n := root; n != nil; {
		if w.most > 0 && w.b.Len() > w.most {
			return
		}
		switch n.Type {
		case html.TextNode:
			w.text(n.Data)
		case html.ElementNode:
			if !isSilent(n.DataAtom) {
				w.start(n.DataAtom)
			}
		}
		if n.FirstChild != nil && (n.Type != html.ElementNode || !isSilent(n.DataAtom)) {
			n = n.FirstChild
			continue
		}
		for {
			if n.Type == html.ElementNode && !isSilent(n.DataAtom) {
				w.end(n.DataAtom)
			}
			if n == root {
				return
			}
			if n.NextSibling != nil {
				n = n.NextSibling
				break
			}
			n = n.Parent
		}
	}
}

// isSilent reports the elements whose text is not for readers.
func isSilent(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Iframe, atom.Noembed, atom.Noframes, atom.Template:
		return true
	}
	return false
}

// An htmlWalk is the text gathered so far.
type htmlWalk struct {
	b      strings.Builder
	last   byte // the last byte written, 0 at the start
	blank  bool // white space was met and not yet written
	pre    int
	struck int
	skip   bool // the next text belongs to a script or style
	most   int  // how many bytes are enough, 0 for all
}

func (w *htmlWalk) start(a atom.Atom) {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Iframe, atom.Noembed, atom.Noframes:
		w.skip = true
	case atom.Br:
		w.b.WriteByte('\n')
		w.last, w.blank = '\n', false
	case atom.Td, atom.Th:
		if w.last != '\n' && w.last != 0 {
			w.sep('\t')
		}
	case atom.S, atom.Del, atom.Strike:
		w.struck++
		if w.struck == 1 {
			w.text("~~")
		}
	case atom.Pre:
		w.pre++
		w.sep('\n')
	default:
		if isBlock(a) {
			w.sep('\n')
		}
	}
}

func (w *htmlWalk) end(a atom.Atom) {
	switch a {
	case atom.S, atom.Del, atom.Strike:
		if w.struck == 1 {
			w.closeStrike()
		} else if w.struck > 1 {
			w.struck--
		}
	case atom.Pre:
		w.pre = max(0, w.pre-1)
		w.sep('\n')
	default:
		if isBlock(a) {
			w.sep('\n')
		}
	}
}

func (w *htmlWalk) closeStrike() {
	if w.struck > 0 {
		w.blank = false
		w.text("~~")
		w.struck = 0
	}
}

// sep ends a line or a cell unless one was just ended.
func (w *htmlWalk) sep(c byte) {
	if w.last != '\n' && w.last != c && w.last != 0 {
		w.b.WriteByte(c)
		w.last = c
	} else if w.last == '\t' && c == '\n' {
		w.b.WriteByte(c)
		w.last = c
	}
	w.blank = false
}

// text adds s with its white space as a browser shows it.
func (w *htmlWalk) text(s string) {
	if w.pre > 0 && s != "" {
		w.b.WriteString(s)
		w.last = s[len(s)-1]
		return
	}
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && !isSpace(s[j]) {
			j++
		}
		if j > i {
			if w.blank && w.last != '\n' && w.last != '\t' && w.last != 0 {
				w.b.WriteByte(' ')
			}
			w.b.WriteString(s[i:j])
			w.last, w.blank = s[j-1], false
		}
		for ; j < len(s) && isSpace(s[j]); j++ {
			w.blank = true
		}
		i = j
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

// isBlock reports the elements that begin on a line of their own (HTML Living
// Standard, section 15.3, display: block, list-item and table rows).
func isBlock(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Caption, atom.Center,
		atom.Dd, atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset,
		atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4,
		atom.H5, atom.H6, atom.Head, atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Legend, atom.Li,
		atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.Option, atom.P, atom.Section, atom.Summary,
		atom.Table, atom.Tbody, atom.Tfoot, atom.Thead, atom.Title, atom.Tr, atom.Ul:
		return true
	}
	return false
}
