package publish

import "koyomi/internal/event"

// The words that stand before the title of an entry that is not the event itself.
const (
	MarkOpens  = "【募集開始】"
	MarkCloses = "【募集締切】"
)

// Entries returns what a calendar can show of e: the event, and the opening and the
// end of its registration where they are announced, as entries of a type of their
// own. Those keep the event's short id, so that their links lead to its page.
func Entries(e event.Event) []event.Event {
	all := []event.Event{e}
	if e.Type != event.TypeEvent && e.Type != "" || !Published(e) {
		return all
	}
	for _, x := range []struct {
		kind event.Type
		mark string
		at   event.Moment
	}{
		{event.TypeRegistration, MarkOpens, e.RegistrationOpens},
		{event.TypeDeadline, MarkCloses, e.RegistrationCloses},
	} {
		if !x.at.IsZero() {
			all = append(all, entry(e, x.kind, x.mark, x.at))
		}
	}
	return all
}

func entry(e event.Event, kind event.Type, mark string, at event.Moment) event.Event {
	e.Description = "日時: " + When(e.Start, e.End) + "\n\n" + e.Description
	e.UID += "-" + string(kind)
	e.Type, e.Title = kind, mark+orDefault(e.Title, Untitled)
	e.Start, e.End, e.Sessions = at.In(e.Span.Location()), event.Moment{}, nil
	e.WholeDay = at.AllDay() // a day of which all counts
	e.RegistrationOpens, e.RegistrationCloses = event.Moment{}, event.Moment{}
	return e
}
