package poll_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/ledger"
	"koyomi/internal/store"
	"koyomi/internal/store/sqlite"
)

// BenchmarkReconcile is what a poll of 200 listings costs: its part of the past is
// fetched from SQLite and reconciled with, among 10,000 events and among 1,000,000.
// The larger database takes minutes to make: where KOYOMI_RECONCILE names a directory,
// both are kept there, else the larger one has 100,000 events.
func BenchmarkReconcile(b *testing.B) {
	dir, large := os.Getenv("KOYOMI_RECONCILE"), 1_000_000
	if dir == "" {
		dir, large = b.TempDir(), 100_000
	}
	for _, count := range []int{10_000, large} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			db := crowd(b, filepath.Join(dir, fmt.Sprintf("%d.db", count)), count)
			v := ledger.Visit{
				Source: "busy", Community: "c-0", Origin: "connpass", At: noon, Listings: busy(noon),
				Authority: func(string) ledger.Authority { return ledger.Authority{Community: "c-0"} },
			}
			var r ledger.Result
			known := 0
			for b.Loop() {
				k, err := db.Known(b.Context(), ledger.NeedFor(v))
				if err != nil {
					b.Fatal(err)
				}
				known, r = len(k.Events), ledger.Reconcile(v, k)
			}
			b.ReportMetric(float64(known), "known")
			b.ReportMetric(float64(len(r.Changes)), "changes")
		})
	}
}

// noon is the moment of the poll that is reconciled.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, event.Tokyo)

// perCommunity is how many events each community has held in 17 years.
const perCommunity = 3333

// crowd returns a database of so many events: those of communities that grow in number
// with them, and 200 upcoming ones of a busy source.
func crowd(b *testing.B, path string, count int) *sqlite.DB {
	b.Helper()
	db, err := sqlite.Open(b.Context(), path, sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	if done, err := db.Latest(b.Context()); err != nil || !done.IsZero() {
		if err != nil {
			b.Fatal(err)
		}
		return db
	}
	for n := 0; n < count; n += 5000 {
		var w store.Writing
		for i := n; i < min(n+5000, count); i++ {
			e := bygone(i, count/perCommunity)
			w.Events = append(w.Events, e)
			w.Claims = append(w.Claims, event.Claim{
				Source: e.Sources[0], Key: fmt.Sprint(i), UID: e.UID, From: e.Created, Seen: e.Created,
				Listing: event.Listing{Key: fmt.Sprint(i), Details: e.Details},
			})
		}
		keep(b, db, "crowd", noon.Add(-time.Hour), w)
	}
	at := noon.AddDate(0, 0, -1)
	v := ledger.Visit{Source: "busy", Community: "c-0", Origin: "connpass", At: at, Listings: busy(at)}
	r := ledger.Reconcile(v, ledger.Known{})
	keep(b, db, "busy", at, store.Writing{Events: r.Events, Claims: r.Claims, Changes: r.Changes})
	return db
}

func keep(b *testing.B, db *sqlite.DB, source string, at time.Time, w store.Writing) {
	b.Helper()
	ctx := context.Background()
	id, err := db.OpenPoll(ctx, source, at)
	if err == nil {
		o := store.Outcome{Poll: store.Poll{ID: id, Source: source, At: at, Closed: at, State: "applied"}, Writing: w}
		o.State.ID = source
		err = db.ClosePoll(ctx, o)
	}
	if err != nil {
		b.Fatal(err)
	}
}

var topics = []string{"仮想化", "OpenID Connect", "Go", "Kubernetes", "機械学習", "PostgreSQL", "関数型言語", "セキュリティ", "Rust", "アクセシビリティ"}

// bygone makes the nth event of so many communities, spread over 17 years up to three
// months from now.
func bygone(n, communities int) event.Event {
	c, issue := n%communities, n/communities
	start := noon.AddDate(0, 0, 90-issue*17*365/perCommunity).Add(7 * time.Hour)
	e := event.Event{
		UID:       fmt.Sprintf("%08x-0000-5000-8000-%012x", uint32(n)*2654435761, n),
		Community: fmt.Sprintf("c-%d", c), Sources: []string{fmt.Sprintf("s-%d", c)},
		Created: start.AddDate(0, -2, 0), Updated: start.AddDate(0, -1, 0),
	}
	e.Title = fmt.Sprintf("%s 勉強会 第%d回", topics[n%len(topics)], issue)
	e.Number = fmt.Sprint(issue)
	e.Start, e.End, e.Zone = event.At(start), event.At(start.Add(2*time.Hour)), "Asia/Tokyo"
	e.Status, e.Type, e.Mode = event.Confirmed, event.TypeEvent, event.Onsite
	e.URL = fmt.Sprintf("https://c-%d.example/event/%d/", c, n)
	e.Location, e.Area, e.Description = "渋谷ヒカリエ", "東京都", "毎月の勉強会です。発表と懇親会があります。"
	return e
}

// busy are the 200 listings of the busy source at a moment. At noon five have moved,
// ten have another text, and five are announced anew under other ids.
func busy(at time.Time) []event.Listing {
	all := make([]event.Listing, 200)
	for i := range all {
		l := &all[i]
		l.Key = fmt.Sprintf("busy-%d", i)
		start := noon.Truncate(24*time.Hour).AddDate(0, 0, 2+i*2).Add(10 * time.Hour)
		l.Title = fmt.Sprintf("%sを語る夜 %d", topics[i%len(topics)], i/len(topics))
		l.Location, l.Area, l.Description = "五反田", "東京都", "どなたでもどうぞ。"
		if at.Equal(noon) {
			switch {
			case i < 5:
				start = start.AddDate(0, 0, 1)
			case i < 15:
				l.Description += "会場が決まりました。"
			case i < 20:
				l.Key = fmt.Sprintf("again-%d", i)
			}
		}
		l.Start, l.Zone = event.At(start.In(event.Tokyo)), "Asia/Tokyo"
		l.Status, l.Type, l.Mode = event.Confirmed, event.TypeEvent, event.Onsite
		l.URL = "https://busy.example/event/" + l.Key + "/"
	}
	return all
}
