// Package sqlstore holds what every SQL engine needs alike to keep the store's
// contract: the statements, and how rows become values of the domain. What differs
// between engines stands in an Engine, one package each (sqlite, postgres).
//
// Statements are written once, in words that both SQLite and PostgreSQL know, with
// parameters $1, $2, …; a few words that they spell differently are replaced by
// Engine.Words: see Words.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"koyomi/internal/store"
)

// An Engine is what one kind of database does in its own way.
type Engine interface {
	// Translate returns an error of the engine as one of the store's contract.
	Translate(err error) error
	// Transact does one transaction that writes, whole or not at all. do may be done
	// again from the start where the engine wants that.
	Transact(ctx context.Context, do func(t *Tx) error) error
	// Note is Transact for what a loss of power may take back: a poll that is open, a host
	// that is held, a visit that brought nothing. It is in order with all that is written
	// after it, and outlives the process.
	Note(ctx context.Context, do func(t *Tx) error) error
	// Lock keeps the other transactions that name the same lock waiting until this one
	// ends. It does nothing where one transaction writes at a time.
	Lock(t *Tx, name string) error
	// Announce tells whoever listens that events have changed, once that is committed.
	Announce(t *Tx) error
	// Again reports whether what failed, first at a moment and so many times since, is
	// to be tried again, and waits before it is.
	Again(ctx context.Context, since time.Time, tries int, err error) bool
	// Snapshot is how a transaction begins that reads at one moment.
	Snapshot() *sql.TxOptions
	// Index notes the tokens by which the event of a row is found.
	Index(t *Tx, id int64, tokens []string) error
	// Refill indexes all events again.
	Refill(t *Tx) error
	// Tables is a statement that returns the names of the tables.
	Tables() string
	// Drawn returns the last number that each table has drawn for a row, where that is
	// remembered; SetDrawn sees to it that those of the rows there are, and those drawn
	// elsewhere, are not drawn again.
	Drawn(ctx context.Context, tx *sql.Tx) (map[string]int64, error)
	SetDrawn(t *Tx, last map[string]int64) error
	// Find returns the condition that chooses the events whose tokens a search names.
	Find(ctx context.Context, db *sql.DB, s Search) (Found, error)
}

// Words are what an engine spells in another way than the statements of this package.
type Words struct {
	// Replace rewrites a statement; nil where nothing is different. The statements say
	//
	//	list_of($1)           the words of a JSON list, as rows with a column value
	//	greatest(), least()   of several values, none of them NULL
	//	/* as written */ JOIN a join whose left side is read first
	//	FOR UPDATE            at the end, to keep other writers from the rows read
	Replace *strings.Replacer
	// Clean has texts cleaned of what the engine cannot keep: the character NUL and
	// what is not UTF-8.
	Clean bool
	// Prepared says that the driver parses each text once by itself.
	Prepared bool
}

// DB keeps the store's contract on an engine.
type DB struct {
	// writer is nil where the database was opened for reading.
	reader, writer *sql.DB
	engine         Engine
	words          Words
	// texts are the statements in the engine's words, prepared those that every poll
	// asks with, both by their text.
	texts, prepared sync.Map
	// written are the statements of transactions.
	written *parsed
}

var (
	_ store.Reader = (*DB)(nil)
	_ store.Writer = (*DB)(nil)
	_ store.Hosts  = (*DB)(nil)
	_ store.Outbox = (*DB)(nil)
)

// New returns the contract on open handles; writer is nil where nothing is written.
func New(reader, writer *sql.DB, e Engine, w Words) *DB {
	d := &DB{
		reader: reader,
		writer: writer,
		engine: e,
		words:  w,
	}
	if !w.Prepared {
		d.written = &parsed{stmts: map[string]*sql.Stmt{}}
	}
	return d
}

// text returns a statement in the engine's words.
func (d *DB) text(statement string) string {
	if d.words.Replace == nil {
		return statement
	}
	if known, ok := d.texts.Load(statement); ok {
		return known.(string)
	}
	// A statement is one of few: those made of conditions are few as well.
	text := d.words.Replace.Replace(statement)
	d.texts.Store(statement, text)
	return text
}

// ErrReading says that the database was opened for questions only.
var ErrReading = errors.New("the database is open for reading only")

// write does one transaction, whole or not at all. do may be done again from the start.
func (d *DB) write(ctx context.Context, doing string, do func(t *Tx) error) error {
	return d.transact(ctx, doing, d.engine.Transact, do)
}

// note is write for what a loss of power may take back.
func (d *DB) note(ctx context.Context, doing string, do func(t *Tx) error) error {
	return d.transact(ctx, doing, d.engine.Note, do)
}

func (d *DB) transact(
	ctx context.Context,
	doing string,
	by func(context.Context, func(*Tx) error) error,
	do func(t *Tx) error,
) error {
	if d.writer == nil {
		return fmt.Errorf("%s: %w", doing, ErrReading)
	}
	if err := by(ctx, do); err != nil {
		return fmt.Errorf("%s: %w", doing, d.engine.Translate(err))
	}
	return nil
}

// Write is write for the engine itself.
func (d *DB) Write(ctx context.Context, doing string, do func(t *Tx) error) error {
	return d.write(ctx, doing, do)
}

// Retried does something that only reads, and again while the engine says so.
func Retried(ctx context.Context, e Engine, do func() error) error {
	for start, tries := time.Now(), 0; ; tries++ {
		err := do()
		if err == nil || !e.Again(ctx, start, tries, err) {
			return err
		}
	}
}

// ask asks for one row, once it is scanned.
func (d *DB) ask(ctx context.Context, statement string, args ...any) question {
	return question{d, ctx, d.text(statement), d.cleaned(args)}
}

// A question is one for one row.
type question struct {
	db   *DB
	ctx  context.Context
	text string
	args []any
}

// Scan asks, and reads the row.
func (q question) Scan(into ...any) error {
	return Retried(q.ctx, q.db.engine, func() error {
		stmt, err := q.db.statement(q.ctx, q.text) //nolint:sqlclosecheck // it is kept for the next question
		switch {
		case err != nil:
			return err
		case q.ctx.Err() != nil:
			return q.ctx.Err()
		case stmt != nil:
			return stmt.QueryRowContext(context.WithoutCancel(q.ctx), q.args...).Scan(into...)
		}
		return q.db.reader.QueryRowContext(q.ctx, q.text, q.args...).Scan(into...)
	})
}
