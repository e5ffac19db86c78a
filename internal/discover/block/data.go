package block

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"koyomi/internal/extract"
	"koyomi/internal/text"
)

// maxNesting is how deep data is looked into.
const maxNesting = 12

// A node is a value of data, its keys in their order.
type node struct {
	scalar string
	keys   []string
	kids   []node
	isMap  bool
	isList bool
}

// fromJSON reads JSON with the order of its keys.
func fromJSON(body string) (node, error) {
	if err := extract.Heavy(body); err != nil {
		return node{}, err
	}
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	return jsonValue(d, 0)
}

var errDeep = errors.New("data nested too deep")

func jsonValue(d *json.Decoder, depth int) (node, error) {
	t, err := d.Token()
	if err != nil {
		return node{}, err
	}
	if depth > 200 {
		return node{}, errDeep
	}
	mark, ok := t.(json.Delim)
	if !ok {
		return node{scalar: scalar(t)}, nil
	}
	n := node{isMap: mark == '{', isList: mark == '['}
	for d.More() {
		if n.isMap {
			key, err := d.Token()
			if err != nil {
				return n, err
			}
			n.keys = append(n.keys, fmt.Sprint(key))
		}
		kid, err := jsonValue(d, depth+1)
		if err != nil {
			return n, err
		}
		n.kids = append(n.kids, kid)
	}
	_, err = d.Token()
	return n, err
}

func scalar(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// maxYAML is how many bytes of YAML are read.
const maxYAML = 2 << 20

// fromYAML reads YAML with the order of its keys.
func fromYAML(body string) (node, error) {
	if len(body) > maxYAML {
		return node{}, errDeep
	}
	if strings.Contains(body, "&") && strings.Contains(body, "*") {
		var v any
		if err := yaml.NewDecoder(bytes.NewReader([]byte(body))).Decode(&v); err != nil {
			return node{}, err
		}
	}
	f, err := parser.ParseBytes([]byte(body), 0)
	if err != nil {
		return node{}, err
	}
	all := node{isList: true}
	for _, d := range f.Docs {
		if d.Body != nil {
			all.kids = append(all.kids, yamlNode(d.Body, 0))
		}
	}
	if len(all.kids) == 1 {
		return all.kids[0], nil
	}
	return all, nil
}

// yamlNode takes over a node of a YAML document; aliases say nothing.
func yamlNode(v ast.Node, depth int) node {
	if depth > maxNesting {
		return node{}
	}
	switch v := v.(type) {
	case *ast.MappingNode:
		n := node{isMap: true}
		for _, p := range v.Values {
			n.keys = append(n.keys, keyOf(p.Key))
			n.kids = append(n.kids, yamlNode(p.Value, depth+1))
		}
		return n
	case *ast.MappingValueNode:
		return node{
			isMap: true,
			keys:  []string{keyOf(v.Key)},
			kids:  []node{yamlNode(v.Value, depth+1)},
		}
	case *ast.SequenceNode:
		n := node{isList: true}
		for _, k := range v.Values {
			n.kids = append(n.kids, yamlNode(k, depth+1))
		}
		return n
	case *ast.TagNode:
		return yamlNode(v.Value, depth+1)
	case *ast.AnchorNode:
		return yamlNode(v.Value, depth+1)
	case *ast.LiteralNode:
		return node{scalar: v.Value.Value}
	case *ast.StringNode:
		return node{scalar: v.Value}
	case *ast.NullNode, *ast.AliasNode:
		return node{}
	case nil:
		return node{}
	}
	return node{scalar: v.GetToken().Value}
}

func keyOf(k ast.MapKeyNode) string {
	if s, ok := k.(*ast.StringNode); ok {
		return s.Value
	}
	return k.GetToken().Value
}

// fromCSV reads rows under a header.
func fromCSV(body string, comma rune) (node, error) {
	c := csv.NewReader(strings.NewReader(body))
	c.Comma = comma
	c.FieldsPerRecord = -1
	c.LazyQuotes = true
	all := node{isList: true}
	var head []string
	for len(all.kids) < maxLines {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		if head == nil {
			head = row
			continue
		}
		n := node{isMap: true}
		for i := range min(len(head), len(row)) {
			n.keys = append(n.keys, strings.TrimSpace(head[i]))
			n.kids = append(n.kids, node{scalar: row[i]})
		}
		all.kids = append(all.kids, n)
	}
	return all, nil
}

// data adds a value of data under a key.
func (b *builder) data(n node, key string, depth int) {
	switch {
	case depth > maxNesting || b.doc.Full:
	case n.isMap:
		b.mapping(n, key, depth)
	case n.isList:
		b.list(n, key, depth)
	default:
		b.value(n.scalar, key)
	}
}

func (b *builder) value(s, key string) {
	s = strings.TrimSpace(s)
	if s == "" {
		return
	}
	if strings.Contains(s, "<") {
		s = text.FromHTML(s)
	}
	l := Line{Text: s[:cutAt(s, maxLine)], Label: key, Data: true}
	if isAddress(s) {
		l.Link, l.Linked = s, true
	}
	b.add(l)
}

func isAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// mapping adds a map: one whose values are alike is a list by its keys.
func (b *builder) mapping(n node, key string, depth int) {
	isTable := alike(n)
	b.open("map", "."+key)
	for i, k := range n.kids {
		if !isTable {
			b.data(k, n.keys[i], depth+1)
			continue
		}
		if k.isMap {
			b.open("map", ".*")
			b.value(n.keys[i], "key")
			for j, inner := range k.kids {
				b.data(inner, k.keys[j], depth+2)
			}
			b.shut()
			continue
		}
		b.open("map", ".*[]")
		b.value(n.keys[i], "key")
		b.data(k, "*", depth+1)
		b.shut()
	}
	b.shut()
}

// alike reports whether a map stands for a list: its values are maps with keys in
// common, or all lists of maps.
func alike(n node) bool {
	if len(n.kids) < 2 {
		return false
	}
	count := map[string]int{}
	for _, k := range n.kids {
		if !k.isMap {
			return false
		}
		for _, key := range k.keys {
			count[key]++
		}
	}
	for _, c := range count {
		if c*10 >= len(n.kids)*7 {
			return true
		}
	}
	return false
}

// list adds a list; one of plain values is a single line.
func (b *builder) list(n node, key string, depth int) {
	var plain []string
	for _, k := range n.kids {
		if k.isMap || k.isList {
			b.data(k, key+"[]", depth+1)
			continue
		}
		if k.scalar != "" {
			plain = append(plain, k.scalar)
		}
	}
	if len(plain) > 0 {
		b.value(strings.Join(plain, ", "), key)
	}
}

// cutAt returns where to cut s so that at most n bytes stay, between runes.
func cutAt(s string, n int) int {
	if len(s) <= n {
		return len(s)
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return n
}
