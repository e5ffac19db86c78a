package source

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"koyomi/internal/event"
	"koyomi/internal/strict"
)

// The bounds of the time between two polls of a source.
const (
	DefaultEvery = 4 * time.Hour
	MinEvery     = time.Hour
	MaxEvery     = 31 * day
)

// A Schedule says when sources are due: at the times of a cron line, or every so
// often. It is pure: the same moment, the same answer. Its zero value is every
// four hours.
type Schedule struct {
	line  string
	cron  *cron.SpecSchedule
	every time.Duration
}

// fields of a cron line, and the names that stand for one.
var fields = cron.NewParser(
	cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor,
)

// ParseSchedule reads a cron line of five fields in Asia/Tokyo or, after
// "CRON_TZ=ZONE ", in that zone; "@daily" and its like; "@every 6h". "" is the
// zero Schedule. An error says what is wrong and what to use; a line that comes
// more often than once an hour, or never, is one.
func ParseSchedule(line string) (Schedule, error) {
	if line == "" {
		return Schedule{}, nil
	}
	rest, zone, err := cronZone(line)
	if err != nil {
		return Schedule{}, err
	}
	if length, ok := strings.CutPrefix(strings.TrimSpace(rest), "@every "); ok {
		d, err := every(strings.TrimSpace(length))
		if err != nil {
			return Schedule{}, err
		}
		return Schedule{line: line, every: d}, nil
	}
	spec, err := cronSpec(rest, line)
	if err != nil {
		return Schedule{}, err
	}
	spec.Location = zone
	if err := atMostHourly(spec, line); err != nil {
		return Schedule{}, err
	}
	return Schedule{line: line, cron: spec}, nil
}

// cronSpec reads the fields of a line.
func cronSpec(fields, line string) (*cron.SpecSchedule, error) {
	shown := cut(line, 60)
	words := strings.Fields(fields)
	isName := len(words) == 1 && strings.HasPrefix(words[0], "@")
	if len(words) != 5 && !isName {
		return nil, fmt.Errorf(
			"expected a cron line of five fields, found %q (use \"30 7 * * *\", each day at 7:30, or \"@every 6h\")",
			shown,
		)
	}
	parsed, err := parseCron(fields)
	if err != nil {
		return nil, fmt.Errorf(
			"expected a cron line, found %q: %w (use \"30 7 * * *\", each day at 7:30)",
			shown,
			err,
		)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return nil, fmt.Errorf("expected a cron line, found %q (use \"@every 6h\")", shown)
	}
	return spec, nil
}

// atMostHourly checks that a line comes about, and no more than once an hour.
func atMostHourly(spec *cron.SpecSchedule, line string) error {
	const star = 1 << 63
	if bits.OnesCount64(spec.Minute&^star) > 1 {
		return fmt.Errorf(
			"expected at most one poll an hour, found %q (use one minute in the first field, as in \"17 * * * *\")",
			cut(line, 60),
		)
	}
	if spec.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, spec.Location)).IsZero() {
		return fmt.Errorf("expected a day that the calendar has, found %q", cut(line, 60))
	}
	return nil
}

// cronZone takes the zone off a line. The cron library panics on a line that is
// nothing but a zone.
func cronZone(line string) (rest string, zone *time.Location, err error) {
	for _, prefix := range []string{"CRON_TZ=", "TZ="} {
		name, ok := strings.CutPrefix(line, prefix)
		if !ok {
			continue
		}
		name, rest, _ = strings.Cut(name, " ")
		if strings.TrimSpace(rest) == "" {
			return "", nil, fmt.Errorf(
				"expected five fields after the zone, found %q (use \"CRON_TZ=Asia/Tokyo 30 7 * * *\")",
				cut(line, 60),
			)
		}
		zone, err = LoadZone(name)
		return rest, zone, err
	}
	return line, event.Tokyo, nil
}

// parseCron is the library's parser without its panics.
func parseCron(line string) (s cron.Schedule, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("it cannot be read")
		}
	}()
	if strings.Contains(line, "TZ=") {
		return nil, errors.New("one zone is enough")
	}
	return fields.Parse(line)
}

// every reads what follows @every.
func every(s string) (time.Duration, error) {
	d, ok := parseDuration(s)
	if !ok || d < MinEvery || d > MaxEvery {
		return 0, fmt.Errorf(
			"expected @every %s to @every %s, found %q",
			Duration(MinEvery),
			Duration(MaxEvery),
			"@every "+cut(s, 40),
		)
	}
	return d, nil
}

// UnmarshalText is ParseSchedule.
func (s *Schedule) UnmarshalText(b []byte) (err error) {
	*s, err = ParseSchedule(string(b))
	return err
}

// MarshalText returns the line.
func (s Schedule) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// String returns the line as it was written; "@every 4h" for the zero Schedule.
func (s Schedule) String() string {
	if s.line == "" {
		return "@every " + Duration(DefaultEvery).String()
	}
	return s.line
}

// Next returns the first moment after a moment at which the source with an id is
// due. A cron line means its own times, to the minute. "@every" has none of its
// own: each source has its place in the interval, always the same one, so that
// they come one after the other and not all together.
func (s Schedule) Next(id string, after time.Time) time.Time {
	if s.cron != nil {
		if next := s.cron.Next(after); !next.IsZero() {
			return next
		}
		return after.Add(MaxEvery) // a 29 February that is more than five years off
	}
	interval := cmp.Or(s.every, DefaultEvery)
	return gridAfter(after, interval, Offset(id, interval))
}

// NextSpread is Next for a line that many sources share: a cron line's times are
// spread over the hour that follows each.
func (s Schedule) NextSpread(id string, after time.Time) time.Time {
	if s.cron == nil {
		return s.Next(id, after)
	}
	offset := Offset(id, MinEvery)
	return s.Next(id, after.Add(-offset)).Add(offset)
}

// gridAfter returns the first moment after a moment that lies an offset behind a
// whole number of intervals since the year 1970.
func gridAfter(after time.Time, interval, offset time.Duration) time.Time {
	start := time.Unix(0, 0).Add(offset)
	n := after.Sub(start) / interval
	next := start.Add(n * interval)
	for !next.After(after) {
		next = next.Add(interval)
	}
	return next.In(after.Location())
}

// Next returns the first moment after a moment at which the source is due: by its
// own schedule, or by the operator's default.
func (s *Source) Next(after time.Time, otherwise Schedule) time.Time {
	if s.Schedule != "" {
		if own, err := ParseSchedule(s.Schedule); err == nil {
			return own.Next(s.ID, after)
		}
	}
	return otherwise.NextSpread(s.ID, after)
}

// LoadZone returns an IANA zone by name; an error names what was most likely meant.
// "Local" is not one: a file must mean the same on every machine.
func LoadZone(name string) (*time.Location, error) {
	loc, err := time.LoadLocation(name)
	if err == nil && name != "" && name != "Local" {
		return loc, nil
	}
	use := cmp.Or(
		zoneNames[strings.ToUpper(name)],
		strict.Nearest(name, commonZones),
		"Asia/Tokyo",
	)
	return nil, fmt.Errorf(
		"expected a zone by its IANA name, found %q (use %s)",
		cut(name, 40),
		use,
	)
}

// zoneNames are other ways in which zones are named.
var zoneNames = map[string]string{
	"JST": "Asia/Tokyo", "UTC+9": "Asia/Tokyo", "GMT+9": "Asia/Tokyo", "+09:00": "Asia/Tokyo", "+0900": "Asia/Tokyo",
	"TOKYO STANDARD TIME": "Asia/Tokyo", "TOKYO": "Asia/Tokyo", "JAPAN STANDARD TIME": "Asia/Tokyo", "日本": "Asia/Tokyo",
	"KST": "Asia/Seoul", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "CST": "America/Chicago",
	"CDT": "America/Chicago", "EDT": "America/New_York", "BST": "Europe/London", "CEST": "Europe/Berlin", "Z": "UTC",
}

// commonZones are those that a mistyped name is compared with.
var commonZones = []string{
	"Asia/Tokyo", "UTC", "Asia/Seoul", "Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Bangkok",
	"Asia/Kolkata", "Asia/Jakarta", "Asia/Manila", "Asia/Dubai", "Australia/Sydney", "Pacific/Auckland", "Pacific/Honolulu",
	"America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York", "America/Toronto", "America/Sao_Paulo",
	"Europe/London", "Europe/Berlin", "Europe/Paris", "Europe/Amsterdam", "Europe/Madrid", "Europe/Rome", "Europe/Warsaw",
	"Europe/Helsinki", "Europe/Kyiv", "Europe/Moscow", "Africa/Cairo", "Africa/Johannesburg",
}
