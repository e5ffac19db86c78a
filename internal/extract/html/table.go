package html

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"

	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// The bounds of a table, against spans that would fill the memory.
const (
	maxRows  = 5_000
	maxCells = 60
	maxSpan  = 200
)

// readTables reads the rows of the tables that have the columns.
func (r *reader) readTables(d *document, set *Table) error {
	m, err := cascadia.Compile(cmp.Or(set.Table, "table"))
	if err != nil {
		return fmt.Errorf("html.table.table: %q is not a CSS selector: %w", set.Table, err)
	}
	tables := d.doc.FindMatcher(m)
	if tables.Length() == 0 && set.Table != "" {
		return &extract.Damage{
			URL: d.page.URL,
			Reason: fmt.Sprintf(
				"the selector %q of html.table.table finds nothing; the page has changed",
				set.Table,
			),
		}
	}
	found := false
	for n, t := range tables.EachIter() {
		found = r.readTable(d, set, t, n+1) || found
	}
	isNamed := set.Table != "" || len(set.Columns) > 0
	if !found && isNamed {
		return &extract.Damage{
			URL:    d.page.URL,
			Reason: "no table has the columns that html.table names; the page has changed",
		}
	}
	return nil
}

// readTable reads one table; false where it has not the columns.
func (r *reader) readTable(d *document, set *Table, t *goquery.Selection, n int) bool {
	rows := gridOf(t)
	head, fields := header(rows, set)
	if fields == nil {
		return false
	}
	table := extract.Table{Fields: fields, Down: set.FillDown}
	year := cmp.Or(d.year, extract.YearIn(t.ChildrenFiltered("caption").Text()))
	for i := head + 1; i < len(rows); i++ {
		row := rowOf(rows[i], fmt.Sprintf("row %d of table %d", i+1, n))
		isHeader := head >= 0 &&
			slices.Equal(extract.Columns(row.Cells, set.Columns), fields)
		if isHeader {
			continue
		}
		raw, filled := table.Raw(row)
		if !filled {
			continue
		}
		r.n++
		raw.Plain = true
		raw.Year = cmp.Or(raw.Year, year)
		strikeRow(&raw, row)
		r.b.Add(raw)
	}
	return true
}

// rowOf returns the texts and links of a row's cells.
func rowOf(cells []cell, item string) extract.Row {
	row := extract.Row{Item: item}
	for _, c := range cells {
		row.Cells = append(row.Cells, c.text)
		row.Links = append(row.Links, c.link)
	}
	return row
}

// strikeRow reads a row that is struck out as cancelled.
func strikeRow(raw *extract.Raw, row extract.Row) {
	_, all := struck(strings.Join(row.Cells, ""))
	title, isStruck := struck(raw.Title)
	raw.Title = title
	if all || isStruck {
		raw.Struck = true
		raw.When, _ = struck(raw.When)
		raw.Start, _ = struck(raw.Start)
	}
}

// maxHead is how many of the upper rows may be the header.
const maxHead = 5

// header finds the first of the upper rows that names columns of an event: with a
// date and a title, or as the settings say.
func header(grid [][]cell, set *Table) (int, []string) {
	isNumbered := set.Table != "" && len(set.Columns) > 0 && byNumber(set)
	if isNumbered && len(grid) > 0 {
		return -1, extract.Columns(make([]string, len(grid[0])), set.Columns)
	}
	for i := range min(len(grid), maxHead) {
		var names []string
		for _, c := range grid[i] {
			names = append(names, text.Line(c.text, 100))
		}
		fields := extract.Columns(names, set.Columns)
		isOfEvents := extract.Dated(fields) && slices.Contains(fields, "title")
		if isOfEvents && len(names) > 1 {
			return i, fields
		}
	}
	return 0, nil
}

func byNumber(set *Table) bool {
	for _, names := range set.Columns {
		for _, n := range names {
			if _, err := strconv.Atoi(n); err != nil {
				return false
			}
		}
	}
	return true
}

// A cell is one field of the grid that a table makes; a cell that spans several
// is in each of them.
type cell struct{ text, link string }

// A grid is a table being laid out: its rows, and the cells that reach down into
// the rows to come, by column.
type grid struct {
	rows [][]cell
	held map[int]heldCell
}

type heldCell struct {
	cell
	rows int
}

// gridOf lays a table out, its spans filled; tables within its cells stay out.
func gridOf(t *goquery.Selection) [][]cell {
	g := grid{held: map[int]heldCell{}}
	for _, tr := range t.Find("tr").EachIter() {
		if own := tr.Closest("table"); own.Length() > 0 && own.Get(0) != t.Get(0) {
			continue
		}
		var row []cell
		for _, td := range tr.ChildrenFiltered("td, th").EachIter() {
			row = g.put(g.fill(row), td)
		}
		g.rows = append(g.rows, g.fill(row))
		if len(g.rows) >= maxRows {
			break
		}
	}
	return g.rows
}

// fill adds the cells that reach down from above to where row ends.
func (g *grid) fill(row []cell) []cell {
	for len(row) < maxCells {
		h, ok := g.held[len(row)]
		if !ok {
			break
		}
		if h.rows--; h.rows == 0 {
			delete(g.held, len(row))
		} else {
			g.held[len(row)] = h
		}
		row = append(row, h.cell)
	}
	return row
}

// put adds a cell, as often as it is wide.
func (g *grid) put(row []cell, td *goquery.Selection) []cell {
	c := cell{
		text: text.FromNode(td.Get(0)),
		link: td.Find("a[href]").AttrOr("href", ""),
	}
	rows := span(td, "rowspan")
	for range span(td, "colspan") {
		if len(row) >= maxCells {
			break
		}
		if rows > 1 {
			g.held[len(row)] = heldCell{c, rows - 1}
		}
		row = append(row, c)
	}
	return row
}

func span(td *goquery.Selection, name string) int {
	n, err := strconv.Atoi(td.AttrOr(name, "1"))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, maxSpan)
}
