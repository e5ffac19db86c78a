package publish

import (
	"time"

	"koyomi/internal/event"
)

// A Before is what a calendar says of an event's past, so that a reader who had it
// in mind as it was finds it again.
type Before struct {
	// When and Where are its former time and place; nil where they never changed.
	When, Where event.Value
	// MovedAt is when its time last changed.
	MovedAt time.Time
	// Reinstated is set where it was announced as cancelled or postponed and is
	// on again.
	Reinstated bool
}

// IsZero reports whether there is nothing to say.
func (b Before) IsZero() bool { return b.When == nil && b.Where == nil && !b.Reinstated }

// After returns what is to be said once c has happened; changes come oldest first.
func (b Before) After(c event.Change) Before {
	switch {
	case c.Kind == event.ChangeMoved && c.Before != nil:
		b.When, b.MovedAt = c.Before, c.At
	case c.Kind == event.ChangeRelocated && c.Before != nil:
		b.Where = c.Before
	case c.Kind == event.ChangeReinstated && c.Field == "status":
		b.Reinstated = true
	case c.Kind == event.ChangeCancelled, c.Kind == event.ChangePostponed:
		b.Reinstated = false
	}
	return b
}
