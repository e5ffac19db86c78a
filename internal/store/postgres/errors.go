package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"koyomi/internal/store"
)

// Codes of PostgreSQL's errors (appendix A of its manual).
const (
	codeReadOnly     = "25006"
	codeFull         = "53100"
	codeLockTimeout  = "55P03"
	codeCorrupt      = "XX001"
	codeCorruptIndex = "XX002"
)

// passing are codes and classes of what passes by itself: the transaction met another
// one, or the server is about to end, to start or to fail over.
var passing = []string{
	"40001", "40P01", codeLockTimeout, codeReadOnly,
	"25P03", "57P01", "57P02", "57P03", "57P05", "53300", "08",
}

// code returns PostgreSQL's code of an error, "" where it is not one of its.
func code(err error) string {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return ""
	}
	return e.Code
}

// passes reports whether what failed may work when it is tried again.
func passes(err error) bool {
	if c := code(err); c != "" {
		return slices.Contains(passing, c) || slices.Contains(passing, c[:2])
	}
	return broken(err)
}

// broken reports whether the connection is gone, or was never there.
func broken(err error) bool {
	var connect *pgconn.ConnectError
	var network *net.OpError
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return false
	case errors.As(err, &connect), errors.As(err, &network):
		return true
	}
	for _, one := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, driver.ErrBadConn} {
		if errors.Is(err, one) {
			return true
		}
	}
	return pgconn.SafeToRetry(err) || err.Error() == "conn closed"
}

// meanings are PostgreSQL's codes in the words of the store's contract.
var meanings = map[string]error{
	codeFull:         store.ErrFull,
	codeLockTimeout:  store.ErrBusy,
	codeCorrupt:      store.ErrCorrupt,
	codeCorruptIndex: store.ErrCorrupt,
}

// translate returns an error of PostgreSQL's as one of the store's contract.
func (d *DB) translate(err error) error {
	if err == nil {
		return nil
	}
	if meaning, known := meanings[code(err)]; known {
		return fmt.Errorf("%w: %w", meaning, err)
	}
	if broken(err) {
		return fmt.Errorf("%w: %w", store.ErrUnreachable, err)
	}
	return err
}
