package event

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// The kinds of fields: each makes a Field of a name and of where the value stands.

// word is a field that holds one text.
func word[S ~string](name string, at func(*Event) *S) Field {
	return Field{
		Name:   name,
		decode: decodeAs[Text],
		Get:    func(e *Event) Value { return unlessZero(Text(*at(e))) },
		Set: func(e *Event, v Value) {
			if t, ok := as[Text](v); ok {
				*at(e) = S(t)
			}
		},
		Equal: func(a, b *Event) bool { return *at(a) == *at(b) },
	}
}

// moment is a field that holds a moment.
func moment(name string, at func(*Event) *Moment) Field {
	return Field{
		Name:   name,
		decode: decodeMoment,
		Get:    func(e *Event) Value { return unlessZero(*at(e)) },
		Set: func(e *Event, v Value) {
			if m, ok := as[Moment](v); ok {
				*at(e) = m
			}
		},
		Equal: func(a, b *Event) bool { return at(a).Equal(*at(b)) },
	}
}

// flag is a field that holds or does not.
func flag(name string, at func(*Event) *bool) Field {
	return Field{
		Name:   name,
		decode: decodeAs[Flag],
		Get:    func(e *Event) Value { return unlessZero(Flag(*at(e))) },
		Set: func(e *Event, v Value) {
			if f, ok := as[Flag](v); ok {
				*at(e) = bool(f)
			}
		},
		Equal: func(a, b *Event) bool { return *at(a) == *at(b) },
	}
}

// list is a field that holds words of which the order says nothing.
func list(name string, at func(*Event) *[]string) Field {
	return Field{
		Name:   name,
		decode: decodeAs[List],
		Get:    func(e *Event) Value { return unlessZero(List(*at(e)).sorted()) },
		Set: func(e *Event, v Value) {
			if l, ok := as[List](v); ok {
				*at(e) = slices.Clone(l)
			}
		},
		Equal: func(a, b *Event) bool { return sameWords(*at(a), *at(b)) },
	}
}

// spanField holds the whole span.
func spanField(name string) Field {
	return Field{
		Name:   name,
		decode: decodeAs[Times],
		Get:    func(e *Event) Value { return unlessZero(Times(e.Span)) },
		Set: func(e *Event, v Value) {
			if t, ok := as[Times](v); ok {
				e.Span = t.Span()
			}
		},
		Equal: func(a, b *Event) bool { return a.Start.Equal(b.Start) && a.End.Equal(b.End) },
		Fill:  func(e, o *Event) { fillSpan(&e.Span, o.Span) },
	}
}

// placeField holds the location; the area goes with it.
func placeField(name string) Field {
	return Field{
		Name:   name,
		decode: decodeAs[Place],
		Get:    func(e *Event) Value { return unlessZero(Place{e.Location, e.Area}) },
		Set: func(e *Event, v Value) {
			if p, ok := as[Place](v); ok {
				e.Location, e.Area = p.Location, p.Area
			}
		},
		Equal: func(a, b *Event) bool { return a.Location == b.Location },
		Fill: func(e, o *Event) {
			if e.Location == "" {
				e.Location = o.Location
			}
		},
	}
}

// sessionsField holds the parts of the span.
func sessionsField(name string) Field {
	return Field{
		Name:   name,
		decode: decodeParts,
		Get:    func(e *Event) Value { return unlessZero(parts(e.Sessions)) },
		Set: func(e *Event, v Value) {
			if p, ok := as[parts](v); ok {
				e.Sessions = p
			}
		},
		Equal: func(a, b *Event) bool { return slices.EqualFunc(a.Sessions, b.Sessions, Session.equal) },
	}
}

// parts are the value of the field "sessions".
type parts []Session

func (p parts) String() string {
	words := make([]string, len(p))
	for i, s := range p {
		words[i] = Times{Start: s.Start, End: s.End}.String()
	}
	return strings.Join(words, ", ")
}

func decodeParts(b []byte) (Value, error) {
	var p parts
	err := json.Unmarshal(b, &p)
	for i, s := range p {
		p[i] = Session{Start: s.Start.named(), End: s.End.named()}
	}
	return p, err
}

func (p parts) IsZero() bool { return len(p) == 0 }

// geoField holds a position.
func geoField(name string) Field {
	return Field{
		Name:   name,
		decode: decodeAs[position],
		Get: func(e *Event) Value {
			if e.Geo == nil {
				return nil
			}
			return position{*e.Geo}
		},
		Set: func(e *Event, v Value) {
			switch p, ok := as[position](v); {
			case v == nil:
				e.Geo = nil
			case ok:
				e.Geo = &p.Geo
			}
		},
		Equal: func(a, b *Event) bool { return sameGeo(a.Geo, b.Geo) },
		Fill: func(e, o *Event) {
			if e.Geo == nil {
				e.Geo = o.Geo
			}
		},
	}
}

// figures is a field that holds a small value of numbers, compared as a whole.
func figures[V interface {
	Value
	comparable
}](name string, at func(*Event) *V) Field {
	return Field{
		Name:   name,
		decode: decodeAs[V],
		Get:    func(e *Event) Value { return unlessZero(*at(e)) },
		Set: func(e *Event, v Value) {
			if own, ok := as[V](v); ok {
				*at(e) = own
			}
		},
		Equal: func(a, b *Event) bool { return *at(a) == *at(b) },
	}
}

// seatsField holds the seats.
func seatsField(name string) Field {
	return Field{
		Name:   name,
		decode: decodeAs[Seats],
		Get:    func(e *Event) Value { return unlessZero(e.Seats) },
		Set: func(e *Event, v Value) {
			if s, ok := as[Seats](v); ok {
				e.Seats = s
			}
		},
		Equal: func(a, b *Event) bool { return a.Seats.Equal(b.Seats) },
	}
}

// A position is the value of the field "geo".
type position struct{ Geo }

func (p position) String() string {
	b, err := json.Marshal(p.Geo)
	if err != nil {
		return ""
	}
	return string(bytes.Trim(b, "{}"))
}

func (p position) IsZero() bool { return p == position{} }

func sameGeo(a, b *Geo) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func sameWords(a, b []string) bool {
	return slices.Equal(a, b) || slices.Equal(List(a).sorted(), List(b).sorted())
}

// as returns v as the type that a field has; nothing is the zero value of each. It
// reports false for a value of another type, as Words are.
func as[V Value](v Value) (V, bool) {
	own, ok := v.(V)
	return own, ok || v == nil
}

// unlessZero returns v, nil where it says nothing.
func unlessZero(v Value) Value {
	if v.IsZero() {
		return nil
	}
	return v
}

// fillSpan takes over the times of o where s has only the same single day, and the
// end of o where s has none for the same start: never times of different days.
func fillSpan(s *Span, o Span) {
	if !s.End.IsZero() {
		return
	}
	if s.Start.Equal(o.Start) {
		s.End, s.Sessions = o.End, o.Sessions
		return
	}
	sameDay := s.AllDay() && o.Start.Date == s.Start.Date
	if sameDay && !o.AllDay() {
		*s = o
	}
}

// filled takes the whole value of another listing where there is none.
func (f Field) filled() Field {
	get, set := f.Get, f.Set
	f.Fill = func(e, o *Event) {
		if get(e) == nil {
			set(e, get(o))
		}
	}
	return f
}

// addTags adds the tags of another listing that are not there.
func addTags(e, o *Event) {
	e.Tags = slices.Clone(e.Tags)
	for _, t := range o.Tags {
		if !slices.Contains(e.Tags, t) {
			e.Tags = append(e.Tags, t)
		}
	}
}

// fillWholeDay takes over that another listing calls the same day a whole day.
func fillWholeDay(e, o *Event) {
	sameDay := e.AllDay() && e.Start.Equal(o.Start)
	e.WholeDay = e.WholeDay || sameDay && o.WholeDay
}

// filledBy fills in a way of its own.
func (f Field) filledBy(fill func(e, o *Event)) Field {
	f.Fill = fill
	return f
}

// edited lets a person edit the field.
func (f Field) edited(edit func(d *Details, value string) error) Field {
	f.Edit = edit
	return f
}

// listed makes a difference a Change of its own.
func (f Field) listed(marks ...func(*Field)) Field {
	f.History = true
	for _, mark := range marks {
		mark(&f)
	}
	return f
}

// quiet makes a difference no change of the event.
func (f Field) quiet() Field {
	f.Quiet = true
	return f
}

func inSequence(f *Field) { f.Sequence = true }
func isNews(f *Field)     { f.News = true }
