// Package delivery answers for the daily mail's way from the ledger to the mailbox:
// who is due a digest, what is in it, and that each message goes out once. It holds no
// SQL and speaks no SMTP: the store and the transport are handed in.
package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/digest"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// An Archive is what digests are made from.
type Archive interface {
	Events(ctx context.Context, w store.Window) ([]event.Event, error)
	Changes(ctx context.Context, uid string, after int64, limit int) ([]event.Change, error)
	Shown(ctx context.Context, uids []string) (map[string]time.Time, error)
	Sources(ctx context.Context) ([]store.SourceState, error)
	Mark(ctx context.Context) (int64, error)
	LastChange(ctx context.Context) (int64, error)
}

// A Publication is whose digests they are: the site, its rules and its communities.
type Publication struct {
	Calendar    publish.Calendar
	Communities []*source.Community
}

// staleAfter is how long a source may fail before operators are told.
const staleAfter = 24 * time.Hour

// tries is how often what was written meanwhile may get between the questions that
// make one edition.
const tries = 5

// Edition makes what all digests of a moment are made from; cursor is the smallest of
// any reader.
func Edition(
	ctx context.Context,
	from Archive,
	p Publication,
	now time.Time,
	cursor int64,
) (*digest.Planner, int64, error) {
	in, err := steady(ctx, from, p, now, cursor)
	if err != nil {
		return nil, 0, err
	}
	e, err := planner(ctx, from, in)
	return e, in.Upto, err
}

// Past makes what digests of a moment gone by were made from, and returns the last change
// that was noted by since, after which they tell.
func Past(
	ctx context.Context,
	from Archive,
	p Publication,
	since, at time.Time,
) (*digest.Planner, int64, error) {
	cursor, err := LastBefore(ctx, from, since)
	if err != nil {
		return nil, 0, err
	}
	in, err := steady(ctx, from, p, at, cursor)
	if err != nil {
		return nil, 0, err
	}
	e, err := planner(ctx, from, in.AsOf(at))
	return e, cursor, err
}

// steady reads one moment of the ledger: where a poll was written between its questions,
// it asks again.
func steady(
	ctx context.Context,
	from Archive,
	p Publication,
	now time.Time,
	cursor int64,
) (digest.Input, error) {
	for range tries {
		before, err := from.Mark(ctx)
		if err != nil {
			return digest.Input{}, err
		}
		in, err := read(ctx, from, p, now, cursor)
		if err != nil {
			return digest.Input{}, err
		}
		after, err := from.Mark(ctx)
		if err != nil {
			return digest.Input{}, err
		}
		if before == after {
			return in, nil
		}
	}
	return digest.Input{}, errors.New(
		"make the digests: the ledger was written to without a pause; they are made a minute later",
	)
}

func read(
	ctx context.Context,
	from Archive,
	p Publication,
	now time.Time,
	cursor int64,
) (in digest.Input, err error) {
	in = digest.Input{
		Now:         now,
		Calendar:    p.Calendar,
		Communities: p.Communities,
	}
	if in.Upto, err = from.LastChange(ctx); err != nil {
		return in, err
	}
	if cursor < in.Upto {
		if in.Changes, err = from.Changes(ctx, "", cursor, 0); err != nil {
			return in, err
		}
	}
	in.Events, err = from.Events(ctx, store.Window{
		From:          now.Add(-digest.Back),
		AssumedLength: p.Calendar.WithDefaults().Assumed,
		Hidden:        true,
	})
	if err != nil {
		return in, err
	}
	uids := make([]string, len(in.Events))
	for i := range in.Events {
		uids[i] = in.Events[i].UID
	}
	if in.Shown, err = from.Shown(ctx, uids); err != nil {
		return in, err
	}
	states, err := from.Sources(ctx)
	if err != nil {
		return in, err
	}
	in.Stale = stale(states, p.Communities, now)
	return in, nil
}

// planner makes the planner of an input, with the whole history of what it needs that of.
func planner(ctx context.Context, from Archive, in digest.Input) (*digest.Planner, error) {
	e := digest.NewPlanner(in)
	for _, uid := range e.Background() {
		changes, err := from.Changes(ctx, uid, 0, 0)
		if err != nil {
			return nil, err
		}
		isLater := func(c event.Change) bool { return c.At.After(in.Now) }
		e.Remember(uid, slices.DeleteFunc(changes, isLater))
	}
	return e, nil
}

// stale returns the sources that have not been read well for a day, in the order of the
// catalogue.
func stale(
	states []store.SourceState,
	communities []*source.Community,
	now time.Time,
) []digest.Stale {
	failing := map[string]store.SourceState{}
	for _, s := range states {
		if s.Failures > 0 && now.Sub(s.LastGood) >= staleAfter {
			failing[s.ID] = s
		}
	}
	var all []digest.Stale
	for _, c := range communities {
		for _, s := range c.Sources {
			if state, is := failing[s.ID]; is {
				all = append(all, digest.Stale{
					Name:  s.ID,
					Since: state.LastGood,
					Cause: fmt.Sprintf("%d failed or held polls in a row", state.Failures),
				})
			}
		}
	}
	return all
}

// LastBefore returns the last change that was noted by a moment, 0 for none. Changes have
// their numbers in the order of their moments, so that few of them need to be looked at;
// those of visits that went on side by side may be taken for each other's.
func LastBefore(ctx context.Context, from Archive, at time.Time) (int64, error) {
	last, err := from.LastChange(ctx)
	if err != nil {
		return 0, err
	}
	var failed error
	found := sort.Search(int(last), func(id int) bool {
		next, err := from.Changes(ctx, "", int64(id), 1)
		failed = errors.Join(failed, err)
		return err != nil || len(next) == 0 || next[0].At.After(at)
	})
	return int64(found), failed
}
