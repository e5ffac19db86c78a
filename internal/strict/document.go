package strict

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
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
	d := &Document{File: file, places: map[string]place{}, nodes: map[string]ast.Node{}}
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
		p := d.problemAt(tokenOf(docs[1].Body), "", "one document is expected, found a second one after ---; a file of its own would be right")
		return d, []Problem{p}
	}
	if len(docs) == 0 {
		return d, nil
	}
	d.root = docs[0].Body
	return d, d.index(d.root, "")
}

// clean gives the text with plain line ends, or says why it is none.
func (d *Document) clean(data []byte) (string, *Problem) {
	if len(data) > MaxSize {
		return "", &Problem{File: d.File, Message: fmt.Sprintf("at most %d bytes are expected, found %d", MaxSize, len(data))}
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data))
	line, column := 1, 1
	for rest := text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		bad := ""
		switch {
		case r == utf8.RuneError && size == 1:
			bad = fmt.Sprintf("UTF-8 is expected, found the byte 0x%02X; a file saved as UTF-8 would be right", rest[0])
		case r < 0x20 && r != '\n' && r != '\t', r >= 0x7f && r < 0xa0, r == '\uFEFF':
			bad = fmt.Sprintf("text is expected, found the control character U+%04X", r)
		}
		if bad != "" {
			return "", &Problem{File: d.File, Line: line, Column: column, Message: bad}
		}
		rest = rest[size:]
		if column++; r == '\n' {
			line, column = line+1, 1
		}
	}
	return text, nil
}

// tokens cuts the text up and refuses what a hand-written file does not need and
// a hostile one would use: what repeats a value, and what nests without end.
func (d *Document) tokens(text string) (tokens token.Tokens, problem *Problem) {
	defer d.guard(&problem)
	tokens = lexer.Tokenize(text)
	depth, row := 0, 0
	for _, t := range tokens {
		if row++; t.Type != token.SequenceEntryType {
			row = 0
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
		what := refused[t.Type]
		if depth > maxDepth || row > maxDepth || t.Position.Column > 20*maxDepth && t.Type == token.SequenceEntryType {
			what = fmt.Sprintf("values nested more than %d deep", maxDepth)
		}
		if what != "" {
			p := d.problemAt(t, "", "plain YAML is expected, found "+what+"; the value itself would be right")
			return nil, &p
		}
	}
	return tokens, nil
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
	p := Problem{File: d.File, Message: "YAML is expected: " + err.Error()}
	var where yaml.Error
	if errors.As(err, &where) {
		p = d.problemAt(where.GetToken(), "", "YAML is expected: "+where.GetMessage())
	}
	return nil, &p
}

// guard turns a breakdown of the YAML library into a problem.
func (d *Document) guard(problem **Problem) {
	if r := recover(); r != nil {
		*problem = &Problem{File: d.File, Message: "YAML is expected, found what cannot be parsed"}
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
				problems = append(problems, d.problemAt(pair.Key.GetToken(), at, "the key stands twice; once would be right"))
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
	p := Problem{File: d.File, Path: path, Message: message, Hint: hint}
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

// Text gives the value at path as it is written, "" where it is no single one.
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

// pairs gives the keys and values of a mapping, whatever shape the parser gave it.
func pairs(n ast.Node) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

// tokenOf gives where a value begins; of a mapping without braces its first key.
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

// scalarOf gives the text of a single value.
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
