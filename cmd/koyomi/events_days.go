package main

import (
	"context"
	"io"
	"slices"

	"koyomi/internal/ask"
	"koyomi/internal/event"
	"koyomi/internal/query"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

// sayUserQuery says that a person's own question is answered.
func (a *app) sayUserQuery() {
	if a.ui.OutTTY {
		a.ui.Sayf("your own question: %s", a.user.Query)
	}
}

// sayFound says that nothing was found, and which words were most likely meant as fields.
func (a *app) sayFound(words string, n int) {
	if !a.ui.OutTTY {
		return
	}
	if n == 0 {
		a.ui.Sayf("nothing found")
	}
	for _, h := range query.Hints(words, query.Env{Now: a.now(), Zone: event.Tokyo}) {
		if n == 0 || h.Sure {
			a.ui.Sayf("%s was looked for as a word; did you mean %s?", h.Word, h.Term)
		}
	}
}

// eventsGrid answers a question with a calendar.
func (a *app) eventsGrid(ctx context.Context, words string, f eventsFlags) error {
	if !slices.Contains(view.Grids, f.grid) {
		return usage.Errorf("--grid %s: expected week or month", usage.Quote(f.grid))
	}
	if f.format != "" || f.to != "" || f.past {
		return usage.Errorf("--grid with --format, --to or --past: expected --grid alone, or with --from for another %s", f.grid)
	}
	zone := a.config.Calendar().WithDefaults().Zone
	day := event.DateOf(a.now().In(zone))
	if f.from != "" {
		var err error
		if day, err = query.Day(f.from, a.now(), zone); err != nil {
			return usage.Errorf("--from %s: %w", usage.Quote(f.from), err)
		}
	}
	first, last := view.GridDays(f.grid, day)
	f.from, f.to = first.String(), last.String()
	return a.answer(ctx, words, f, func(_ ask.Calendar, events []event.Event) error {
		return a.ui.Page(func(w io.Writer) error { return a.printer().WriteGrid(w, f.grid, day, events) })
	})
}
