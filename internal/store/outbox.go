package store

import (
	"context"
	"errors"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/subscriber"
)

// ErrSuppressed: the address must never be written to. ErrLimited: it was written to
// too lately, or too often without an answer.
var (
	ErrSuppressed = errors.New("the address must not be written to")
	ErrLimited    = errors.New("the address was written to already")
)

// MessageState is how far a message has come.
type MessageState string

// The states. What a message holds is fixed when it is planned; its bytes are fixed
// when it becomes Sending for the first time, before the server hears of it.
const (
	// Planned waits to be sent, Retry for its next moment.
	Planned MessageState = "planned"
	Retry   MessageState = "retry"
	// Sending may be with the server: it is noted before the server is asked.
	Sending MessageState = "sending"
	// Unknown may have arrived: no answer came after its last octet, or the process
	// that sent it died. It is sent once more, the same bytes, at its next moment;
	// where that is zero it is left at that.
	Unknown MessageState = "unknown"
	// Sent was accepted, Failed refused; Expired was not accepted in time, or
	// something newer took its place.
	Sent    MessageState = "sent"
	Failed  MessageState = "failed"
	Expired MessageState = "expired"
)

// MessageKind is what a message is about.
type MessageKind string

// The kinds.
const (
	Digest  MessageKind = "digest"
	Confirm MessageKind = "confirm" // asks whether a subscription is meant
	Notice  MessageKind = "notice"  // tells the operator
)

// SettleWithin is how much longer than others a message is tried that may be with the
// server: the same change must not go out under another Message-ID.
const SettleWithin = 5 * 24 * time.Hour

// A Body is what several messages have in common, as the sender writes it.
type Body struct {
	Subject string `json:"subject"`
	Lang    string `json:"lang"`
	// Leave is the word for the way out, "" for a message without one, Own that for the
	// reader's own page. Text and HTML are the parts around the places at which they
	// stand; an empty HTML is none.
	Leave string    `json:"leave"`
	Own   string    `json:"own,omitempty"`
	Text  [3]string `json:"text"`
	HTML  [3]string `json:"html"`
}

// A Message is one mail to one address. There is one a Key, ever.
type Message struct {
	ID   int64
	Key  string
	Kind MessageKind
	// Subscriber is 0 for a message to somebody else; Generation is that of the
	// subscription it was planned for, Day the reader's local date.
	Subscriber, Generation int64
	Day                    event.Date
	To                     subscriber.Address
	Format                 subscriber.Format
	MessageID              string
	Body                   Body
	// Upto is the last change that a digest tells: the reader's cursor once it is
	// sent.
	Upto  int64
	State MessageState
	// Planned is when it was, Next when it may be tried, Expires until when.
	Planned, Next, Expires time.Time
	// Attempts counts the times that the server put it off or that it broke off,
	// Unanswered those at which no answer came after its last octet.
	Attempts, Unanswered int
	// Bytes is the whole message, once it was fixed; nil again when it is closed.
	Bytes []byte
	Cause string
	// Done is when it was sent or closed.
	Done time.Time
}

// A Planning is what one moment brings to subscribers of one local date.
type Planning struct {
	Now time.Time
	Day event.Date
	// Readers are planned for; Bodies are what they are told, Upto is the last change
	// that was looked at, Expires until when their messages may be sent.
	Readers []Recipient
	Bodies  []Body
	Upto    int64
	Expires time.Time
}

// A Recipient is one reader of a Planning.
type Recipient struct {
	// Subscriber is as it was read: where it has changed since, it is left out.
	Subscriber subscriber.Subscriber
	// Body is the place of what it is told in Bodies, -1 where that is nothing.
	Body      int
	MessageID string
	// Told counts what it was told at once since its cursor, as it was read: where that
	// has changed since, it is left out.
	Told int
	// Quiet leaves the cursor where it is although there is nothing to tell: the
	// first digest is still to come.
	Quiet bool
}

// A Settlement is what became of an attempt at a message.
type Settlement struct {
	ID int64
	// By is who sent it, as in Begin; "" for a message that is not being sent.
	By    string
	Now   time.Time
	State MessageState
	// Next is when it is tried again, for Retry and Unknown.
	Next                 time.Time
	Attempts, Unanswered int
	Cause                string
	// Refused counts a refusal against the subscriber, once a local date.
	Refused bool
}

// An Asking is a wish to subscribe that waits to be confirmed, and the message that
// asks for that.
type Asking struct {
	Address subscriber.Address
	Wish    subscriber.Wish
	// Asker is the hash of the network that asked: strangers do not take the owner's
	// turn.
	Asker []byte
	// Network is the network itself, as consents record it; "" for none.
	Network string
	// Moves is the subscription that asks for another address, of a generation; 0 where
	// somebody subscribes.
	Moves, MovesGeneration int64
	// Hash is that of the token to confirm, good until Expires.
	Hash         []byte
	Now, Expires time.Time
	Message      Message
}

// A Pending is a wish that waits to be confirmed, and what it would change.
type Pending struct {
	Address subscriber.Address
	Wish    subscriber.Wish
	// Now is the active subscription that would be replaced, nil where there is none.
	Now *subscriber.Wish
	// Moves is set where an existing subscription comes to Address.
	Moves bool
}

// A Queue is how the outbox fares at a moment.
type Queue struct {
	// Waiting counts the messages that are not closed, Oldest is when the one was
	// planned that has waited longest; zero where none waits.
	Waiting int
	Oldest  time.Time
	// Accepted is when the server last took a message; zero for never.
	Accepted time.Time
	// Refused were turned down within the last day, Expired not taken in time, and
	// Unanswered left without an answer.
	Refused, Expired, Unanswered int
	// Cause is what the server last said to a message that waits or was given up, ""
	// for nothing.
	Cause string
}

// An Hour is when some subscribers get their digest.
type Hour struct {
	Zone   string
	Minute int
}

// MailState is what the sender remembers of itself.
type MailState struct {
	// Secret is the key of tokens and Message-IDs, drawn when it is first asked for.
	Secret subscriber.Secret
	// NotBefore is the moment of the last restore, zero without one: digests that
	// were due before it are not sent.
	NotBefore time.Time
	// Seen is the latest moment at which something was planned or settled.
	Seen time.Time
}

// Outbox is what the daily mail needs of the database. Addresses are told apart by
// their Key.
type Outbox interface {
	Readers

	// Mail returns what the sender remembers.
	Mail(ctx context.Context) (MailState, error)
	// SetClock sets Seen, where a wrong clock has left it too late. Days after it count
	// as not planned for.
	SetClock(ctx context.Context, now time.Time) error
	// LastChange returns the ID of the last change there is, 0 without any.
	LastChange(ctx context.Context) (int64, error)

	// Subscribers returns all, by address; Subscriber the one of an address
	// (ErrNotFound).
	Subscribers(ctx context.Context) ([]subscriber.Subscriber, error)
	Subscriber(ctx context.Context, a subscriber.Address) (subscriber.Subscriber, error)
	// Subscribe makes an address a new subscription, whatever it had before, that hears
	// of what changes from now on: ErrSuppressed.
	Subscribe(
		ctx context.Context,
		s subscriber.Subscriber,
		now time.Time,
	) (subscriber.Subscriber, error)
	// Unsubscribe ends the subscription of an address (ErrNotFound) and what is
	// planned for it; never keeps the address from ever being written to again, even
	// where it has none.
	Unsubscribe(ctx context.Context, a subscriber.Address, now time.Time, never bool) error
	// Leave ends the subscription whose token has a hash, and what is planned for it;
	// it reports whether there was one to end.
	Leave(ctx context.Context, hash []byte, now time.Time) (bool, error)
	// Ask keeps a wish to be confirmed and posts its message: ErrSuppressed, ErrLimited
	// by subscriber.AddressAsks, AddressGap and AddressDay, which count the canonical
	// address. An earlier wish of the same asker for it is void.
	Ask(ctx context.Context, a Asking) error
	// Pending returns the wish whose token has a hash: ErrNotFound as in Confirm.
	Pending(ctx context.Context, hash []byte, now time.Time) (Pending, error)
	// Confirm turns the wish whose token has a hash into a subscription, once:
	// ErrNotFound where there is none, it has expired, or was confirmed.
	Confirm(ctx context.Context, hash []byte, now time.Time) (subscriber.Subscriber, error)

	// Hours returns those of active subscribers, each once.
	Hours(ctx context.Context) ([]Hour, error)
	// Waiting returns active subscribers of an hour who have nothing planned for a local
	// date or a later one, and no digest that may be with the server without an answer,
	// by ID above after, at most limit.
	Waiting(
		ctx context.Context,
		h Hour,
		day event.Date,
		after int64,
		limit int,
	) ([]subscriber.Subscriber, error)
	// LeastCursor returns the smallest cursor of active subscribers, -1 where there are
	// none.
	LeastCursor(ctx context.Context) (int64, error)
	// Plan writes messages, closes older ones of the same readers as Expired, and moves
	// the cursor of those who are told nothing, whole or not at all. A reader who is
	// no more as it was read, or has a digest that may be with the server, is left out;
	// it returns how many messages there are.
	Plan(ctx context.Context, p Planning) (messages int, err error)
	// Post writes a message that is no digest; false where there is one of its Key.
	Post(ctx context.Context, l Message) (bool, error)

	// Ready returns messages that may be sent now, those due longest first, at most
	// limit. Messages that expired are closed before, and those Sending whose lease is
	// over are Unknown. What may be with the server does not expire for SettleWithin
	// longer; then it is left Unknown, as in Settle.
	Ready(ctx context.Context, now time.Time, limit int) ([]Message, error)
	// Begin notes that a message is about to be sent by one whose lease ends at a
	// moment, and fixes its bytes: those given, or those that were fixed before,
	// which it returns. ErrStale where somebody else has it, or it is closed.
	Begin(
		ctx context.Context,
		id int64,
		by string,
		now, lease time.Time,
		bytes []byte,
	) ([]byte, error)
	// Settle notes what became of it: ErrStale where it is not By's any more. A digest
	// that is Sent, or left Unknown, moves its reader's cursor.
	Settle(ctx context.Context, s Settlement) error
	// Messages returns the latest, newest first, without Body and Bytes, at most limit.
	Messages(ctx context.Context, limit int) ([]Message, error)
	// Next returns when a message that waits may next be tried, zero where none waits.
	Next(ctx context.Context) (time.Time, error)
	// Queue returns how the outbox fares.
	Queue(ctx context.Context, now time.Time) (Queue, error)
	// GivenUp returns the digests that were closed after a moment and not accepted,
	// oldest first, at most limit; those whose subscription ended are left out.
	GivenUp(ctx context.Context, after time.Time, limit int) ([]Message, error)
	// Posted returns when a message whose Key begins with a prefix was last planned,
	// zero for never.
	Posted(ctx context.Context, prefix string) (time.Time, error)
	// Tidy forgets closed messages, bodies that no message needs and wishes nobody
	// confirmed, from before a moment.
	Tidy(ctx context.Context, before time.Time) error
}
