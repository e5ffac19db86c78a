package ledger

import (
	"slices"
	"time"

	"koyomi/internal/event"
)

// diff returns what became different, as a reader would see it. Churn that no
// reader sees (order of sources, how a date was read) is no change.
func (b *state) diff(before, after event.Event, known bool) []event.Change {
	changes := b.turn(before, after, known)
	if known && changes == nil {
		changes = append(fieldChanges(&before, &after), visibility(before, after)...)
	}
	for i := range changes {
		changes[i].Reasons = b.touched[after.UID]
	}
	return changes
}

// turn returns what happened to an event as a whole: it is new, or became one with
// another or two again.
func (b *state) turn(before, after event.Event, known bool) []event.Change {
	origin := b.splitOff[after.UID]
	switch {
	case !known && origin != "":
		return []event.Change{wholeChange(event.ChangeSplit, origin, after.Title)}
	case !known && after.MergedInto != "":
		return nil
	case !known:
		return []event.Change{{Kind: event.ChangeAdded, After: event.Text(after.Title)}}
	case before.MergedInto == "" && after.MergedInto != "":
		return []event.Change{
			wholeChange(event.ChangeMerged, before.Title, after.MergedInto),
		}
	case before.MergedInto != "" && after.MergedInto == "":
		return []event.Change{
			wholeChange(event.ChangeSplit, before.MergedInto, after.Title),
		}
	}
	return nil
}

func wholeChange(kind event.ChangeKind, before, after string) event.Change {
	return event.Change{
		Kind:   kind,
		Field:  "event",
		Before: event.Text(before),
		After:  event.Text(after),
	}
}

// fieldChanges returns a change for each field that differs and is listed.
func fieldChanges(before, after *event.Event) []event.Change {
	var changes []event.Change
	for _, f := range event.Fields {
		if !f.History || f.Equal(before, after) {
			continue
		}
		kind := event.ChangeEdited
		if of := kindOf[f.Name]; of != nil {
			kind = of(before, after)
		}
		changes = append(changes, event.Change{
			Kind:   kind,
			Field:  f.Name,
			Before: f.Get(before),
			After:  f.Get(after),
		})
	}
	return changes
}

// kindOf says, by field, what kind of change another value is; an edit elsewhere.
var kindOf = map[string]func(before, after *event.Event) event.ChangeKind{
	"status":   func(before, after *event.Event) event.ChangeKind { return statusKind(before.Status, after.Status) },
	"start":    func(before, after *event.Event) event.ChangeKind { return spanKind(before.Span, after.Span) },
	"location": func(before, _ *event.Event) event.ChangeKind { return placeKind(before.Location) },
}

// visibility returns that an event was withdrawn or came back.
func visibility(before, after event.Event) []event.Change {
	switch {
	case before.Withdrawn && !after.Withdrawn:
		return []event.Change{{Kind: event.ChangeReinstated}}
	case !before.Withdrawn && after.Withdrawn:
		return []event.Change{
			{Kind: event.ChangeWithdrawn, Before: event.Text(before.Title)},
		}
	}
	return nil
}

func statusKind(before, after event.Status) event.ChangeKind {
	switch {
	case after == event.Cancelled:
		return event.ChangeCancelled
	case after == event.Postponed:
		return event.ChangePostponed
	case before == event.Cancelled || before == event.Postponed:
		return event.ChangeReinstated
	}
	return event.ChangeEdited
}

// spanKind tells a move from a word that was merely still missing: the hour of a
// day already known, an end.
func spanKind(before, after event.Span) event.ChangeKind {
	open := before.End.IsZero()
	hourOfDay := before.AllDay() && before.Start.Date == after.Start.Date
	sameStart := before.Start.Equal(after.Start)
	if open && (hourOfDay || sameStart) {
		return event.ChangeEdited
	}
	return event.ChangeMoved
}

func placeKind(before string) event.ChangeKind {
	if before == "" {
		return event.ChangeEdited
	}
	return event.ChangeRelocated
}

// stamp sets what calendars go by. SEQUENCE rises with time, place or status, at
// most once a visit (RFC 5546 section 2.1.4); Updated with any change.
func stamp(
	before, after event.Event,
	known bool,
	changes []event.Change,
	at time.Time,
) event.Event {
	at = at.UTC()
	after.Updated = at
	if !known {
		after.Created = at
		if after.Status == event.Cancelled {
			after.CancelledAt = at
		}
		return after
	}
	if slices.ContainsFunc(changes, raisesSequence) {
		after.Sequence = before.Sequence + 1
	}
	switch {
	case after.Status != event.Cancelled:
		after.CancelledAt = zeroTime
	case before.Status != event.Cancelled:
		after.CancelledAt = at
	}
	return after
}

// raisesSequence reports whether a calendar client must take a change for a new
// state of the event: time, place, status, or the event itself.
func raisesSequence(c event.Change) bool {
	f := event.FieldNamed(c.Field)
	return c.Field == "event" || f != nil && f.Sequence
}
