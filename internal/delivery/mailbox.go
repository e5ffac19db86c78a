package delivery

import (
	"context"
	"errors"
	"io"
	"time"

	"koyomi/internal/mail"
	"koyomi/internal/store"
)

// A Mailbox is where mail comes back to. Read hands over each message that nobody has
// read, and removes those that take has done with.
type Mailbox interface {
	Read(ctx context.Context, take func(io.Reader) (done bool, err error)) error
}

// readEvery is how often the mailbox is read.
const readEvery = 10 * time.Minute

// A Collected counts the messages of a mailbox by what they were.
type Collected struct {
	// Counted are reports that count against an address, Refused those of them after
	// which nothing more is sent there, Left all other messages.
	Counted, Refused, Left int
}

// Collect counts the reports that lie in the mailbox, and leaves what is none.
func (o *Sender) Collect(ctx context.Context) (c Collected, err error) {
	err = o.Mailbox.Read(ctx, func(message io.Reader) (bool, error) {
		out, err := o.Bounce(ctx, message)
		for _, old := range []error{ErrOld, store.ErrNotFound} {
			if errors.Is(err, old) {
				c.Left++
				return true, nil // it is of a mail from here, and of no use any more
			}
		}
		for _, foreign := range []error{mail.ErrNoReport, ErrForged} {
			if errors.Is(err, foreign) {
				c.Left++
				return false, nil
			}
		}
		if err != nil {
			return false, err
		}
		c.Counted++
		if out.Refused {
			c.Refused++
		}
		return true, nil
	})
	return c, err
}

// collect reads the mailbox now and then. One that cannot be read keeps no mail back.
func (r *Round) collect(ctx context.Context, o *Sender, now time.Time) error {
	rests := now.Sub(r.Collected) < readEvery && !now.Before(r.Collected)
	if o.Mailbox == nil || rests {
		return nil
	}
	r.Collected = now
	c, err := o.Collect(ctx)
	if err != nil {
		r.Log.Warn("the mailbox for what comes back cannot be read", "error", err)
	}
	if c != (Collected{}) {
		r.Log.Info("what came back is counted", "counted", c.Counted, "refused", c.Refused, "left", c.Left)
	}
	return nil
}
