package ics

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"

	"koyomi/internal/text"
)

// yearlyTurn is the rule by which a VTIMEZONE turns its clocks once a year.
var yearlyTurn = text.NewPattern(`^(?:[A-Z]+=[^;]*;)*?(?:BYMONTH=(\d{1,2});BYDAY=(-1|[1-4])(SU|MO|TU|WE|TH|FR|SA)|BYDAY=(-1|[1-4])(SU|MO|TU|WE|TH|FR|SA);BYMONTH=(\d{1,2}))(?:;|$)`)

// days are the days of the week as POSIX counts them.
var days = map[string]int{"SU": 0, "MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6}

// A turn is the half of a VTIMEZONE that tells of standard or of daylight time: the
// offset it turns to, when it first did, and by which rule it does each year.
type turn struct{ to, start, rule string }

// posix gives the moment of the turn as in a TZ of POSIX (M4.1.0/2); false where
// the rule is none of a day of the week in a month.
func (t turn) posix() (string, bool) {
	m := yearlyTurn.FindStringSubmatch(upper(t.rule))
	if m == nil {
		return "", false
	}
	month, week, day := m[1]+m[6], m[2]+m[4], m[3]+m[5]
	if week == "-1" {
		week = "5"
	}
	out := fmt.Sprintf("M%s.%s.%d", month, week, days[day])
	if _, clock, ok := strings.Cut(t.start, "T"); ok && len(clock) >= 4 {
		h, err := strconv.Atoi(clock[:2])
		if err != nil {
			return "", false
		}
		out += fmt.Sprintf("/%d:%s", h, clock[2:4])
	}
	return out, true
}

// named gives the offset of a turn as in a TZ of POSIX, where west is positive:
// <+0900>-9:00.
func (t turn) named() (string, bool) {
	o := clip(t.to)
	if len(o) != 5 || strings.Trim(o[1:], "0123456789") != "" {
		return "", false
	}
	sign := "-"
	if o[0] == '-' {
		sign = ""
	}
	return fmt.Sprintf("<%s>%s%s:%s", o, sign, strings.TrimPrefix(o[1:3], "0"), o[3:]), true
}

// turning gives the zone of a VTIMEZONE that turns its clocks by a rule of its own;
// nil where it does not. The zone has no name.
func turning(def *zoneDef) *time.Location {
	std, ok1 := def.standard.named()
	dst, ok2 := def.daylight.named()
	toStd, ok3 := def.standard.posix()
	toDst, ok4 := def.daylight.posix()
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return nil
	}
	loc, err := time.LoadLocationFromTZData("", zoneFile(std+dst+","+toDst+","+toStd))
	if err != nil {
		return nil
	}
	return loc
}

// zoneFile is the smallest file of a time zone (RFC 8536, version 2) that holds no
// more than a TZ of POSIX.
func zoneFile(tz string) []byte {
	part := func(b []byte) []byte {
		b = append(append(b, "TZif2"...), make([]byte, 15)...)
		for _, count := range []uint32{0, 0, 0, 0, 1, 4} { // one type, four characters of its name
			b = binary.BigEndian.AppendUint32(b, count)
		}
		return append(append(b, make([]byte, 6)...), "UTC\x00"...)
	}
	b := part(part(nil))
	return append(b, "\n"+tz+"\n"...)
}
