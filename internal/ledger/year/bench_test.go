package year

import (
	"context"
	"fmt"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/extract"
	"koyomi/internal/health"
	"koyomi/internal/ledger"
	"koyomi/internal/poll"
	"koyomi/internal/source"
)

const benchSources = 500

// BenchmarkYear is a year of 500 sources of 250 communities, each polled once a day
// and listing the next ten of its weekly meetings: each poll is judged, reconciled and
// kept in memory. Goal: a minute on two cores.
func BenchmarkYear(b *testing.B) {
	for b.Loop() {
		m, now := newMemory(), first
		standings := map[string]ledger.Authority{}
		var sources []*source.Source
		for n := range benchSources {
			s := &source.Source{ID: fmt.Sprintf("s%d", n), Community: fmt.Sprintf("c%d", n/2), Kind: "weekly", URL: fmt.Sprintf("https://s%d.example/", n)}
			sources = append(sources, s)
			standings[s.ID] = ledger.Authority{Community: s.Community, Rank: n % 2}
		}
		p := &poll.Poller{
			Archive: pages{}, Memory: m, Kinds: map[source.Kind]extract.Kind{"weekly": weekly{}},
			Now:       func() time.Time { return now },
			Next:      func(_ *source.Source, after time.Time) time.Time { return after.Add(24 * time.Hour) },
			Authority: func(id string) ledger.Authority { return standings[id] },
		}
		polls := 0
		for day := range 365 {
			for n, s := range sources {
				now = first.AddDate(0, 0, day).Add(time.Duration(n) * time.Minute)
				r, err := p.Visit(context.Background(), s)
				if err != nil || r.Poll.State == health.Failed || r.Poll.State == health.Held {
					b.Fatalf("day %d, %s: %s %s: %v", day, s.ID, r.Poll.State, r.Poll.Message, err)
				}
				polls++
			}
		}
		live := 0
		for _, e := range m.events {
			if e.MergedInto == "" {
				live++
			}
		}
		b.ReportMetric(float64(live), "events")
		b.ReportMetric(float64(polls), "polls")
	}
}

// weekly lists the next ten meetings of a community that meets once a week; one in
// thirty is moved by a day, a week before.
type weekly struct{}

func (weekly) Need(extract.Visit) ([]extract.Request, error) { return nil, nil }

func (weekly) Read(v extract.Visit) (r extract.Result, err error) {
	begun := int(v.At.Sub(first).Hours() / 24 / 7)
	for i := max(1, begun-1); len(r.Listings) < 10; i++ {
		start := first.AddDate(0, 0, 7*i).Add(19 * time.Hour)
		if i%30 == 7 && start.Sub(v.At) < 7*24*time.Hour {
			start = start.AddDate(0, 0, 1)
		}
		if !start.Add(2 * time.Hour).After(v.At) {
			continue
		}
		l := event.Listing{Key: fmt.Sprintf("%s-%d", v.Source.ID, i)}
		l.Title, l.Number, l.Zone = fmt.Sprintf("%s 定例会 #%d", v.Source.Community, i), fmt.Sprint(i), "Asia/Tokyo"
		l.Start, l.End = event.At(start), event.At(start.Add(2*time.Hour))
		l.Status, l.Type, l.Mode = event.Confirmed, event.TypeEvent, event.Onsite
		l.URL, l.Location, l.Area = v.Source.URL+l.Key, "渋谷ヒカリエ", "東京都"
		l.Description, l.Tags = "毎週の定例会です。どなたでもどうぞ。", []string{"勉強会"}
		r.Listings = append(r.Listings, l)
	}
	return r, nil
}
