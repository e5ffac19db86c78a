// Package lines reads dates from texts that come as one JSON object a line.
package lines

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/text"
	"koyomi/internal/usage"
	"koyomi/internal/when"
)

// Defaults hold for a line that does not say so itself.
type Defaults struct {
	// Ref is when the text was published, RFC 3339 or a day; Zone the IANA name of the
	// zone of times that name none.
	Ref, Zone string
}

// maxLine bounds a line, in bytes.
const maxLine = 16 << 20

// Answer reads {"id","text","ref","tz"} a line and writes {"id","start","end","all_day"} a
// line, in the same order. A line that cannot be read is reported on errOut with its
// number, the others are read all the same; all tells whether every line was read.
func Answer(in io.Reader, out, errOut io.Writer, d Defaults) (all bool, err error) {
	w := bufio.NewWriterSize(out, 1<<16)
	sc := bufio.NewScanner(in)
	sc.Buffer(make([]byte, 0, 1<<16), maxLine)
	r := lineReader{defaults: d, zones: map[string]*time.Location{}}
	all = true
	for n := 1; sc.Scan(); n++ {
		line := bytes.TrimSpace(sc.Bytes())
		if len(line) == 0 {
			continue
		}
		b, err := r.read(line)
		if err != nil {
			all = false
			fmt.Fprintf(
				errOut,
				"koyomi: when: line %d: %s\n",
				n,
				text.Line(err.Error(), 300),
			)
			continue
		}
		if _, err := w.Write(b); err != nil {
			return all, err
		}
	}
	if err := w.Flush(); err != nil {
		return all, err
	}
	if err := sc.Err(); err != nil {
		return all, fmt.Errorf("read the lines from standard input: %w", err)
	}
	return all, nil
}

// ZoneNamed returns the zone of an IANA name.
func ZoneNamed(name string) (*time.Location, error) {
	if loc := event.Zone(name); name != "" && loc.String() == name {
		return loc, nil
	}
	return nil, fmt.Errorf(
		"%s: expected the name of a zone (use Asia/Tokyo, Europe/Berlin or UTC)",
		usage.Quote(name),
	)
}

// RefTime reads a time of publication: RFC 3339, or a day, which stands for its noon in
// the zone.
func RefTime(s string, zone *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	d, err := event.ParseDate(s)
	if err != nil {
		return time.Time{}, fmt.Errorf(
			"%s: expected a time (use 2009-05-28 or 2009-05-28T12:00:00+09:00)",
			usage.Quote(s),
		)
	}
	return d.Begin(zone).Add(12 * time.Hour), nil
}

// A question is one line that is read.
type question struct {
	ID   json.RawMessage `json:"id"`
	Text string          `json:"text"`
	Ref  string          `json:"ref"`
	Zone string          `json:"tz"`
}

// A lineReader answers lines, one after the other.
type lineReader struct {
	defaults Defaults
	zones    map[string]*time.Location
	out      []byte
}

// read returns the answer to one line, with its line end; it holds until the next call.
func (r *lineReader) read(line []byte) ([]byte, error) {
	var l question
	if err := json.Unmarshal(line, &l); err != nil {
		return nil, fmt.Errorf(
			`%w; expected {"id":"1","text":"6月20日(土)","ref":"2009-05-28T12:00:00+09:00","tz":"Asia/Tokyo"}`,
			err,
		)
	}
	zone, err := r.zone(l.Zone)
	if err != nil {
		return nil, fmt.Errorf("tz %w", err)
	}
	if l.Ref == "" {
		l.Ref = r.defaults.Ref
	}
	if l.Ref == "" {
		return nil, errors.New("ref: missing; it is the time the text was published")
	}
	ref, err := RefTime(l.Ref, zone)
	if err != nil {
		return nil, fmt.Errorf("ref %w", err)
	}
	got := when.Read(l.Text, when.Context{Ref: ref, Zone: zone})
	r.out = appendAnswer(r.out[:0], l.ID, got)
	return r.out, nil
}

// zone returns the zone of a name, looked up once.
func (r *lineReader) zone(name string) (*time.Location, error) {
	if name == "" {
		name = r.defaults.Zone
	}
	if loc, ok := r.zones[name]; ok {
		return loc, nil
	}
	loc, err := ZoneNamed(name)
	if err == nil {
		r.zones[name] = loc
	}
	return loc, err
}

// appendAnswer writes one line of output.
func appendAnswer(b []byte, id json.RawMessage, r when.Reading) []byte {
	if len(id) == 0 {
		id = json.RawMessage("null")
	}
	b = append(append(b, `{"id":`...), id...)
	if r.Start.IsZero() {
		return append(b, `,"start":null,"end":null,"all_day":null}`+"\n"...)
	}
	b = appendMoment(append(b, `,"start":`...), r.Start)
	b = appendMoment(append(b, `,"end":`...), r.End)
	if r.AllDay() {
		return append(b, `,"all_day":true}`+"\n"...)
	}
	return append(b, `,"all_day":false}`+"\n"...)
}

// appendMoment writes a moment as a JSON string, null for none.
func appendMoment(b []byte, m event.Moment) []byte {
	if m.IsZero() {
		return append(b, "null"...)
	}
	b = append(b, '"')
	if m.AllDay() {
		b = append(b, m.Date.String()...)
	} else {
		b = m.Time.AppendFormat(b, time.RFC3339)
	}
	return append(b, '"')
}
