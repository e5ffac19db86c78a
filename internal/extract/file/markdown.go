package file

import (
	"cmp"
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
		o, err := mapping(front)
		if err != nil {
			return fmt.Errorf("front matter: %s", text.Line(err.Error(), 300))
		}
		if dated(o) {
			o["description"] = cmp.Or(o["description"], any(rest))
			r.record("front matter", o)
			return nil
		}
	}
	found := r.tables(rest)
	csv := csvTable(body)
	if csv != "" {
		return r.separated(csv, ',')
	}
	if found {
		return nil
	}
	return r.announcement(front, rest)
}

// mapping reads front matter.
func mapping(front string) (map[string]any, error) {
	var o map[string]any
	err := yaml.Unmarshal([]byte(front), &o)
	return o, err
}

// frontMatter splits off the YAML between two lines of "---", or the TOML between
// two of "+++".
func frontMatter(body string) (front, rest string, ok bool) {
	body = strings.ReplaceAll(strings.TrimLeft(body, "\r\n "), "\r\n", "\n")
	if inner, ok := strings.CutPrefix(body, "+++\n"); ok {
		front, rest, ok = strings.Cut(inner, "\n+++")
		return assignment.ReplaceAllString(
				front,
				"$1: ",
			), strings.TrimPrefix(
				rest,
				"\n",
			), ok
	}
	inner, ok := strings.CutPrefix(body, "---\n")
	if !ok {
		return "", body, false
	}
	front, rest, ok = strings.Cut(inner, "\n---")
	mayExpand := strings.Contains(front, "*") && strings.Contains(front, "&")
	if !ok || mayExpand {
		return "", body, false
	}
	return front, strings.TrimPrefix(rest, "\n"), true
}

// assignment is the beginning of a line of TOML; what follows it is YAML as well.
var assignment = text.NewPattern(`(?m)^([A-Za-z0-9_-]+)\s*=\s*`)

// dated reports whether a record has a date of an event, not only of a post.
func dated(o map[string]any) bool {
	for name := range o {
		field := extract.FieldOf(name)
		isDate := field == "start" || field == "when"
		if isDate && name != "date" {
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
	for i := 1; i < len(lines) && r.n <= maxTable; i++ {
		isHeader := strings.Contains(lines[i-1], "|")
		if !isHeader || !separator.MatchString(lines[i]) {
			continue
		}
		rows := append([][]string{cells(lines[i-1])}, rowsBelow(lines[i+1:])...)
		found = r.linkedTable(rows, i) || found
		i += len(rows) - 1
	}
	return found
}

// rowsBelow returns the cells of the rows that lines begin with.
func rowsBelow(lines []string) (rows [][]string) {
	for _, line := range lines {
		if len(rows) >= maxTable || !isRow(line) {
			break
		}
		rows = append(rows, cells(line))
	}
	return rows
}

func isRow(
	line string,
) bool {
	return strings.Contains(line, "|") && tableRow.MatchString(line)
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
			one.Cells = append(
				one.Cells,
				strings.ReplaceAll(link.ReplaceAllString(c, "$1"), "**", ""),
			)
			one.Links = append(one.Links, append(link.FindStringSubmatch(c), "", "", "")[2])
		}
		if raw, filled := t.Raw(one); filled {
			r.n++
			strike(&raw)
			r.b.Add(raw)
		}
	}
	return true
}

// struckOut is a text that is struck out whole.
var struckOut = text.NewPattern(`^~~([^~]*(?:~[^~]+)*)~~$`)

// strike reads a row whose date, or whose title, is struck out whole as cancelled.
func strike(raw *extract.Raw) {
	for _, words := range []*string{&raw.When, &raw.Start, &raw.Title} {
		if m := struckOut.FindStringSubmatch(*words); m != nil {
			*words, raw.Struck = m[1], true
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

// csvTable returns the rows of the first csv-table directive as CSV, its header
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
		header, isHeader := strings.CutPrefix(t, ":header:")
		switch {
		case isHeader:
			out = append(out, strings.TrimSpace(header))
		case t == "", strings.HasPrefix(t, ":"):
		case !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t"):
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
	plain := text.FromHTML(
		strings.ReplaceAll(
			unlinked(fieldList.ReplaceAllString(body, "$1: ")),
			"\n",
			"<br>",
		),
	)
	raw := extract.Raw{
		Item:  "document",
		Text:  extract.Snippet(plain),
		Plain: true,
	}
	r.front(&raw, front)
	facts := extract.Prose(plain)
	raw.Fill(facts)
	if !isDated(raw) && r.days(raw, plain) {
		return nil
	}
	inSentences(&raw, plain)
	if !isDated(raw) {
		return errors.New("neither a table with a date nor an announcement (日時: …)")
	}
	raw.Title = cmp.Or(raw.Title, heading(plain, facts))
	r.n++
	r.b.Add(raw)
	return nil
}

func isDated(raw extract.Raw) bool { return raw.When != "" || raw.Start != "" }

// inSentences takes the date of an announcement in sentences, else that of a report.
func inSentences(raw *extract.Raw, plain string) {
	if isDated(*raw) {
		return
	}
	if l, ok := extract.Announced(plain, false); ok {
		raw.Fill(l)
		raw.Label = when.LabelNone
	}
	if isDated(*raw) {
		return
	}
	if l, ok := extract.Reported(raw.Title, plain, raw.Ref); ok {
		raw.Title = l.First("title")
		raw.Fill(l)
	}
}

// front takes the title and the day of publication from front matter.
func (r *reader) front(raw *extract.Raw, front string) {
	o, err := mapping(front)
	if err != nil {
		return
	}
	raw.Title, _ = o["title"].(string)
	date, _ := o["date"].(string)
	raw.Ref = extract.Published(date, r.visit.Source.TimeZone())
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
		ctx := when.Context{
			Ref:   r.visit.At,
			Zone:  r.visit.Source.TimeZone(),
			Year:  extract.YearIn(document.Title),
			Label: when.LabelDate,
		}
		if when.Read(m[1], ctx).Start.IsZero() {
			continue
		}
		found = true
		r.n++
		r.b.Add(extract.Raw{
			Item:  fmt.Sprintf("line %d", i+1),
			Text:  line,
			Title: m[2],
			When:  m[1],
			Label: when.LabelDate,
			Ref:   document.Ref,
			Year:  ctx.Year,
			Plain: true,
		})
	}
	return found
}

// heading returns the first heading that is no label, else what the announcement
// says it is about, else the first line.
func heading(body string, facts extract.Labelled) string {
	first := ""
	lines := strings.Split(body, "\n")
	for i, l := range lines {
		if len(extract.Prose(l)) > 0 {
			break // the headings below are those of its parts
		}
		l = strings.TrimSpace(l)
		t := strings.TrimLeft(l, "# ")
		isHeading := strings.HasPrefix(l, "#") || l != "" && isUnderline(lines[i+1:])
		if isHeading && !extract.IsLabel(t) {
			return t
		}
		first = cmp.Or(first, l)
	}
	about, _, _ := strings.Cut(facts.First("description"), "\n")
	return cmp.Or(about, first)
}

// isUnderline reports whether the first of some lines marks the one before as a
// heading.
func isUnderline(lines []string) bool {
	return len(lines) > 0 && len(lines[0]) > 3 && strings.Trim(lines[0], "=-~") == ""
}
