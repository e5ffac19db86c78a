package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"koyomi/internal/store/sqlstore"
)

// expression writes a search as a tsquery is written.
func expression(s sqlstore.Search) string {
	return sqlstore.Joined(s, " & ", func(list [][]sqlstore.Token) string {
		return "(" + sqlstore.Joined(list, " | ", func(tokens []sqlstore.Token) string {
			return "(" + sqlstore.Joined(tokens, " & ", quoted) + ")"
		}) + ")"
	})
}

var quotes = strings.NewReplacer(`'`, `''`, `\`, `\\`)

// quoted writes a token as a lexeme of a tsquery.
func quoted(t sqlstore.Token) string {
	lexeme := `'` + quotes.Replace(t.Text) + `'`
	if t.Begins {
		return lexeme + ":*"
	}
	return lexeme
}

// Find returns a condition that the server looks up by its index where few events have
// the tokens, which it knows best.
func (engine) Find(
	ctx context.Context,
	db *sql.DB,
	s sqlstore.Search,
) (f sqlstore.Found, err error) {
	var version int64
	if err := db.QueryRowContext(ctx, "SELECT version FROM searched").
		Scan(&version); err != nil ||
		version != sqlstore.SearchVersion {
		return f, err
	}
	f.Condition = "id IN (SELECT id FROM search WHERE tokens @@ CAST(CAST(? AS text) AS tsquery))"
	f.Args = []any{expression(s)}
	return f, nil
}

// Index notes the tokens of an event under its row.
func (engine) Index(t *sqlstore.Tx, id int64, tokens []string) error {
	_, err := t.Exec(`INSERT INTO search (id, tokens) VALUES ($1, array_to_tsvector($2))
		ON CONFLICT (id) DO UPDATE SET tokens = excluded.tokens`, id, tokens)
	return err
}

// indexAll fills the index where its tokens are not those of this koyomi.
func (d *DB) indexAll(ctx context.Context) error {
	current := func(version int64) bool { return version == sqlstore.SearchVersion }
	var version int64
	if err := d.handle.QueryRowContext(ctx, "SELECT version FROM searched").
		Scan(&version); err != nil ||
		current(version) {
		return err
	}
	return d.Write(ctx, "index the events to be searched", func(t *sqlstore.Tx) error {
		if err := t.Lock(sqlstore.LockEvents); err != nil {
			return err
		}
		if err := t.Row("SELECT version FROM searched").
			Scan(&version); err != nil ||
			current(version) {
			return err
		}
		return fill(t)
	})
}

func fill(t *sqlstore.Tx) error {
	if _, err := t.Exec("DELETE FROM search"); err != nil {
		return fmt.Errorf("empty the index: %w", err)
	}
	if err := t.IndexAll(); err != nil {
		return err
	}
	_, err := t.Exec("UPDATE searched SET version = $1", sqlstore.SearchVersion)
	return err
}
