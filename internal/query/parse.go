package query

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"koyomi/internal/text"
)

// Parse reads a query. Blanks, colons, quotes and parentheses of full width
// count as their ASCII forms. The error is nil where it parses.
func Parse(s string, env Env) (Query, *Error) {
	q := Query{env: env.withDefaults()}
	tokens, err := lex(s)
	if err != nil {
		return Query{}, err
	}
	if len(tokens) == 1 {
		return q, nil
	}
	p := parser{tokens: tokens, env: &q.env}
	if q.root, err = p.either(0); err != nil {
		return Query{}, err
	}
	if t := p.next(); t.kind != tokenEnd {
		return Query{}, &Error{t.column, "nothing to close here", "remove this )"}
	}
	if n := utf8.RuneCountInString(q.String()); n > MaxRunes {
		return Query{}, &Error{
			1,
			fmt.Sprintf("a query of %d characters when written out", n),
			fmt.Sprintf("at most %d are read", MaxRunes),
		}
	}
	q.typed = p.typed
	return q, nil
}

// A parser builds a question from tokens.
type parser struct {
	tokens []token
	at     int
	terms  int
	env    *Env
	typed  bool
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

// either reads terms joined by OR.
func (p *parser) either(depth int) (node, *Error) {
	var nodes []node
	for {
		n, err := p.each(depth)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
		if p.peek().kind != tokenOr {
			return flatOr(nodes), nil
		}
		p.next()
	}
}

// each reads terms beside each other.
func (p *parser) each(depth int) (node, *Error) {
	var nodes []node
	for {
		if err := p.and(len(nodes) == 0); err != nil {
			return nil, err
		}
		if endsTerms[p.peek().kind] {
			break
		}
		n, err := p.term(depth)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	if len(nodes) == 0 {
		return nil, missing(p.peek())
	}
	return flatAnd(nodes), nil
}

// and reads an AND if one stands here, which needs a term on either side.
func (p *parser) and(isFirst bool) *Error {
	t := p.peek()
	if t.kind != tokenAnd {
		return nil
	}
	p.next()
	if isFirst || endsTerms[p.peek().kind] {
		return &Error{
			t.column,
			"AND with nothing beside it",
			`quote it to search for the word: "AND"`,
		}
	}
	return nil
}

// endsTerms are the tokens before which no term is missing.
var endsTerms = map[tokenKind]bool{
	tokenEnd:   true,
	tokenClose: true,
	tokenOr:    true,
	tokenAnd:   true,
}

func missing(t token) *Error {
	switch t.kind {
	case tokenOr:
		return &Error{
			t.column,
			"OR with nothing before it",
			`quote it to search for the word: "OR"`,
		}
	case tokenClose:
		return &Error{
			t.column,
			"nothing stands before this )",
			"write a term in the parentheses",
		}
	}
	return &Error{t.column, "the query ends where a term should stand", ""}
}

// term reads one term, negated or grouped.
func (p *parser) term(depth int) (node, *Error) {
	read, goesDeeper := map[tokenKind]func(token, int) (node, *Error){
		tokenNot:  p.negated,
		tokenOpen: p.group,
	}[p.peek().kind]
	if !goesDeeper {
		return p.leaf(p.next())
	}
	if depth >= MaxDepth {
		return nil, &Error{
			p.peek().column,
			"too deep",
			fmt.Sprintf("at most %d levels of parentheses and - are read", MaxDepth),
		}
	}
	return read(p.next(), depth+1)
}

// negated reads the term after a -.
func (p *parser) negated(_ token, depth int) (node, *Error) {
	n, err := p.term(depth)
	if err != nil {
		return nil, err
	}
	if inner, ok := n.(not); ok {
		return inner.of, nil
	}
	return not{n}, nil
}

// group reads what stands in parentheses.
func (p *parser) group(open token, depth int) (node, *Error) {
	n, err := p.either(depth)
	if err != nil {
		return nil, err
	}
	if p.next().kind != tokenClose {
		return nil, &Error{open.column, "this ( is not closed", "add a )"}
	}
	return n, nil
}

// leaf reads a word or field.
func (p *parser) leaf(t token) (node, *Error) {
	if p.terms++; p.terms > MaxTerms {
		return nil, &Error{
			t.column,
			"too many terms",
			fmt.Sprintf("at most %d are read", MaxTerms),
		}
	}
	switch t.kind {
	case tokenWord:
		w := text.Fold(t.text)
		if w == "" {
			return nil, &Error{t.column, "nothing to search for in this word", ""}
		}
		return word(w), nil
	case tokenField:
		if t.name == "type" {
			p.typed = true
		}
		n, problem, hint := fields[t.name].read(t.text, p.env)
		if problem != "" {
			return nil, &Error{t.valueColumn, problem, hint}
		}
		return n, nil
	}
	return nil, missing(t)
}

// flatAnd and flatOr join groups of the same sort, in one order and without
// repetition.
func flatAnd(nodes []node) node { return flat[all](nodes) }

func flatOr(nodes []node) node { return flat[anyOf](nodes) }

func flat[Group interface {
	~[]node
	node
}](nodes []node,
) node {
	var parts Group
	for _, n := range nodes {
		if group, ok := n.(Group); ok {
			parts = append(parts, group...)
			continue
		}
		parts = append(parts, n)
	}
	if parts = distinct(parts); len(parts) == 1 {
		return parts[0]
	}
	return parts
}

func distinct[Group ~[]node](nodes Group) Group {
	slices.SortStableFunc(
		nodes,
		func(a, b node) int { return strings.Compare(a.text(), b.text()) },
	)
	return slices.CompactFunc(nodes, func(a, b node) bool { return a.text() == b.text() })
}
