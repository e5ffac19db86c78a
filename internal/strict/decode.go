package strict

import (
	"cmp"
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml/ast"
)

// OneOrMany is implemented by lists that may be written as one value.
type OneOrMany interface{ OneOrMany() }

// An Extension knows keys of structs beyond those of their types: settings whose
// type depends on another key.
type Extension interface {
	// Keys are the names that it knows in a struct, which is given by pointer.
	Keys(into any) []string
	// Value returns a pointer to what the value of a key is decoded into, nil for a
	// key that it does not know.
	Value(into any, key string) any
}

// Extend has an extension asked for keys that a struct does not know.
func (d *Document) Extend(e Extension) { d.extension = e }

// Decode parses data and decodes it into a value, given by pointer. What the file
// leaves out keeps the value it had.
func Decode(data []byte, file string, into any) (*Document, []Problem) {
	d, problems := Parse(data, file)
	if len(problems) == 0 {
		problems = d.Decode("", into)
	}
	return d, problems
}

// Decode puts the value at path into a value, given by pointer: structs by their
// yaml tags, maps with string keys, lists, pointers, text, numbers, truth values
// and whatever reads itself from text (encoding.TextUnmarshaler). What the file
// leaves out, or leaves empty, keeps the value it had; a list replaces a list, a
// mapping is put into a mapping key by key. All problems are given at once.
func (d *Document) Decode(path string, into any) []Problem {
	n, ok := d.nodes[path]
	if !ok {
		return nil
	}
	w := walk{doc: d}
	w.value(n, path, reflect.ValueOf(into).Elem())
	Sort(w.problems)
	return w.problems
}

// A walk is one way through a document, collecting what is wrong.
type walk struct {
	doc      *Document
	problems []Problem
}

func (w *walk) complain(n ast.Node, path, expected, use string) {
	message := fmt.Sprintf("expected %s, found %s", expected, describe(n))
	if use != "" {
		message += " (use " + use + ")"
	}
	w.problems = append(w.problems, w.doc.problemAt(tokenOf(n), path, message))
}

func (w *walk) value(n ast.Node, path string, v reflect.Value) {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		v.Set(reflect.New(v.Type().Elem()))
	}
	if _, null := n.(*ast.NullNode); null || n == nil {
		return
	}
	if t, ok := unmarshaler(v); ok {
		w.text(n, path, t)
		return
	}
	w.byKind(v.Kind())(n, path, v)
}

// byKind returns what puts a value into one of a kind.
func (w *walk) byKind(k reflect.Kind) func(n ast.Node, path string, v reflect.Value) {
	switch k {
	case reflect.Pointer:
		return func(n ast.Node, path string, v reflect.Value) { w.value(n, path, v.Elem()) }
	case reflect.Struct:
		return w.structure
	case reflect.Map:
		return w.mapping
	case reflect.Slice:
		return w.list
	}
	return w.scalar
}

// scalars put a single value into one of a kind, and report whether it is one that
// may stand there.
var scalars = map[reflect.Kind]struct {
	expected string
	put      func(n ast.Node, s string, v reflect.Value) bool
}{
	reflect.String:  {"text", putText},
	reflect.Bool:    {"true or false", putTruth},
	reflect.Int:     {"a whole number", putWhole},
	reflect.Int64:   {"a whole number", putWhole},
	reflect.Float64: {"a number", putNumber},
}

// unmarshaler returns what reads v from text, where v does that itself.
func unmarshaler(v reflect.Value) (encoding.TextUnmarshaler, bool) {
	if v.Kind() == reflect.Pointer || !v.CanAddr() {
		return nil, false
	}
	t, ok := v.Addr().Interface().(encoding.TextUnmarshaler)
	return t, ok
}

func (w *walk) text(n ast.Node, path string, t encoding.TextUnmarshaler) {
	s, ok := scalarOf(n)
	if !ok {
		w.complain(n, path, "one value", "")
		return
	}
	if err := t.UnmarshalText([]byte(s)); err != nil {
		w.problems = append(w.problems, w.doc.problemAt(tokenOf(n), path, err.Error()))
	}
}

func (w *walk) structure(n ast.Node, path string, v reflect.Value) {
	fields := fieldsOf(v.Type())
	known := func() []string { return append(names(fields), w.moreKeys(v)...) }
	if !isMapping(n) {
		w.complain(n, path, "a mapping of "+strings.Join(known(), ", "), "")
		return
	}
	seen := map[string]bool{}
	for _, pair := range pairs(n) {
		key := keyOf(pair)
		target, ok := w.target(v, fields, key)
		switch {
		case !ok:
			w.unknown(pair, join(path, key), key, known())
		case !seen[key]:
			w.value(pair.Value, join(path, key), target)
		}
		seen[key] = true
	}
}

// target returns what the value of a key is decoded into.
func (w *walk) target(
	v reflect.Value,
	fields map[string]int,
	key string,
) (reflect.Value, bool) {
	if i, ok := fields[key]; ok {
		return v.Field(i), true
	}
	if w.doc.extension == nil || !v.CanAddr() {
		return reflect.Value{}, false
	}
	into := w.doc.extension.Value(v.Addr().Interface(), key)
	return reflect.ValueOf(into), into != nil
}

// moreKeys are those that only the extension knows.
func (w *walk) moreKeys(v reflect.Value) []string {
	if w.doc.extension == nil || !v.CanAddr() {
		return nil
	}
	return w.doc.extension.Keys(v.Addr().Interface())
}

func (w *walk) unknown(pair *ast.MappingValueNode, path, key string, known []string) {
	p := w.doc.problemAt(pair.Key.GetToken(), path, "unknown key")
	if p.Hint = DidYouMean(key, known); p.Hint == "" {
		p.Hint = "known here: " + strings.Join(known, ", ")
	}
	w.problems = append(w.problems, p)
}

func (w *walk) mapping(n ast.Node, path string, v reflect.Value) {
	if !isMapping(n) {
		w.complain(n, path, "a mapping", "")
		return
	}
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	for _, pair := range pairs(n) {
		key := reflect.ValueOf(keyOf(pair)).Convert(v.Type().Key())
		value := reflect.New(v.Type().Elem()).Elem()
		if old := v.MapIndex(key); old.IsValid() {
			value.Set(old)
		}
		w.value(pair.Value, join(path, keyOf(pair)), value)
		v.SetMapIndex(key, value)
	}
}

func (w *walk) list(n ast.Node, path string, v reflect.Value) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		if _, may := v.Interface().(OneOrMany); may && !isMapping(n) {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			w.value(n, path, v.Index(0))
			return
		}
		right := ""
		if s, scalar := scalarOf(n); scalar {
			right = "[" + quoted(s) + "]"
		}
		w.complain(n, path, "a list", right)
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(seq.Values), len(seq.Values)))
	for i, item := range seq.Values {
		w.value(item, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
	}
}

// scalar puts a single value into text, a truth value or a number.
func (w *walk) scalar(n ast.Node, path string, v reflect.Value) {
	kind, ok := scalars[v.Kind()]
	if !ok {
		panic("strict: cannot decode into " + v.Type().String())
	}
	s, _ := scalarOf(n)
	if kind.put(n, s, v) {
		return
	}
	use := ""
	if _, isTruth := n.(*ast.BoolNode); isTruth && v.Kind() == reflect.String {
		use = strconv.Quote(s)
	}
	w.complain(n, path, kind.expected, use)
}

func putText(n ast.Node, s string, v reflect.Value) bool {
	_, isScalar := scalarOf(n)
	_, isTruth := n.(*ast.BoolNode)
	if !isScalar || isTruth {
		return false
	}
	v.SetString(s)
	return true
}

func putTruth(n ast.Node, _ string, v reflect.Value) bool {
	truth, ok := n.(*ast.BoolNode)
	if ok {
		v.SetBool(truth.Value)
	}
	return ok
}

func putWhole(n ast.Node, s string, v reflect.Value) bool {
	_, isWhole := n.(*ast.IntegerNode)
	i, err := strconv.ParseInt(s, 10, v.Type().Bits())
	if !isWhole || err != nil {
		return false
	}
	v.SetInt(i)
	return true
}

func putNumber(_ ast.Node, s string, v reflect.Value) bool {
	f, err := strconv.ParseFloat(s, 64)
	isFinite := f-f == 0
	if err != nil || !isFinite {
		return false
	}
	v.SetFloat(f)
	return true
}

func isMapping(n ast.Node) bool {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return true
	}
	return false
}

// knownFields are the results of fieldsOf, by type.
var knownFields sync.Map

// fieldsOf returns the keys a struct knows and the fields they fill; nobody may change
// what it returns.
func fieldsOf(t reflect.Type) map[string]int {
	if known, ok := knownFields.Load(t); ok {
		fields, _ := known.(map[string]int)
		return fields
	}
	fields := map[string]int{}
	for i := range t.NumField() {
		key, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if t.Field(i).IsExported() && key != "-" {
			fields[cmp.Or(key, strings.ToLower(t.Field(i).Name))] = i
		}
	}
	knownFields.Store(t, fields)
	return fields
}

// names returns the keys in the order of the struct.
func names(fields map[string]int) []string {
	return slices.SortedFunc(
		maps.Keys(fields),
		func(a, b string) int { return fields[a] - fields[b] },
	)
}

// describe says what a value is, in words.
func describe(n ast.Node) string {
	switch n := n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	case *ast.BoolNode:
		return "the truth value " + n.GetToken().Value
	}
	if s, ok := scalarOf(n); ok {
		return quoted(s)
	}
	return "something else"
}

// quoted shows a text, cut to what a line can hold.
func quoted(s string) string {
	r := []rune(s)
	if len(r) > 40 {
		return strconv.Quote(string(r[:40]) + "…")
	}
	return strconv.Quote(s)
}
