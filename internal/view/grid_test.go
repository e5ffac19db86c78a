package view

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/terminal"
	"koyomi/internal/text"
)

func gathering(title, community string, start time.Time, days int) event.Event {
	e := event.Event{UID: "00000000-" + title, Community: community}
	e.Title, e.Zone, e.Start = title, "Asia/Tokyo", event.At(start)
	if days > 0 {
		e.Start = event.On(event.DateOf(start))
		e.End = event.On(event.DateOf(start).Add(days - 1))
	}
	return e
}

// TestGridDays: a grid begins on a Monday, ends on a Sunday and holds the whole month.
func TestGridDays(t *testing.T) {
	for d := (event.Date{Year: 2026, Month: 1, Day: 1}); d.Year < 2028; d = d.Add(1) {
		for _, name := range Grids {
			first, last := GridDays(name, d)
			isWeeks := first.Weekday() == time.Monday && last.Weekday() == time.Sunday
			if !isWeeks || first.Compare(d) > 0 || last.Compare(d) < 0 {
				t.Fatalf("%s of %s: %s to %s", name, d, first, last)
			}
			days := last.Sub(first) + 1
			if name == "week" && days != 7 || days > 42 {
				t.Fatalf("%s of %s: %d days", name, d, days)
			}
		}
	}
}

// TestGrid fits every width, names what is on, and counts what does not fit.
func TestGrid(t *testing.T) {
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, event.Tokyo)
	var events []event.Event
	for range 6 {
		events = append(events, gathering("勉強会", "a", now.Add(10*time.Hour), 0))
	}
	events = append(events, gathering("合宿", "b", now.Add(72*time.Hour), 3))
	for _, columns := range []int{20, 40, 80, 120, 200} {
		for _, name := range Grids {
			p := &Printer{UI: &terminal.UI{Columns: columns}, Now: func() time.Time { return now }}
			var b bytes.Buffer
			if err := p.WriteGrid(&b, name, event.DateOf(now), events); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				if w := text.Width(strings.TrimRight(line, "\n")); w >= columns {
					t.Errorf("%s at %d: a line of %d columns: %s", name, columns, w, line)
				}
			}
			switch wide := columns >= 80; {
			case wide && strings.Count(b.String(), "合") != 3:
				t.Errorf("%s at %d: an event of three days:\n%s", name, columns, &b)
			case wide && (name == "month") != strings.Contains(b.String(), "+2"):
				t.Errorf("%s at %d: what does not fit is counted:\n%s", name, columns, &b)
			case !wide && columns >= 40 && !strings.Contains(b.String(), "30·6"):
				t.Errorf("%s at %d: days tell how many events they have:\n%s", name, columns, &b)
			}
		}
	}
}

// TestCommunityStyle: a community has one colour, and many have several.
func TestCommunityStyle(t *testing.T) {
	seen := map[string]bool{}
	for _, id := range []string{"bpstudy", "osc", "interop", "v-tomo", "openid-technight", "go", "rust", "php"} {
		if again := CommunityStyle(id); again != CommunityStyle(id) {
			t.Errorf("%s has two colours", id)
		}
		seen[CommunityStyle(id)] = true
	}
	if len(seen) < 4 || CommunityStyle("") != "" {
		t.Errorf("%d colours, %q", len(seen), CommunityStyle(""))
	}
}
