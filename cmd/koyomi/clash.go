package main

import (
	"context"
	"fmt"
	"koyomi/internal/publish"
	"koyomi/internal/query"
	"koyomi/internal/store"
	"koyomi/internal/usage"
)

// Clash asks the database.
func (l *local) Clash(ctx context.Context, words, terms string) (publish.ClashJSON, error) {
	c := l.calendar
	day, err := query.Day(words, l.now(), c.Zone)
	if err != nil {
		return publish.ClashJSON{}, usage.Errorf("%s: %w", usage.Quote(words), err)
	}
	q, problem := query.Parse(terms, query.Env{Now: l.now(), Zone: c.Zone, Assumed: c.Assumed})
	if problem != nil {
		return publish.ClashJSON{}, usage.Of(problem)
	}
	first, last := publish.ClashWindow(day)
	events, err := l.store.Events(ctx, store.Window{From: first.Begin(c.Zone), Until: last.Add(1).Begin(c.Zone), AssumedLength: c.Assumed})
	if err != nil {
		return publish.ClashJSON{}, fmt.Errorf("ask the database: %w", err)
	}
	byID := communitiesOf(l.catalogue())
	docs := make([]query.Doc, len(events))
	for i, e := range events {
		docs[i] = query.NewDoc(e, byID[e.Community])
	}
	return publish.FindClash(docs, day, q, c, c.Day(l.now())).ToJSON(), nil
}
