// Package subscriber answers for who gets the daily mail: which addresses are taken,
// what a reader may wish for, and the secrets in the links that a reader is sent. It
// stores nothing and sends nothing.
package subscriber

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/query"
	"koyomi/internal/text"
)

// A Wish is what a reader asks for.
type Wish struct {
	// Query is a filter in the query language; "" for all events.
	Query string
	// Zone is an IANA name, Minute the minute of the day there at which the digest
	// is due.
	Zone   string
	Minute int
	// Lang is ja or en.
	Lang string
	// Format is Both or Text.
	Format Format
	// Rhythm is on which days there is a digest, Look the day of the week on which it
	// lists the week ahead: 1 for Monday to 7, NoLook for none.
	Rhythm Rhythm
	Look   int
	// Urgent asks to be told at once of cancellations and moves within UrgentWithin.
	Urgent bool
}

// Format is which parts a mail has.
type Format string

// The formats.
const (
	Both Format = "both" // text and HTML
	Text Format = "text"
)

// maxQuery is how long a filter may be, in octets.
const maxQuery = 500

// Checked returns w with its filter in canonical form, or says what is wrong with it.
func (w Wish) Checked(now time.Time) (Wish, error) {
	if err := w.checkChoices(); err != nil {
		return w, err
	}
	w = w.Usual()
	zone, err := loadZone(w.Zone)
	if err != nil || w.Query == "" {
		return w, err
	}
	q, wrong := query.Parse(w.Query, query.Env{Now: now, Zone: zone})
	if wrong != nil {
		return w, fmt.Errorf("the filter: %w", wrong)
	}
	if q.Empty() {
		w.Query = ""
	}
	return w, nil
}

// ReadWish reads what a reader wishes for from words; the rhythm is the usual one.
func ReadWish(query, hour, zone, lang, format string, now time.Time) (Wish, error) {
	minute, err := ParseHour(hour)
	if err != nil {
		return Wish{}, fmt.Errorf("--hour: %w", err)
	}
	return Wish{
		Query:  query,
		Zone:   zone,
		Minute: minute,
		Lang:   lang,
		Format: Format(format),
	}.Checked(now)
}

var hour = text.NewPattern(`^\+?0*([01]?\d|2[0-3])(?::([0-5]\d))?$`)

func (w Wish) checkChoices() error {
	for _, c := range []struct {
		wrong  bool
		format string
		about  any
	}{
		{len(w.Query) > maxQuery, "the filter is longer than %d octets", maxQuery},
		{!slices.Contains(languages, w.Lang), "the language %q is not one of ja, en", w.Lang},
		{!slices.Contains(formats, w.Format), "the format %q is not one of both, text", w.Format},
		{!isRhythm(w.Rhythm), "the rhythm %q is not one of daily, weekdays, weekly", w.Rhythm},
		{w.Look < NoLook || w.Look > 7, "the day of the week %d is not one of 1 to 7, or 0", w.Look},
		{w.Minute < 0 || w.Minute >= 24*60, "minute %d is not one of a day", w.Minute},
	} {
		if c.wrong {
			return fmt.Errorf(c.format, c.about)
		}
	}
	return nil
}

// formats are those that mails have.
var formats = []Format{Both, Text}

// languages are those that mails are written in.
var languages = []string{"ja", "en"}

// loadZone returns the zone of an IANA name, never that of this machine.
func loadZone(name string) (*time.Location, error) {
	isName := name != "" && name != "Local"
	zone, err := time.LoadLocation(name)
	if err != nil || !isName {
		return nil, fmt.Errorf("the zone %q is unknown (use Asia/Tokyo)", name)
	}
	return zone, nil
}

// ParseHour reads a time of day, "07:00" or "7", as the minute of the day.
func ParseHour(s string) (int, error) {
	m := hour.FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf("%q is not a time of day (use 07:00)", s)
	}
	h, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(cmp.Or(m[2], "00"))
	return h*60 + minute, nil
}

// Hour writes a minute of the day as HH:MM.
func Hour(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// State is how a subscription stands.
type State string

// The states.
const (
	Active State = "active"
	// Left ended it, by a link or a command.
	Left State = "left"
	// Refused is an address that its server turned down on MaxRefusals days, or that mail
	// came back from (MaxBounces).
	Refused State = "refused"
)

// MaxRefusals is on how many days an address may be turned down before no more is
// sent to it.
const MaxRefusals = 3

// A Subscriber is one address and its subscription.
type Subscriber struct {
	ID      int64
	Address Address
	Wish
	State State
	// Operator hears of stale sources too.
	Operator bool
	// Generation counts the subscriptions of the address: a link to leave ends only
	// the one it was made for.
	Generation int64
	// Cursor is the last change told, Since the local date of the last digest that
	// arrived, or of the last day that had nothing to tell; zero at first.
	Cursor int64
	Since  event.Date
	// Planned is the latest local date for which there was a digest, sent or not, or
	// nothing to tell.
	Planned event.Date
	// Refusals counts the days on which the address was turned down, Refused is the
	// last of them.
	Refusals int
	Refused  event.Date
	// Alerted is the last change that was looked at for what is told at once.
	Alerted int64
	// Bounces are what came back, counted as MaxBounces is, Bounced the UTC date of the
	// last and BouncedWhy what it said.
	Bounces    int
	Bounced    event.Date
	BouncedWhy string
	// PausedUntil is the local date on which digests begin again, zero where they never
	// stopped.
	PausedUntil event.Date
	// Created and Ended are moments in UTC; Ended is zero while it is active.
	Created, Ended time.Time
}
