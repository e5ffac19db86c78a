package ask

import (
	"context"
	"fmt"

	"koyomi/internal/coverage"
	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/query"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// Coverage asks the database.
func (l *Local) Coverage(ctx context.Context) (coverage.Report, error) {
	c := l.Calendar.WithDefaults()
	today := c.Day(l.Now())
	w := store.Window{
		From:          coverage.Begin(today, c.Zone),
		Until:         coverage.End(today, c.Zone),
		AssumedLength: c.Assumed,
	}
	events, err := l.Store.Events(ctx, w)
	if err != nil {
		return coverage.Report{}, fmt.Errorf("ask the database: %w", err)
	}
	return Cover(events, l.Catalogue(), l.waits, today), nil
}

// Cover makes the report of events that are published.
func Cover(
	events []event.Event,
	catalogue *source.Catalogue,
	waits func(*source.Source) string,
	today event.Date,
) coverage.Report {
	byID := CommunitiesOf(catalogue)
	v := coverage.View{
		Communities: catalogue.Communities,
		Platforms:   map[string]*source.Platform{},
		Waits:       waits,
		Today:       today,
	}
	for _, id := range catalogue.Platforms() {
		v.Platforms[id] = catalogue.Platform(id)
	}
	for _, e := range events {
		if publish.Published(e) && (e.Type == "" || e.Type == event.TypeEvent) {
			v.Events = append(v.Events, query.Inherit(e, byID[e.Community]))
		}
	}
	return coverage.Of(v)
}

// waits returns the name of the key for which a source waits, "" for none.
func (l *Local) waits(s *source.Source) string {
	if l.Waits == nil {
		return ""
	}
	return l.Waits(s)
}
