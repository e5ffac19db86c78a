package main

import (
	"fmt"
	"path/filepath"
	"testing"

	"koyomi/internal/ask"
	"koyomi/internal/event"
	"koyomi/internal/source"
	"koyomi/internal/store/sqlite"
)

// TestTheFirstOfManyAreTheFirst asks for a few events and for all: the few are the
// first of all, however they were read.
func TestTheFirstOfManyAreTheFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "koyomi.db")
	if err := makeLarge(path, 3000); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	a := &app{fixed: largeNow, catalogue: func() *source.Catalogue { return &source.Catalogue{} }}
	l := a.local(db)
	answer := func(t *testing.T, q ask.Question) []event.Event {
		t.Helper()
		events, err := l.Ask(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return events
	}
	some := 0
	for _, words := range []string{"", "仮想", "量子", "area:大阪 -圧縮", "どこにもない"} {
		for _, days := range [][2]string{{}, {"2009-06-01"}, {"2015-01-01"}, {"2020-01-01", "2024-12-31"}, {"2026-05-01"}, {"2026-08-29"}, {"", "2026-07-01"}} {
			for _, past := range []bool{false, true} {
				all := answer(t, ask.Question{Words: words, From: days[0], To: days[1], Past: past})
				for _, limit := range []int{1, 20, 400} {
					few := answer(t, ask.Question{Words: words, From: days[0], To: days[1], Past: past, Limit: limit})
					want := all[:min(limit, len(all))]
					some += len(want)
					if fmt.Sprint(uids(few)) != fmt.Sprint(uids(want)) {
						t.Errorf("%q %v past %v limit %d: got %d events %v, want %d", words, days, past, limit, len(few), uids(few), len(want))
					}
				}
			}
		}
	}
	if some == 0 {
		t.Error("nothing was found at all")
	}
}

func uids(events []event.Event) []string {
	all := make([]string, len(events))
	for i, e := range events {
		all[i] = e.UID
	}
	return all
}
