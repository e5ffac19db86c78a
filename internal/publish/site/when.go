package site

import (
	"time"

	"koyomi/internal/event"
	"koyomi/internal/wording"
)

// hours writes when on its day an event takes place, or until which day.
func hours(lang string, w words, s event.Span) string {
	loc := s.Location()
	start, end := s.Start.In(loc), s.End.In(loc)
	if start.AllDay() {
		return daysOf(lang, w, s)
	}
	from := wording.Clock(start.Time)
	const night = 24 * time.Hour
	switch {
	case end.IsZero():
		return from
	case end.Date != start.Date && end.Time.Sub(start.Time) >= night:
		return from + " " + wording.Until(lang, end.Date)
	}
	return from + "–" + wording.Clock(end.Time)
}

// daysOf writes how long a span of days lasts.
func daysOf(lang string, w words, s event.Span) string {
	switch {
	case s.End.Date.Compare(s.Start.Date) > 0:
		return wording.Until(lang, s.End.Date)
	case s.WholeDay:
		return w.AllDay
	}
	return wording.Unannounced(lang)
}
