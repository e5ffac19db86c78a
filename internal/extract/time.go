package extract

import (
	"strconv"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
)

var (
	// isoTime is ISO 8601 in the spellings that are met: blank for T, slashes for
	// dashes, offset with or without colon, a zone's name after the time.
	isoTime = text.NewPattern(`^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:(?:[T ]| +)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|z|UTC|GMT|JST|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?$`)
	// mailLayouts are those of RFC 822 and its heirs, the zone as an offset.
	mailLayouts = []string{
		"Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04 -0700",
		"Mon, 2 Jan 06 15:04:05 -0700", "Monday, 2-Jan-06 15:04:05 -0700", "Mon Jan 2 15:04:05 -0700 2006",
	}
	zoneNames = strings.NewReplacer(" JST", " +0900", " GMT", " +0000", " UTC", " +0000", " Z", " +0000")
)

// A Clock says how times that machines write are to be read.
type Clock struct {
	// Zone is that of times that name none; nil means Asia/Tokyo.
	Zone *time.Location
	// IgnoreOffset reads the hours as those of Zone, whatever offset they claim.
	IgnoreOffset bool
}

func (c Clock) zone() *time.Location {
	if c.Zone == nil {
		return event.Tokyo
	}
	return c.Zone
}

// Moment reads a machine-readable time: ISO 8601 in its usual spellings, RFC 822
// dates, Unix seconds or milliseconds (10 or 13 digits). An instant is shown in
// the clock's zone. It is false for everything else, also for days that the
// calendar does not have.
func (c Clock) Moment(s string) (event.Moment, bool) {
	s = strings.TrimSpace(s)
	if s == "" || s[0] > '9' && len(s) < 16 {
		return event.Moment{}, false
	}
	if p, ok := basic(s); ok {
		return c.parts(p[:])
	}
	if m := isoTime.FindStringSubmatch(s); m != nil {
		return c.parts(m[1:])
	}
	if len(s) == 10 || len(s) == 13 {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 {
			if len(s) == 13 {
				n /= 1000
			}
			return event.At(time.Unix(n, 0).In(c.zone())), true
		}
	}
	if len(s) < 16 || len(s) > 40 || !strings.ContainsAny(s, "nbrylgptvc") || strings.IndexFunc(s, func(r rune) bool { return r > 0x7e }) >= 0 {
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
	if len(s) < 8 || !digits(s[:8]) {
		return p, false
	}
	p[0], p[1], p[2] = s[:4], s[4:6], s[6:8]
	if s = s[8:]; s == "" {
		return p, true
	}
	if s[0] != 'T' || len(s) < 5 || !digits(s[1:5]) {
		return p, false
	}
	p[3], p[4] = s[1:3], s[3:5]
	if s = s[5:]; len(s) >= 2 && digits(s[:2]) {
		p[5], s = s[:2], s[2:]
	}
	p[6] = s
	return p, s == "" || s == "Z" || len(s) == 5 && (s[0] == '+' || s[0] == '-') && digits(s[1:])
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

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
	if n[3] > 24 || n[4] > 59 || n[5] > 60 || n[3] == 24 && n[4]+n[5] > 0 {
		return event.Moment{}, false
	}
	zone, stated := c.zone(), p[6] != ""
	if stated {
		zone = offset(p[6])
	}
	if zone == nil {
		return event.Moment{}, false
	}
	return c.at(time.Date(n[0], d.Month, n[2], n[3], n[4], n[5], 0, zone), stated), true
}

// at gives the moment of t in the clock's zone; where offsets are ignored, the
// hours stay and the zone changes.
func (c Clock) at(t time.Time, stated bool) event.Moment {
	if stated && c.IgnoreOffset {
		t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, c.zone())
	}
	return event.At(t.In(c.zone()))
}

// offset gives the zone of "Z", "+09:00", "+0900", "+09" or a name.
func offset(s string) *time.Location {
	switch strings.ToUpper(s) {
	case "Z", "UTC", "GMT":
		return time.UTC
	case "JST":
		return event.Tokyo
	}
	digits := strings.ReplaceAll(s[1:], ":", "") + "00"
	h, err1 := strconv.Atoi(digits[:2])
	m, err2 := strconv.Atoi(digits[2:4])
	if err1 != nil || err2 != nil || h > 15 || m > 59 {
		return nil
	}
	secs := h*3600 + m*60
	if s[0] == '-' {
		secs = -secs
	}
	return time.FixedZone("", secs)
}

// duration is an ISO 8601 or RFC 5545 duration; years and months are not read,
// for their length depends on the day.
var duration = text.NewPattern(`^([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$`)

// maxLength is the longest duration that is believed.
const maxLength = 400 * 24 * time.Hour

// Duration reads "PT1H30M", "P1D", "P2W" or a number of minutes; false for
// everything else, for what is negative or longer than 400 days.
func Duration(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if n, err := strconv.Atoi(s); err == nil {
		return bounded(time.Duration(n)*time.Minute, n > 0 && n < 1_000_000)
	}
	m := duration.FindStringSubmatch(strings.ToUpper(s))
	if m == nil || m[1] == "-" || strings.HasSuffix(s, "P") || strings.HasSuffix(s, "T") {
		return 0, false
	}
	var d time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if m[i+2] == "" {
			continue
		}
		n, err := strconv.Atoi(m[i+2])
		if err != nil || n > int(maxLength/unit) {
			return 0, false
		}
		d += time.Duration(n) * unit
	}
	return bounded(d, true)
}

func bounded(d time.Duration, ok bool) (time.Duration, bool) {
	if !ok || d <= 0 || d > maxLength {
		return 0, false
	}
	return d, true
}
