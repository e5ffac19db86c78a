package ledger

import (
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
)

// diff tells what became different, as a reader would see it. Churn that no
// reader sees (order of sources, how a date was read) is no change.
func (b *book) diff(before, after event.Event, known bool) []event.Change {
	reasons := b.touched[after.UID]
	switch {
	case !known && b.splitOff[after.UID] != "":
		return []event.Change{{Kind: event.ChangeSplit, Field: "event", Old: b.splitOff[after.UID], New: after.Title, Reasons: reasons}}
	case !known && after.MergedInto != "":
		return nil
	case !known:
		return []event.Change{{Kind: event.ChangeAdded, New: after.Title, Reasons: reasons}}
	case before.MergedInto == "" && after.MergedInto != "":
		return []event.Change{{Kind: event.ChangeMerged, Field: "event", Old: before.Title, New: after.MergedInto, Reasons: reasons}}
	case before.MergedInto != "" && after.MergedInto == "":
		return []event.Change{{Kind: event.ChangeSplit, Field: "event", Old: before.MergedInto, New: after.Title, Reasons: reasons}}
	}
	var changes []event.Change
	note := func(kind event.ChangeKind, field, old, now string) {
		if old != now {
			changes = append(changes, event.Change{Kind: kind, Field: field, Old: old, New: now, Reasons: reasons})
		}
	}
	note(statusKind(before.Status, after.Status), "status", string(before.Status), string(after.Status))
	note(spanKind(before.Span, after.Span), "start", spanWords(before.Span), spanWords(after.Span))
	note(placeKind(before.Location), "location", before.Location, after.Location)
	note(event.ChangeEdited, "mode", string(before.Mode), string(after.Mode))
	note(event.ChangeEdited, "online_url", before.OnlineURL, after.OnlineURL)
	note(event.ChangeEdited, "title", before.Title, after.Title)
	note(event.ChangeEdited, "url", before.URL, after.URL)
	note(event.ChangeEdited, "description", before.Description, after.Description)
	note(event.ChangeEdited, "tags", strings.Join(sorted(before.Tags), ", "), strings.Join(sorted(after.Tags), ", "))
	note(event.ChangeEdited, "registration_opens", before.RegistrationOpens.String(), after.RegistrationOpens.String())
	note(event.ChangeEdited, "registration_closes", before.RegistrationCloses.String(), after.RegistrationCloses.String())
	note(event.ChangeEdited, "sources", strings.Join(sorted(before.Sources), ", "), strings.Join(sorted(after.Sources), ", "))
	note(event.ChangeEdited, "community", before.Community, after.Community)
	switch {
	case before.Withdrawn && !after.Withdrawn:
		changes = append(changes, event.Change{Kind: event.ChangeReinstated, Reasons: reasons})
	case !before.Withdrawn && after.Withdrawn:
		changes = append(changes, event.Change{Kind: event.ChangeWithdrawn, Old: before.Title, Reasons: reasons})
	}
	return changes
}

func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
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
	refined := before.AllDay() && before.Start.Date == after.Start.Date && before.End.IsZero()
	if refined || before.Start.Equal(after.Start) && before.End.IsZero() {
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

// spanWords writes a span for people: "2009-05-28 19:00–20:40", "2009-06-10–2009-06-12".
func spanWords(s event.Span) string {
	w := momentWords(s.Start)
	switch {
	case s.End.IsZero():
		return w
	case !s.AllDay() && s.End.Date == s.Start.Date:
		return w + "–" + s.End.Time.Format("15:04")
	}
	return w + "–" + momentWords(s.End)
}

func momentWords(m event.Moment) string {
	if m.AllDay() {
		return m.Date.String()
	}
	return m.Time.Format("2006-01-02 15:04")
}

// stamp sets what calendars go by. SEQUENCE rises with time, place or status, at
// most once a visit (RFC 5546 section 2.1.4); Updated with any change.
func stamp(before, after event.Event, known bool, changes []event.Change, at time.Time) event.Event {
	at = at.UTC()
	after.Updated = at
	if !known {
		after.Created = at
		if after.Status == event.Cancelled {
			after.CancelledAt = at
		}
		return after
	}
	for _, c := range changes {
		switch c.Field {
		case "status", "start", "location", "mode", "online_url", "event":
			after.Sequence = before.Sequence + 1
		}
	}
	switch {
	case after.Status != event.Cancelled:
		after.CancelledAt = zeroTime
	case before.Status != event.Cancelled:
		after.CancelledAt = at
	}
	return after
}
