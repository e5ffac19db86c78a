package text

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// FromHTML returns the text of an HTML fragment: blocks and br as line breaks,
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
	for n := root; n != nil; n = w.next(n, root) {
		if w.full() {
			return
		}
		switch {
		case n.Type == html.TextNode:
			w.text(n.Data)
		case isShown(n):
			w.start(n.DataAtom)
		}
	}
}

// full reports whether enough text is gathered.
func (w *htmlWalk) full() bool { return w.most > 0 && w.b.Len() > w.most }

// next returns the node after n in document order below root, nil behind the
// last, and ends the elements that it leaves.
func (w *htmlWalk) next(n, root *html.Node) *html.Node {
	if n.FirstChild != nil && hasText(n) {
		return n.FirstChild
	}
	for {
		if isShown(n) {
			w.end(n.DataAtom)
		}
		if n == root {
			return nil
		}
		if n.NextSibling != nil {
			return n.NextSibling
		}
		n = n.Parent
	}
}

func isShown(
	n *html.Node,
) bool {
	return n.Type == html.ElementNode && !isSilent(n.DataAtom)
}

func hasText(
	n *html.Node,
) bool {
	return n.Type != html.ElementNode || !isSilent(n.DataAtom)
}

// A class is what an element does to the text around it.
type class byte

const (
	inline       class = iota
	block              // begins on a line of its own
	preformatted       // a block that keeps its white space
	raw                // its text is not for readers and holds no mark-up
	template           // its text is not for readers
	cell               // stands beside others in a row
	struck             // its text no longer holds
	lineBreak
)

// classes are the elements that are not inline (HTML Living Standard, section
// 15.3: display: block, list-item and table rows).
var classes = classOf(map[class][]atom.Atom{
	block: {
		atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Caption, atom.Center,
		atom.Dd, atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset,
		atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4,
		atom.H5, atom.H6, atom.Head, atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Legend, atom.Li,
		atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.Option, atom.P, atom.Section, atom.Summary,
		atom.Table, atom.Tbody, atom.Tfoot, atom.Thead, atom.Title, atom.Tr, atom.Ul,
	},
	preformatted: {atom.Pre},
	raw: {
		atom.Script,
		atom.Style,
		atom.Noscript,
		atom.Iframe,
		atom.Noembed,
		atom.Noframes,
	},
	template:  {atom.Template},
	cell:      {atom.Td, atom.Th},
	struck:    {atom.S, atom.Del, atom.Strike},
	lineBreak: {atom.Br},
})

func classOf(elements map[class][]atom.Atom) map[atom.Atom]class {
	classes := map[atom.Atom]class{}
	for c, list := range elements {
		for _, a := range list {
			classes[a] = c
		}
	}
	return classes
}

// isSilent reports the elements whose text is not for readers.
func isSilent(a atom.Atom) bool { return silent[classes[a]] }

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
	if do := starts[classes[a]]; do != nil {
		do(w)
	}
}

func (w *htmlWalk) end(a atom.Atom) {
	if do := ends[classes[a]]; do != nil {
		do(w)
	}
}

// line ends a line unless one was just ended.
func (w *htmlWalk) line() { w.sep('\n') }

// breakLine ends a line, an empty one too.
func (w *htmlWalk) breakLine() {
	w.b.WriteByte('\n')
	w.last, w.blank = '\n', false
}

// cell ends a cell within a line.
func (w *htmlWalk) cell() {
	if w.inLine() {
		w.sep('\t')
	}
}

func (w *htmlWalk) openStrike() {
	w.struck++
	if w.struck == 1 {
		w.text(strikeMark)
	}
}

func (w *htmlWalk) endStrike() {
	if w.struck > 1 {
		w.struck--
		return
	}
	w.closeStrike()
}

// silent are the classes whose text is not for readers.
var silent = [lineBreak + 1]bool{raw: true, template: true}

// strikeMark stands before and after what was struck out.
const strikeMark = "~~"

// inLine reports whether something stands in the current line.
func (w *htmlWalk) inLine() bool { return w.last != '\n' && w.last != 0 }

func (w *htmlWalk) closeStrike() {
	if w.struck > 0 {
		w.blank = false
		w.text(strikeMark)
		w.struck = 0
	}
}

// sep ends a line or a cell unless one was just ended.
func (w *htmlWalk) sep(c byte) {
	w.blank = false
	if w.inLine() && w.last != c {
		w.b.WriteByte(c)
		w.last = c
	}
}

// text adds s with its white space as a browser shows it.
func (w *htmlWalk) text(s string) {
	if s == "" {
		return
	}
	if w.pre > 0 {
		w.b.WriteString(s)
		w.last = s[len(s)-1]
		return
	}
	for s != "" {
		word := s[:wordEnd(s)]
		w.word(word)
		rest := s[len(word):]
		rest = rest[spaceEnd(rest):]
		if len(rest) < len(s)-len(word) {
			w.blank = true
		}
		s = rest
	}
}

// word adds a run of characters without white space, after a blank where one is due.
func (w *htmlWalk) word(s string) {
	if s == "" {
		return
	}
	if w.blank && w.inLine() && w.last != '\t' {
		w.b.WriteByte(' ')
	}
	w.b.WriteString(s)
	w.last, w.blank = s[len(s)-1], false
}

// spaces is the white space of HTML (Living Standard, section 2.3.1, ASCII whitespace).
var spaces = [256]bool{' ': true, '\n': true, '\t': true, '\r': true, '\f': true}

// wordEnd returns the index of the first white space in s, its length where there is none.
func wordEnd(s string) int {
	i := 0
	for i < len(s) && !spaces[s[i]] {
		i++
	}
	return i
}

// spaceEnd returns the index of the first that is not white space.
func spaceEnd(s string) int {
	i := 0
	for i < len(s) && spaces[s[i]] {
		i++
	}
	return i
}
