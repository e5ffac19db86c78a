package extract

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

var (
	// isoTime is ISO 8601 in the spellings that are met: blank for T, slashes for
	// dashes, offset with or without colon, a zone's name after the time.
	isoTime = text.NewPattern(
		`^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:(?:[T ]| +)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|z|UTC|GMT|JST|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?$`,
	)
	// mailLayouts are those of RFC 822 and its heirs, the zone as an offset.
	mailLayouts = []string{
		"Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04 -0700",
		"Mon, 2 Jan 06 15:04:05 -0700", "Monday, 2-Jan-06 15:04:05 -0700", "Mon Jan 2 15:04:05 -0700 2006",
	}
	zoneNames = strings.NewReplacer(
		" JST",
		" +0900",
		" GMT",
		" +0000",
		" UTC",
		" +0000",
		" Z",
		" +0000",
	)
)

// A Clock says how times that machines write are to be read.
type Clock struct {
	// Zone is that of times that name none; nil means Asia/Tokyo.
	Zone *time.Location
	// IgnoreOffset reads the hours as those of Zone, whatever offset they claim.
	IgnoreOffset bool
}

func (c Clock) zone() *time.Location { return cmp.Or(c.Zone, event.Tokyo) }

// Moment reads a machine-readable time: ISO 8601 in its usual spellings, RFC 822
// dates, Unix seconds or milliseconds (10 or 13 digits). An instant is shown in
// the clock's zone. It is false for everything else, also for days that the
// calendar does not have.
func (c Clock) Moment(s string) (event.Moment, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return event.Moment{}, false
	}
	if s[0] > '9' {
		return c.mail(s)
	}
	if p, ok := basic(s); ok {
		return c.parts(p[:])
	}
	if m := isoTime.FindStringSubmatch(s); m != nil {
		return c.parts(m[1:])
	}
	if t, ok := epoch(s); ok {
		return event.At(t.In(c.zone())), true
	}
	return c.mail(s)
}

// epoch reads Unix seconds or milliseconds.
func epoch(s string) (time.Time, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}, false
	}
	switch len(s) {
	case 10:
		return time.Unix(n, 0), true
	case 13:
		return time.Unix(n/1000, 0), true
	}
	return time.Time{}, false
}

// mailTime is what the times of mails look like, from afar.
var mailTime = text.NewPattern(`^[ -~]{16,40}$`)

// mail reads a time as mails write it.
func (c Clock) mail(s string) (event.Moment, bool) {
	if !mailTime.MatchString(s) || !strings.ContainsAny(s, "nbrylgptvc") {
		return event.Moment{}, false
	}
	with := zoneNames.Replace(s)
	for _, layout := range mailLayouts {
		if t, err := time.Parse(layout, with); err == nil {
			return c.at(t, true), true
		}
	}
	return event.Moment{}, false
}

// basic splits the basic form of ISO 8601, as in iCalendar: 20260610,
// 20260610T1900, 20260610T190000Z, 20260610T190000+0900.
func basic(s string) (p [7]string, ok bool) {
	if !startsWithDigits(s, 8) {
		return p, false
	}
	p[0], p[1], p[2] = s[:4], s[4:6], s[6:8]
	if s = s[8:]; s == "" {
		return p, true
	}
	if s[0] != 'T' || !startsWithDigits(s[1:], 4) {
		return p, false
	}
	p[3], p[4], s = s[1:3], s[3:5], s[5:]
	if startsWithDigits(s, 2) {
		p[5], s = s[:2], s[2:]
	}
	p[6] = s
	return p, isBasicOffset(s)
}

// isBasicOffset reports whether s is "", "Z" or an offset without a colon.
func isBasicOffset(s string) bool {
	if s == "" || s == "Z" {
		return true
	}
	return len(s) == len("+0900") && strings.ContainsAny(s[:1], "+-") &&
		startsWithDigits(s[1:], 4)
}

// startsWithDigits reports whether s begins with n digits or more.
func startsWithDigits(s string, n int) bool { return figures(s[:min(len(s), n)]) == n }

// parts makes a moment of year, month, day, hour, minute, second and offset.
func (c Clock) parts(p []string) (event.Moment, bool) {
	var n [6]int
	for i := range n {
		n[i], _ = strconv.Atoi(p[i])
	}
	d := event.Date{Year: n[0], Month: time.Month(n[1]), Day: n[2]}
	if !d.Valid() {
		return event.Moment{}, false
	}
	if p[3] == "" {
		return event.On(d), true
	}
	if !isTimeOfDay(n[3], n[4], n[5]) {
		return event.Moment{}, false
	}
	zone, isStated := c.zone(), p[6] != ""
	if isStated {
		zone = offset(p[6])
	}
	if zone == nil {
		return event.Moment{}, false
	}
	t := time.Date(n[0], d.Month, n[2], n[3], n[4], n[5], 0, zone)
	return c.at(t, isStated), true
}

// isTimeOfDay reports whether a clock shows such a time, 24:00 and leap seconds
// among them.
func isTimeOfDay(hour, minute, second int) bool {
	if hour == 24 {
		return minute+second == 0
	}
	return hour < 24 && minute <= 59 && second <= 60
}

// at returns the moment of t in the clock's zone; where offsets are ignored, the
// hours stay and the zone changes.
func (c Clock) at(t time.Time, isStated bool) event.Moment {
	if isStated && c.IgnoreOffset {
		t = time.Date(
			t.Year(),
			t.Month(),
			t.Day(),
			t.Hour(),
			t.Minute(),
			t.Second(),
			0,
			c.zone(),
		)
	}
	return event.At(t.In(c.zone()))
}

// offsetNames are zones that stand in the place of an offset.
var offsetNames = map[string]*time.Location{
	"Z":   time.UTC,
	"UTC": time.UTC,
	"GMT": time.UTC,
	"JST": event.Tokyo,
}

// The greatest offset, in hours and minutes.
const (
	maxHours   = 15
	maxMinutes = 59
)

// offset returns the zone of "Z", "+09:00", "+0900", "+09" or a name, nil for what
// is none.
func offset(s string) *time.Location {
	if zone := offsetNames[strings.ToUpper(s)]; zone != nil {
		return zone
	}
	figures := strings.ReplaceAll(s[1:], ":", "") + "00"
	hours, minutes := number(figures[:2]), number(figures[2:4])
	if !startsWithDigits(figures, 4) || hours > maxHours || minutes > maxMinutes {
		return nil
	}
	seconds := (hours*60 + minutes) * 60
	if s[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone("", seconds)
}

// duration is an ISO 8601 or RFC 5545 duration; years and months are not read,
// for their length depends on the day.
var duration = text.NewPattern(
	`^\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$`,
)

// durationUnits are the units of its groups.
var durationUnits = []time.Duration{
	7 * 24 * time.Hour,
	24 * time.Hour,
	time.Hour,
	time.Minute,
	time.Second,
}

// maxLength is the longest duration that is believed.
const maxLength = 400 * 24 * time.Hour

// Duration reads "PT1H30M", "P1D", "P2W" or a number of minutes; false for
// everything else, for what is negative or longer than 400 days.
func Duration(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if n, err := strconv.Atoi(s); err == nil {
		return bounded(n, time.Minute)
	}
	m := duration.FindStringSubmatch(strings.ToUpper(s))
	if m == nil || strings.HasSuffix(s, "T") {
		return 0, false
	}
	var sum time.Duration
	for i, unit := range durationUnits {
		if m[i+1] == "" {
			continue
		}
		n, err := strconv.Atoi(m[i+1])
		d, ok := bounded(n, unit)
		if n == 0 && err == nil {
			continue
		}
		if !ok {
			return 0, false
		}
		sum += d
	}
	return sum, sum > 0 && sum <= maxLength
}

// bounded returns so many units, false for none and for more than is believed.
func bounded(n int, unit time.Duration) (time.Duration, bool) {
	if n <= 0 || n > int(maxLength/unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}
