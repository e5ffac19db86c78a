package delivery

import (
	"koyomi/internal/event"
	"koyomi/internal/publish/digest"
	"koyomi/internal/subscriber"
)

// ReaderOf returns what shapes a subscriber's digest of a local date.
func ReaderOf(s subscriber.Subscriber, day event.Date) digest.Reader {
	return digest.Reader{
		Query:    s.Query,
		Zone:     s.Zone,
		Lang:     s.Lang,
		Minute:   s.Minute,
		Rhythm:   s.Rhythm,
		Look:     s.Look,
		Date:     day,
		Cursor:   s.Cursor,
		Since:    s.Since,
		Operator: s.Operator,
	}
}
