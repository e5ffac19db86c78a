package digest

import (
	"testing"
	"time"
	_ "time/tzdata"

	"koyomi/internal/event"
)

// TestAt: the instant of a wall time, where clocks change and where days are missing.
func TestAt(t *testing.T) {
	for _, c := range []struct {
		zone, day string
		minute    int
		want      string // UTC, "" where there is no such day
	}{
		{"Asia/Tokyo", "2026-11-25", 7 * 60, "2026-11-24T22:00:00Z"},
		{"America/New_York", "2026-03-08", 2*60 + 30, "2026-03-08T07:00:00Z"}, // skipped: when the clock goes on
		{"America/New_York", "2026-03-08", 3 * 60, "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-03-08", 1*60 + 59, "2026-03-08T06:59:00Z"},
		{"America/New_York", "2026-11-01", 1*60 + 30, "2026-11-01T05:30:00Z"}, // twice: the first
		{"America/New_York", "2026-11-01", 2 * 60, "2026-11-01T07:00:00Z"},
		{"Europe/London", "2026-03-29", 60, "2026-03-29T01:00:00Z"},
		{"Australia/Lord_Howe", "2026-10-04", 2*60 + 15, "2026-10-03T15:30:00Z"}, // half an hour
		{"Africa/Cairo", "2026-04-24", 30, "2026-04-23T22:00:00Z"},               // midnight itself is skipped
		{"Pacific/Apia", "2011-12-29", 7 * 60, "2011-12-29T17:00:00Z"},
		{"Pacific/Apia", "2011-12-30", 7 * 60, ""},
		{"Pacific/Apia", "2011-12-31", 7 * 60, "2011-12-30T17:00:00Z"},
		{"Pacific/Kiritimati", "2026-12-31", 0, "2026-12-30T10:00:00Z"},
		{"Asia/Tokyo", "2028-02-29", 23*60 + 59, "2028-02-29T14:59:00Z"},
		{"Asia/Kathmandu", "2026-01-01", 7 * 60, "2026-01-01T01:15:00Z"},
	} {
		d, err := event.ParseDate(c.day)
		if err != nil {
			t.Fatal(err)
		}
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if at, ok := At(d, c.minute, loc); ok {
			got = at.UTC().Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%s %s %s = %s, want %s", c.zone, c.day, clock(c.minute), got, c.want)
		}
	}
}

// TestOnceADay walks through two years in steps of ten minutes: each day that a
// zone has comes due exactly once, in order.
func TestOnceADay(t *testing.T) {
	const within = 6 * time.Hour
	for _, zone := range []string{
		"Asia/Tokyo", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia",
		"Pacific/Kiritimati", "Africa/Cairo", "America/St_Johns", "Asia/Tehran", "Antarctica/Troll",
	} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, minute := range []int{0, 2*60 + 30, 7 * 60, 23*60 + 50} {
			begin := time.Date(2011, 6, 1, 12, 0, 0, 0, loc)
			var days []event.Date
			for now := begin; now.Before(begin.AddDate(2, 0, 0)); now = now.Add(10 * time.Minute) {
				d, at, ok := Due(minute, loc, now, within)
				if !ok || len(days) > 0 && d.Compare(days[len(days)-1]) <= 0 {
					continue
				}
				if now.Sub(at) > 10*time.Minute && len(days) > 0 {
					t.Fatalf("%s %s: %s was due at %s, seen at %s only", zone, clock(minute), d, at, now)
				}
				days = append(days, d)
			}
			for i := 1; i < len(days); i++ {
				gap := days[i].Sub(days[i-1])
				if _, exists := At(days[i].Add(-1), minute, loc); gap != 1 && (gap != 2 || exists) {
					t.Fatalf("%s %s: after %s comes %s", zone, clock(minute), days[i-1], days[i])
				}
			}
			if len(days) < 729 {
				t.Errorf("%s %s: %d days in two years", zone, clock(minute), len(days))
			}
		}
	}
}

// TestDue: a digest missed by too much is left to the next.
func TestDue(t *testing.T) {
	for _, c := range []struct {
		now  string
		want string
	}{
		{"2026-11-25 06:59", ""},
		{"2026-11-25 07:00", "2026-11-25"},
		{"2026-11-25 10:00", "2026-11-25"},
		{"2026-11-25 13:00", "2026-11-25"},
		{"2026-11-25 13:01", ""},
	} {
		d, _, ok := Due(7*60, event.Tokyo, clockTime(t, c.now).Time, 6*time.Hour)
		if got := d.String(); got != c.want || ok != (c.want != "") {
			t.Errorf("%s: due %q, want %q", c.now, got, c.want)
		}
	}
	if d, _, ok := Due(22*60, event.Tokyo, clockTime(t, "2026-11-26 01:00").Time, 6*time.Hour); !ok || d.String() != "2026-11-25" {
		t.Errorf("after midnight: due %q, want the evening before", d)
	}
}
