package sqlstore

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
)

// eventColumns are the columns of an event in the order in which eventRow reads
// them; derivedColumns those that are made from them.
const (
	eventColumns = `uid, community, title, start_day, start_at, end_day, end_at, zone, status, type, mode,
		url, location, area, online_url, number, tags, sources, more, sequence, created, updated, cancelled,
		withdrawn, merged_into, description`
	derivedColumns = `begin_at, over_at, open_end, hidden, block`
)

// upsertEvent writes an event and returns its row where that became different.
var upsertEvent = func() string {
	columns := eventColumns + ", " + derivedColumns
	n := strings.Count(columns, ",") + 1
	return fmt.Sprintf(`INSERT INTO events (%s) VALUES (%s)
		ON CONFLICT (uid) DO UPDATE SET (%[1]s) = (%[3]s) WHERE (%[4]s) IS DISTINCT FROM (%[3]s)
		RETURNING id`, columns, places(n), prefixed("excluded.", columns), prefixed("events.", columns))
}()

// places returns "$1, $2, …".
func places(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	return b.String()
}

// prefixed writes a prefix before each name of a list.
func prefixed(prefix, columns string) string {
	names := strings.Split(columns, ",")
	for i, n := range names {
		names[i] = prefix + strings.TrimSpace(n)
	}
	return strings.Join(names, ", ")
}

// more is what few events have.
type more struct {
	Sessions [][2]string `json:"sessions,omitempty"`
	Geo      *event.Geo  `json:"geo,omitempty"`
	Opens    string      `json:"opens,omitempty"`
	Closes   string      `json:"closes,omitempty"`
	// StartZone and EndZone are set where the moments are told in another zone than
	// the span's.
	StartZone string `json:"start_zone,omitempty"`
	EndZone   string `json:"end_zone,omitempty"`
	// Fields are those of event.Fields that have neither a column nor a name above.
	Fields map[string]json.RawMessage `json:"fields,omitempty"`
}

// placed names the fields that have a column or a place of their own in more.
var placed = map[string]bool{
	"status":              true,
	"start":               true,
	"location":            true,
	"mode":                true,
	"online_url":          true,
	"title":               true,
	"url":                 true,
	"description":         true,
	"tags":                true,
	"registration_opens":  true,
	"registration_closes": true,
	"sources":             true,
	"community":           true,
	"end":                 true,
	"sessions":            true,
	"zone":                true,
	"type":                true,
	"area":                true,
	"geo":                 true,
	"number":              true,
}

// unplaced are the fields that are kept by their names.
var unplaced = slices.DeleteFunc(
	slices.Clone(event.Fields),
	func(f event.Field) bool { return placed[f.Name] },
)

func (m more) empty() bool {
	return len(m.Sessions)+len(m.Fields) == 0 && m.Geo == nil &&
		m.Opens+m.Closes+m.StartZone+m.EndZone == ""
}

func moreOf(d event.Details) (more, error) {
	zone := zoneNamed(d.Zone)
	m := more{
		Geo:    d.Geo,
		Opens:  momentText(d.RegistrationOpens, zone),
		Closes: momentText(d.RegistrationCloses, zone),
	}
	for _, s := range d.Sessions {
		m.Sessions = append(
			m.Sessions,
			[2]string{momentText(s.Start, zone), momentText(s.End, zone)},
		)
	}
	if !d.Start.Time.IsZero() {
		m.StartZone = zoneText(d.Start.Time.Location(), zone, d.Start.Time)
	}
	if !d.End.Time.IsZero() {
		m.EndZone = zoneText(d.End.Time.Location(), zone, d.End.Time)
	}
	var err error
	m.Fields, err = namedValues(d)
	return m, err
}

// namedValues returns the values of the fields that are kept by their names.
func namedValues(d event.Details) (map[string]json.RawMessage, error) {
	var all map[string]json.RawMessage
	e := event.Event{Details: d}
	for _, f := range unplaced {
		b, err := event.EncodeValue(f.Get(&e))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		if b == nil {
			continue
		}
		if all == nil {
			all = map[string]json.RawMessage{}
		}
		all[f.Name] = b
	}
	return all, nil
}

// setNamed puts the values that are kept by their names into d.
func setNamed(d *event.Details, values map[string]json.RawMessage) error {
	if len(values) == 0 {
		return nil
	}
	e := event.Event{Details: *d}
	for _, f := range unplaced {
		v, err := event.DecodeValue(f.Name, values[f.Name])
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		f.Set(&e, v)
	}
	*d = e.Details
	return nil
}

// into returns a Details what few have.
func (m more) into(d *event.Details) (err error) {
	zone := zoneNamed(d.Zone)
	d.Geo = m.Geo
	if d.RegistrationOpens, err = parseMoment(m.Opens, zone); err != nil {
		return err
	}
	if d.RegistrationCloses, err = parseMoment(m.Closes, zone); err != nil {
		return err
	}
	if d.Sessions, err = sessionsOf(m.Sessions, zone); err != nil {
		return err
	}
	for _, one := range []struct {
		name string
		m    *event.Moment
	}{{m.StartZone, &d.Start}, {m.EndZone, &d.End}} {
		if one.name == "" {
			continue
		}
		other, err := ZoneFrom(one.name, zone)
		if err != nil {
			return err
		}
		*one.m = one.m.In(other)
	}
	return setNamed(d, m.Fields)
}

func sessionsOf(texts [][2]string, zone *time.Location) ([]event.Session, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	all := make([]event.Session, len(texts))
	for i, t := range texts {
		var err error
		if all[i].Start, err = parseMoment(t[0], zone); err != nil {
			return nil, err
		}
		if all[i].End, err = parseMoment(t[1], zone); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// eventValues returns the values of an event's columns.
func eventValues(e event.Event) ([]any, error) {
	tags, err := jsonText(e.Tags)
	if err != nil {
		return nil, err
	}
	sources, err := jsonText(e.Sources)
	if err != nil {
		return nil, err
	}
	rest, err := moreText(e.Details)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", e.UID, err)
	}
	instants := make([]any, 3)
	for i, t := range []time.Time{e.Created, e.Updated, e.CancelledAt} {
		if instants[i], err = nanos(t); err != nil {
			return nil, fmt.Errorf("event %s: %w", e.UID, err)
		}
	}
	hidden := e.Withdrawn || e.MergedInto != ""
	return []any{
		e.UID,
		e.Community,
		e.Title,
		dayNumber(e.Start.Date),
		seconds(e.Start),
		dayNumber(e.End.Date),
		seconds(e.End),
		e.Zone,
		string(e.Status),
		string(e.Type),
		string(e.Mode),
		e.URL,
		e.Location,
		e.Area,
		e.OnlineURL,
		e.Number,
		tags,
		sources,
		rest,
		e.Sequence,
		instants[0],
		instants[1],
		instants[2],
		flag(e.Withdrawn),
		e.MergedInto,
		e.Description,
		e.Start.Begin(e.Span.Location()).
			Unix(),
		e.Over(0).Unix(),
		flag(openEnd(e.Span)),
		flag(hidden),
		ledger.Block(e.Details),
	}, nil
}

// moreText returns what few events have as JSON to store, NULL for nothing.
func moreText(d event.Details) (any, error) {
	m, err := moreOf(d)
	if err != nil || m.empty() {
		return nil, err
	}
	b, err := json.Marshal(m)
	return string(b), err
}

// openEnd reports whether a reader's assumption says how long the span is.
func openEnd(s event.Span) bool { return s.End.IsZero() && !s.AllDay() }

// An eventRow is where the columns of an event are read into.
type eventRow struct {
	e                        event.Event
	startDay, endDay         int64
	startAt, endAt           sql.NullInt64
	tags, sources, more      sql.NullString
	created, updated, cancel instant
	// Of the plain types that database/sql copies fastest.
	status, kind, mode  string
	sequence, withdrawn int64
}

// dest returns what eventColumns are scanned into.
func (r *eventRow) dest() []any {
	e := &r.e
	return []any{
		&e.UID,
		&e.Community,
		&e.Title,
		&r.startDay,
		&r.startAt,
		&r.endDay,
		&r.endAt,
		&e.Zone,
		&r.status,
		&r.kind,
		&r.mode,
		&e.URL,
		&e.Location,
		&e.Area,
		&e.OnlineURL,
		&e.Number,
		&r.tags,
		&r.sources,
		&r.more,
		&r.sequence,
		&r.created,
		&r.updated,
		&r.cancel,
		&r.withdrawn,
		&e.MergedInto,
		&e.Description,
	}
}

// event returns the event that was scanned.
func (r *eventRow) event() (event.Event, error) {
	e := r.e
	zone := zoneNamed(e.Zone)
	e.Status, e.Type, e.Mode = event.Status(
		r.status,
	), event.Type(
		r.kind,
	), event.Mode(
		r.mode,
	)
	e.Sequence, e.Withdrawn = int(r.sequence), r.withdrawn != 0
	e.Start, e.End = momentOf(
		r.startDay,
		r.startAt,
		zone,
	), momentOf(
		r.endDay,
		r.endAt,
		zone,
	)
	e.Created, e.Updated, e.CancelledAt = r.created.Time, r.updated.Time, r.cancel.Time
	for _, one := range []struct {
		text sql.NullString
		into any
	}{{r.tags, &e.Tags}, {r.sources, &e.Sources}} {
		if !one.text.Valid {
			continue
		}
		if err := json.Unmarshal([]byte(one.text.String), one.into); err != nil {
			return e, fmt.Errorf("event %s: %w", e.UID, err)
		}
	}
	if !r.more.Valid {
		return e, nil
	}
	var m more
	err := json.Unmarshal([]byte(r.more.String), &m)
	if err == nil {
		err = m.into(&e.Details)
	}
	if err != nil {
		return e, fmt.Errorf("event %s: %w", e.UID, err)
	}
	return e, nil
}

// scanEvents reads all rows of eventColumns.
func scanEvents(rows *sql.Rows) ([]event.Event, error) {
	defer rows.Close()
	var all []event.Event
	var r eventRow
	dest := r.dest()
	for rows.Next() {
		r.e.Tags, r.e.Sources = nil, nil
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		e, err := r.event()
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, rows.Err()
}
