package source_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/html"
	"koyomi/internal/extract/json"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/source"
	"koyomi/internal/strict"
)

var update = flag.Bool("update", false, "write what bad files are told")

// TestBadFilesAreTold walks through the museum: a file, or a folder of files, and
// beside it what must be said of it, word for word.
func TestBadFilesAreTold(t *testing.T) {
	entries, err := os.ReadDir("testdata/bad")
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, e := range entries {
		name, isFile := strings.CutSuffix(e.Name(), ".yaml")
		if !isFile && !e.IsDir() {
			continue
		}
		tried++
		t.Run(name, func(t *testing.T) {
			own := os.DirFS(filepath.Join("testdata/bad", name))
			if isFile {
				data, err := os.ReadFile(filepath.Join("testdata/bad", e.Name()))
				if err != nil {
					t.Fatal(err)
				}
				own = fstest.MapFS{e.Name(): {Data: data}}
			}
			catalogue, problems := source.Load(kinds.Definitions, source.Named("good", os.DirFS("testdata/good")), source.Named("bad", own))
			got := told(problems)
			file := filepath.Join("testdata/bad", name+".want")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
			if got == "" {
				t.Error("nothing is said of it")
			}
			if catalogue.Community("whole") == nil {
				t.Error("the good files do not stand")
			}
			if isFile && catalogue.Community(name) != nil {
				t.Error("a bad file is in the catalogue")
			}
		})
	}
	if tried < 30 {
		t.Errorf("only %d bad files", tried)
	}
}

func told(problems []strict.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

func jsonOf(s *source.Source) json.Settings { return extract.SettingsOf[json.Settings](s) }

func good(t *testing.T, more ...fs.FS) *source.Catalogue {
	t.Helper()
	catalogue, problems := source.Load(kinds.Definitions, append([]fs.FS{os.DirFS("testdata/good")}, more...)...)
	if len(problems) > 0 {
		t.Fatal(told(problems))
	}
	return catalogue
}

func files(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

func TestThreeLinesAreACommunity(t *testing.T) {
	c := good(t).Community("short")
	want := &source.Community{
		ID: "short", Name: "Gotanda.rb", URL: "https://gotandarb.connpass.com/", Platform: "connpass", Group: "gotandarb",
		Sources: []*source.Source{{
			ID: "short", Community: "short", CommunityName: "Gotanda.rb", Kind: source.JSON, Platform: "connpass", Group: "gotandarb",
			URL:   "https://connpass.com/api/v2/events/?subdomain=gotandarb&count=100",
			Basis: source.BasisAPIKey, Role: source.Primary, Headers: map[string]string{"X-API-Key": "${CONNPASS_API_KEY}"},
			Settings: &json.Settings{
				Items:  ".events[]",
				Fields: map[string]source.Paths{"key": {".id"}, "title": {".title"}, "start": {".started_at"}},
				Paging: &json.Paging{By: "offset", Param: "start", Start: 1, Step: 100, Total: ".results_available"},
			},
		}},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
}

func TestASourcesOwnWordsCount(t *testing.T) {
	c := good(t)
	find := func(id string) *source.Source {
		s, err := c.Find(id)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := find("whole")
	fields := map[string]source.Paths{"key": {".id"}, "title": {".title", ".name"}, "start": {".started_at"}, "url": {".url"}}
	if diff := cmp.Diff(fields, jsonOf(s).Fields); diff != "" {
		t.Error("fields are merged one by one:", diff)
	}
	if jsonOf(s).Statuses["close"] != event.Confirmed || s.Exclude != "懇親会" || jsonOf(s).Items != ".events[]" {
		t.Errorf("%+v", s)
	}
	if other := find("short"); len(jsonOf(other).Fields) != 3 {
		t.Error("one community's words reach another's source", jsonOf(other).Fields)
	}
	if s := find("whole-table"); extract.SettingsOf[html.Settings](s).Page != nil || extract.SettingsOf[html.Settings](s).Table == nil || s.URL != "https://pages.example/whole/table/" {
		t.Errorf("another shape takes the place of the platform's: %+v", extract.SettingsOf[html.Settings](s))
	}
	if s := find("whole-site"); s.Live() || s.Role != source.Aggregator || s.Schedule != "@every 2h" || s.Group != "" {
		t.Errorf("%+v", s)
	}
	if s := find("whole-page"); s.Host() != "whole.example" || s.Basis != source.BasisPage || time.Duration(s.MaxDuration) != 72*time.Hour || s.TimeZone().String() != "Asia/Seoul" {
		t.Errorf("%+v", s)
	}
	for id, basis := range map[string]string{"whole-atom": source.BasisFeed, "whole-ics": source.BasisFeed, "whole-list": source.BasisHandKept} {
		if s := find(id); s.Basis != basis {
			t.Errorf("%s: basis %s, want %s", id, s.Basis, basis)
		}
	}
	if n := len(c.Sources()); n != 8 {
		t.Errorf("%d sources", n)
	}
}

func TestLaterDirectoriesTakeThePlaceOfEarlierOnes(t *testing.T) {
	c := good(t, files(
		"short.yaml", "name: Ours\nsources: [{kind: feed, url: \"https://ours.example/feed\"}]\n",
		"new.yaml", "name: New\nplatform: site\n",
		"platforms/site.yaml", "name: Our site\nsource: {kind: ics, url: \"https://site.example/calendar.ics\"}\n",
		"notes.txt", "not read", ".hidden.yaml", "nor this: [",
	))
	if s, _ := c.Find("short"); s.Kind != source.Feed || c.Community("short").Name != "Ours" {
		t.Errorf("%+v", s)
	}
	for _, id := range []string{"new", "whole-site"} {
		if s, _ := c.Find(id); s.Kind != source.ICS && id == "new" {
			t.Errorf("%s: %+v", id, s)
		}
	}
	_, problems := source.Load(kinds.Definitions, os.DirFS("testdata/good"), files("short.yaml", "nam: Ours\n"))
	c, _ = source.Load(kinds.Definitions, os.DirFS("testdata/good"), files("short.yaml", "nam: Ours\n"))
	if c.Community("short") != nil || len(problems) == 0 {
		t.Error("a broken file of the operator's own brings back the one whose place it takes")
	}
}

func TestFindSaysWhatWasMeant(t *testing.T) {
	c, _ := source.Load(kinds.Definitions, os.DirFS("testdata/good"), source.Named("own", files("osc.yaml", "nam: x")))
	for id, want := range map[string]string{
		"whole-pag": `no source or community "whole-pag"; did you mean "whole-page"?`,
		"zzzzzz":    "no source or community \"zzzzzz\"; `koyomi source list` names them all",
		"osc":       "osc is left out: own/osc.yaml has problems, which `koyomi config check` names",
	} {
		if _, err := c.Find(id); err == nil || err.Error() != want {
			t.Errorf("%s: %v", id, err)
		}
	}
	s, err := c.OfPlatform("connpass", "")
	if err != nil || s.URL != "https://connpass.com/api/v2/events/?subdomain={group}&count=100" || s.Platform != "connpass" {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err = c.OfPlatform("connpass", "bpstudy"); err != nil || !strings.Contains(s.URL, "=bpstudy&") {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err = c.OfPlatform("conpass", ""); err == nil || !strings.Contains(err.Error(), `did you mean "connpass"?`) {
		t.Error(err)
	}
}

// A large file is refused by its size, before it is read.
type large struct{ fs.FS }

func (l large) Open(name string) (fs.File, error) {
	f, err := l.FS.Open(name)
	if name == "big.yaml" {
		return bigFile{f}, err
	}
	return f, err
}

func (l large) ReadFile(name string) ([]byte, error) {
	if name == "big.yaml" {
		panic("a file of 100 MB is read")
	}
	return fs.ReadFile(l.FS, name)
}

type (
	bigFile struct{ fs.File }
	bigInfo struct{ fs.FileInfo }
)

func (f bigFile) Stat() (fs.FileInfo, error) { i, err := f.File.Stat(); return bigInfo{i}, err }
func (bigInfo) Size() int64                  { return 100 << 20 }

func TestStrangeFiles(t *testing.T) {
	three := "name: A\nplatform: site\n"
	c, problems := source.Load(kinds.Definitions, os.DirFS("testdata/good"), large{files(
		"bom.yaml", "\ufeff"+three+"url: https://bom.example/\n", "crlf.yaml", "name: A\r\nsources:\r\n- kind: feed\r\n  url: https://crlf.example/\r\n",
		"big.yaml", three,
	)})
	if c.Community("bom") == nil || c.Community("crlf") == nil {
		t.Error("a byte order mark or CRLF is not taken")
	}
	if want := "big.yaml: expected at most 1048576 bytes, found 104857600\n"; told(problems) != want {
		t.Errorf("%s", told(problems))
	}
	_, problems = source.Load(kinds.Definitions, os.DirFS("testdata/none-such"))
	if len(problems) != 1 || !strings.Contains(problems[0].Message, "the directory cannot be read") {
		t.Errorf("%v", problems)
	}
}

// TestHostsThatForbidPagesAllowTheirFeeds: it asks only kinds that read pages for a
// permission.
func TestHostsThatForbidPagesAllowTheirFeeds(t *testing.T) {
	for kind, address := range map[source.Kind]string{
		source.Feed: "https://bpstudy.connpass.com/ja.atom", source.JSON: "https://connpass.com/api/v2/events/", source.ICS: "webcal://connpass.com/event/1.ics",
		source.HTML: "https://bpstudy.connpass.com/", source.Structured: "https://connpass.com/event/1/",
	} {
		_, problems := source.Load(kinds.Definitions, os.DirFS("testdata/good"), files("a.yaml", "name: A\nsources:\n- kind: "+string(kind)+"\n  url: "+address+"\n"))
		isPage := kind == source.HTML || kind == source.Structured
		if (len(problems) > 0) != isPage {
			t.Errorf("%s: %s", kind, told(problems))
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*.yaml", "testdata/bad/*.yaml", "testdata/good/platforms/*.yaml", "testdata/bad/*/*.yaml"} {
		names, _ := filepath.Glob(pattern)
		for _, n := range names {
			data, err := os.ReadFile(n)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	platforms := os.DirFS("testdata/good")
	f.Fuzz(func(t *testing.T, data []byte) {
		own := fstest.MapFS{"a.yaml": {Data: data}, "platforms/b.yaml": {Data: data}}
		c, problems := source.Load(kinds.Definitions, platforms, own)
		for _, p := range problems {
			if p.Message == "" || p.Line < 0 || strings.ContainsAny(p.String(), "\n\x1b") && !strings.Contains(p.Message, "path (jq)") {
				t.Errorf("a problem that cannot be shown: %q", p.String())
			}
		}
		for _, s := range c.Sources() {
			if s.ID == "" || s.Community == "" || s.Kind == "" || s.Kind != source.Static && s.Host() == "" {
				t.Errorf("a source that is none: %+v", s)
			}
			now := time.Date(2026, 6, 10, 12, 0, 0, 0, time.UTC)
			if next := s.Next(now, source.Schedule{}); !next.After(now) {
				t.Errorf("%s is due at %v, after %v", s.Schedule, next, now)
			}
		}
	})
}
