package discover

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"koyomi/internal/extract"
	htmlkind "koyomi/internal/extract/html"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// The bounds of the search for tables.
const (
	maxTables = 30
	maxRows   = 300
)

// tables proposes the tables with a column of dates.
func (s *search) tables(d *document) {
	seen := map[string]bool{}
	for i, t := range d.doc.Find("table").Nodes {
		if i >= maxTables || d.dates[t] == 0 {
			continue
		}
		rows := rowsOf(t)
		if len(rows) < 2 {
			continue
		}
		columns := d.columns(rows)
		if columns == nil || columns["title"] == nil {
			continue
		}
		key := fmt.Sprint(columns)
		if seen[key] {
			continue
		}
		seen[key] = true
		set := &htmlkind.Table{
			Columns: columns,
			Table:   d.tableSelector(t, len(seen) > 1),
		}
		settings := &htmlkind.Settings{Table: set}
		if columns["year"] != nil {
			set.FillDown = []string{"year"}
		} else {
			settings.Year = d.yearFor(&group{dated: []*html.Node{t}})
		}
		src := &source.Source{Kind: source.HTML, Settings: settings}
		s.try(
			Table,
			fmt.Sprintf("a table of %d rows with a column of dates", len(rows)),
			src,
			64,
		)
	}
}

// tableSelector names a table where the page has others.
func (d *document) tableSelector(t *html.Node, needed bool) string {
	if d.doc.Find("table").Length() == 1 && !needed {
		return ""
	}
	if id := attr(t, "id"); plainClass.MatchString(id) {
		return "#" + id
	}
	if len(classes(t)) > 0 {
		if sel := simple(t); d.doc.Find(sel).Length() == 1 {
			return sel
		}
	}
	return d.itemSelector([]*html.Node{t}, []*html.Node{t})
}

// rowsOf returns the cells of the rows of a table, without those of tables in it.
func rowsOf(t *html.Node) [][]*html.Node {
	var rows [][]*html.Node
	for _, body := range append([]*html.Node{t}, children(t, "thead", "tbody", "tfoot")...) {
		for _, tr := range children(body, "tr") {
			if len(rows) < maxRows {
				rows = append(rows, children(tr, "td", "th"))
			}
		}
	}
	return slices.DeleteFunc(rows, func(r []*html.Node) bool { return len(r) == 0 })
}

func children(n *html.Node, names ...string) []*html.Node {
	var out []*html.Node
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if k.Type == html.ElementNode && slices.Contains(names, k.Data) {
			out = append(out, k)
		}
	}
	return out
}

// columns maps fields to the headings of the columns that hold them; nil where no
// column holds dates, or the first row is none of headings.
func (d *document) columns(rows [][]*html.Node) map[string]source.Paths {
	var header []string
	for _, c := range rows[0] {
		header = append(header, text.Line(d.text(c), 60))
	}
	if len(header) < 2 || hasDate(strings.Join(header, " ")) {
		return nil
	}
	fields := extract.Columns(header, nil)
	if !extract.Dated(fields) {
		if i := d.best(rows, fields, d.datedCells); i >= 0 {
			fields[i] = "when"
		}
	}
	if !extract.Dated(fields) {
		return nil
	}
	if !slices.Contains(fields, "title") {
		if i := d.best(rows, fields, d.wordyCells); i >= 0 {
			fields[i] = "title"
		}
	}
	columns := map[string]source.Paths{}
	for i, f := range fields {
		if f == "" || slices.Contains([]string{"description", "lat", "lon"}, f) {
			continue
		}
		name := header[i]
		if name == "" || slices.Contains(header[:i], name) {
			name = strconv.Itoa(i + 1)
		}
		columns[f] = append(columns[f], name)
	}
	return columns
}

// best returns the column without a field that has the most of something, −1 for
// none.
func (d *document) best(
	rows [][]*html.Node,
	fields []string,
	of func([][]*html.Node, int) float64,
) int {
	at, most := -1, 0.5
	for i, f := range fields {
		if f != "" {
			continue
		}
		if v := of(rows[1:], i); v > most {
			at, most = i, v
		}
	}
	return at
}

// datedCells returns the share of the cells of a column that hold a date.
func (d *document) datedCells(rows [][]*html.Node, i int) float64 {
	n := 0
	for _, r := range rows {
		if i < len(r) && d.dates[r[i]] > 0 {
			n++
		}
	}
	return float64(n) / float64(len(rows))
}

// wordyCells tells how long the cells of a column are, up to what a title is.
func (d *document) wordyCells(rows [][]*html.Node, i int) float64 {
	n := 0
	for _, r := range rows {
		if i < len(r) {
			n += min(len([]rune(text.Line(undated(d.text(r[i])), 0))), 60)
		}
	}
	return float64(n) / float64(len(rows)) / 4
}
