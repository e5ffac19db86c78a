package fetch

import (
	"context"
	"errors"
	"slices"
	"time"

	"koyomi/internal/health"
	"koyomi/internal/poll"
	"koyomi/internal/store"
)

// A host's refusal of an address lasts once it has been repeated so often and for so
// long; then the address is asked no more.
const (
	lastingRefusals = 3
	lastingRefusal  = 7 * 24 * time.Hour
)

// remembered follows the Ask, unless its address was given up, and remembers what came
// of it: that it is gone, refused or moved. A Probe is a question whether a page is
// still there; gone is an answer to it.
func (w *walk) remembered(ctx context.Context) (poll.Answer, error) {
	if w.ask.Probe {
		return w.run(ctx)
	}
	before, err := w.client.opt.Hosts.Address(ctx, w.ask.URL)
	if err != nil {
		return poll.Answer{}, fail(
			health.CauseStorage,
			"the host is not asked, since what it asked for cannot be read: %w",
			err,
		)
	}
	if !before.Stopped.IsZero() {
		return poll.Answer{}, fail(
			before.Cause,
			"asked no more since %s (%s); `koyomi source resume SOURCE` takes it up again",
			before.Stopped.UTC().Format(time.DateOnly),
			before.Message,
		)
	}
	answer, failed := w.run(ctx)
	if err := w.remember(ctx, before, w.outcome(failed)); err != nil && failed == nil {
		return poll.Answer{}, fail(
			health.CauseStorage,
			"what came of the request cannot be kept: %w",
			err,
		)
	}
	return answer, failed
}

// remember writes what an Ask changes in what is remembered of its address, if it does.
func (w *walk) remember(
	ctx context.Context,
	before store.AddressState,
	change func(*store.AddressState),
) error {
	after := before
	if change(&after); after == before {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseMargin)
	defer cancel()
	return w.client.opt.Hosts.WithAddress(ctx, w.ask.URL, change)
}

// outcome returns what an Ask changes in what is remembered of its address.
func (w *walk) outcome(err error) func(*store.AddressState) {
	now := w.client.opt.Now()
	if err == nil {
		return func(a *store.AddressState) { answered(a, w.ask.Source, w.movedTo, now) }
	}
	var f *health.Failure
	if errors.As(err, &f) && slices.Contains(refusals, f.Cause) {
		return func(a *store.AddressState) { refused(a, w.ask.Source, f, now) }
	}
	return func(*store.AddressState) {} // it may pass by itself
}

// refusals are the failures by which a host says that an address is not to be asked.
var refusals = []health.Cause{health.CauseGone, health.CauseBlocked}

// answered notes an answer, and to which address permanent redirects alone led.
func answered(a *store.AddressState, source, movedTo string, now time.Time) {
	*a = store.AddressState{
		URL:      a.URL,
		MovedTo:  a.MovedTo,
		Moved:    a.Moved,
		MoveSeen: a.MoveSeen,
		Source:   a.Source,
	}
	switch {
	case movedTo == "":
		*a = store.AddressState{URL: a.URL}
		return
	case movedTo != a.MovedTo:
		a.MovedTo, a.Moved = movedTo, now
	}
	a.MoveSeen, a.Source = now, source
}

// refused notes that an address is gone, which ends the asking at once, or not for us,
// which does when it lasts.
func refused(a *store.AddressState, source string, f *health.Failure, now time.Time) {
	if a.Refused.IsZero() {
		a.Refused = now
	}
	a.Refusals++
	a.Source, a.Cause, a.Message = source, f.Cause, f.Err.Error()
	lasts := a.Refusals >= lastingRefusals && now.Sub(a.Refused) >= lastingRefusal
	if lasts || f.Cause == health.CauseGone {
		a.Stopped = now
	}
}
