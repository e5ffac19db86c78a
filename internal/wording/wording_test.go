package wording

import (
	"testing"

	"koyomi/internal/event"
)

func span(t *testing.T, zone, start, end string) event.Span {
	t.Helper()
	s := event.Span{Zone: zone}
	for _, one := range []struct {
		text string
		into *event.Moment
	}{{start, &s.Start}, {end, &s.End}} {
		m, err := event.ParseMoment(one.text, s.Location())
		if err != nil {
			t.Fatal(err)
		}
		*one.into = m
	}
	return s
}

func TestASpanIsWrittenInEveryStyle(t *testing.T) {
	near := event.Date{Year: 2026, Month: 5, Day: 1}
	styles := map[string]Style{"calendar": Calendar, "terminal": Terminal, "page ja": Page(Japanese), "page en": Page(English), "mail ja": Mail(Japanese, near), "mail en": Mail(English, near)}
	for _, c := range []struct {
		style, zone, start, end, want string
	}{
		{"calendar", "", "2026-06-10T19:00:00+09:00", "", "2026-06-10 (水) 19:00"},
		{"calendar", "", "2026-06-10T19:00:00+09:00", "2026-06-10T21:00:00+09:00", "2026-06-10 (水) 19:00–21:00"},
		{"calendar", "Europe/Berlin", "2026-06-10T19:00:00+02:00", "2026-06-10T21:00:00+02:00", "2026-06-11 (木) 02:00–04:00"},
		{"calendar", "", "2026-06-10", "2026-06-12", "2026-06-10 (水) 〜 2026-06-12 (金)"},
		{"calendar", "", "2026-06-10", "2026-06-10", "2026-06-10 (水)"},
		{"page ja", "", "2026-06-10T19:00:00+09:00", "2026-06-10T21:00:00+09:00", "2026年6月10日（水） 19:00–21:00"},
		{"page ja", "Europe/Berlin", "2026-06-10T19:00:00+02:00", "", "2026年6月10日（水） 19:00 (Europe/Berlin)"},
		{"page en", "", "2026-06-10T19:00:00+09:00", "2026-06-11T02:00:00+09:00", "Wed 10 June 2026 19:00 – Thu 11 June 2026 02:00"},
		{"mail ja", "", "2026-06-10T19:00:00+09:00", "2026-06-10T21:00:00+09:00", "6/10（水）19:00–21:00"},
		{"mail ja", "", "2027-06-10", "2027-06-12", "2027/6/10（木）〜2027/6/12（土）"},
		{"mail en", "", "2026-06-10T19:00:00+09:00", "2026-06-12T21:00:00+09:00", "Wed 10 Jun 19:00 – Fri 12 Jun 21:00"},
		{"mail en", "", "2027-06-10", "", "Thu 10 Jun 2027 time not announced"},
		{"page ja", "", "2027-06-10", "", "2027年6月10日（木） 時刻未発表"},
		{"terminal", "", "2027-06-10", "", "2027-06-10 (木) time not announced"},
		{"terminal", "", "2027-06-10", "2027-06-12", "2027-06-10 (木) 〜 2027-06-12 (土)"},
		{"mail en", "", "", "", ""},
	} {
		if got := styles[c.style].Span(span(t, c.zone, c.start, c.end)); got != c.want {
			t.Errorf("%s of %s to %q in %q: %q, want %q", c.style, c.start, c.end, c.zone, got, c.want)
		}
	}
}

func TestAValueIsWrittenByItsType(t *testing.T) {
	for _, c := range []struct {
		value event.Value
		want  string
	}{
		{nil, ""},
		{event.Text("2009-05-28"), "2009-05-28"},
		{event.Words("2009-05-28 19:00"), "2009-05-28 19:00"},
		{event.List{"b", "a, c"}, "a, c, b"},
		{event.Times(span(t, "", "2009-05-28", "")), "2009-05-28 (木)"},
		{span(t, "", "2009-05-28T10:00:00Z", "").Start, "2009-05-28 (木) 19:00"},
	} {
		if got := Calendar.Value(c.value); got != c.want {
			t.Errorf("%#v: %q, want %q", c.value, got, c.want)
		}
	}
}

func TestAWholeDayIsAnnounced(t *testing.T) {
	s := span(t, "", "2026-06-10", "")
	s.WholeDay = true
	for want, style := range map[string]Style{"2026年6月10日（水）": Page(Japanese), "6/10（水）": Mail(Japanese, s.Start.Date), "2026-06-10 (水)": Terminal} {
		if got := style.Span(s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestASpanInTheFewestWords(t *testing.T) {
	for _, c := range []struct{ start, end, want string }{
		{"2009-05-28T19:00:00+09:00", "", "2009-05-28 19:00"},
		{"2009-05-28T19:00:00+09:00", "2009-05-28T20:40:00+09:00", "2009-05-28 19:00–20:40"},
		{"2009-05-28T19:00:00+09:00", "2009-05-29T05:00:00+09:00", "2009-05-28 19:00–2009-05-29 05:00"},
		{"2009-06-10", "2009-06-12", "2009-06-10–06-12"},
		{"2009-12-31", "2010-01-01", "2009-12-31–2010-01-01"},
		{"2009-06-10", "2009-06-10", "2009-06-10"},
	} {
		if got := Short(span(t, "", c.start, c.end)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
