package trim_test

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"koyomi/internal/discover"
	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/recording"
	"koyomi/internal/recording/trim"
	"koyomi/internal/source"
)

var visited = time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)

const address = "https://kai.example.net/"

func visit(body, contentType string) recording.Visit {
	return recording.Visit{Source: "kai", At: visited, Origin: recording.Fetched, Pages: []recording.Page{{
		URL: address, Final: address, Status: 200, Header: map[string]string{"content-type": contentType}, Body: []byte(body),
	}}}
}

// TestCut: what is read stays, what is not read goes, and so do private persons.
func TestCut(t *testing.T) {
	for _, c := range []struct {
		name        string
		kind        source.Kind
		contentType string
		body        string
		kept, gone  []string
	}{
		{
			"page", source.HTML, "text/html", `<!DOCTYPE html><html><head><title>会</title><style>p{}</style><script>var track = 1</script></head><body style="x" onload="go()">
<div class="speakers">山田太郎</div><p>講師：山田 花子さん</p><p>関係のない段落。連絡は taro@kai.example.jp か 03-1234-5678 まで。</p>
<h1>第3回 庭の会</h1><p>日時: 2026年6月10日(水) 19:00-21:00<br>会場: 渋谷ホール</p><footer><a rel="author" href="/hanako">山田花子</a></footer></body></html>`,
			[]string{"第3回 庭の会", "2026年6月10日", "渋谷ホール"},
			[]string{"山田", "taro", "03-1234-5678", "track", "onload", "関係のない", "<style"},
		},
		{
			"json", source.JSON, "application/json", `{"count":1,"events":[{"id":7,"title":"庭の会 ゲスト 山田太郎","started_at":"2026-06-10T19:00:00+09:00","ended_at":"2026-06-10T21:00:00+09:00","url":"https://kai.example.net/7",
"owner_nickname":"hanako","owner_display_name":"山田花子","speakers":[{"name":"鈴木"}],"accepted":3,"description":"講師: 佐藤 次郎氏\\n司会：高橋、mail: a.b@kai.example.jp"}]}`,
			[]string{"庭の会 ゲスト 山田太郎", "2026-06-10T19:00:00+09:00", "https://kai.example.net/7"},
			[]string{"hanako", "山田花子", "鈴木", "佐藤", "次郎", "高橋", "a.b@", "accepted"},
		},
		{
			"calendar", source.ICS, "text/calendar", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//\r\nX-WR-CALNAME:hanako@kai.example.jp\r\nBEGIN:VEVENT\r\nUID:abc@kai.example.jp\r\nDTSTAMP:20260501T000000Z\r\nDTSTART:20260610T100000Z\r\n" +
				"SUMMARY:庭の会\r\nORGANIZER;CN=山田花子:mailto:hanako@kai.example.jp\r\nATTENDEE;CN=\"山\r\n 田太郎\":mailto:taro@kai.example.jp\r\nX-ALT-DESC:長い話\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
			[]string{"UID:abc@kai.example.jp", "SUMMARY:庭の会", "DTSTART:20260610T100000Z"},
			[]string{"hanako", "太郎", "山", "X-ALT-DESC"},
		},
		{
			"feed", source.Feed, "application/rss+xml", `<?xml version="1.0"?><rss version="2.0"><channel><title>会</title><managingEditor>hanako@kai.example.jp (山田花子)</managingEditor><link>https://kai.example.net/</link><description>d</description>
<item><title>庭の会</title><link>https://kai.example.net/1</link><author>taro@kai.example.jp</author><dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">山田太郎</dc:creator><pubDate>Fri, 01 May 2026 10:00:00 +0900</pubDate><description>日時: 2026年6月10日 19:00</description></item></channel></rss>`,
			[]string{"庭の会", "2026年6月10日 19:00", "https://kai.example.net/1"},
			[]string{"hanako", "taro", "山田"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &source.Source{ID: "kai", Community: "kai", Kind: c.kind, URL: address}
			v := trim.Visit(s, visit(c.body, c.contentType), kinds.All[c.kind])
			got := string(v.Pages[0].Body)
			for _, k := range c.kept {
				if !strings.Contains(got, k) {
					t.Errorf("%q went:\n%s", k, got)
				}
			}
			for _, g := range c.gone {
				if strings.Contains(got, g) {
					t.Errorf("%q stayed:\n%s", g, got)
				}
			}
			holds(t, s, v)
		})
	}
}

// holds writes a recording as files, loads them and holds them against the source.
func holds(t *testing.T, s *source.Source, v recording.Visit) {
	t.Helper()
	want, report, err := recording.Want(s, v, kinds.All)
	if err != nil || len(report.Result.Listings) == 0 {
		t.Fatalf("%d events: %v", len(report.Result.Listings), err)
	}
	v.Want = want
	files, err := recording.Files(v)
	if err != nil {
		t.Fatal(err)
	}
	tree := fstest.MapFS{}
	for name, data := range files {
		tree["testdata/kai/"+recording.Folder(v.At)+"/"+name] = &fstest.MapFile{Data: data}
	}
	visits, problems := recording.Load(tree)
	for _, p := range problems {
		t.Error(p)
	}
	if len(visits) != 1 {
		t.Fatalf("%d recordings", len(visits))
	}
	for _, d := range recording.Check(s, visits, kinds.All)[0].Drift {
		t.Error(d)
	}
}

// TestWhatIsKeptReadsTheSame cuts the pages that discover proposes ways for: the
// same lines are read after it, and less is left.
func TestWhatIsKeptReadsTheSame(t *testing.T) {
	files, err := filepath.Glob("../../discover/testdata/pages/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	f := &discover.Finder{Kinds: kinds.All}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			body := a.Files[0].Data
			r := f.Find(extract.Page{Requested: address, URL: address, Status: 200, Body: body}, visited)
			if len(r.Proposals) == 0 || !r.Proposals[0].Tried {
				t.Skip("nothing is read of this page itself")
			}
			s := r.Proposals[0].Source
			s.ID, s.Community = "kai", "kai"
			whole := visit(string(body), "")
			cut := trim.Visit(s, whole, kinds.All[s.Kind])
			if len(cut.Pages[0].Body) > len(body)+200 {
				t.Errorf("%d bytes became %d", len(body), len(cut.Pages[0].Body))
			}
			before, _, err := recording.Want(s, whole, kinds.All)
			if err != nil {
				t.Fatal(err)
			}
			after, _, err := recording.Want(s, cut, kinds.All)
			if err != nil || string(before) != string(after) {
				t.Errorf("%v: read before:\n%safter:\n%s", err, before, after)
			}
			holds(t, s, cut)
		})
	}
}

// FuzzPersons: leaving persons out ends, and does not undo itself.
func FuzzPersons(f *testing.F) {
	f.Add([]byte(`<p class="speaker">a</p>taro@kai.example.jp`), "text/html")
	f.Add([]byte(`{"owner":"a","b":[{"author":{"name":"c"}}]}`), "application/json")
	f.Add([]byte("BEGIN:VCALENDAR\nATTENDEE:mailto:a@b.jp\nEND:VCALENDAR"), "text/calendar")
	f.Add([]byte(`<?xml version="1.0"?><rss><author>a@b.jp</author></rss>`), "application/rss+xml")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		once := trim.Persons(body, contentType)
		if len(once) > 8*len(body)+64 {
			t.Errorf("%d bytes became %d", len(body), len(once))
		}
		if twice := trim.Persons(once, contentType); len(twice) > len(once)+64 {
			t.Errorf("%q grew to %q", once, twice)
		}
	})
}
