package postgres

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"koyomi/internal/store/sqlstore"
)

// An engine is what PostgreSQL does in its own way, as the store's contract is kept.
type engine struct{ *DB }

// Translate returns an error of PostgreSQL's as one of the store's contract.
func (e engine) Translate(err error) error { return e.translate(err) }

// Lock waits until no other transaction has the lock of that name, in this schema.
func (engine) Lock(t *sqlstore.Tx, name string) error {
	_, err := t.Exec(
		"SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' ' || $1, 0))",
		name,
	)
	return err
}

// Announce tells whoever listens to this schema.
func (engine) Announce(t *sqlstore.Tx) error {
	_, err := t.Exec("SELECT pg_notify('koyomi ' || current_schema(), '')")
	return err
}

// Snapshot is how a transaction begins that reads at one moment.
func (engine) Snapshot() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

// Again waits before something that failed is tried again, and reports whether it may be.
func (e engine) Again(ctx context.Context, since time.Time, tries int, err error) bool {
	if !passes(err) || ctx.Err() != nil || time.Since(since) > e.patience {
		return false
	}
	longest := min(20*time.Millisecond<<min(tries, 6), time.Second)
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Duration(rand.Int64N(int64(longest)) + 1)):
		return true
	}
}

// Transact does one transaction, and again where it failed for a reason that passes.
func (e engine) Transact(ctx context.Context, do func(t *sqlstore.Tx) error) error {
	for start, tries := time.Now(), 0; ; tries++ {
		id, err := e.once(ctx, do)
		if err == nil {
			return nil
		}
		if id != "" && broken(err) {
			// The connection broke as it was committed: whether it was, the server knows.
			var done bool
			if done, err = e.committed(ctx, id, err); done {
				return nil
			}
		}
		if !e.Again(ctx, start, tries, err) {
			return err
		}
	}
}

// Note is Transact: the server's own settings say what a loss of power may take back.
func (e engine) Note(ctx context.Context, do func(t *sqlstore.Tx) error) error {
	return e.Transact(ctx, do)
}

// once does a transaction. Where it fails as it is committed, it returns the
// transaction's number beside the error.
func (e engine) once(
	ctx context.Context,
	do func(t *sqlstore.Tx) error,
) (id string, err error) {
	tx, err := e.handle.BeginTx(ctx, nil)
	if err != nil {
		return "", err
	}
	if err := do(e.Begun(ctx, tx)); err != nil {
		return "", rolledBack(tx, err)
	}
	var number sql.NullString
	if err := tx.QueryRowContext(ctx, "SELECT pg_current_xact_id_if_assigned()::text").
		Scan(&number); err != nil {
		return "", rolledBack(tx, err)
	}
	return number.String, tx.Commit()
}

// rolledBack takes a transaction back after an error, which is the one that matters.
func rolledBack(tx *sql.Tx, err error) error {
	if again := tx.Rollback(); again != nil && !errors.Is(again, sql.ErrTxDone) &&
		!broken(again) {
		return errors.Join(err, again)
	}
	return err
}

// committed asks the server what became of a transaction, for as long as it may be under
// way. Where the server does not know, the error is the one that was met.
func (e engine) committed(ctx context.Context, id string, met error) (bool, error) {
	for start, tries := time.Now(), 0; ; tries++ {
		var status sql.NullString
		err := e.handle.QueryRowContext(ctx, "SELECT pg_xact_status($1::text::xid8)", id).
			Scan(&status)
		switch {
		case err == nil && status.String == "committed":
			return true, nil
		case err == nil && status.String == "aborted":
			return false, met
		case err == nil && !status.Valid:
			return false, errors.New(
				"the connection to the database broke, and it does not know any more whether the last write was done",
			)
		case err == nil: // in progress: the server has not noticed yet
			err = met
		}
		if !e.Again(ctx, start, tries, err) {
			return false, err
		}
	}
}
