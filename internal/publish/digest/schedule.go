package digest

import (
	"time"

	"koyomi/internal/event"
)

// At returns the first instant of day d in loc at which the clock there shows a
// minute of the day or later: a wall time that a clock change skips counts when
// the clock goes on, one that comes twice counts the first time. It reports false
// where the zone has no such day (Apia had no 30 December 2011).
func At(d event.Date, minute int, loc *time.Location) (time.Time, bool) {
	wall := d.Begin(time.UTC).Add(time.Duration(minute) * time.Minute)
	_, before := wall.Add(-30 * time.Hour).In(loc).Zone()
	_, after := wall.Add(30 * time.Hour).In(loc).Zone()
	early, late := at(wall, before, loc), at(wall, after, loc)
	if late.Before(early) {
		early, late = late, early
	}
	for _, t := range []time.Time{early, late} {
		if sameWall(t, wall) {
			return t, true
		}
	}
	// The wall time is skipped: the change lies between both readings of it.
	change, _ := late.ZoneBounds()
	return change, event.DateOf(change) == d
}

// at reads a wall time with an offset in seconds.
func at(wall time.Time, offset int, loc *time.Location) time.Time {
	return wall.Add(-time.Duration(offset) * time.Second).In(loc)
}

func sameWall(t, wall time.Time) bool {
	return event.DateOf(t) == event.DateOf(wall) && t.Hour() == wall.Hour() &&
		t.Minute() == wall.Minute()
}

// Due returns the local date whose digest is due at a moment: its hour has come, and
// is past by no more than within (a digest missed by more is left to the next).
func Due(
	minute int,
	loc *time.Location,
	now time.Time,
	within time.Duration,
) (d event.Date, at time.Time, ok bool) {
	today := event.DateOf(now.In(loc))
	for _, d := range []event.Date{today, today.Add(-1)} {
		at, exists := At(d, minute, loc)
		since := now.Sub(at)
		recent := since >= 0 && since <= within
		if exists && recent {
			return d, at, true
		}
	}
	return event.Date{}, time.Time{}, false
}
