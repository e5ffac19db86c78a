package store

import (
	"context"
	"time"
)

// A Duty is what is remembered of work that recurs (the daily mail, a site that is
// published) and that one process of all on a database does at a time.
type Duty struct {
	Name string
	// Due is when it is to be done next; zero for at once.
	Due time.Time
	// Failures counts those in a row.
	Failures int
	// Memory is what whoever did it last wants whoever does it next to know.
	Memory string
	// Term counts how often it was begun: who began it last may end it.
	Term int64
}

// Duties remember the work that recurs.
type Duties interface {
	// Duty returns the one of a name; one never begun has its Name alone.
	Duty(ctx context.Context, name string) (Duty, error)
	// BeginDuty begins another term of one that is due; ErrStale where it is not.
	BeginDuty(ctx context.Context, name string, now time.Time) (Duty, error)
	// EndDuty notes Due, Failures and Memory; ErrStale where another term was begun.
	EndDuty(ctx context.Context, d Duty) error
	// HastenDuty has one done at a moment that is due later.
	HastenDuty(ctx context.Context, name string, at time.Time) error
}
