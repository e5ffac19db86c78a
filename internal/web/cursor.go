package web

import (
	"cmp"
	"encoding/base64"
	"strings"

	"koyomi/internal/event"
	"koyomi/internal/publish"
)

// A cursor is the place in the order of events (publish.Compare) after which a
// page begins; it stays true whatever comes and goes around it.
type cursor struct {
	set   bool
	start event.Moment
	uid   string
}

func cursorOf(e event.Event) cursor { return cursor{true, e.Start, e.UID} }

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(c.start.String() + " " + c.uid))
}

// compare tells where the cursor stands to e.
func (c cursor) compare(e event.Event) int {
	at := event.Event{UID: c.uid}
	at.Start = c.start
	return cmp.Compare(publish.Compare(at, e), 0)
}

// parseCursor reads what String wrote; "" is the beginning.
func parseCursor(s string) (cursor, error) {
	if s == "" {
		return cursor{}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil && len(b) <= longestCursor {
		start, uid, _ := strings.Cut(string(b), " ")
		m, err := event.ParseMoment(start, nil)
		c := cursor{true, m, uid}
		isWhole := err == nil && !m.IsZero()
		if isWhole && uid != "" && c.String() == s {
			return c, nil
		}
	}
	return cursor{}, badParameter(
		"cursor",
		"is none that was given out; leave it away to begin at the first page",
	)
}

// longestCursor is in octets.
const longestCursor = 300
