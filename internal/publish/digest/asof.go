package digest

import (
	"slices"
	"time"

	"koyomi/internal/event"
)

// AsOf returns what digests of a moment gone by were made from, given what is known now: the
// changes since are taken back, and with them the events that were not there yet. Changes
// are all after the cursors of its readers. What sources last showed is not known of then;
// what a person has hidden since is left out.
func (in Input) AsOf(at time.Time) Input {
	later := map[string][]event.Change{}
	var changes []event.Change
	for _, c := range in.Changes {
		if c.At.After(at) {
			later[c.UID] = append(later[c.UID], c)
			continue
		}
		changes = append(changes, c)
	}
	var events []event.Event
	for _, e := range in.Events {
		if e.Withdrawn && slices.ContainsFunc(later[e.UID], Hides) {
			continue
		}
		if before, known := rewind(e, later[e.UID]); known {
			events = append(events, before)
		}
	}
	in.Now, in.Events, in.Changes = at, events, changes
	in.Shown, in.Stale = nil, nil
	if n := len(changes); n > 0 {
		in.Upto = changes[n-1].ID
	}
	return in
}

// Hides reports whether a change is a person's taking an event out of all calendars.
func Hides(c event.Change) bool { return c.Kind == event.ChangeWithdrawn && c.Source == "" }
