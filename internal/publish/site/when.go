package site

import (
	"fmt"
	"time"

	"koyomi/internal/event"
)

var weekdaysJa = [...]string{"日", "月", "火", "水", "木", "金", "土"}

// day writes a day for people.
func day(lang string, d event.Date) string {
	if lang == English {
		return d.Begin(time.UTC).Format("Mon 2 January 2006")
	}
	return fmt.Sprintf("%d年%d月%d日（%s）", d.Year, d.Month, d.Day, weekdaysJa[d.Weekday()])
}

// shortDay writes a day whose year is clear.
func shortDay(lang string, d event.Date) string {
	if lang == English {
		return d.Begin(time.UTC).Format("2 Jan")
	}
	return fmt.Sprintf("%d/%d（%s）", d.Month, d.Day, weekdaysJa[d.Weekday()])
}

// weekDay is shortDay with the day of the week in every language.
func weekDay(lang string, d event.Date) string {
	if lang == English {
		return d.Begin(time.UTC).Format("Mon 2 Jan")
	}
	return shortDay(lang, d)
}

// until writes the last day of what takes several.
func until(lang string, d event.Date) string {
	if lang == English {
		return "to " + shortDay(lang, d)
	}
	return shortDay(lang, d) + "まで"
}

// moment writes a moment for people, in its own zone.
func moment(lang string, m event.Moment) string {
	if m.IsZero() {
		return ""
	}
	if m.AllDay() {
		return day(lang, m.Date)
	}
	return day(lang, m.Date) + " " + m.Time.Format("15:04")
}

// span writes when an event takes place.
func span(lang string, s event.Span) string {
	loc := s.Location()
	start, end := s.Start.In(loc), s.End.In(loc)
	switch {
	case end.IsZero(), start.AllDay() && end.Date == start.Date:
		return moment(lang, start)
	case start.Date == end.Date:
		return moment(lang, start) + "–" + end.Time.Format("15:04")
	}
	return moment(lang, start) + " – " + moment(lang, end)
}

// hours writes when on its day an event takes place, or until which day.
func hours(lang string, w words, s event.Span) string {
	loc := s.Location()
	start, end := s.Start.In(loc), s.End.In(loc)
	several := !end.IsZero() && end.Date.Compare(start.Date) > 0
	switch {
	case start.AllDay() && several:
		return until(lang, end.Date)
	case start.AllDay():
		return w.AllDay
	case end.IsZero():
		return start.Time.Format("15:04")
	case several && end.Time.Sub(start.Time) >= 24*time.Hour:
		return start.Time.Format("15:04") + " " + until(lang, end.Date)
	}
	return start.Time.Format("15:04") + "–" + end.Time.Format("15:04")
}
