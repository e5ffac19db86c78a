package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// ErrPast says that what is known has changed since a poll was held, so that letting
// it through would do something else than a person was shown.
var ErrPast = errors.New("what is known has changed since the poll was held")

// Approve lets a held poll through: a person has looked at it. It applies exactly what
// was kept with the poll. The error is store.ErrNotFound or store.ErrStale where there
// is nothing to decide, and ErrPast.
func (p *Poller) Approve(
	ctx context.Context,
	s *source.Source,
	poll int64,
) (store.Writing, error) {
	c, err := p.open(ctx, poll)
	if err != nil {
		return store.Writing{}, err
	}
	p.writing.Lock()
	defer p.writing.Unlock()
	known, mark, err := p.known(
		ctx,
		ledger.NeedFor(p.visitOf(s, c.At, c.Listings, c.Partial)),
	)
	if err == nil && known.Digest() != c.Past {
		err = ErrPast
	}
	if err != nil {
		return store.Writing{}, fmt.Errorf("approve poll %d: %w", poll, err)
	}
	at := p.Now()
	w := stamped(c, at)
	w.Mark = mark
	if p.DryRun {
		return w, nil
	}
	state, err := p.Memory.Source(ctx, s.ID)
	if err != nil {
		return store.Writing{}, fmt.Errorf("approve poll %d: %w", poll, err)
	}
	profile := state.Profile.Learn(health.Lesson{
		At:       c.At,
		Figures:  c.Figures,
		Listings: c.Listings,
		Added:    byKind(w.Changes)[added] > 0,
	})
	return w, p.Memory.Decide(ctx, store.Decision{
		Poll:    poll,
		Choice:  store.Approved,
		At:      at,
		Profile: profile,
		Writing: w,
	})
}

// stamped returns what letting a held poll through writes, with the moment of the
// decision in place of the poll's: it is when calendars change.
func stamped(c store.Candidate, at time.Time) store.Writing {
	w := store.Writing{
		Claims:  c.Claims,
		Events:  slices.Clone(c.Events),
		Changes: slices.Clone(c.Changes),
	}
	for i := range w.Changes {
		w.Changes[i].At = at.UTC()
	}
	for i := range w.Events {
		e := &w.Events[i]
		for _, t := range []*time.Time{&e.Created, &e.Updated, &e.CancelledAt} {
			if t.Equal(c.At) {
				*t = at.UTC()
			}
		}
	}
	return w
}

// Discard drops a held poll; one that says the same later is held without a word
// to a person.
func (p *Poller) Discard(ctx context.Context, poll int64) error {
	if _, err := p.open(ctx, poll); err != nil {
		return err
	}
	return p.Memory.Decide(ctx, store.Decision{
		Poll:   poll,
		Choice: store.Discarded,
		At:     p.Now(),
	})
}

func (p *Poller) open(ctx context.Context, poll int64) (store.Candidate, error) {
	c, err := p.Memory.Candidate(ctx, poll)
	if err == nil && c.Choice != "" {
		err = store.ErrStale
	}
	if err != nil {
		return c, fmt.Errorf("held poll %d: %w", poll, err)
	}
	return c, nil
}

// Correct writes a person's word on an event, and returns it as it is kept with what
// it changes.
func (p *Poller) Correct(
	ctx context.Context,
	c ledger.Correction,
) (ledger.Correction, store.Writing, error) {
	return p.amend(
		ctx,
		c,
		func(v ledger.Visit, k ledger.Known) (ledger.Correction, ledger.Result, error) {
			return ledger.Correct(c, v, k)
		},
	)
}

// Undo takes a person's word back.
func (p *Poller) Undo(ctx context.Context, c ledger.Correction) (store.Writing, error) {
	_, w, err := p.amend(
		ctx,
		c,
		func(v ledger.Visit, k ledger.Known) (ledger.Correction, ledger.Result, error) {
			r, err := ledger.Undo(c, v, k)
			c.Undone = v.At
			return c, r, err
		},
	)
	return w, err
}

func (p *Poller) amend(
	ctx context.Context,
	c ledger.Correction,
	apply func(ledger.Visit, ledger.Known) (ledger.Correction, ledger.Result, error),
) (ledger.Correction, store.Writing, error) {
	p.writing.Lock()
	defer p.writing.Unlock()
	known, mark, err := p.known(ctx, ledger.NeedOf(c))
	if err != nil {
		return c, store.Writing{}, err
	}
	c, r, err := apply(ledger.Visit{
		At:        p.Now(),
		Authority: p.Authority,
		Assumed:   p.Assumed,
	}, known)
	if err != nil {
		return c, store.Writing{}, err
	}
	w := writing(r, mark)
	if p.DryRun {
		return c, w, nil
	}
	c.ID, err = p.Memory.Amend(ctx, store.Amendment{Correction: c, Writing: w})
	return c, w, err
}

func writing(r ledger.Result, mark int64) store.Writing {
	return store.Writing{
		Events:  r.Events,
		Claims:  r.Claims,
		Changes: r.Changes,
		Mark:    mark,
	}
}
