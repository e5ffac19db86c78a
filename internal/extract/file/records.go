package file

import (
	"encoding/json"
	"errors"
	"fmt"
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
		return fmt.Errorf("YAML of %d lines, colons and commas; at most %d are read (as CSV more)", n, maxMarks)
	}
	depth := 0
	for _, t := range lexer.Tokenize(body) {
		switch t.Type {
		case token.AliasType:
			return fmt.Errorf("line %d: aliases are not read", t.Position.Line)
		case token.SequenceStartType, token.MappingStartType:
			if depth++; depth > 100 {
				return fmt.Errorf("line %d: nested more than 100 deep", t.Position.Line)
			}
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
	}
	var v any
	if err := yaml.Unmarshal([]byte(body), &v); err != nil {
		return fmt.Errorf("not YAML: %s", text.Line(err.Error(), 300))
	}
	return r.list(v)
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
	if r.set.Items != "" {
		for name := range strings.SplitSeq(strings.Trim(r.set.Items, "."), ".") {
			o, _ := v.(map[string]any)
			v = o[name]
		}
	} else if o, ok := v.(map[string]any); ok {
		v = []any{o}
		for _, name := range []string{"events", "items", "conferences", "data"} {
			if l, ok := o[name].([]any); ok {
				v = l
			}
		}
	}
	all, ok := v.([]any)
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
