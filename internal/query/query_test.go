package query

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"koyomi/internal/event"
	"koyomi/internal/source"
)

// now is a Monday.
var (
	now = time.Date(2009, 5, 18, 9, 0, 0, 0, event.Tokyo)
	env = Env{Now: now, Zone: event.Tokyo}
)

func moment(s string) event.Moment {
	m, err := event.ParseMoment(s, event.Tokyo)
	if err != nil {
		panic(err)
	}
	return m
}

func sample(title, start, end string) event.Event {
	e := event.Event{UID: "u", Community: "v-tomo", Sources: []string{"v-tomo"}}
	e.Title, e.Start, e.End, e.Zone = title, moment(start), moment(end), "Asia/Tokyo"
	return e
}

var vtomo = &source.Community{ID: "v-tomo", Name: "仮想化友の会", Reading: "かそうかとものかい"}

// meeting is on Thursday evening, 28 May.
func meeting() event.Event {
	e := sample("仮想化友の会 第9回: KVM と Ｘｅｎ", "2009-05-28T19:00:00+09:00", "2009-05-28T20:40:00+09:00")
	e.Location, e.Area, e.Mode = "千代田区 会議室", "東京都", event.Onsite
	e.Seats, e.Fee = event.Seats{Limit: new(20), Accepted: new(17)}, event.Fee{Min: 1000, Max: 3000, Currency: "JPY"}
	e.Description, e.Tags = "カーネルの話。100% \"open\" c++ linux-kvm", []string{"KVM", "Machine Learning"}
	return e
}

func TestMatches(t *testing.T) {
	for q, want := range map[string]bool{
		"": true, "kvm": true, "ＫＶＭ": true, "KV": true, "vm": false, "仮": true, "想化": true, "xen": true, "かーねる": true, "カーネル": true, "ｶｰﾈﾙ": true,
		"仮想化友の会": true, "かそうか": true, "千代田": true, `"第9回: kvm"`: true, `"kvm 第9回"`: false, "kvm xen": true, "kvm qemu": false,
		"kvm OR qemu": true, "-qemu": true, "-kvm": false, "(qemu OR kvm) xen": true, "-(kvm qemu)": true, "kvm AND xen": true, "100%": true, "c++": true, "linux-kvm": true, "tomo": true,
		"community:v-tomo": true, "community:仮想化友の会": true, "community:bpstudy": false, "source:v-tomo": true, "source:x": false,
		"tag:kvm": true, `tag:"machine learning"`: true, "tag:machine": false,
		"area:東京": true, "area:tokyo": true, "area:関東": true, "area:大阪": false, "is:onsite": true, "is:online": false, "is:オンライン": false,
		"status:confirmed": true, "status:cancelled": false, "-status:cancelled": true, "type:event": true, "type:cfp": false, "type:cfp OR kvm": true,
		"weekday:thu": true, "weekday:木曜": true, "weekday:sat": false, "time:evening": true, "time:夜": true, "time:morning": false, "time:18:00-": true, "time:-19:00": false, "time:19-20": true, "time:22:00-03:00": false,
		"after:2009-05-28": true, "after:2009-05-29": false, "before:2009-05-28": false, "before:2009-05-29": true, "on:2009-05-28": true, "on:5/28": true, "on:来週": true, "on:今週": false,
		"on:来週木曜": true, "on:next-thu": true, "on:木曜": false, "on:+10d": true, "on:2009-05": true, "on:2009": true, "after:来月": false, "before:来月": true, "area：東京　is：onsite": true,
		"19:00": false, "on:今週末": false,
		"seats:1": true, "seats:3": true, "seats:4": false, "seats:yes": true, "seats:あり": true, "seats:no": false, "seats:満席": false, "-seats:full": true,
		"fee:free": false, "fee:paid": true, "fee:1000": true, "fee:999": false, "fee:<1000": false, "fee:<=1000": true, "fee:<1,001": true, "fee:1000円": true, "fee:有料": true, "fee:無料": false,
	} {
		parsed, err := Parse(q, env)
		if err != nil {
			t.Errorf("%q: %v", q, err)
			continue
		}
		if got := parsed.Match(meeting(), vtomo); got != want {
			t.Errorf("%q: %v, want %v (read as %s)", q, got, want, parsed)
		}
	}
}

// TestDaysAtTheirEdges holds what the fields say of events that end or begin just
// there.
func TestDaysAtTheirEdges(t *testing.T) {
	show := sample("展示会", "2009-06-10", "2009-06-12")
	night := sample("夜通し", "2009-06-10T22:00:00+09:00", "2009-06-11T00:00:00+09:00")
	open := sample("終わり未定", "2009-06-10T23:00:00+09:00", "")
	parts := sample("二回", "2009-06-10T19:00:00+09:00", "2009-06-17T21:00:00+09:00")
	parts.Sessions = []event.Session{
		{Start: moment("2009-06-10T19:00:00+09:00"), End: moment("2009-06-10T21:00:00+09:00")},
		{Start: moment("2009-06-17T19:00:00+09:00"), End: moment("2009-06-17T21:00:00+09:00")},
	}
	for _, c := range []struct {
		event event.Event
		query string
		want  bool
	}{
		{show, "on:2009-06-09", false},
		{show, "on:2009-06-10", true},
		{show, "on:2009-06-12", true},
		{show, "on:2009-06-13", false},
		{show, "after:2009-06-12", true},
		{show, "after:2009-06-13", false},
		{show, "before:2009-06-10", false},
		{show, "before:2009-06-11", true},
		{show, "weekday:fri", true},
		{show, "weekday:sat", false},
		{show, "time:evening", false},
		{night, "on:2009-06-11", false},
		{night, "after:2009-06-11", true},
		{night, "weekday:thu", false},
		{open, "on:2009-06-11", true},
		{open, "after:2009-06-11", true},
		{open, "after:2009-06-12", false},
		{parts, "on:2009-06-12", false},
		{parts, "on:2009-06-17", true},
		{parts, "weekday:fri", false},
	} {
		q, err := Parse(c.query, env)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.Match(c.event, nil); got != c.want {
			t.Errorf("%s %s: %v, want %v", c.event.Title, c.query, got, c.want)
		}
	}
}

func TestErrorsPointAtTheColumn(t *testing.T) {
	for q, want := range map[string]string{
		"kvm near:東京":                 "query, column 5: near: is reserved, nothing reads it yet; the fields are",
		"仮想化 comunity:x":              "query, column 5: unknown field \"comunity:\"; did you mean community:?",
		"seats:many":                  "query, column 7: \"many\" is no number of seats; use seats:1",
		"seats:-1":                    "query, column 7: \"-1\" is no number of seats; use seats:1",
		"fee:<":                       "query, column 5: \"<\" is no fee; use fee:free",
		"fee:nan":                     "query, column 5: \"nan\" is no fee; use fee:free",
		"foo:bar":                     "query, column 1: unknown field \"foo:\"; the fields are community,",
		"https://example.jp":          "query, column 1: unknown field \"https:\"",
		"(kvm":                        "query, column 1: this ( is not closed; add a )",
		"kvm)":                        "query, column 4: nothing to close here",
		"()":                          "query, column 2: nothing stands before this )",
		"OR kvm":                      "query, column 1: OR with nothing before it",
		"kvm OR":                      "query, column 7: the query ends where a term should stand",
		"kvm AND":                     "query, column 5: AND with nothing beside it",
		`kvm "open`:                   `query, column 5: this quote is not closed; add a closing "`,
		"kvm -":                       "query, column 5: a - with nothing to leave out",
		"- kvm":                       "query, column 1: a - with nothing to leave out",
		"kvm -)":                      "query, column 5: a - with nothing to leave out",
		`""`:                          "query, column 1: nothing to search for in this word",
		"area:":                       "query, column 6: area: names nothing; write what is meant right after the colon, as area:東京",
		"area:どこか":                    `query, column 6: no area is called "どこか"; use a prefecture or region`,
		"is:remote":                   "query, column 4: is:remote is none of its values; use online, onsite, hybrid",
		"status:x":                    "query, column 8: status:x is none of its values",
		"weekday:x":                   `query, column 9: "x" is no day of the week`,
		"time:25:00-":                 `query, column 6: "25:00-" is no time of day`,
		"time:18:00-18:00":            `query, column 6: "18:00-18:00" is no time of day`,
		"on:2026-13-01":               "query, column 4: on: 2026-13-01 is no day; use 2026-06-10",
		"on:9999-99-99":               "query, column 4: on: 9999-99-99 is no day",
		"after:+99999d":               "query, column 7: after: +99999d is outside the years",
		"on:2/30":                     "query, column 4: on: 2/30 is no day",
		"a\x00b":                      "query, column 2: a control character (U+0000); remove it",
		"\xff":                        "query, column 1: not valid UTF-8",
		strings.Repeat("あ", 1001):     "query, column 1001: a query of 1001 characters; at most 1000 are read",
		strings.Repeat("x", 10<<20):   "query, column 1001: a query of 10485760 bytes; at most 1000",
		strings.Repeat("a ", 17):      "query, column 33: too many terms; at most 16 are read",
		strings.Repeat("(", 9) + "a":  "query, column 9: too deep; at most 8 levels",
		strings.Repeat("-", 9) + "a":  "query, column 9: too deep",
		strings.Repeat("\ufdfa", 100): "query, column 1: a query of",
		"kvm " + strings.Repeat("(", 8) + "a OR b": "query, column 12: this ( is not closed",
	} {
		_, err := Parse(q, env)
		if err == nil {
			t.Errorf("%.40q parses", q)
			continue
		}
		if !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.40q\n got %s\nwant %s", q, err, want)
		}
	}
}

func TestCanonicalForm(t *testing.T) {
	for q, want := range map[string]string{
		"": "", "  ": "", "ＫＶＭ": "kvm", "b a": "a b", "a a": "a", "(a b) c": "a b c", "b OR (a OR c)": "a OR b OR c", "(a OR b) c": "(a OR b) c",
		"--a": "a", "-(a b)": "-(a b)", "-(a)": "-a", `"a"`: "a", `"OR"`: "or", `"-x"`: `"-x"`, `"a:b"`: `"a:b"`, "19:00": "19:00", `"say ""hi"""`: `"say ""hi"""`,
		"status:canceled": "status:cancelled", "area:Tokyo": "area:tokyo", "weekday:土曜日": "weekday:sat", "time:18-": "time:18:00-", "time:~12:00": "time:-12:00", "time:0:00-24": "time:-24:00",
		"on:今日": "on:today", "on:明後日": "on:+2d", "after:7d": "after:+7d", "on:土曜": "on:sat", "on:今週末": "on:this-weekend", "on:2009年6月10日": "on:2009-06-10", "on:20090610": "on:2009-06-10", "on:6月10日": "on:6/10",
		"on:来週の土曜": "on:next-sat", "after:+2w": "after:+14d", "a AND b": "a b", `tag:"machine learning"`: `tag:"machine learning"`,
	} {
		parsed, err := Parse(q, env)
		if err != nil {
			t.Errorf("%q: %v", q, err)
			continue
		}
		if got := parsed.String(); got != want {
			t.Errorf("%q: %s, want %s", q, got, want)
		}
	}
}

// genQuery draws a query in any writing.
func genQuery(depth int) *rapid.Generator[string] {
	leaf := rapid.OneOf(
		rapid.SampledFrom([]string{
			"kvm", "仮想", "Ｘｅｎ", `"第9回 kvm"`, `"a ""b"""`, "c++", "19:00", "community:v-tomo", "tag:kvm", "area:関東", "is:onsite", "status:中止", "type:cfp", "weekday:木",
			"time:夜", "time:10:00-12:00", "after:今日", "before:+30d", "on:今週末", "on:2009-05", "after:2009-05-28", "on:5/28", "on:再来週土曜",
		}),
		rapid.StringMatching(`[a-zあ-んア-ン一二ａ-ｚ%_';*]{1,6}`),
		rapid.Custom(func(t *rapid.T) string {
			return `"` + strings.ReplaceAll(rapid.StringN(1, 8, -1).Draw(t, "phrase"), `"`, `""`) + `"`
		}),
	)
	if depth == 0 {
		return leaf
	}
	sub := genQuery(depth - 1)
	return rapid.Custom(func(t *rapid.T) string {
		a, b := sub.Draw(t, "a"), sub.Draw(t, "b")
		switch rapid.IntRange(0, 4).Draw(t, "shape") {
		case 0:
			return a + " " + b
		case 1:
			return "(" + a + " OR " + b + ")"
		case 2:
			return "-(" + a + ")"
		case 3:
			return a
		}
		return "(" + a + "　" + b + ")"
	})
}

// TestCanonicalFormMeansTheSame holds for every query: its canonical form parses
// to itself and answers alike, and its bounds let through whatever matches.
func TestCanonicalFormMeansTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, err := Parse(genQuery(3).Draw(t, "query"), env)
		if err != nil {
			return
		}
		again, err := Parse(q.String(), env)
		if err != nil {
			t.Fatalf("%s does not parse: %v", q, err)
		}
		if again.String() != q.String() {
			t.Fatalf("%s became %s", q, again)
		}
		e := genEvent(t)
		match := q.Match(e, vtomo)
		if again.Match(e, vtomo) != match {
			t.Fatalf("%s and its canonical form answer otherwise", q)
		}
		b := q.Bounds()
		outside := !b.From.IsZero() && !e.Over(2*time.Hour).After(b.From) || !b.Until.IsZero() && !e.Start.Begin(event.Tokyo).Before(b.Until)
		if match && outside {
			t.Fatalf("%s matches %v–%v outside its bounds %v", q, e.Start, e.End, b)
		}
	})
}

func genEvent(t *rapid.T) event.Event {
	e := meeting()
	e.Title = rapid.SampledFrom([]string{e.Title, "Xen 入門", "OSC", ""}).Draw(t, "title")
	e.Status = rapid.SampledFrom([]event.Status{event.Confirmed, event.Cancelled}).Draw(t, "status")
	e.Type = rapid.SampledFrom([]event.Type{"", event.TypeCFP}).Draw(t, "type")
	start := now.Add(time.Duration(rapid.IntRange(-1500, 1500).Draw(t, "hours")) * time.Hour)
	length := time.Duration(rapid.IntRange(0, 60).Draw(t, "length")) * time.Hour
	e.Start, e.End = event.At(start), event.At(start.Add(length))
	if rapid.Bool().Draw(t, "all day") {
		e.Start, e.End = event.On(e.Start.Date), event.On(e.End.Date)
	} else if length == 0 {
		e.End = event.Moment{}
	}
	return e
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"kvm OR (xen -qemu)", `tag:"a b" on:今週末`, `"a""b"`, "time:18:00-", "-", "((", "area：東京", "on:2/29", `“x”`, "a:b", "'; DROP TABLE events;--", "NEAR(", "%_", "＂x＂y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := Parse(s, env)
		if err != nil {
			if err.Column < 1 || err.Problem == "" {
				t.Errorf("%q: an error without a place: %#v", s, err)
			}
			return
		}
		again, err := Parse(q.String(), env)
		if err != nil || again.String() != q.String() {
			t.Errorf("%q: %s became %s: %v", s, q, again, err)
		}
		if q.Match(meeting(), vtomo) != again.Match(meeting(), vtomo) {
			t.Errorf("%q: %s answers otherwise", s, q)
		}
	})
}

func TestDays(t *testing.T) {
	for text, want := range map[string]string{
		"today": "2009-05-18", "今日": "2009-05-18", "明日": "2009-05-19", "+7d": "2009-05-25", "-3d": "2009-05-15", "+2w": "2009-06-01", "土曜": "2009-05-23", "mon": "2009-05-18", "日曜日": "2009-05-24",
		"今週": "2009-05-18 2009-05-24", "来週": "2009-05-25 2009-05-31", "先週": "2009-05-11 2009-05-17", "今週末": "2009-05-23 2009-05-24", "weekend": "2009-05-23 2009-05-24", "来週末": "2009-05-30 2009-05-31",
		"来週土曜": "2009-05-30", "今週の月曜": "2009-05-18", "再来週金曜": "2009-06-05", "今月": "2009-05-01 2009-05-31", "来月": "2009-06-01 2009-06-30", "2009-06": "2009-06-01 2009-06-30", "2010": "2010-01-01 2010-12-31",
		"2009-06-10": "2009-06-10", "2009/6/1": "2009-06-01", "2009年6月10日": "2009-06-10", "２００９年６月１０日": "2009-06-10", "6/10": "2009-06-10", "5/17": "2010-05-17", "5/18": "2009-05-18", "2/29": "2012-02-29",
		"2026-13-01": "", "2026-02-29": "", "9999-99-99": "", "": "", "x": "", "1/1/1": "", "+": "", "1066": "",
	} {
		first, last, err := Days(text, now, nil)
		got := first.String()
		if first != last {
			got += " " + last.String()
		}
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
	sunday := time.Date(2009, 5, 24, 23, 59, 0, 0, event.Tokyo)
	if first, last, _ := Days("今週末", sunday, nil); first.String() != "2009-05-23" || last.String() != "2009-05-24" {
		t.Errorf("on Sunday the weekend is %v–%v", first, last)
	}
	// It is another day already in Tokyo.
	if d, _ := Day("today", time.Date(2009, 5, 18, 16, 0, 0, 0, time.UTC), nil); d.String() != "2009-05-19" {
		t.Errorf("today in Tokyo is %v", d)
	}
}

func BenchmarkMatch20000(b *testing.B) {
	docs := make([]Doc, 20_000)
	for i := range docs {
		e := meeting()
		e.Title = fmt.Sprintf("勉強会 第%d回", i)
		e.Description = strings.Repeat("仮想化とその周辺の話をします。", 20)
		docs[i] = NewDoc(e, vtomo)
	}
	q, _ := Parse("qemu area:関東 -status:cancelled", env)
	for b.Loop() {
		for i := range docs {
			q.MatchDoc(&docs[i])
		}
	}
}
