package json

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/itchyny/gojq"

	"koyomi/internal/text"
)

// The bounds of one path on one value: time, and the number of results.
const (
	pathTime    = 2 * time.Second
	pathResults = 100_000
)

// A path is a compiled jq expression. One that only names members (".venue.name")
// is walked without the engine, which most are.
type path struct {
	name, text string
	code       *gojq.Code
	members    []string
	// need is a member of objects without which it finds nothing, "" for none.
	need string
}

// plainPath is a path of members alone.
var plainPath = text.NewPattern(`^(?:\.[A-Za-z_][A-Za-z0-9_]*)+$`)

// compile makes a path ready; an error names the setting and what is wrong in it.
func compile(name, text string) (*path, error) {
	q, err := gojq.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("json.%s: %q is not a jq path: %w", name, text, err)
	}
	code, err := gojq.Compile(q)
	if err != nil {
		return nil, fmt.Errorf("json.%s: %q is not a jq path: %w", name, text, err)
	}
	p := &path{
		name: name,
		text: text,
		code: code,
		need: needs[text],
	}
	if plainPath.MatchString(text) {
		p.members = strings.Split(text[1:], ".")
	}
	return p, nil
}

// compileSome is compile for a path that may be left out.
func compileSome(name, text string) (*path, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no path is no error
	}
	return compile(name, text)
}

// compileAll makes alternatives ready.
func compileAll(name string, alternatives []string) ([]*path, error) {
	var out []*path
	for _, a := range alternatives {
		p, err := compile(name, a)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// member follows the members of a plain path; false where the value is not made of
// objects and the engine has to say what is wrong.
func (p *path) member(value any) (any, bool) {
	for _, name := range p.members {
		switch v := value.(type) {
		case map[string]any:
			value = v[name]
		case nil:
			return nil, true
		default:
			return nil, false
		}
	}
	return value, len(p.members) > 0
}

// lacks reports whether a value has not the member without which the path finds
// nothing.
func (p *path) lacks(value any) bool {
	o, ok := value.(map[string]any)
	if !ok || p.need == "" {
		return false
	}
	_, there := o[p.need]
	return !there
}

// run returns what the path finds in a value.
func (p *path) run(value any) ([]any, error) {
	if p.lacks(value) {
		return nil, nil
	}
	if v, ok := p.member(value); ok {
		return []any{v}, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), pathTime)
	defer cancel()
	var out []any
	iter := p.code.RunWithContext(ctx, value)
	for v, more := iter.Next(); more; v, more = iter.Next() {
		if err, failed := v.(error); failed {
			return p.stopped(out, err)
		}
		if out = append(out, v); len(out) > pathResults {
			return nil, fmt.Errorf("%s: more than %d results", p.name, pathResults)
		}
	}
	return out, nil
}

// stopped is the end of a path that stops early: by itself, or for something that is
// wrong.
func (p *path) stopped(out []any, err error) ([]any, error) {
	var halt *gojq.HaltError
	if errors.As(err, &halt) && halt.Value() == nil {
		return out, nil
	}
	return nil, fmt.Errorf("%s: %w", p.name, err)
}
