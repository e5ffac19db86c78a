package publish

import (
	"fmt"
	"testing"
	"time"

	"koyomi/internal/event"
)

func TestTellsNews(t *testing.T) {
	monday := today.Begin(event.Tokyo)
	events := map[string]event.Event{
		"a": made("来る会", "2009-05-28", "", func(e *event.Event) { e.UID = "a" }),
		"b": made("古い会", "2009-04-01", "", func(e *event.Event) { e.UID = "b" }),
	}
	change := func(uid string, hour int, kind event.ChangeKind, field string) event.Change {
		return event.Change{UID: uid, At: monday.Add(time.Duration(hour) * time.Hour), Kind: kind, Field: field, Before: event.Words("x"), After: event.Words("y")}
	}
	changes := []event.Change{
		change("a", 0, event.ChangeAdded, ""),
		change("b", 0, event.ChangeAdded, ""),
		change("c", 1, event.ChangeAdded, ""),
		change("a", 2, event.ChangeEdited, "description"),
		change("a", 3, event.ChangeEdited, "title"), change("a", 3, event.ChangeMoved, "start"), change("a", 3, event.ChangeCancelled, "status"),
		change("b", 4, event.ChangeWithdrawn, ""),
	}
	tell := func(limit int) string {
		s := ""
		for _, n := range Tell(changes, func(uid string) (event.Event, bool) { e, ok := events[uid]; return e, ok }, limit) {
			s += fmt.Sprintf("%s:%s×%d ", n.Event.UID, n.Kind(), len(n.Changes))
		}
		return s
	}
	if got, want := tell(10), "b:withdrawn×1 a:cancelled×3 a:added×1 "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := tell(2), "b:withdrawn×1 a:cancelled×3 "; got != want {
		t.Errorf("at most two: got %s, want %s", got, want)
	}
	n := Tell(changes, func(uid string) (event.Event, bool) { e, ok := events[uid]; return e, ok }, 10)
	if n[1].ID() == n[2].ID() || len(n[1].ID()) != 36 {
		t.Errorf("ids %s %s", n[1].ID(), n[2].ID())
	}
}
