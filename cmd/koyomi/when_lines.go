package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"koyomi/internal/view"
	"koyomi/internal/when"
)

// A whenLine is one line of `when --jsonl`.
type whenLine struct {
	ID   json.RawMessage `json:"id"`
	Text string          `json:"text"`
	Ref  string          `json:"ref"`
	Zone string          `json:"tz"`
}

// A lineReader reads the lines of `when --jsonl`, one after the other.
type lineReader struct {
	flags whenFlags
	zones map[string]*time.Location
	out   []byte
}

// read returns the answer to one line, with its line end; it holds until the next call.
func (r *lineReader) read(line []byte) ([]byte, error) {
	var l whenLine
	if err := json.Unmarshal(line, &l); err != nil {
		return nil, fmt.Errorf(`%w; expected {"id":"1","text":"6月20日(土)","ref":"2009-05-28T12:00:00+09:00","tz":"Asia/Tokyo"}`, err)
	}
	zone, err := r.zone(l.Zone)
	if err != nil {
		return nil, fmt.Errorf("tz %w", err)
	}
	if l.Ref == "" {
		l.Ref = r.flags.ref
	}
	if l.Ref == "" {
		return nil, errors.New("ref: missing; it is the time the text was published")
	}
	ref, err := refTime(l.Ref, zone)
	if err != nil {
		return nil, fmt.Errorf("ref %w", err)
	}
	got := when.Read(l.Text, when.Context{Ref: ref, Zone: zone})
	r.out = view.AppendReading(r.out[:0], l.ID, got)
	return r.out, nil
}

// zone returns the zone of a name, looked up once.
func (r *lineReader) zone(name string) (*time.Location, error) {
	if name == "" {
		name = r.flags.zone
	}
	if loc, ok := r.zones[name]; ok {
		return loc, nil
	}
	loc, err := zoneNamed(name)
	if err == nil {
		r.zones[name] = loc
	}
	return loc, err
}
