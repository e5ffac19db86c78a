package strict

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type patience time.Duration

func (p *patience) UnmarshalText(b []byte) error {
	d, err := time.ParseDuration(string(b))
	if err != nil {
		return fmt.Errorf("expected a duration, found %q (use 90m)", b)
	}
	*p = patience(d)
	return nil
}

type paths []string

func (paths) OneOrMany() {}

type inner struct {
	Item   string           `yaml:"item"`
	Fields map[string]paths `yaml:"fields,omitempty"`
}

type garden struct {
	Name    string            `yaml:"name"`
	Count   int               `yaml:"count,omitempty"`
	Share   float64           `yaml:"share"`
	On      bool              `yaml:"on_air"`
	Wait    patience          `yaml:"wait"`
	Tags    []string          `yaml:"tags"`
	Headers map[string]string `yaml:"headers"`
	List    *inner            `yaml:"list"`
	Beds    []*inner          `yaml:"beds"`
	Empty   *struct{}         `yaml:"empty"`
	Hidden  string            `yaml:"-"`
}

func TestDecodeReadsWhatPeopleWrite(t *testing.T) {
	text := "\uFEFFname: 勉強会 # a note\r\ncount: 12\r\nshare: 0.5\r\non_air: true\r\nwait: 90m\r\n" +
		"tags: [a, \"b: c\"]\r\nheaders:\r\n  X-Key: ${NAME}\r\n  X-Number: 0123\r\nlist:\r\n  item: li\r\n  fields:\r\n    title: .t\r\n    start: [.a, .b]\r\nbeds:\r\n  - item: |\r\n      one\r\n      two\r\nempty:\r\n"
	var g garden
	if _, problems := Decode([]byte(text), "g.yaml", &g); len(problems) > 0 {
		t.Fatal(problems)
	}
	want := garden{
		Name: "勉強会", Count: 12, Share: 0.5, On: true, Wait: patience(90 * time.Minute), Tags: []string{"a", "b: c"},
		Headers: map[string]string{"X-Key": "${NAME}", "X-Number": "0123"},
		List:    &inner{Item: "li", Fields: map[string]paths{"title": {".t"}, "start": {".a", ".b"}}},
		Beds:    []*inner{{Item: "one\ntwo\n"}}, Empty: &struct{}{},
	}
	if diff := cmp.Diff(want, g); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeNamesEveryProblemWithItsPlace(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"all at once", "nam: x\ncount: many\nwait: soon\nlist:\n  itm: li\n", `
			g.yaml:1:1: nam: unknown key; did you mean "name"?
			g.yaml:2:8: count: expected a whole number, found "many"
			g.yaml:3:7: wait: expected a duration, found "soon" (use 90m)
			g.yaml:5:3: list.itm: unknown key; did you mean "item"?`},
		{"unknown without a guess", "list: {zzz: 1}", `g.yaml:1:8: list.zzz: unknown key; known here: item, fields`},
		{"hidden", "Hidden: x", `g.yaml:1:1: Hidden: unknown key; known here: name, count, share, on_air, wait, tags, headers, list, beds, empty`},
		{"list for text", "name: [a]", `g.yaml:1:7: name: expected text, found a list`},
		{"truth for text", "name: true", `g.yaml:1:7: name: expected text, found the truth value true (use "true")`},
		{"text for list", "tags: a", `g.yaml:1:7: tags: expected a list, found "a" (use ["a"])`},
		{"text for mapping", "list: a", `g.yaml:1:7: list: expected a mapping of item, fields, found "a"`},
		{"text for truth", "on_air: yes", `g.yaml:1:9: on_air: expected true or false, found "yes"`},
		{"mapping for one", "wait: {a: 1}", `g.yaml:1:7: wait: expected one value, found a mapping`},
		{"not finite", "share: .inf", `g.yaml:1:8: share: expected a number, found ".inf"`},
		{"too great", "count: 99999999999999999999", `g.yaml:1:8: count: expected a whole number, found "99999999999999999999"`},
		{"list item", "beds:\n  - item: a\n  - item: [b]\n", `g.yaml:3:11: beds[1].item: expected text, found a list`},
		{"twice", "name: a\ncount: 1\nname: b\n", `g.yaml:3:1: name: the key stands twice (use once)`},
		{"twice in flow", "list: {item: a, item: b}", `g.yaml:1:17: list.item: the key stands twice (use once)`},
		{"not a mapping", "- a\n", `g.yaml:1:1: expected a mapping of name, count, share, on_air, wait, tags, headers, list, beds, empty, found a list`},
		{"anchor", "name: &a x\n", `g.yaml:1:7: expected plain YAML, found an anchor (&) (use the value itself)`},
		{"alias", "name: *a\n", `g.yaml:1:7: expected plain YAML, found an alias (*) (use the value itself)`},
		{"merge", "<<: {name: a}\n", `g.yaml:1:1: expected plain YAML, found a merge key (<<) (use the value itself)`},
		{"tag", "name: !!binary aGk=\n", `g.yaml:1:7: expected plain YAML, found a tag (!) (use the value itself)`},
		{"two documents", "name: a\n---\nname: b\n", `g.yaml:3:1: expected one document, found a second one after --- (use a file of its own)`},
		{"latin-1", "name: caf\xe9\n", `g.yaml:1:10: expected UTF-8, found the byte 0xE9 (use a file saved as UTF-8)`},
		{"control", "name: 一\x1b[2J\n", `g.yaml:1:8: expected text, found the control character U+001B`},
		{"too large", "name: " + strings.Repeat("a", MaxSize), `g.yaml: expected at most 1048576 bytes, found 1048582`},
		{"deep in brackets", "tags: " + strings.Repeat("[", 500_000), `g.yaml:1:47: expected plain YAML, found values nested more than 40 deep (use the value itself)`},
		{"deep in dashes", strings.Repeat("- ", 500_000) + "a", `g.yaml:1:81: expected plain YAML, found values nested more than 40 deep (use the value itself)`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var g garden
			_, problems := Decode([]byte(c.text), "g.yaml", &g)
			var got []string
			for _, p := range problems {
				got = append(got, p.String())
			}
			want := strings.ReplaceAll(strings.TrimSpace(c.want), "\t", "")
			if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDecodeOverKeepsWhatIsLeftOut(t *testing.T) {
	below, _ := Parse([]byte("name: a\ntags: [x, y]\nheaders: {K: v, L: w}\nlist: {item: li, fields: {title: .t}}\n"), "below.yaml")
	above, _ := Parse([]byte("beds: []\ngroup:\n  tags: [z]\n  name:\n  headers: {L: other}\n  list: {fields: {url: a@href}}\n"), "above.yaml")
	var g, again garden
	below.Decode("", &g)
	if p := above.Decode("group", &g); len(p) > 0 {
		t.Fatal(p)
	}
	want := garden{
		Name: "a", Tags: []string{"z"}, Headers: map[string]string{"K": "v", "L": "other"},
		List: &inner{Item: "li", Fields: map[string]paths{"title": {".t"}, "url": {"a@href"}}},
	}
	if diff := cmp.Diff(want, g); diff != "" {
		t.Error(diff)
	}
	below.Decode("", &again)
	if len(again.List.Fields) != 1 || again.Headers["L"] != "w" {
		t.Error("decoding twice from one document shares what it made", again)
	}
}

func TestProblemKnowsThePlaceOfWhatIsLeftOut(t *testing.T) {
	d, _ := Parse([]byte("name: a\nlist:\n  item: li\nbeds:\n  - item: b\n"), "g.yaml")
	for path, want := range map[string]string{
		"list.item":      "g.yaml:3:9: list.item: m; h",
		"list":           "g.yaml:2:1: list: m; h",
		"list.fields.t":  "g.yaml:2:1: list.fields.t: m; h",
		"beds[0].fields": "g.yaml:5:5: beds[0].fields: m; h",
		"beds[7]":        "g.yaml:4:1: beds[7]: m; h",
		"tags":           "g.yaml:1:1: tags: m; h",
	} {
		if got := d.Problem(path, "m", "h").String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if !d.Has("list.item") || d.Has("list.fields") {
		t.Error("Has does not tell what the file holds")
	}
}

func TestNearest(t *testing.T) {
	all := []string{"html", "json", "ics", "feed", "structured", "file", "static", "Asia/Tokyo", "max_duration"}
	for word, want := range map[string]string{
		"htlm": "html", "Asia/Tokio": "Asia/Tokyo", "sttic": "static", "max-duration": "max_duration",
		"struct": "structured", "zzzz": "", "": "", "js": "", "icz": "ics", "flie": "file",
	} {
		if got := Nearest(word, all); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		"name: a\nlist: {item: li}\n", "- - - a", "a: b: c", "? a\n: b", "name: |\n  x\n y", "\"", "{", "[a, b", "---\n...\n---",
		"name: 'a''b'\ntags:\n- a\n-\n", "a:\n\t- b", "name: >-\n\n\n", "&a", "*a", "!!map {a: 1}", "%YAML 1.2\n---\na: 1", "1: 2", "null: ~", "[]: 1", "{a: {b: {c: d}}}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var g garden
		_, problems := Decode(data, "g.yaml", &g)
		for _, p := range problems {
			if p.Message == "" || p.Line < 0 || p.Column < 0 {
				t.Errorf("a problem without a word or a place: %+v", p)
			}
		}
	})
}
