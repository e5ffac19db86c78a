package store

import (
	"context"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/subscriber"
)

// Alert is the kind of a message that tells at once of what is near and was cancelled or
// moved.
const Alert MessageKind = "alert"

// A Consent is how a subscription came about.
type Consent struct {
	// Asked is when it was asked for, At when it was confirmed.
	Asked, At time.Time
	// Network is the one that asked, as subscriber.Network; "" where that is not known.
	Network string
	Way     ConsentWay
}

// ConsentWay is how somebody consented.
type ConsentWay string

// The ways.
const (
	// ByForm is the form of the site, confirmed by the link of a mail, ByMove the same
	// for another address of a subscription.
	ByForm ConsentWay = "form"
	ByMove ConsentWay = "move"
	// ByOperator is a command of the operator, who answers for it.
	ByOperator ConsentWay = "operator"
)

// An Own is what a reader's own page shows.
type Own struct {
	Subscriber subscriber.Subscriber
	// Consent is nil where it was not recorded.
	Consent *Consent
	// Leave is the token that ends it.
	Leave string
}

// A Told is an event that a reader heard about at once, up to a change.
type Told struct {
	Subscriber int64
	UID        string
	Upto       int64
}

// An Urgency is what one moment brings to readers who asked to be told at once.
type Urgency struct {
	Now, Expires time.Time
	// Upto is the last change that was looked at.
	Upto   int64
	Bodies []Body
	// Readers are those who were looked at.
	Readers []Urgent
}

// An Urgent is one reader of an Urgency.
type Urgent struct {
	// Subscriber is as it was read: where it has changed since, it is left out.
	Subscriber subscriber.Subscriber
	// Body is the place of what it is told in Bodies, -1 where that is nothing.
	Body      int
	MessageID string
	// Day is the reader's local date, UIDs are the events that the message tells of.
	Day  event.Date
	UIDs []string
	// Told counts what it had been told at once before, as in Recipient.
	Told int
}

// A Bounce is a report that a mail did not reach its reader, or that the reader
// complained.
type Bounce struct {
	Subscriber, Generation int64
	// Day is the UTC date on which it came.
	Day event.Date
	Now time.Time
	// Points are what it counts, as subscriber.HardBounce.
	Points int
	// Cause is one clean line.
	Cause string
	// Complaint ends the subscription at once.
	Complaint bool
}

// Readers is what readers may do with their own subscription, which its ID and generation
// name; a method returns ErrNotFound where there is none of that generation.
type Readers interface {
	// Reader returns it, be it ended.
	Reader(ctx context.Context, id, generation int64) (subscriber.Subscriber, error)
	// Consent returns how it came about: ErrNotFound where that was not recorded.
	Consent(ctx context.Context, id, generation int64) (Consent, error)
	// ChangeWish replaces what an active one asks for, from the next digest on.
	ChangeWish(ctx context.Context, id, generation int64, w subscriber.Wish) error
	// Pause has nothing planned for an active one until a local date; zero goes on.
	Pause(ctx context.Context, id, generation int64, until event.Date) error
	// Resume makes one active again that was refused, with no refusals and bounces
	// counted; nothing happens to one that is active.
	Resume(ctx context.Context, id, generation int64, now time.Time) error

	// ToldAtOnce returns what active readers were told at once since their cursor.
	ToldAtOnce(ctx context.Context) ([]Told, error)
	// UrgentReaders returns the active readers who asked for that, for whom not all
	// changes up to one were looked at, and who have no digest that waits and no message
	// that may be with the server without an answer.
	UrgentReaders(ctx context.Context, upto int64) ([]subscriber.Subscriber, error)
	// PlanUrgent writes messages and notes what was looked at, whole or not at all; it
	// returns how many messages there are.
	PlanUrgent(ctx context.Context, u Urgency) (messages int, err error)

	// Bounced counts a bounce, at most one a day, and refuses the address where there
	// were too many (subscriber.MaxBounces); it reports whether it did now.
	Bounced(ctx context.Context, b Bounce) (refused bool, err error)
}
