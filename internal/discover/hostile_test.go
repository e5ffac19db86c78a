package discover_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"koyomi/internal/discover"
	"koyomi/internal/extract"
)

// hostile are documents that were made to take time, memory or the program's head.
var hostile = map[string]string{
	"deep":           strings.Repeat("<div class=a>", 200_000) + "2026年6月1日",
	"wide":           "<ul>" + strings.Repeat("<li>2026/6/1 <a href=/x>会</a>", 60_000) + "</ul>",
	"many classes":   strings.Repeat(`<p class="`+strings.Repeat("a ", 500)+`">6/1 会`, 2_000),
	"every other":    strings.Repeat("<div><p>2026/6/1<h3>a<dl><dt>6/2<dd>x</dl></div>", 5_000),
	"nested lists":   strings.Repeat("<ul><li>2026/6/1 会", 300),
	"tables":         strings.Repeat("<table><tr><th>日時<th>題<tr><td>2026/6/1<td>会</table>", 3_000),
	"nested tables":  strings.Repeat("<table><tr><th>日時<th>題<tr><td>2026/6/1<td>", 300),
	"huge table":     "<table><tr><th>日時<th>題" + strings.Repeat("<tr><td>2026/6/1<td>会", 30_000) + "</table>",
	"selectors":      `<div id="a]b" class="x:y [z {q"><p class="'quo&quot;te">2026/6/1 会</p><p class="'quo&quot;te">2026/6/2 会</p></div>`,
	"links":          "<h1>x</h1>" + strings.Repeat(`<a href="https://a.connpass.com/">x</a><link rel=alternate type=application/rss+xml href="x">`, 20_000),
	"nul":            "<ul><li>2026/6/1\x00 会<li>2026/6/2\x00 会</ul>",
	"json deep":      strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000),
	"json arrays":    "[" + strings.Repeat(`{"a":[{"b":[{"c":[{"date":"2026-06-01"}]}]}]},`, 3_000) + "{}]",
	"json wide":      `{"x":"2026-06-01"` + strings.Repeat(`,"k":[{"title":"t","date":"2026-06-01"}]`, 3_000) + "}",
	"json odd keys":  `{"a.b\"]|input":[{"title":"会","date":"2026-06-01"}],"..":[{"title":"会","date":"2026-06-02"}]}`,
	"xml":            "<?xml version=\"1.0\"?>" + strings.Repeat("<a>", 50_000),
	"rss":            "<rss><channel>" + strings.Repeat("<item><title>6月1日の会</title></item>", 20_000),
	"csv":            "日時,題\n" + strings.Repeat("2026/6/1,会\n", 50_000),
	"csv quotes":     "日時,題\n" + strings.Repeat("\"", 100_000),
	"dates":          strings.Repeat("2026年6月1日", 100_000),
	"template words": "<ul><li>2026/6/1 {{.}} ${HOME} <li>2026/6/2 {group}</ul>",
	"empty":          "",
	"bom":            "\xef\xbb\xbf",
	"utf-16":         "\xff\xfe<\x00h\x001\x00>\x00",
}

// TestHostile: each is looked at to its end, within bounded memory.
func TestHostile(t *testing.T) {
	f := finder(t)
	for name, body := range hostile {
		t.Run(name, func(t *testing.T) {
			for _, address := range []string{"https://hostile.example.org/", "https://hostile.example.org/a.csv"} {
				runtime.GC()
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				r := f.Find(extract.Page{URL: address, Status: 200, Body: []byte(body)}, visited)
				runtime.GC()
				runtime.ReadMemStats(&after)
				if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 128<<20 {
					t.Errorf("%d MiB are kept of a document of %d kB", kept>>20, len(body)>>10)
				}
				for _, p := range r.Proposals {
					if _, err := discover.YAML(p.Community("x", "")); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
}

// FuzzFind: whatever a site sends, a look ends, and each proposal's settings load.
func FuzzFind(f *testing.F) {
	files, err := filepath.Glob("testdata/pages/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		a := txtar.Parse(data)
		f.Add(parseWanted(a.Comment).url, a.Files[0].Data)
	}
	find := finder(f)
	f.Fuzz(func(t *testing.T, address string, body []byte) {
		if len(body) > 64<<10 || !strings.HasPrefix(address, "https://") {
			return
		}
		page := extract.Page{Requested: address, URL: address, Status: 200, Body: body}
		for _, p := range find.Find(page, visited).Proposals {
			if p.Tried && len(p.Result.Listings) == 0 {
				t.Errorf("%s reads nothing and is proposed", p.Way)
			}
			if _, err := discover.YAML(p.Community("会", "")); err != nil {
				t.Error(err)
			}
		}
	})
}

// BenchmarkFind looks at a page of usual size.
func BenchmarkFind(b *testing.B) {
	f := finder(b)
	var body strings.Builder
	body.WriteString("<html><head><title>会</title></head><body><main>")
	for range 200 {
		body.WriteString(`<div class="card"><p class="date">2026年6月10日(水) 19:00〜21:00</p><h3><a href="/e">庭の勉強会</a></h3><p class="venue">渋谷ホール</p><p>` + strings.Repeat("本文です。", 40) + `</p></div>`)
	}
	page := extract.Page{URL: "https://bench.example.org/", Status: 200, Body: []byte(body.String())}
	b.SetBytes(int64(len(page.Body)))
	for b.Loop() {
		f.Find(page, visited)
	}
}
