// Package replay polls what was kept in place of the sites: recordings, each at its own
// time, and the pages of an archive. It opens neither database nor archive.
package replay

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/poll"
	"koyomi/internal/recording"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// A Replay is recordings and what polls them.
type Replay struct {
	Visits []recording.Visit
	Clock  *Clock
	// Sources returns every source, those that are off too.
	Sources func() []*source.Source
	Store   store.Store
	// Visit polls a source at the moment of Clock, Report shows it and reports
	// whether it needs attention.
	Visit  func(ctx context.Context, s *source.Source) (poll.Report, error)
	Report func(r poll.Report) (attention bool)
}

// source returns the source with an id, nil where there is none.
func (r *Replay) source(id string) *source.Source {
	for _, s := range r.Sources() {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// A Clock is the time of a replay: it is set while the past is applied, and then
// runs on from where it was set.
type Clock struct{ ahead atomic.Int64 }

// Set makes it t now.
func (c *Clock) Set(t time.Time) { c.ahead.Store(int64(time.Until(t))) }

// Now returns the time of the replay.
func (c *Clock) Now() time.Time {
	return time.Now().Add(time.Duration(c.ahead.Load())).In(event.Tokyo)
}

// CatchUp applies every recording up to start that the database has not seen,
// oldest to newest, each at its own time, and sets the clock to start.
func (r *Replay) CatchUp(
	ctx context.Context,
	start time.Time,
	only []string,
) (attention bool, err error) {
	if _, err := r.Store.Abandoned(ctx, start); err != nil {
		return false, err
	}
	seen, err := r.seen(ctx)
	if err != nil {
		return false, err
	}
	for _, v := range r.due(start) {
		s := r.source(v.Source)
		if s == nil || !isChosen(s, only) || !v.At.After(seen[s.ID]) {
			continue
		}
		r.Clock.Set(v.At)
		report, err := r.Visit(ctx, s)
		if err == nil && ctx.Err() != nil {
			err = errStopped
		}
		if err != nil {
			return false, err
		}
		attention = r.Report(report) || attention
	}
	r.Clock.Set(start)
	return attention, nil
}

var errStopped = errors.New(
	"stopped in the middle: started again on the same database it goes on from here",
)

// isChosen reports whether a source is one of those to be replayed; none stands for all.
func isChosen(s *source.Source, only []string) bool {
	return len(only) == 0 || slices.Contains(only, s.ID)
}

// due returns the recordings up to a moment, oldest first.
func (r *Replay) due(start time.Time) []recording.Visit {
	var all []recording.Visit
	for _, v := range r.Visits {
		if !v.At.After(start) {
			all = append(all, v)
		}
	}
	for _, s := range r.Sources() {
		if since, ok := keptSince(s); ok && !since.After(start) {
			all = append(all, recording.Visit{Source: s.ID, At: since})
		}
	}
	slices.SortStableFunc(all, func(a, b recording.Visit) int { return a.At.Compare(b.At) })
	return all
}

// Answering returns the sources that have a recording by now, or need none.
func (r *Replay) Answering() []*source.Source {
	now := r.Clock.Now()
	var all []*source.Source
	for _, s := range r.Sources() {
		if r.Answers(s, now) {
			all = append(all, s)
		}
	}
	return all
}

// Answers reports whether a source has a recording by a moment, or needs none.
func (r *Replay) Answers(s *source.Source, now time.Time) bool {
	if s.Kind == source.Static {
		since, ok := keptSince(s)
		return ok && !since.After(now)
	}
	return slices.ContainsFunc(
		r.Visits,
		func(v recording.Visit) bool { return v.Source == s.ID && !v.At.After(now) },
	)
}

// Silent returns the ids of the sources that have no recording by a moment and need one.
func (r *Replay) Silent(now time.Time) []string {
	var silent []string
	for _, s := range r.Sources() {
		if !r.Answers(s, now) {
			silent = append(silent, s.ID)
		}
	}
	return silent
}

// keptSince returns the moment from which a hand-kept list stands, and whether s is one.
func keptSince(s *source.Source) (time.Time, bool) {
	since, err := event.ParseDate(s.Since)
	return since.Begin(event.Tokyo), s.Kind == source.Static && s.Live() && err == nil
}

// seen returns when each source was polled last.
func (r *Replay) seen(ctx context.Context) (map[string]time.Time, error) {
	states, err := r.Store.Sources(ctx)
	last := make(map[string]time.Time, len(states))
	for _, s := range states {
		last[s.ID] = s.LastPoll
	}
	return last, err
}
