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

// TestDoubtIsMarkedInLists: every list of events marks what no source has shown for days,
// and nothing else; a cancelled event is not in doubt.
func TestDoubtIsMarkedInLists(t *testing.T) {
	lists := []string{
		"/", "/?month=2009-05", "/?q=kvm", "/month/2009-05", "/communities/v-tomo", "/embed/list",
		"/embed/free?date=2009-05-28", "/calendar?q=kvm", "/clash?date=2009-05-28",
	}
	s := may2009()
	doubtful, called := s.events[1], s.events[5]
	h, _ := open(s)
	for days, want := range map[int]int{2: 0, 5: 1} {
		at := monday.Add(-time.Duration(days) * 24 * time.Hour)
		s.change(func(events []event.Event) []event.Event { return events })
		s.mu.Lock()
		s.shown = map[string]time.Time{doubtful.UID: at, called.UID: at}
		s.mu.Unlock()
		for _, list := range lists {
			marks := page(t, h, list).Find(".mark.doubt")
			if marks.Length() != want || strings.Contains(marks.Text(), "要確認") != (want == 1) {
				t.Errorf("%s after %d days: %d marks %q, want %d", list, days, marks.Length(), marks.Text(), want)
			}
		}
		for _, address := range []string{"/api/v1/events", "/events/" + doubtful.ID() + ".json"} {
			if got := strings.Count(get(h, address).Body.String(), `"unseen_days":5`); got != want {
				t.Errorf("%s after %d days tells of %d events in doubt, want %d", address, days, got, want)
			}
		}
	}
}
