package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/store/storetest"
)

// BenchmarkKnown looks up what 200 listings of one source are reconciled with among a
// million events of 300 communities. The database takes minutes to make: where
// KOYOMI_KNOWN_DB names a file it is kept there, else there are 100,000 events.
func BenchmarkKnown(b *testing.B) {
	path, count := os.Getenv("KOYOMI_KNOWN_DB"), 1_000_000
	if path == "" {
		path, count = filepath.Join(b.TempDir(), "koyomi.db"), 100_000
	}
	d := opened(b, path, Options{Lock: true})
	for n := ask[int](b, d.reader, "SELECT count(*) FROM events"); n < count; n += 5000 {
		o := store.Outcome{}
		for i := n; i < n+5000; i++ {
			e := meetup(i)
			o.Events = append(o.Events, e)
			o.Claims = append(o.Claims, event.Claim{Source: e.Sources[0], Key: fmt.Sprint(i), UID: e.UID, From: e.Created, Seen: e.Created, Listing: event.Listing{Key: fmt.Sprint(i), Details: e.Details}})
		}
		written(b, d, o)
	}
	var need store.Need
	need.Source, need.Community = "s-7", "c-7"
	need.From, need.To = event.DateOf(storetest.SearchNow).Add(-30), event.DateOf(storetest.SearchNow).Add(400)
	for n := range 200 {
		need.Keys = append(need.Keys, fmt.Sprint(count-300*(n+1)+7))
	}
	b.ResetTimer()
	known := 0
	for b.Loop() {
		k, err := d.Known(ctx, need)
		if err != nil {
			b.Fatal(err)
		}
		known = len(k.Events)
	}
	b.ReportMetric(float64(known), "known")
}

// meetup is the nth of events spread over 300 communities and 17 years.
func meetup(n int) event.Event {
	e := event.Event{UID: fmt.Sprintf("%08x-0000-5000-8000-%012x", uint32(n)*2654435761, n), Community: fmt.Sprintf("c-%d", n%300), Sources: []string{fmt.Sprintf("s-%d", n%300)}}
	start := storetest.SearchNow.AddDate(0, 0, 90-(n*7919)%6200)
	e.Title, e.Start, e.Zone = fmt.Sprintf("仮想化勉強会 第%d回", n/300), event.At(start), "Asia/Tokyo"
	e.Location, e.Description, e.Created, e.Updated = "渋谷", "毎月の勉強会です。", start, start
	return e
}
