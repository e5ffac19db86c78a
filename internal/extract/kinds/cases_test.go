package kinds

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/htmlindex"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/source"
	"koyomi/internal/strict"
)

// A kindCase is one visit: a source, the moment, the pages as they came.
type kindCase struct {
	At     string         `yaml:"at"`
	Source source.Source  `yaml:"source"`
	Pages  []caseDocument `yaml:"pages"`
}

// A caseDocument is one page. Encode is the charset its file is turned into.
type caseDocument struct {
	URL         string `yaml:"url"`
	File        string `yaml:"file"`
	ContentType string `yaml:"content_type,omitempty"`
	Encode      string `yaml:"encode,omitempty"`
}

// TestCases runs every folder of testdata: case.yaml says what was fetched,
// want.jsonl what must be read from it, line by line: a listing by the fields
// that the line names, {"reject","reason"}, {"note"}, {"excluded"}, {"partial"} or {"damage"}.
func TestCases(t *testing.T) {
	dirs, err := filepath.Glob("testdata/*/case.yaml")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range dirs {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) { runCase(t, dir) })
	}
}

func runCase(t *testing.T, dir string) {
	v := loadCase(t, dir)
	kind := All[v.Source.Kind]
	need, err := kind.Need(v)
	if err == nil && len(need) > 0 {
		t.Errorf("still needs %s", need[0].URL)
	}
	var result extract.Result
	if err == nil {
		result, err = kind.Read(v)
	}
	again, _ := kind.Read(v)
	if err == nil && !reflect.DeepEqual(result, again) {
		t.Errorf("reads differently the second time")
	}
	checkSound(t, result)
	got := facts(t, result, err)
	want, readErr := os.ReadFile(filepath.Join(dir, "want.jsonl"))
	if readErr != nil {
		t.Fatalf("%v; read was:\n%s", readErr, strings.Join(got, "\n"))
	}
	compare(t, got, strings.Split(strings.TrimSpace(string(want)), "\n"))
}

func loadCase(t *testing.T, dir string) extract.Visit {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "case.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var c kindCase
	if _, problems := decode(data, "case.yaml", &c); len(problems) > 0 {
		t.Fatalf("%v", problems)
	}
	at, err := time.Parse(time.RFC3339, c.At)
	if err != nil {
		t.Fatal(err)
	}
	c.Source.ID = filepath.Base(dir)
	v := extract.Visit{Source: &c.Source, At: at}
	for _, p := range c.Pages {
		body, err := os.ReadFile(filepath.Join(dir, p.File))
		if err != nil {
			t.Fatal(err)
		}
		if p.Encode != "" {
			e, err := htmlindex.Get(p.Encode)
			if err != nil {
				t.Fatal(err)
			}
			if body, err = e.NewEncoder().Bytes(body); err != nil {
				t.Fatal(err)
			}
		}
		v.Pages = append(v.Pages, extract.Page{Requested: p.URL, URL: p.URL, Status: 200, ContentType: p.ContentType, Body: body})
	}
	return v
}

// facts writes a result as lines.
func facts(t *testing.T, r extract.Result, err error) []string {
	t.Helper()
	var out []string
	add := func(v any) {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.TrimSpace(b.String()))
	}
	var d *extract.Damage
	if errors.As(err, &d) {
		add(map[string]any{"damage": d.Error()})
	} else if err != nil {
		add(map[string]any{"error": err.Error()})
	}
	for _, l := range r.Listings {
		add(extract.LineOf(l))
	}
	for _, j := range r.Rejections {
		add(map[string]any{"reject": j.Item, "reason": j.Reason, "text": j.Text})
	}
	for _, n := range r.Notes {
		add(map[string]any{"note": n})
	}
	if r.Excluded > 0 {
		add(map[string]any{"excluded": r.Excluded})
	}
	if r.Partial {
		add(map[string]any{"partial": true})
	}
	return out
}

// compare holds each line read against the line wanted: the fields that the wanted
// one names are equal; damage, error, reason, text and note contain what it says.
func compare(t *testing.T, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("missing:\n  %s", want[i])
		case i >= len(want):
			t.Errorf("unexpected:\n  %s", got[i])
		default:
			compareLine(t, got[i], want[i])
		}
	}
}

func compareLine(t *testing.T, got, want string) {
	t.Helper()
	var g, w map[string]any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("want.jsonl: %v in %s", err, want)
	}
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatal(err)
	}
	for k, v := range w {
		switch k {
		case "damage", "error", "reason", "text", "note", "description":
			s, _ := g[k].(string)
			if !strings.Contains(s, v.(string)) || v == "" && s != "" {
				t.Errorf("%s: got %q, want %q in it\n  %s", k, s, v, got)
			}
		default:
			if !reflect.DeepEqual(g[k], v) {
				t.Errorf("%s: got %v, want %v\n  %s", k, g[k], v, got)
			}
		}
	}
}

// checkSound holds what is true of every result.
func checkSound(t *testing.T, r extract.Result) {
	t.Helper()
	keys := map[string]bool{}
	for _, l := range r.Listings {
		switch {
		case keys[l.Key]:
			t.Errorf("the key %q is not unique", l.Key)
		case l.Key == "" || l.Title == "" || l.Status == "" || l.Type != event.TypeEvent || l.Zone == "":
			t.Errorf("incomplete: %+v", l)
		case l.Start.IsZero():
			t.Errorf("%s: no start", l.Key)
		case !l.End.IsZero() && l.AllDay() != l.End.AllDay():
			t.Errorf("%s: start and end are of different sorts", l.Key)
		case !l.End.IsZero() && l.End.Over(l.Span.Location()).Before(l.Start.Begin(l.Span.Location())):
			t.Errorf("%s: ends before it starts", l.Key)
		case l.URL != "" && !strings.HasPrefix(l.URL, "http"):
			t.Errorf("%s: url %q", l.Key, l.URL)
		}
		keys[l.Key] = true
	}
	for _, j := range r.Rejections {
		if j.Item == "" || j.Reason == "" {
			t.Errorf("a rejection without a word: %+v", j)
		}
	}
}

// decode reads a file that holds sources.
func decode(data []byte, file string, into any) (*strict.Document, []strict.Problem) {
	doc, problems := strict.Parse(data, file)
	if len(problems) > 0 {
		return doc, problems
	}
	return doc, Definitions.Decode(doc, "", into)
}
