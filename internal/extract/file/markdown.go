package file

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"

	"koyomi/internal/extract"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// markdown reads front matter that is an event, tables, and csv-tables of
// reStructuredText; else the whole as one announcement.
func (r *reader) markdown(body string) error {
	front, rest, ok := frontMatter(body)
	if ok {
		var o map[string]any
		if err := yaml.Unmarshal([]byte(front), &o); err != nil {
			return fmt.Errorf("front matter: %s", text.Line(err.Error(), 300))
		}
		if dated(o) {
			if o["description"] == nil {
				o["description"] = rest
			}
			r.record("front matter", o)
			return nil
		}
	}
	found := r.tables(rest)
	if csv := csvTable(body); csv != "" {
		if err := r.separated(csv, ','); err != nil {
			return err
		}
		found = true
	}
	if found {
		return nil
	}
	return r.announcement(front, rest)
}

// frontMatter splits off the YAML between two lines of "---".
func frontMatter(body string) (front, rest string, ok bool) {
	body = strings.ReplaceAll(strings.TrimLeft(body, "\r\n "), "\r\n", "\n")
	inner, ok := strings.CutPrefix(body, "---\n")
	if !ok {
		return "", body, false
	}
	front, rest, ok = strings.Cut(inner, "\n---")
	if !ok || strings.Contains(front, "*") && strings.Contains(front, "&") {
		return "", body, false
	}
	return front, strings.TrimPrefix(rest, "\n"), true
}

// dated reports whether a record has a date of an event, not only of a post.
func dated(o map[string]any) bool {
	for name := range o {
		if f := extract.FieldOf(name); (f == "start" || f == "when") && name != "date" {
			return true
		}
	}
	return false
}

// tableRow is a line of a Markdown table.
var tableRow = regexp.MustCompile(`^\s*\|?.*\|.*$`)

// separator is the line below a table's header.
var separator = regexp.MustCompile(`^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$`)

// link is a Markdown link.
var link = regexp.MustCompile(`\[([^\]]*)\]\(([^)\s]+)[^)]*\)`)

// tables reads the tables whose columns are those of events.
func (r *reader) tables(body string) bool {
	lines := strings.Split(body, "\n")
	found := false
	for i := 1; i < len(lines); i++ {
		if !separator.MatchString(lines[i]) || !strings.Contains(lines[i-1], "|") {
			continue
		}
		rows := [][]string{cells(lines[i-1])}
		first := i
		for i++; i < len(lines) && tableRow.MatchString(lines[i]); i++ {
			rows = append(rows, cells(lines[i]))
		}
		found = r.linkedTable(rows, first) || found
	}
	return found
}

// linkedTable reads a table whose cells may hold links.
func (r *reader) linkedTable(rows [][]string, line int) bool {
	fields := extract.Columns(rows[0], r.set.Columns)
	if !extract.Dated(fields) {
		return false
	}
	t := extract.Table{Fields: fields, Down: r.set.FillDown}
	for i, row := range rows[1:] {
		one := extract.Row{Item: fmt.Sprintf("line %d", line+i+2)}
		for _, c := range row {
			address := ""
			if m := link.FindStringSubmatch(c); m != nil {
				address = m[2]
			}
			one.Cells = append(one.Cells, link.ReplaceAllString(c, "$1"))
			one.Links = append(one.Links, address)
		}
		if raw, filled := t.Raw(one); filled {
			r.n++
			r.b.Add(raw)
		}
	}
	return true
}

func cells(line string) []string {
	line = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "|"), "|")
	var out []string
	for _, c := range strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|") {
		out = append(out, strings.TrimSpace(strings.ReplaceAll(c, "\x00", "|")))
	}
	return out
}

// csvTable gives the rows of the first csv-table directive as CSV, its header
// first.
func csvTable(body string) string {
	_, after, ok := strings.Cut(body, "csv-table::")
	if !ok {
		return ""
	}
	_, after, _ = strings.Cut(after, "\n")
	var out []string
	for line := range strings.SplitSeq(after, "\n") {
		t := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(t, ":header:"):
			out = append(out, strings.TrimSpace(strings.TrimPrefix(t, ":header:")))
		case strings.HasPrefix(t, ":") || t == "":
		case line == strings.TrimLeft(line, " \t"):
			return strings.Join(out, "\n")
		default:
			out = append(out, t)
		}
	}
	return strings.Join(out, "\n")
}

// fieldList is a field of a reStructuredText field list: ":日時: …".
var fieldList = regexp.MustCompile(`(?m)^:([^:\n]{1,20}):\s+`)

// announcement reads labelled prose as one event.
func (r *reader) announcement(front, body string) error {
	plain := link.ReplaceAllString(fieldList.ReplaceAllString(body, "$1: "), "$1")
	raw := extract.Raw{Item: "document", Text: text.Line(plain, 200)}
	var o map[string]any
	if front != "" && yaml.Unmarshal([]byte(front), &o) == nil {
		if t, ok := o["title"].(string); ok {
			raw.Title = t
		}
		if d, ok := o["date"].(string); ok {
			raw.Ref = extract.Published(d, r.visit.Source.TimeZone())
		}
	}
	facts := extract.Prose(plain)
	raw.Fill(facts)
	if l, ok := extract.Announced(plain, false); ok && raw.When == "" && raw.Start == "" {
		raw.Fill(l)
		raw.Label = when.LabelNone
	}
	if raw.When == "" && raw.Start == "" {
		return errors.New("neither a table with a date nor an announcement (日時: …)")
	}
	if raw.Title == "" {
		raw.Title = heading(plain)
	}
	raw.Year = extract.YearIn(raw.Title)
	r.n++
	r.b.Add(raw)
	return nil
}

// heading gives the first heading, else the first line.
func heading(body string) string {
	first := ""
	lines := strings.Split(body, "\n")
	for i, l := range lines {
		l = strings.TrimSpace(l)
		if t, ok := strings.CutPrefix(l, "#"); ok {
			return strings.TrimLeft(t, "# ")
		}
		if i+1 < len(lines) && l != "" && len(lines[i+1]) > 3 && strings.Trim(lines[i+1], "=-~") == "" {
			return l
		}
		if first == "" {
			first = l
		}
	}
	return first
}
