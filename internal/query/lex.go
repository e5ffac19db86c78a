package query

import (
	"cmp"
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
		return nil, &Error{
			MaxRunes + 1,
			fmt.Sprintf("a query of %d bytes", len(s)),
			fmt.Sprintf("at most %d characters are read", MaxRunes),
		}
	}
	l := lexer{runes: []rune(s)}
	if err := checkText(s, l.runes); err != nil {
		return nil, err
	}
	for l.at < len(l.runes) {
		if err := l.token(); err != nil {
			return nil, err
		}
	}
	l.push(tokenEnd, len(l.runes)+1)
	return l.out, nil
}

// checkText refuses what is too long for a query, or no text at all.
func checkText(s string, runes []rune) *Error {
	control := slices.IndexFunc(
		runes,
		func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) },
	)
	switch {
	case !utf8.ValidString(s):
		return &Error{1, "not valid UTF-8", ""}
	case len(runes) > MaxRunes:
		return &Error{
			MaxRunes + 1,
			fmt.Sprintf("a query of %d characters", len(runes)),
			fmt.Sprintf("at most %d are read", MaxRunes),
		}
	case control >= 0:
		return &Error{
			control + 1,
			fmt.Sprintf("a control character (U+%04X)", runes[control]),
			"remove it",
		}
	}
	return nil
}

func (l *lexer) push(kind tokenKind, column int) {
	l.out = append(l.out, token{kind: kind, column: column})
}

// marks are the characters that are a token each.
var marks = map[rune]tokenKind{
	'(': tokenOpen, '（': tokenOpen,
	')': tokenClose, '）': tokenClose,
	'-': tokenNot, '－': tokenNot,
}

// token reads one token or blank.
func (l *lexer) token() *Error {
	r := l.runes[l.at]
	kind, isMark := marks[r]
	switch {
	case unicode.IsSpace(r):
		l.at++
	case isMark:
		return l.mark(kind)
	case isQuote(r):
		return l.quoted()
	default:
		return l.bare()
	}
	return nil
}

// mark reads a token of one character.
func (l *lexer) mark(kind tokenKind) *Error {
	l.at++
	if kind == tokenNot && !l.startsTerm() {
		return &Error{
			l.at,
			"a - with nothing to leave out",
			`write it before a term, as -status:cancelled, or quote it: "-"`,
		}
	}
	l.push(kind, l.at)
	return nil
}

// quoted reads a phrase as a word.
func (l *lexer) quoted() *Error {
	column := l.at + 1
	s, err := l.phrase()
	if err != nil {
		return err
	}
	l.out = append(l.out, token{kind: tokenWord, text: s, column: column})
	return nil
}

// startsTerm reports whether a term may begin here.
func (l *lexer) startsTerm() bool {
	if l.at == len(l.runes) {
		return false
	}
	r := l.runes[l.at]
	return marks[r] == tokenOpen || !ends(r)
}

// operators are the words that join terms.
var operators = map[string]tokenKind{"OR": tokenOr, "AND": tokenAnd}

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
	kind := cmp.Or(operators[w], tokenWord)
	l.out = append(l.out, token{kind: kind, text: w, column: column})
	return nil
}

// field reads the value of a field.
func (l *lexer) field(column int, name string) *Error {
	t := token{
		kind:        tokenField,
		name:        name,
		column:      column,
		valueColumn: l.at + 1,
	}
	if !slices.Contains(fieldNames, name) {
		return &Error{column, unknownField(name), unknownHint(name)}
	}
	var err *Error
	if t.text, err = l.value(); err != nil {
		return err
	}
	if text.Fold(t.text) == "" {
		return &Error{
			t.valueColumn,
			name + ": names nothing",
			"write what is meant right after the colon, as " + fields[name].example,
		}
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

func isQuote(r rune) bool { return strings.ContainsRune("\"＂“”", r) }

// ends reports characters that end a word.
func ends(r rune) bool { return strings.ContainsRune("()（）", r) || unicode.IsSpace(r) }

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
