package event

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// A Value is what one field of an event holds: a Text, a List, a Flag, a Moment, a
// Times, a Place, Seats or a Fee; nil where the field holds nothing. Former words that an older koyomi
// stored and that cannot be read exactly are Words.
type Value interface {
	// String writes the value without a language: as JSON, logs and scripts carry it.
	String() string
	// IsZero reports whether the value says nothing.
	IsZero() bool
}

// A Text is the value of a field that is a word, a line or a text.
type Text string

func (t Text) String() string { return string(t) }

// IsZero reports whether the text is empty.
func (t Text) IsZero() bool { return t == "" }

// A List is the value of a field that holds several words.
type List []string

func (l List) String() string { return strings.Join(l.sorted(), ", ") }

// IsZero reports whether the list is empty.
func (l List) IsZero() bool { return len(l) == 0 }

func (l List) sorted() List {
	l = slices.Clone(l)
	slices.Sort(l)
	return l
}

// A Flag is the value of a field that holds or does not.
type Flag bool

func (f Flag) String() string {
	if f {
		return "yes"
	}
	return ""
}

// IsZero reports whether the flag is not set.
func (f Flag) IsZero() bool { return !bool(f) }

// A Place is the value of the field "location": where, and in which prefecture.
type Place struct {
	Location string `json:"location,omitempty"`
	Area     string `json:"area,omitempty"`
}

func (p Place) String() string { return p.Location }

// IsZero reports whether no location is named.
func (p Place) IsZero() bool { return p.Location == "" }

// Times is the value of the field "start": the whole span.
type Times Span

// Span returns the times as the span that they are.
func (t Times) Span() Span { return Span(t) }

// IsZero reports whether no start is known.
func (t Times) IsZero() bool { return t.Start.IsZero() }

// String writes "2009-05-28 19:00–20:40", "2009-06-10–2009-06-12"; the zone follows
// where it is not Asia/Tokyo.
func (t Times) String() string {
	loc := t.Span().Location()
	start, end := t.Start.In(loc), t.End.In(loc)
	s := start.Words()
	switch {
	case end.IsZero():
	case !start.AllDay() && end.Date == start.Date:
		s += "–" + end.Time.Format("15:04")
	default:
		s += "–" + end.Words()
	}
	if start.AllDay() || loc == Tokyo {
		return s
	}
	return s + " " + loc.String()
}

// Words are what an older koyomi wrote of a value for people, where that cannot be
// read exactly. They are shown as they are.
type Words string

func (w Words) String() string { return string(w) }

// IsZero reports whether there are none.
func (w Words) IsZero() bool { return w == "" }

// timesJSON is how Times are written; an instant carries its offset.
type timesJSON struct {
	Start    Moment    `json:"start"`
	End      Moment    `json:"end,omitzero"`
	Zone     string    `json:"zone,omitempty"`
	WholeDay bool      `json:"whole_day,omitempty"`
	Sessions []Session `json:"sessions,omitempty"`
}

// MarshalJSON writes the times with their zone.
func (t Times) MarshalJSON() ([]byte, error) {
	return json.Marshal(timesJSON{t.Start, t.End, t.Zone, t.WholeDay, t.Sessions})
}

// UnmarshalJSON reads what MarshalJSON writes; the instants are in the zone again.
func (t *Times) UnmarshalJSON(b []byte) error {
	var j timesJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	loc := Zone(j.Zone)
	*t = Times{
		Start:    j.Start.In(loc),
		End:      j.End.In(loc),
		Zone:     j.Zone,
		WholeDay: j.WholeDay,
		Sessions: j.Sessions,
	}
	for i, s := range t.Sessions {
		t.Sessions[i] = Session{Start: s.Start.In(loc), End: s.End.In(loc)}
	}
	return nil
}

type wordsJSON struct {
	Words string `json:"words"`
}

// MarshalJSON writes the words so that they are not taken for a value.
func (w Words) MarshalJSON() ([]byte, error) { return json.Marshal(wordsJSON{string(w)}) }

var wordsPrefix = []byte(`{"words":`)

// EncodeValue writes a value as JSON; nil for nothing.
func EncodeValue(v Value) (json.RawMessage, error) {
	if v == nil {
		return nil, nil
	}
	return json.Marshal(v)
}

// DecodeValue reads what EncodeValue wrote of a field.
func DecodeValue(field string, b []byte) (Value, error) {
	switch {
	case len(b) == 0, string(b) == "null":
		return nil, nil
	case bytes.HasPrefix(b, wordsPrefix):
		var w wordsJSON
		err := json.Unmarshal(b, &w)
		return Words(w.Words), err
	}
	if f := FieldNamed(field); f != nil {
		return f.decode(b)
	}
	return decodeAs[Text](b)
}

func decodeAs[V Value](b []byte) (Value, error) {
	var v V
	err := json.Unmarshal(b, &v)
	return v, err
}

// decodeMoment reads a moment.
func decodeMoment(b []byte) (Value, error) {
	var m Moment
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, err
	}
	return m.named(), nil
}

// named returns m in Asia/Tokyo where its offset is Tokyo's.
func (m Moment) named() Moment {
	if here := m.In(Tokyo); here.String() == m.String() {
		return here
	}
	return m
}

// Words writes the moment in its own zone, without a language: "2009-05-28 19:00",
// "2009-05-28" for a day.
func (m Moment) Words() string {
	if m.Time.IsZero() {
		return m.Date.String()
	}
	return m.Time.Format("2006-01-02 15:04")
}

// A ChangeJSON is a change as JSON carries it: Old and New are the values without a
// language, Before and After the same as data.
type ChangeJSON struct {
	ID      int64           `json:"id"`
	UID     string          `json:"uid"`
	Kind    ChangeKind      `json:"kind"`
	At      time.Time       `json:"at"`
	Source  string          `json:"source,omitempty"`
	Poll    int64           `json:"poll,omitempty"`
	Field   string          `json:"field,omitempty"`
	Old     string          `json:"old,omitempty"`
	New     string          `json:"new,omitempty"`
	Before  json.RawMessage `json:"before,omitempty"`
	After   json.RawMessage `json:"after,omitempty"`
	Reasons []string        `json:"reasons,omitempty"`
}

// JSON returns c as JSON carries it.
func (c Change) JSON() (ChangeJSON, error) {
	j := ChangeJSON{
		ID:      c.ID,
		UID:     c.UID,
		Kind:    c.Kind,
		At:      c.At,
		Source:  c.Source,
		Poll:    c.Poll,
		Field:   c.Field,
		Old:     c.Old(),
		New:     c.New(),
		Reasons: c.Reasons,
	}
	var err error
	if j.Before, err = EncodeValue(c.Before); err == nil {
		j.After, err = EncodeValue(c.After)
	}
	return j, err
}

// Change reads j back.
func (j ChangeJSON) Change() (Change, error) {
	c := Change{
		ID:      j.ID,
		UID:     j.UID,
		Kind:    j.Kind,
		At:      j.At,
		Source:  j.Source,
		Poll:    j.Poll,
		Field:   j.Field,
		Reasons: j.Reasons,
	}
	var err error
	if c.Before, err = DecodeValue(j.Field, j.Before); err == nil {
		c.After, err = DecodeValue(j.Field, j.After)
	}
	return c, err
}
