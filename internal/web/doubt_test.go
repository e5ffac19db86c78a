package web

import (
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
)

// TestDoubtIsMarkedOnThePage: an event that its sources have not shown for days says so,
// until it is over.
func TestDoubtIsMarkedOnThePage(t *testing.T) {
	s := may2009()
	h, clock := open(s)
	e := s.events[1]
	for days, want := range map[int]bool{1: false, 4: true} {
		s.change(func(events []event.Event) []event.Event { return events })
		s.mu.Lock()
		s.shown = map[string]time.Time{e.UID: monday.Add(-time.Duration(days) * 24 * time.Hour)}
		s.mu.Unlock()
		text := page(t, h, "/events/"+e.ID()).Find(".wrong").Text()
		if strings.Contains(text, "4 日間確認できていません") != want {
			t.Errorf("after %d days: %q", days, text)
		}
	}
	clock.Add(int64(400 * 24 * time.Hour / time.Second))
	if text := page(t, h, "/events/"+e.ID()+"?lang=en").Find(".wrong").Text(); text != "" {
		t.Errorf("when it is over: %q", text)
	}
}
