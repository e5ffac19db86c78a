package event

import (
	"testing"
	"time"
)

func TestSeatsLeft(t *testing.T) {
	for words, c := range map[string]struct {
		seats Seats
		left  int
		known bool
	}{
		"":                 {Seats{}, 0, false},
		"/20":              {Seats{Limit: new(20)}, 0, false},
		"17/20":            {Seats{Limit: new(20), Accepted: new(17), Waiting: new(0)}, 3, true},
		"20/20, 4 waiting": {Seats{Limit: new(20), Accepted: new(20), Waiting: new(4)}, 0, true},
		"128/124":          {Seats{Limit: new(124), Accepted: new(128)}, 0, true},
		"8":                {Seats{Accepted: new(8)}, Unlimited, true},
		"2 waiting":        {Seats{Waiting: new(2)}, 0, true},
	} {
		if left, known := c.seats.Left(); left != c.left || known != c.known || c.seats.String() != words {
			t.Errorf("%q: %d %v, written %q", words, left, known, c.seats)
		}
	}
}

func TestUsuallyFull(t *testing.T) {
	at := func(minutes, accepted int) SeatsAt {
		return SeatsAt{At: time.Date(2026, 6, 1, 12, minutes, 0, 0, time.UTC), Seats: Seats{Limit: new(20), Accepted: &accepted}}
	}
	opens := at(0, 0).At
	for _, c := range []struct {
		name  string
		rows  []SeatsAt
		opens time.Time
		want  time.Duration
		fills bool
	}{
		{"nothing is known", nil, opens, 0, false},
		{"it never was full", []SeatsAt{at(5, 3), at(50, 19)}, opens, 0, false},
		{"it filled after it opened", []SeatsAt{at(5, 3), at(40, 20)}, opens, 40 * time.Minute, true},
		{"when it opened is not known", []SeatsAt{at(5, 3), at(40, 20), at(50, 19)}, time.Time{}, 35 * time.Minute, true},
		{"it was seen full at first", []SeatsAt{at(40, 20)}, time.Time{}, 0, false},
		{"it was seen full at first, and opened at a known time", []SeatsAt{at(40, 20)}, opens, 40 * time.Minute, true},
		{"it was seen before it is said to open", []SeatsAt{at(5, 0), at(50, 20)}, at(20, 0).At, 45 * time.Minute, true},
	} {
		if got, fills := FilledAfter(c.rows, c.opens); got != c.want || fills != c.fills {
			t.Errorf("%s: %s %v, want %s %v", c.name, got, fills, c.want, c.fills)
		}
	}
	m := time.Minute
	for _, c := range []struct {
		events int
		filled []time.Duration
		want   time.Duration
	}{
		{3, []time.Duration{10 * m, 20 * m}, 0},
		{3, []time.Duration{30 * m, 10 * m, 20 * m}, 30 * m},
		{6, []time.Duration{30 * m, 10 * m, 20 * m}, 30 * m},
		{7, []time.Duration{30 * m, 10 * m, 20 * m}, 0},
		{8, []time.Duration{10 * m, 20 * m, 30 * m, 40 * m, 50 * m, 60 * m, 70 * m, 1000 * m}, 60 * m},
	} {
		if got, usual := UsuallyFull(c.events, c.filled); got != c.want || usual != (c.want > 0) {
			t.Errorf("%d of %d: %s, want %s", len(c.filled), c.events, got, c.want)
		}
	}
}

func TestFeeInWords(t *testing.T) {
	for want, f := range map[string]Fee{
		"": {}, "free": {Currency: "JPY"}, "1000 JPY": {1000, 1000, "JPY"}, "0–5000 JPY": {0, 5000, "JPY"}, "15.5 USD": {15.5, 15.5, "USD"},
	} {
		if f.String() != want {
			t.Errorf("%+v: %q, want %q", f, f, want)
		}
	}
}
