package ics

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// A zoneDef is a VTIMEZONE: a name of its zone elsewhere, and its observances.
type zoneDef struct {
	location    string
	observances []*observance
}

// An observance is a STANDARD or DAYLIGHT of a VTIMEZONE: the offset that it turns
// to, when it first did, and on which days or by which rule it does further.
type observance struct {
	daylight       bool
	from, to, name string
	start, rule    string
	dates          []string
}

// take keeps what a zone says of an observance.
func (o *observance) take(prop property) {
	value := strings.TrimSpace(prop.value)
	switch prop.name {
	case "TZOFFSETFROM":
		o.from = value
	case "TZOFFSETTO":
		o.to = value
	case "TZNAME":
		o.name = value
	case "DTSTART":
		o.start = value
	case "RRULE":
		o.rule = upper(value)
	case "RDATE":
		o.dates = append(o.dates, strings.Split(value, ",")...)
	}
}

// offsetPairs are the zones for the offsets of standard and daylight time of a
// VTIMEZONE that says neither its name nor its rules.
var offsetPairs = map[string]string{
	"-0500-0400": "America/New_York", "-0600-0500": "America/Chicago", "-0700-0600": "America/Denver", "-0800-0700": "America/Los_Angeles",
	"+0000+0100": "Europe/London", "+0100+0200": "Europe/Berlin", "+0200+0300": "Europe/Helsinki", "+1000+1100": "Australia/Sydney", "+1200+1300": "Pacific/Auckland",
}

// defined returns the zone that a VTIMEZONE of the file makes.
func (z *zones) defined(name string, def *zoneDef) *time.Location {
	if loc := load(def.location); loc != nil {
		return loc
	}
	standard, daylight := def.last(false), def.last(true)
	if loc := load(offsetPairs[clip(standard)+clip(daylight)]); loc != nil &&
		!def.hasEras() {
		z.note("the zone %q is taken for %s, by its offsets", name, loc)
		return loc
	}
	if loc := def.turning(); loc != nil {
		return loc
	}
	offset := clip(cmp.Or(standard, daylight))
	if len(offset) != len("+0900") {
		return nil
	}
	if offset != "+0900" || daylight != "" {
		z.note("the zone %q is taken for the offset %s", name, offset)
	}
	return fixed(offset[:1], offset[1:3], offset[3:])
}

// last returns the offset of the last observance of a sort, "" where there is none.
func (d *zoneDef) last(daylight bool) string {
	for _, o := range slices.Backward(d.observances) {
		if o.daylight == daylight {
			return o.to
		}
	}
	return ""
}

// hasEras reports whether there are several observances of one sort.
func (d *zoneDef) hasEras() bool {
	n := 0
	for _, o := range d.observances {
		if o.daylight {
			n++
		}
	}
	return n > 1 || len(d.observances)-n > 1
}

// clip cuts the seconds of an offset.
func clip(s string) string { return s[:min(len(s), len("+0900"))] }

// seconds reads an offset; false for what is none.
func seconds(offset string) (int, bool) {
	s := clip(offset)
	if len(s) != len("+0900") {
		return 0, false
	}
	hours, err := strconv.Atoi(s[1:3])
	minutes, err2 := strconv.Atoi(s[3:])
	if err != nil || err2 != nil || hours > maxHours {
		return 0, false
	}
	n := (hours*60 + minutes) * 60
	if s[0] == '-' {
		n = -n
	}
	return n, true
}

// A transition is the moment at which clocks turn to an offset.
type transition struct {
	at     time.Time
	offset int
}

// firstTurn and lastTurn are the years in which the turns of a zone are counted through.
var (
	firstTurn = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	lastTurn  = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// maxTurns bounds the turns of one zone.
const maxTurns = 2_000

// turning returns the zone whose clocks turn as the observances say, each in its
// own era; nil where they do not turn. The zone has no name.
func (d *zoneDef) turning() *time.Location {
	var all []transition
	for _, o := range d.observances {
		if all = append(all, o.transitions()...); len(all) > maxTurns {
			return nil
		}
	}
	slices.SortStableFunc(all, func(a, b transition) int { return a.at.Compare(b.at) })
	all = slices.CompactFunc(
		all,
		func(a, b transition) bool { return a.offset == b.offset },
	)
	if len(all) < 2 {
		return nil
	}
	loc, err := time.LoadLocationFromTZData("", zoneFile(all))
	if err != nil {
		return nil
	}
	return loc
}

// transitions returns the turns of one observance.
func (o *observance) transitions() []transition {
	offset, ok := seconds(o.to)
	if !ok {
		return nil
	}
	before, ok := seconds(o.from)
	if !ok {
		before = offset
	}
	// The moments are those of a clock that shows the time before the turn.
	clock := time.FixedZone("", before)
	start, ok := wallTime(o.start, clock)
	if !ok {
		return nil
	}
	moments := []time.Time{start}
	for _, day := range o.dates {
		if t, ok := wallTime(day, clock); ok {
			moments = append(moments, t)
		}
	}
	moments = append(moments, o.ruled(start)...)
	out := make([]transition, len(moments))
	for i, t := range moments {
		out[i] = transition{t, offset}
	}
	return out
}

// ruled returns the turns by an observance's rule.
func (o *observance) ruled(start time.Time) []time.Time {
	if o.rule == "" {
		return nil
	}
	opt, err := rrule.StrToROptionInLocation(o.rule, start.Location())
	if err != nil || opt.Freq != rrule.YEARLY {
		return nil
	}
	opt.Dtstart = start
	if start.Before(firstTurn) { // 1601, as Outlook writes it
		opt.Dtstart = start.AddDate(firstTurn.Year()-start.Year(), 0, 0)
	}
	if opt.Until.IsZero() || opt.Until.After(lastTurn) {
		opt.Until = lastTurn
	}
	rule, err := rrule.NewRRule(*opt)
	if err != nil {
		return nil
	}
	var out []time.Time
	next := rule.Iterator()
	for t, more := next(); more && len(out) < maxTurns; t, more = next() {
		out = append(out, t)
	}
	return out
}

// wallTime reads a local time as the clock of a zone shows it.
func wallTime(s string, zone *time.Location) (time.Time, bool) {
	for _, layout := range []string{"20060102T150405", "20060102T150405Z", "20060102T1504", "20060102"} {
		if t, err := time.ParseInLocation(layout, strings.TrimSpace(s), zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// zoneFile is a file of a time zone (RFC 8536, version 2) with the given turns.
func zoneFile(turns []transition) []byte {
	var offsets []int
	for _, t := range turns {
		if !slices.Contains(offsets, t.offset) {
			offsets = append(offsets, t.offset)
		}
	}
	b := zoneHeader(nil, 0, 1) // the part of version 1, which is passed over
	b = append(b, 0, 0, 0, 0, 0, 0)
	b = append(b, "UTC\x00"...)
	b = zoneHeader(b, len(turns), len(offsets))
	for _, t := range turns {
		b = binary.BigEndian.AppendUint64(b, uint64(t.at.Unix()))
	}
	for _, t := range turns {
		b = append(b, byte(slices.Index(offsets, t.offset)))
	}
	for _, o := range offsets {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(o)))
		b = append(b, 0, 0)
	}
	b = append(b, "UTC\x00"...)
	return append(b, "\n\n"...)
}

// zoneHeader begins a part of such a file: how many turns and types of time it has.
func zoneHeader(b []byte, turns, types int) []byte {
	b = append(b, "TZif2"...)
	b = append(b, make([]byte, 15)...)
	for _, count := range []int{0, 0, 0, turns, types, len("UTC\x00")} {
		b = binary.BigEndian.AppendUint32(b, uint32(count))
	}
	return b
}
