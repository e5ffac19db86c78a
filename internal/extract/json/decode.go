package json

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"koyomi/internal/extract"
)

// maxDepth is how deep values may be nested.
const maxDepth = 100

// decode reads exactly one JSON value. Names that occur twice in one object,
// anything after the value, and numbers that no number can hold are errors;
// whole numbers keep all their digits.
func decode(s string) (any, error) {
	if err := extract.Heavy(s); err != nil {
		return nil, err
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	v, err := value(d, 0)
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("the JSON is cut off")
		}
		return nil, fmt.Errorf("byte %d: %w", d.InputOffset(), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("byte %d: something follows the JSON value", d.InputOffset())
	}
	return v, nil
}

func value(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested more than %d deep", maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			return list(d, depth)
		}
		return object(d, depth)
	case json.Number:
		return exact(t)
	}
	return t, nil
}

func list(d *json.Decoder, depth int) (any, error) {
	out := []any{}
	for d.More() {
		v, err := value(d, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	_, err := d.Token()
	return out, err
}

func object(d *json.Decoder, depth int) (any, error) {
	out := map[string]any{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := t.(string)
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("the name %q occurs twice in one object", name)
		}
		if out[name], err = value(d, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return out, err
}

// exact keeps whole numbers whole: int, beyond that big.Int; the rest is float64.
func exact(n json.Number) (any, error) {
	s := n.String()
	if i, err := strconv.Atoi(s); err == nil {
		return i, nil
	}
	if !strings.ContainsAny(s, ".eE") && len(s) < 1000 {
		if i, ok := new(big.Int).SetString(s, 10); ok {
			return i, nil
		}
	}
	f, err := n.Float64()
	if err != nil {
		return nil, fmt.Errorf("the number %.40s is too large", s)
	}
	return f, nil
}
