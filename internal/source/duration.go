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
		return fmt.Errorf("a length of time is expected, found %q; 90m, 4h or 3d would be right", cut(string(b), 40))
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
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// longUnit is a number of a unit that time.ParseDuration does not know, or cannot
// hold that many of.
var longUnit = text.NewPattern(`^([+-]?)([0-9]{1,40})([ywdhms])(\S*)$`)

var unitLength = map[string]time.Duration{"y": 365 * day, "w": 7 * day, "d": day, "h": time.Hour, "m": time.Minute, "s": time.Second}

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
	var rest time.Duration
	if m[4] != "" {
		var err error
		if rest, err = time.ParseDuration(m[4]); err != nil || rest < 0 {
			return 0, false
		}
	}
	n, err := strconv.ParseFloat(m[2], 64)
	if err != nil {
		return 0, false
	}
	d := time.Duration(math.MaxInt64)
	if n*float64(unitLength[m[3]])+float64(rest) < math.MaxInt64/2 {
		d = time.Duration(n)*unitLength[m[3]] + rest
	}
	if m[1] == "-" {
		d = -d
	}
	return d, true
}

// cut shortens a text for a message.
func cut(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes]) + "…"
	}
	return s
}
