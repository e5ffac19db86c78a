package main

import (
	"context"
	"errors"
	"fmt"
	"koyomi/internal/event"
	"koyomi/internal/ledger"
	"koyomi/internal/store"
	"koyomi/internal/usage"
)

// A whole is all that is known of one event.
type whole struct {
	event event.Event
	// was are the UIDs by which it was asked for and that live on under it.
	was         []string
	claims      []event.Claim
	changes     []event.Change
	corrections []store.Correction
	origins     []ledger.Origin
	// remote is set where only the fields are known.
	remote bool
}

// maxMerges is how often one event may have been merged on.
const maxMerges = 20

// Whole reads one event from the database, or the one that it was merged into.
func (l *local) Whole(ctx context.Context, id string) (w whole, err error) {
	if w.event, err = findEvent(ctx, l.store, id); err != nil {
		return w, err
	}
	for range maxMerges {
		if w.event.MergedInto == "" {
			break
		}
		w.was = append(w.was, w.event.UID)
		if w.event, err = findEvent(ctx, l.store, w.event.MergedInto); err != nil {
			return w, err
		}
	}
	if w.claims, err = l.store.Claims(ctx, w.event.UID); err != nil {
		return w, err
	}
	if w.changes, err = l.store.Changes(ctx, w.event.UID, 0, 0); err != nil {
		return w, err
	}
	if w.corrections, err = l.store.Corrections(ctx, w.event.UID); err != nil {
		return w, err
	}
	w.origins = ledger.Origins(w.claims, w.corrections, l.standing)
	return w, nil
}

// findEvent gives the event that begins with id; what is asked wrongly is told with
// what would be right.
func findEvent(ctx context.Context, r store.Reader, id string) (event.Event, error) {
	e, err := r.Event(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return e, fmt.Errorf("no event has an id that begins with %s; `koyomi events` and `koyomi events --past` tell the ids", usage.Quote(id))
	case errors.Is(err, store.ErrAmbiguous):
		return e, usage.Errorf("%w; more of the id would be right", err)
	}
	return e, err
}
