package publish

import (
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/query"
)

// TestHeat: each day counts what is on and what of it is alike; large gatherings are
// named on each of their days, cancelled ones nowhere.
func TestHeat(t *testing.T) {
	day := func(d int) event.Date { return event.Date{Year: 2026, Month: time.June, Day: d} }
	limit := 500
	at := func(title string, from, to int, status event.Status) query.Doc {
		e := event.Event{UID: title}
		e.Title, e.Status, e.Start = title, status, event.On(day(from))
		if to > 0 {
			e.End = event.On(day(to))
		}
		return query.NewDoc(e, nil)
	}
	large := at("Go Conference", 12, 0, event.Confirmed)
	large.Event.Seats.Limit = &limit
	q, wrong := query.Parse("go", query.Env{})
	if wrong != nil {
		t.Fatal(wrong)
	}
	docs := []query.Doc{at("Go LT", 10, 0, ""), at("展示会", 10, 12, ""), at("Go 中止", 10, 0, event.Cancelled), large, at("外", 20, 0, "")}
	days := FindHeat(docs, day(9), day(13), q, Calendar{})
	want := []struct{ events, rivals, big int }{{0, 0, 0}, {2, 1, 1}, {1, 0, 1}, {2, 1, 2}, {0, 0, 0}}
	for i, d := range days {
		if d.Date != day(9+i) || d.Events != want[i].events || d.Rivals != want[i].rivals || len(d.Big) != want[i].big {
			t.Errorf("%s: %d on, %d alike, %d large, want %v", d.Date, d.Events, d.Rivals, len(d.Big), want[i])
		}
	}
}
