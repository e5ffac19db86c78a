// Package usage marks errors as those of a command line, a config or a source file, which a
// person puts right by typing something else. It decides no exit status.
package usage

import (
	"fmt"

	"koyomi/internal/text"
)

// An Error is a wrong command line, config or source file.
type Error struct{ err error }

// Error returns what is wrong.
func (e Error) Error() string { return e.err.Error() }

// Unwrap returns the error that was marked.
func (e Error) Unwrap() error { return e.err }

// Errorf returns an Error, formatted as fmt.Errorf does.
func Errorf(format string, args ...any) error {
	return Of(fmt.Errorf(format, args...))
}

// Of marks an error as one of the command line, the config or a source file.
func Of(err error) error { return Error{err} }

// Quote shows what a person typed without letting it act on the terminal.
func Quote(s string) string {
	return fmt.Sprintf("%q", text.Line(s, 100))
}
