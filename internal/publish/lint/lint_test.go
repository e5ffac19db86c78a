package lint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/publish/ical"
	"koyomi/internal/publish/lint"
)

var now = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// good is a calendar that no client minds.
const good = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//test//JA
METHOD:PUBLISH
NAME:勉強会
REFRESH-INTERVAL;VALUE=DURATION:PT6H
COLOR:steelblue
BEGIN:VTIMEZONE
TZID:Asia/Tokyo
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0900
TZOFFSETTO:+0900
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:a-1
DTSTAMP:20260501T000000Z
LAST-MODIFIED:20260501T000000Z
SEQUENCE:1
SUMMARY:仮想化友の会\, 第9回
DTSTART;TZID=Asia/Tokyo:20260610T190000
DTEND;TZID=Asia/Tokyo:20260610T204000
STATUS:CONFIRMED
GEO:35.6812;139.7671
URL:https://example.jp/9
END:VEVENT
END:VCALENDAR
`

func crlf(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }

func told(findings []lint.Finding) string {
	var all []string
	for _, f := range findings {
		all = append(all, fmt.Sprintf("%d %s %s", f.Line, f.Severity, f.Rule))
	}
	return strings.Join(all, " | ")
}

func TestFindsNothingInAGoodCalendar(t *testing.T) {
	if got := lint.Check(crlf(good), now); len(got) > 0 {
		t.Errorf("%s", told(got))
	}
}

// TestFindsWhatClientsTripOver changes the good calendar in one place each.
func TestFindsWhatClientsTripOver(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"UID:a-1\n", "", "16 error missing-uid"},
		{"UID:a-1", "UID: ", "17 error uid-empty"},
		{"UID:a-1", "UID:" + strings.Repeat("a", 60) + strings.Repeat("\n "+strings.Repeat("b", 60), 4), "17 warning uid-long"},
		{"DTSTAMP:20260501T000000Z\n", "", "16 error missing-dtstamp"},
		{"DTSTAMP:20260501T000000Z", "DTSTAMP:20260501T000000", "18 error stamp"},
		{"LAST-MODIFIED:20260501T000000Z\n", "", "16 note last-modified"},
		{"LAST-MODIFIED:2026", "LAST-MODIFIED:2027", "19 warning stamp-future"},
		{"SEQUENCE:1", "SEQUENCE:one", "20 error sequence"},
		{"SEQUENCE:1", "SEQUENCE:1\nSEQUENCE:2", "21 error twice"},
		{`友の会\,`, `友の会,`, "21 warning unescaped"},
		{`友の会\,`, `友の会\:`, "21 warning escape"},
		{`友の会\,`, `友の会` + "\u2028", "21 error line-separator"},
		{`友の会\,`, "友の会\x00", "21 error nul"},
		{`友の会\,`, "友の会\x1b", "21 error control"},
		{`友の会\,`, "友の会\xe9x", "21 error encoding"},
		{"友の会", "友の\xe4\xbc\n \x9a", "21 error fold-in-character | 22 error fold-in-character"},
		{"SUMMARY:仮想化友の会\\, 第9回\n", "", "16 warning title"},
		{"SUMMARY:", "SUMMARY:" + strings.Repeat("a", 80), "21 warning long-line"},
		{"SUMMARY:", "SUMMARY", "16 warning title | 21 error no-colon"},
		{"SUMMARY:", "SUM MARY:", "16 warning title | 21 error name"},
		{"SUMMARY:", "SUMMARY;LANGUAGE:", "16 warning title | 21 error parameter"},
		{"DTSTART;TZID=Asia/Tokyo:20260610T190000\n", "", "16 error missing-dtstart"},
		{"DTSTART;TZID=Asia/Tokyo:20260610T190000", "DTSTART;TZID=Asia/Tokyo:2026-06-10", "22 error time"},
		{"DTSTART;TZID=Asia/Tokyo:", "DTSTART:", "22 warning floating"},
		{"DTSTART;TZID=Asia/Tokyo:", "DTSTART;TZID=Tokyo Standard Time:", "22 error zone-unknown"},
		{"DTSTART;TZID=Asia/Tokyo:20260610T190000", "DTSTART;TZID=Asia/Tokyo:20260610T190000Z", "22 error utc-zone"},
		{"DTSTART;TZID=Asia/Tokyo:20260610T190000", "DTSTART:20260610", "22 error date-type | 23 error end-type"},
		{"DTSTART;TZID=Asia/Tokyo:20260610T190000\nDTEND;TZID=Asia/Tokyo:20260610T204000", "DTSTART;VALUE=DATE:20260610\nDTEND;VALUE=DATE:20260610", "23 error end-same-day"},
		{"DTEND;TZID=Asia/Tokyo:20260610T204000", "DTEND;TZID=Asia/Tokyo:20260610T180000", "23 error end-before"},
		{"DTEND;TZID=Asia/Tokyo:20260610T204000", "DTEND;TZID=Asia/Tokyo:20260610T190000", "23 warning no-length"},
		{"DTEND;TZID=Asia/Tokyo:20260610T204000", "DURATION:2H", "23 error duration"},
		{"DTEND;TZID=Asia/Tokyo:20260610T204000\n", "", "22 note no-end"},
		{"STATUS:CONFIRMED", "DURATION:PT2H", "24 error end-twice"},
		{"STATUS:CONFIRMED", "STATUS:CANCELED", "24 error status"},
		{"STATUS:CONFIRMED", "STATUS:MAYBE", "24 error status"},
		{"STATUS:CONFIRMED", "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20260701", "24 error rrule"},
		{"STATUS:CONFIRMED", "ATTENDEE:mailto:a@example.jp", "24 warning attendee"},
		{"STATUS:CONFIRMED", "DESCRIPTION:<p>hello</p>", "24 warning html-text"},
		{"35.6812;", `35.6812\;`, "25 error geo"},
		{"35.6812;139.7671", "139.7671;35.6812", "25 error geo"},
		{"example.jp/9", "example.jp/九", "26 warning url"},
		{"END:VEVENT\nEND", "BEGIN:VALARM\nEND:VALARM\nEND:VEVENT\nEND", "27 note alarm"},
		{"END:VEVENT\nEND", "END:VEVENT\nBEGIN:VEVENT\nUID:a-1\nDTSTAMP:20260501T000000Z\nLAST-MODIFIED:20260501T000000Z\nSUMMARY:b\nDTSTART;VALUE=DATE:20260610\nEND:VEVENT\nEND", "29 error uid-twice"},
		{"END:VCALENDAR\n", "", "1 error unfinished"},
		{"END:VEVENT\n", "", "1 error unfinished | 16 error unfinished | 27 error end"},
		{"VERSION:2.0", "VERSION:1.0", "2 error version"},
		{"VERSION:2.0\n", "", "1 error missing-version"},
		{"METHOD:PUBLISH", "METHOD:REQUEST", "4 warning method"},
		{"NAME:勉強会\n", "", "1 note calendar-name"},
		{";VALUE=DURATION", "", "6 warning refresh"},
		{"steelblue", "#4682B4", "7 warning color"},
		{"TZOFFSETTO:+0900", "TZOFFSETTO:+9:00", "13 error offset"},
		{"TZOFFSETTO:+0900", "TZOFFSETTO:+091859", "13 warning offset-seconds"},
		{"BEGIN:VCALENDAR\n", "\ufeffBEGIN:VCALENDAR\n", "1 error bom"},
		{"METHOD:PUBLISH\n", "METHOD:PUBLISH\n\n", "5 warning blank-line"},
	} {
		if !strings.Contains(good, c.old) {
			t.Fatalf("%q is not in the good calendar", c.old)
		}
		if got := told(lint.Check(crlf(strings.Replace(good, c.old, c.new, 1)), now)); got != c.want {
			t.Errorf("%q for %q:\n got %s\nwant %s", c.new, c.old, got, c.want)
		}
	}
}

func TestFindsWhatIsNoCalendar(t *testing.T) {
	for data, want := range map[string]string{
		"":                               "0 error empty",
		"\r\n \r\n":                      "0 error empty",
		"<!DOCTYPE html><p>gone</p>\r\n": "1 error html | 1 error no-colon | 0 error no-calendar",
		"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nNAME:x\r\nEND:VCALENDAR\r\n": "1 error no-component | 1 note no-event",
		good: "1 warning line-ending",
		strings.TrimSuffix(string(crlf(good)), "\r\n"): "28 warning last-line",
		"BEGIN:VEVENT\r\nEND:VEVENT\r\n":               "1 error outside | 0 error no-calendar",
		strings.Repeat("BEGIN:A\r\n", 5000):            "1 error outside | 21 error depth | 0 error no-calendar",
	} {
		if got := told(lint.Check([]byte(data), now)); got != want {
			t.Errorf("%.60q:\n got %s\nwant %s", data, got, want)
		}
	}
}

// TestOwnCalendarsAreClean: whatever an event is made of, what koyomi writes of it has
// nothing to trip over.
func TestOwnCalendarsAreClean(t *testing.T) {
	texts := []string{"", "勉強会, 第9回; \\n", "<p>x</p>", strings.Repeat("長い題名", 60), "a\r\nBEGIN:VEVENT", "\u2028\u2029\x00\x1b", "👨‍👩‍👧‍👦", "【中止】"}
	moments := [][2]string{{"2026-06-10T19:00:00+09:00", ""}, {"2026-06-10T19:00:00+09:00", "2026-06-10T21:00:00+09:00"}, {"2026-06-10", ""}, {"2026-06-10", "2026-06-12"}}
	var events []event.Event
	for i, words := range texts {
		for j, m := range moments {
			for k, status := range []event.Status{event.Confirmed, event.Cancelled, event.Postponed, event.Tentative} {
				e := event.Event{UID: fmt.Sprintf("%08d-%04d-5%03d-8000-000000000000", i, j, k), Created: now.AddDate(0, -1, 0), Updated: now.AddDate(0, -1, 0)}
				e.Title, e.Location, e.Description, e.Tags, e.URL = words, words, strings.ReplaceAll(words, "<p>", ""), []string{words}, "https://example.jp/九"
				e.Start, _ = event.ParseMoment(m[0], event.Tokyo)
				e.End, _ = event.ParseMoment(m[1], event.Tokyo)
				e.Zone, e.Status, e.Type = "Asia/Tokyo", status, event.TypeEvent
				events = append(events, e)
			}
		}
	}
	for _, c := range []publish.Calendar{{Name: "暦"}, {Name: "暦", Cancelled: publish.Mark}, {Name: "暦", UTC: true, Cancelled: publish.Hide}} {
		c.URL, c.EventBase, c.Source = "https://koyomi.example/", "https://koyomi.example/events/", "https://koyomi.example/calendar.ics"
		for _, list := range [][]event.Event{nil, events} {
			got := lint.Check(ical.Write(list, c, now), now)
			got = slices.DeleteFunc(got, func(f lint.Finding) bool { return f.Rule == "no-event" })
			if len(got) > 0 {
				t.Errorf("%d events: %s: %s", len(list), told(got), got[0].Reason)
			}
		}
	}
}

func TestLooksAtTheAnswer(t *testing.T) {
	for _, c := range []struct {
		answer lint.Answer
		want   string
	}{
		{lint.Answer{ContentType: "text/calendar; charset=utf-8", ETag: `"x"`, Secure: true}, ""},
		{lint.Answer{ContentType: "text/html", ETag: `"x"`, Secure: true}, "0 warning content-type"},
		{lint.Answer{ContentType: "text/calendar; charset=Shift_JIS", LastModified: "x", Secure: true}, "0 error charset"},
		{lint.Answer{ContentType: "text/calendar"}, "0 note insecure | 0 warning validators"},
	} {
		if got := told(lint.CheckAnswer(c.answer)); got != c.want {
			t.Errorf("%+v: got %s, want %s", c.answer, got, c.want)
		}
	}
}

func TestTellsEachRuleAFewTimes(t *testing.T) {
	got := lint.Check(crlf(strings.Replace(good, "STATUS:CONFIRMED\n", strings.Repeat("no colon here\n", 5000), 1)), now)
	if len(got) != 11 || got[10].Reason != "4990 more of this sort" {
		t.Errorf("%d findings, the last %+v", len(got), got[len(got)-1])
	}
	if lint.Worst(got) != lint.Error || lint.Worst(nil) != lint.Note {
		t.Error("the worst is wrong")
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(crlf(good))
	f.Add([]byte("BEGIN:VCALENDAR\r\n \xe4\xbc"))
	f.Add([]byte("A;B=\"\":\r\nEND:\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, found := range lint.Check(data, now) {
			if found.Line < 0 || found.Line > strings.Count(string(data), "\n")+strings.Count(string(data), "\r")+1 || found.Reason == "" || strings.ContainsAny(found.Reason, "\r\n\x00\x1b") {
				t.Errorf("%+v", found)
			}
		}
	})
}
