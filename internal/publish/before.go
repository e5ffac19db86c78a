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
	if note := notes[c.Kind]; note != nil {
		note(&b, c)
	}
	return b
}

// notes are what each kind of change leaves behind.
var notes = map[event.ChangeKind]func(*Before, event.Change){
	event.ChangeMoved: func(b *Before, c event.Change) {
		if c.Before != nil {
			b.When, b.MovedAt = c.Before, c.At
		}
	},
	event.ChangeRelocated: func(b *Before, c event.Change) {
		if c.Before != nil {
			b.Where = c.Before
		}
	},
	event.ChangeReinstated: func(b *Before, c event.Change) { b.Reinstated = b.Reinstated || c.Field == "status" },
	event.ChangeCancelled:  func(b *Before, _ event.Change) { b.Reinstated = false },
	event.ChangePostponed:  func(b *Before, _ event.Change) { b.Reinstated = false },
}
