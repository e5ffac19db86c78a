package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"koyomi/internal/event"
	"koyomi/internal/extract/kinds"
	"koyomi/internal/publish"
	"koyomi/internal/source"
)

var update = flag.Bool("update", false, "write the schemas again")

// The schemas that editors read, and the types they are made from.
var schemas = []struct {
	file, title string
	of          any
	required    []string
}{
	{"../../sources/schema.json", "A community and the places that announce its events", source.Community{}, []string{"name"}},
	{"../../sources/platforms/schema.json", "What all groups of a platform share", source.Platform{}, []string{"name", "source"}},
	{"schema.json", "koyomi's config", Config{}, nil},
}

// TestSchemasSayWhatTheTypesSay keeps the schemas true; -update writes them.
func TestSchemasSayWhatTheTypesSay(t *testing.T) {
	for _, s := range schemas {
		want := schemaOf(t, s.of, s.title, s.required)
		if *update {
			if err := os.WriteFile(s.file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(s.file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the types say; `go test ./internal/config -run Schema -update` writes it", s.file)
		}
	}
}

// schemaOf makes the schema of a file from its type.
func schemaOf(t *testing.T, of any, title string, required []string) []byte {
	r := &jsonschema.Reflector{FieldNameTag: "yaml", Anonymous: true, ExpandedStruct: true, RequiredFromJSONSchemaTags: true, Mapper: mapped, Namer: named}
	dirs := []string{"internal/source", "internal/config"}
	for _, def := range kinds.Definitions {
		dirs = append(dirs, "internal/extract/"+string(def.Kind))
	}
	for _, dir := range dirs {
		if err := r.AddGoComments("koyomi/"+dir, filepath.Join("../..", dir), jsonschema.WithFullComment()); err != nil {
			t.Fatal(err)
		}
	}
	comments := map[string]string{}
	for name, words := range r.CommentMap {
		comments[strings.ReplaceAll(name, "../../", "")] = strings.Join(strings.Fields(words), " ")
	}
	r.CommentMap = comments
	s := r.Reflect(of)
	s.Title, s.Required = title, required
	if s.Definitions["Source"] != nil {
		addKinds(r, s)
	}
	choose(s, reflect.TypeOf(of).Name())
	for name, def := range s.Definitions {
		choose(def, name)
	}
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(b, '\n')
}

// named returns the name of a type's schema; settings of a kind bear the kind's.
func named(t reflect.Type) string {
	kind := source.Kind(path.Base(t.PkgPath()))
	if _, ok := kinds.Definitions.Find(kind); ok {
		return string(kind) + t.Name()
	}
	return t.Name()
}

// addKinds adds to sources a key for the settings of each kind.
func addKinds(r *jsonschema.Reflector, s *jsonschema.Schema) {
	nested := *r
	nested.ExpandedStruct = false
	for _, def := range kinds.Definitions {
		settings := nested.Reflect(def.New())
		maps.Copy(s.Definitions, settings.Definitions)
		s.Definitions["Source"].Properties.Set(string(def.Kind), &jsonschema.Schema{Ref: settings.Ref})
		for name, words := range def.Choices {
			choices[string(def.Kind)+name] = words
		}
	}
}

// mapped returns the schema of a type that is written otherwise than it is made.
func mapped(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[source.Duration]():
		return &jsonschema.Schema{Type: "string", Pattern: `^([0-9]+d)?([0-9.]+(h|ms|m|s))*$`, Examples: []any{"90m", "4h", "3d"}}
	case reflect.TypeFor[source.Schedule]():
		return &jsonschema.Schema{Type: "string", Examples: []any{"30 7 * * *", "@every 6h"}}
	case reflect.TypeFor[source.Paths]():
		one := &jsonschema.Schema{Type: "string"}
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{one, {Type: "array", Items: one}}}
	case reflect.TypeFor[source.Kind]():
		return enum(source.Words(kinds.Definitions.Kinds()...))
	case reflect.TypeFor[source.Role]():
		return enum(source.Choices["Source.role"])
	case reflect.TypeFor[event.Mode]():
		return enum(source.Choices["Source.mode"])
	case reflect.TypeFor[event.Status]():
		return enum(source.Choices["Statuses"])
	case reflect.TypeFor[publish.Policy]():
		return enum(choices["Calendar.cancelled"])
	}
	return nil
}

func enum(words []string) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, w := range words {
		s.Enum = append(s.Enum, w)
	}
	return s
}

// choose puts the words that settings may hold into the schema of a type, and the
// names of fields where they are keys.
func choose(s *jsonschema.Schema, name string) {
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		all := source.Choices[name+"."+p.Key]
		if all == nil {
			all = choices[name+"."+p.Key]
		}
		switch {
		case p.Value.Ref != "":
		case all != nil && p.Value.Type == "array":
			p.Value.Items = enum(all)
		case all != nil:
			p.Value.Type, p.Value.Enum = "string", enum(all).Enum
		case (p.Key == "fields" || p.Key == "columns") && p.Value.Type == "object":
			p.Value.PropertyNames = enum(source.FieldNames)
		}
	}
}

// TestSchemasTakeTheFilesThereAre holds each schema against the files that name it.
func TestSchemasTakeTheFilesThereAre(t *testing.T) {
	for _, c := range []struct{ schema, files string }{
		{"../../sources/schema.json", "../../sources/*.yaml"},
		{"../../sources/schema.json", "../source/testdata/good/*.yaml"},
		{"../../sources/platforms/schema.json", "../../sources/platforms/*.yaml"},
		{"../../sources/platforms/schema.json", "../source/testdata/good/platforms/*.yaml"},
		{"schema.json", "../../config.yaml"},
		{"schema.json", "testdata/good/*.yaml"},
	} {
		schema, err := validator.NewCompiler().Compile(c.schema)
		if err != nil {
			t.Fatal(err)
		}
		files, _ := filepath.Glob(c.files)
		if len(files) == 0 {
			t.Errorf("no file %s", c.files)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := yaml.Unmarshal(data, &v); err != nil {
				t.Errorf("%s: %v", file, err)
			} else if err := schema.Validate(plain(v)); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

// TestSchemasRefuseWhatLoadingRefuses tries what an editor should underline.
func TestSchemasRefuseWhatLoadingRefuses(t *testing.T) {
	for file, bad := range map[string][]string{
		"../../sources/schema.json": {
			"{}", "name: [a]", "{name: a, nam: b}", "{name: a, sources: [{kind: htlm}]}", "{name: a, sources: [{feed: {dates: [somewhere]}}]}",
			"{name: a, sources: [{json: {fields: {titel: .t}}}]}", "{name: a, sources: [{json: {fields: {title: {a: b}}}}]}",
			"{name: a, sources: [{mode: onlin}]}", "{name: a, sources: [{max_duration: soon}]}", "{name: a, sources: [{json: {statuses: {x: gone}}}]}",
		},
		"../../sources/platforms/schema.json": {"name: a", "{name: a, source: {kind: x}}", "{name: a, source: {}, sources: []}"},
		"schema.json":                         {"contacts: a", "mail: {tls: sometimes}", "calendar: {cancelled: kep}", "disable: osc", "mail: {port: many}", "min_gap: {a.example: 5}"},
	} {
		schema, err := validator.NewCompiler().Compile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range bad {
			var v any
			if err := yaml.Unmarshal([]byte(text), &v); err != nil {
				t.Fatal(err)
			}
			if schema.Validate(plain(v)) == nil {
				t.Errorf("%s takes %s", file, text)
			}
		}
	}
}

// plain returns what YAML holds as JSON would.
func plain(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	out, err := validator.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		return err.Error()
	}
	return out
}

// TestFilesNameTheirSchema sees to it that editors complete every file.
func TestFilesNameTheirSchema(t *testing.T) {
	for pattern, schema := range map[string]string{
		"../../sources/*.yaml": "schema.json", "../../sources/platforms/*.yaml": "schema.json", "../../config.yaml": "internal/config/schema.json",
	} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(data), "\n")
			if want := "# yaml-language-server: $schema=" + schema; first != want {
				t.Errorf("%s begins with %q; %q would be right", file, first, want)
			}
		}
		if len(files) == 0 && !slices.Contains([]string{"../../sources/*.yaml"}, pattern) {
			t.Errorf("no file %s", pattern)
		}
	}
}
