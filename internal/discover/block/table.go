package block

import (
	"strconv"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"koyomi/internal/extract"
)

// The bounds of tables.
const (
	maxSpan    = 60
	maxColumns = 60
)

// A grid is a table being read.
type grid struct {
	row, col int
	heads    [maxColumns]string
	spans    [maxColumns]spanned
	first    string
	// isHead is set while all cells of the row in hand are heads, from is its first line.
	isHead bool
	from   int
}

// spanned are the lines of a cell that reaches into further rows.
type spanned struct {
	rows  int
	lines []Line
	from  int
}

func (w *walker) table() *grid {
	if len(w.tables) == 0 {
		return nil
	}
	return w.tables[len(w.tables)-1]
}

// openTable notes where in a table an element begins.
func (w *walker) openTable(n *html.Node) {
	switch n.DataAtom {
	case atom.Table:
		w.tables = append(w.tables, &grid{row: -1})
		return
	case atom.Tr:
		if g := w.table(); g != nil {
			g.row++
			g.col, g.first, g.isHead, g.from = -1, "", g.row == 0, len(w.doc.Lines)
		}
	case atom.Td, atom.Th:
		if g := w.table(); g != nil {
			w.cell(g, n)
		}
	}
}

// cell moves to the next free column and repeats what spans into the ones before it.
func (w *walker) cell(g *grid, n *html.Node) {
	g.col++
	w.repeat(g)
	c := min(g.col, maxColumns-1)
	g.isHead = g.isHead && n.DataAtom == atom.Th
	g.spans[c] = spanned{rows: spanOf(n, "rowspan") - 1, from: len(w.doc.Lines)}
}

// repeat adds the lines of cells that span into this row at the columns in hand.
func (w *walker) repeat(g *grid) {
	for g.col < maxColumns && g.spans[g.col].rows > 0 && g.spans[g.col].lines != nil {
		s := &g.spans[g.col]
		s.rows--
		for _, l := range s.lines {
			l.Copied = true
			w.add(l)
		}
		g.col++
	}
}

func spanOf(n *html.Node, name string) int {
	v, err := strconv.Atoi(attr(n, name))
	if err != nil || v < 1 {
		return 1
	}
	return min(v, maxSpan)
}

// shutTable notes where in a table an element ends.
func (w *walker) shutTable(n *html.Node) {
	g := w.table()
	if g == nil {
		return
	}
	switch n.DataAtom {
	case atom.Table:
		w.tables = w.tables[:len(w.tables)-1]
	case atom.Tr:
		g.col++
		w.repeat(g)
		w.headRow(g)
	case atom.Td, atom.Th:
		c := min(max(g.col, 0), maxColumns-1)
		if s := &g.spans[c]; s.rows > 0 {
			s.lines = append([]Line{}, w.doc.Lines[min(s.from, len(w.doc.Lines)):]...)
		}
		g.col += spanOf(n, "colspan") - 1
	}
}

// maxHead is how many runes the head of a column has.
const maxHead = 16

// inTable labels a line of a cell by the head of its column, or by the label that
// stands in the first cell of its row.
func (w *walker) inTable(l *Line) {
	g := w.table()
	if g == nil || g.col < 0 {
		return
	}
	l.Cell = true
	c := min(g.col, maxColumns-1)
	isShort := utf8.RuneCountInString(l.Text) <= maxHead
	switch {
	case g.row == 0 && isShort:
		g.heads[c] = l.Text
	case l.Label == "":
		l.Label = g.heads[c]
	}
	if c == 0 && isShort && extract.IsLabel(l.Text) {
		g.first = l.Text
	}
	if c > 0 && g.first != "" {
		l.Label = g.first
	}
}

// headRow marks the lines of a row that names columns: its cells are heads, or most of
// them are labels.
func (w *walker) headRow(g *grid) {
	row := w.doc.Lines[min(g.from, len(w.doc.Lines)):]
	if g.row != 0 || len(row) < 2 {
		return
	}
	labels := 0
	for i := range row {
		if extract.IsLabel(row[i].Text) {
			labels++
		}
	}
	if !g.isHead && labels*2 < len(row) {
		return
	}
	for i := range row {
		row[i].Head, row[i].Label, row[i].Value = true, "", row[i].Text
	}
}
