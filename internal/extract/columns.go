package extract

import (
	"slices"
	"strconv"
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

func folded(names map[string]string) map[string]string {
	out := make(map[string]string, len(names))
	for n, f := range names {
		out[squash(n)] = f
	}
	out["#"] = "number"
	return out
}

// FieldOf gives the field that a heading or label stands for, "" if it is none
// that a listing has.
func FieldOf(word string) string {
	w := squash(word)
	if w == "" {
		w = strings.TrimSpace(word)
	}
	f, ok := columnNames[w]
	if !ok {
		f = labels[w]
	}
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

// Columns gives the field of each heading: by the source's own map where it has
// one (names compared folded, or the column's number from 1), else by the names
// that are common. Each field is given once, to the first heading that fits,
// but for tags.
func Columns(header []string, own map[string]source.Paths) []string {
	fields := make([]string, len(header))
	if len(own) == 0 {
		seen := map[string]bool{}
		for i, h := range header {
			if f := FieldOf(h); f != "" && (!seen[f] || f == "tags") {
				fields[i], seen[f] = f, true
			}
		}
		titled(fields, header)
		return fields
	}
	for field, names := range own {
		for _, n := range names {
			if i := column(header, n); i >= 0 && fields[i] == "" {
				fields[i] = field
				break
			}
		}
	}
	return fields
}

// titled makes the column of contents that of titles in a table that has none, where
// another column tells that its rows are gatherings and not the history of a page:
// their number, hours or place, or a heading such as 開催日.
func titled(fields, header []string) {
	at, gathering := -1, false
	for i, f := range fields {
		switch f {
		case "title":
			return
		case "description":
			if at < 0 && contents[squash(header[i])] {
				at = i
			}
		case "number", "time", "location":
			gathering = true
		case "when", "start":
			gathering = gathering || strings.ContainsAny(header[i], "催時")
		}
	}
	if at >= 0 && gathering && Dated(fields) {
		fields[at] = "title"
	}
}

// contents are the headings of what a gathering is about.
var contents = map[string]bool{"内容": true, "範囲": true, "発表": true, "講演": true, "topic": true, "topics": true, "主な内容": true}

func column(header []string, name string) int {
	want := text.Fold(name)
	for i, h := range header {
		if text.Fold(h) == want {
			return i
		}
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(header) {
		return n - 1
	}
	return -1
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

// Raw gives what a row says; false for a row that is empty.
func (t *Table) Raw(row Row) (Raw, bool) {
	if t.above == nil {
		t.above = map[string]string{}
	}
	r := Raw{Item: row.Item, Label: when.LabelDate}
	filled := false
	for i, f := range t.Fields {
		if f == "" || i >= len(row.Cells) {
			continue
		}
		cell := strings.Trim(row.Cells[i], " \t\r\n\u3000\u00a0")
		filled = filled || cell != ""
		if ditto := cell == "同上" || cell == "〃" || cell == "同"; ditto || slices.Contains(t.Down, f) {
			if cell == "" || ditto {
				cell = t.above[f]
			}
		}
		t.above[f] = cell
		t.set(&r, f, cell, row, i)
	}
	r.Text = strings.Join(row.Cells, " | ")
	if r.URL == "" {
		for _, f := range []string{"number", "title", "when"} {
			if r.URL = t.link(row, f); r.URL != "" {
				break
			}
		}
	}
	return r, filled
}

func (t *Table) set(r *Raw, field, cell string, row Row, i int) {
	switch {
	case field == "url" && i < len(row.Links) && row.Links[i] != "":
		r.URL = row.Links[i]
	case field == "tags":
		r.Set(field, strings.FieldsFunc(cell, func(c rune) bool { return c == ',' || c == '、' || c == ';' })...)
	case field == "number":
		if n := Number(cell); n != "" {
			r.Number = n
		} else if plainNumber.MatchString(text.Fold(cell)) {
			r.Number = text.Fold(cell)
		}
	case field == "title":
		// What follows on further lines are the talks.
		first, _, _ := strings.Cut(cell, "\n")
		r.Set(field, first)
	default:
		r.Set(field, cell)
	}
}

// plainNumber is an issue printed as a number alone.
var plainNumber = text.NewPattern(`^[0-9]{1,4}$`)

// link gives the link in the cell of a field.
func (t *Table) link(row Row, field string) string {
	for i, f := range t.Fields {
		if f == field && i < len(row.Links) {
			return row.Links[i]
		}
	}
	return ""
}
