package ics

import (
	"cmp"
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"time"

	"koyomi/internal/text"
)

// Zones resolve the names of time zones, each once.
type zones struct {
	cal   *calendar
	known map[string]*time.Location
	// note takes words on names that had to be guessed at.
	note func(format string, args ...any)
}

// find returns the zone that a TZID means, nil where nothing says. An IANA name
// wins over a VTIMEZONE that says otherwise; then come the names of Windows, as its
// programs write or show them, the tail of a path, offsets, and the VTIMEZONE of
// that name.
func (z *zones) find(name string) *time.Location {
	loc, known := z.known[name]
	if !known {
		loc = z.resolve(name)
		z.known[name] = loc
	}
	return loc
}

func (z *zones) resolve(name string) *time.Location {
	plain := strings.Trim(name, `"' /`)
	loc := firstZone(
		load(plain),
		windows(plain),
		tail(plain),
		load(strings.Replace(plain, "-", "/", 1)), // US-Eastern
		common(plain),
	)
	if loc != nil {
		return loc
	}
	if def := z.cal.zones[name]; def != nil {
		if loc = z.defined(name, def); loc != nil {
			return loc
		}
	}
	return offsetZone(plain)
}

// firstZone returns the first of several zones that is one.
func firstZone(all ...*time.Location) *time.Location { return cmp.Or(all...) }

// load returns an IANA zone, nil where there is none of that name.
func load(name string) *time.Location {
	if name == "" || name == "Local" || strings.Contains(name, "..") {
		return nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return loc
}

// windowsList is the list of the time zones of Windows; its head says what the
// fields are.
//
//go:embed windows.tsv
var windowsList string

// windowsZones are the IANA zones by the names that Windows has for them, folded.
var windowsZones = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(windowsList) {
		zone, names, found := strings.Cut(strings.TrimSpace(line), "\t")
		if !found || strings.HasPrefix(line, "#") {
			continue
		}
		for name := range strings.SplitSeq(names, "\t") {
			out[text.Fold(name)] = zone
		}
	}
	return out
})

// shownOffset is the offset that Windows shows before the cities of a zone.
var shownOffset = text.NewPattern(`^\((?:utc|gmt)[^)]*\)\s*`)

// windows returns the zone of a name of Windows: "Tokyo Standard Time",
// "(UTC+09:00) Osaka, Sapporo, Tokyo". Of a zone that turns its clocks the offset
// alone holds for half of the year.
func windows(name string) *time.Location {
	folded := text.Fold(name)
	return load(windowsZones()[shownOffset.ReplaceAllString(folded, "")])
}

// tail returns the zone that a path ends in: /freeassociation.sourceforge.net/Tzfile/Europe/Paris.
func tail(name string) *time.Location {
	parts := strings.Split(name, "/")
	if len(parts) <= 2 {
		return nil
	}
	last := parts[len(parts)-2:]
	longer := parts[len(parts)-3:]
	return firstZone(load(strings.Join(longer, "/")), load(strings.Join(last, "/")))
}

// commonNames are other names that are met, in upper case.
var commonNames = map[string]string{
	"UTC": "UTC", "Z": "UTC", "GMT": "UTC", "COORDINATED UNIVERSAL TIME": "UTC",
	"JST": "Asia/Tokyo", "TOKYO": "Asia/Tokyo", "JAPAN": "Asia/Tokyo",
	"東京 (標準時)": "Asia/Tokyo", "日本標準時": "Asia/Tokyo", "東京": "Asia/Tokyo",
}

// common returns the zone of one of the names that are met beside those of lists.
func common(name string) *time.Location {
	name = strings.ToUpper(name)
	return load(commonNames[strings.TrimPrefix(name, "TZONE://MICROSOFT/")])
}

// offsetName is an offset written as a name: "GMT+0900", "UTC+9", "(UTC+09:00) Osaka".
var offsetName = text.NewPattern(
	`^\(?(?:UTC|GMT|Etc/GMT)? ?([+-−])(\d{1,2}):?(\d{2})?\)?(?: .*)?$`,
)

// offsetZone returns the zone of an offset that is written as a name.
func offsetZone(name string) *time.Location {
	m := offsetName.FindStringSubmatch(name)
	if m == nil {
		return nil
	}
	return fixed(m[1], m[2], m[3])
}

// The greatest offset, in hours and minutes.
const (
	maxHours   = 15
	maxMinutes = 59
)

// fixed returns the zone of an offset; +9 is Japan's.
func fixed(sign, hours, minutes string) *time.Location {
	h, _ := strconv.Atoi(hours)
	m, _ := strconv.Atoi(minutes)
	if h > maxHours || m > maxMinutes {
		return nil
	}
	seconds := (h*60 + m) * 60
	if sign != "+" {
		seconds = -seconds
	}
	if seconds == 9*60*60 {
		return load("Asia/Tokyo")
	}
	return time.FixedZone("", seconds)
}
