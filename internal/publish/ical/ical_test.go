package ical

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"pgregory.net/rapid"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/text"
)

var now = time.Date(2009, 5, 18, 9, 0, 0, 0, event.Tokyo)

func at(day, clock string) event.Moment {
	m, err := event.ParseMoment(day+"T"+clock+":00+09:00", event.Tokyo)
	if err != nil {
		panic(err)
	}
	return m
}

func on(day string) event.Moment {
	d, err := event.ParseDate(day)
	if err != nil {
		panic(err)
	}
	return event.On(d)
}

// sample returns a timed event with a stated end.
func sample() event.Event {
	e := event.Event{UID: "0b4c2f6e-9d2a-5d7b-8a43-7d0c2ad0f101", Community: "v-tomo", Sources: []string{"v-tomo"}, Sequence: 1}
	e.Title = "仮想化友の会 第9回"
	e.Start, e.End, e.Zone = at("2009-05-28", "19:00"), at("2009-05-28", "20:40"), "Asia/Tokyo"
	e.Status, e.Type = event.Confirmed, event.TypeEvent
	e.Location, e.Area, e.URL = "東京都千代田区", "東京都", "https://example.jp/会/9?a=1&b=2"
	e.Description = "KVMの話をします。\n\n質問、歓迎; どうぞ"
	e.Tags = []string{"KVM", "仮想化, 実践"}
	e.Created, e.Updated = now.Add(-48*time.Hour).UTC(), now.Add(-24*time.Hour).UTC()
	return e
}

func calendar() publish.Calendar {
	return publish.Calendar{
		Name: "勉強会カレンダー", Description: "告知を一つに", URL: "https://koyomi.example/", Source: "https://koyomi.example/calendar.ics",
		Names: map[string]string{"v-tomo": "仮想化友の会"}, Color: "steelblue", ColorHex: "#4682B4",
		EventBase: "https://koyomi.example/events/",
	}
}

func lines(t *testing.T, b []byte) []string {
	t.Helper()
	if !bytes.HasSuffix(b, []byte("END:VCALENDAR\r\n")) || !utf8.Valid(b) {
		t.Fatalf("not a whole calendar in UTF-8:\n%s", b)
	}
	all := strings.Split(strings.TrimSuffix(string(b), "\r\n"), "\r\n")
	for _, l := range all {
		switch {
		case len(l) > maxLine:
			t.Errorf("a line of %d octets: %q", len(l), l)
		case strings.ContainsAny(l, "\r\n\x00\u0085\u2028\u2029"):
			t.Errorf("a line that breaks for some reader: %q", l)
		case strings.TrimSpace(l) == "":
			t.Errorf("a blank line")
		}
	}
	return all
}

// unfold returns the content lines, whole.
func unfold(t *testing.T, b []byte) []string {
	t.Helper()
	lines(t, b)
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(b), "\r\n ", ""), "\r\n"), "\r\n")
}

// wednesday is the former time of the sample.
var wednesday = event.Times{
	Start: event.At(time.Date(2009, time.May, 27, 19, 0, 0, 0, event.Tokyo)), End: event.At(time.Date(2009, time.May, 27, 20, 40, 0, 0, event.Tokyo)),
	Zone: "Asia/Tokyo",
}

func TestWritesTheWholeCalendar(t *testing.T) {
	got := unfold(t, Write([]event.Event{sample()}, calendar(), now))
	want := []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//koyomi//koyomi//JA", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
		"NAME:勉強会カレンダー", "X-WR-CALNAME:勉強会カレンダー", "DESCRIPTION:告知を一つに", "X-WR-CALDESC:告知を一つに", "X-WR-TIMEZONE:Asia/Tokyo",
		"LAST-MODIFIED:20090517T000000Z", "URL:https://koyomi.example/", "SOURCE;VALUE=URI:https://koyomi.example/calendar.ics",
		"COLOR:steelblue", "X-APPLE-CALENDAR-COLOR:#4682B4", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H",
		"BEGIN:VTIMEZONE", "TZID:Asia/Tokyo", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0900", "TZOFFSETTO:+0900", "TZNAME:JST", "END:STANDARD", "END:VTIMEZONE",
		"BEGIN:VEVENT", "UID:0b4c2f6e-9d2a-5d7b-8a43-7d0c2ad0f101", "DTSTAMP:20090517T000000Z", "LAST-MODIFIED:20090517T000000Z", "CREATED:20090516T000000Z", "SEQUENCE:1",
		"DTSTART;TZID=Asia/Tokyo:20090528T190000", "DTEND;TZID=Asia/Tokyo:20090528T204000", "SUMMARY:仮想化友の会 第9回", "STATUS:CONFIRMED", "LOCATION:東京都千代田区",
		"CATEGORIES:仮想化友の会,KVM,仮想化， 実践",
		`DESCRIPTION:KVMの話をします。\n\n質問、歓迎\; どうぞ\n主催: 仮想化友の会\nhttps://example.jp/会/9?a=1&b=2\n情報源: v-tomo\nhttps://koyomi.example/events/0b4c2f6e9d2a5d7b`,
		"URL:https://example.jp/%E4%BC%9A/9?a=1&b=2", "TRANSP:TRANSPARENT", "END:VEVENT", "END:VCALENDAR",
	}
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d\n got %s\nwant %s", i+1, got[i], want[i])
		}
	}
}

// before is a calendar that tells something of the sample's past.
func before(b publish.Before) publish.Calendar {
	c := calendar()
	c.Before = map[string]publish.Before{sample().UID: b}
	return c
}

// one returns the lines of the VEVENTs of one event.
func one(t *testing.T, e event.Event, c publish.Calendar) string {
	t.Helper()
	all := unfold(t, Write([]event.Event{e}, c, now))
	s := strings.Join(all, "\n") + "\n"
	_, after, _ := strings.Cut(s, "BEGIN:VEVENT")
	return "BEGIN:VEVENT" + after
}

func TestTellsWhatIsKnownAndNoMore(t *testing.T) {
	in := func(f func(*event.Event)) event.Event { e := sample(); f(&e); return e }
	mark, utc := calendar(), calendar()
	mark.Cancelled, utc.UTC = publish.Mark, true
	for name, c := range map[string]struct {
		event     event.Event
		calendar  publish.Calendar
		want, not []string
	}{
		"no end: the default, and says so": {
			in(func(e *event.Event) { e.End = event.Moment{} }), calendar(),
			[]string{"DTEND;TZID=Asia/Tokyo:20090528T210000\n", "DESCRIPTION:終了時刻は発表されていません（仮に2時間としています）。"},
			nil,
		},
		"an end before the start is none": {
			in(func(e *event.Event) { e.End = at("2009-05-28", "18:00") }), calendar(),
			[]string{"DTEND;TZID=Asia/Tokyo:20090528T210000\n"},
			nil,
		},
		"one day": {
			in(func(e *event.Event) { e.Start, e.End = on("2009-05-22"), event.Moment{} }), calendar(),
			[]string{"DTSTART;VALUE=DATE:20090522\nDTEND;VALUE=DATE:20090523\n"},
			[]string{"終了時刻"},
		},
		"several days, the end exclusive": {
			in(func(e *event.Event) { e.Start, e.End = on("2009-06-10"), on("2009-06-12") }), calendar(),
			[]string{"DTSTART;VALUE=DATE:20090610\nDTEND;VALUE=DATE:20090613\n"},
			nil,
		},
		"cancelled, kept": {
			in(func(e *event.Event) { e.Status = event.Cancelled }), calendar(),
			[]string{"STATUS:CANCELLED\n", "SUMMARY:仮想化友の会 第9回\n", "このイベントは中止"},
			nil,
		},
		"cancelled, marked": {
			in(func(e *event.Event) { e.Status = event.Cancelled }), mark,
			[]string{"STATUS:CONFIRMED\n", "SUMMARY:【中止】仮想化友の会 第9回\n"},
			[]string{"STATUS:CANCELLED"},
		},
		"postponed": {
			in(func(e *event.Event) { e.Status = event.Postponed }), calendar(),
			[]string{"STATUS:TENTATIVE\n", "SUMMARY:【延期】仮想化友の会 第9回\n"},
			nil,
		},
		"in UTC": {
			sample(), utc,
			[]string{"DTSTART:20090528T100000Z\nDTEND:20090528T114000Z\n"},
			[]string{"TZID", "VTIMEZONE"},
		},
		"another zone is told in UTC": {
			in(func(e *event.Event) { e.Zone = "Europe/Berlin" }), calendar(),
			[]string{"DTSTART:20090528T100000Z\n"},
			[]string{"DTSTART;TZID"},
		},
		"online": {
			in(func(e *event.Event) {
				e.Mode, e.Location, e.OnlineURL = event.Online, "", "https://meet.example/a;b"
			}), calendar(),
			[]string{"LOCATION:オンライン\n", `CONFERENCE;VALUE=URI;LABEL=オンライン:https://meet.example/a;b`, `オンライン参加: https://meet.example/a\;b`},
			nil,
		},
		"a position": {
			in(func(e *event.Event) { e.Geo = &event.Geo{Lat: 35.6486, Lon: 140.0347} }), calendar(),
			[]string{"GEO:35.648600;140.034700\n"},
			nil,
		},
		"no position on earth": {
			in(func(e *event.Event) { e.Geo = &event.Geo{Lat: 135, Lon: 35} }), calendar(), nil, []string{"GEO"},
		},
		"no title": {
			in(func(e *event.Event) { e.Title = "" }), calendar(), []string{"SUMMARY:（無題）\n"}, nil,
		},
		"a change yet to come is told as of now": {
			in(func(e *event.Event) { e.Updated = now.Add(time.Hour) }), calendar(),
			[]string{"DTSTAMP:20090518T000000Z\nLAST-MODIFIED:20090518T000000Z\n"},
			nil,
		},
		"no link but to the web": {
			in(func(e *event.Event) { e.URL, e.OnlineURL = "javascript:alert(1)", "ftp://x/" }), calendar(),
			nil,
			[]string{"\nURL:", "CONFERENCE"},
		},
		"moved and relocated": {
			sample(), before(publish.Before{When: wednesday, Where: event.Place{Location: "秋葉原, UDX"}}),
			[]string{`変更前の日時: 2009-05-27 (水) 19:00–20:40\n変更前の場所: 秋葉原\, UDX\nKVM`},
			nil,
		},
		"a day whose time is not announced": {
			in(func(e *event.Event) { e.Span = event.Span{Start: event.On(e.Start.Date)} }), calendar(),
			[]string{"DTSTART;VALUE=DATE:20090528\nDTEND;VALUE=DATE:20090529\n", "DESCRIPTION:時刻は発表されていません。"},
			nil,
		},
		"a whole day": {
			in(func(e *event.Event) { e.Span = event.Span{Start: event.On(e.Start.Date), WholeDay: true} }), calendar(),
			[]string{"DTSTART;VALUE=DATE:20090528"},
			[]string{"発表されていません"},
		},
		"moved in another zone": {
			sample(), before(publish.Before{When: event.Times{Start: event.At(time.Date(2009, time.May, 27, 19, 0, 0, 0, event.Zone("Europe/Berlin"))), Zone: "Europe/Berlin"}}),
			[]string{`変更前の日時: 2009-05-28 (木) 02:00\n`},
			nil,
		},
		"moved, told in other words": {
			sample(), before(publish.Before{When: event.Words("来月")}), []string{`DESCRIPTION:変更前の日時: 来月\n`}, nil,
		},
		"on again": {
			sample(), before(publish.Before{Reinstated: true}), []string{"DESCRIPTION:一度は中止または延期と発表されましたが"}, nil,
		},
		"merged into another": {
			in(func(e *event.Event) { e.MergedInto = "0c4c2f6e-9d2a-5d7b-8a43-7d0c2ad0f101" }), calendar(),
			[]string{"STATUS:CANCELLED\n", `まとめられました。\nhttps://koyomi.example/events/0c4c2f6e9d2a5d7b\n`},
			nil,
		},
		"the opening of a registration": {
			publish.Entries(in(func(e *event.Event) { e.RegistrationOpens = at("2009-05-01", "12:00") }))[1], calendar(),
			[]string{"UID:0b4c2f6e-9d2a-5d7b-8a43-7d0c2ad0f101-registration\n", "DTSTART;TZID=Asia/Tokyo:20090501T120000\nDTEND;TZID=Asia/Tokyo:20090501T123000\n", "SUMMARY:【募集開始】仮想化友の会 第9回\n", "DESCRIPTION:日時: 2009-05-28 (木) 19:00–20:40"},
			[]string{"終了時刻"},
		},
		"when one can sign up": {
			in(func(e *event.Event) {
				e.RegistrationOpens, e.RegistrationCloses = at("2009-05-01", "12:00"), on("2009-05-20")
			}), calendar(),
			[]string{"申込期間: 2009-05-01 (金) 12:00 〜 2009-05-20 (水)"},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := one(t, c.event, c.calendar)
			for _, w := range c.want {
				if !strings.Contains(got, w) {
					t.Errorf("no %q in\n%s", w, got)
				}
			}
			for _, w := range c.not {
				if strings.Contains(got, w) {
					t.Errorf("%q in\n%s", w, got)
				}
			}
		})
	}
}

func TestShowsParts(t *testing.T) {
	e := sample()
	e.Sessions = []event.Session{
		{Start: at("2009-06-10", "10:00"), End: at("2009-06-10", "18:00")},
		{Start: at("2009-06-11", "10:00"), End: at("2009-06-11", "17:00")},
	}
	e.Start, e.End = e.Sessions[0].Start, e.Sessions[1].End
	joined := one(t, e, calendar())
	for _, w := range []string{"DTSTART;VALUE=DATE:20090610\nDTEND;VALUE=DATE:20090612\n", `・2009-06-10 (水) 10:00–18:00\n・2009-06-11 (木) 10:00–17:00`} {
		if !strings.Contains(joined, w) {
			t.Errorf("days in a row: no %q in\n%s", w, joined)
		}
	}
	c := calendar()
	c.Parts = publish.PartsEach
	e.Sessions[1] = event.Session{Start: at("2009-06-17", "10:00"), End: at("2009-06-17", "17:00")}
	e.End = e.Sessions[1].End
	for name, got := range map[string]string{"asked for": one(t, e, c), "a week between": one(t, e, calendar())} {
		if n := strings.Count(got, "BEGIN:VEVENT"); n != 2 || strings.Count(got, "UID:"+e.UID+"\n") != 1 {
			t.Errorf("%s: %d entries:\n%s", name, n, got)
		}
		if !strings.Contains(got, "SUMMARY:仮想化友の会 第9回 (2/2)\n") {
			t.Errorf("%s: parts are not numbered:\n%s", name, got)
		}
	}
}

func TestWritesEqualBytes(t *testing.T) {
	events := many(300)
	a := Render(events, calendar(), now)
	b := Render(events, calendar(), now.Add(14*time.Hour))
	if !bytes.Equal(a.Body, b.Body) || a.ETag != b.ETag || !bytes.Equal(a.Gzip, b.Gzip) {
		t.Error("the same events gave other bytes later on the day")
	}
	if a.LastModified != now.Add(-24*time.Hour).UTC() {
		t.Errorf("last modified %v", a.LastModified)
	}
}

func TestKeepsEmptyCalendarsValid(t *testing.T) {
	for _, utc := range []bool{false, true} {
		c := calendar()
		c.UTC = utc
		if got := string(Write(nil, c, now)); !strings.Contains(got, "BEGIN:VTIMEZONE") {
			t.Errorf("utc %v: no component in\n%s", utc, got)
		}
	}
}

// many returns n timed events, one an hour around now, with a real-sized text.
func many(n int) []event.Event {
	events := make([]event.Event, n)
	for i := range events {
		e := sample()
		e.UID = fmt.Sprintf("%08x-9d2a-5d7b-8a43-7d0c2ad0f101", i)
		start := now.Add(time.Duration(i-n/4) * time.Hour)
		e.Start, e.End = event.At(start), event.At(start.Add(90*time.Minute))
		e.Description = strings.Repeat("仮想化とその周辺、KVM と Xen の運用について話します。質問も歓迎です。\n", 5)
		events[i] = e
	}
	return events
}

func TestStaysWithinItsSize(t *testing.T) {
	events := many(2000)
	for name, c := range map[string]struct {
		max     int
		check   func(kept []*ics.VEvent, body string) bool
		explain string
	}{
		"past first": {1_800_000, func(kept []*ics.VEvent, _ string) bool {
			return len(kept) < 2000 && kept[len(kept)-1].Id() == events[1999].UID && kept[0].Id() != events[0].UID
		}, "the oldest go, the newest stay"},
		"then descriptions": {1_000_000, func(kept []*ics.VEvent, body string) bool {
			return kept[0].Id() == events[490].UID && kept[len(kept)-1].Id() == events[1999].UID && !strings.Contains(body, "Xen")
		}, "all to come stay, without text"},
		"then what is far ahead": {300_000, func(kept []*ics.VEvent, _ string) bool {
			return len(kept) < 1500 && kept[0].Id() == events[490].UID
		}, "the nearest stay"},
	} {
		t.Run(name, func(t *testing.T) {
			cal := calendar()
			cal.MaxBytes = c.max
			r := Render(events, cal, now.Add(time.Minute))
			if len(r.Body) > c.max {
				t.Errorf("%d octets, at most %d", len(r.Body), c.max)
			}
			parsed, err := ics.ParseCalendar(bytes.NewReader(r.Body))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.ReplaceAll(string(r.Body), "\r\n ", ""), "一部を省いています（"+parsedDay(parsed.Events()[0])+" から") {
				t.Errorf("what is left out is not said:\n%.900s", r.Body)
			}
			if kept := parsed.Events(); !c.check(kept, string(r.Body)) {
				t.Errorf("%s: %d events kept, from %s", c.explain, len(kept), kept[0].Id())
			}
		})
	}
}

func parsedDay(v *ics.VEvent) string {
	t, err := v.GetStartAt()
	if err != nil {
		return err.Error()
	}
	return t.In(event.Tokyo).Format(time.DateOnly)
}

// roundTrip returns what an independent parser reads of a text in every place where
// one can stand.
func roundTrip(t testing.TB, s string) (title, location, description, link string, tags []string) {
	t.Helper()
	e := sample()
	e.Title, e.Location, e.Description, e.Tags, e.Community = s, s, s, []string{s}, ""
	e.Sources, e.URL = nil, "https://example.jp/"+s
	c := calendar()
	c.Name, c.Description, c.EventBase = s, s, ""
	body := Write([]event.Event{e}, c, now)
	for _, l := range strings.Split(string(body), "\r\n") {
		if len(l) > maxLine || !utf8.ValidString(l) || l != "" && strings.TrimSpace(l) == "" || len(strings.FieldsFunc(l, breaks)) > 1 {
			t.Fatalf("a bad line %q for %q", l, s)
		}
	}
	if n := bytes.Count(body, []byte("\nBEGIN:")); n != 3 {
		t.Fatalf("%d components for %q:\n%s", n, s, body)
	}
	parsed, err := ics.ParseCalendar(bytes.NewReader(body))
	if err != nil || len(parsed.Events()) != 1 {
		t.Fatalf("%d events, %v for %q:\n%s", len(parsed.Events()), err, s, body)
	}
	v := parsed.Events()[0]
	value := func(p ics.ComponentProperty) string {
		if prop := v.GetProperty(p); prop != nil {
			return prop.Value
		}
		return ""
	}
	for _, p := range v.Properties {
		if !slices.Contains(strings.Fields("UID DTSTAMP LAST-MODIFIED CREATED SEQUENCE DTSTART DTEND SUMMARY STATUS LOCATION CATEGORIES DESCRIPTION URL TRANSP"), p.IANAToken) {
			t.Fatalf("a property %s from %q", p.IANAToken, s)
		}
	}
	if p := v.GetProperty(ics.ComponentPropertyUrl); p != nil {
		link = p.Value
	}
	if cat := value(ics.ComponentPropertyCategories); cat != "" {
		tags = []string{cat}
	}
	return value(ics.ComponentPropertySummary), value(ics.ComponentPropertyLocation), value(ics.ComponentPropertyDescription), link, tags
}

func breaks(r rune) bool {
	return r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0x1c || r == 0x1d || r == 0x1e
}

var hostile = []string{
	"BPStudy#21", "a,b;c\\d:e\"f", `\n\N\\n\,`, "x\r\nBEGIN:VEVENT\r\nUID:evil", "x\rATTENDEE:mailto:a@b", "x\nMETHOD:REQUEST", "x\u2028X-EVIL:1", "x\u0085X:1",
	"\x00\x01\x1b[31m赤", "\xff\xfe無効", "  端  と  中  ", "\t", "", strings.Repeat("　", 90), strings.Repeat(" ", 200) + "x",
	strings.Repeat("長", 200), strings.Repeat("か\u3099", 60), strings.Repeat("👨‍👩‍👧‍👦", 20), strings.Repeat("🇯🇵", 30), strings.Repeat("e\u0301\u0302", 40),
	strings.Repeat("a", 74) + " " + "b", strings.Repeat("a", 67) + "  ", "【中止】", "<script>alert(1)</script>", "=1+1", "\u202eabc", "\ufeffbom", "a^b\"c",
}

func FuzzAnyTitleComesBackEqual(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		roundTrip(t, s) // whatever it is, no line is broken and nothing is injected
		clean := text.Line(s, 200)
		title, location, _, _, tags := roundTrip(t, clean)
		want := clean
		if want == "" {
			want = publish.Untitled
		}
		if title != want || location != clean {
			t.Errorf("%q came back as %q and %q", clean, title, location)
		}
		if tag := strings.ReplaceAll(clean, ",", "，"); clean != "" && (len(tags) != 1 || tags[0] != tag) {
			t.Errorf("the tag %q came back as %q", tag, tags)
		}
		block := text.Block(s, 300)
		if _, _, description, _, _ := roundTrip(t, block); len(block) <= maxDescription && !strings.HasPrefix(description, block) {
			t.Errorf("%q came back as %q", block, description)
		}
	})
}

func TestFoldsBetweenCharacters(t *testing.T) {
	for _, s := range hostile {
		e := sample()
		e.Title = text.Line(s, 200)
		for _, l := range lines(t, Write([]event.Event{e}, calendar(), now)) {
			rest, folded := strings.CutPrefix(l, " ")
			if r, _ := utf8.DecodeRuneInString(rest); folded && (r == 0x200d || r == 0x3099 || r == 0x301 || r == 0x302) {
				t.Errorf("%q: a continuation begins inside a character: %q", s, l)
			}
		}
	}
}

func TestParametersAreEscaped(t *testing.T) {
	for value, want := range map[string]string{
		"plain": "X;P=plain:v", "a:b": `X;P="a:b":v`, `say "hi"`: `X;P="say ^'hi^'":v`, "a\nb^c": "X;P=a^nb^^c:v", "a\x00\x1bb": "X;P=ab:v", "a;b,c": `X;P="a;b,c":v`,
	} {
		var e encoder
		e.text("X", "v", param{"P", value})
		if got := strings.TrimSuffix(string(e.buf), "\r\n"); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

func TestDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "PT0S", 6 * time.Hour: "PT6H", 90 * time.Minute: "PT1H30M", 36 * time.Hour: "PT36H", 48 * time.Hour: "P2D", 61 * time.Second: "PT1M1S", -time.Hour: "PT0S",
	} {
		if got := string(appendDuration(nil, d)); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

// TestTimesComeBack holds for every moment: an independent parser reads the
// instants that were written.
func TestTimesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := sample()
		start := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "start"), 0).In(event.Tokyo)
		length := time.Duration(rapid.IntRange(1, 400_000).Draw(t, "seconds")) * time.Second
		e.Start, e.End = event.At(start), event.At(start.Add(length))
		c := calendar()
		c.UTC = rapid.Bool().Draw(t, "utc")
		parsed, err := ics.ParseCalendar(bytes.NewReader(Write([]event.Event{e}, c, now)))
		if err != nil {
			t.Fatal(err)
		}
		v := parsed.Events()[0]
		s, err1 := v.GetStartAt()
		en, err2 := v.GetEndAt()
		if err1 != nil || err2 != nil || !s.Equal(start) || !en.Equal(start.Add(length)) {
			t.Errorf("%v–%v (%v, %v), want %v–%v", s, en, err1, err2, start, start.Add(length))
		}
	})
}
