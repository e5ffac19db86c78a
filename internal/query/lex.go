package query

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"koyomi/internal/text"
)

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
	case isOpen(r):
		l.at++
		l.out = append(l.out, token{kind: tokenOpen, column: column})
	case r == ')' || r == '）':
		l.at++
		l.out = append(l.out, token{kind: tokenClose, column: column})
	case r == '-' || r == '－':
		l.at++
		if !l.startsTerm() {
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

func isOpen(r rune) bool { return r == '(' || r == '（' }

// startsTerm reports whether a term may begin here.
func (l *lexer) startsTerm() bool {
	if l.at == len(l.runes) {
		return false
	}
	r := l.runes[l.at]
	return isOpen(r) || !ends(r)
}

// plain reads on while a predicate holds and no word ends.
func (l *lexer) plain(more func(r rune) bool) string {
	start := l.at
	for l.at < len(l.runes) {
		r := l.runes[l.at]
		if ends(r) || isQuote(r) || !more(r) {
			break
		}
		l.at++
	}
	return string(l.runes[start:l.at])
}

func isColon(r rune) bool  { return r == ':' || r == '：' }
func notColon(r rune) bool { return !isColon(r) }
func anything(rune) bool   { return true }

// bare reads a word, an operator or a field.
func (l *lexer) bare() *Error {
	column := l.at + 1
	w := l.plain(notColon)
	if name := text.Fold(w); l.atColon() && isFieldName(name) {
		l.at++
		return l.field(column, name)
	}
	w += l.plain(anything)
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
	var err *Error
	if t.text, err = l.value(); err != nil {
		return err
	}
	if text.Fold(t.text) == "" {
		return &Error{t.valueColumn, name + ": names nothing", "write what is meant right after the colon, as " + fields[name].example}
	}
	l.out = append(l.out, t)
	return nil
}

func (l *lexer) atColon() bool { return l.at < len(l.runes) && isColon(l.runes[l.at]) }

// value reads a word or a phrase.
func (l *lexer) value() (string, *Error) {
	if l.at < len(l.runes) && isQuote(l.runes[l.at]) {
		return l.phrase()
	}
	return l.plain(anything), nil
}

// phrase reads what stands between quotes; two of them stand for one.
func (l *lexer) phrase() (string, *Error) {
	column := l.at + 1
	var b strings.Builder
	for l.at++; l.at < len(l.runes); l.at++ {
		switch r := l.runes[l.at]; {
		case !isQuote(r):
			b.WriteRune(r)
		case l.doubled():
			b.WriteRune('"')
			l.at++
		default:
			l.at++
			return b.String(), nil
		}
	}
	return "", &Error{column, "this quote is not closed", `add a closing "`}
}

// doubled reports whether two ASCII quotes stand here.
func (l *lexer) doubled() bool {
	return strings.HasPrefix(string(l.runes[l.at:min(l.at+2, len(l.runes))]), `""`)
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
