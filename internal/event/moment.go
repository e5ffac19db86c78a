package event

import (
	"fmt"
	"time"
)

// A Date is a day of the Gregorian calendar without a time and without a zone
// (RFC 5545 section 3.3.4, DATE). The zero Date means "no date".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the civil day of t in t's own location; the zero time stands for the zero Date.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads "2006-01-02"; a day that the calendar does not have is an error.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("date %q: not a day written as 2026-06-10", s)
	}
	return DateOf(t), nil
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Valid reports whether the Gregorian calendar has d and its year is 1 to 9999.
func (d Date) Valid() bool {
	return d.Year >= 1 && d.Year <= 9999 && DateOf(d.Begin(time.UTC)) == d
}

// Begin returns the first instant of d in loc (00:00, or the first one that exists there;
// for a day that was left out, that of the next one).
func (d Date) Begin(loc *time.Location) time.Time {
	t := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
	if t.Hour() == 0 && t.Day() == d.Day {
		return t
	}
	// The clocks were put forward over midnight: time.Date lies on either side.
	before, after := t.ZoneBounds()
	if t.Hour() == 0 || DateOf(t).Compare(d) < 0 {
		return after
	}
	return before
}

// Add returns the day n days after d (before it for negative n).
func (d Date) Add(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// Sub returns the number of days from o to d.
func (d Date) Sub(o Date) int {
	return int(d.Begin(time.UTC).Sub(o.Begin(time.UTC)) / (24 * time.Hour))
}

// Weekday returns the day of the week of d.
func (d Date) Weekday() time.Weekday { return d.Begin(time.UTC).Weekday() }

// Compare orders days: -1 when d is before o, 0 when equal, +1 when after.
func (d Date) Compare(o Date) int {
	switch {
	case d.Year != o.Year:
		return sign(d.Year - o.Year)
	case d.Month != o.Month:
		return sign(int(d.Month - o.Month))
	default:
		return sign(d.Day - o.Day)
	}
}

// String returns "2006-01-02", and "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	if d.Year < 0 || d.Year > 9999 {
		return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
	}
	y, m, day := d.Year, int(d.Month), d.Day
	return string([]byte{
		digit(y / 1000), digit(y / 100), digit(y / 10), digit(y),
		'-', digit(m / 10), digit(m),
		'-', digit(day / 10), digit(day),
	})
}

// digit is the last digit of n.
func digit(n int) byte { return byte('0' + n%10) }

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// A Moment is a point on the calendar as it was announced: an instant in a
// zone, or a day for which no time was given. The zero Moment means that
// nothing was announced.
type Moment struct {
	// Date is the civil day; for an instant, its day in the zone of Time.
	Date Date
	// Time is the instant, to the second, in the zone it was announced in;
	// the zero time where only the day is known.
	Time time.Time
}

// On returns the Moment of a day without a time.
func On(d Date) Moment { return Moment{Date: d} }

// At returns the Moment of an instant; fractions of a second are dropped.
func At(t time.Time) Moment {
	if t.IsZero() {
		return Moment{}
	}
	t = t.Truncate(time.Second)
	return Moment{Date: DateOf(t), Time: t}
}

// ParseMoment reads what String writes: RFC 3339 for an instant, "2006-01-02"
// for a day, "" for the zero Moment. loc, where not nil, is the zone an instant
// is shown in.
func ParseMoment(s string, loc *time.Location) (Moment, error) {
	switch {
	case s == "":
		return Moment{}, nil
	case len(s) == len(time.DateOnly):
		d, err := ParseDate(s)
		return On(d), err
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return Moment{}, fmt.Errorf(
			"moment %q: neither a time written as 2026-06-10T19:00:00+09:00 nor a day written as 2026-06-10",
			s,
		)
	}
	if loc != nil {
		t = t.In(loc)
	}
	return At(t), nil
}

// IsZero reports whether nothing was announced.
func (m Moment) IsZero() bool { return m == Moment{} }

// AllDay reports whether m is a day without a time.
func (m Moment) AllDay() bool { return !m.Date.IsZero() && m.Time.IsZero() }

// Begin returns the instant at which m begins: the instant itself, or the start
// of the day in loc.
func (m Moment) Begin(loc *time.Location) time.Time {
	if m.AllDay() {
		return m.Date.Begin(loc)
	}
	return m.Time
}

// Over returns the instant at which m is over: the instant itself, or the start
// of the following day in loc.
func (m Moment) Over(loc *time.Location) time.Time {
	if m.AllDay() {
		return m.Date.Add(1).Begin(loc)
	}
	return m.Time
}

// In returns m with its instant shown in loc; a day stays as it is.
func (m Moment) In(loc *time.Location) Moment {
	if m.Time.IsZero() {
		return m
	}
	return At(m.Time.In(loc))
}

// Equal reports whether m and o are the same day, or the same instant in
// whatever zones.
func (m Moment) Equal(o Moment) bool {
	if m.AllDay() || o.AllDay() {
		return m.AllDay() && o.AllDay() && m.Date == o.Date
	}
	return m.Time.Equal(o.Time)
}

// String returns RFC 3339 with the zone's offset for an instant, "2006-01-02"
// for a day, "" for the zero Moment.
func (m Moment) String() string {
	if m.Time.IsZero() {
		return m.Date.String()
	}
	return m.Time.Format(time.RFC3339)
}

// MarshalText writes String.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText writes; the offset becomes the zone.
func (m *Moment) UnmarshalText(b []byte) (err error) {
	*m, err = ParseMoment(string(b), nil)
	return err
}
