package daemon

import (
	"context"
	"time"

	"koyomi/internal/source"
)

// again is how often all sources are looked through, for what a clock that was set back
// left behind, and what somebody else took away.
const again = time.Hour

// A roster is the sources that are visited, as they are looked up.
type roster struct {
	of   []*source.Source
	at   time.Time
	byID map[string]*source.Source
	// lanes are the ids of the sources of each lane.
	lanes map[string][]string
	// hosts counts the hosts.
	hosts int
}

func newRoster(sources []*source.Source, now time.Time) *roster {
	r := &roster{
		of:    sources,
		at:    now,
		byID:  make(map[string]*source.Source, len(sources)),
		lanes: map[string][]string{},
	}
	for _, s := range sources {
		r.byID[s.ID] = s
		name := lane(s)
		if len(r.lanes[name]) == 0 && s.Host() != "" {
			r.hosts++
		}
		r.lanes[name] = append(r.lanes[name], s.ID)
	}
	return r
}

// isOf reports whether the roster is that of some sources.
func (r *roster) isOf(sources []*source.Source) bool {
	if r == nil || len(r.of) != len(sources) {
		return false
	}
	return len(sources) == 0 || &r.of[0] == &sources[0]
}

// enrol returns the roster, and sees to it now and then that every source has a time at
// which it is due: one that was never visited has none, and one further away than its
// schedule can mean is what a clock set back left behind.
func (d *Daemon) enrol(ctx context.Context, now time.Time) (*roster, error) {
	sources := d.Sources()
	d.mu.Lock()
	r := d.roster
	d.mu.Unlock()
	if r.isOf(sources) && now.Sub(r.at) < again && !now.Before(r.at) {
		return r, nil
	}
	fresh := newRoster(sources, now)
	states, err := d.Store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	known := make(map[string]time.Time, len(states))
	for _, s := range states {
		known[s.ID] = s.NextAt
	}
	due := map[string]time.Time{}
	for _, s := range sources {
		next := known[s.ID]
		switch {
		case next.IsZero():
			due[s.ID] = place(s.ID, now, len(sources))
		case next.After(now) && next.After(d.Next(s, now).Add(24*time.Hour)):
			due[s.ID] = d.Next(s, now)
		}
	}
	if err := d.Store.Schedule(ctx, due); err != nil {
		return nil, err
	}
	d.mu.Lock()
	d.roster = fresh
	d.mu.Unlock()
	return fresh, nil
}
