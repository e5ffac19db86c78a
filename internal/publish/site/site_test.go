package site

import (
	"encoding/json"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/publish"
	"koyomi/internal/wording"
)

var (
	newYork = event.Zone("America/New_York")
	base    = Base{Lang: Japanese, PublicURL: "https://koyomi.example/k", Calendar: publish.Calendar{Name: "koyomi", Names: map[string]string{"v-tomo": "仮想化友の会"}}.WithDefaults()}
)

// english returns the page's base for a reader of English.
func english(b Base) Base {
	b.Lang = English
	return b
}

// evening is the value of the field "start" of an evening in June 2026.
func evening(day int) event.Value {
	return event.Times{Start: tokyo(2026, time.June, day, 19, 0), End: tokyo(2026, time.June, day, 21, 0), Zone: "Asia/Tokyo"}
}

func tokyo(year int, month time.Month, day, hour, minute int) event.Moment {
	return event.At(time.Date(year, month, day, hour, minute, 0, 0, event.Tokyo))
}

func held(start, end event.Moment) event.Event {
	return event.Event{UID: "0000000200005000-x", Community: "v-tomo", Details: event.Details{
		Title: "第9回勉強会", Status: event.Confirmed, Span: event.Span{Start: start, End: end, Zone: "Asia/Tokyo"},
	}}
}

// TestGrid: whole weeks from Monday to Sunday that hold the month, and none that does
// not touch it.
func TestGrid(t *testing.T) {
	for _, c := range []struct {
		year        int
		month       time.Month
		first, last string
	}{
		{2026, time.December, "2026-11-30", "2027-01-03"},
		{2027, time.January, "2026-12-28", "2027-01-31"},
		{2027, time.February, "2027-02-01", "2027-02-28"},
		{2028, time.February, "2028-01-31", "2028-03-05"},
		{2026, time.August, "2026-07-27", "2026-09-06"},
	} {
		if first, last := Grid(c.year, c.month); first.String() != c.first || last.String() != c.last {
			t.Errorf("%d-%02d: %s to %s, want %s to %s", c.year, c.month, first, last, c.first, c.last)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		year, month := rapid.IntRange(1, 9998).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month"))
		first, last := Grid(year, month)
		begin := event.Date{Year: year, Month: month, Day: 1}
		days := last.Sub(first) + 1
		if first.Weekday() != time.Monday || last.Weekday() != time.Sunday || days%7 != 0 || begin.Sub(first) < 0 || begin.Sub(first) > 6 || last.Add(-6).Month != month {
			t.Fatalf("%d-%02d: %s to %s", year, month, first, last)
		}
	})
}

// TestWhichCells: an event stands on each of its days, with its hour on the day it
// begins, over the end of a year and in the days of the calendar's zone.
func TestWhichCells(t *testing.T) {
	night := held(tokyo(2026, time.December, 31, 22, 0), tokyo(2027, time.January, 1, 0, 0))
	away := held(event.At(time.Date(2026, time.December, 30, 20, 0, 0, 0, newYork)), event.At(time.Date(2026, time.December, 30, 22, 0, 0, 0, newYork)))
	away.Zone = "America/New_York"
	parts := held(tokyo(2026, time.December, 7, 10, 0), tokyo(2026, time.December, 21, 17, 0))
	parts.Sessions = []event.Session{{Start: tokyo(2026, time.December, 7, 10, 0), End: tokyo(2026, time.December, 7, 17, 0)}, {Start: tokyo(2026, time.December, 21, 13, 0), End: tokyo(2026, time.December, 21, 17, 0)}}
	for _, c := range []struct {
		name string
		e    event.Event
		want map[string]string
	}{
		{"over the turn of the year", held(event.On(event.Date{Year: 2026, Month: 12, Day: 30}), event.On(event.Date{Year: 2027, Month: 1, Day: 2})), map[string]string{"2026-12-30": "", "2026-12-31": "", "2027-01-01": "", "2027-01-02": ""}},
		{"a night that ends at midnight", night, map[string]string{"2026-12-31": "22:00"}},
		{"in another zone, with the hour of that zone", away, map[string]string{"2026-12-31": ""}},
		{"two parts, two weeks apart", parts, map[string]string{"2026-12-07": "10:00", "2026-12-21": "13:00"}},
		{"beyond the grid", held(tokyo(2027, time.January, 4, 19, 0), event.Moment{}), map[string]string{}},
	} {
		m := Month{Base: base, Year: 2026, Month: time.December, Now: time.Date(2026, 12, 1, 9, 0, 0, 0, event.Tokyo), Events: []event.Event{c.e}}
		got := map[string]string{}
		for _, week := range m.Weeks() {
			for _, cell := range week {
				for _, i := range cell.Items {
					got[cell.Date.String()] = i.Hours
				}
				for _, b := range cell.Bars {
					got[cell.Date.String()] = b.Hours
				}
			}
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestFullCells: a day names a few of its events and counts the others; in files, which
// have no list of one day, it names all.
func TestFullCells(t *testing.T) {
	m := Month{Base: base, Year: 2026, Month: time.June, Now: time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)}
	for range inCell + 3 {
		m.Events = append(m.Events, held(tokyo(2026, time.June, 10, 19, 0), event.Moment{}))
	}
	cell := func() Cell { return m.Weeks()[1][2] }
	if c := cell(); c.Date.Day != 10 || len(c.Items) != inCell || c.More != 3 || c.Link != "/k/?from=2026-06-10&q=on%3A2026-06-10" {
		t.Errorf("%s: %d named, %d more, %s", c.Date, len(c.Items), c.More, c.Link)
	}
	m.Static = true
	if c := cell(); len(c.Items) != inCell+3 || c.More != 0 || c.Link != "" {
		t.Errorf("as a file: %d named, %d more, %q", len(c.Items), c.More, c.Link)
	}
}

// TestDays: what began earlier stands under the first day shown, and says until when it
// goes on.
func TestDays(t *testing.T) {
	now := time.Date(2026, 6, 10, 12, 0, 0, 0, event.Tokyo)
	over := held(tokyo(2026, time.June, 10, 9, 0), tokyo(2026, time.June, 10, 10, 0))
	days := base.days([]event.Event{
		held(event.On(event.Date{Year: 2026, Month: 6, Day: 8}), event.On(event.Date{Year: 2026, Month: 6, Day: 12})), over,
		held(tokyo(2026, time.June, 11, 19, 0), event.Moment{}), held(tokyo(2026, time.June, 13, 19, 0), event.Moment{}),
	}, event.Date{Year: 2026, Month: 6, Day: 10}, now)
	if len(days) != 3 || days[0].Near != "今日" || days[1].Near != "明日" || days[2].Near != "" || len(days[0].Items) != 2 {
		t.Fatalf("%+v", days)
	}
	if i := days[0].Items[0]; i.Hours != "6/12（金）まで" || !i.Running || i.Over {
		t.Errorf("%+v", i)
	}
	if i := days[0].Items[1]; i.Running || !i.Over {
		t.Errorf("%+v", i)
	}
}

// TestTimesAreWordedInBothLanguages, in the zone of the event.
func TestTimesAreWordedInBothLanguages(t *testing.T) {
	day := func(d int) event.Moment { return event.On(event.Date{Year: 2026, Month: 6, Day: d}) }
	for _, c := range []struct {
		s                              event.Span
		hours, span, hoursEn, spanInEn string
	}{
		{event.Span{Start: tokyo(2026, 6, 10, 19, 0)}, "19:00", "2026年6月10日（水） 19:00", "19:00", "Wed 10 June 2026 19:00"},
		{event.Span{Start: tokyo(2026, 6, 10, 19, 0), End: tokyo(2026, 6, 10, 21, 30)}, "19:00–21:30", "2026年6月10日（水） 19:00–21:30", "19:00–21:30", "Wed 10 June 2026 19:00–21:30"},
		{event.Span{Start: tokyo(2026, 6, 10, 22, 0), End: tokyo(2026, 6, 11, 5, 0)}, "22:00–05:00", "2026年6月10日（水） 22:00 – 2026年6月11日（木） 05:00", "22:00–05:00", "Wed 10 June 2026 22:00 – Thu 11 June 2026 05:00"},
		{event.Span{Start: tokyo(2026, 6, 10, 10, 0), End: tokyo(2026, 6, 12, 17, 0)}, "10:00 6/12（金）まで", "2026年6月10日（水） 10:00 – 2026年6月12日（金） 17:00", "10:00 to 12 Jun", "Wed 10 June 2026 10:00 – Fri 12 June 2026 17:00"},
		{event.Span{Start: day(10), WholeDay: true}, "終日", "2026年6月10日（水）", "All day", "Wed 10 June 2026"},
		{event.Span{Start: day(10)}, "時刻未発表", "2026年6月10日（水） 時刻未発表", "time not announced", "Wed 10 June 2026 time not announced"},
		{event.Span{Start: day(10), End: day(12)}, "6/12（金）まで", "2026年6月10日（水） – 2026年6月12日（金）", "to 12 Jun", "Wed 10 June 2026 – Fri 12 June 2026"},
		{event.Span{Start: event.At(time.Date(2026, 6, 10, 20, 0, 0, 0, newYork)), Zone: "America/New_York"}, "20:00", "2026年6月10日（水） 20:00 (America/New_York)", "20:00", "Wed 10 June 2026 20:00 (America/New_York)"},
	} {
		got := []string{hours(Japanese, languages[Japanese], c.s), wording.Page(Japanese).Span(c.s), hours(English, languages[English], c.s), wording.Page(English).Span(c.s)}
		if want := []string{c.hours, c.span, c.hoursEn, c.spanInEn}; !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

// TestTheBoxKeepsTheFilter: whatever was asked for stands in the address of every
// client, and comes out of it as it was.
func TestTheBoxKeepsTheFilter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Subscribe{
			Base: base, Feed: rapid.SampledFrom([]string{"/calendar.ics", "/communities/v-tomo.ics"}).Draw(t, "feed"), Query: rapid.String().Draw(t, "query"),
			Cancelled: rapid.SampledFrom([]publish.Policy{"", publish.Keep, publish.Mark, publish.Hide}).Draw(t, "policy"), Days: rapid.SampledFrom([]int{0, 30}).Draw(t, "days"),
		}
		for name, link := range map[string]string{"": s.FeedURL(), "apple": string(s.AppURL()), "google": s.GoogleURL(), "outlook": s.OutlookURL()} {
			u, err := url.Parse(link)
			if err != nil {
				t.Fatal(err)
			}
			if inner := u.Query().Get("cid") + u.Query().Get("url"); name != "apple" && inner != "" {
				if u, err = url.Parse(inner); err != nil {
					t.Fatal(err)
				}
			}
			want := map[string]string{"q": s.Query, "days": map[int]string{0: "", 30: "30"}[s.Days], "cancelled": string(s.Cancelled), "for": name}
			if s.Cancelled != "" {
				want["for"] = ""
			}
			for key, value := range want {
				if got := u.Query().Get(key); got != value {
					t.Fatalf("%s: %s is %q, want %q, in %s", name, key, got, value, link)
				}
			}
			if scheme := map[string]string{"apple": "webcal", "google": "webcal"}[name]; u.Host != "koyomi.example" || u.Path != "/k"+s.Feed || scheme != "" && u.Scheme != scheme {
				t.Fatalf("%s: %s", name, u)
			}
		}
	})
}

// TestStructuredData: what schema.org wants of an event stands in its page, as JSON that
// no text can leave.
func TestStructuredData(t *testing.T) {
	e := held(tokyo(2026, 6, 10, 19, 0), tokyo(2026, 6, 10, 21, 0))
	e.Title, e.Location, e.OnlineURL, e.Mode, e.Geo = `</script><b>"`, "渋谷ヒカリエ", "https://meet.example/x", event.Hybrid, &event.Geo{Lat: 35.5, Lon: 139.5}
	e.Status, e.URL = event.Cancelled, "https://v-tomo.example/9"
	page, err := RenderEvent(Event{Base: base, Event: e, Pictured: true})
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), `<script type="application/ld+json">`)
	text, _, _ := strings.Cut(rest, "</script>")
	var got map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	place := map[string]any{"@type": "PostalAddress", "streetAddress": "渋谷ヒカリエ", "addressCountry": "JP"}
	want := map[string]any{
		"image": []any{"https://koyomi.example/k/og/0000000200005000.png"}, "inLanguage": "ja",
		"offers":      map[string]any{"@type": "Offer", "url": e.URL},
		"description": "【中止】 · 2026年6月10日（水） 19:00–21:00 · 渋谷ヒカリエ＋オンライン · 仮想化友の会",
		"@context":    "https://schema.org", "@type": "Event", "name": e.Title, "startDate": "2026-06-10T19:00:00+09:00", "endDate": "2026-06-10T21:00:00+09:00",
		"eventStatus": "https://schema.org/EventCancelled", "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
		"url": "https://koyomi.example/k/events/0000000200005000", "sameAs": e.URL,
		"location": []any{
			map[string]any{"@type": "Place", "name": "渋谷ヒカリエ", "address": place, "geo": map[string]any{"@type": "GeoCoordinates", "latitude": 35.5, "longitude": 139.5}},
			map[string]any{"@type": "VirtualLocation", "url": "https://meet.example/x"},
		},
		"organizer": map[string]any{"@type": "Organization", "name": "仮想化友の会", "url": "https://koyomi.example/k/communities/v-tomo"}, //nolint:misspell // schema.org
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	e.Withdrawn = true
	if page, _ := RenderEvent(Event{Base: base, Event: e}); strings.Contains(string(page), "ld+json") || !strings.Contains(string(page), "noindex") {
		t.Error("what was taken away is told to search engines")
	}
}

// TestEveryWordIsThere in both languages, with places for the same values.
func TestEveryWordIsThere(t *testing.T) {
	var check func(ja, en reflect.Value)
	check = func(ja, en reflect.Value) {
		for i := range ja.NumField() {
			if ja.Field(i).Kind() == reflect.Struct {
				check(ja.Field(i), en.Field(i))
				continue
			}
			name, a, b := ja.Type().Field(i).Name, ja.Field(i).String(), en.Field(i).String()
			if a == "" || b == "" || strings.Count(a, "%") != strings.Count(b, "%") {
				t.Errorf("%s: %q and %q", name, a, b)
			}
		}
	}
	check(reflect.ValueOf(languages[Japanese]), reflect.ValueOf(languages[English]))
}

// TestHistoryIsToldInWords: no kind of change, no field and no status is shown by the
// name that it has inside.
func TestHistoryIsToldInWords(t *testing.T) {
	kinds := []event.ChangeKind{event.ChangeAdded, event.ChangeEdited, event.ChangeMoved, event.ChangeRelocated, event.ChangePostponed, event.ChangeCancelled, event.ChangeReinstated, event.ChangeWithdrawn, event.ChangeMerged, event.ChangeSplit}
	fields := []string{"title", "mode", "online_url", "url", "description", "tags", "registration_opens", "registration_closes", "sources", "community"}
	seen := map[string]bool{}
	for _, kind := range kinds {
		ja, en := kindOf(Japanese, kind), kindOf(English, kind)
		if ja == string(kind) || ja == "" || en == "" || seen[ja] || seen[en] {
			t.Errorf("%s: %q, %q", kind, ja, en)
		}
		seen[ja], seen[en] = true, true
	}
	for _, field := range fields {
		if ja, en := fieldOf(Japanese, field), fieldOf(English, field); ja == field || ja == "" || en == "" {
			t.Errorf("%s: %q, %q", field, ja, en)
		}
	}
	for _, field := range []string{"start", "status", "location", "event"} {
		if ja, en := fieldOf(Japanese, field), fieldOf(English, field); ja != "" || en != "" {
			t.Errorf("%s: %q, %q, and its kind says it", field, ja, en)
		}
	}
	for _, status := range []event.Status{event.Confirmed, event.Cancelled, event.Postponed, event.Tentative} {
		if ja := value(Japanese, "status", event.Text(status)); ja == string(status) {
			t.Errorf("%s is shown as it is", status)
		}
	}
	e := Event{Base: english(base), Changes: []event.Change{
		{Kind: event.ChangeAdded, After: event.Text("第9回"), At: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)},
		{Kind: event.ChangeMoved, Field: "start", Before: evening(10), After: evening(11), At: time.Date(2026, 5, 2, 15, 0, 0, 0, time.UTC)},
		{Kind: event.ChangeEdited, Field: "description", Before: event.Text(strings.Repeat("長", 999)), After: event.Text("短"), At: time.Date(2026, 5, 3, 15, 0, 0, 0, time.UTC)},
		{Kind: event.ChangeMerged, Field: "event", Before: event.Text("もう一つ"), After: event.Text("8a0b6498-7b09-59ca-8000-000000000000")},
		{Kind: event.ChangeSplit, Field: "event", Before: event.Text("8a0b6498-7b09-59ca-8000-000000000000"), After: event.Text("もう一つ")},
	}}
	steps := e.History()
	for _, s := range steps[:2] {
		if s.Old != "" || s.New != "もう一つ" {
			t.Errorf("%+v", s)
		}
	}
	steps = steps[2:]
	if len(steps) != 3 || steps[0].Old != "" || steps[0].New != "" || steps[1].Old != "Wed 10 June 2026 19:00–21:00" || steps[1].At != "2026-05-03 00:00" || steps[2].New != "第9回" {
		t.Errorf("%+v", steps)
	}
}

// TestASourceSaysHowItDoes: the worst first, and one that fell silent is told of.
func TestASourceSaysHowItDoes(t *testing.T) {
	now := time.Date(2026, 6, 10, 12, 0, 0, 0, event.Tokyo)
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	s := Sources{Base: english(base), Now: now, All: []Source{
		{ID: "off", Off: "archived"},
		{ID: "quiet", State: health.Unchanged, LastPoll: ago(0), Rhythm: health.Rhythm{Usual: 30 * 24 * time.Hour, Last: ago(100), Quiet: true}},
		{ID: "well", State: health.Applied, LastPoll: ago(0), Rhythm: health.Rhythm{Usual: 6 * time.Hour, Last: ago(0)}, Polls: []Visit{{4, true}, {0, false}, {6, true}}},
		{ID: "new"},
		{ID: "held", State: health.Held, Cause: health.CauseEmpty, Message: "internal", LastPoll: ago(0)},
	}}
	var got []string
	for _, l := range s.Lines() {
		got = append(got, strings.Join([]string{l.ID, l.Verdict, l.Message, l.Usual}, " | "))
	}
	want := []string{
		"held | waits for a person | no event was read where some should be | ",
		"quiet | works | Nothing new for 100 days: perhaps it is announced elsewhere now. | something new about every 30 days",
		"well | works |  | something new about every day",
		"new | not visited yet |  | ",
		"off | not visited |  | ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if s.Tally() != "2 work, 1 have a problem." {
		t.Error(s.Tally())
	}
	if k := s.Lines()[2].Spark; k.Least != 4 || k.Most != 6 || k.Last != 6 || len(k.Bad) != 1 || strings.Count(k.Points, ",") != 2 {
		t.Errorf("%+v", k)
	}
}

// TestLinksStayUnderTheSite: the site may live under a path, a language that was chosen
// stays, and files end in .html.
func TestLinksStayUnderTheSite(t *testing.T) {
	b := base
	for _, c := range []struct {
		name, got, want string
	}{
		{"a page", b.Link("/events/1"), "/k/events/1"},
		{"with a filter", b.Link("/", "q", "仮想 OR KVM", "from", ""), "/k/?q=%E4%BB%AE%E6%83%B3+OR+KVM"},
		{"a document", b.File("/calendar.ics"), "/k/calendar.ics"},
		{"a community that is not known", b.CommunityLink("none"), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
	b.Chosen, b.Lang = true, English
	if got := b.Link("/month/2026-06", "q", "kvm"); got != "/k/month/2026-06?lang=en&q=kvm" {
		t.Error(got)
	}
	b.Static = true
	if got := b.Link("/month/2026-06", "q", "kvm"); got != "/k/en/month/2026-06.html" {
		t.Error(got)
	}
	b.PublicURL = "https://koyomi.example"
	if got := b.File("/style.css"); got != "/style.css" {
		t.Error(got)
	}
}

// TestHistoryIsWrittenByField: a former time names its zone where that is not Tokyo's,
// and a title that looks like a time, or like a state, is left alone.
func TestHistoryIsWrittenByField(t *testing.T) {
	e := Event{Base: english(base), Changes: []event.Change{
		{Kind: event.ChangeEdited, Field: "title", Before: event.Text("2026-06-10"), After: event.Text("cancelled")},
		{
			Kind: event.ChangeMoved, Field: "start",
			Before: event.Times{Start: event.At(time.Date(2026, 6, 10, 19, 0, 0, 0, event.Zone("Europe/Berlin"))), Zone: "Europe/Berlin"},
		},
	}}
	steps := e.History()
	if s := steps[1]; s.Old != "2026-06-10" || s.New != "cancelled" {
		t.Errorf("%+v", s)
	}
	if s := steps[0]; s.Old != "Wed 10 June 2026 19:00 (Europe/Berlin)" {
		t.Errorf("%+v", s)
	}
}
