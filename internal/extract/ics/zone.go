package ics

import (
	"strconv"
	"strings"
	"time"

	"koyomi/internal/text"
)

// An iana resolves names of zones, each once.
type zones struct {
	cal   *calendar
	known map[string]*time.Location
	// notes are words on names that had to be helped.
	note func(format string, args ...any)
}

// offsetName is an offset written as a name: "GMT+0900", "UTC+9", "(UTC+09:00) Osaka".
var offsetName = text.NewPattern(`^\(?(?:UTC|GMT|Etc/GMT)? ?([+-−])(\d{1,2}):?(\d{2})?\)?(?: .*)?$`)

// pairs are the zones for the offsets of standard and daylight time of a
// VTIMEZONE whose name says nothing.
var pairs = map[string]string{
	"-0500-0400": "America/New_York", "-0600-0500": "America/Chicago", "-0700-0600": "America/Denver", "-0800-0700": "America/Los_Angeles",
	"+0000+0100": "Europe/London", "+0100+0200": "Europe/Berlin", "+0200+0300": "Europe/Helsinki", "+1000+1100": "Australia/Sydney", "+1200+1300": "Pacific/Auckland",
}

// find gives the zone that a TZID means, nil where nothing tells. An IANA name
// wins over a VTIMEZONE that says otherwise; then come names of Windows (CLDR
// windowsZones), the tail of a path, offsets, and the VTIMEZONE of that name.
func (z *zones) find(name string) *time.Location {
	if loc, ok := z.known[name]; ok {
		return loc
	}
	loc := z.resolve(name)
	z.known[name] = loc
	return loc
}

func (z *zones) resolve(name string) *time.Location {
	plain := strings.Trim(name, `"' /`)
	if loc := load(plain); loc != nil {
		return loc
	}
	if loc := load(windowsZones[plain]); loc != nil {
		return loc
	}
	if parts := strings.Split(plain, "/"); len(parts) > 2 {
		for n := 3; n >= 2; n-- {
			if len(parts) >= n {
				if loc := load(strings.Join(parts[len(parts)-n:], "/")); loc != nil {
					return loc
				}
			}
		}
	}
	if loc := load(strings.Replace(plain, "-", "/", 1)); loc != nil { // US-Eastern
		return loc
	}
	switch strings.ToUpper(strings.TrimPrefix(strings.ToLower(plain), "tzone://microsoft/")) {
	case "UTC", "Z", "GMT":
		return time.UTC
	case "JST", "TOKYO", "JAPAN":
		return load("Asia/Tokyo")
	}
	if m := offsetName.FindStringSubmatch(plain); m != nil {
		return fixed(m[1], m[2], m[3])
	}
	return z.defined(name)
}

// defined takes the zone from the file's own VTIMEZONE.
func (z *zones) defined(name string) *time.Location {
	def := z.cal.zones[name]
	if def == nil {
		return nil
	}
	if loc := load(def.location); loc != nil {
		return loc
	}
	if loc := load(pairs[clip(def.standard.to)+clip(def.daylight.to)]); loc != nil {
		z.note("the zone %q is taken for %s, by its offsets", name, loc)
		return loc
	}
	if loc := turning(def); loc != nil {
		return loc
	}
	s := clip(def.standard.to)
	if s == "" {
		s = clip(def.daylight.to)
	}
	if len(s) != 5 {
		return nil
	}
	if s == "+0900" && def.daylight.to == "" {
		return load("Asia/Tokyo")
	}
	z.note("the zone %q is taken for the offset %s", name, s)
	return fixed(s[:1], s[1:3], s[3:])
}

// clip cuts the seconds of an offset.
func clip(s string) string { return s[:min(len(s), 5)] }

func fixed(sign, hours, minutes string) *time.Location {
	h, _ := strconv.Atoi(hours)
	m, _ := strconv.Atoi(minutes)
	if h > 15 || m > 59 {
		return nil
	}
	if sign == "+" && h == 9 && m == 0 {
		return load("Asia/Tokyo")
	}
	secs := h*3600 + m*60
	if sign != "+" {
		secs = -secs
	}
	return time.FixedZone("", secs)
}

// load gives an IANA zone, nil where there is none of that name.
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

// windowsZones are the names that Exchange and Outlook write, with the zone that
// Unicode CLDR (windowsZones.xml, territory 001) gives for them.
var windowsZones = map[string]string{
	"Tokyo Standard Time": "Asia/Tokyo", "Korea Standard Time": "Asia/Seoul", "China Standard Time": "Asia/Shanghai",
	"Taipei Standard Time": "Asia/Taipei", "Singapore Standard Time": "Asia/Singapore", "W. Australia Standard Time": "Australia/Perth",
	"AUS Eastern Standard Time": "Australia/Sydney", "E. Australia Standard Time": "Australia/Brisbane", "Cen. Australia Standard Time": "Australia/Adelaide",
	"AUS Central Standard Time": "Australia/Darwin", "Tasmania Standard Time": "Australia/Hobart", "West Pacific Standard Time": "Pacific/Port_Moresby",
	"New Zealand Standard Time": "Pacific/Auckland", "Fiji Standard Time": "Pacific/Fiji", "Samoa Standard Time": "Pacific/Apia", "Tonga Standard Time": "Pacific/Tongatapu",
	"SE Asia Standard Time": "Asia/Bangkok", "Myanmar Standard Time": "Asia/Yangon", "Bangladesh Standard Time": "Asia/Dhaka", "India Standard Time": "Asia/Kolkata",
	"Sri Lanka Standard Time": "Asia/Colombo", "Nepal Standard Time": "Asia/Kathmandu", "Central Asia Standard Time": "Asia/Bishkek", "Pakistan Standard Time": "Asia/Karachi",
	"West Asia Standard Time": "Asia/Tashkent", "Afghanistan Standard Time": "Asia/Kabul", "Iran Standard Time": "Asia/Tehran", "Arabian Standard Time": "Asia/Dubai",
	"Arab Standard Time": "Asia/Riyadh", "Arabic Standard Time": "Asia/Baghdad", "Israel Standard Time": "Asia/Jerusalem", "Jordan Standard Time": "Asia/Amman",
	"Turkey Standard Time": "Europe/Istanbul", "Russian Standard Time": "Europe/Moscow", "Belarus Standard Time": "Europe/Minsk", "Georgian Standard Time": "Asia/Tbilisi",
	"Caucasus Standard Time": "Asia/Yerevan", "Azerbaijan Standard Time": "Asia/Baku", "Ekaterinburg Standard Time": "Asia/Yekaterinburg", "N. Central Asia Standard Time": "Asia/Novosibirsk",
	"North Asia Standard Time": "Asia/Krasnoyarsk", "North Asia East Standard Time": "Asia/Irkutsk", "Yakutsk Standard Time": "Asia/Yakutsk", "Vladivostok Standard Time": "Asia/Vladivostok",
	"Ulaanbaatar Standard Time": "Asia/Ulaanbaatar", "Magadan Standard Time": "Asia/Magadan", "Sakhalin Standard Time": "Asia/Sakhalin",
	"GMT Standard Time": "Europe/London", "Greenwich Standard Time": "Atlantic/Reykjavik", "W. Europe Standard Time": "Europe/Berlin", "Central Europe Standard Time": "Europe/Budapest",
	"Romance Standard Time": "Europe/Paris", "Central European Standard Time": "Europe/Warsaw", "W. Central Africa Standard Time": "Africa/Lagos", "E. Europe Standard Time": "Europe/Chisinau",
	"GTB Standard Time": "Europe/Bucharest", "FLE Standard Time": "Europe/Kiev", "Kaliningrad Standard Time": "Europe/Kaliningrad", "Middle East Standard Time": "Asia/Beirut",
	"Egypt Standard Time": "Africa/Cairo", "South Africa Standard Time": "Africa/Johannesburg", "E. Africa Standard Time": "Africa/Nairobi", "Morocco Standard Time": "Africa/Casablanca",
	"Eastern Standard Time": "America/New_York", "US Eastern Standard Time": "America/Indiana/Indianapolis", "Central Standard Time": "America/Chicago", "Mountain Standard Time": "America/Denver",
	"US Mountain Standard Time": "America/Phoenix", "Pacific Standard Time": "America/Los_Angeles", "Alaskan Standard Time": "America/Anchorage", "Hawaiian Standard Time": "Pacific/Honolulu",
	"Atlantic Standard Time": "America/Halifax", "Newfoundland Standard Time": "America/St_Johns", "Canada Central Standard Time": "America/Regina", "Central America Standard Time": "America/Guatemala",
	"Central Standard Time (Mexico)": "America/Mexico_City", "Pacific Standard Time (Mexico)": "America/Tijuana", "SA Pacific Standard Time": "America/Bogota", "SA Western Standard Time": "America/La_Paz",
	"SA Eastern Standard Time": "America/Cayenne", "E. South America Standard Time": "America/Sao_Paulo", "Argentina Standard Time": "America/Buenos_Aires", "Pacific SA Standard Time": "America/Santiago",
	"Montevideo Standard Time": "America/Montevideo", "Venezuela Standard Time": "America/Caracas", "Azores Standard Time": "Atlantic/Azores", "Cape Verde Standard Time": "Atlantic/Cape_Verde",
	"UTC": "UTC", "Coordinated Universal Time": "UTC", "UTC-11": "Etc/GMT+11", "UTC-02": "Etc/GMT+2", "UTC+12": "Etc/GMT-12", "Dateline Standard Time": "Etc/GMT+12",
}
