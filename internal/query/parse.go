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
		return Query{}, &Error{1, fmt.Sprintf("a query of %d characters when written out", n), fmt.Sprintf("at most %d are read", MaxRunes)}
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
		t := p.peek()
		switch t.kind {
		case tokenEnd, tokenClose, tokenOr:
			if len(nodes) == 0 {
				return nil, missing(t)
			}
			return flatAnd(nodes), nil
		case tokenAnd:
			p.next()
			if k := p.peek().kind; len(nodes) == 0 || k == tokenEnd || k == tokenClose || k == tokenOr || k == tokenAnd {
				return nil, &Error{t.column, "AND with nothing beside it", `quote it to search for the word: "AND"`}
			}
			continue
		}
		n, err := p.term(depth)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
}

func missing(t token) *Error {
	switch t.kind {
	case tokenOr:
		return &Error{t.column, "OR with nothing before it", `quote it to search for the word: "OR"`}
	case tokenClose:
		return &Error{t.column, "nothing stands before this )", "write a term in the parentheses"}
	}
	return &Error{t.column, "the query ends where a term should stand", ""}
}

// term reads one term, negated or grouped.
func (p *parser) term(depth int) (node, *Error) {
	if k := p.peek().kind; depth >= MaxDepth && (k == tokenNot || k == tokenOpen) {
		return nil, &Error{p.peek().column, "too deep", fmt.Sprintf("at most %d levels of parentheses and - are read", MaxDepth)}
	}
	switch t := p.next(); t.kind {
	case tokenNot:
		n, err := p.term(depth + 1)
		if err != nil {
			return nil, err
		}
		if inner, ok := n.(not); ok {
			return inner.of, nil
		}
		return not{n}, nil
	case tokenOpen:
		n, err := p.either(depth + 1)
		if err != nil {
			return nil, err
		}
		if p.next().kind != tokenClose {
			return nil, &Error{t.column, "this ( is not closed", "add a )"}
		}
		return n, nil
	default:
		return p.leaf(t)
	}
}

// leaf reads a word or field.
func (p *parser) leaf(t token) (node, *Error) {
	if p.terms++; p.terms > MaxTerms {
		return nil, &Error{t.column, "too many terms", fmt.Sprintf("at most %d are read", MaxTerms)}
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
func flatAnd(nodes []node) node {
	var flat []node
	for _, n := range nodes {
		if group, ok := n.(all); ok {
			flat = append(flat, group...)
			continue
		}
		flat = append(flat, n)
	}
	if flat = distinct(flat); len(flat) == 1 {
		return flat[0]
	}
	return all(flat)
}

func flatOr(nodes []node) node {
	var flat []node
	for _, n := range nodes {
		if group, ok := n.(anyOf); ok {
			flat = append(flat, group...)
			continue
		}
		flat = append(flat, n)
	}
	if flat = distinct(flat); len(flat) == 1 {
		return flat[0]
	}
	return anyOf(flat)
}

func distinct(nodes []node) []node {
	slices.SortStableFunc(nodes, func(a, b node) int { return strings.Compare(a.text(), b.text()) })
	return slices.CompactFunc(nodes, func(a, b node) bool { return a.text() == b.text() })
}
