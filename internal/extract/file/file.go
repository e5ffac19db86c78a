// Package file reads lists of events that are kept in files: CSV, TSV, YAML,
// JSON, tables in Markdown or reStructuredText, and Markdown with front matter.
package file

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"koyomi/internal/extract"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// maxRows is how many rows a file may hold; maxColumns how many cells of a row are
// read.
const (
	maxRows    = 50_000
	maxColumns = 200
)

// Kind is the kind "file".
type Kind struct{}

// Need returns the files that are still missing.
func (Kind) Need(v extract.Visit) ([]extract.Request, error) {
	return extract.Missing(v, extract.Requests(v)), nil
}

// Read returns the events of all files.
func (Kind) Read(v extract.Visit) (extract.Result, error) {
	b, err := extract.NewBuilder(v)
	if err != nil {
		return extract.Result{}, err
	}
	r := reader{
		visit: v,
		set:   extract.SettingsOf[Settings](v.Source),
		b:     b,
	}
	b.Statuses = r.set.Statuses
	if r.set.Partial {
		b.Partial()
	}
	for _, p := range v.Pages {
		if err := r.page(p); err != nil {
			return extract.Result{}, err
		}
	}
	return b.Result(), nil
}

type reader struct {
	visit extract.Visit
	set   Settings
	b     *extract.Builder
	n     int
}

// page reads one file.
func (r *reader) page(p extract.Page) error {
	body, err := extract.Decode(p, r.visit.Source, extract.MaxCalendar)
	if err != nil {
		return err
	}
	if extract.LooksLikeHTML(body) {
		return &extract.Damage{
			URL:    p.URL,
			Reason: "a page for people in place of a file",
		}
	}
	r.b.Base = p.URL
	if err := r.read(body, r.format(p, body)); err != nil {
		return &extract.Damage{URL: p.URL, Reason: err.Error()}
	}
	return nil
}

// endings are the formats of files by the endings of their names.
var endings = map[string]string{
	".csv": "csv", ".tsv": "tsv", ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".md": "markdown", ".markdown": "markdown", ".rst": "markdown",
}

// looks are the formats by what their content looks like, the surest first.
var looks = []struct {
	pattern *text.Pattern
	format  string
}{
	{text.NewPattern(`^\s*[\[{]`), "json"},
	{text.NewPattern(`(?s)^\s*---.*\n---|\n\|.*\|--|\|--.*\n\||csv-table::`), "markdown"},
	{text.NewPattern(`^\s*(?:- |---|[^\n]*: |[^\n]*:(?:\r?\n|$))`), "yaml"},
	{text.NewPattern(`^\s*[^\n]*\t`), "tsv"},
}

// maxLook is how many bytes of a file show its format.
const maxLook = 16 << 10

// format returns what a file is: by the settings, its name, its content.
func (r *reader) format(p extract.Page, body string) string {
	if r.set.Format != "" {
		return r.set.Format
	}
	name, _, _ := strings.Cut(strings.ToLower(p.URL), "?")
	if format := endings[path.Ext(name)]; format != "" {
		return format
	}
	head := body[:min(len(body), maxLook)]
	for _, l := range looks {
		if l.pattern.MatchString(head) {
			return l.format
		}
	}
	return "csv"
}

func (r *reader) read(body, format string) error {
	switch format {
	case "csv":
		return r.separated(body, ',')
	case "tsv":
		return r.separated(body, '\t')
	case "yaml":
		return r.yaml(body)
	case "json":
		return r.json(body)
	case "markdown":
		return r.markdown(body)
	}
	return fmt.Errorf(
		"file.format: no format %q (use %s)",
		format,
		strings.Join(formats, ", "),
	)
}

// separated reads rows with a header.
func (r *reader) separated(body string, comma rune) error {
	rows, lines, err := split(body, comma)
	if err != nil {
		return err
	}
	if !r.table(rows, func(i int) string { return fmt.Sprintf("line %d", lines[i]) }) {
		return errors.New(
			"no row names columns with a date and a title; file.columns says which they are",
		)
	}
	return nil
}

// split reads the rows of a table, and the lines on which they begin.
func split(body string, comma rune) (rows [][]string, lines []int, err error) {
	c := csv.NewReader(strings.NewReader(body))
	c.Comma = comma
	c.FieldsPerRecord = -1
	c.LazyQuotes = true
	c.TrimLeadingSpace = comma == ','
	c.ReuseRecord = true
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return rows, lines, nil
		}
		if err != nil {
			return nil, nil, err
		}
		if len(rows) >= maxRows {
			return nil, nil, fmt.Errorf("more than %d rows", maxRows)
		}
		line, _ := c.FieldPos(0)
		rows = append(rows, slices.Clone(row[:min(len(row), maxColumns)]))
		lines = append(lines, line)
	}
}

// maxHead is how many of the upper rows may be the header.
const maxHead = 5

// table reads rows below the first of the upper ones that names the columns;
// false where none does.
func (r *reader) table(rows [][]string, name func(int) string) bool {
	for head := range min(len(rows), maxHead) {
		fields := extract.Columns(rows[head], r.set.Columns)
		if extract.Dated(fields) && slices.Contains(fields, "title") {
			r.rows(rows, head, fields, name)
			return true
		}
	}
	return false
}

// rows reads the rows below a header.
func (r *reader) rows(rows [][]string, head int, fields []string, name func(int) string) {
	t := extract.Table{Fields: fields, Down: r.set.FillDown}
	if t.Down == nil && slices.Contains(fields, "year") {
		t.Down = []string{"year"}
	}
	r.b.Expect(len(rows) - head - 1)
	for i := head + 1; i < len(rows); i++ {
		raw, filled := t.Raw(extract.Row{Item: name(i), Cells: rows[i]})
		rows[i] = nil // what was read need not be kept
		if filled {
			r.n++
			r.b.Add(raw)
		}
	}
}

// record reads one event stated by names and values.
func (r *reader) record(item string, values map[string]any) {
	raw := extract.Raw{Item: item, Label: when.LabelDate}
	// A plain "date" is that of the post where another name is that of the event.
	names := slices.SortedFunc(maps.Keys(values), func(a, b string) int {
		return cmp.Or(cmp.Compare(later(a), later(b)), cmp.Compare(a, b))
	})
	fields := extract.Columns(names, r.set.Columns)
	var said []string
	for i, n := range names {
		w := words(values[n])
		said = append(said, strings.Join(w, " "))
		if fields[i] != "" && len(w) > 0 {
			raw.Set(fields[i], w...)
		}
	}
	raw.Text = text.Line(strings.Join(said, " | "), 200)
	r.n++
	r.b.Add(raw)
}

func later(name string) int {
	if name == "date" {
		return 1
	}
	return 0
}

// words returns a value as texts.
func words(v any) []string {
	switch v := v.(type) {
	case nil, map[string]any:
		return nil
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, words(e)...)
		}
		return out
	case string:
		return []string{v}
	}
	return []string{fmt.Sprint(v)}
}
