package sqlstore

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"koyomi/internal/event"
)

// dayNumber returns a day as a number that reads and sorts like it, 20090528; 0 for
// no day.
func dayNumber(d event.Date) int64 {
	return int64(d.Year)*10000 + int64(d.Month)*100 + int64(d.Day)
}

func dayOf(n int64) event.Date {
	return event.Date{
		Year:  int(n / 10000),
		Month: time.Month(n / 100 % 100),
		Day:   int(n % 100),
	}
}

// The instants that fit into nanoseconds since 1970.
var (
	earliest = time.Date(1678, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
)

// An instant is a time.Time in a column: nanoseconds since 1970, NULL for the zero
// time. It comes back in UTC.
type instant struct{ time.Time }

// nanos returns an instant as a value to store.
func nanos(t time.Time) (any, error) {
	switch {
	case t.IsZero():
		return nil, nil
	case t.Before(earliest), !t.Before(latest):
		return nil, fmt.Errorf(
			"the time %s is outside the years 1678 to 2261",
			t.Format(time.RFC3339),
		)
	}
	return t.UnixNano(), nil
}

// Scan reads a column.
func (i *instant) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		i.Time = time.Time{}
	case int64:
		i.Time = time.Unix(0, v).UTC()
	default:
		return fmt.Errorf("a time is stored as %T", v)
	}
	return nil
}

// seconds returns the instant of a moment as a value to store; NULL for a day.
func seconds(m event.Moment) any {
	if m.Time.IsZero() {
		return nil
	}
	return m.Time.Unix()
}

// momentOf puts a moment together again.
func momentOf(day int64, at sql.NullInt64, zone *time.Location) event.Moment {
	if at.Valid {
		return event.At(time.Unix(at.Int64, 0).In(zone))
	}
	return event.Moment{Date: dayOf(day)}
}

// zones are those that were looked up, by name.
var zones sync.Map

// zoneNamed returns the zone of a span by its name, as event.Zone does.
func zoneNamed(name string) *time.Location {
	if name == "Asia/Tokyo" {
		return event.Tokyo
	}
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location)
	}
	z := event.Zone(name)
	zones.Store(name, z)
	return z
}

// zoneText names the zone of an instant so that ZoneFrom finds it: an IANA name, or
// an offset like "+09:00" where its zone has no such name. It is "" where the zone
// is the one that is implied.
func zoneText(t, implied *time.Location, at time.Time) string {
	name := t.String()
	if t == implied || name == implied.String() {
		return ""
	}
	if named, err := time.LoadLocation(name); err == nil && name != "" && name != "Local" &&
		sameOffset(named, t, at) {
		return name
	}
	return at.In(t).Format("-07:00")
}

func sameOffset(a, b *time.Location, at time.Time) bool {
	_, x := at.In(a).Zone()
	_, y := at.In(b).Zone()
	return x == y
}

// ZoneFrom returns the zone that zoneText named.
func ZoneFrom(name string, implied *time.Location) (*time.Location, error) {
	if name == "" {
		return implied, nil
	}
	if name[0] == '+' || name[0] == '-' {
		t, err := time.Parse("-07:00", name)
		if err != nil {
			return nil, fmt.Errorf("zone %q is not an offset", name)
		}
		_, offset := t.Zone()
		return time.FixedZone("", offset), nil
	}
	if z, ok := zones.Load("\n" + name); ok {
		return z.(*time.Location), nil
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	zones.Store("\n"+name, z)
	return z, nil
}

// momentText writes a moment in UTC with its zone in brackets where that is not the
// implied one (RFC 9557): "2009-05-28", "2009-05-28T10:00:00Z",
// "2009-05-28T10:00:00Z[Europe/Berlin]".
func momentText(m event.Moment, implied *time.Location) string {
	if m.Time.IsZero() {
		return m.Date.String()
	}
	s := m.Time.UTC().Format(time.RFC3339)
	if zone := zoneText(m.Time.Location(), implied, m.Time); zone != "" {
		s += "[" + zone + "]"
	}
	return s
}

// parseMoment reads what momentText writes.
func parseMoment(s string, implied *time.Location) (event.Moment, error) {
	s, zone, _ := strings.Cut(strings.TrimSuffix(s, "]"), "[")
	loc, err := ZoneFrom(zone, implied)
	if err != nil {
		return event.Moment{}, err
	}
	return event.ParseMoment(s, loc)
}

// jsonText returns a list or map as JSON to store, NULL where it is empty.
func jsonText[T any, S ~[]T](s S) (any, error) {
	if len(s) == 0 {
		return nil, nil
	}
	b, err := json.Marshal(s)
	return string(b), err
}

// A jsonOf is a JSON column that is read into what it points at; NULL leaves that
// as it is.
type jsonOf struct{ into any }

// Scan reads a column.
func (j jsonOf) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), j.into)
	case []byte:
		return json.Unmarshal(v, j.into)
	}
	return fmt.Errorf("JSON is stored as %T", v)
}
