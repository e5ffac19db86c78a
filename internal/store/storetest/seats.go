package storetest

import (
	"slices"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
)

// seats are those of an event with a limit.
func seats(limit, accepted, waiting int) event.Seats {
	return event.Seats{Limit: &limit, Accepted: &accepted, Waiting: &waiting}
}

// seatsComeBack holds the history of seats: a row where the figures differ from those
// before, none for an event that tells nothing, and none kept for ever.
func seatsComeBack(t *testing.T, open Open) {
	s, again := open(t)
	e := gathering(1, "bpstudy", "BPStudy#21", "2009-05-22T19:00:00+09:00", "")
	silent := gathering(2, "bpstudy", "BPStudy#22", "2009-06-22T19:00:00+09:00", "")
	for i, told := range []event.Seats{
		seats(20, 3, 0), seats(20, 3, 0), seats(20, 20, 0), seats(20, 20, 2),
		{Accepted: seats(0, 20, 0).Accepted},
		seats(20, 20, 2),
	} {
		e.Seats = told
		e.Title += "!" // the event is written even where its seats are as they were
		visit(t, s, "a", i, store.Writing{Events: []event.Event{e, silent}})
	}
	var want []event.SeatsAt
	for hour, told := range map[int]event.Seats{
		0: seats(20, 3, 0), 2: seats(20, 20, 0), 3: seats(20, 20, 2),
		4: {Accepted: seats(0, 20, 0).Accepted}, 5: seats(20, 20, 2),
	} {
		want = append(want, event.SeatsAt{UID: e.UID, At: at(hour).UTC(), Seats: told})
	}
	slices.SortFunc(want, func(a, b event.SeatsAt) int { return a.At.Compare(b.At) })
	for db := range twice(s, again) {
		same(
			t,
			"the history",
			must(db.Seats(ctx, []string{silent.UID, e.UID, uid(9)}))(t),
			want,
		)
		same(t, "of nothing", must(db.Seats(ctx, nil))(t), []event.SeatsAt{})
		s = db
	}
	late := int(store.SeatsKept/time.Hour) + 3
	visit(t, s, "a", late, store.Writing{Events: []event.Event{e}})
	same(t, "what is kept", must(s.Seats(ctx, []string{e.UID}))(t), want[2:])
}
