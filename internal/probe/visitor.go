package probe

import (
	"errors"
	"log/slog"

	"koyomi/internal/poll"
)

// A Visitor asks hosts outside of polls (source try, source add, source check --live) and
// keeps to what they asked of any koyomi on the database.
type Visitor struct {
	poll.Fetcher
	Log *slog.Logger
	// Closers end the use of what it works with, in order.
	Closers []func() error
}

// Close ends the visits.
func (v *Visitor) Close() error {
	var all []error
	for _, end := range v.Closers {
		all = append(all, end())
	}
	err := errors.Join(all...)
	if err != nil {
		v.Log.Warn("what hosts asked for could not be kept", "error", err)
	}
	return err
}
