package extract

import (
	"strings"
	"time"
	"unicode/utf8"

	"koyomi/internal/event"
	"koyomi/internal/when"
)

// A Raw is what a document says of one item, before it is cleaned and checked.
// Texts may still hold whatever a source sends. Where Span is set it is the
// date; else Start and End are read as machines write them or as prose; else
// When is, with Time for the hours where they stand apart.
type Raw struct {
	// Item says which item it is ("item 3"), Text what it says, for a rejection,
	// which cleans and cuts it.
	Item, Text string
	// Key is the source's own id. KeyPrefix is put before whatever becomes the key.
	Key, Occurrence string
	Title           string
	// Span and Reading are the date where the kind itself has read it.
	Span    event.Span
	Reading event.Reading
	// When is prose that holds the date; Label says what is known of it.
	When  string
	Label when.Label
	// Start, End, Time and Duration are fields. An all-day End is the last day;
	// EndExclusive says that it is the day after.
	Start, End, Time, Duration string
	EndExclusive, AllDay       bool
	// Zone is the IANA zone of the item, "" for the source's.
	Zone string
	// Ref is when the item was published, zero for the moment of the visit; Year
	// and Month are known from a heading, title or address.
	Ref   time.Time
	Year  int
	Month time.Month
	// Status is the value of a status field; Cancelled that of a flag; Known a
	// status that the kind itself has read; Struck marks an item struck out.
	Status    string
	Cancelled bool
	Known     event.Status
	Struck    bool
	Mode      event.Mode

	URL, Location, Address, OnlineURL string
	// Description is HTML or plain text. Plain says that it, like the other texts,
	// has been decoded and is text alone.
	Description   string
	Plain         bool
	Tags          []string
	Lat, Lon      string
	Number        string
	Sequence      int
	Updated       string
	Opens, Closes string
	// Warnings are oddities met on the way.
	Warnings []string
}

// Set fills a field by the name that settings use (source.FieldNames) with its
// values, the first of which counts except for tags. Empty values change nothing;
// it is false for a name that is no field.
func (r *Raw) Set(field string, values ...string) bool {
	value := ""
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			value = v
			break
		}
	}
	if target := r.texts(field); target != nil {
		if value != "" {
			*target = value
		}
		return true
	}
	return r.setOther(field, value, values)
}

// texts gives the field of r that a name stands for, nil if it is no text.
func (r *Raw) texts(field string) *string {
	switch field {
	case "key":
		return &r.Key
	case "title":
		return &r.Title
	case "when":
		return &r.When
	case "start":
		return &r.Start
	case "end":
		return &r.End
	case "time":
		return &r.Time
	case "duration":
		return &r.Duration
	case "zone":
		return &r.Zone
	case "status":
		return &r.Status
	case "url":
		return &r.URL
	case "location":
		return &r.Location
	case "address":
		return &r.Address
	case "online_url":
		return &r.OnlineURL
	case "description":
		return &r.Description
	case "lat":
		return &r.Lat
	case "lon":
		return &r.Lon
	case "number":
		return &r.Number
	case "updated":
		return &r.Updated
	case "opens":
		return &r.Opens
	case "closes":
		return &r.Closes
	}
	return nil
}

func (r *Raw) setOther(field, value string, values []string) bool {
	switch field {
	case "tags":
		r.Tags = append(r.Tags, values...)
	case "all_day":
		r.AllDay = r.AllDay || Flag(value)
	case "cancelled":
		r.Cancelled = r.Cancelled || Flag(value)
	case "mode":
		if m := modeOf(value); m != "" {
			r.Mode = m
		}
	case "sequence":
		if n := number(value); n > 0 {
			r.Sequence = n
		}
	case "year":
		if y := yearIn(value); y > 0 {
			r.Year = y
		}
	default:
		return false
	}
	return true
}

// Fill takes from the facts of an announcement what r does not say yet.
func (r *Raw) Fill(l Labelled) {
	set := func(into *string, field string) {
		if *into == "" {
			*into = l.First(field)
		}
	}
	if r.When == "" && r.Start == "" && r.Span.Start.IsZero() {
		r.When, r.Label = l.First("when"), when.LabelDate
		if r.When == "" {
			r.Start, r.End = l.First("start"), l.First("end")
		}
		r.Time = l.First("time")
		if r.End == "" && hoursAlone.MatchString(l.First("end")) {
			r.End = l.First("end")
		}
	}
	if r.Location == "" {
		r.Location = placeIn(l["location"])
	}
	set(&r.Address, "address")
	set(&r.Status, "status")
	if r.Title == "" {
		r.Title = l.First("title")
	}
}

// placeIn gives the first value that is a place: one line, no sentence.
func placeIn(values []string) string {
	for _, v := range values {
		v, _, _ = strings.Cut(v, "。")
		if v = strings.TrimSpace(v); v != "" && utf8.RuneCountInString(v) <= 100 {
			return v
		}
	}
	return ""
}
