package block_test

import (
	"slices"
	"testing"

	"koyomi/internal/discover/block"
	"koyomi/internal/extract"
	"koyomi/internal/source"
)

func parse(t *testing.T, name, body string) *block.Doc {
	t.Helper()
	d, err := block.Parse(extract.Page{URL: "https://x.example.org/" + name, Status: 200, Body: []byte(body)}, &source.Source{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestRowspan: a cell that spans rows stands in each, under its column's head.
func TestRowspan(t *testing.T) {
	d := parse(t, "a.html", "<table><tr><th>日時<th>行事<tr><td rowspan=2>6月1日<td>朝の会<tr><td>夜の会</table>")
	var dates, titles []string
	for _, l := range d.Lines {
		if l.Label == "日時" && l.Text != "行事" {
			dates = append(dates, l.Text)
		}
		if l.Label == "行事" {
			titles = append(titles, l.Text)
		}
	}
	if !slices.Equal(dates, []string{"6月1日", "6月1日"}) || !slices.Equal(titles, []string{"朝の会", "夜の会"}) {
		t.Errorf("dates %q, titles %q", dates, titles)
	}
}

// TestData: a map is an element, a value a line with its key; front matter is data, and
// the rest of the document a page.
func TestData(t *testing.T) {
	for name, body := range map[string]string{
		"a.json": `{"events":[{"title":"会","date":"2026-06-01"}]}`,
		"a.yml":  "events:\n- title: 会\n  date: 2026-06-01\n",
		"a.csv":  "title,date\n会,2026-06-01\n",
		"a.md":   "---\ntitle: 会\ndate: 2026-06-01\n---\n# 見出し\n",
		"b.md":   "+++\ntitle = \"会\"\ndate = 2026-06-01\n[[x]]\n+++\n# 見出し\n",
	} {
		d := parse(t, name, body)
		if len(d.Lines) < 2 || d.Lines[0].Label != "title" || d.Lines[0].Text != "会" || d.Lines[1].Text != "2026-06-01" {
			t.Errorf("%s: %+v", name, d.Lines)
		}
		if d.Elems[d.Lines[0].Elem] != d.Elems[d.Lines[1].Elem] {
			t.Errorf("%s: title and date stand in different elements", name)
		}
	}
}

// TestLabels: the word before a colon, or the term before a description, names a line.
func TestLabels(t *testing.T) {
	d := parse(t, "a.html", "<p>日時：6月1日<br>会場: 公民館</p><nav><a href=/x>6月2日</a></nav><h2>見出し</h2>")
	got := []string{d.Lines[0].Label, d.Lines[1].Label, d.Lines[1].Value}
	if !slices.Equal(got, []string{"日時", "会場", "公民館"}) {
		t.Errorf("%q", got)
	}
	if !d.Lines[2].Aside || d.Lines[3].Level != 2 {
		t.Errorf("%+v", d.Lines[2:])
	}
}
