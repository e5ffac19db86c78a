package ask

import (
	"context"
	"errors"
	"fmt"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/query"
	"koyomi/internal/store"
	"koyomi/internal/usage"
)

// A Whole is all that is known of one event.
type Whole struct {
	Event event.Event
	// Was are the UIDs by which it was asked for and that live on under it.
	Was         []string
	Claims      []event.Claim
	Changes     []event.Change
	Corrections []store.Correction
	Origins     []ledger.Origin
	// Unseen is for how many days no source has shown it, 0 where that is no reason to
	// doubt it.
	Unseen int
	// Seats is its history of seats, oldest first; UsuallyFull is within which time most
	// of the community's events fill, 0 where that is not known.
	Seats       []event.SeatsAt
	UsuallyFull time.Duration
	// Remote is set where only the fields are known.
	Remote bool
}

// maxMerges is how often one event may have been merged on.
const maxMerges = 20

// Whole reads one event from the database, or the one that it was merged into.
func (l *Local) Whole(ctx context.Context, id string) (w Whole, err error) {
	if w.Event, err = FindEvent(ctx, l.Store, id); err != nil {
		return w, err
	}
	for range maxMerges {
		if w.Event.MergedInto == "" {
			break
		}
		w.Was = append(w.Was, w.Event.UID)
		if w.Event, err = FindEvent(ctx, l.Store, w.Event.MergedInto); err != nil {
			return w, err
		}
	}
	if w.Claims, err = l.Store.Claims(ctx, w.Event.UID); err != nil {
		return w, err
	}
	if w.Changes, err = l.Store.Changes(ctx, w.Event.UID, 0, 0); err != nil {
		return w, err
	}
	if w.Corrections, err = l.Store.Corrections(ctx, w.Event.UID); err != nil {
		return w, err
	}
	w.Event = query.Inherit(w.Event, l.Catalogue().Community(w.Event.Community))
	if w.Seats, err = l.Store.Seats(ctx, []string{w.Event.UID}); err != nil {
		return w, err
	}
	if w.UsuallyFull, err = l.usuallyFull(ctx, w.Event); err != nil {
		return w, err
	}
	w.Origins = ledger.Origins(w.Claims, w.Corrections, l.Authority)
	w.Unseen, err = l.unseen(ctx, w.Event)
	return w, err
}

// fillsOf is how far back events count for how fast a community's events fill.
const fillsOf = 365 * 24 * time.Hour

// usuallyFull returns within which time most of the last year's events of e's community
// fill; 0 where e itself has no limit.
func (l *Local) usuallyFull(ctx context.Context, e event.Event) (time.Duration, error) {
	if e.Seats.Limit == nil {
		return 0, nil
	}
	return UsuallyFull(ctx, l.Store, e.Community, l.Now())
}

// UsuallyFull returns within which time after registration opens (or the event was seen
// first) most events of a community fill, judged by those of the last year; 0 where too
// few have filled.
func UsuallyFull(
	ctx context.Context,
	r store.Reader,
	community string,
	now time.Time,
) (time.Duration, error) {
	events, err := r.Events(ctx, store.Window{
		From:      now.Add(-fillsOf),
		Until:     now,
		Community: community,
	})
	if err != nil {
		return 0, err
	}
	opens := map[string]time.Time{}
	var uids []string
	for _, e := range events {
		if e.Seats.Limit != nil {
			opens[e.UID] = e.RegistrationOpens.Time
			uids = append(uids, e.UID)
		}
	}
	history, err := r.Seats(ctx, uids)
	if err != nil {
		return 0, err
	}
	var filled []time.Duration
	for uid, rows := range byUID(history) {
		if after, ok := event.FilledAfter(rows, opens[uid]); ok {
			filled = append(filled, after)
		}
	}
	usual, _ := event.UsuallyFull(len(uids), filled)
	return usual, nil
}

// byUID groups rows by their events, in order.
func byUID(rows []event.SeatsAt) map[string][]event.SeatsAt {
	all := map[string][]event.SeatsAt{}
	for _, r := range rows {
		all[r.UID] = append(all[r.UID], r)
	}
	return all
}

// unseen returns for how many days no source has shown an event that is to come, 0 where
// that is no reason to doubt it.
func (l *Local) unseen(ctx context.Context, e event.Event) (int, error) {
	shown, err := l.Store.Shown(ctx, []string{e.UID})
	if err != nil {
		return 0, err
	}
	assumed := l.Calendar.WithDefaults().Assumed
	return health.Unseen([]event.Event{e}, shown, l.Now(), assumed)[e.UID], nil
}

// FindEvent returns the event that begins with id; what is asked wrongly is answered with
// what is expected.
func FindEvent(ctx context.Context, r store.Reader, id string) (event.Event, error) {
	e, err := r.Event(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return e, fmt.Errorf(
			"no event has an id that begins with %s; `koyomi events` and `koyomi events --past` list the ids",
			usage.Quote(id),
		)
	case errors.Is(err, store.ErrAmbiguous):
		return e, usage.Errorf("%w (use more of the id)", err)
	}
	return e, err
}
