package event

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func date(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func told(s string) Moment {
	m, err := ParseMoment(s, Tokyo)
	if err != nil {
		panic(err)
	}
	return m
}

func TestDaysAreCountedByTheCalendar(t *testing.T) {
	for _, c := range []struct {
		from string
		days int
		to   string
		day  time.Weekday
	}{
		{"2009-05-28", 1, "2009-05-29", time.Friday},
		{"2008-02-28", 1, "2008-02-29", time.Friday}, // a leap year
		{"2008-02-29", 366, "2009-03-01", time.Sunday},
		{"1900-02-28", 1, "1900-03-01", time.Thursday}, // none
		{"2000-02-28", 1, "2000-02-29", time.Tuesday},  // one again
		{"2009-12-31", 1, "2010-01-01", time.Friday},
		{"2010-01-01", -1, "2009-12-31", time.Thursday},
		{"2011-12-29", 1, "2011-12-30", time.Friday}, // not in Samoa, but in the calendar
	} {
		from, to := date(c.from), date(c.to)
		if got := from.Add(c.days); got != to || to.Sub(from) != c.days || to.Weekday() != c.day {
			t.Errorf("%s + %d: %s, %s, counted back %d", from, c.days, got, got.Weekday(), to.Sub(from))
		}
	}
}

func TestDaysThatDoNotExistAreNoDays(t *testing.T) {
	for _, s := range []string{"2009-02-29", "2026-13-01", "2026-00-10", "2026-06-31", "2026-6-1", "20260601", "今日", "", "2026-06-01T00:00:00Z"} {
		if d, err := ParseDate(s); err == nil || d != (Date{}) {
			t.Errorf("%q was read as %s", s, d)
		}
	}
	for d, want := range map[Date]bool{
		{2009, 5, 28}: true, {1, 1, 2}: true, {9999, 12, 31}: true,
		// The day of the zero time stands for none.
		{}: false, {1, 1, 1}: false, {2009, 2, 29}: false, {2009, 0, 1}: false, {2009, 13, 1}: false, {0, 1, 1}: false, {10000, 1, 1}: false, {2009, 5, -1}: false,
	} {
		if d.Valid() != want {
			t.Errorf("%v: valid %v, want %v", d, d.Valid(), want)
		}
	}
}

func TestDaysAreOrderedAndGoThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Date{2009, 5, 28}.Add(rapid.IntRange(-500_000, 500_000).Draw(t, "a"))
		n := rapid.IntRange(-100_000, 100_000).Draw(t, "n")
		b := a.Add(n)
		if b.Sub(a) != n || b.Add(-n) != a {
			t.Fatalf("%s + %d is %s, counted %d", a, n, b, b.Sub(a))
		}
		if got := b.Compare(a); got != sign(n) || a.Compare(b) != -got {
			t.Fatalf("%s against %s: %d", b, a, got)
		}
		if a.Valid() {
			if back, err := ParseDate(a.String()); err != nil || back != a {
				t.Fatalf("%s was read back as %s: %v", a, back, err)
			}
		}
	})
}

func TestMomentsComeBackAsTheyWereWritten(t *testing.T) {
	for _, s := range []string{"", "2009-05-28", "2009-05-28T19:00:00+09:00", "2009-05-28T00:00:00-03:30", "2009-05-28T10:00:00Z", "0001-01-02", "9999-12-31"} {
		var m Moment
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &m); err != nil {
			t.Errorf("%q: %v", s, err)
		}
		if back, err := json.Marshal(m); err != nil || string(back) != string(b) {
			t.Errorf("%s came back as %s: %v", b, back, err)
		}
		if m.IsZero() != (s == "") || m.AllDay() != (len(s) == 10) {
			t.Errorf("%q: zero %v, all day %v", s, m.IsZero(), m.AllDay())
		}
	}
	for _, s := range []string{"2009-05-28T19:00", "19:00", "2009-05-28 19:00:00", "2009-02-29", "2009-05-28T25:00:00Z", "0000000000"} {
		if m, err := ParseMoment(s, nil); err == nil || !m.IsZero() {
			t.Errorf("%q was read as %s", s, m)
		}
	}
}

func TestAMomentIsToldInAZone(t *testing.T) {
	m, err := ParseMoment("2009-05-27T23:30:00Z", Tokyo)
	if err != nil || m.String() != "2009-05-28T08:30:00+09:00" || m.Date != date("2009-05-28") {
		t.Errorf("%s on %s: %v", m, m.Date, err)
	}
	if utc := m.In(time.UTC); utc.Date != date("2009-05-27") || !utc.Equal(m) {
		t.Errorf("%s on %s", utc, utc.Date)
	}
	if day := told("2009-05-28"); day.In(time.UTC) != day {
		t.Errorf("a day became %s", day.In(time.UTC))
	}
	if At(time.Time{}) != (Moment{}) || At(m.Time.Add(999*time.Millisecond)) != m {
		t.Error("a moment is told to the second")
	}
}

func TestMomentsAreEqual(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"2009-05-28", "2009-05-28", true},
		{"2009-05-28", "2009-05-29", false},
		{"2009-05-28T19:00:00+09:00", "2009-05-28T10:00:00Z", true},
		{"2009-05-28T19:00:00+09:00", "2009-05-28T19:00:00Z", false},
		{"2009-05-28", "2009-05-28T00:00:00+09:00", false}, // a day is not its midnight
		{"", "", true},
		{"", "2009-05-28", false},
		{"", "2009-05-28T19:00:00+09:00", false},
	} {
		a, b := told(c.a), told(c.b)
		if a.Equal(b) != c.want || b.Equal(a) != c.want {
			t.Errorf("%q and %q: equal %v", c.a, c.b, a.Equal(b))
		}
	}
}

func TestADayBeginsWhereItsClocksSaySo(t *testing.T) {
	for _, c := range []struct{ day, zone, want string }{
		{"2009-05-28", "Asia/Tokyo", "2009-05-28T00:00:00+09:00"},
		{"1948-05-02", "Asia/Tokyo", "1948-05-02T01:00:00+10:00"},        // put forward at midnight
		{"2018-11-04", "America/Sao_Paulo", "2018-11-04T01:00:00-02:00"}, // likewise
		{"2010-10-31", "America/Havana", "2010-10-31T00:00:00-04:00"},    // midnight came twice
		{"2026-03-29", "Europe/Berlin", "2026-03-29T00:00:00+01:00"},
		{"2011-12-30", "Pacific/Apia", "2011-12-31T00:00:00+14:00"}, // left out
		{"2011-12-31", "Pacific/Apia", "2011-12-31T00:00:00+14:00"},
	} {
		want, err := time.Parse(time.RFC3339, c.want)
		if err != nil {
			t.Fatal(err)
		}
		if got := date(c.day).Begin(Zone(c.zone)); !got.Equal(want) {
			t.Errorf("%s in %s: %s, want %s", c.day, c.zone, got.Format(time.RFC3339), c.want)
		}
	}
}

func TestWhenASpanIsOver(t *testing.T) {
	const assumed = 2 * time.Hour
	for _, c := range []struct{ start, end, zone, want string }{
		{"2009-05-28T19:00:00+09:00", "2009-05-28T20:40:00+09:00", "", "2009-05-28T20:40:00+09:00"},
		{"2009-05-28T19:00:00+09:00", "", "", "2009-05-28T21:00:00+09:00"},
		{"2009-05-22", "", "", "2009-05-23T00:00:00+09:00"},
		{"2009-06-10", "2009-06-12", "Asia/Tokyo", "2009-06-13T00:00:00+09:00"}, // the last day is in it
		{"2009-06-10", "2009-06-12", "America/New_York", "2009-06-13T00:00:00-04:00"},
		{"2009-06-10", "", "no/zone", "2009-06-11T00:00:00+09:00"},
		{"2026-03-28", "2026-03-29", "Europe/Berlin", "2026-03-30T00:00:00+02:00"}, // a day of 23 hours
		{"2011-12-29", "", "Pacific/Apia", "2011-12-31T00:00:00+14:00"},            // the day after was left out
	} {
		s := Span{Start: told(c.start), End: told(c.end), Zone: c.zone}
		want, err := time.Parse(time.RFC3339, c.want)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Over(assumed); !got.Equal(want) {
			t.Errorf("%s to %q in %q: over at %s, want %s", c.start, c.end, c.zone, got.Format(time.RFC3339), c.want)
		}
		if s.AllDay() != (len(c.start) == 10) {
			t.Errorf("%s: all day %v", c.start, s.AllDay())
		}
	}
}

func TestSpansAreEqualWhereTheyTellTheSameTimes(t *testing.T) {
	one := Span{Start: told("2009-05-28T19:00:00+09:00"), End: told("2009-05-28T21:00:00+09:00"), Zone: "Asia/Tokyo", Sessions: []Session{{Start: told("2009-05-28T19:00:00+09:00")}}}
	abroad := one
	abroad.Zone, abroad.Start = "UTC", one.Start.In(time.UTC)
	if !one.Equal(abroad) {
		t.Error("the zone they are told in counts")
	}
	for what, change := range map[string]func(*Span){
		"start":           func(s *Span) { s.Start = told("2009-05-28T18:00:00+09:00") },
		"end":             func(s *Span) { s.End = Moment{} },
		"fewer parts":     func(s *Span) { s.Sessions = nil },
		"a part's start":  func(s *Span) { s.Sessions = []Session{{Start: told("2009-05-28T20:00:00+09:00")}} },
		"a part's end":    func(s *Span) { s.Sessions = []Session{{Start: one.Start, End: one.End}} },
		"a day, no times": func(s *Span) { s.Start = told("2009-05-28") },
	} {
		other := one
		change(&other)
		if one.Equal(other) || other.Equal(one) {
			t.Errorf("another %s counts for nothing", what)
		}
	}
}

func TestTheShortIDIsWhatPeopleType(t *testing.T) {
	for uid, want := range map[string]string{
		"8f14e45f-ceea-5167-a5a5-0242ac120002": "8f14e45fceea5167",
		"short":                                "short",
		"":                                     "",
		"a-b":                                  "ab",
	} {
		if got := (Event{UID: uid}).ID(); got != want {
			t.Errorf("%q: %q, want %q", uid, got, want)
		}
	}
}

func FuzzParseMoment(f *testing.F) {
	for _, s := range []string{"", "2009-05-28", "2009-05-28T19:00:00+09:00", "2009-05-28T24:00:00Z", "９９９９-12-31"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMoment(s, nil)
		if err != nil {
			if !m.IsZero() {
				t.Fatalf("%q: an error, and %s", s, m)
			}
			return
		}
		if back, err := ParseMoment(m.String(), nil); err != nil || !back.Equal(m) {
			t.Fatalf("%q: %s came back as %s: %v", s, m, back, err)
		}
	})
}
