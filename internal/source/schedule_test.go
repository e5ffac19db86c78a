package source

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestNextByCron shows the first moments of a line after a moment, written in the
// zone of the line.
func TestNextByCron(t *testing.T) {
	for _, c := range []struct {
		name, line, after string
		want              []string
	}{
		{"each day in Tokyo", "30 7 * * *", "2026-06-10T07:29:59+09:00", []string{"2026-06-10T07:30:00+09:00", "2026-06-11T07:30:00+09:00"}},
		{"the moment itself is past", "30 7 * * *", "2026-06-10T07:30:00+09:00", []string{"2026-06-11T07:30:00+09:00"}},
		{"asked from elsewhere", "30 7 * * *", "2026-06-09T22:00:00Z", []string{"2026-06-10T07:30:00+09:00"}},
		{"twice a day on weekdays", "15 9,18 * * 1-5", "2026-06-12T10:00:00+09:00", []string{"2026-06-12T18:15:00+09:00", "2026-06-15T09:15:00+09:00"}},
		{"by name", "@daily", "2026-06-10T12:00:00+09:00", []string{"2026-06-11T00:00:00+09:00"}},
		{"once an hour", "17 * * * *", "2026-06-10T12:17:00+09:00", []string{"2026-06-10T13:17:00+09:00", "2026-06-10T14:17:00+09:00"}},
		{"29 February", "0 9 29 2 *", "2026-06-10T12:00:00+09:00", []string{"2028-02-29T09:00:00+09:00"}},
		{"Tokyo has no summer time", "0 2 * * *", "2026-03-28T12:00:00+09:00", []string{"2026-03-29T02:00:00+09:00", "2026-03-30T02:00:00+09:00"}},
		{"an hour that is left out in spring", "CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-28T12:00:00+01:00", []string{"2026-03-30T02:30:00+02:00"}},
		{"an hour that comes twice in autumn", "CRON_TZ=Europe/Berlin 30 2 * * *", "2026-10-24T12:00:00+02:00", []string{"2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"}},
		{"the same wall clock over spring", "TZ=America/New_York 0 9 * * *", "2026-03-07T12:00:00-05:00", []string{"2026-03-08T09:00:00-04:00"}},
		{"a midnight that is left out", "CRON_TZ=America/Santiago 0 0 * * *", "2026-09-05T12:00:00-04:00", []string{"2026-09-07T00:00:00-03:00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := ParseSchedule(c.line)
			if err != nil {
				t.Fatal(err)
			}
			moment := at(t, c.after)
			var got []string
			for range c.want {
				moment = s.Next("osc", moment)
				got = append(got, moment.In(s.cron.Location).Format(time.RFC3339))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEverySpreadsSourcesOverTheInterval(t *testing.T) {
	s, err := ParseSchedule("@every 6h")
	if err != nil {
		t.Fatal(err)
	}
	now := at(t, "2026-06-10T12:00:00+09:00")
	minutes := map[int]int{}
	for _, id := range []string{"osc", "bpstudy", "interop", "v-tomo", "openid-technight", "janog", "gocon", "jaws-ug"} {
		first := s.Next(id, now)
		if second := s.Next(id, first); second.Sub(first) != 6*time.Hour {
			t.Errorf("%s: %v after %v", id, second, first)
		}
		if first.Sub(now) > 6*time.Hour || !first.After(now) {
			t.Errorf("%s: first at %v", id, first)
		}
		if again := s.Next(id, now.Add(time.Minute)); again != first && first.After(now.Add(time.Minute)) {
			t.Errorf("%s: a restart moves it from %v to %v", id, first, again)
		}
		minutes[int(first.Sub(now)/(10*time.Minute))]++
	}
	if len(minutes) < 6 {
		t.Errorf("eight sources come together: %v", minutes)
	}
	if zero := (Schedule{}); zero.String() != "@every 4h" || zero.Next("osc", now).Sub(now) > 4*time.Hour {
		t.Error("the default is not every four hours")
	}
}

func TestASharedCronLineIsSpreadOverAnHour(t *testing.T) {
	shared, err := ParseSchedule("0 7 * * *")
	if err != nil {
		t.Fatal(err)
	}
	own := &Source{ID: "osc", Schedule: "0 9 * * *"}
	now := at(t, "2026-06-10T07:10:00+09:00")
	if got := own.Next(now, shared); got.Format(time.RFC3339) != "2026-06-10T09:00:00+09:00" {
		t.Error("a source's own line is not kept to the minute:", got)
	}
	seen := map[time.Time]bool{}
	for _, id := range []string{"osc", "bpstudy", "interop", "v-tomo"} {
		s := &Source{ID: id}
		before := at(t, "2026-06-10T06:00:00+09:00")
		first := s.Next(before, shared)
		if h := first.Hour(); h != 7 {
			t.Errorf("%s at %v", id, first)
		}
		if second := s.Next(first, shared); second.Sub(first) != 24*time.Hour {
			t.Errorf("%s: %v, then %v", id, first, second)
		}
		seen[first] = true
	}
	if len(seen) != 4 {
		t.Errorf("they come together: %v", seen)
	}
	if broken := (&Source{ID: "a", Schedule: "nonsense"}).Next(now, Schedule{}); !broken.After(now) {
		t.Error("a line that was never checked leaves the source forgotten")
	}
}

// TestNextIsAlwaysLaterAndNeverSoonerThanAnHour holds for any line that is taken.
func TestNextIsAlwaysLaterAndNeverSoonerThanAnHour(t *testing.T) {
	field := func(lo, hi int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			n := rapid.IntRange(lo, hi).Draw(t, "n")
			return rapid.SampledFrom([]string{"*", "*/2", itoa(n), itoa(n) + "-" + itoa(hi), itoa(lo) + "," + itoa(n)}).Draw(t, "field")
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		line := itoa(rapid.IntRange(0, 59).Draw(t, "minute"))
		for _, f := range []*rapid.Generator[string]{field(0, 23), field(1, 31), field(1, 12), field(0, 6)} {
			line += " " + f.Draw(t, "f")
		}
		if rapid.Bool().Draw(t, "every") {
			line = "@every " + itoa(rapid.IntRange(1, 700).Draw(t, "hours")) + "h"
		}
		s, err := ParseSchedule(line)
		if err != nil {
			t.Skip("a day that no month has")
		}
		now := time.Unix(rapid.Int64Range(1_000_000_000, 2_500_000_000).Draw(t, "now"), 0)
		id := rapid.StringMatching(`[a-z]{1,8}`).Draw(t, "id")
		for range 5 {
			for _, next := range []time.Time{s.Next(id, now), s.NextSpread(id, now)} {
				if !next.After(now) {
					t.Fatalf("%q: %v after %v", line, next, now)
				}
			}
			next := s.Next(id, now)
			if after := s.Next(id, next); after.Sub(next) < MinEvery {
				t.Fatalf("%q: %v, then %v", line, next, after)
			}
			now = next
		}
	})
}

func itoa(n int) string { return strconv.Itoa(n) }

func FuzzParseSchedule(f *testing.F) {
	for _, s := range []string{"", "TZ=0", "CRON_TZ=UTC", "0 0 31 2 *", "@every 0s", "@every 6h", "CRON_TZ=Asia/Tokyo 30 7 * * *", "* * * * *", "@yearly", "0 0 ? * L", "60 24 32 13 8", "1/0 * * * *", "TZ= 0 0 * * *"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		s, err := ParseSchedule(line)
		if err != nil {
			return
		}
		now := time.Date(2026, 6, 10, 12, 0, 0, 0, time.UTC)
		if next := s.Next("osc", now); !next.After(now) {
			t.Errorf("%q: %v", line, next)
		}
		if again, err := ParseSchedule(s.String()); err != nil || again.Next("osc", now) != s.Next("osc", now) {
			t.Errorf("%q does not mean the same written out: %q, %v", line, s, err)
		}
	})
}
