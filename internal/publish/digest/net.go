package digest

import (
	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/query"
	"koyomi/internal/text"
)

// A net is what became of one event since a cursor, whatever it went through in
// between: moved twice is moved once, and what was taken back never was.
type net struct {
	after *query.Doc
	// before is the event as it stood at the cursor, nil where it was not there yet.
	before *query.Doc
}

// netOf gives the net changes of a run of changes, in the order of the first of each.
func (e *Edition) netOf(changes []event.Change) []net {
	runs := map[string][]event.Change{}
	var order []string
	for _, c := range changes {
		if runs[c.UID] == nil {
			order = append(order, c.UID)
		}
		runs[c.UID] = append(runs[c.UID], c)
	}
	var nets []net
	for _, uid := range order {
		after := e.byUID[uid]
		if after == nil {
			continue // long over
		}
		n := net{after: after}
		if before, known := rewind(after.Event, runs[uid]); known {
			doc := query.NewDoc(before, e.communities[before.Community])
			n.before = &doc
		}
		nets = append(nets, n)
	}
	return nets
}

// rewind gives an event as it was before changes, which come oldest first, and
// whether it was there at all.
func rewind(e event.Event, changes []event.Change) (event.Event, bool) {
	known := true
	for i := len(changes) - 1; i >= 0; i-- {
		c := changes[i]
		switch {
		case c.Kind == event.ChangeAdded, c.Kind == event.ChangeSplit:
			known = false
		case c.Kind == event.ChangeWithdrawn:
			e.Withdrawn = false
		case c.Kind == event.ChangeMerged:
			e.MergedInto = ""
		case c.Kind == event.ChangeReinstated && c.Field == "":
			e.Withdrawn = true
		default:
			revert(&e, c)
		}
	}
	return e, known
}

// revert puts the former value of one field back.
func revert(e *event.Event, c event.Change) {
	if f := event.FieldNamed(c.Field); f != nil {
		f.Set(e, c.Before)
	}
}

// tell gives what a reader with a filter is told of a net change, and whether
// anything.
func (e *Edition) tell(n *net, q query.Query) (tale, bool) {
	t := tale{doc: n.after}
	now := publish.Published(n.after.Event) && q.MatchDoc(n.after)
	then := n.before != nil && publish.Published(n.before.Event) && q.MatchDoc(n.before)
	if then {
		before := n.before.Event
		t.before = &before
	}
	switch {
	case !now && !then:
		return t, false
	case !then: // new to this reader
		t.kind = New
		return t, n.after.Event.Status != event.Cancelled && !e.over(n.after.Event)
	case e.over(n.after.Event) && e.over(*t.before):
		return t, false
	case n.after.Event.MergedInto != "":
		return t, false // it lives on as the other, which tells of itself
	case t.before.Status == event.Cancelled && n.after.Event.Status == event.Cancelled:
		return t, false
	case n.after.Event.Status == event.Cancelled && !n.after.Event.Withdrawn:
		t.kind = Cancelled
		return t, true
	}
	t.kind = Changed
	return t, differs(*t.before, n.after.Event)
}

// differs reports whether a reader is told of what is between two states of an event.
func differs(a, b event.Event) bool {
	return a.Withdrawn != b.Withdrawn || statusOf(a) != statusOf(b) || spanDiffers(a, b) || placeDiffers(a, b) ||
		modeDiffers(a, b) || linkDiffers(a, b) || wordsDiffer(a.Title, b.Title) ||
		momentDiffers(a.RegistrationOpens, b.RegistrationOpens) || momentDiffers(a.RegistrationCloses, b.RegistrationCloses)
}

func statusOf(e event.Event) event.Status {
	if e.Status == "" || e.Status == event.Tentative {
		return event.Confirmed // a reader goes there all the same
	}
	return e.Status
}

func spanDiffers(a, b event.Event) bool {
	return !a.Start.Equal(b.Start) || !a.End.Equal(b.End)
}

func placeDiffers(a, b event.Event) bool { return wordsDiffer(a.Location, b.Location) }

// modeDiffers looks at how one attends where the place itself does not tell.
func modeDiffers(a, b event.Event) bool {
	return !placeDiffers(a, b) && a.Mode != "" && b.Mode != "" && a.Mode != b.Mode
}

func linkDiffers(a, b event.Event) bool {
	return a.OnlineURL != "" && b.OnlineURL != "" && a.OnlineURL != b.OnlineURL
}

// wordsDiffer reports whether texts differ in more than width, case and blanks.
func wordsDiffer(a, b string) bool { return a != b && text.Fold(a) != text.Fold(b) }

// momentDiffers reports whether a moment that was told became another.
func momentDiffers(a, b event.Moment) bool { return !a.IsZero() && !b.IsZero() && !a.Equal(b) }
