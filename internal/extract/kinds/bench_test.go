package kinds

import (
	"fmt"
	"strings"
	"testing"
	"time"

	ical "github.com/arran4/golang-ical"
	emersion "github.com/emersion/go-ical"
	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html"

	"koyomi/internal/extract"
	kind "koyomi/internal/extract/html"
	"koyomi/internal/source"
)

// The pages of the benchmarks have the size and make of real ones: a list page of
// 100 kB with 60 events, a feed of 20 posts, a calendar of 20,000 events.

func listPage() string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html><head><meta charset="utf-8"><title>イベント一覧</title></head><body><nav><ul>`)
	for i := range 40 {
		fmt.Fprintf(&b, `<li class="nav-item"><a href="/page/%d" title="メニュー">メニュー %d</a></li>`, i, i)
	}
	b.WriteString(`</ul></nav><main>`)
	for i := range 60 {
		fmt.Fprintf(&b, `<article class="event" id="e%d"><h3><a class="title" href="/event/%d/">第%d回 オープンソース勉強会</a></h3>
<p class="date">2026年%d月%d日（%s）19:00〜21:00</p><p class="place"><span>渋谷ヒカリエ 8階</span></p><p class="address">東京都渋谷区渋谷2-21-1</p>
<div class="body">%s</div><ul class="tags"><li>Go</li><li>OSS</li></ul></article>`, i, i, i+1, i%12+1, i%28+1, "水", strings.Repeat("今回は設計と運用についての発表と議論を行います。<br>", 12))
	}
	b.WriteString(`</main></body></html>`)
	return b.String()
}

func feedOf(prose bool) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:tp="https://rss.techplay.jp/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>t</title><link>https://f.example/</link>`)
	for i := range 20 {
		fmt.Fprintf(&b, `<item><title>勉強会 #%d</title><link>https://f.example/%d</link><guid>https://f.example/%d</guid><pubDate>Mon, 01 Jun 2026 09:00:00 +0900</pubDate><category>IT</category>`, i, i, i)
		if prose {
			fmt.Fprintf(&b, `<content:encoded><![CDATA[<p>お知らせです。</p><p>■日時<br />6月%d日 19:00〜21:00</p><p>■会場<br />渋谷のセミナールーム</p>%s]]></content:encoded>`, i+1, strings.Repeat("<p>今回は設計と運用についての発表と議論を行います。</p>", 20))
		} else {
			fmt.Fprintf(&b, `<description>%s</description><tp:eventStartTime>2026-06-%02d 19:00:00</tp:eventStartTime><tp:eventEndTime>2026-06-%02d 21:00:00</tp:eventEndTime><tp:eventPlace>渋谷</tp:eventPlace>`, strings.Repeat("今回は設計と運用についての発表です。", 20), i+1, i+1)
		}
		b.WriteString(`</item>`)
	}
	return b.String() + `</channel></rss>`
}

func calendarOf(n int) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//JA\r\nX-WR-TIMEZONE:Asia/Tokyo\r\n")
	at := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	for i := range n {
		s := at.Add(time.Duration(i) * time.Hour)
		fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:e%d@bench.example\r\nDTSTAMP:20260501T000000Z\r\nDTSTART;TZID=Asia/Tokyo:%s\r\nDTEND;TZID=Asia/Tokyo:%s\r\nSUMMARY:第%d回 オープンソース勉強会\r\nLOCATION:渋谷ヒカリエ 東京都渋谷区渋谷2-21-1\r\nURL:https://bench.example/%d\r\nDESCRIPTION:今回は設計と運用についての\r\n 発表と議論を行います。どなたでもお気軽に\\nご参加ください。\r\nSEQUENCE:1\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\n",
			i, s.Format("20060102T150405"), s.Add(2*time.Hour).Format("20060102T150405"), i, i)
	}
	return b.String() + "END:VCALENDAR\r\n"
}

func visitOf(s *source.Source, body string) extract.Visit {
	s.ID, s.URL = "bench", "https://f.example/list"
	return extract.Visit{
		Source: s, At: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		Pages: []extract.Page{{Requested: s.URL, URL: s.URL, Status: 200, ContentType: "text/html; charset=utf-8", Body: []byte(body)}},
	}
}

func benchRead(b *testing.B, s *source.Source, body string, want int) {
	v := visitOf(s, body)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := All[s.Kind].Read(v)
		if err != nil || len(r.Listings) != want {
			b.Fatalf("%d listings, %v", len(r.Listings), err)
		}
	}
}

func BenchmarkHTMLRead(b *testing.B) {
	benchRead(b, pageSource(), listPage(), 60)
}

func pageSource() *source.Source {
	return &source.Source{Kind: source.HTML, Settings: &kind.Settings{List: &kind.List{
		Item: "article.event", Fields: map[string]source.Paths{"title": {"a.title"}, "url": {"a.title@href"}, "when": {"p.date"}, "location": {"p.place"}, "address": {"p.address"}, "description": {"div.body"}, "tags": {"ul.tags li"}},
	}}}
}

func BenchmarkHTMLParseAlone(b *testing.B) {
	page := listPage()
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := html.Parse(strings.NewReader(page)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFeedFieldsRead(b *testing.B) {
	benchRead(b, &source.Source{Kind: source.Feed}, feedOf(false), 20)
}

func BenchmarkFeedProseRead(b *testing.B) {
	benchRead(b, &source.Source{Kind: source.Feed}, feedOf(true), 20)
}

func BenchmarkFeedFieldsParseAlone(b *testing.B) { benchGofeed(b, feedOf(false)) }
func BenchmarkFeedProseParseAlone(b *testing.B)  { benchGofeed(b, feedOf(true)) }

func benchGofeed(b *testing.B, body string) {
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := gofeed.NewParser().Parse(strings.NewReader(body)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkICSRead20000(b *testing.B) {
	benchRead(b, &source.Source{Kind: source.ICS}, calendarOf(20_000), 20_000)
}

func BenchmarkICSParseAlone20000(b *testing.B) {
	body := calendarOf(20_000)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ical.ParseCalendar(strings.NewReader(body)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkICSParseEmersion20000(b *testing.B) {
	body := calendarOf(20_000)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := emersion.NewDecoder(strings.NewReader(body)).Decode(); err != nil {
			b.Fatal(err)
		}
	}
}
