package holiday

import (
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
)

func TestDaysAreNamed(t *testing.T) {
	for _, c := range []struct{ day, ja, en string }{
		{"2026-05-03", "憲法記念日", "Constitution Memorial Day"},
		{"2026-05-06", "休日", "holiday"},
		{"2026-05-07", "", ""},
		{"2009-09-22", "休日", "holiday"}, // between two holidays
		{"2019-05-01", "休日", "holiday"},
		{"2020-07-24", "スポーツの日", "Sports Day"}, // moved for the games
		{"2021-10-11", "", ""},
		{"1955-01-15", "成人の日", "Coming of Age Day"},
		{"2026-12-31", "年末年始", "New Year holidays"},
		{"2027-01-01", "元日", "New Year’s Day"},
		{"2027-01-04", "", ""},
		{"2028-02-11", "", ""}, // not announced
	} {
		d, err := event.ParseDate(c.day)
		if err != nil {
			t.Fatal(err)
		}
		if ja, en := Words("ja", d), Words("en", d); ja != c.ja || en != c.en {
			t.Errorf("%s: %q, %q, want %q, %q", c.day, ja, en, c.ja, c.en)
		}
	}
}

// TestTheListIsWhole holds what the law says of every year, and that each name has its
// English one.
func TestTheListIsWhole(t *testing.T) {
	years := map[int]int{}
	for line := range strings.Lines(list) {
		day, name, _ := strings.Cut(strings.TrimSpace(line), ",")
		d, err := event.ParseDate(day)
		if err != nil || english[name] == "" {
			t.Errorf("%q: %v, English %q", line, err, english[name])
		}
		years[d.Year]++
	}
	for year := First; year <= Last; year++ {
		if years[year] < 9 {
			t.Errorf("%d: %d holidays, want at least 9", year, years[year])
		}
		for _, fixed := range []event.Date{
			{Year: year, Month: time.January, Day: 1},
			{Year: year, Month: time.May, Day: 3},
			{Year: year, Month: time.November, Day: 23},
		} {
			if !Is(fixed) {
				t.Errorf("%s is no holiday", fixed)
			}
		}
	}
	if len(years) != Last-First+1 {
		t.Errorf("%d years, want %d", len(years), Last-First+1)
	}
}
