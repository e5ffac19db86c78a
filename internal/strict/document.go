package strict

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	// MaxSize is the number of bytes a file may have.
	MaxSize = 1 << 20
	// maxDepth is how deep lists and mappings may be nested; people need six.
	maxDepth = 40
)

// A Document is a parsed file that knows where everything in it stands.
type Document struct {
	// File is the name that problems carry.
	File   string
	root   ast.Node
	places map[string]place
	nodes  map[string]ast.Node
	// extension knows keys of structs beyond those of their types; nil for none.
	extension Extension
}

// A place is a line and a column, from 1.
type place struct{ line, column int }

// Parse reads one YAML document. What it does not take: more than MaxSize bytes,
// bytes that are not UTF-8, control characters, a second document, anchors,
// aliases, merge keys and tags. A byte order mark and CRLF are taken. Keys that
// stand twice are found here; unknown ones by Decode.
func Parse(data []byte, file string) (*Document, []Problem) {
	d := &Document{
		File:   file,
		places: map[string]place{},
		nodes:  map[string]ast.Node{},
	}
	text, problem := d.clean(data)
	if problem != nil {
		return d, []Problem{*problem}
	}
	tokens, problem := d.tokens(text)
	if problem != nil {
		return d, []Problem{*problem}
	}
	f, problem := d.parse(tokens)
	if problem != nil {
		return d, []Problem{*problem}
	}
	docs := f.Docs
	for len(docs) > 0 && docs[len(docs)-1].Body == nil {
		docs = docs[:len(docs)-1]
	}
	if len(docs) > 1 {
		p := d.problemAt(
			tokenOf(docs[1].Body),
			"",
			"expected one document, found a second one after --- (use a file of its own)",
		)
		return d, []Problem{p}
	}
	if len(docs) == 0 {
		return d, nil
	}
	d.root = docs[0].Body
	return d, d.index(d.root, "")
}

// clean returns the text with plain line ends, or says why it is none.
func (d *Document) clean(data []byte) (string, *Problem) {
	if len(data) > MaxSize {
		return "", &Problem{
			File:    d.File,
			Message: fmt.Sprintf("expected at most %d bytes, found %d", MaxSize, len(data)),
		}
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data))
	line, column := 1, 1
	for rest := text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		if wrong := unreadable(r, rest[:size]); wrong != "" {
			return "", &Problem{
				File:    d.File,
				Line:    line,
				Column:  column,
				Message: wrong,
			}
		}
		rest = rest[size:]
		if column++; r == '\n' {
			line, column = line+1, 1
		}
	}
	return text, nil
}

// unreadable says why a character, written as these bytes, stands in no text of
// ours; "" where it may.
func unreadable(r rune, bytes string) string {
	switch {
	case r == utf8.RuneError && len(bytes) == 1:
		return fmt.Sprintf(
			"expected UTF-8, found the byte 0x%02X (use a file saved as UTF-8)",
			bytes[0],
		)
	case r == '\n', r == '\t':
		return ""
	case unicode.IsControl(r), r == '\uFEFF':
		return fmt.Sprintf("expected text, found the control character U+%04X", r)
	}
	return ""
}

// tokens cuts the text up and refuses what a hand-written file does not need and
// a hostile one would use: what repeats a value, and what nests without end.
func (d *Document) tokens(text string) (tokens token.Tokens, problem *Problem) {
	defer d.guard(&problem)
	tokens = lexer.Tokenize(text)
	var n nesting
	for _, t := range tokens {
		what := refused[t.Type]
		if n.follow(t); n.tooDeep(t) {
			what = fmt.Sprintf("values nested more than %d deep", maxDepth)
		}
		if what != "" {
			p := d.problemAt(
				t,
				"",
				"expected plain YAML, found "+what+" (use the value itself)",
			)
			return nil, &p
		}
	}
	return tokens, nil
}

// A nesting is how deep the values around a token are.
type nesting struct {
	// depth counts open brackets and braces, dashes the entries of a list that begin
	// directly one behind another.
	depth, dashes int
}

func (n *nesting) follow(t *token.Token) {
	n.dashes++
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		n.depth++
	case token.SequenceEndType, token.MappingEndType:
		n.depth--
	case token.SequenceEntryType:
		return
	}
	n.dashes = 0
}

// maxIndent is the column beyond which no entry of a list begins.
const maxIndent = 20 * maxDepth

func (n *nesting) tooDeep(t *token.Token) bool {
	isFar := t.Type == token.SequenceEntryType && t.Position.Column > maxIndent
	return isFar || max(n.depth, n.dashes) > maxDepth
}

// refused are the parts of YAML that no file of ours uses.
var refused = map[token.Type]string{
	token.AnchorType:     "an anchor (&)",
	token.AliasType:      "an alias (*)",
	token.MergeKeyType:   "a merge key (<<)",
	token.TagType:        "a tag (!)",
	token.DirectiveType:  "a directive (%)",
	token.MappingKeyType: "a complex key (?)",
}

func (d *Document) parse(tokens token.Tokens) (f *ast.File, problem *Problem) {
	defer d.guard(&problem)
	f, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err == nil {
		return f, nil
	}
	p := Problem{File: d.File, Message: "expected YAML: " + err.Error()}
	var where yaml.Error
	if errors.As(err, &where) {
		p = d.problemAt(where.GetToken(), "", "expected YAML: "+where.GetMessage())
	}
	return nil, &p
}

// guard turns a breakdown of the YAML library into a problem.
func (d *Document) guard(problem **Problem) {
	if r := recover(); r != nil {
		*problem = &Problem{
			File:    d.File,
			Message: "expected YAML, found what cannot be parsed",
		}
	}
}

func (d *Document) problemAt(t *token.Token, path, message string) Problem {
	p := Problem{File: d.File, Path: path, Message: message}
	if t != nil && t.Position != nil {
		p.Line, p.Column = t.Position.Line, t.Position.Column
	}
	return p
}

// index notes the place of every value and finds keys that stand twice.
func (d *Document) index(n ast.Node, path string) []Problem {
	d.note(n, path)
	var problems []Problem
	switch n := n.(type) {
	case *ast.SequenceNode:
		for i, v := range n.Values {
			problems = append(problems, d.index(v, fmt.Sprintf("%s[%d]", path, i))...)
		}
	case *ast.MappingNode, *ast.MappingValueNode:
		seen := map[string]bool{}
		for _, pair := range pairs(n) {
			at := join(path, keyOf(pair))
			if seen[keyOf(pair)] {
				problems = append(problems, d.problemAt(pair.Key.GetToken(), at, "the key stands twice (use once)"))
				continue
			}
			seen[keyOf(pair)] = true
			problems = append(problems, d.index(pair.Value, at)...)
			if _, scalar := scalarOf(pair.Value); !scalar {
				d.note(pair.Key, at)
			}
			d.nodes[at] = pair.Value
		}
	}
	return problems
}

func (d *Document) note(n ast.Node, path string) {
	if n == nil {
		return
	}
	d.nodes[path] = n
	if t := tokenOf(n); t != nil && t.Position != nil {
		d.places[path] = place{t.Position.Line, t.Position.Column}
	}
}

// Problem says that something is wrong with the value at path, at its place or,
// where the file does not hold it, at that of the nearest value around it.
func (d *Document) Problem(path, message, hint string) Problem {
	p := Problem{
		File:    d.File,
		Path:    path,
		Message: message,
		Hint:    hint,
	}
	for at := path; ; at = parent(at) {
		if where, ok := d.places[at]; ok {
			p.Line, p.Column = where.line, where.column
			return p
		}
		if at == "" {
			return p
		}
	}
}

// Has reports whether the file holds a value at path.
func (d *Document) Has(path string) bool {
	_, ok := d.nodes[path]
	return ok
}

// Says reports whether the file holds a value at path that is not empty.
func (d *Document) Says(path string) bool {
	n, ok := d.nodes[path]
	_, null := n.(*ast.NullNode)
	return ok && n != nil && !null
}

// Text returns the value at path as it is written, "" where it is no single one.
func (d *Document) Text(path string) string {
	n, ok := d.nodes[path]
	if !ok || n == nil {
		return ""
	}
	s, _ := scalarOf(n)
	return s
}

func parent(path string) string {
	i := strings.LastIndexAny(path, ".[")
	return path[:max(i, 0)]
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// pairs returns the keys and values of a mapping, whatever shape the parser gave it.
func pairs(n ast.Node) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

// tokenOf returns where a value begins; of a mapping without braces its first key.
func tokenOf(n ast.Node) *token.Token {
	if m, ok := n.(*ast.MappingNode); ok && m.IsFlowStyle {
		return m.Start
	}
	if p := pairs(n); len(p) > 0 {
		return p[0].Key.GetToken()
	}
	return n.GetToken()
}

func keyOf(pair *ast.MappingValueNode) string {
	if s, ok := pair.Key.(*ast.StringNode); ok {
		return s.Value
	}
	return pair.Key.GetToken().Value
}

// scalarOf returns the text of a single value.
func scalarOf(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}
