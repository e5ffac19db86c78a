package discover

import (
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/extract/html"
	"koyomi/internal/extract/kinds"
)

// TestAgain: a list that was read by `ul.events li` is laid out anew, in several ways.
func TestAgain(t *testing.T) {
	day := func(month time.Month, d int) event.Moment {
		return event.On(event.Date{Year: 2026, Month: month, Day: d})
	}
	var known []event.Listing
	for title, start := range map[string]event.Moment{"型を語る夜": day(6, 10), "並行を語る夜": day(7, 8), "分散を語る夜": day(8, 12)} {
		l := event.Listing{}
		l.Title, l.Start = title, start
		known = append(known, l)
	}
	for _, c := range []struct {
		name, body, item string
		found            int
	}{
		{
			"another class",
			`<ul class="meetups">
			<li class="meetup"><a href="/1">型を語る夜</a> <span class="at">2026年6月10日(水) 19:00</span></li>
			<li class="meetup"><a href="/2">並行を語る夜</a> <span class="at">2026年7月8日(水) 19:00</span></li>
			<li class="meetup"><a href="/3">分散を語る夜</a> <span class="at">2026年8月12日(水) 19:00</span></li></ul>`,
			"meetup", 3,
		},
		{
			"cards in a grid, and one more",
			`<main><div class="grid"><article class="card"><h3>型を語る夜</h3><time>2026/06/10 19:00</time><p>渋谷</p></article>
			<article class="card"><h3>並行を語る夜</h3><time>2026/07/08 19:00</time><p>渋谷</p></article>
			<article class="card"><h3>分散を語る夜</h3><time>2026/08/12 19:00</time><p>五反田</p></article>
			<article class="card"><h3>索引を語る夜</h3><time>2026/09/09 19:00</time><p>五反田</p></article></div></main>`,
			"card", 3,
		},
		{
			"one of three has gone meanwhile",
			`<div id="list"><div class="row"><b>並行を語る夜</b> 2026年7月8日 19:00</div><div class="row"><b>分散を語る夜</b> 2026年8月12日 19:00</div></div>`,
			"#list", 2,
		},
		{
			"a table",
			`<table><tr><th>日付</th><th>タイトル</th></tr><tr><td>2026-06-10</td><td>型を語る夜</td></tr><tr><td>2026-07-08</td><td>並行を語る夜</td></tr><tr><td>2026-08-12</td><td>分散を語る夜</td></tr></table>`,
			"", 3,
		},
		{
			"structured data beside a page for people",
			`<script type="application/ld+json">[{"@type":"Event","name":"型を語る夜","startDate":"2026-06-10"},{"@type":"Event","name":"並行を語る夜","startDate":"2026-07-08"}]</script><p>準備中</p>`,
			"", 2,
		},
		{"others alone", `<ul><li>2026年9月1日 夏の会</li><li>2026年9月2日 秋の会</li><li>2026年9月3日 冬の会</li></ul>`, "", 0},
		{"one of three", `<ul><li>2026年6月10日 型を語る夜</li><li>2026年9月2日 秋の会</li><li>2026年9月3日 冬の会</li></ul>`, "", 0},
		{"a page that is being mended", `<h1>ただいまメンテナンス中です</h1>`, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &Finder{Kinds: kinds.All}
			page := extract.Page{URL: "https://h.example/events", Status: 200, ContentType: "text/html; charset=utf-8", Body: []byte("<!DOCTYPE html><title>会</title>" + c.body)}
			p, found, ok := f.Find(page, time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)).Again(known)
			if ok != (c.found > 0) || ok && found != c.found {
				t.Fatalf("%d found (%v), want %d", found, ok, c.found)
			}
			if c.item == "" {
				return
			}
			if set := extract.SettingsOf[html.Settings](p.Source); !strings.Contains(set.List.Item, c.item) {
				t.Errorf("the items are %q", set.List.Item)
			}
		})
	}
}
