package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"koyomi/internal/store/sqlstore"
)

// expression writes a search as FTS5 reads it.
func expression(s sqlstore.Search) string {
	return sqlstore.Joined(s, " AND ", func(list [][]sqlstore.Token) string {
		return "(" + sqlstore.Joined(list, " OR ", func(tokens []sqlstore.Token) string {
			return "(" + sqlstore.Joined(tokens, " AND ", quoted) + ")"
		}) + ")"
	})
}

// quoted writes a token as FTS5 reads a string; no token has a quote in it.
func quoted(t sqlstore.Token) string {
	if t.Begins {
		return `"` + t.Text + `" *`
	}
	return `"` + t.Text + `"`
}

// maxFound is up to how many events are read one by one; up to maxListed the window
// is looked through for them; with more, for all that it has.
const (
	maxFound  = 1500
	maxListed = 30_000
)

// Find looks up the events that a search chooses, and names them by their rows.
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
	var n int
	var ids string
	err = db.QueryRowContext(ctx, `SELECT count(*), coalesce(json_group_array(rowid), '[]')
		FROM (SELECT rowid FROM search WHERE search MATCH $1 LIMIT $2)`, expression(s), maxListed+1).
		Scan(&n, &ids)
	if err != nil || n > maxListed {
		return f, err
	}
	f.Args, f.Few = []any{ids}, n <= maxFound
	f.Condition = "id IN (SELECT value FROM list_of(?))"
	if !f.Few {
		// The plus keeps SQLite from reading the listed one by one.
		f.Condition = "+" + f.Condition
	}
	return f, nil
}

// Index notes the tokens of an event under its row.
func (engine) Index(t *sqlstore.Tx, id int64, tokens []string) error {
	_, err := t.Exec(
		"INSERT OR REPLACE INTO search (rowid, tokens) VALUES ($1, $2)",
		id,
		strings.Join(tokens, " "),
	)
	return err
}

// indexAll fills the index where its tokens are not those of this koyomi.
func (d *DB) indexAll(ctx context.Context) error {
	var version int64
	if err := d.writer.QueryRowContext(ctx, "SELECT version FROM searched").
		Scan(&version); err != nil ||
		version == sqlstore.SearchVersion {
		return err
	}
	tx, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fill(d.Begun(ctx, tx)); err != nil {
		return errors.Join(
			fmt.Errorf("index the events to be searched: %w", err),
			tx.Rollback(),
		)
	}
	return tx.Commit()
}

func fill(t *sqlstore.Tx) error {
	if _, err := t.Exec("INSERT INTO search (search) VALUES ('delete-all')"); err != nil {
		return err
	}
	if err := t.IndexAll(); err != nil {
		return err
	}
	_, err := t.Exec("UPDATE searched SET version = $1", sqlstore.SearchVersion)
	return err
}
