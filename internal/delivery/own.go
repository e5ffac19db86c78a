package delivery

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// An owner is whom a token of a reader's own page names.
type owner struct{ id, generation int64 }

// owner returns whom a token names; ok is false where it was not given out. The database
// is asked for nothing that the token does not prove.
func (d *Signup) owner(
	ctx context.Context,
	token string,
) (owner, subscriber.Secret, bool, error) {
	state, err := d.Outbox.Mail(ctx)
	if err != nil || state.Secret == nil {
		return owner{}, nil, false, err
	}
	id, generation, ok := state.Secret.Owner(token)
	return owner{id, generation}, state.Secret, ok, nil
}

// Own returns what a reader's own page shows, nil where the token names no subscription
// that is still there.
func (d *Signup) Own(ctx context.Context, token string) (*store.Own, error) {
	o, secret, ok, err := d.owner(ctx, token)
	if err != nil || !ok {
		return nil, err
	}
	s, err := d.Outbox.Reader(ctx, o.id, o.generation)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	own := &store.Own{Subscriber: s, Leave: secret.Leave(o.id, o.generation)}
	c, err := d.Outbox.Consent(ctx, o.id, o.generation)
	switch {
	case err == nil:
		own.Consent = &c
	case !errors.Is(err, store.ErrNotFound):
		return nil, err
	}
	return own, nil
}

// change does one thing to the subscription of a token; it reports false where there is
// none that can be changed so.
func (d *Signup) change(
	ctx context.Context,
	token string,
	do func(owner) error,
) (bool, error) {
	o, _, ok, err := d.owner(ctx, token)
	if err != nil || !ok {
		return false, err
	}
	if err := do(o); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			err = nil
		}
		return false, err
	}
	return true, nil
}

// ChangeOwn replaces what the reader of a token asks for.
func (d *Signup) ChangeOwn(
	ctx context.Context,
	token string,
	w subscriber.Wish,
) (bool, error) {
	return d.change(ctx, token, func(o owner) error {
		return d.Outbox.ChangeWish(ctx, o.id, o.generation, w)
	})
}

// PauseOwn has nothing planned for the reader of a token until a local date; zero goes on.
func (d *Signup) PauseOwn(
	ctx context.Context,
	token string,
	until event.Date,
) (bool, error) {
	return d.change(ctx, token, func(o owner) error {
		return d.Outbox.Pause(ctx, o.id, o.generation, until)
	})
}

// ResumeOwn makes the subscription of a token active again whose address was refused.
func (d *Signup) ResumeOwn(ctx context.Context, token string, now time.Time) (bool, error) {
	return d.change(ctx, token, func(o owner) error {
		return d.Outbox.Resume(ctx, o.id, o.generation, now)
	})
}

// MoveOwn asks the new address whether the subscription of a token is to come there, under
// the limits of Ask; until that is confirmed nothing changes.
func (d *Signup) MoveOwn(
	ctx context.Context,
	token string,
	to subscriber.Address,
	from netip.Addr,
	now time.Time,
) error {
	o, secret, ok, err := d.owner(ctx, token)
	if err != nil || !ok {
		return err
	}
	s, err := d.Outbox.Reader(ctx, o.id, o.generation)
	if errors.Is(err, store.ErrNotFound) || err == nil && s.State == subscriber.Left {
		return nil
	}
	if err != nil {
		return err
	}
	a, err := d.asking(to, s.Wish, secret, now)
	if err != nil {
		return err
	}
	a.Moves, a.MovesGeneration = o.id, o.generation
	a.Message.Body = MoveBody(s.Lang, a.link)
	return d.keep(ctx, a, from, secret)
}

// keep keeps a wish that comes from a network, and posts its message.
func (d *Signup) keep(
	ctx context.Context,
	a linked,
	from netip.Addr,
	secret subscriber.Secret,
) error {
	a.Asker, a.Network = secret.Asker(from), networkWords(from)
	err := d.Outbox.Ask(ctx, a.Asking)
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

// networkWords names the network of an address, not the machine; "" for none.
func networkWords(a netip.Addr) string {
	if n := subscriber.Network(a); n.IsValid() {
		return n.String()
	}
	return ""
}
