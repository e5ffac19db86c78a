package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"unicode/utf8"

	"koyomi/internal/store"
)

// A Tx is the statements of one write.
type Tx struct {
	ctx context.Context
	tx  *sql.Tx
	db  *DB
	// parsed keeps statements; nil where none are kept.
	parsed *parsed
}

// Begun returns the statements of a transaction that an engine has begun on its handle
// for writing.
func (d *DB) Begun(
	ctx context.Context,
	tx *sql.Tx,
) *Tx {
	return &Tx{ctx, tx, d, d.written}
}

// reading returns the statements of a transaction on the handle for reading.
func (d *DB) reading(ctx context.Context, tx *sql.Tx) *Tx { return &Tx{ctx, tx, d, nil} }

// Exec does a statement and says how many rows it changed.
func (t *Tx) Exec(statement string, args ...any) (int64, error) {
	text, args := t.db.text(statement), t.db.cleaned(args)
	var r sql.Result
	var err error
	if stmt := t.parsed.find(text); stmt != nil {
		bound := t.tx.StmtContext(t.ctx, stmt) //nolint:sqlclosecheck // it ends with the transaction
		r, err = bound.ExecContext(t.ctx, args...)
	} else {
		r, err = t.tx.ExecContext(t.ctx, text, args...)
	}
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Row asks for one row.
func (t *Tx) Row(statement string, args ...any) *sql.Row {
	text, args := t.db.text(statement), t.db.cleaned(args)
	if stmt := t.parsed.find(text); stmt != nil {
		bound := t.tx.StmtContext(t.ctx, stmt) //nolint:sqlclosecheck // it ends with the transaction
		return bound.QueryRowContext(t.ctx, args...)
	}
	return t.tx.QueryRowContext(t.ctx, text, args...)
}

// Rows asks for rows.
func (t *Tx) Rows(statement string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(t.ctx, t.db.text(statement), t.db.cleaned(args)...)
}

// Ended parses what the transaction has asked and is to be kept for the next one: its
// connection is free again.
func (t *Tx) Ended(ctx context.Context) { t.parsed.parse(ctx, t.db.writer) }

// Lock keeps other transactions that name the same waiting until this one ends.
func (t *Tx) Lock(name string) error { return t.db.engine.Lock(t, name) }

// A statement is one that is done for each of many.
type statement struct {
	t    *Tx
	text string
	// stmt is nil where the driver keeps what it has parsed.
	stmt *sql.Stmt
}

func (t *Tx) prepare(text string) (statement, error) {
	s := statement{t: t, text: text}
	if t.db.words.Prepared {
		return s, nil
	}
	var err error
	s.stmt, err = t.tx.PrepareContext(t.ctx, t.db.text(text))
	return s, err
}

func (s statement) exec(args []any) (int64, error) {
	if s.stmt == nil {
		return s.t.Exec(s.text, args...)
	}
	r, err := s.stmt.ExecContext(s.t.ctx, s.t.db.cleaned(args)...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (s statement) row(args []any) *sql.Row {
	if s.stmt == nil {
		return s.t.Row(s.text, args...)
	}
	return s.stmt.QueryRowContext(s.t.ctx, s.t.db.cleaned(args)...)
}

func (s statement) close() error {
	if s.stmt == nil {
		return nil
	}
	return s.stmt.Close()
}

// each does one statement for each of many, and says for how many it changed a row.
func each[T any](
	t *Tx,
	text string,
	all []T,
	args func(T) ([]any, error),
) (changed int64, err error) {
	if len(all) == 0 {
		return 0, nil
	}
	stmt, err := t.prepare(text)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, stmt.close()) }()
	for _, one := range all {
		values, err := args(one)
		if err != nil {
			return changed, err
		}
		n, err := stmt.exec(values)
		if err != nil {
			return changed, err
		}
		changed += n
	}
	return changed, nil
}

// cleaned returns arguments without what the engine cannot keep in a text.
func (d *DB) cleaned(args []any) []any {
	if !d.words.Clean {
		return args
	}
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = cleanText(s)
		}
	}
	return args
}

// cleanText replaces NUL, and what is not UTF-8, by U+FFFD.
func cleanText(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// flag returns a bool as a column holds it.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// fenced turns a count of changed rows into store.ErrStale where it is 0.
func fenced(n int64, err error) error {
	if err == nil && n == 0 {
		return store.ErrStale
	}
	return err
}

// checkMark refuses what was computed from a past that is not the latest any more.
func (t *Tx) checkMark(mark int64) error {
	if mark == 0 {
		return nil
	}
	var is int64
	err := t.Row("SELECT mark FROM counters").Scan(&is)
	if err == nil && is != mark {
		err = store.ErrMark
	}
	return err
}

// count lets the counters grow with what has changed.
func (t *Tx) count(events, rest int64) error {
	if events+rest == 0 {
		return nil
	}
	_, err := t.Exec("UPDATE counters SET mark = mark + 1, revision = revision + $1", min(events, 1))
	if err != nil || events == 0 {
		return err
	}
	return t.db.engine.Announce(t)
}
