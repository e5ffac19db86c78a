package block

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"koyomi/internal/text"
)

// A kind says what an element does to the lines around it.
type kind byte

const (
	inline kind = iota
	silent      // its text is not for readers
	blocks      // begins on a line of its own
	breaks
	cells
)

var kinds = func() map[atom.Atom]kind {
	m := map[atom.Atom]kind{
		atom.Br: breaks,
		atom.Td: cells,
		atom.Th: cells,
		atom.Hr: breaks,
	}
	for _, a := range []atom.Atom{
		atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Svg, atom.Head, atom.Select, atom.Iframe, atom.Textarea, atom.Button,
	} {
		m[a] = silent
	}
	for _, a := range []atom.Atom{
		atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Caption, atom.Center, atom.Dd, atom.Details, atom.Div, atom.Dl,
		atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Header, atom.Legend, atom.Li, atom.Main, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Summary, atom.Table, atom.Tbody,
		atom.Tfoot, atom.Thead, atom.Tr, atom.Ul,
	} {
		m[a] = blocks
	}
	return m
}()

var levels = map[atom.Atom]int{
	atom.H1: 1, atom.H2: 2, atom.H3: 3, atom.H4: 4, atom.H5: 5, atom.H6: 6, atom.Dt: LevelTerm, atom.Caption: 6, atom.Summary: 6, atom.Legend: 6,
}

// marks are inline elements and what they count for.
var marks = map[atom.Atom]int{
	atom.A: markLink, atom.S: markStruck, atom.Del: markStruck, atom.Strike: markStruck, atom.B: markBold, atom.Strong: markBold, atom.Big: markBold,
}

const (
	markLink = iota
	markStruck
	markBold
	markAside
	markKinds
)

var (
	asideTags  = []atom.Atom{atom.Nav, atom.Footer, atom.Form, atom.Aside}
	asideClass = text.NewPattern(
		`(?i)^(?:.*[-_])?(?:nav|navi|navigation|gnav|footer|sidebar|side|menu|breadcrumbs?|pankuzu|topicpath|pagination|pager|sns|share|copyright|related)(?:[-_].*)?$`,
	)
	titleClass = text.NewPattern(
		`(?i)title|heading|headline|midashi|(?:card|box|panel)-header`,
	)
)

// A walker turns the nodes of a page into lines.
type walker struct {
	*builder
	buf     []byte
	blank   bool
	on      [markKinds]int // how many such elements are open
	runes   int
	marked  [markKinds]int // runes of the line within such elements
	link    string
	linkAt  int // where in the line its first link begins
	linked  string
	machine string
	level   []int
	parts   []int // offsets at which parts begin
	tables  []*grid
	// term is the last term of a list of descriptions that is a label, "" for none.
	term string
}

// walk walks over a page in document order without recursion.
func (w *walker) walk(root *html.Node) {
	n := root
	for n != nil && !w.doc.Full {
		down := w.enter(n)
		if down && n.FirstChild != nil {
			n = n.FirstChild
			continue
		}
		for n != nil {
			if n.Type == html.ElementNode {
				w.leave(n)
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

// enter begins a node and reports whether its children are looked at.
func (w *walker) enter(n *html.Node) bool {
	if n.Type == html.TextNode {
		w.text(n.Data)
		return false
	}
	if n.Type != html.ElementNode {
		return true
	}
	k := kinds[n.DataAtom]
	switch k {
	case silent:
		return false
	case breaks:
		w.flush()
	case blocks, cells:
		w.flush()
		w.open(n.Data, nameOf(n))
		w.level = append(w.level, levelOf(n))
		w.openTable(n)
	default:
		w.inline(n)
	}
	w.count(n, 1)
	return true
}

func (w *walker) leave(n *html.Node) {
	k := kinds[n.DataAtom]
	if k == silent {
		return
	}
	if k == blocks || k == cells {
		w.flush()
		w.shutTable(n)
		w.shut()
		w.level = w.level[:len(w.level)-1]
	}
	w.count(n, -1)
	if n.DataAtom == atom.A && w.linked == "" && w.linkAt <= len(w.buf) {
		w.linked = strings.TrimSpace(string(w.buf[w.linkAt:]))
	}
	if k == inline {
		w.part()
	}
}

// count counts the open elements that mark what is in them.
func (w *walker) count(n *html.Node, by int) {
	if m, ok := marks[n.DataAtom]; ok {
		w.on[m] += by
	}
	if isAside(n) {
		w.on[markAside] += by
	}
}

func isAside(n *html.Node) bool {
	if slices.Contains(asideTags, n.DataAtom) {
		return true
	}
	if n.DataAtom == atom.Body || n.DataAtom == atom.Html {
		return false
	}
	for _, a := range []string{"class", "id"} {
		for c := range strings.FieldsSeq(attr(n, a)) {
			if asideClass.MatchString(c) {
				return true
			}
		}
	}
	return false
}

// inline notes what an inline element says of its line.
func (w *walker) inline(n *html.Node) {
	w.part()
	switch n.DataAtom {
	case atom.A:
		if href := attr(n, "href"); w.link == "" && !strings.HasPrefix(href, "#") {
			w.link, w.linkAt = href, len(w.buf)
		}
	case atom.Time:
		if v := attr(n, "datetime"); w.machine == "" {
			w.machine = v
		}
	}
}

// part ends a part of the line.
func (w *walker) part() {
	isNew := len(w.parts) == 0 || w.parts[len(w.parts)-1] < len(w.buf)
	if isNew && len(w.buf) > 0 && len(w.parts) < maxParts {
		w.parts = append(w.parts, len(w.buf))
	}
}

func levelOf(n *html.Node) int {
	if l, ok := levels[n.DataAtom]; ok {
		return l
	}
	if titleClass.MatchString(attr(n, "class")) {
		return LevelBold
	}
	return LevelNone
}

// text adds text to the line, its white space as a browser shows it.
func (w *walker) text(s string) {
	for s != "" {
		end := strings.IndexAny(s, " \n\t\r\f\u00a0")
		if end != 0 {
			word := s
			if end > 0 {
				word = s[:end]
			}
			w.word(word)
			s = s[len(word):]
			continue
		}
		w.blank = true
		s = strings.TrimLeft(s, " \n\t\r\f\u00a0")
	}
}

func (w *walker) word(s string) {
	if len(w.buf) > maxLine {
		return
	}
	if w.blank && len(w.buf) > 0 {
		w.buf = append(w.buf, ' ')
	}
	w.blank = false
	w.buf = append(w.buf, s...)
	n := utf8.RuneCountInString(s)
	w.runes += n
	for m := range w.marked {
		if w.on[m] > 0 {
			w.marked[m] += n
		}
	}
}

// flush ends the line.
func (w *walker) flush() {
	if len(w.buf) > 0 {
		w.line()
	}
	w.buf, w.parts = w.buf[:0], w.parts[:0]
	w.blank, w.runes, w.link, w.machine, w.linked, w.linkAt = false, 0, "", "", "", 0
	w.marked = [markKinds]int{}
	if w.on[markLink] == 0 {
		w.link = ""
	}
}

// maxBold is how many runes a bold line may have that stands like a heading.
const maxBold = 60

func (w *walker) line() {
	s := strings.TrimSpace(string(w.buf[:cutAt(string(w.buf), maxLine)]))
	if s == "" {
		return
	}
	most := func(m int) bool { return w.marked[m]*10 >= w.runes*7 }
	l := Line{
		Text:     s,
		Link:     w.link,
		LinkText: w.linked,
		Linked:   most(markLink),
		Struck:   most(markStruck),
		Aside:    most(markAside),
		Machine:  w.machine,
		Parts:    w.pieces(),
	}
	for _, v := range w.level {
		if v > 0 {
			l.Level = v
		}
	}
	isShort := utf8.RuneCountInString(s) <= maxBold
	switch {
	case l.Level != 0 || !isShort:
	case most(markBold):
		l.Level = LevelBold
	case strings.ContainsAny(firstRune(s), "■●◆★▼【◎□◇☆▽＊"):
		l.Level = LevelMarked
	}
	l.label()
	w.described(&l)
	w.inTable(&l)
	w.add(l)
}

func firstRune(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// pieces returns the parts of the line, none where it is whole.
func (w *walker) pieces() []string {
	if len(w.parts) == 0 {
		return nil
	}
	var out []string
	from := 0
	for _, to := range append(w.parts, len(w.buf)) {
		if p := strings.TrimSpace(string(w.buf[from:to])); p != "" {
			out = append(out, p)
		}
		from = to
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

var (
	plainClass = text.NewPattern(`^[A-Za-z_][A-Za-z_-]*$`)
	// passing are classes that mark a place in a list or a state, not a shape.
	passing = text.NewPattern(
		`(?i)^(?:odd|even|first|last|active|current|selected|hidden|new|past|next|open|is-.*|has-.*|clearfix|cf|.*(?:cancel|finish|closed|postpone).*)$`,
	)
)

// nameOf returns the tag of an element with the classes that make its shape.
func nameOf(n *html.Node) string {
	var out []string
	for c := range strings.FieldsSeq(attr(n, "class")) {
		if len(out) < 4 && len(c) < 60 && plainClass.MatchString(c) &&
			!passing.MatchString(c) {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return strings.Join(append([]string{n.Data}, out...), ".")
}
