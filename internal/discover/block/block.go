// Package block makes one model of a document, whether HTML, Markdown, or data: its
// lines in order, each with the element it stands in, its heading level, its label,
// its link. Of data a map is an element and a value a line, labelled by its key.
package block

// The bounds of a document.
const (
	maxLines = 20_000
	maxLine  = 4_000 // bytes of a line that are kept
	maxDepth = 60    // elements within one another that are told apart
	maxParts = 8     // parts of a line that are told apart
)

// Levels of lines that stand like headings and are none.
const (
	LevelNone   = 0
	LevelBold   = 7
	LevelMarked = 8
	LevelTerm   = 9
	LastLevel   = LevelTerm
)

// A Line is a line of text, a cell, or a value of data.
type Line struct {
	Text string
	// Label names the line: the key of data, the head of its column, the term before
	// it, the word before its colon. Value is Text without it.
	Label, Value string
	// Parts are the pieces of the line that elements within it set apart.
	Parts []string
	// Elem is the innermost element, Path what elements of its shape share.
	Elem, Path int
	// Level is 1 to 6 for a heading, LevelBold and higher for what stands like one.
	Level int
	Link  string
	// LinkText is the text of its first link.
	LinkText string
	// Linked is set where most of the line is a link, Struck where it is struck out,
	// Aside where it belongs to menus, footers and forms, Copied where a cell of an
	// earlier row spans into this one.
	Linked, Struck, Aside, Copied bool
	// Data is set for a value of data, Cell for a cell of a table, Head for one that
	// names a column.
	Data, Cell, Head bool
	// Machine is a date as <time datetime> states it.
	Machine string
}

// An Elem is an element that holds the lines From up to To.
type Elem struct {
	Parent, Path, From, To int
	Tag                    string
}

// A Doc is a document as lines and elements.
type Doc struct {
	Lines []Line
	Elems []Elem
	// Shapes are the paths by their number: tags and classes, or keys.
	Shapes []string
	// Title is what the document calls itself, Site its site, Head its first heading.
	Title, Site, Head string
	// Base is what links are resolved against.
	Base string
	// Data is set where the document is data and nothing else.
	Data bool
	// Full is set where the document was cut for its size.
	Full bool
}

// A builder makes a Doc.
type builder struct {
	doc   *Doc
	paths map[pathKey]int
	stack []int
}

type pathKey struct {
	parent int
	name   string
}

func newBuilder() *builder {
	b := &builder{doc: &Doc{}, paths: map[pathKey]int{}}
	b.doc.Elems = append(b.doc.Elems, Elem{Parent: -1, Path: b.path(-1, "")})
	b.stack = []int{0}
	return b
}

// path returns the number of a shape below another.
func (b *builder) path(parent int, name string) int {
	k := pathKey{parent, name}
	if n, ok := b.paths[k]; ok {
		return n
	}
	n := len(b.doc.Shapes)
	b.paths[k] = n
	shape := name
	if parent >= 0 && b.doc.Shapes[parent] != "" {
		shape = cutLeft(b.doc.Shapes[parent]+" "+name, 300)
	}
	b.doc.Shapes = append(b.doc.Shapes, shape)
	return n
}

func cutLeft(s string, most int) string { return s[max(0, len(s)-most):] }

// open begins an element below the innermost one.
func (b *builder) open(tag, name string) {
	parent := b.stack[len(b.stack)-1]
	if len(b.stack) > maxDepth {
		b.stack = append(b.stack, parent)
		return
	}
	b.doc.Elems = append(b.doc.Elems, Elem{
		Parent: parent,
		Path:   b.path(b.doc.Elems[parent].Path, name),
		From:   len(b.doc.Lines),
		Tag:    tag,
	})
	b.stack = append(b.stack, len(b.doc.Elems)-1)
}

// shut ends the innermost element.
func (b *builder) shut() {
	e := b.stack[len(b.stack)-1]
	b.stack = b.stack[:len(b.stack)-1]
	b.doc.Elems[e].To = len(b.doc.Lines)
}

// add adds a line in the innermost element.
func (b *builder) add(l Line) {
	if len(b.doc.Lines) >= maxLines {
		b.doc.Full = true
		return
	}
	l.Elem = b.stack[len(b.stack)-1]
	if l.Data {
		l.Path = b.path(b.doc.Elems[l.Elem].Path, "="+l.Label)
	} else {
		l.Path = b.doc.Elems[l.Elem].Path
	}
	if l.Value == "" {
		l.Value = l.Text
	}
	b.doc.Lines = append(b.doc.Lines, l)
}

// finish ends all elements.
func (b *builder) finish() *Doc {
	for len(b.stack) > 0 {
		b.shut()
	}
	return b.doc
}
