package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"time"

	"koyomi/internal/mail"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// A Store is what the sender keeps its database in: the ledger's events and the outbox.
type Store interface {
	Archive
	store.Outbox
	// Latest returns the moment of the last poll, zero without any.
	Latest(ctx context.Context) (time.Time, error)
}

// A Transport takes one message at a time to a mail server. It keeps to the rate that
// the server takes, and says what became of each message.
type Transport interface {
	Deliver(ctx context.Context, from, to string, message []byte) mail.Outcome
	// Close takes leave of the server.
	Close() error
}

// Settings are the operator's.
type Settings struct {
	// Site is the address that every link begins with, without a slash at its end.
	Site string
	// From is the sender, Bounces the sender on the envelope.
	From    netmail.Address
	Bounces string
	// Operator hears what is wrong; "" is nobody.
	Operator subscriber.Address
	// CatchUp is how late a digest may still be planned, MaxAge how long after that it
	// may be sent.
	CatchUp, MaxAge time.Duration
	// Resend sends a message once more whose receipt the server never confirmed.
	Resend bool
}

// domain returns the one that Message-IDs and the list's name end with.
func (s Settings) domain() string {
	return s.From.Address[strings.LastIndexByte(s.From.Address, '@')+1:]
}

// A Sender plans the digests that are due and sees every message off. Several may
// work on one database at once: no message is planned or sent by two of them.
type Sender struct {
	Settings
	Store       Store
	Publication Publication
	// Open returns a transport for one run of sending.
	Open func() Transport
	// Mailbox is where mail comes back to; nil for one that is not read.
	Mailbox Mailbox
	Now     func() time.Time
	Log     *slog.Logger
	// Report is told what became of each message; nil tells nobody.
	Report func(Sent)
}

// ErrClock is a clock that shows an earlier time than it did, by more than an hour:
// nothing is planned or sent by it.
var ErrClock = errors.New("the clock of this machine cannot be right")

// slack is how far a clock may be set back, or forward at once, and be believed.
const slack = time.Hour

// state returns what the sender remembers, and ErrClock where the clock is behind
// that.
func (o *Sender) state(ctx context.Context, now time.Time) (store.MailState, error) {
	s, err := o.Store.Mail(ctx)
	if err != nil {
		return s, err
	}
	seen := s.Seen
	if seen.IsZero() {
		if seen, err = o.Store.Latest(ctx); err != nil {
			return s, err
		}
	}
	if now.Before(seen.Add(-slack)) {
		return s, fmt.Errorf(
			"%w: it shows %s, and %s has passed already; where that was the mistake, `koyomi digest send --trust-clock` says so",
			ErrClock,
			now.Format(time.RFC3339),
			seen.In(now.Location()).Format(time.RFC3339),
		)
	}
	return s, nil
}

// TrustClock takes the clock of now for right, although it showed a later time before:
// what was planned for days to come is planned again when they come.
func (o *Sender) TrustClock(
	ctx context.Context,
) error {
	return o.Store.SetClock(ctx, o.Now())
}
