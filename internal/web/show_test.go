package web

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/publish"
	"koyomi/internal/source"
	"koyomi/internal/subscriber"
)

// The made world: communities, places and topics of which as many events as wanted are
// put together, to see what pages make of little and of much.
var (
	madeCommunities = []*source.Community{
		{ID: "go-tokyo", Name: "Go Tokyo", Area: "東京都", Tags: []string{"go"}, URL: "https://go-tokyo.example/", Description: "Go 言語の勉強会。毎月ひらいています。"},
		{ID: "kansai-rb", Name: "関西Ruby会議", Area: "大阪府", Tags: []string{"ruby"}, URL: "https://kansai-rb.example/", Description: "関西の Ruby の集まり。"},
		{ID: "jaws-nagoya", Name: "JAWS-UG 名古屋", Area: "愛知県", Tags: []string{"aws", "クラウド"}, URL: "https://jaws.example/"},
		{ID: "python-sapporo", Name: "Python札幌", Area: "北海道", Tags: []string{"python"}, URL: "https://py.example/", Description: "Python in Sapporo."},
		{ID: "frontend", Name: "フロントエンド勉強会", Area: "東京都", Tags: []string{"javascript", "web"}, URL: "https://fe.example/"},
		{ID: "osc", Name: "オープンソースカンファレンス", Tags: []string{"オープンソース"}, URL: "https://ospn.example/"},
		{ID: "data-fukuoka", Name: "データ分析もくもく会 福岡", Area: "福岡県", Tags: []string{"機械学習", "python"}, URL: "https://data.example/"},
		{ID: "security", Name: "セキュリティ共有勉強会", Area: "東京都", Tags: []string{"セキュリティ"}, URL: "https://sec.example/"},
		{ID: "agile", Name: "アジャイルラジオ", Tags: []string{"アジャイル"}, URL: "https://agile.example/"},
		{ID: "db-kyoto", Name: "DB京都", Area: "京都府", Tags: []string{"データベース"}, URL: "https://db.example/"},
	}
	madeTitles = []string{
		"第%d回 もくもく会", "LT大会 #%d 初心者歓迎", "Meetup vol.%d: 設計の話をしよう", "ハンズオン%d：はじめてのコンテナ運用とオブザーバビリティ、その次に考えること",
		"読書会 %d章", "%d周年記念カンファレンス",
	}
	madePlaces = []string{"渋谷ヒカリエ 11F", "東京都千代田区神田1-2-3 会議室A", "グランフロント大阪 北館 タワーC", "札幌市産業振興センター", "", ""}
)

// madeWorld returns a shelf of n events from a day on, some of them moved, cancelled,
// postponed, online, of several days, or without an hour.
func madeWorld(n int, from time.Time) *shelf {
	s := &shelf{}
	for i := range n {
		c := madeCommunities[i*7%len(madeCommunities)]
		day := event.DateOf(from.AddDate(0, 0, i*61/max(n, 30)))
		hour := []int{10, 13, 19, 19, 19, 18}[i%6]
		start := fmt.Sprintf("%sT%02d:%02d:00+09:00", day, hour, i%2*30)
		end := fmt.Sprintf("%sT%02d:00:00+09:00", day, hour+2)
		if i%11 == 3 {
			start, end = day.String(), ""
		}
		if i%17 == 5 {
			start, end = day.String(), day.Add(2).String()
		}
		e := made(i+1, c.ID, fmt.Sprintf(madeTitles[i%len(madeTitles)], i+1), start, end)
		e.UID = fmt.Sprintf("%08x%08x-5000-8000-0000-000000000000", (i+1)*2654435761%4294967296, i+1)
		e.Area, e.Tags, e.URL = c.Area, c.Tags, fmt.Sprintf("https://%s.example/event/%d", c.ID, i+1)
		e.Location, e.Mode = madePlaces[i%len(madePlaces)], event.Onsite
		if e.Location == "" {
			e.Mode, e.Area = event.Online, ""
		}
		e.Description = "参加費は無料です。どなたでもどうぞ。\n\n19:00 開場\n19:15 発表\n20:30 懇親"
		e.Status = map[int]event.Status{4: event.Cancelled, 9: event.Postponed}[i%23]
		e.Created, e.Updated = from.AddDate(0, 0, -20).UTC(), from.AddDate(0, 0, -2).UTC()
		s.events = append(s.events, e)
		s.changes = append(s.changes, event.Change{UID: e.UID, Kind: event.ChangeAdded, At: e.Created, Source: c.ID})
		if i%13 == 1 && e.Status == "" {
			was := event.Times{Start: event.At(e.Start.Begin(event.Tokyo).AddDate(0, 0, -1)), Zone: "Asia/Tokyo"}
			s.changes = append(s.changes, event.Change{UID: e.UID, Kind: event.ChangeMoved, At: e.Updated, Field: "start", Before: was, After: event.Times{Start: e.Start, End: e.End, Zone: "Asia/Tokyo"}, Source: c.ID})
		}
	}
	for i := range 12 * min(n, 1) {
		e := made(9000+i, "go-tokyo", fmt.Sprintf("Go Tokyo #%d", 100-i), fmt.Sprintf("%sT19:00:00+09:00", event.DateOf(from.AddDate(0, -i, -5))), "")
		e.Area, e.Location = "東京都", "渋谷"
		s.events = append(s.events, e)
	}
	return s
}

// madeSite returns the site of a made world on 2026-06-03, a Wednesday.
func madeSite(n int) *Site {
	from := time.Date(2026, 6, 3, 9, 0, 0, 0, event.Tokyo)
	for _, c := range madeCommunities {
		c.Sources = []*source.Source{{ID: c.ID, Community: c.ID, Kind: source.HTML, URL: c.URL}}
	}
	return New(Options{
		Reader: madeWorld(n, from), Communities: func() []*source.Community { return madeCommunities },
		Calendar: publish.Calendar{Name: "koyomi"}, PublicURL: os.Getenv("KOYOMI_MADE_URL"), Contact: "mailto:who@koyomi.example", Version: "test",
		Now: func() time.Time { return from },
	})
}

// TestServeMade serves a made world of KOYOMI_MADE events at KOYOMI_MADE_LISTEN, for
// looking at; it ends when it is stopped.
func TestServeMade(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("KOYOMI_MADE"))
	if err != nil {
		t.Skip("KOYOMI_MADE names no number of events to look at")
	}
	h := madeSite(n)
	h.mailing = &Mailing{Offer: true, Gate: new(subscriber.Gate), Minute: 7 * 60, Zone: "Asia/Tokyo"}
	if err := http.ListenAndServe(os.Getenv("KOYOMI_MADE_LISTEN"), h); err != nil {
		t.Fatal(err)
	}
}
