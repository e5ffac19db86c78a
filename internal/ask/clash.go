package ask

import (
	"context"
	"fmt"

	"koyomi/internal/publish"
	"koyomi/internal/query"
	"koyomi/internal/store"
	"koyomi/internal/usage"
)

// Clash asks the database.
func (l *Local) Clash(ctx context.Context, words, terms string) (publish.ClashJSON, error) {
	c := l.Calendar
	day, err := query.Day(words, l.Now(), c.Zone)
	if err != nil {
		return publish.ClashJSON{}, usage.Errorf("%s: %w", usage.Quote(words), err)
	}
	q, problem := query.Parse(terms, query.Env{
		Now:     l.Now(),
		Zone:    c.Zone,
		Assumed: c.Assumed,
	})
	if problem != nil {
		return publish.ClashJSON{}, usage.Of(problem)
	}
	first, last := publish.ClashWindow(day)
	events, err := l.Store.Events(ctx, store.Window{
		From:          first.Begin(c.Zone),
		Until:         last.Add(1).Begin(c.Zone),
		AssumedLength: c.Assumed,
	})
	if err != nil {
		return publish.ClashJSON{}, fmt.Errorf("ask the database: %w", err)
	}
	byID := CommunitiesOf(l.Catalogue())
	docs := make([]query.Doc, len(events))
	for i, e := range events {
		docs[i] = query.NewDoc(e, byID[e.Community])
	}
	return publish.FindClash(docs, day, q, c, c.Day(l.Now())).ToJSON(), nil
}
