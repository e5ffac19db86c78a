// Package file reads lists of events that are kept in files: CSV, TSV, YAML,
// JSON, tables in Markdown or reStructuredText, and Markdown with front matter.
package file

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
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

// Need gives the files that are still missing.
func (Kind) Need(v extract.Visit) ([]extract.Request, error) {
	return extract.Missing(v, extract.Requests(v)), nil
}

// Read gives the events of all files.
func (Kind) Read(v extract.Visit) (extract.Result, error) {
	r := reader{visit: v, set: extract.SettingsOf[Settings](v.Source)}
	var err error
	if r.b, err = extract.NewBuilder(v); err != nil {
		return extract.Result{}, err
	}
	r.b.Statuses = r.set.Statuses
	if r.set.Partial {
		r.b.Partial()
	}
	for _, p := range v.Pages {
		body, err := extract.Decode(p, v.Source, extract.MaxCalendar)
		if err != nil {
			return extract.Result{}, err
		}
		if extract.LooksLikeHTML(body) {
			return extract.Result{}, &extract.Damage{URL: p.URL, Reason: "a page for people in place of a file"}
		}
		r.b.Base = p.URL
		if err := r.read(body, r.format(p, body)); err != nil {
			return extract.Result{}, &extract.Damage{URL: p.URL, Reason: err.Error()}
		}
	}
	return r.b.Result(), nil
}

type reader struct {
	visit extract.Visit
	set   Settings
	b     *extract.Builder
	n     int
}

// format tells what a file is: by the settings, its name, its content.
func (r *reader) format(p extract.Page, body string) string {
	if r.set.Format != "" {
		return r.set.Format
	}
	name := strings.ToLower(p.URL)
	name, _, _ = strings.Cut(name, "?")
	for suffix, format := range map[string]string{
		".csv": "csv", ".tsv": "tsv", ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".md": "markdown", ".markdown": "markdown", ".rst": "markdown",
	} {
		if strings.HasSuffix(name, suffix) {
			return format
		}
	}
	start := strings.TrimSpace(body)
	first, _, _ := strings.Cut(start, "\n")
	switch {
	case strings.HasPrefix(start, "[") || strings.HasPrefix(start, "{"):
		return "json"
	case strings.HasPrefix(start, "---") && strings.Contains(start[3:], "\n---"), strings.Contains(body, "\n|") && strings.Contains(body, "|--"),
		strings.Contains(body, "csv-table::"):
		return "markdown"
	case strings.HasPrefix(start, "- ") || strings.HasPrefix(start, "---"), strings.Contains(first, ": "), strings.HasSuffix(first, ":"):
		return "yaml"
	case strings.Contains(first, "\t"):
		return "tsv"
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
	return fmt.Errorf("file.format: %q; would be right: csv, tsv, yaml, json, markdown", format)
}

// separated reads rows with a header.
func (r *reader) separated(body string, comma rune) error {
	c := csv.NewReader(strings.NewReader(body))
	c.Comma, c.FieldsPerRecord, c.LazyQuotes, c.TrimLeadingSpace, c.ReuseRecord = comma, -1, true, comma == ',', true
	var rows [][]string
	var lines []int
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		line, _ := c.FieldPos(0)
		row = slices.Clone(row[:min(len(row), maxColumns)])
		rows, lines = append(rows, row), append(lines, line)
		if len(rows) > maxRows {
			return fmt.Errorf("more than %d rows", maxRows)
		}
	}
	if !r.table(rows, func(i int) string { return fmt.Sprintf("line %d", lines[i]) }) {
		return errors.New("no row names columns with a date and a title; file.columns says which they are")
	}
	return nil
}

// table reads rows below the first of the upper ones that names the columns;
// false where none does.
func (r *reader) table(rows [][]string, name func(int) string) bool {
	for head := range min(len(rows), 5) {
		fields := extract.Columns(rows[head], r.set.Columns)
		if !extract.Dated(fields) || !slices.Contains(fields, "title") {
			continue
		}
		t := extract.Table{Fields: fields, Down: r.set.FillDown}
		if t.Down == nil && slices.Contains(fields, "year") {
			t.Down = []string{"year"}
		}
		r.b.Expect(len(rows) - head - 1)
		for i := head + 1; i < len(rows); i++ {
			raw, filled := t.Raw(extract.Row{Item: name(i), Cells: rows[i]})
			rows[i] = nil // what was read need not be kept
			if !filled {
				continue
			}
			r.n++
			r.b.Add(raw)
		}
		return true
	}
	return false
}

// record reads one event given by names and values.
func (r *reader) record(item string, values map[string]any) {
	raw := extract.Raw{Item: item, Label: when.LabelDate}
	names := make([]string, 0, len(values))
	for n := range values {
		names = append(names, n)
	}
	// A plain "date" is that of the post where another name is that of the event.
	slices.SortFunc(names, func(a, b string) int {
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

// words gives a value as texts.
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
