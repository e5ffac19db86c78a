package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"koyomi/internal/event"
	asking "koyomi/internal/query"
	"koyomi/internal/store"
)

// searchVersion is that of the tokens below; what was indexed by another is indexed
// again when the database is opened for writing.
const searchVersion = 2

// Tokens are what the full-text index holds of an event. A Latin word or number is
// one; of other writing, which has no blanks between words, each two neighbours are
// one, and the last character alone: so any two characters are found whole, and any
// single one as what a token begins with. An index term that is not a word begins with termMark.
// FTS5's ascii tokenizer takes only letters, digits and what is not ASCII for part of
// a token: ASCII punctuation stands as its full-width form, which folded text has not.
const (
	termMark  = '\uE000'
	blankMark = '\uE001'
	fullWidth = 0xFEE0
)

// tokenRune returns a character as it stands in a token.
func tokenRune(r rune) rune {
	switch {
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

// tokensOf returns what is indexed of an event, tokens with blanks between.
func tokensOf(e event.Event) string {
	signs, texts := asking.IndexTermsOf(e)
	var b strings.Builder
	for _, s := range signs {
		b.WriteString(termToken(s))
		b.WriteByte(' ')
	}
	for _, t := range texts {
		for _, r := range runs(t) {
			writeTokens(&b, r)
		}
	}
	return b.String()
}

func writeTokens(b *strings.Builder, r run) {
	if r.word {
		b.WriteString(string(r.text))
		b.WriteByte(' ')
		return
	}
	for i, c := range r.text {
		b.WriteRune(c)
		if i+1 < len(r.text) {
			b.WriteRune(r.text[i+1])
		}
		b.WriteByte(' ')
	}
}

// termToken returns the token of an index term that is not a word.
func termToken(s asking.IndexTerm) string {
	return string(termMark) + string(rune(s.Mark)) + strings.Map(tokenRune, s.Value)
}

// expression writes signs as FTS5 reads them: one of each list. "" where there is
// nothing to find by.
func expression(lists [][]asking.IndexTerm) string {
	var each []string
	for _, list := range lists {
		either := make([]string, len(list))
		for i, s := range list {
			either[i] = termExpression(s)
		}
		// Where nothing can be found by one of them, the others say nothing.
		if len(list) > 0 && !slices.Contains(either, "") {
			each = append(each, "("+strings.Join(either, " OR ")+")")
		}
	}
	return strings.Join(each, " AND ")
}

func termExpression(s asking.IndexTerm) string {
	if s.Mark != asking.MarkWord {
		return quote(termToken(s))
	}
	var tokens, singles []string
	all := runs(s.Value)
	for i, r := range all {
		text := string(r.text)
		switch {
		case r.word && i == len(all)-1:
			tokens = append(tokens, quote(text)+" *") // the word may go on in the text
		case r.word:
			tokens = append(tokens, quote(text))
		case len(r.text) == 1:
			singles = append(singles, quote(text)+" *")
		default:
			tokens = append(tokens, pairs(r.text)...)
		}
	}
	if len(tokens) == 0 {
		tokens = singles // a single character stands in many events
	}
	if len(tokens) == 0 {
		return ""
	}
	return "(" + strings.Join(tokens, " AND ") + ")"
}

// pairs returns every other pair of neighbours, which hold all characters: the rest costs
// more than it says.
func pairs(text []rune) []string {
	var all []string
	for at := 0; at < len(text); at += 2 {
		at := min(at, len(text)-2)
		all = append(all, quote(string(text[at:at+2])))
	}
	return all
}

// quote writes a token as FTS5 reads a string; no token has a quote in it.
func quote(token string) string { return `"` + token + `"` }

// maxFound is up to how many events are read one by one; up to maxListed the window
// is looked through for them; with more, for all that it has.
const (
	maxFound  = 1500
	maxListed = 30_000
)

// holding returns the ids of the events that have the signs, and how many they are; -1
// where there are more than maxListed, or where the index cannot tell.
func (d *DB) holding(
	ctx context.Context,
	signs [][]asking.IndexTerm,
) (ids string, n int, err error) {
	match := expression(signs)
	if match == "" {
		return "", -1, nil
	}
	var version int64
	if err := d.reader.QueryRowContext(ctx, "SELECT version FROM searched").Scan(&version); err != nil ||
		version != searchVersion {
		return "", -1, d.translate(err)
	}
	err = d.reader.QueryRowContext(ctx, `SELECT count(*), coalesce(json_group_array(rowid), '[]')
		FROM (SELECT rowid FROM search WHERE search MATCH $1 LIMIT $2)`, match, maxListed+1).
		Scan(&n, &ids)
	if err != nil {
		return "", -1, d.translate(err)
	}
	if n > maxListed {
		n = -1
	}
	return ids, n, nil
}

// index notes the tokens of an event under its row.
func (t *transaction) index(id int64, e event.Event) error {
	_, err := t.exec(
		"INSERT OR REPLACE INTO search (rowid, tokens) VALUES ($1, $2)",
		id,
		tokensOf(e),
	)
	return err
}

// indexAll fills the index where its tokens are not those of this koyomi.
func (d *DB) indexAll(ctx context.Context) error {
	var version int64
	if err := d.writer.QueryRowContext(ctx, "SELECT version FROM searched").Scan(&version); err != nil ||
		version == searchVersion {
		return err
	}
	tx, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	t := &transaction{ctx: ctx, tx: tx}
	if err := t.indexAll(); err != nil {
		return errors.Join(
			fmt.Errorf("index the events to be searched: %w", err),
			tx.Rollback(),
		)
	}
	return tx.Commit()
}

func (t *transaction) indexAll() error {
	if _, err := t.exec("INSERT INTO search (search) VALUES ('delete-all')"); err != nil {
		return err
	}
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
			_, err := t.exec("UPDATE searched SET version = $1", searchVersion)
			return err
		}
		after = ids[len(ids)-1]
	}
}

// eventsAfter returns some events by their rows.
func (t *transaction) eventsAfter(
	id int64,
	limit int,
) (ids []int64, events []event.Event, err error) {
	rows, err := t.tx.QueryContext(
		t.ctx,
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

// searchQuery writes a window as SQL, by signs where few events have them.
func (d *DB) searchQuery(ctx context.Context, w store.Window) (string, []any, error) {
	c := windowConditions(w)
	if len(w.IndexTerms) == 0 {
		text, args := windowQuery(w, c)
		return text, args, nil
	}
	ids, n, err := d.holding(ctx, w.IndexTerms)
	if err != nil {
		return "", nil, err
	}
	switch {
	case n < 0:
	case n <= maxFound || w.From.IsZero():
		c.add("id IN (SELECT value FROM json_each(?))", ids)
		return selectEvents + c.where(), c.args, nil
	default:
		// The plus keeps SQLite from reading the listed one by one.
		c.add("+id IN (SELECT value FROM json_each(?))", ids)
	}
	text, args := windowQuery(w, c)
	return text, args, nil
}
