package kinds

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"koyomi/internal/extract"
	"koyomi/internal/source"
)

// A hostile row is a document made to harm; at most says how many listings may be
// read from it, damage what its error must say ("" for none).
type hostile struct {
	name   string
	kind   source.Kind
	body   string
	atMost int
	damage string
}

func hostileRows() []hostile {
	event := "BEGIN:VEVENT\nUID:%d\nDTSTART:20260610T190000\nSUMMARY:e\n%sEND:VEVENT\n"
	cal := func(s string) string { return "BEGIN:VCALENDAR\n" + s + "END:VCALENDAR\n" }
	rss := func(s string) string { return `<rss version="2.0"><channel><title>t</title>` + s + "</channel></rss>" }
	many := func(n int, f func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i))
		}
		return b.String()
	}
	return []hostile{
		{"B34-bomb-html-deep", source.HTML, "<html><body>" + strings.Repeat("<div>", 200_000) + "x", 0, "elements"},
		{"B34-bomb-html-tables", source.HTML, "<html><body>" + strings.Repeat("<table><tr><td rowspan=65000 colspan=1000>日時", 100) + "x", 0, ""},
		{"B34-bomb-html-inline", source.HTML, "<html><body>" + strings.Repeat("<b><i>日時: ", 20_000) + "x", 0, "not a page"},
		{"B34-bomb-attrs", source.HTML, "<html><body><p " + many(100_000, func(i int) string { return fmt.Sprintf("a%d=1 ", i) }) + ">x</p>", 0, ""},
		{"B34-bomb-line", source.HTML, "<html><body><p>" + strings.Repeat("日時:", 1<<20) + "</p>", 0, ""},
		{"B34-bomb-labels", source.HTML, "<html><body><p>" + strings.Repeat("日時: 6月10日<br>会場: 渋谷<br>", 20_000) + "</p>", 20_000, ""},
		{"B02-too-large", source.HTML, strings.Repeat("x", extract.MaxDocument+1), 0, "at most"},
		{"B34-bomb-json-deep", source.JSON, strings.Repeat("[", 1_000_000), 0, "too much"},
		{"B34-bomb-json-wide", source.JSON, "[" + strings.Repeat("{},", 60_000) + "{}]", 0, "items"},
		{"B34-bomb-xml-deep", source.Feed, rss(strings.Repeat("<a>", 1_000_000)), 0, "deep"},
		{"B34-bomb-xml-unclosed", source.Feed, rss("<item><title>a</title>" + strings.Repeat("<x:y", 100_000) + "</item>"), 0, "not a feed"},
		{"B34-bomb-lol", source.Feed, `<!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("a", 10_000) + `">]>` + rss("<item><title>"+strings.Repeat("&a;", 10_000)+"</title></item>"), 0, ""},
		{"B23-items-100k", source.Feed, rss(strings.Repeat("<item><title>a</title></item>", 100_000)), 0, "more than"},
		{"B23-items-6k", source.Feed, rss(strings.Repeat("<item><title>a</title></item>", 6_000)), 0, "at most 5000"},
		{"B50-feed-one-long-title", source.Feed, rss("<item><title>" + strings.Repeat("第9回 6月10日 ", 100_000) + "</title></item>"), 1, ""},
		{"B44-ics-nest", source.ICS, strings.Repeat("BEGIN:X\n", 100_000), 0, "deep"},
		{"ics-unclosed", source.ICS, strings.Repeat("BEGIN:VEVENT\nBEGIN:X\n", 40_000), 0, "cut off"},
		{"ics-params", source.ICS, cal(fmt.Sprintf(event, 1, "LOCATION"+strings.Repeat(";A=B", 100_000)+":x\n")), 1, ""},
		{"ics-props", source.ICS, cal(fmt.Sprintf(event, 1, strings.Repeat("CATEGORIES:a,b,c\n", 100_000))), 1, ""},
		{"ics-line", source.ICS, cal(fmt.Sprintf(event, 1, "DESCRIPTION:"+strings.Repeat("x", 10<<20)+"\n")), 1, ""},
		{"ics-folds", source.ICS, cal(fmt.Sprintf(event, 1, "DESCRIPTION:x"+strings.Repeat("\n x", 1_000_000)+"\n")), 1, ""},
		{"B42-ics-secondly", source.ICS, cal(many(200, func(i int) string { return fmt.Sprintf(event, i, "RRULE:FREQ=SECONDLY\n") })), 20_000, ""},
		{"B42-ics-cross", source.ICS, cal(many(50, func(i int) string {
			return fmt.Sprintf(event, i, "RRULE:FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYHOUR=1,2,3,4,5,6;BYMINUTE=1,2,3,4,5,6,7,8,9;BYSECOND=1,2,3,4,5,6,7,8\n")
		})), 20_000, ""},
		{"ics-impossible", source.ICS, cal(many(30, func(i int) string {
			return fmt.Sprintf(event, i, "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\n")
		})), 30, ""},
		{"B42-ics-exdates", source.ICS, cal(fmt.Sprintf(event, 1, "RRULE:FREQ=DAILY\nEXDATE:"+strings.Repeat("20260611T190000,", 200_000)+"\n")), 400, ""},
		{"ics-rdates", source.ICS, cal(fmt.Sprintf(event, 1, "RDATE:"+many(100_000, func(i int) string { return fmt.Sprintf("20260610T%02d%02d%02d,", i/3600%24, i/60%60, i%60) })+"\n")), 1001, ""},
		{"file-csv-quotes", source.File, "日付,タイトル\n" + strings.Repeat(`"`, 1_000_001), 1, ""},
		{"file-yaml-deep", source.File, "a: " + strings.Repeat("[", 10_000), 0, "deep"},
		{"structured-nested-items", source.Structured, "<html><body>" + strings.Repeat(`<div itemscope itemtype="https://schema.org/Event">`, 400) +
			strings.Repeat(`<i itemprop=name>a</i><b itemprop=startDate>2026-06-10</b>`, 20_000), 400, ""},
		{"structured-itemref", source.Structured, "<html><body>" + strings.Repeat(`<div itemscope itemtype="https://schema.org/Event" itemref="x x x x"><i itemprop=name>a</i></div>`, 3_000) +
			"<div id=x>" + strings.Repeat(`<b itemprop=startDate>2026-06-10</b>`, 60_000), 100, ""},
		{"structured-ld-references", source.Structured, `<html><body>x<script type="application/ld+json">{"@graph":[{"@id":"p","@type":"Place","name":"x","location":{"@id":"p"},"address":{"@id":"p"}},` +
			strings.Repeat(`{"@type":"Event","name":"a","startDate":"2026-06-10","location":[{"@id":"p"},{"@id":"p"},{"@id":"p"}]},`, 3_000) + "{}]}</script>", 3_000, ""},
		{"structured-ld-comments", source.Structured, `<html><body>x<script type="application/ld+json">[` + strings.Repeat(`{"@type":"Event","name":"a",/* , */ /* // */},`, 20_000) + "/*]</script>", 0, ""},
		{"json-camels", source.JSON, `{"Found":[` + strings.Repeat(`{"EventName":"a","EventDate":"2026-06-10","AaBb":1,"CcDd":2,"EeFf":3,"GgHh":4},`, 4_000) + `{}]}`, 4_000, ""},
		{"html-periods", source.HTML, "<html><title>x</title><body><h1>x</h1>" + strings.Repeat("<p>1月1日〜2日 1:00-2:00 ", 20_000), 1, ""},
		{"structured-nested-rdfa", source.Structured, "<html><body>" + strings.Repeat(`<div typeof=Event>`, 400) +
			strings.Repeat(`<i property=name>a</i><b property=startDate>2026-06-10</b>`, 20_000), 400, ""},
		{"structured-nested-vevents", source.Structured, "<html><body>" + strings.Repeat("<div class=vevent>", 400) + strings.Repeat("<i class=x>a</i>", 70_000), 400, ""},
		{"structured-many-vevents", source.Structured, "<html><body>" + strings.Repeat("<div class=vevent><i class=summary>a</i></div>", 30_000), 0, "at most"},
		{"structured-values", source.Structured, "<html><body><div class=vevent><i class=summary>a</i><i class=dtstart>" + strings.Repeat("<b class=value>2026-06-10</b>", 70_000), 1, ""},
		{"structured-ld-wide", source.Structured, `<html><body>x<script type="application/ld+json">[` + strings.Repeat(`{"@type":"Event","name":"a","startDate":"2026-06-10"},`, 100_000) + "{}]</script>", 0, ""},
		{"structured-ld-schedules", source.Structured, `<html><body>x<script type="application/ld+json">[` + strings.Repeat(`{"@type":"Event","name":"a","eventSchedule":{"startDate":"1970-01-01","repeatFrequency":"P1D","byMonthDay":31,"byMonth":2}},`, 2_000) + "{}]</script>", 2_000, ""},
		{"structured-ld-broken", source.Structured, `<html><body>x<script type="application/ld+json">` + strings.Repeat(`{"startDate":`, 300_000) + "</script>", 0, ""},
		{"html-many-cells", source.HTML, "<html><body><table><tr><th>日付<th>タイトル" + strings.Repeat("<tr>"+strings.Repeat("<td>6/10", 60), 1_200), 5_000, ""},
		{"html-many-tables", source.HTML, "<html><body>" + strings.Repeat("<table><tr><th>日付<th>タイトル<tr><td>6/10<td>a</table>", 9_000), 9_000, ""},
		{"html-one-text", source.HTML, "<html><body><p>" + strings.Repeat("2026年6月10日", 200_000), 1, ""},
		{"html-many-images", source.HTML, "<html><body><h1>a</h1>" + strings.Repeat("<img alt='6月10日 会場'>", 70_000), 1, ""},
		{"feed-long-bodies", source.Feed, rss(strings.Repeat("<item><title>会</title><description>"+strings.Repeat("日時: 6月10日 会場: 渋谷&lt;br&gt;", 60)+"</description></item>", 4_000)), 4_000, ""},
		{"file-markdown-days", source.File, "# a\n" + strings.Repeat("- 6/10: a\n", 200_000), 200_000, ""},
		{"file-markdown-rows", source.File, "| 日付 | タイトル |\n|--|--|\n" + strings.Repeat("| 6/10 | a |\n", 200_000), 200_000, ""},
		{"file-csv-wide", source.File, "日付,タイトル\n" + strings.Repeat(strings.Repeat(",", 10_000)+"\n", 1_000), 1_000, ""},
		{"file-csv-rows", source.File, "日付,タイトル\n" + many(49_000, func(i int) string { return fmt.Sprintf("2026/6/10,会 %d\n", i) }), 50_000, ""},
		{"file-report-lines", source.File, "---\ntitle: 会に参加しました\n---\n" + strings.Repeat("090521\n", 300_000), 1, ""},
		{"ics-many-events", source.ICS, cal(many(50_000, func(i int) string { return fmt.Sprintf(event, i, "DESCRIPTION:"+strings.Repeat("x", 200)+"\n") })), 50_000, ""},
		{"ics-same-uid", source.ICS, cal(strings.Repeat(fmt.Sprintf(event, 1, ""), 20_000)), 20_000, ""},
		{"ics-exceptions", source.ICS, cal(fmt.Sprintf(event, 1, "RRULE:FREQ=DAILY\n") + many(20_000, func(i int) string {
			return fmt.Sprintf(event, 1, fmt.Sprintf("RECURRENCE-ID;RANGE=THISANDFUTURE:2026061%dT%02d%02d00\n", i%10, i/60%24, i%60))
		})), 40_000, ""},
		{"json-long-values", source.JSON, `[` + strings.Repeat(`{"id":1,"title":"`+strings.Repeat("会", 3_000)+`","start":"2026-06-10","description":"`+strings.Repeat("<b>x</b>", 500)+`"},`, 1_000) + `{}]`, 1_000, ""},
		{"json-microformats", source.JSON, `{"items":[` + strings.Repeat(`{"type":["h-feed"],"properties":{},"children":[`, 30) + strings.Repeat(`{"type":["h-event"],"properties":{"name":["a"],"start":["2026-06-10"]}},`, 10_000) + `{}` + strings.Repeat("]}", 30) + `]}`, 20_000, ""},
		{"html-brs", source.HTML, "<html><body>日時: 6月10日" + strings.Repeat("<br>", 4_000_000), 1, "elements"},
		{"html-attributes", source.HTML, "<html><body><p" + strings.Repeat(" a", 4_000_000) + ">日時: 6月10日", 1, "attributes"},
		{"html-full", source.HTML, "<html><body>" + strings.Repeat("<p class='a b'>日時: 6月10日</p>", 79_000), 5_000, ""},
		{"feed-extensions", source.Feed, rss("<item><title>6月10日の会</title>" + strings.Repeat("<x:a/>", 2_000_000) + "</item>"), 1, ""},
		{"feed-categories", source.Feed, rss("<item><title>6月10日の会</title>" + strings.Repeat("<category>a</category>", 500_000) + "</item>"), 1, ""},
		{"json-many-items", source.JSON, "[" + many(39_999, func(i int) string { return fmt.Sprintf(`{"title":"会 %d","start":"2026-06-10"},`, i) }) + "{}]", 50_000, ""},
		{"json-empty-lists", source.JSON, "[" + strings.Repeat("[],", 5_000_000) + "[]]", 0, ""},
		{"json-inner-lists", source.JSON, `[{"title":"a","start":"2026-06-10","x":[` + strings.Repeat("{},", 4_000_000) + "{}]}]", 1, ""},
		{"json-numbers", source.JSON, `[{"title":"a","start":"2026-06-10","x":[` + strings.Repeat("1,", 7_000_000) + "1]}]", 1, ""},
		{"file-yaml-long", source.File, strings.Repeat("- name: a\n  date: 2026-06-10\n", 200_000), 0, ""},
		{"file-json-lists", source.File, "[" + strings.Repeat("{},", 5_000_000) + "{}]", 0, ""},
		{"ics-zones", source.ICS, cal(many(200_000, func(i int) string { return fmt.Sprintf("BEGIN:VTIMEZONE\nTZID:Z%d\nEND:VTIMEZONE\n", i) })), 0, ""},
		{"structured-deep", source.Structured, `<html><body>x<script type="application/ld+json">` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + "</script>", 0, ""},
	}
}

// TestHostile holds that documents made to harm end soon, in listings or in a
// Damage that says why. Readers work alone, so that the race detector has nothing to
// find here, and would take minutes.
func TestHostile(t *testing.T) {
	if underRace {
		t.Skip("not under the race detector")
	}
	for _, h := range hostileRows() {
		t.Run(h.name, func(t *testing.T) {
			s := &source.Source{ID: h.name, Kind: h.kind, URL: "https://h.example/x"}
			v := extract.Visit{
				Source: s, At: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
				Pages: []extract.Page{{Requested: s.URL, URL: s.URL, Status: 200, Body: []byte(h.body)}},
			}
			r, err := All[h.kind].Read(v)
			t.Logf("%d bytes: %d read, %d rejected", len(h.body), len(r.Listings), len(r.Rejections))
			var d *extract.Damage
			switch {
			case h.damage == "" && err != nil && !errors.As(err, &d):
				t.Errorf("got the error %v, want listings or a damage", err)
			case h.damage != "" && (err == nil || !strings.Contains(err.Error(), h.damage)):
				t.Errorf("got %v, want a damage with %q", err, h.damage)
			case len(r.Listings) > h.atMost:
				t.Errorf("%d listings, at most %d make sense", len(r.Listings), h.atMost)
			}
		})
	}
}

// BenchmarkHostile measures what such a document costs: its time, and the greatest
// heap in use beside the document itself.
func BenchmarkHostile(b *testing.B) {
	for _, h := range hostileRows() {
		b.Run(h.name, func(b *testing.B) {
			v := visitOf(&source.Source{Kind: h.kind}, h.body)
			peak, before, n := heapPeak(), spent(), 0
			for b.Loop() {
				_, _ = All[h.kind].Read(v)
				n++
			}
			b.ReportMetric(float64((spent()-before).Milliseconds())/float64(n), "cpu-ms")
			b.ReportMetric(float64(peak())/(1<<20), "peak-MiB")
		})
	}
}

// heapPeak watches the live heap until its result is called, which gives by how
// many bytes it grew at most.
func heapPeak() func() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	read := func() uint64 {
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	old := debug.SetGCPercent(10) // what is not live is soon gone
	runtime.GC()
	first, peak := read(), uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			peak = max(peak, read())
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		debug.SetGCPercent(old)
		return peak - min(first, peak)
	}
}

// seeds are the documents that fuzzing starts from.
var seeds = map[source.Kind][]string{
	source.JSON:       {`{"events":[{"id":1,"title":"a","start":"2026-06-10"}]}`, `[{"event":{"title":"x","starts_at":1}}]`, `{"items":[{"type":["h-event"],"properties":{"name":["a"],"start":["2026-06-10"]}}]}`},
	source.ICS:        {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=Asia/Tokyo:20260610T190000\nRRULE:FREQ=WEEKLY;UNTIL=20260701\nEXDATE:20260617T190000\nRDATE;VALUE=PERIOD:20260618T190000/PT1H\nSUMMARY;ENCODING=QUOTED-PRINTABLE:a=\nb\nEND:VEVENT\nEND:VCALENDAR\n"},
	source.Feed:       {`<rss version="2.0"><channel><item><title>6月10日 開催</title><guid>1</guid><description>日時: 6月10日 &lt;br&gt; 会場: 渋谷</description></item></channel></rss>`, `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"a","_event":{"start":"2026-06-10"}}]}`},
	source.HTML:       {"<table><caption>2026年</caption><tr><th>日付<th>タイトル<tr><td rowspan=2>6月10日<td><s>a</s></table>", "<h1>会</h1><dl><dt>日時<dd>6月10日<dt>会場<dd>渋谷</dl>"},
	source.Structured: {`<p>x<script type="application/ld+json">{"@type":"Event","name":"a","eventSchedule":{"startDate":"2026-06-10","repeatFrequency":"P1W"}}</script>`, `<div class=vevent><b class=summary>a</b><abbr class=dtstart title=2026-06-10>x</abbr></div>`, `<div typeof=Event><b property=name>a</b><b property=startDate>2026-06-10</b></div>`},
	source.File:       {"日付,タイトル\n2026-06-10,a\n", "- name: a\n  date: 2026-06-10\n", "| 日付 | タイトル |\n|--|--|\n| 6/10 | a |\n", "---\ntitle: a\nstarted_at: 2026-06-10\n---\nx", "---\ntitle: 会に参加しました\n---\n090521 会\n19:00-21:00\n"},
}

// The fuzz targets hold that no document breaks its kind down, and that what is
// read of it is sound.
func FuzzJSON(f *testing.F)       { fuzz(f, source.JSON) }
func FuzzICS(f *testing.F)        { fuzz(f, source.ICS) }
func FuzzFeed(f *testing.F)       { fuzz(f, source.Feed) }
func FuzzHTML(f *testing.F)       { fuzz(f, source.HTML) }
func FuzzStructured(f *testing.F) { fuzz(f, source.Structured) }
func FuzzFile(f *testing.F)       { fuzz(f, source.File) }

func fuzz(f *testing.F, kind source.Kind) {
	for _, s := range seeds[kind] {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > 1<<16 {
			return
		}
		s := &source.Source{ID: "fuzz", Kind: kind, URL: "https://h.example/x"}
		v := extract.Visit{
			Source: s, At: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
			Pages: []extract.Page{{Requested: s.URL, URL: s.URL, Status: 200, Body: body}},
		}
		r, err := All[kind].Read(v)
		if err == nil {
			checkSound(t, r)
		}
	})
}
