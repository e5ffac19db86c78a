package delivery

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// Wishes is what a Signup needs of the outbox.
type Wishes interface {
	Mail(ctx context.Context) (store.MailState, error)
	Subscriber(ctx context.Context, a subscriber.Address) (subscriber.Subscriber, error)
	Ask(ctx context.Context, a store.Asking) error
	Pending(ctx context.Context, hash []byte, now time.Time) (store.Pending, error)
	Confirm(ctx context.Context, hash []byte, now time.Time) (subscriber.Subscriber, error)
	Leave(ctx context.Context, hash []byte, now time.Time) (bool, error)

	Reader(ctx context.Context, id, generation int64) (subscriber.Subscriber, error)
	Consent(ctx context.Context, id, generation int64) (store.Consent, error)
	ChangeWish(ctx context.Context, id, generation int64, w subscriber.Wish) error
	Pause(ctx context.Context, id, generation int64, until event.Date) error
	Resume(ctx context.Context, id, generation int64, now time.Time) error
}

// A Signup is where readers ask for the daily mail, confirm that they meant it, and end
// it. Nobody learns from it which addresses and links are known: whatever it decides,
// only a failure of the database is an error. It is safe for any number of readers.
type Signup struct {
	Outbox Wishes
	// Site is the address that the link begins with, Domain what a Message-ID ends
	// with.
	Site, Domain string
	// Random is where tokens come from; nil is the machine's chance.
	Random io.Reader
	// Posted is called after a message was posted; nil for nobody.
	Posted func()
}

// Ask keeps a wish and posts the message that asks whether it is meant, unless the
// address must not be written to, or was lately. from is who asks.
func (d *Signup) Ask(
	ctx context.Context,
	to subscriber.Address,
	w subscriber.Wish,
	from netip.Addr,
	now time.Time,
) error {
	state, err := d.Outbox.Mail(ctx)
	if err != nil {
		return err
	}
	if state.Secret == nil {
		return errors.New(
			"keep a wish to subscribe: the database has no secret, and none can be drawn",
		)
	}
	a, err := d.asking(to, w, state.Secret, now)
	if err != nil {
		return err
	}
	if a.Message.Body, err = d.confirmBody(ctx, a); err != nil {
		return err
	}
	return d.keep(ctx, a, from, state.Secret)
}

// confirmBody writes the message of a wish, which says where a subscription would change.
func (d *Signup) confirmBody(ctx context.Context, a linked) (store.Body, error) {
	s, err := d.Outbox.Subscriber(ctx, a.Address)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Body{}, err
	}
	return ConfirmBody(a.Wish.Lang, a.link, s.State == subscriber.Active), nil
}

// Pending returns what the button behind a token would do, nil where there is nothing.
func (d *Signup) Pending(
	ctx context.Context,
	token string,
	now time.Time,
) (*store.Pending, error) {
	if !subscriber.IsToken(token) {
		return nil, nil
	}
	p, err := d.Outbox.Pending(ctx, subscriber.Hash(token), now)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &p, nil
}

// Confirm makes the wish of a token a subscription, where there is one still.
func (d *Signup) Confirm(ctx context.Context, token string, now time.Time) error {
	if !subscriber.IsToken(token) {
		return nil
	}
	_, err := d.Outbox.Confirm(ctx, subscriber.Hash(token), now)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrSuppressed) {
		return nil
	}
	return err
}

// Leave ends the subscription of a token, where there is one still.
func (d *Signup) Leave(ctx context.Context, token string, now time.Time) error {
	if !subscriber.IsToken(token) {
		return nil
	}
	_, err := d.Outbox.Leave(ctx, subscriber.Hash(token), now)
	return err
}
