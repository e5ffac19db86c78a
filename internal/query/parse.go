package query

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
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

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenOpen
	tokenClose
	tokenNot
	tokenOr
	tokenAnd
	tokenWord
	tokenField
)

// A token is a piece of a query. text is that of a word, or the value of a field
// as typed; name is that of a field, lower case.
type token struct {
	kind       tokenKind
	name, text string
	column     int
	// valueColumn is where the value of a field begins.
	valueColumn int
}

// A lexer cuts a query into tokens. at counts characters.
type lexer struct {
	runes []rune
	at    int
	out   []token
}

func lex(s string) ([]token, *Error) {
	if len(s) > MaxRunes*utf8.UTFMax {
		return nil, &Error{MaxRunes + 1, fmt.Sprintf("a query of %d bytes", len(s)), fmt.Sprintf("at most %d characters are read", MaxRunes)}
	}
	if !utf8.ValidString(s) {
		return nil, &Error{1, "not valid UTF-8", ""}
	}
	l := lexer{runes: []rune(s)}
	if len(l.runes) > MaxRunes {
		return nil, &Error{MaxRunes + 1, fmt.Sprintf("a query of %d characters", len(l.runes)), fmt.Sprintf("at most %d are read", MaxRunes)}
	}
	for i, r := range l.runes {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return nil, &Error{i + 1, fmt.Sprintf("a control character (U+%04X)", r), "remove it"}
		}
	}
	for l.at < len(l.runes) {
		if err := l.token(); err != nil {
			return nil, err
		}
	}
	l.out = append(l.out, token{kind: tokenEnd, column: len(l.runes) + 1})
	return l.out, nil
}

// token reads one token or blank.
func (l *lexer) token() *Error {
	column := l.at + 1
	switch r := l.runes[l.at]; {
	case unicode.IsSpace(r):
		l.at++
	case r == '(' || r == '（':
		l.at++
		l.out = append(l.out, token{kind: tokenOpen, column: column})
	case r == ')' || r == '）':
		l.at++
		l.out = append(l.out, token{kind: tokenClose, column: column})
	case r == '-' || r == '－':
		l.at++
		if l.at == len(l.runes) || ends(l.runes[l.at]) && l.runes[l.at] != '(' && l.runes[l.at] != '（' {
			return &Error{column, "a - with nothing to leave out", `write it before a term, as -status:cancelled, or quote it: "-"`}
		}
		l.out = append(l.out, token{kind: tokenNot, column: column})
	case isQuote(r):
		s, err := l.phrase()
		if err != nil {
			return err
		}
		l.out = append(l.out, token{kind: tokenWord, text: s, column: column})
	default:
		return l.bare()
	}
	return nil
}

// bare reads a word, an operator or a field.
func (l *lexer) bare() *Error {
	column, start := l.at+1, l.at
	for l.at < len(l.runes) && !ends(l.runes[l.at]) && !isQuote(l.runes[l.at]) {
		if r := l.runes[l.at]; (r == ':' || r == '：') && isFieldName(text.Fold(string(l.runes[start:l.at]))) {
			name := text.Fold(string(l.runes[start:l.at]))
			l.at++
			return l.field(column, name)
		}
		l.at++
	}
	w := string(l.runes[start:l.at])
	t := token{kind: tokenWord, text: w, column: column}
	switch w {
	case "OR":
		t.kind = tokenOr
	case "AND":
		t.kind = tokenAnd
	}
	l.out = append(l.out, t)
	return nil
}

// field reads the value of a field.
func (l *lexer) field(column int, name string) *Error {
	t := token{kind: tokenField, name: name, column: column, valueColumn: l.at + 1}
	if !slices.Contains(fieldNames, name) {
		return &Error{column, unknownField(name), unknownHint(name)}
	}
	switch {
	case l.at < len(l.runes) && isQuote(l.runes[l.at]):
		s, err := l.phrase()
		if err != nil {
			return err
		}
		t.text = s
	default:
		start := l.at
		for l.at < len(l.runes) && !ends(l.runes[l.at]) && !isQuote(l.runes[l.at]) {
			l.at++
		}
		t.text = string(l.runes[start:l.at])
	}
	if text.Fold(t.text) == "" {
		return &Error{t.valueColumn, name + ": names nothing", "write what is meant right after the colon, as " + fields[name].example}
	}
	l.out = append(l.out, t)
	return nil
}

// phrase reads what stands between quotes; two of them stand for one.
func (l *lexer) phrase() (string, *Error) {
	column := l.at + 1
	var b strings.Builder
	for l.at++; l.at < len(l.runes); l.at++ {
		r := l.runes[l.at]
		if !isQuote(r) {
			b.WriteRune(r)
			continue
		}
		if r == '"' && l.at+1 < len(l.runes) && l.runes[l.at+1] == '"' {
			b.WriteRune('"')
			l.at++
			continue
		}
		l.at++
		return b.String(), nil
	}
	return "", &Error{column, "this quote is not closed", `add a closing "`}
}

func isQuote(r rune) bool { return r == '"' || r == '＂' || r == '“' || r == '”' }

// ends reports characters that end a word.
func ends(r rune) bool {
	switch r {
	case '(', ')', '（', '）':
		return true
	}
	return unicode.IsSpace(r)
}

// isFieldName reports whether what stands before a colon looks like a field;
// 19:00 does not.
func isFieldName(s string) bool {
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return s != ""
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
