package main

import (
	"context"
	"io"

	"koyomi/internal/ask"
	"koyomi/internal/client"
	"koyomi/internal/query"
	"koyomi/internal/recording"
	"koyomi/internal/store"
	"koyomi/internal/terminal"
	"koyomi/internal/usage"
	"koyomi/internal/view"
)

// openCalendar returns the calendar that --server or --database names, and what ends
// its use.
func (a *app) openCalendar(ctx context.Context) (ask.Calendar, func(), error) {
	if server := a.asked(); server != "" {
		r, err := client.New(server)
		return r, func() {}, err
	}
	db, err := a.openReader(ctx)
	if err != nil {
		return nil, nil, err
	}
	return a.local(db), func() { db.Close() }, nil
}

// asked returns the address of the koyomi that questions go to: --server, else that of the
// person's own file where no database is named; "" asks the database.
func (a *app) asked() string {
	if a.flags.server == "" && a.flags.database == "" {
		return a.user.Server
	}
	return a.flags.server
}

// openSources returns the calendar that is asked for sources: it answers as well where
// there is no database yet.
func (a *app) openSources(ctx context.Context) (ask.Calendar, func(), error) {
	if a.asked() != "" {
		return a.openCalendar(ctx)
	}
	there, err := a.hasDatabase()
	if err != nil {
		return nil, nil, err
	}
	if !there {
		return a.local(nil), func() {}, nil
	}
	return a.openCalendar(ctx)
}

// local returns the calendar of a database on this machine.
func (a *app) local(r store.Reader) *ask.Local {
	return &ask.Local{
		Store:      r,
		Catalogue:  a.catalogue,
		Now:        a.now,
		Calendar:   a.config.Calendar().WithDefaults(),
		Authority:  a.authority,
		Polls:      a.config.Polls,
		Waits:      a.config.Waits,
		Recordings: func() ([]recording.Visit, error) { return a.recordings("") },
	}
}

// checkClash checks what was typed before anything is asked.
func (a *app) checkClash(day, words string) error {
	if a.asked() != "" {
		return nil // the server's today counts
	}
	c := a.config.Calendar().WithDefaults()
	if _, err := query.Day(day, a.now(), c.Zone); err != nil {
		return usage.Errorf("%s: %w", usage.Quote(day), err)
	}
	if _, problem := query.Parse(words, query.Env{
		Now:     a.now(),
		Zone:    c.Zone,
		Assumed: c.Assumed,
	}); problem != nil {
		return usage.Of(problem)
	}
	return nil
}

// explain says what a question asks for, what of it chooses in the database and what is
// asked of each event that was read. It needs no database.
func (a *app) explain(words string, f eventsFlags) error {
	switch {
	case f.format != "":
		return usage.Errorf("--explain with --format: expected one of the two")
	case a.flags.server != "":
		return usage.Errorf("--explain with --server: it explains how koyomi reads its own database (use --explain alone)")
	}
	q, err := a.question(words, f)
	if err != nil {
		return err
	}
	p, err := a.local(nil).Plan(q)
	if err != nil {
		return err
	}
	return a.ui.Page(func(w io.Writer) error {
		s := &terminal.Text{UI: a.ui}
		view.WritePlan(s, p, q, a.now(), p.Query.Explain(a.catalogue().Communities))
		_, err := w.Write(s.Bytes())
		return err
	})
}
