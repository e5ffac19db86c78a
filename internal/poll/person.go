package poll

import (
	"context"
	"fmt"

	"koyomi/internal/ledger"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// Approve lets a held poll through: a person has looked at it. What it misses then
// counts as gone. The error is store.ErrNotFound or store.ErrStale where there is
// nothing to decide.
func (p *Poller) Approve(ctx context.Context, s *source.Source, poll int64) (store.Writing, error) {
	c, err := p.open(ctx, poll)
	if err != nil {
		return store.Writing{}, err
	}
	v := ledger.Visit{
		Source: s.ID, Community: s.Community, Origin: s.Origin(), At: p.Now(), Listings: c.Listings,
		Standing: p.Standing, Partial: c.Partial, Approved: true,
	}
	p.writing.Lock()
	defer p.writing.Unlock()
	known, mark, err := p.known(ctx, ledger.NeedFor(v))
	if err != nil {
		return store.Writing{}, fmt.Errorf("approve poll %d: %w", poll, err)
	}
	w := writing(ledger.Reconcile(v, known), mark)
	if p.DryRun {
		return w, nil
	}
	return w, p.Memory.Decide(ctx, store.Decision{Poll: poll, Choice: store.Approved, At: v.At, Writing: w})
}

// Discard drops a held poll; one that says the same later is held without a word
// to a person.
func (p *Poller) Discard(ctx context.Context, poll int64) error {
	if _, err := p.open(ctx, poll); err != nil {
		return err
	}
	return p.Memory.Decide(ctx, store.Decision{Poll: poll, Choice: store.Discarded, At: p.Now()})
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

// Correct writes a person's word on an event, and gives it as it is kept with what
// it changes.
func (p *Poller) Correct(ctx context.Context, c ledger.Correction) (ledger.Correction, store.Writing, error) {
	return p.amend(ctx, c, func(v ledger.Visit, k ledger.Known) (ledger.Correction, ledger.Result, error) {
		return ledger.Correct(c, v, k)
	})
}

// Undo takes a person's word back.
func (p *Poller) Undo(ctx context.Context, c ledger.Correction) (store.Writing, error) {
	_, w, err := p.amend(ctx, c, func(v ledger.Visit, k ledger.Known) (ledger.Correction, ledger.Result, error) {
		r, err := ledger.Undo(c, v, k)
		c.Undone = v.At
		return c, r, err
	})
	return w, err
}

func (p *Poller) amend(ctx context.Context, c ledger.Correction, apply func(ledger.Visit, ledger.Known) (ledger.Correction, ledger.Result, error)) (ledger.Correction, store.Writing, error) {
	p.writing.Lock()
	defer p.writing.Unlock()
	known, mark, err := p.known(ctx, ledger.NeedOf(c))
	if err != nil {
		return c, store.Writing{}, err
	}
	c, r, err := apply(ledger.Visit{At: p.Now(), Standing: p.Standing}, known)
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
	return store.Writing{Events: r.Events, Claims: r.Claims, Changes: r.Changes, Mark: mark}
}
