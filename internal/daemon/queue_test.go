package daemon

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"koyomi/internal/poll"
	"koyomi/internal/source"
	"koyomi/internal/store"
)

// asking counts for how many sources the database is asked whether they are due.
type asking struct {
	*memory
	ids int
}

func (a *asking) DueOf(ctx context.Context, now time.Time, ids []string) ([]store.DueSource, error) {
	a.ids += len(ids)
	return a.memory.DueOf(ctx, now, ids)
}

// TestALaneAsksForWhatIsDue: a visit asks for the state of its own source, however many
// there are on its host, and each is visited as often as its schedule says.
func TestALaneAsksForWhatIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSite()
		var all []*source.Source
		for n := range 200 {
			all = append(all, on("one.example", fmt.Sprintf("s%d", n), "@every 2h"))
		}
		d := w.daemon(all...)
		counted := &asking{memory: &w.memory}
		d.Store = counted
		if err := during(d, 24*time.Hour+time.Minute); err != nil {
			t.Fatal(err)
		}
		visits := 0
		for id, at := range w.visited {
			if visits += len(at); len(at) < 11 {
				t.Errorf("%s was visited %d times in a day", id, len(at))
			}
		}
		if counted.ids > 2*visits {
			t.Errorf("%d visits asked for %d sources", visits, counted.ids)
		}
	})
}

// TestALaneLeavesOutWhatWasDone: what another process has visited since the look is not
// visited again.
func TestALaneLeavesOutWhatWasDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSite()
		a, b := on("one.example", "a", "@every 2h"), on("one.example", "b", "@every 2h")
		d := w.daemon(a, b)
		d.roster = newRoster([]*source.Source{a, b}, time.Now())
		d.resume, d.slots = map[string]time.Time{}, make(chan struct{}, 1)
		d.Report = func(poll.Report) {}
		due := time.Now().Add(-time.Second)
		w.next["a"], w.next["b"] = due, due
		if lanes, _ := d.lanesOf(d.roster, []store.DueSource{{ID: "a", At: due}, {ID: "b", At: due}}, time.Now()); !slices.Equal(lanes, []string{lane(a)}) {
			t.Fatal(lanes)
		}
		w.next["a"] = time.Now().Add(time.Hour)
		d.drive(t.Context(), lane(a))
		if len(w.visited["a"]) != 0 || len(w.visited["b"]) != 1 {
			t.Errorf("visited %v", w.visited)
		}
	})
}
