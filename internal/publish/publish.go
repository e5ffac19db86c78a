// Package publish decides what a published calendar holds: which events, under which
// policy, in which window, within which size. The packages below it turn that into
// bytes, one a format. It reads no clock and stores nothing.
package publish

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"koyomi/internal/event"
)

// A Policy says how a feed shows cancelled events; the reader chooses it.
type Policy string

// The policies.
const (
	// Keep writes STATUS:CANCELLED and leaves the title alone.
	Keep Policy = "keep"
	// Mark shows it as any other event whose title begins 【中止】, for clients
	// that hide what is cancelled.
	Mark Policy = "mark"
	// Hide leaves it out.
	Hide Policy = "hide"
)

// ParsePolicy reads a policy by name; "" is Keep.
func ParsePolicy(s string) (Policy, error) {
	switch p := Policy(s); p {
	case "":
		return Keep, nil
	case Keep, Mark, Hide:
		return p, nil
	}
	return "", errors.New("expected keep, mark or hide")
}

// Parts says how an event that is held in several parts is shown.
type Parts string

// The ways to show parts. The zero value joins parts on consecutive days into
// one entry and shows parts that leave whole days free between them each on its
// own.
const (
	PartsAuto Parts = ""
	// PartsJoined always returns one entry over the whole span.
	PartsJoined Parts = "joined"
	// PartsEach always returns one entry a part.
	PartsEach Parts = "each"
)

// The defaults of a feed.
const (
	DefaultAssumed  = 2 * time.Hour
	DefaultPast     = 180
	DefaultAhead    = 400
	DefaultMaxBytes = 999_999
	DefaultRefresh  = 6 * time.Hour
	DefaultKeep     = 14 * 24 * time.Hour
)

// A Calendar is what a feed is: its words, and the rules by which it is made.
type Calendar struct {
	Name        string
	Description string
	// URL is the calendar's page for people, Source the feed's own address;
	// both absolute, "" where not known.
	URL, Source string
	// EventBase is what an event's id follows in the address of its page here; ""
	// where there is none.
	EventBase string
	// Names are those of communities by id, for people.
	Names map[string]string
	// Before is what to say of an event's past, by UID.
	Before map[string]Before
	// Unseen is for how many days no source has shown an event that is in doubt, by UID.
	Unseen map[string]int
	// Color is a CSS colour name (RFC 7986 section 5.9), ColorHex the same as
	// "#4682B4" for clients that read only that; "" for none.
	Color, ColorHex string

	// Zone anchors the window's days; nil is Asia/Tokyo. UTC writes all times
	// in UTC instead of Asia/Tokyo.
	Zone *time.Location
	UTC  bool

	Cancelled Policy
	Parts     Parts
	// Assumed is the length of a timed event that states no end; 0 is 2 hours.
	Assumed time.Duration
	// Past and Ahead bound the window in days before and after today; 0 is the
	// default (180 and 400).
	Past, Ahead int
	// KeepCancelled is how long after its cancellation a cancelled event that
	// is over stays; 0 is 14 days.
	KeepCancelled time.Duration
	// MaxBytes is the size the feed stays within, 0 is 999,999 (Google drops
	// events from feeds of 1 MB and more); negative sets none.
	MaxBytes int
	// Refresh is how often clients are asked to come; 0 is 6 hours.
	Refresh time.Duration
}

// WithDefaults returns c with its defaults filled in.
func (c Calendar) WithDefaults() Calendar {
	if c.Zone == nil {
		c.Zone = event.Tokyo
	}
	if c.Cancelled == "" {
		c.Cancelled = Keep
	}
	c.Assumed = orDefault(c.Assumed, DefaultAssumed)
	c.Past = orDefault(c.Past, DefaultPast)
	c.Ahead = orDefault(c.Ahead, DefaultAhead)
	c.KeepCancelled = orDefault(c.KeepCancelled, DefaultKeep)
	c.MaxBytes = orDefault(c.MaxBytes, DefaultMaxBytes)
	c.Refresh = orDefault(c.Refresh, DefaultRefresh)
	return c
}

func orDefault[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// Day returns the day that the window of c is anchored to at the moment now. A
// feed depends on the clock through it alone, so that its bytes are the same
// all day and change at midnight only if an event enters or leaves.
func (c Calendar) Day(now time.Time) event.Date {
	c = c.WithDefaults()
	return event.DateOf(now.In(c.Zone))
}

// Window returns the bounds of c on a day: events that are over after from and
// start before until.
func (c Calendar) Window(day event.Date) (from, until time.Time) {
	c = c.WithDefaults()
	return day.Add(-c.Past).Begin(c.Zone), day.Add(c.Ahead + 1).Begin(c.Zone)
}

// CommunityName returns the name of a community for people, its id where it has none.
func (c Calendar) CommunityName(id string) string {
	if n := c.Names[id]; n != "" {
		return n
	}
	return id
}

// Title returns the title of e as a calendar of policy p shows it: marked where
// it is postponed, or cancelled and not otherwise shown to be.
func Title(e event.Event, p Policy) string {
	title := e.Title
	if blank(title) {
		title = Untitled
	}
	switch {
	case e.Status == event.Cancelled && p == Mark:
		return MarkCancelled + title
	case e.Status == event.Postponed:
		return MarkPostponed + title
	}
	return title
}

// blank reports whether nothing of s can be seen.
func blank(s string) bool {
	return !strings.ContainsFunc(
		s,
		func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) },
	)
}

// The words that stand before a title, and in place of one that is empty.
const (
	MarkCancelled = "【中止】"
	MarkPostponed = "【延期】"
	Untitled      = "（無題）"
)
