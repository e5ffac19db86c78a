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
	several := !end.IsZero() && end.Date.Compare(start.Date) > 0
	switch {
	case start.AllDay() && several:
		return wording.Until(lang, end.Date)
	case !s.TimeAnnounced():
		return wording.Unannounced(lang)
	case start.AllDay():
		return w.AllDay
	case end.IsZero():
		return wording.Clock(start.Time)
	case several && end.Time.Sub(start.Time) >= 24*time.Hour:
		return wording.Clock(start.Time) + " " + wording.Until(lang, end.Date)
	}
	return wording.Clock(start.Time) + "–" + wording.Clock(end.Time)
}
