package json

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/itchyny/gojq"
)

// The bounds of one path on one value: time, and the number of results.
const (
	pathTime    = 2 * time.Second
	pathResults = 100_000
)

// A path is a compiled jq expression.
type path struct {
	name, text string
	code       *gojq.Code
}

// compile makes a path ready; an error names the setting and what is wrong in it.
func compile(name, text string) (*path, error) {
	q, err := gojq.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("json.%s: %q is no jq path: %w", name, text, err)
	}
	code, err := gojq.Compile(q)
	if err != nil {
		return nil, fmt.Errorf("json.%s: %q is no jq path: %w", name, text, err)
	}
	return &path{name: name, text: text, code: code}, nil
}

// run gives what the path finds in a value.
func (p *path) run(value any) ([]any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), pathTime)
	defer cancel()
	var out []any
	for iter := p.code.RunWithContext(ctx, value); ; {
		v, ok := iter.Next()
		if !ok {
			return out, nil
		}
		if err, failed := v.(error); failed {
			var halt *gojq.HaltError
			if errors.As(err, &halt) && halt.Value() == nil {
				return out, nil
			}
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		if out = append(out, v); len(out) > pathResults {
			return nil, fmt.Errorf("%s: more than %d results", p.name, pathResults)
		}
	}
}
