package publish

import (
	"fmt"
	"time"

	"koyomi/internal/event"
)

// When writes a time for people, in Asia/Tokyo: "2009-06-10 (水) 10:00–18:00". end
// may be zero.
func When(start, end event.Moment) string {
	start, end = start.In(event.Tokyo), end.In(event.Tokyo)
	line := moment(start)
	switch {
	case end.IsZero(), start.AllDay() && end.Date == start.Date:
		return line
	case end.Date == start.Date:
		return line + "–" + end.Time.Format("15:04")
	}
	return line + " 〜 " + moment(end)
}

// moment writes one end: "2009-06-10 (水) 10:00"; "" for the zero moment.
func moment(m event.Moment) string {
	if m.IsZero() {
		return ""
	}
	day := m.Date.String() + " (" + weekdays[m.Date.Weekday()] + ")"
	if m.AllDay() {
		return day
	}
	return day + m.Time.Format(" 15:04")
}

var weekdays = [...]string{time.Sunday: "日", time.Monday: "月", time.Tuesday: "火", time.Wednesday: "水", time.Thursday: "木", time.Friday: "金", time.Saturday: "土"}

// Length writes an assumed length for people: "2時間", "90分".
func Length(d time.Duration) string {
	if d%time.Hour == 0 {
		return fmt.Sprintf("%d時間", int(d/time.Hour))
	}
	return fmt.Sprintf("%d分", int(d/time.Minute))
}
