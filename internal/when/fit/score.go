package fit

import (
	"time"

	"koyomi/internal/event"
	"koyomi/internal/when"
)

// A Score counts how many rows were read right.
type Score struct {
	Rows, Right       int
	Events, StartDate int
	None, SaidNone    int
}

// Add counts the reading of a row; it reports whether it is right.
func (s *Score) Add(r *Row, got when.Reading) bool {
	s.Rows++
	right := r.Right(got)
	if right {
		s.Right++
	}
	if len(r.Accepted) == 0 {
		s.None++
		if right {
			s.SaidNone++
		}
		return right
	}
	s.Events++
	if r.acceptsDay(got.Start.Date) {
		s.StartDate++
	}
	return right
}

// read counts the readings of rows.
func (s *Score) read(reader *when.Reader, rows []Row) {
	for i := range rows {
		s.Add(&rows[i], reader.Read(rows[i].Text, rows[i].Context))
	}
}

// The shares that are aimed at, in percent: of rows, of none, of days that are right.
const (
	aimRight = 93
	aimNone  = 90
	aimStart = 97
)

// margin is by how much the share that lacks most is above what is aimed at.
func (s *Score) margin() float64 {
	return min(
		Share(s.Right, s.Rows)-aimRight,
		Share(s.SaidNone, s.None)-aimNone,
		Share(s.StartDate, s.Events)-aimStart,
	)
}

// Right reports whether a reading is one of those that are accepted.
func (r *Row) Right(got when.Reading) bool {
	if len(r.Accepted) == 0 {
		return got.Start.IsZero()
	}
	for _, a := range r.Accepted {
		if same(a.Start, got.Start) && same(a.End, got.End) {
			return true
		}
	}
	return false
}

// same compares moments to the minute.
func same(a, b event.Moment) bool {
	if a.IsZero() || b.IsZero() {
		return a.IsZero() == b.IsZero()
	}
	if a.AllDay() != b.AllDay() {
		return false
	}
	if a.AllDay() {
		return a.Date == b.Date
	}
	return a.Time.Truncate(time.Minute).Equal(b.Time.Truncate(time.Minute))
}

// Share is n of all, in percent; 100 of nothing.
func Share(n, all int) float64 {
	if all == 0 {
		return 100
	}
	return 100 * float64(n) / float64(all)
}
