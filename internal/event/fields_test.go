package event

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// full is an event of which every field holds something.
func full() Event {
	loc := Tokyo
	start := At(time.Date(2026, 6, 10, 19, 0, 0, 0, loc))
	e := Event{UID: "8f14e45f-ceea-5167-a5a5-0242ac120002", Community: "go", Sources: []string{"a", "b, c"}}
	e.Details = Details{
		Title: "2026-06-10", Status: Postponed, Type: TypeCFP, Mode: Hybrid, URL: "https://example.org/1",
		Span:     Span{Start: start, End: At(start.Time.Add(time.Hour)), WholeDay: true, Zone: "Asia/Tokyo", Sessions: []Session{{Start: start}, {Start: start}}},
		Location: "渋谷", Area: "東京都", OnlineURL: "https://example.org/live", Description: "one\ntwo", Tags: []string{"C, C++", "go"},
		Geo: &Geo{Lat: 35, Lon: 139}, Number: "21",
		RegistrationOpens: At(time.Date(2026, 5, 1, 12, 0, 0, 0, Tokyo)), RegistrationCloses: On(Date{2026, 6, 9}),
		RegistrationState: RegistrationOpen, Seats: Seats{Limit: new(20), Accepted: new(17), Waiting: new(0)}, Fee: Fee{Max: 1500, Currency: "JPY"},
	}
	return e
}

func TestEveryFieldComesBackFromItsValue(t *testing.T) {
	e := full()
	var back Event
	for _, f := range Fields {
		v := f.Get(&e)
		if v == nil || f.Get(&Event{}) != nil {
			t.Errorf("%s: %v of a full event, %v of an empty one", f.Name, v, f.Get(&Event{}))
		}
		b, err := EncodeValue(v)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		read, err := DecodeValue(f.Name, b)
		if err != nil || !reflect.DeepEqual(read, v) {
			t.Errorf("%s: %s was read as %#v, want %#v: %v", f.Name, b, read, v, err)
		}
		f.Set(&back, read)
		if !f.Equal(&e, &back) {
			t.Errorf("%s is not equal after it was set to %v", f.Name, v)
		}
	}
	back.UID = e.UID
	if !reflect.DeepEqual(back, e) {
		t.Errorf("got  %+v\nwant %+v", back, e)
	}
	for _, f := range Fields {
		f.Set(&back, Words("what nobody can read"))
	}
	if !reflect.DeepEqual(back, e) {
		t.Errorf("words became values: %+v", back)
	}
	for _, f := range Fields {
		f.Set(&back, nil)
	}
	if back.UID = ""; !reflect.DeepEqual(back, Event{}) {
		t.Errorf("emptied, and still %+v", back)
	}
}

// TestEveryPartOfDetailsIsAField fails where a part of Details has no row in Fields.
func TestEveryPartOfDetailsIsAField(t *testing.T) {
	e := full()
	d := reflect.ValueOf(&e.Details).Elem()
	for i := range d.NumField() {
		name := d.Type().Field(i).Name
		other := full()
		reflect.ValueOf(&other.Details).Elem().Field(i).SetZero()
		different := 0
		for _, f := range Fields {
			if !f.Equal(&e, &other) {
				different++
			}
		}
		if different == 0 {
			t.Errorf("no field differs where %s does", name)
		}
	}
}

func TestFillingKeepsWhatIsThere(t *testing.T) {
	e, o := full(), full()
	o.Title, o.Location, o.Tags, o.Number = "other", "other", []string{"go", "rust"}, "22"
	lacking := Event{Details: Details{Title: "mine", Span: Span{Start: On(e.Start.Date)}}}
	for _, f := range Fields {
		if f.Fill != nil {
			f.Fill(&e, &o)
			f.Fill(&lacking, &o)
		}
	}
	want := full()
	want.Tags = []string{"C, C++", "go", "rust"}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("got  %+v\nwant %+v", e, want)
	}
	if lacking.Title != "mine" || lacking.Location != "other" || !lacking.Span.Equal(o.Span) || lacking.Number != "22" {
		t.Errorf("what was lacking became %+v", lacking)
	}
}

func TestWhatAPersonTypes(t *testing.T) {
	for _, c := range []struct{ field, value, want, problem string }{
		{"title", " 会 ", "会", ""},
		{"title", "", "", "needs a title"},
		{"status", "Cancelled", "cancelled", ""},
		{"status", "off", "", "expected confirmed, tentative, postponed or cancelled"},
		{"url", "https://example.org/2", "https://example.org/2", ""},
		{"url", "javascript:1", "", "javascript"},
		{"online_url", "", "", ""},
		{"start", "2026-06-11 18:00", "2026-06-11 18:00–19:00", ""},
		{"start", "2026-06-11", "2026-06-11", ""},
		{"start", "", "", "needs a start"},
		{"end", "2026-06-10", "", "a day goes with a day"},
		{"end", "2026-06-10 18:00", "", "before the start"},
		{"location", "", "", ""},
	} {
		e := full()
		f := FieldNamed(c.field)
		err := f.Edit(&e.Details, c.value)
		if (err == nil) != (c.problem == "") || err != nil && !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s=%q: %v, want %q", c.field, c.value, err, c.problem)
		}
		if got := stringOf(f.Get(&e)); err == nil && got != c.want {
			t.Errorf("%s=%q: %q, want %q", c.field, c.value, got, c.want)
		}
	}
}

func TestAChangeComesBackFromJSON(t *testing.T) {
	e := full()
	for _, f := range Fields {
		c := Change{ID: 1, UID: e.UID, Kind: ChangeEdited, At: time.Unix(0, 0).UTC(), Source: "s", Poll: 2, Field: f.Name, Before: Words("before"), After: f.Get(&e), Reasons: []string{"r"}}
		j, err := c.JSON()
		if err != nil || j.Old != "before" || j.New != c.After.String() {
			t.Errorf("%s: %+v: %v", f.Name, j, err)
		}
		if back, err := j.Change(); err != nil || !reflect.DeepEqual(back, c) {
			t.Errorf("%s: got %+v, want %+v: %v", f.Name, back, c, err)
		}
	}
}

func TestTimesKeepTheirZone(t *testing.T) {
	berlin := Zone("Europe/Berlin")
	v := Times{Start: At(time.Date(2026, 6, 10, 19, 0, 0, 0, berlin)), End: At(time.Date(2026, 6, 11, 2, 0, 0, 0, berlin)), Zone: "Europe/Berlin"}
	if got, want := v.String(), "2026-06-10 19:00–2026-06-11 02:00 Europe/Berlin"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	b, err := EncodeValue(v)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := DecodeValue("start", b); err != nil || !reflect.DeepEqual(back, v) {
		t.Errorf("%s was read as %#v: %v", b, back, err)
	}
}
