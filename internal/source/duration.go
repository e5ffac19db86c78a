package source

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/text"
)

// A Duration is a time.Duration written as in Go ("90m", "48h") or in days ("3d",
// "400d", "1d12h"). What is longer than a Duration can hold is the longest one.
type Duration time.Duration

// day is a day of 24 hours, whatever clocks do on it.
const day = 24 * time.Hour

// UnmarshalText reads what people write.
func (d *Duration) UnmarshalText(b []byte) error {
	v, ok := parseDuration(string(b))
	if !ok {
		return fmt.Errorf(
			"expected a length of time, found %q (use 90m, 4h or 3d)",
			cut(string(b), 40),
		)
	}
	*d = Duration(v)
	return nil
}

// MarshalText writes it in the greatest units: "3d", "4h", "1h30m", "0s".
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d Duration) String() string {
	v := time.Duration(d)
	if v != 0 && v%day == 0 {
		return strconv.FormatInt(int64(v/day), 10) + "d"
	}
	s := v.String()
	for _, zero := range []struct{ after, unit string }{{"m0s", "0s"}, {"h0m", "0m"}} {
		if strings.HasSuffix(s, zero.after) {
			s = strings.TrimSuffix(s, zero.unit)
		}
	}
	return s
}

// longUnit is a number of a unit that time.ParseDuration does not know, or cannot
// hold that many of.
var longUnit = text.NewPattern(`^([+-]?)([0-9]{1,40})([ywdhms])(\S*)$`)

var unitLength = map[string]time.Duration{
	"y": 365 * day,
	"w": 7 * day,
	"d": day,
	"h": time.Hour,
	"m": time.Minute,
	"s": time.Second,
}

// parseDuration reads days before what time.ParseDuration reads. Years, weeks and
// numbers that are too great are understood, so that whoever asks for them is told
// the range and not that they cannot be read.
func parseDuration(s string) (time.Duration, bool) {
	if d, err := time.ParseDuration(s); err == nil {
		return d, true
	}
	m := longUnit.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	rest, ok := restOf(m[4])
	n, err := strconv.ParseFloat(m[2], 64)
	if err != nil || !ok {
		return 0, false
	}
	d := longest(n, unitLength[m[3]], rest)
	if m[1] == "-" {
		d = -d
	}
	return d, true
}

// restOf reads what follows the days.
func restOf(s string) (time.Duration, bool) {
	if s == "" {
		return 0, true
	}
	d, err := time.ParseDuration(s)
	return d, err == nil && d >= 0
}

// longest is so many units and the rest, as far as a Duration can hold them.
func longest(n float64, unit, rest time.Duration) time.Duration {
	if n*float64(unit)+float64(rest) >= math.MaxInt64/2 {
		return math.MaxInt64
	}
	return time.Duration(n)*unit + rest
}

// cut shortens a text for a message.
func cut(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes]) + "…"
	}
	return s
}
