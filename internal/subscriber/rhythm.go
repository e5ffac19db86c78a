package subscriber

import (
	"slices"
	"time"

	"koyomi/internal/event"
)

// A Rhythm is on which days a reader gets the digest; "" is Daily.
type Rhythm string

// The rhythms.
const (
	Daily    Rhythm = "daily"
	Weekdays Rhythm = "weekdays" // Monday to Friday
	Weekly   Rhythm = "weekly"   // on the day of the week's look
)

// Rhythms are all, the usual one first.
var Rhythms = []Rhythm{Daily, Weekdays, Weekly}

// NoLook is a Wish.Look of no day: the week ahead is not listed.
const NoLook = 0

// Weekday returns the day of the week of a date as ISO 8601 counts them: 1 is Monday, 7
// is Sunday.
func Weekday(d event.Date) int { return (int(d.Weekday())+6)%7 + 1 }

// Usual returns w with what stands for nothing replaced: a Rhythm of "" by Daily, and for
// Weekly a Look of no day by Monday.
func (w Wish) Usual() Wish {
	if w.Rhythm == "" {
		w.Rhythm = Daily
	}
	if w.Rhythm == Weekly && w.Look == NoLook {
		w.Look = 1
	}
	return w
}

// SendsOn reports whether there may be a digest on a local date.
func (w Wish) SendsOn(d event.Date) bool {
	w = w.Usual()
	switch w.Rhythm {
	case Weekdays:
		return Weekday(d) <= 5
	case Weekly:
		return Weekday(d) == w.Look
	}
	return true
}

// NextDay returns the first date after d on which there may be a digest.
func (w Wish) NextDay(d event.Date) event.Date {
	for d = d.Add(1); !w.SendsOn(d); {
		d = d.Add(1)
	}
	return d
}

// LooksOn reports whether the digest of a local date lists the week ahead.
func (w Wish) LooksOn(d event.Date) bool {
	w = w.Usual()
	return w.Look != NoLook && Weekday(d) == w.Look && w.SendsOn(d)
}

// Paused reports whether s gets nothing on a local date because its reader asked for a
// rest.
func (s Subscriber) Paused(d event.Date) bool {
	return !s.PausedUntil.IsZero() && d.Compare(s.PausedUntil) < 0
}

// MaxPause is for how many days a reader may rest at most.
const MaxPause = 366

// isRhythm reports whether r is one.
func isRhythm(r Rhythm) bool { return r == "" || slices.Contains(Rhythms, r) }

// UrgentWithin is how near an event must be for its cancellation or move to be told at
// once.
const UrgentWithin = 48 * time.Hour
