package publish

import (
	"strings"
	"time"

	"koyomi/internal/event"
)

// A Before is what a calendar tells of an event's past, so that a reader who had it
// in mind as it was finds it again.
type Before struct {
	// When and Where are its former time and place, as the ledger words them; ""
	// where they never changed.
	When, Where string
	// MovedAt is when its time last changed.
	MovedAt time.Time
	// Reinstated is set where it was announced as cancelled or postponed and is
	// on again.
	Reinstated bool
}

// After gives what is to be told once c has happened; changes come oldest first.
func (b Before) After(c event.Change) Before {
	switch {
	case c.Kind == event.ChangeMoved && c.Old != "":
		b.When, b.MovedAt = c.Old, c.At
	case c.Kind == event.ChangeRelocated && c.Old != "":
		b.Where = c.Old
	case c.Kind == event.ChangeReinstated && c.Field == "status":
		b.Reinstated = true
	case c.Kind == event.ChangeCancelled, c.Kind == event.ChangePostponed:
		b.Reinstated = false
	}
	return b
}

// ReadSpan reads a time as changes word it: a moment (RFC 3339 or a day), or wall
// clock words as "2009-05-28 19:00–20:40" and "2009-06-10–2009-06-12", which are
// taken as Asia/Tokyo's. It reports whether it could.
func ReadSpan(words string) (event.Span, bool) {
	from, to, several := strings.Cut(words, "–")
	start, ok := readWall(from, event.Date{})
	s := event.Span{Start: start}
	if !ok || !several {
		return s, ok
	}
	s.End, ok = readWall(to, start.Date)
	return s, ok && s.End.AllDay() == s.Start.AllDay()
}

// readWall reads one end of a span; a time alone is on the day given.
func readWall(s string, day event.Date) (event.Moment, bool) {
	if m, err := event.ParseMoment(s, event.Tokyo); err == nil {
		return m, !m.IsZero()
	}
	if !day.IsZero() && len(s) == len("15:04") {
		s = day.String() + " " + s
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", s, event.Tokyo)
	return event.At(t), err == nil
}
