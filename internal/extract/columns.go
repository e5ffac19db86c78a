package extract

import (
	"cmp"
	"slices"
	"strings"

	"koyomi/internal/source"
	"koyomi/internal/text"
	"koyomi/internal/when"
)

// columnNames are headings of tables beside the labels of announcements.
var columnNames = folded(map[string]string{
	"回": "number", "no": "number", "no.": "number", "#": "number", "番号": "number", "回数": "number",
	"中止フラグ": "cancelled", "中止": "cancelled", "cancelled": "cancelled", "canceled": "cancelled",
	"月日": "when", "開催月日": "when", "実施月日": "when", "開始": "start", "終了": "end", "start_date": "start", "end_date": "end", "startat": "start", "started_at": "start", "ended_at": "end",
	"start_time": "time", "end_time": "end", "event_date": "when", "event date": "when", "教室": "location", "部屋": "location", "範囲": "description", "start_on": "start", "end_on": "end", "日": "when", "日時": "when", "date": "when", "年月日": "when", "開催年月日": "when",
	"題目": "title", "講演題目": "title", "講演題名": "title", "発表題目": "title", "プログラム名": "title", "終了時間": "end", "終了時刻": "end",
	"名前": "title", "イベント": "title", "セミナー": "title", "勉強会": "title", "大会": "title", "会議名": "title", "題名": "title", "テーマ": "title", "演題": "title", "name": "title", "題": "title", "催し": "title", "カンファレンス名": "title", "正式名称": "title", "名称": "title", "イベント名称": "title",
	"event_url": "url", "hash_tag": "tags", "open_status": "status", "place": "location", "catch": "description",
	"リンク": "url", "link": "url", "url": "url", "公式url": "url", "サイトurl": "url", "webサイトurl": "url",
	"都市": "location", "city": "location", "都道府県": "address", "prefecture": "address", "年": "year", "year": "year", "開催年": "year",
	"緯度": "lat", "経度": "lon", "lat": "lat", "lon": "lon", "lng": "lon", "id": "key", "uid": "key", "タグ": "tags", "tags": "tags", "カテゴリ": "tags",
	"備考": "status", "状態": "status", "概要": "description", "説明": "description", "内容": "description",
})

// folded returns names as they are compared.
func folded(names map[string]string) map[string]string {
	out := make(map[string]string, len(names))
	for n, f := range names {
		out[squash(n)] = f
	}
	out["#"] = "number"
	return out
}

// FieldOf returns the field that a heading or label stands for, "" if it is none
// that a listing has.
func FieldOf(word string) string {
	w := cmp.Or(squash(word), strings.TrimSpace(word))
	f := cmp.Or(columnNames[w], labels[w])
	if !slices.Contains(source.FieldNames, f) {
		return ""
	}
	return f
}

// IsLabel reports whether words are a label of announcements, and so no title.
func IsLabel(words string) bool {
	_, ok := labels[squash(words)]
	return ok
}

// Columns returns the field of each heading: by the source's own map where it has
// one (names compared folded, or the column's number from 1), else by the names
// that are common. Each field goes to the first heading that fits; tags may have
// several.
func Columns(header []string, own map[string]source.Paths) []string {
	if len(own) == 0 {
		return commonColumns(header)
	}
	fields := make([]string, len(header))
	for field, names := range own {
		at := slices.IndexFunc(
			names,
			func(n string) bool { i := column(header, n); return i >= 0 && fields[i] == "" },
		)
		if at >= 0 {
			fields[column(header, names[at])] = field
		}
	}
	return fields
}

// commonColumns returns the fields of headings by common names.
func commonColumns(header []string) []string {
	fields := make([]string, len(header))
	seen := map[string]bool{"": true}
	for i, h := range header {
		f := FieldOf(h)
		if seen[f] {
			continue
		}
		fields[i] = f
		seen[f] = f != "tags"
	}
	titled(fields, header)
	return fields
}

// titled makes the column of contents that of titles in a table that has none, where
// another column says that its rows are gatherings and not the history of a page:
// their number, hours or place, or a heading such as 開催日.
func titled(fields, header []string) {
	if slices.Contains(fields, "title") || !Dated(fields) {
		return
	}
	isContents := func(i int) bool { return fields[i] == "description" && contents[squash(header[i])] }
	isOfGatherings := func(i int) bool {
		if fields[i] == "when" || fields[i] == "start" {
			return strings.ContainsAny(header[i], "催時")
		}
		return slices.Contains([]string{"number", "time", "location"}, fields[i])
	}
	at := indexFunc(len(fields), isContents)
	if at >= 0 && indexFunc(len(fields), isOfGatherings) >= 0 {
		fields[at] = "title"
	}
}

// indexFunc returns the first number below n that is such, −1 for none.
func indexFunc(n int, such func(int) bool) int {
	for i := range n {
		if such(i) {
			return i
		}
	}
	return -1
}

// contents are the headings of what a gathering is about.
var contents = map[string]bool{
	"内容":     true,
	"範囲":     true,
	"発表":     true,
	"講演":     true,
	"topic":  true,
	"topics": true,
	"主な内容":   true,
}

// column returns the place of a heading by its name or number, −1 for none.
func column(header []string, name string) int {
	want := text.Fold(name)
	at := slices.IndexFunc(header, func(h string) bool { return text.Fold(h) == want })
	if at >= 0 {
		return at
	}
	n := number(name)
	if n > len(header) {
		return -1
	}
	return max(n, 0) - 1
}

// Dated reports whether columns hold a date.
func Dated(fields []string) bool {
	return slices.Contains(fields, "when") || slices.Contains(fields, "start")
}

// A Row is one row of a table being made a Raw.
type Row struct {
	Item  string
	Cells []string
	// Links are the addresses of links in the cells, "" where there is none.
	Links []string
}

// Table makes rows into Raws by their columns; empty cells of the fields of down,
// and 同上 in any, mean what the row above says.
type Table struct {
	Fields []string
	Down   []string
	above  map[string]string
}

// Raw returns what a row says; false for a row that is empty.
func (t *Table) Raw(row Row) (Raw, bool) {
	if t.above == nil {
		t.above = map[string]string{}
	}
	r := Raw{Item: row.Item, Label: when.LabelDate, Record: row.Cells}
	filled := false
	for i, f := range t.Fields[:min(len(t.Fields), len(row.Cells))] {
		if f == "" {
			continue
		}
		cell := strings.Trim(row.Cells[i], " \t\r\n\u3000\u00a0")
		filled = filled || cell != ""
		t.set(&r, f, t.inherited(f, cell), row.link(i))
	}
	r.Text = strings.Join(row.Cells, " | ")
	r.URL = cmp.Or(r.URL, t.link(row, "number"), t.link(row, "title"), t.link(row, "when"))
	return r, filled
}

// dittos are the ways to say that a cell says what the one above says.
var dittos = []string{"同上", "〃", "同"}

// inherited returns what a cell says, or the one above where it says so.
func (t *Table) inherited(field, cell string) string {
	isBlank := cell == "" && slices.Contains(t.Down, field)
	if isBlank || slices.Contains(dittos, cell) {
		cell = t.above[field]
	}
	t.above[field] = cell
	return cell
}

func (t *Table) set(r *Raw, field, cell, link string) {
	switch field {
	case "url":
		r.Set(field, link, cell)
	case "tags":
		r.Set(
			field,
			strings.FieldsFunc(
				cell,
				func(c rune) bool { return strings.ContainsRune(",、;", c) },
			)...)
	case "number":
		r.Number = cmp.Or(Number(cell), plainNumber.FindString(text.Fold(cell)), r.Number)
	case "title":
		// What follows on further lines are the talks.
		first, _, _ := strings.Cut(cell, "\n")
		r.Set(field, first)
	default:
		r.Set(field, cell)
	}
}

// plainNumber is an issue printed as a number alone.
var plainNumber = text.NewPattern(`^[0-9]{1,4}$`)

// link returns the link in the cell of a field.
func (t *Table) link(row Row, field string) string {
	return row.link(slices.Index(t.Fields, field))
}

// link returns the link in a cell, "" for none.
func (row Row) link(i int) string {
	if i < 0 || i >= len(row.Links) {
		return ""
	}
	return row.Links[i]
}
