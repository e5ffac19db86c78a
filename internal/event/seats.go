package event

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Seats are how many people may come, and how many have signed up. A part that a
// source does not tell is nil; without a Limit where Accepted is told, everybody may
// come.
type Seats struct {
	Limit    *int `json:"limit,omitempty"`
	Accepted *int `json:"accepted,omitempty"`
	Waiting  *int `json:"waiting,omitempty"`
}

// IsZero reports whether nothing is told.
func (s Seats) IsZero() bool { return s.Limit == nil && s.Accepted == nil && s.Waiting == nil }

// Equal reports whether both tell the same.
func (s Seats) Equal(o Seats) bool {
	return sameCount(s.Limit, o.Limit) && sameCount(s.Accepted, o.Accepted) &&
		sameCount(s.Waiting, o.Waiting)
}

func sameCount(a, b *int) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// String writes "17/20, 3 waiting", "17" without a limit, "/20" where only that is told.
func (s Seats) String() string {
	words := countText(s.Accepted)
	if s.Limit != nil {
		words += "/" + countText(s.Limit)
	}
	if s.Waiting != nil && *s.Waiting > 0 {
		words += ", " + countText(s.Waiting) + " waiting"
	}
	return strings.TrimPrefix(words, ", ")
}

func countText(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// Unlimited is what Left returns where everybody may come.
const Unlimited = 1 << 30

// Left returns how many seats are left, none where people wait for one; known is
// false where no source tells.
func (s Seats) Left() (left int, known bool) {
	switch {
	case s.Waiting != nil && *s.Waiting > 0:
		return 0, true
	case s.Accepted == nil:
		return 0, false
	case s.Limit == nil:
		return Unlimited, true
	}
	return max(*s.Limit-*s.Accepted, 0), true
}

// Full reports whether no seat is left.
func (s Seats) Full() bool {
	left, known := s.Left()
	return known && left == 0
}

// SeatsAt is a row of an event's history of seats: what was told from a moment on.
type SeatsAt struct {
	UID string    `json:"uid"`
	At  time.Time `json:"at"`
	Seats
}

// FilledAfter returns how long after a moment an event was seen to be full for the
// first time; rows are its history, oldest first. Where opens is zero or later than the
// first row, it counts from that row. It reports false where the event never was seen
// to fill: it was not full, or full already in the row that it would count from.
func FilledAfter(rows []SeatsAt, opens time.Time) (time.Duration, bool) {
	full := slices.IndexFunc(rows, func(r SeatsAt) bool { return r.Full() })
	if full < 0 {
		return 0, false
	}
	from := opens
	if from.IsZero() || from.After(rows[0].At) {
		if full == 0 {
			return 0, false
		}
		from = rows[0].At
	}
	return rows[full].At.Sub(from), true
}

// minFills is how many events must have been seen to fill before that is called usual.
const minFills = 3

// UsuallyFull returns within which time most events fill (three of four), given how
// many there were and the times of those that filled: false where they are too few, or
// fewer than half fill at all.
func UsuallyFull(events int, filled []time.Duration) (time.Duration, bool) {
	if len(filled) < minFills || len(filled)*2 < events {
		return 0, false
	}
	sorted := slices.Sorted(slices.Values(filled))
	return sorted[(len(sorted)*3-1)/4], true
}

// RegistrationState is how signing up stands; "" where nothing says so.
type RegistrationState string

// The states of registration.
const (
	RegistrationUpcoming RegistrationState = "upcoming" // it opens later
	RegistrationOpen     RegistrationState = "open"
	RegistrationFull     RegistrationState = "full"
	RegistrationClosed   RegistrationState = "closed"
)

// A Registration is all that is known of signing up, as JSON carries it.
type Registration struct {
	Opens  Moment            `json:"opens,omitzero"`
	Closes Moment            `json:"closes,omitzero"`
	State  RegistrationState `json:"state,omitempty"`
}

// RegistrationOf returns what d knows of signing up, told in its zone.
func RegistrationOf(d Details) Registration {
	loc := d.Span.Location()
	return Registration{
		Opens:  d.RegistrationOpens.In(loc),
		Closes: d.RegistrationCloses.In(loc),
		State:  d.RegistrationState,
	}
}

// A Fee is what taking part costs: the cheapest and the dearest way. Its zero value is
// unknown; free is one with a currency and nothing to pay.
type Fee struct {
	Min float64 `json:"min"`
	Max float64 `json:"max"`
	// Currency is the ISO 4217 code; "" where the fee is unknown.
	Currency string `json:"currency"`
}

// IsZero reports whether the fee is unknown.
func (f Fee) IsZero() bool { return f.Currency == "" }

// Free reports whether nobody pays.
func (f Fee) Free() bool { return !f.IsZero() && f.Max == 0 }

// String writes "free", "1000 JPY", "0–5000 JPY"; "" for an unknown fee.
func (f Fee) String() string {
	switch {
	case f.IsZero():
		return ""
	case f.Free():
		return "free"
	case f.Min == f.Max:
		return amount(f.Max) + " " + f.Currency
	}
	return amount(f.Min) + "–" + amount(f.Max) + " " + f.Currency
}

func amount(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// Compare orders fees by their cheapest way, then the dearest.
func (f Fee) Compare(o Fee) int {
	return cmp.Or(cmp.Compare(f.Min, o.Min), cmp.Compare(f.Max, o.Max))
}
