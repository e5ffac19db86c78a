package publish

import (
	"fmt"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/wording"
)

// When writes a time for people, in Asia/Tokyo: "2009-06-10 (水) 10:00–18:00". end
// may be zero.
func When(start, end event.Moment) string {
	return wording.Calendar.Span(event.Span{Start: start, End: end})
}

// Length writes an assumed length for people: "2時間", "90分".
func Length(d time.Duration) string {
	if d%time.Hour == 0 {
		return fmt.Sprintf("%d時間", int(d/time.Hour))
	}
	return fmt.Sprintf("%d分", int(d/time.Minute))
}
