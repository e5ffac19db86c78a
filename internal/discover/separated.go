package discover

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"koyomi/internal/extract"
	filekind "koyomi/internal/extract/file"
	"koyomi/internal/source"
	"koyomi/internal/text"
)

// separated names the columns of a table in csv or tsv; nil where the document is
// none, or no column holds dates.
func (s *search) separated() *filekind.Settings {
	rows := s.rows()
	if len(rows) < 2 {
		return nil
	}
	header := rows[0]
	for i, h := range header {
		header[i] = text.Line(h, 60)
	}
	fields := extract.Columns(header, nil)
	if !extract.Dated(fields) {
		i := slices.IndexFunc(fields, func(f string) bool { return f == "" })
		for ; i >= 0 && i < len(fields); i++ {
			if fields[i] == "" && share(rows[1:], i, hasDate)*2 > 1 {
				fields[i] = "when"
				break
			}
		}
	}
	if !extract.Dated(fields) || !slices.Contains(fields, "title") {
		return nil
	}
	set := &filekind.Settings{Columns: map[string]source.Paths{}}
	for i, f := range fields {
		if f == "" {
			continue
		}
		name := header[i]
		if name == "" || slices.Contains(header[:i], name) {
			name = strconv.Itoa(i + 1)
		}
		set.Columns[f] = append(set.Columns[f], name)
		blank := share(
			rows[1:],
			i,
			func(c string) bool { return strings.TrimSpace(c) == "" },
		)
		if f == "year" && blank > 0 {
			set.FillDown = []string{"year"}
		}
	}
	return set
}

// share returns the share of the rows whose cell in a column is such.
func share(rows [][]string, column int, such func(string) bool) float64 {
	n := 0
	for _, r := range rows {
		if column < len(r) && such(r[column]) {
			n++
		}
	}
	return float64(n) / float64(len(rows))
}

// rows returns the first rows of a table in csv or tsv, nil where the document is none.
func (s *search) rows() [][]string {
	body, err := extract.Decode(s.page, &source.Source{}, extract.MaxCalendar)
	if err != nil {
		return nil
	}
	body = strings.TrimPrefix(body, "\ufeff")
	first, _, _ := strings.Cut(body, "\n")
	r := csv.NewReader(strings.NewReader(body))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	if strings.Count(first, "\t") > strings.Count(first, ",") {
		r.Comma = '\t'
	}
	var rows [][]string
	for len(rows) < maxRows {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil
		}
		rows = append(rows, row)
	}
	if len(rows) > 0 && len(rows[0]) < 2 {
		return nil
	}
	return rows
}
