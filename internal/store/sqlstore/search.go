package sqlstore

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"koyomi/internal/event"
	asking "koyomi/internal/query"
	"koyomi/internal/store"
)

// SearchVersion is that of the tokens below; what was indexed by another is indexed
// again when the database is opened for writing.
const SearchVersion = 3

// Tokens are what the full-text index holds of an event. A Latin word or number is
// one; of other writing, which has no blanks between words, each two neighbours are
// one, and the last character alone: so any two characters are found whole, and any
// single one as what a token begins with. An index term that is not a word begins with termMark.
// FTS5's ascii tokenizer takes only letters, digits and what is not ASCII for part of
// a token: ASCII punctuation stands as its full-width form, which folded text has not,
// and ASCII letters are small, since it takes them for the same.
const (
	termMark  = '\uE000'
	blankMark = '\uE001'
	fullWidth = 0xFEE0
)

// maxToken is the length of the longest token in octets: what is longer is cut, so that
// it is found by how it begins, and perhaps something else as well.
const maxToken = 512

// tokenRune returns a character as it stands in a token.
func tokenRune(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z':
		return r - 'A' + 'a'
	case r > unicode.MaxASCII || asciiWord(r):
		return r
	case r > ' ' && r < 0x7F:
		return r + fullWidth
	}
	return blankMark
}

// asciiWord reports whether a character is one of a Latin word or number.
func asciiWord(r rune) bool {
	return r <= unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// A run is a stretch of a text that is one Latin word, or of other writing.
type run struct {
	word bool
	text []rune
}

// runs takes a folded text apart.
func runs(s string) []run {
	var all []run
	open := false
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			open = false
			continue
		}
		if w := asciiWord(r); !open || all[len(all)-1].word != w {
			all, open = append(all, run{word: w}), true
		}
		last := &all[len(all)-1]
		last.text = append(last.text, tokenRune(r))
	}
	return all
}

// tokensOf returns what is indexed of an event.
func tokensOf(e event.Event) []string {
	terms, texts := asking.IndexTermsOf(e)
	all := make([]string, 0, len(terms)+64)
	for _, term := range terms {
		all = append(all, termToken(term))
	}
	for _, text := range texts {
		for _, r := range runs(text) {
			all = r.tokens(all)
		}
	}
	return all
}

// tokens adds those of a run.
func (r run) tokens(all []string) []string {
	if r.word {
		return append(all, cut(string(r.text)))
	}
	for i := range r.text {
		all = append(all, string(r.text[i:min(i+2, len(r.text))]))
	}
	return all
}

// termToken returns the token of an index term that is not a word.
func termToken(s asking.IndexTerm) string {
	return cut(string(termMark) + string(rune(s.Mark)) + strings.Map(tokenRune, s.Value))
}

// cut returns a token of at most maxToken octets.
func cut(token string) string {
	if len(token) <= maxToken {
		return token
	}
	return strings.ToValidUTF8(token[:maxToken], "")
}

// A Token is one by which events are found, or how such a one begins.
type Token struct {
	Text   string
	Begins bool
}

// A Search chooses the events that have, of each list, all tokens of one entry.
type Search [][][]Token

// A Found is how an engine finds what a Search chooses.
type Found struct {
	// Condition chooses at least the events sought, by Args in the places of its "?";
	// it is "" where the engine cannot tell.
	Condition string
	Args      []any
	// Few says that they are few: nothing else needs to be looked up.
	Few bool
}

// searchOf returns what index terms choose; lists by which nothing can be found are
// left out.
func searchOf(lists [][]asking.IndexTerm) Search {
	var s Search
	for _, list := range lists {
		var either [][]Token
		for _, term := range list {
			either = append(either, termTokens(term))
		}
		none := func(tokens []Token) bool { return len(tokens) == 0 }
		// Where nothing can be found by one of them, the others say nothing.
		if len(either) > 0 && !slices.ContainsFunc(either, none) {
			s = append(s, either)
		}
	}
	return s
}

// termTokens returns the tokens that an event with an index term has.
func termTokens(s asking.IndexTerm) []Token {
	if s.Mark != asking.MarkWord {
		return []Token{{Text: termToken(s)}}
	}
	var tokens, singles []Token
	all := runs(s.Value)
	for i, r := range all {
		text := string(r.text)
		switch {
		case r.word:
			// The last word may go on in the text.
			tokens = append(tokens, Token{Text: cut(text), Begins: i == len(all)-1})
		case len(r.text) == 1:
			singles = append(singles, Token{Text: text, Begins: true})
		default:
			tokens = append(tokens, pairs(r.text)...)
		}
	}
	if len(tokens) == 0 {
		return singles // a single character stands in many events
	}
	return tokens
}

// pairs returns every other pair of neighbours, which hold all characters: the rest costs
// more than it says.
func pairs(text []rune) []Token {
	var all []Token
	for at := 0; at < len(text); at += 2 {
		at := min(at, len(text)-2)
		all = append(all, Token{Text: string(text[at : at+2])})
	}
	return all
}

// index notes the tokens of an event under its row.
func (t *Tx) index(id int64, e event.Event) error {
	return t.db.engine.Index(t, id, tokensOf(e))
}

// IndexAll indexes all events, of which none is indexed.
func (t *Tx) IndexAll() error {
	const atOnce = 1000
	for after := int64(0); ; {
		ids, events, err := t.eventsAfter(after, atOnce)
		if err != nil {
			return err
		}
		for i, e := range events {
			if err := t.index(ids[i], e); err != nil {
				return err
			}
		}
		if len(events) < atOnce {
			return nil
		}
		after = ids[len(ids)-1]
	}
}

// eventsAfter returns some events by their rows.
func (t *Tx) eventsAfter(
	id int64,
	limit int,
) (ids []int64, events []event.Event, err error) {
	rows, err := t.Rows(
		"SELECT "+eventColumns+", id FROM events WHERE id > $1 ORDER BY id LIMIT $2",
		id,
		limit,
	)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r eventRow
		var row int64
		if err := rows.Scan(append(r.dest(), &row)...); err != nil {
			return nil, nil, err
		}
		e, err := r.event()
		if err != nil {
			return nil, nil, err
		}
		ids, events = append(ids, row), append(events, e)
	}
	return ids, events, rows.Err()
}

// searchQuery writes a window as SQL, by index terms where few events have them.
func (d *DB) searchQuery(ctx context.Context, w store.Window) (string, []any, error) {
	c := windowConditions(w)
	search := searchOf(w.IndexTerms)
	if len(search) == 0 {
		text, args := windowQuery(w, c)
		return text, args, nil
	}
	found, err := d.engine.Find(ctx, d.reader, search)
	if err != nil {
		return "", nil, d.engine.Translate(err)
	}
	if found.Condition != "" {
		c.add(found.Condition, found.Args...)
	}
	if found.Few || found.Condition != "" && w.From.IsZero() {
		return selectEvents + c.where(), c.args, nil
	}
	text, args := windowQuery(w, c)
	return text, args, nil
}

// Joined writes each of all, with by between them.
func Joined[T any](all []T, by string, write func(T) string) string {
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = write(one)
	}
	return strings.Join(texts, by)
}
