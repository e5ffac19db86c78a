package view

import (
	"fmt"
	"slices"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
	"koyomi/internal/wording"
)

// WriteChanges writes what a decision changes, event by event.
func WriteChanges(s *terminal.Text, w store.Writing, dry bool) {
	switch {
	case len(w.Changes) == 0:
		s.Lines(0, "", "nothing changes")
		return
	case dry:
		s.Head("Dry run: nothing is written. It would change")
	default:
		s.Head("Changed")
	}
	writeDiff(s, w.Changes, func(uid string) (event.Event, bool) {
		i := slices.IndexFunc(w.Events, func(e event.Event) bool { return e.UID == uid })
		if i < 0 {
			return event.Event{}, false
		}
		return w.Events[i], true
	})
}

// writeDiff writes changes event by event, in the order in which they come.
func writeDiff(
	s *terminal.Text,
	changes []event.Change,
	of func(uid string) (event.Event, bool),
) {
	last := ""
	for _, c := range changes {
		if c.UID != last {
			last = c.UID
			if e, ok := of(c.UID); ok {
				s.Point(
					0,
					"",
					"·",
					fmt.Sprintf(
						"%s  %s  %s",
						ShortID(e),
						wording.Short(here(e.Span)),
						text.Line(e.Title, 200),
					),
				)
			} else {
				s.Point(0, "", "·", text.Line(c.UID, 40))
			}
		}
		s.Point(4, changeStyles[c.Kind], "·", changeWords(c))
		for _, why := range c.Reasons {
			s.Lines(6, terminal.Dim, text.Line(why, 300))
		}
	}
}
