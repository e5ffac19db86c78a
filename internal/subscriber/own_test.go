package subscriber

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"koyomi/internal/event"
)

// TestOwn: a token names its owner, under its secret alone, and in one spelling.
func TestOwn(t *testing.T) {
	a, b := Secret("one secret"), Secret("another secret")
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.Int64Range(1, 1<<40).Draw(t, "id")
		generation := rapid.Int64Range(1, 300).Draw(t, "generation")
		token := a.Own(id, generation)
		i, g, ok := a.Owner(token)
		if !ok || i != id || g != generation {
			t.Fatalf("%s: %d %d %v", token, i, g, ok)
		}
		if _, _, ok := b.Owner(token); ok {
			t.Fatalf("%s passes with another secret", token)
		}
		if strings.ContainsAny(token, "+/=?#") {
			t.Fatalf("%s does not stand in a path", token)
		}
		at := rapid.IntRange(0, len(token)-1).Draw(t, "at")
		other := rapid.StringMatching(`[A-Za-z0-9_-]`).Draw(t, "other")
		forged := token[:at] + other + token[at+1:]
		if i, g, ok := a.Owner(forged); forged != token && ok {
			t.Fatalf("%s passes for %d %d", forged, i, g)
		}
	})
	for _, s := range []string{"", "x", "AQE", strings.Repeat("A", 30), a.Leave(1, 1), "../" + a.Own(1, 1)} {
		if _, _, ok := a.Owner(s); ok {
			t.Errorf("%q passes", s)
		}
	}
}

// TestRhythmDays: the days of a rhythm, and the ones of the week's look.
func TestRhythmDays(t *testing.T) {
	monday := event.Date{Year: 2026, Month: 11, Day: 23}
	for _, c := range []struct {
		wish         Wish
		sends, looks string
	}{
		{Wish{}, "1234567", ""},
		{Wish{Rhythm: Daily, Look: 3}, "1234567", "3"},
		{Wish{Rhythm: Weekdays, Look: 1}, "12345", "1"},
		{Wish{Rhythm: Weekdays, Look: 6}, "12345", ""},
		{Wish{Rhythm: Weekly}, "1", "1"},
		{Wish{Rhythm: Weekly, Look: 7}, "7", "7"},
	} {
		sends, looks := "", ""
		for i := range 7 {
			d := monday.Add(i)
			if c.wish.SendsOn(d) {
				sends += string(rune('0' + Weekday(d)))
			}
			if c.wish.LooksOn(d) {
				looks += string(rune('0' + Weekday(d)))
			}
			if next := c.wish.NextDay(d); !c.wish.SendsOn(next) || next.Compare(d) <= 0 {
				t.Errorf("%+v: after %s comes %s", c.wish, d, next)
			}
		}
		if sends != c.sends || looks != c.looks {
			t.Errorf("%+v: sends on %s, looks on %s", c.wish, sends, looks)
		}
	}
}
