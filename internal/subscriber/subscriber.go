// Package subscriber answers for who gets the daily mail: which addresses are taken,
// what a reader may wish for, and the secrets in the links that a reader is sent. It
// stores nothing and sends nothing.
package subscriber

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/query"
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
	switch {
	case len(w.Query) > maxQuery:
		return w, fmt.Errorf("the filter is longer than %d octets", maxQuery)
	case w.Lang != "ja" && w.Lang != "en":
		return w, fmt.Errorf("the language %q is not one of ja, en", w.Lang)
	case w.Format != Both && w.Format != Text:
		return w, fmt.Errorf("the format %q is not one of both, text", w.Format)
	case w.Minute < 0 || w.Minute >= 24*60:
		return w, fmt.Errorf("minute %d is not one of a day", w.Minute)
	}
	zone, err := time.LoadLocation(w.Zone)
	if err != nil || w.Zone == "" || w.Zone == "Local" {
		return w, fmt.Errorf("the zone %q is unknown (use Asia/Tokyo)", w.Zone)
	}
	if w.Query == "" {
		return w, nil
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

// ParseHour reads a time of day, "07:00" or "7", as the minute of the day.
func ParseHour(s string) (int, error) {
	hour, minute, colon := strings.Cut(s, ":")
	if !colon {
		minute = "00"
	}
	h, errH := strconv.Atoi(hour)
	m, errM := strconv.Atoi(minute)
	if errH != nil || errM != nil || h < 0 || h > 23 || m < 0 || m > 59 || len(minute) != 2 {
		return 0, fmt.Errorf("%q is no time of day (use 07:00)", s)
	}
	return h*60 + m, nil
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
	// Refused is an address that its server turned down on MaxRefusals days.
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
	// Operator is told of stale sources too.
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
	// Created and Ended are moments in UTC; Ended is zero while it is active.
	Created, Ended time.Time
}
