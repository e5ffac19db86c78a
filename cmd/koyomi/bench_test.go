package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"koyomi/internal/ask"
	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/source"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
)

// largeNow is the moment at which the large calendar is asked.
var largeNow = time.Date(2026, 6, 1, 9, 0, 0, 0, event.Tokyo)

// ahead is how far the large calendar reaches into the future: communities announce
// three months ahead, and everything that was stays.
const ahead = 90

// largeEvent makes the nth of count events, spread evenly over 17 years up to 90 days
// from now.
func largeEvent(n, count int) event.Event {
	topics := []string{"仮想化", "OpenID Connect", "Go", "Kubernetes", "機械学習", "PostgreSQL", "関数型言語", "セキュリティ", "Rust", "アクセシビリティ"}
	places := []string{"渋谷ヒカリエ", "大阪市立中央会館", "オンライン", "五反田", "札幌エルプラザ", "福岡市博多区"}
	areas := []string{"東京都", "大阪府", "", "東京都", "北海道", "福岡県"}
	days := 17 * 365
	start := largeNow.AddDate(0, 0, ahead-days+n*days/count).Add(time.Duration(n%14-4) * time.Hour)
	e := event.Event{
		UID:       fmt.Sprintf("%08x-0000-5000-8000-%012x", uint32(n)*2654435761, n),
		Community: fmt.Sprintf("community-%d", n%300), Sources: []string{fmt.Sprintf("source-%d", n%300)},
		Created: start.AddDate(0, -2, 0), Updated: start.AddDate(0, -1, 0), Sequence: n % 10 / 9,
	}
	e.Title = fmt.Sprintf("%s 勉強会 第%d回 %s", topics[n%len(topics)], n/300+1, topics[n/7%len(topics)])
	e.Start, e.End, e.Zone = event.At(start), event.At(start.Add(2*time.Hour)), "Asia/Tokyo"
	e.Status, e.Type, e.Mode = event.Confirmed, event.TypeEvent, event.Onsite
	e.URL = fmt.Sprintf("https://community-%d.connpass.com/event/%d/", n%300, n)
	e.Location, e.Area = places[n%len(places)], areas[n%len(areas)]
	e.Description = "毎月の勉強会です。発表と懇親会があります。\n会場は後日お知らせします。"
	e.Tags = []string{topics[n%len(topics)], "勉強会"}
	// Few speak of these: one in a hundred, in a thousand, in ten thousand.
	for every, topic := range map[int]string{101: "圧縮", 1009: "量子計算", 10007: "螺旋"} {
		if n%every == 0 {
			e.Description += "\n今回は" + topic + "入門です。"
		}
	}
	return e
}

// makeLarge makes a database of so many events.
func makeLarge(path string, count int) error {
	ctx := context.Background()
	db, err := sqlite.Open(ctx, path, sqlite.Options{Lock: true})
	if err != nil {
		return err
	}
	defer db.Close()
	const atOnce = 5000
	for done := 0; done < count; done += atOnce {
		at := largeNow.Add(-time.Hour)
		id, err := db.OpenPoll(ctx, "source-0", at)
		if err != nil {
			return err
		}
		o := store.Outcome{
			Poll:  store.Poll{ID: id, Source: "source-0", At: at, Closed: at, State: health.Applied},
			State: store.SourceState{ID: "source-0", LastPoll: at, LastGood: at, NextAt: at.AddDate(0, 0, 1)},
		}
		for n := done; n < min(done+atOnce, count); n++ {
			e := largeEvent(n, count)
			o.Events = append(o.Events, e)
			o.Claims = append(o.Claims, event.Claim{Source: e.Sources[0], Key: strconv.Itoa(n), UID: e.UID, From: e.Created, Seen: at, Listing: event.Listing{Key: strconv.Itoa(n), Details: e.Details}})
		}
		if err := db.ClosePoll(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// TestMakeLarge makes the database that .ci/bench-events.sh asks for.
func TestMakeLarge(t *testing.T) {
	path := os.Getenv("KOYOMI_MAKE_LARGE")
	if path == "" {
		t.Skip("makes a database only where KOYOMI_MAKE_LARGE names it")
	}
	if err := makeLarge(path, 100_000); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkProcess measures whole processes over a database of 100,000 events: the
// program is built as it is released.
func BenchmarkProcess(b *testing.B) {
	dir := b.TempDir()
	program, database := filepath.Join(dir, "koyomi"), filepath.Join(dir, "koyomi.db")
	build := exec.CommandContext(b.Context(), "go", "build", "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	if err := makeLarge(database, 100_000); err != nil {
		b.Fatal(err)
	}
	common := []string{"--database", database, "--now", largeNow.Format(time.RFC3339)}
	for _, args := range [][]string{
		{"version"},
		{"events"},
		{"events", "--format", "table"},
		{"events", "--to", "+7d"},
		{"events", "仮想"},
		{"events", "area:東京 weekday:sat"},
		{"events", "--past", "--limit", "20"},
	} {
		b.Run(fmt.Sprint(args), func(b *testing.B) {
			for b.Loop() {
				cmd := exec.CommandContext(b.Context(), program, append(common, args...)...)
				cmd.Dir = dir
				var out bytes.Buffer
				cmd.Stdout = &out
				if err := cmd.Run(); err != nil || out.Len() == 0 {
					b.Fatalf("%v: %v", args, err)
				}
			}
		})
	}
}

// BenchmarkSearch asks for the latest 50 of 100,000 events, all 17 years of them: words
// that every event, every tenth, or hardly any speaks of, phrases, filters.
func BenchmarkSearch(b *testing.B) {
	database := filepath.Join(b.TempDir(), "koyomi.db")
	if err := makeLarge(database, 100_000); err != nil {
		b.Fatal(err)
	}
	db, err := sqlite.Open(b.Context(), database, sqlite.Options{ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	a := &app{fixed: largeNow, catalogue: func() *source.Catalogue { return &source.Catalogue{} }}
	l := a.local(db)
	for _, words := range []string{
		"会", "仮", "螺", "想", "勉強", "仮想", "量子", "螺旋", "仮想化", "螺旋入門", "kubernetes", "k", `"第9回 rust"`, `"今回は圧縮"`, "rust セキュリティ", "仮想 -圧縮", "(螺旋 OR 量子) 渋谷",
		"area:東京 量子", "is:onsite 螺旋", "tag:rust weekday:sat", "community:community-7", "source:source-7 圧縮", "area:北海道 tag:go time:morning", "圧縮 量子", "どこにもない", "is:online", "weekday:sun 螺旋",
	} {
		b.Run(words, func(b *testing.B) {
			found := 0
			for b.Loop() {
				events, err := l.Ask(b.Context(), ask.Question{Words: words, Past: true, Limit: 50})
				if err != nil {
					b.Fatal(err)
				}
				found = len(events)
			}
			b.ReportMetric(float64(found), "found")
		})
	}
}
