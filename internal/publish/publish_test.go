package publish

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"pgregory.net/rapid"

	"koyomi/internal/event"
)

var today = event.Date{Year: 2009, Month: 5, Day: 18}

func made(title, start, end string, change ...func(*event.Event)) event.Event {
	e := event.Event{UID: "00000001-0000-5000-8000-000000000000", Community: "bpstudy", Sources: []string{"bpstudy"}}
	e.Title, e.Zone, e.Status, e.Type = title, "Asia/Tokyo", event.Confirmed, event.TypeEvent
	for _, m := range []struct {
		text string
		to   *event.Moment
	}{{start, &e.Start}, {end, &e.End}} {
		var err error
		if *m.to, err = event.ParseMoment(m.text, event.Tokyo); err != nil {
			panic(err)
		}
	}
	for _, f := range change {
		f(&e)
	}
	return e
}

func cancelled(day string) func(*event.Event) {
	return func(e *event.Event) {
		e.Status = event.Cancelled
		e.CancelledAt, _ = time.Parse(time.RFC3339, day+"T12:00:00+09:00")
	}
}

func TestChooses(t *testing.T) {
	for name, c := range map[string]struct {
		event  event.Event
		policy Policy
		want   bool
	}{
		"to come":                                   {made("a", "2009-05-22", ""), Keep, true},
		"half a year ago":                           {made("a", "2008-11-19", ""), Keep, true},
		"longer ago":                                {made("a", "2008-11-18", ""), Keep, false},
		"still going on when the window begins":     {made("a", "2008-11-01", "2008-11-19"), Keep, true},
		"the last day of the window":                {made("a", "2010-06-22T23:00:00+09:00", ""), Keep, true},
		"after the window":                          {made("a", "2010-06-23", ""), Keep, false},
		"withdrawn":                                 {made("a", "2009-05-22", "", func(e *event.Event) { e.Withdrawn = true }), Keep, false},
		"merged":                                    {made("a", "2009-05-22", "", func(e *event.Event) { e.MergedInto = "x" }), Keep, false},
		"cancelled, to come":                        {made("a", "2009-05-22", "", cancelled("2009-05-01")), Keep, true},
		"cancelled, to come, hidden":                {made("a", "2009-05-22", "", cancelled("2009-05-01")), Hide, false},
		"cancelled, marked":                         {made("a", "2009-05-22", "", cancelled("2009-05-01")), Mark, true},
		"cancelled long before, over yesterday":     {made("a", "2009-05-17", "", cancelled("2009-04-01")), Keep, false},
		"cancelled long before, over today":         {made("a", "2009-05-18T08:00:00+09:00", "2009-05-18T08:30:00+09:00", cancelled("2009-04-01")), Keep, true},
		"over, cancelled 13 days ago":               {made("a", "2009-05-06", "", cancelled("2009-05-05")), Keep, true},
		"over, cancelled 14 days ago, till tonight": {made("a", "2009-05-06", "", cancelled("2009-05-04")), Keep, true},
		"over, cancelled 15 days ago":               {made("a", "2009-05-06", "", cancelled("2009-05-03")), Keep, false},
	} {
		got := len(Choose([]event.Event{c.event}, Calendar{Cancelled: c.policy}, today)) == 1
		if got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestTitles(t *testing.T) {
	for _, c := range []struct {
		status event.Status
		policy Policy
		title  string
		want   string
	}{
		{event.Confirmed, Keep, "会", "会"},
		{event.Cancelled, Keep, "会", "会"},
		{event.Cancelled, Mark, "会", "【中止】会"},
		{event.Postponed, Keep, "会", "【延期】会"},
		{event.Confirmed, Keep, "", Untitled},
	} {
		e := made(c.title, "2009-05-22", "", func(e *event.Event) { e.Status = c.status })
		if got := Title(e, c.policy); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.status, c.policy, got, c.want)
		}
	}
}

func TestOrder(t *testing.T) {
	day, morning := made("d", "2009-05-22", ""), made("m", "2009-05-22T09:00:00+09:00", "")
	next := made("n", "2009-05-23", "")
	other := day
	other.UID = "00000002"
	all := Choose([]event.Event{next, morning, other, day}, Calendar{}, today)
	var got []string
	for _, e := range all {
		got = append(got, e.Title+e.UID[7:8])
	}
	if s := strings.Join(got, " "); s != "d1 d2 m1 n1" {
		t.Errorf("order %s", s)
	}
}

func TestSeals(t *testing.T) {
	body := []byte(strings.Repeat("BEGIN:VEVENT\r\n", 1000))
	at := time.Date(2009, 5, 18, 9, 0, 0, 5, event.Tokyo)
	a, b := Seal(body, "text/calendar", at), Seal(bytes.Clone(body), "text/calendar", at)
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("equal bytes are sealed otherwise: %s", diff)
	}
	r, err := gzip.NewReader(bytes.NewReader(a.Gzip))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, body) {
		t.Errorf("compressed bytes come back otherwise: %v", err)
	}
	if a.ETag == a.GzipETag || len(a.ETag) < 20 || strings.HasPrefix(a.ETag, "W/") || a.LastModified.Nanosecond() != 0 || a.LastModified.Location() != time.UTC {
		t.Errorf("%s %s %v", a.ETag, a.GzipETag, a.LastModified)
	}
	if c := Seal([]byte("x"), "text/plain", at); c.Gzip != nil || c.ETag == a.ETag {
		t.Errorf("one octet is compressed to %d", len(c.Gzip))
	}
}

// TestJSONComesBack holds for every event: what the API tells is read as told.
func TestJSONComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := made("勉強会", "2009-05-22", "")
		e.Title = rapid.SampledFrom([]string{"勉強会", "a<b>&c", `"`, ""}).Draw(t, "title")
		e.URL = rapid.SampledFrom([]string{"", "https://example.jp/a?b=c&d=%E4%BC%9A"}).Draw(t, "url")
		e.Tags = rapid.SampledFrom([][]string{nil, {"KVM"}, {"a", "b"}}).Draw(t, "tags")
		e.Mode = rapid.SampledFrom([]event.Mode{"", event.Hybrid}).Draw(t, "mode")
		start := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "start"), 0).In(event.Tokyo)
		e.Start = event.At(start)
		if rapid.Bool().Draw(t, "end") {
			e.End = event.At(start.Add(time.Hour))
		}
		if rapid.Bool().Draw(t, "all day") {
			e.Start, e.End = event.On(e.Start.Date), event.On(e.End.Date)
			e.WholeDay = e.End.IsZero() && rapid.Bool().Draw(t, "called a whole day")
		}
		if rapid.Bool().Draw(t, "parts") {
			e.Sessions = []event.Session{{Start: e.Start, End: e.End}, {Start: e.Start}}
		}
		e.Updated = start.UTC()
		b, err := json.Marshal(Page{Events: []JSON{ToJSON(e)}})
		if err != nil {
			t.Fatal(err)
		}
		page, err := DecodePage(bytes.NewReader(b))
		if err != nil || len(page.Events) != 1 || page.Next != "" {
			t.Fatalf("%v %q %s", err, page.Next, b)
		}
		same := cmp.Comparer(func(a, b event.Moment) bool { return a.Equal(b) })
		if diff := cmp.Diff(e, page.Events[0], same); diff != "" {
			t.Errorf("%s\n%s", diff, b)
		}
	})
}

func TestAnotherServersWordIsCleaned(t *testing.T) {
	page, err := DecodePage(strings.NewReader(`{"events":[{"uid":"a/../b\u001b[31m-1","title":"\u001b]8;;x\u0007赤\u202e","start":"2009-05-22","url":"javascript:alert(1)","tags":["\u0000",""],"tz":"../etc"}],"next":"abc"}`))
	if err != nil || page.Next != "abc" {
		t.Fatal(err, page.Next)
	}
	e := page.Events[0]
	if e.UID != "ab31m-1" || strings.ContainsAny(e.Title, "\x1b\x07\u202e") || e.URL != "" || len(e.Tags) != 0 || e.Span.Location() != event.Tokyo {
		t.Errorf("%+v", e)
	}
	for _, bad := range []string{"", "<html>", `{"events":[{"start":"soon"}]}`, `{"events":[{"updated":"soon"}]}`, `{"events":3}`} {
		if _, err := DecodePage(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is taken for a list", bad)
		}
	}
}

func TestPolicies(t *testing.T) {
	for s, want := range map[string]Policy{"": Keep, "keep": Keep, "mark": Mark, "hide": Hide, "KEEP": "", "x": ""} {
		if got, err := ParsePolicy(s); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v", s, got, err)
		}
	}
}

// TestEveryFieldIsInJSONOrLeftOut: a new field of events either is a member of the
// API's events, read back as it was, or is named here.
func TestEveryFieldIsInJSONOrLeftOut(t *testing.T) {
	leftOut := map[string]string{
		"description": "only `show` has it", "registration_opens": "registration", "registration_closes": "registration", "registration_state": "registration", "geo": "", "number": "",
		"zone": "tz", "whole_day": "time_announced",
	}
	e := made("勉強会", "2009-05-22T19:00:00+09:00", "2009-05-22T21:00:00+09:00")
	e.Status, e.Type, e.Mode, e.URL, e.OnlineURL = event.Tentative, event.TypeCFP, event.Hybrid, "https://example.jp/1", "https://example.jp/live"
	e.Location, e.Area, e.Tags, e.Sources, e.Community = "渋谷", "東京都", []string{"a"}, []string{"s"}, "c"
	e.Sessions = []event.Session{{Start: e.Start, End: e.End}}
	e.Seats, e.Fee = event.Seats{Limit: new(20), Accepted: new(17)}, event.Fee{Max: 1000, Currency: "JPY"}
	b, err := json.Marshal(ToJSON(e))
	if err != nil {
		t.Fatal(err)
	}
	members := map[string]any{}
	if err := json.Unmarshal(b, &members); err != nil {
		t.Fatal(err)
	}
	back, err := ToJSON(e).Event()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range event.Fields {
		_, out := leftOut[f.Name]
		if _, in := members[f.Name]; in == out {
			t.Errorf("%s: in JSON %v, left out %v", f.Name, in, out)
		}
		if !out && (f.Get(&e) == nil || !f.Equal(&e, &back)) {
			t.Errorf("%s: %v came back as %v", f.Name, f.Get(&e), f.Get(&back))
		}
	}
}
