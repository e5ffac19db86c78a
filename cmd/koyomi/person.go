package main

import (
	"context"
	"fmt"
	"slices"

	"koyomi/internal/event"
	"koyomi/internal/poll"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
	"koyomi/internal/text"
)

// A desk is where a person decides: the database, beside a daemon that may be at
// work on it, and what carries a decision out.
type desk struct {
	app    *app
	store  *sqlite.DB
	poller *poll.Poller
}

// openDesk opens the database for a person's decisions; dry writes none of them.
func (a *app) openDesk(ctx context.Context, dry bool) (*desk, error) {
	db, err := a.openWriter(ctx)
	if err != nil {
		return nil, err
	}
	return &desk{app: a, store: db, poller: &poll.Poller{
		Memory: db, Now: a.clockOf(), Next: a.next, Standing: a.standing, Assumed: a.assumed(), Version: readers, DryRun: dry,
	}}, nil
}

func (d *desk) close() { _ = d.store.Close() } // what was written is committed already

// tellChanges tells what a decision changes, event by event.
func (d *desk) tellChanges(s *sheet, w store.Writing, dry bool) {
	switch {
	case len(w.Changes) == 0:
		s.lines(0, "", "nothing changes")
		return
	case dry:
		s.head("Dry run: nothing is written. It would change")
	default:
		s.head("Changed")
	}
	tellDiff(s, w.Changes, func(uid string) (event.Event, bool) {
		i := slices.IndexFunc(w.Events, func(e event.Event) bool { return e.UID == uid })
		if i < 0 {
			return event.Event{}, false
		}
		return w.Events[i], true
	})
}

// tellDiff tells changes event by event, in the order in which they come.
func tellDiff(s *sheet, changes []event.Change, of func(uid string) (event.Event, bool)) {
	last := ""
	for _, c := range changes {
		if c.UID != last {
			last = c.UID
			if e, ok := of(c.UID); ok {
				s.point(0, "", "·", fmt.Sprintf("%s  %s  %s", shortID(e), spanShort(here(e.Span)), text.Line(e.Title, 200)))
			} else {
				s.point(0, "", "·", text.Line(c.UID, 40))
			}
		}
		s.point(4, changeStyle(c.Kind), "·", changeWords(c))
		for _, why := range c.Reasons {
			s.lines(6, styleDim, text.Line(why, 300))
		}
	}
}
