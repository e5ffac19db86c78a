package ask

import (
	"context"
	"fmt"
	"time"

	"koyomi/internal/activity"
	"koyomi/internal/event"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// remembered is how far back events say how alive a community is.
const remembered = 3 * 365 * 24 * time.Hour

// Activity returns how alive each community is, by id; a community that moved says so.
// Nothing is known where there is no database yet.
func (l *Local) Activity(ctx context.Context) (map[string]activity.Activity, error) {
	events, err := l.past(ctx)
	if err != nil {
		return nil, err
	}
	all := activity.Of(events, l.Now())
	for _, m := range l.Catalogue().Moved() {
		a := all[m]
		a.Community, a.State = m, activity.Moved
		all[m] = a
	}
	return all, nil
}

// past returns the events by which communities are judged.
func (l *Local) past(ctx context.Context) ([]event.Event, error) {
	if l.Store == nil {
		return nil, nil
	}
	events, err := l.Store.Events(ctx, store.Window{From: l.Now().Add(-remembered)})
	if err != nil {
		return nil, fmt.Errorf("ask the database: %w", err)
	}
	return events, nil
}

// Moves returns the communities that seem to have gone on as another one, with the
// evidence, for a person to confirm.
func (l *Local) Moves(ctx context.Context) ([]activity.Move, error) {
	events, err := l.past(ctx)
	if err != nil {
		return nil, err
	}
	byID := map[string][]event.Event{}
	for _, e := range events {
		byID[e.Community] = append(byID[e.Community], e)
	}
	var all []activity.Community
	for _, c := range l.Catalogue().Communities {
		all = append(all, activity.Community{
			ID:        c.ID,
			Name:      c.Name,
			URL:       c.URL,
			Platforms: platformsOf(c),
			Events:    byID[c.ID],
		})
	}
	return activity.Moves(all), nil
}

// platformsOf returns the platforms, or hosts, on which a community announces.
func platformsOf(c *source.Community) (all []string) {
	for _, s := range c.Sources {
		all = append(all, s.Origin())
	}
	return all
}
