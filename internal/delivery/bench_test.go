package delivery

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/place"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// filters returns so many different ones, each of which finds something.
func filters(n int) []string {
	var all []string
	areas := []string{"東京", "大阪", "愛知", "福岡", "北海道", "京都", "宮城"}
	for i := range n {
		all = append(all, fmt.Sprintf("area:%s 第%d", areas[i%len(areas)], i%(n/len(areas)+1)/10))
		if i%2 == 0 {
			all[i] = fmt.Sprintf("area:%s -第%d回", areas[i%len(areas)], i)
		}
	}
	return all
}

// crowd fills the database with readers who had their digest yesterday, and with events of
// which some are new and some have changed since.
func (b *bureau) crowd(readers, sorts int) {
	b.t.Helper()
	b.Operator = ""
	areas := []string{"東京都渋谷区", "大阪府大阪市", "愛知県名古屋市", "福岡県福岡市", "北海道札幌市", "京都府京都市", "宮城県仙台市"}
	var events []event.Event
	var changes []event.Change
	for i := range 2000 {
		now := b.clock()
		e := event.Event{UID: fmt.Sprintf("%08x-0000-5000-8000-000000000000", i), Community: "garden", Created: now, Updated: now}
		e.Title, e.Zone, e.Location = fmt.Sprintf("第%d回 庭の勉強会", i), "Asia/Tokyo", areas[i%len(areas)]+"1-2-3"
		e.Area = place.Area(e.Location)
		e.URL = fmt.Sprintf("https://garden.example/%d", i)
		e.Start = event.At(time.Date(now.Year(), now.Month(), now.Day()+1+i%90, 19, 0, 0, 0, event.Tokyo))
		events = append(events, e)
		if i%8 == 0 {
			changes = append(changes, event.Change{UID: e.UID, Kind: event.ChangeAdded, After: event.Text(e.Title), At: now, Source: "garden"})
		}
	}
	b.write(store.Poll{State: health.Applied}, events, changes)
	raw, err := sql.Open("sqlite", b.path)
	if err != nil {
		b.t.Fatal(err)
	}
	defer raw.Close()
	tx, err := raw.Begin()
	if err != nil {
		b.t.Fatal(err)
	}
	all := filters(sorts)
	d := event.DateOf(b.clock()).Add(-1)
	yesterday := int64(d.Year)*10000 + int64(d.Month)*100 + int64(d.Day)
	for i := range readers {
		address := fmt.Sprintf("reader%06d@example.jp", i)
		_, err := tx.Exec(`INSERT INTO subscribers (key, address, query, zone, minute, lang, format, state, operator, generation, leave,
			cursor, since_day, planned_day, refusals, refused_day, created) VALUES ($1, $1, $2, 'Asia/Tokyo', 420, 'ja', 'both', 'active', 0, 1, $3, 0, $4, $4, 0, 0, 1)`,
			address, all[i%sorts], subscriber.Hash(address), yesterday)
		if err != nil {
			b.t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.t.Fatal(err)
	}
}

// forget has everybody wait for today's digest again.
func (b *bureau) forget() {
	b.t.Helper()
	raw, err := sql.Open("sqlite", b.path)
	if err == nil {
		defer raw.Close()
		_, err = raw.Exec("DELETE FROM letters; DELETE FROM bodies; UPDATE subscribers SET planned_day = (SELECT min(since_day) FROM subscribers), since_day = (SELECT min(since_day) FROM subscribers), cursor = 0; PRAGMA wal_checkpoint(TRUNCATE)")
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// BenchmarkPlan plans and renders the digests of so many readers with 500 different
// filters; MB is the most memory in use at any time, measured each millisecond.
func BenchmarkPlan(b *testing.B) {
	for _, readers := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(readers), func(b *testing.B) {
			bureau := newBureau(b)
			bureau.crowd(readers, 500)
			most := uint64(0)
			for b.Loop() {
				b.StopTimer()
				bureau.forget()
				runtime.GC()
				b.StartTimer()
				done := make(chan struct{})
				measured := make(chan uint64)
				go watch(done, measured)
				p, err := bureau.Plan(context.Background())
				close(done)
				most = max(most, <-measured)
				if err != nil || p.Messages == 0 || p.Messages+p.Nothing != readers {
					b.Fatal(p, err)
				}
				b.ReportMetric(float64(p.Messages), "messages")
			}
			b.ReportMetric(float64(most)/1e6, "MB")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(readers), "ns/reader")
		})
	}
}

// watch measures the heap until done.
func watch(done chan struct{}, most chan uint64) {
	var peak uint64
	var m runtime.MemStats
	for {
		select {
		case <-done:
			most <- peak
			return
		case <-time.After(time.Millisecond):
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse+m.StackInuse)
		}
	}
}

// BenchmarkSend sends messages to a server that takes 20 ms over each; busy is the part
// of the time that the server has one in hand.
func BenchmarkSend(b *testing.B) {
	const took = 20 * time.Millisecond
	bureau, p := newBureau(b), newPostbox(b)
	bureau.crowd(b.N, min(b.N, 50))
	bureau.Open = p.open
	p.behave(func(step, _ string) error {
		if step == "end" {
			time.Sleep(took)
		}
		return nil
	})
	if _, err := bureau.Plan(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	tally, err := bureau.Send(context.Background())
	b.StopTimer()
	if err != nil || tally.Stop.Reason != Done {
		b.Fatal(tally, err)
	}
	b.ReportMetric(float64(tally.Sent)*took.Seconds()/b.Elapsed().Seconds()*100, "%busy")
	b.ReportMetric(float64(tally.Sent)/b.Elapsed().Seconds(), "messages/s")
}
