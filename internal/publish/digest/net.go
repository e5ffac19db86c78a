package digest

import (
	"slices"

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

// netOf returns the net changes of a run of changes, in the order of the first of each.
func (p *Planner) netOf(changes []event.Change) []net {
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
		after := p.byUID[uid]
		if after == nil {
			continue // long over
		}
		n := net{after: after}
		if before, known := rewind(after.Event, runs[uid]); known {
			doc := query.NewDoc(before, p.communities[before.Community])
			n.before = &doc
		}
		nets = append(nets, n)
	}
	return nets
}

// rewind returns an event as it was before changes, which come oldest first, and
// reports whether it was there at all.
func rewind(e event.Event, changes []event.Change) (event.Event, bool) {
	known := true
	for _, c := range slices.Backward(changes) {
		known = known && !born[c.Kind]
		revert(&e, c)
	}
	return e, known
}

// born are the changes before which there was no event.
var born = map[event.ChangeKind]bool{event.ChangeAdded: true, event.ChangeSplit: true}

// reverts take back what happened to an event as a whole.
var reverts = map[event.ChangeKind]func(*event.Event){
	event.ChangeWithdrawn:  func(e *event.Event) { e.Withdrawn = false },
	event.ChangeMerged:     func(e *event.Event) { e.MergedInto = "" },
	event.ChangeReinstated: func(e *event.Event) { e.Withdrawn = true },
}

// revert takes one change back: it puts the former value of its field there again.
func revert(e *event.Event, c event.Change) {
	if f := event.FieldNamed(c.Field); f != nil {
		f.Set(e, c.Before)
		return
	}
	if take := reverts[c.Kind]; take != nil {
		take(e)
	}
}

// report returns what a reader with a filter hears of a net change, and reports
// whether that is anything.
func (p *Planner) report(n *net, q query.Query) (entry, bool) {
	t := entry{doc: n.after, kind: New}
	if visible(n.before, q) {
		before := n.before.Event
		t.before = &before
		return p.changed(t)
	}
	coming := isOn(n.after.Event) && !p.over(n.after.Event)
	return t, coming && visible(n.after, q)
}

// visible reports whether a reader with a filter sees an event in the calendar.
func visible(d *query.Doc, q query.Query) bool {
	return d != nil && publish.Published(d.Event) && q.MatchDoc(d)
}

// changed returns an entry that the reader knew as one that changed, and reports
// whether the reader hears of that.
func (p *Planner) changed(t entry) (entry, bool) {
	before, after := *t.before, t.doc.Event
	t.kind = Changed
	if !isOn(after) && !after.Withdrawn {
		t.kind = Cancelled
	}
	return t, !p.idle(before, after) && differs(before, after)
}

// idle reports whether a change matters to nobody: the event was over or off before
// and is so now, or it lives on as another, of which there is an entry.
func (p *Planner) idle(before, after event.Event) bool {
	bothOver := p.over(before) && p.over(after)
	neverOn := !isOn(before) && !isOn(after)
	return bothOver || neverOn || after.MergedInto != ""
}

func isOn(e event.Event) bool { return e.Status != event.Cancelled }

// differences are what a reader hears of, each by itself.
var differences = []func(a, b event.Event) bool{
	func(a, b event.Event) bool { return a.Withdrawn != b.Withdrawn },
	func(a, b event.Event) bool { return statusOf(a) != statusOf(b) },
	spanDiffers, placeDiffers, modeDiffers, linkDiffers, titleDiffers, opensDiffer, closesDiffer,
}

// differs reports whether a reader hears of what is between two states of an event.
func differs(a, b event.Event) bool {
	return slices.ContainsFunc(
		differences,
		func(d func(a, b event.Event) bool) bool { return d(a, b) },
	)
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

func titleDiffers(a, b event.Event) bool { return wordsDiffer(a.Title, b.Title) }

func placeDiffers(a, b event.Event) bool { return wordsDiffer(a.Location, b.Location) }

// modeDiffers looks at how one attends where the place itself does not say.
func modeDiffers(
	a, b event.Event,
) bool {
	return !placeDiffers(a, b) && otherThan(a.Mode, b.Mode)
}

func linkDiffers(a, b event.Event) bool { return otherThan(a.OnlineURL, b.OnlineURL) }

// otherThan reports whether a value that was known became another.
func otherThan[S ~string](a, b S) bool {
	known := a != "" && b != ""
	return known && a != b
}

// wordsDiffer reports whether texts differ in more than width, case and blanks.
func wordsDiffer(a, b string) bool { return a != b && text.Fold(a) != text.Fold(b) }

func opensDiffer(a, b event.Event) bool {
	return momentDiffers(a.RegistrationOpens, b.RegistrationOpens)
}

func closesDiffer(a, b event.Event) bool {
	return momentDiffers(a.RegistrationCloses, b.RegistrationCloses)
}

// momentDiffers reports whether a moment that was known became another.
func momentDiffers(a, b event.Moment) bool {
	known := !a.IsZero() && !b.IsZero()
	return known && !a.Equal(b)
}
