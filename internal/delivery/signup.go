package delivery

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// Wishes is what a Signup needs of the outbox.
type Wishes interface {
	Mail(ctx context.Context) (store.MailState, error)
	Ask(ctx context.Context, a store.Asking) error
	Confirm(ctx context.Context, hash []byte, now time.Time) (subscriber.Subscriber, error)
	Leave(ctx context.Context, hash []byte, now time.Time) (bool, error)
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
// address must not be written to, or was lately.
func (d *Signup) Ask(ctx context.Context, to subscriber.Address, w subscriber.Wish, now time.Time) error {
	state, err := d.Outbox.Mail(ctx)
	if err != nil {
		return err
	}
	if state.Secret == nil {
		return errors.New("keep a wish to subscribe: the database has no secret, and none can be drawn")
	}
	random := d.Random
	if random == nil {
		random = rand.Reader
	}
	token, err := subscriber.NewToken(random)
	if err != nil {
		return err
	}
	link := strings.TrimRight(d.Site, "/") + "/confirm/" + token
	err = d.Outbox.Ask(ctx, asking(to, w, token, link, d.Domain, state.Secret, now))
	switch {
	case errors.Is(err, store.ErrSuppressed), errors.Is(err, store.ErrLimited):
		return nil
	case err != nil:
		return fmt.Errorf("keep a wish to subscribe: %w", err)
	}
	if d.Posted != nil {
		d.Posted()
	}
	return nil
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
