package file

import (
	"errors"
	"fmt"
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
	if inner, ok := strings.CutPrefix(body, "+++\n"); ok {
		front, rest, ok = strings.Cut(inner, "\n+++")
		return assignment.ReplaceAllString(front, "$1: "), strings.TrimPrefix(rest, "\n"), ok
	}
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

// assignment is the beginning of a line of TOML; what follows it is YAML as well.
var assignment = text.NewPattern(`(?m)^([A-Za-z0-9_-]+)\s*=\s*`)

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
var tableRow = text.NewPattern(`^\s*\|?.*\|.*$`)

// separator is the line below a table's header.
var separator = text.NewPattern(`^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$`)

// maxTable is how many rows of tables are read.
const maxTable = 10_000

// link is a Markdown link.
var link = text.NewPattern(`\[([^\]]*)\]\(([^)\s]+)[^)]*\)`)

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
		for i++; i < len(lines) && len(rows) <= maxTable && strings.Contains(lines[i], "|") && tableRow.MatchString(lines[i]); i++ {
			rows = append(rows, cells(lines[i]))
		}
		found = r.linkedTable(rows, first) || found
		if r.n > maxTable {
			break
		}
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
			one.Cells = append(one.Cells, strings.ReplaceAll(link.ReplaceAllString(c, "$1"), "**", ""))
			one.Links = append(one.Links, address)
		}
		if raw, filled := t.Raw(one); filled {
			r.n++
			strike(&raw)
			r.b.Add(raw)
		}
	}
	return true
}

// strike reads a row whose date, or whose title, is struck out whole as cancelled.
func strike(raw *extract.Raw) {
	for _, words := range []*string{&raw.When, &raw.Start, &raw.Title} {
		inner, ok := strings.CutPrefix(*words, "~~")
		if inner, whole := strings.CutSuffix(inner, "~~"); ok && whole && !strings.Contains(inner, "~~") {
			*words, raw.Struck = inner, true
		}
	}
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
var fieldList = text.NewPattern(`(?m)^:([^:\n]{1,20}):\s+`)

// announcement reads labelled prose, or a list of days with titles.
func (r *reader) announcement(front, body string) error {
	plain := text.FromHTML(strings.ReplaceAll(unlinked(fieldList.ReplaceAllString(body, "$1: ")), "\n", "<br>"))
	raw := extract.Raw{Item: "document", Text: extract.Snippet(plain), Plain: true}
	r.front(&raw, front)
	facts := extract.Prose(plain)
	raw.Fill(facts)
	if raw.When == "" && raw.Start == "" && r.days(raw, plain) {
		return nil
	}
	if l, ok := extract.Announced(plain, false); ok && raw.When == "" && raw.Start == "" {
		raw.Fill(l)
		raw.Label = when.LabelNone
	}
	if l, ok := extract.Reported(raw.Title, plain, raw.Ref); ok && raw.When == "" && raw.Start == "" {
		raw.Title = l.First("title")
		raw.Fill(l)
	}
	if raw.When == "" && raw.Start == "" {
		return errors.New("neither a table with a date nor an announcement (日時: …)")
	}
	if raw.Title == "" {
		raw.Title = heading(plain, facts)
	}
	r.n++
	r.b.Add(raw)
	return nil
}

// front takes the title and the day of publication from front matter.
func (r *reader) front(raw *extract.Raw, front string) {
	var o map[string]any
	if front == "" || yaml.Unmarshal([]byte(front), &o) != nil {
		return
	}
	if t, ok := o["title"].(string); ok {
		raw.Title = t
	}
	if d, ok := o["date"].(string); ok {
		raw.Ref = extract.Published(d, r.visit.Source.TimeZone())
	}
}

// references are the links of Markdown by number: [名古屋Ruby会議01][2].
var references = text.NewPattern(`\[([^\]]*)\]\[[^\]]*\]`)

func unlinked(s string) string {
	return references.ReplaceAllString(link.ReplaceAllString(s, "$1"), "$1")
}

// dayLine is an entry of a list that begins with a day: "* 10/10(土): 名古屋Ruby会議01".
var dayLine = text.NewPattern(`^\s*[*・-]\s*([0-9０-９][^:：]{2,30}?)\s*[:：]\s*(\S.*)$`)

// days reads a list of days with titles; false where there is none.
func (r *reader) days(document extract.Raw, plain string) bool {
	found := false
	for i, line := range strings.Split(plain, "\n") {
		m := dayLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		ctx := when.Context{Ref: r.visit.At, Zone: r.visit.Source.TimeZone(), Year: extract.YearIn(document.Title), Label: when.LabelDate}
		if when.Read(m[1], ctx).Start.IsZero() {
			continue
		}
		found = true
		r.n++
		r.b.Add(extract.Raw{
			Item: fmt.Sprintf("line %d", i+1), Text: line, Title: m[2], When: m[1], Label: when.LabelDate,
			Ref: document.Ref, Year: ctx.Year, Plain: true,
		})
	}
	return found
}

// heading gives the first heading that is no label, else what the announcement says
// it is about, else the first line.
func heading(body string, facts extract.Labelled) string {
	first := ""
	lines := strings.Split(body, "\n")
	for i, l := range lines {
		if len(extract.Prose(l)) > 0 {
			break // the headings below are those of its parts
		}
		l = strings.TrimSpace(l)
		t, marked := strings.CutPrefix(l, "#")
		t = strings.TrimLeft(t, "# ")
		under := i+1 < len(lines) && l != "" && len(lines[i+1]) > 3 && strings.Trim(lines[i+1], "=-~") == ""
		if (marked || under) && !extract.IsLabel(t) {
			return t
		}
		if first == "" {
			first = l
		}
	}
	if about, _, _ := strings.Cut(facts.First("description"), "\n"); about != "" {
		return about
	}
	return first
}
