package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"

	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// maxMarks bounds YAML, which takes a hundred times the memory and time of its
// bytes: lines, colons and commas together; four an event.
const maxMarks = 80_000

// yaml reads a list of events, at the top or under file.items. Aliases are
// refused: a few bytes of them make gigabytes.
func (r *reader) yaml(body string) error {
	if n := strings.Count(body, "\n") + strings.Count(body, ":") + strings.Count(body, ","); n > maxMarks {
		return fmt.Errorf(
			"YAML of %d lines, colons and commas; at most %d are read (as CSV more)",
			n,
			maxMarks,
		)
	}
	if err := plainYAML(body); err != nil {
		return err
	}
	var v any
	if err := yaml.Unmarshal([]byte(body), &v); err != nil {
		return fmt.Errorf("not YAML: %s", text.Line(err.Error(), 300))
	}
	return r.list(v)
}

// nesting is by how much a token of YAML leads into what is nested.
var nesting = map[token.Type]int{
	token.SequenceStartType: 1, token.MappingStartType: 1,
	token.SequenceEndType: -1, token.MappingEndType: -1,
}

// maxNested is how deep values may be nested.
const maxNested = 100

// plainYAML checks that YAML holds no aliases and is not nested beyond all use.
func plainYAML(body string) error {
	depth := 0
	for _, t := range lexer.Tokenize(body) {
		if t.Type == token.AliasType {
			return fmt.Errorf("line %d: aliases are not read", t.Position.Line)
		}
		if depth += nesting[t.Type]; depth > maxNested {
			return fmt.Errorf(
				"line %d: nested more than %d deep",
				t.Position.Line,
				maxNested,
			)
		}
	}
	return nil
}

func (r *reader) json(body string) error {
	if err := extract.Heavy(body); err != nil {
		return err
	}
	var v any
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return fmt.Errorf("not JSON: %s", text.Line(err.Error(), 300))
	}
	if d.More() {
		return errors.New("something follows the JSON value")
	}
	return r.list(v)
}

// list reads the list of records in v.
func (r *reader) list(v any) error {
	all, ok := r.records(v).([]any)
	if !ok {
		return errors.New("no list of events; file.items says under which name it is")
	}
	if len(all) > maxRows {
		return fmt.Errorf("%d items; at most %d are read", len(all), maxRows)
	}
	for i, e := range all {
		item := fmt.Sprintf("item %d", i+1)
		o, ok := e.(map[string]any)
		if !ok {
			r.b.Reject(item, fmt.Sprint(e), "no mapping of names to values")
			continue
		}
		r.record(item, o)
	}
	return nil
}

// listNames are the names under which files keep their list; the last one counts.
var listNames = []string{"events", "items", "conferences", "data"}

// records returns what the settings, or the names in use, say is the list: a mapping
// without one is a list of one.
func (r *reader) records(v any) any {
	if r.set.Items != "" {
		for name := range strings.SplitSeq(strings.Trim(r.set.Items, "."), ".") {
			o, _ := v.(map[string]any)
			v = o[name]
		}
		return v
	}
	o, ok := v.(map[string]any)
	if !ok {
		return v
	}
	for _, name := range slices.Backward(listNames) {
		if l, ok := o[name].([]any); ok {
			return l
		}
	}
	return []any{o}
}
