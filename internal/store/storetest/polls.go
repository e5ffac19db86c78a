package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/store"
)

// stopped is what becomes of a poll whose process died.
func stopped(id int64, source string, opened, closed int) store.Poll {
	return store.Poll{
		ID:     id,
		Source: source,
		At:     at(opened).UTC(),
		Closed: at(closed).UTC(),
		State:  health.Failed,
		Cause:  health.CauseStopped,
	}
}

// wordless takes away the words that an implementation chooses.
func wordless(t *testing.T, polls []store.Poll) []store.Poll {
	t.Helper()
	for i := range polls {
		if polls[i].Cause == health.CauseStopped && polls[i].Message == "" {
			t.Error("a stopped poll says nothing for people")
		}
		polls[i].Message = ""
	}
	return polls
}

func openPolls(t *testing.T, open Open) {
	s, _ := open(t)
	first := must(s.OpenPoll(ctx, "a", at(1)))(t)
	other := must(s.OpenPoll(ctx, "b", at(2)))(t)
	second := must(s.OpenPoll(ctx, "a", at(3)))(t)
	want := []store.Poll{
		{ID: second, Source: "a", At: at(3).UTC(), State: health.Open},
		{ID: other, Source: "b", At: at(2).UTC(), State: health.Open},
		stopped(first, "a", 1, 3),
	}
	same(t, "all, newest first", wordless(t, must(s.Polls(ctx, "", 0))(t)), want)
	same(
		t,
		"one source's",
		wordless(t, must(s.Polls(ctx, "a", 0))(t)),
		[]store.Poll{want[0], want[2]},
	)
	same(t, "the latest", wordless(t, must(s.Polls(ctx, "a", 1))(t)), want[:1])
	same(t, "the latest moment", must(s.Latest(ctx))(t), at(3).UTC())
}

func stale(t *testing.T, open Open) {
	s, _ := open(t)
	e := gathering(1, "a", "must not be written", "2009-05-22", "")
	refuse := func(what string, o store.Outcome) {
		t.Helper()
		if err := s.ClosePoll(ctx, o); !errors.Is(err, store.ErrStale) {
			t.Errorf("%s: got %v, want %v", what, err, store.ErrStale)
		}
	}
	w := store.Writing{
		Events:  []event.Event{e},
		Claims:  []event.Claim{claim("a", "1", e, 1)},
		Changes: []event.Change{added(e, "a", 1)},
	}
	refuse("one that was never opened", outcome(7, "a", 1, w))
	old := must(s.OpenPoll(ctx, "a", at(1)))(t)
	late := must(s.OpenPoll(ctx, "a", at(2)))(t)
	refuse("one that was overtaken", outcome(old, "a", 1, w))
	refuse("another source's", outcome(late, "b", 2, w))
	ok(t, s.ClosePoll(ctx, outcome(late, "a", 2, store.Writing{})))
	refuse("one that is closed", outcome(late, "a", 2, w))
	same(t, "events", must(s.Events(ctx, store.Window{}))(t), []event.Event(nil))
	same(t, "claims", must(s.Claims(ctx, e.UID))(t), []event.Claim(nil))
	same(t, "changes", must(s.Changes(ctx, "", 0, 0))(t), []event.Change(nil))
	if states := must(s.Sources(ctx))(t); len(states) != 1 ||
		!states[0].LastPoll.Equal(at(2)) {
		t.Errorf("a stale outcome left the states %+v", states)
	}
}

func abandoned(t *testing.T, open Open) {
	s, again := open(t)
	a := must(s.OpenPoll(ctx, "a", at(1)))(t)
	b := must(s.OpenPoll(ctx, "b", at(2)))(t)
	visit(t, s, "c", 3, store.Writing{})
	s = again()
	want := []store.Poll{stopped(a, "a", 1, 9), stopped(b, "b", 2, 9)}
	same(t, "what was closed", wordless(t, must(s.Abandoned(ctx, at(9)))(t)), want)
	same(t, "what is left", must(s.Abandoned(ctx, at(10)))(t), []store.Poll(nil))
	same(t, "as it is stored", wordless(t, must(s.Polls(ctx, "a", 0))(t)), want[:1])
	if err := s.ClosePoll(ctx, outcome(a, "a", 1, store.Writing{})); !errors.Is(
		err,
		store.ErrStale,
	) {
		t.Errorf("closing an abandoned poll: %v, want %v", err, store.ErrStale)
	}
}

// atomic ends a context in the middle of an outcome's life.
func atomic(t *testing.T, open Open) {
	s, _ := open(t)
	id := must(s.OpenPoll(ctx, "a", at(1)))(t)
	var w store.Writing
	for n := range 3000 {
		e := gathering(n, "a", fmt.Sprintf("event %d", n), "2009-05-22", "")
		w.Events, w.Claims = append(w.Events, e), append(w.Claims, claim("a", e.UID, e, 1))
		w.Changes = append(w.Changes, added(e, "a", 1))
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.ClosePoll(ended, outcome(id, "a", 1, w)); !errors.Is(
		err,
		context.Canceled,
	) {
		t.Errorf("with a context that has ended: %v", err)
	}
	for _, after := range []time.Duration{time.Millisecond, 5 * time.Millisecond, 20 * time.Millisecond} {
		short, cancel := context.WithTimeout(ctx, after)
		err := s.ClosePoll(short, outcome(id, "a", 1, w))
		cancel()
		if err == nil {
			return // the machine was faster: whole
		}
		same(t, "events", must(s.Events(ctx, store.Window{}))(t), []event.Event(nil))
		same(t, "changes", must(s.Changes(ctx, "", 0, 1))(t), []event.Change(nil))
		same(t, "revision", must(s.Revision(ctx))(t), int64(0))
		if p := must(s.Polls(ctx, "a", 1))(t); p[0].State != health.Open {
			t.Errorf("the poll is %s", p[0].State)
		}
	}
	ok(t, s.ClosePoll(ctx, outcome(id, "a", 1, w)))
	if n := len(must(s.Events(ctx, store.Window{}))(t)); n != len(w.Events) {
		t.Errorf("%d events, want %d", n, len(w.Events))
	}
}

func revisions(t *testing.T, open Open) {
	s, again := open(t)
	e := gathering(1, "a", "a", "2009-05-22", "")
	c := claim("a", "1", e, 1)
	last, mark := int64(0), must(s.Mark(ctx))(t)
	if mark != 1 {
		t.Errorf("the mark starts at %d, want 1", mark)
	}
	step := func(what string, w store.Writing, grows, marks bool) {
		t.Helper()
		visit(t, s, "a", 1, w)
		now, m := must(s.Revision(ctx))(t), must(s.Mark(ctx))(t)
		if grows != (now > last) || now < last {
			t.Errorf("%s: the revision went from %d to %d", what, last, now)
		}
		if marks != (m > mark) || m < mark {
			t.Errorf("%s: the mark went from %d to %d", what, mark, m)
		}
		last, mark = now, m
	}
	step("nothing", store.Writing{}, false, false)
	step("a new event", store.Writing{
		Events:  []event.Event{e},
		Changes: []event.Change{added(e, "a", 1)},
	}, true, true)
	step("the same event again", store.Writing{Events: []event.Event{e}}, false, false)
	step("a claim", store.Writing{Claims: []event.Claim{c}}, false, true)
	step("the same claim again", store.Writing{Claims: []event.Claim{c}}, false, false)
	step(
		"a change of no event",
		store.Writing{Changes: []event.Change{added(e, "b", 2)}},
		false,
		false,
	)
	e.Description = "a word more"
	step("another description", store.Writing{Events: []event.Event{e}}, true, true)
	s = again()
	step("the same after a restart", store.Writing{Events: []event.Event{e}}, false, false)
	e.Geo = &event.Geo{Lat: 1, Lon: 2}
	step("a place", store.Writing{Events: []event.Event{e}}, true, true)
}

func good(t *testing.T, open Open) {
	s, _ := open(t)
	states := []health.State{
		health.Applied,
		health.Failed,
		health.Unchanged,
		health.Held,
		health.Failed,
	}
	var ids []int64
	for i, state := range states {
		id := must(s.OpenPoll(ctx, "a", at(i)))(t)
		ok(t, s.ClosePoll(ctx, store.Outcome{
			Poll: store.Poll{
				ID:     id,
				Source: "a",
				At:     at(i),
				Closed: at(i),
				State:  state,
			},
			State: store.SourceState{ID: "a"},
		}))
		ids = append(ids, id)
	}
	visit(t, s, "b", 9, store.Writing{})
	got := must(s.Good(ctx, "a", 0))(t)
	if len(got) != 2 || got[0].ID != ids[2] || got[1].ID != ids[0] {
		t.Errorf("good polls: %+v", got)
	}
	if got = must(s.Good(ctx, "a", 1))(t); len(got) != 1 || got[0].ID != ids[2] {
		t.Errorf("the latest good poll: %+v", got)
	}
}

func schedule(t *testing.T, open Open) {
	s, again := open(t)
	ok(t, s.Schedule(ctx, nil))
	visit(t, s, "b", 1, store.Writing{})
	was := must(s.Sources(ctx))(t)[0]
	ok(t, s.Schedule(ctx, map[string]time.Time{"b": at(7), "a": at(8), "c": {}}))
	was.NextAt = at(7).UTC()
	want := []store.SourceState{{ID: "a", NextAt: at(8).UTC()}, was, {ID: "c"}}
	for s := range twice(s, again) {
		same(t, "states, by id", must(s.Sources(ctx))(t), want)
	}
}

// due asks what is due at moments before, between and after due times.
func due(t *testing.T, open Open) {
	s, again := open(t)
	if all, next, err := s.Due(ctx, at(1)); len(all) != 0 || !next.IsZero() || err != nil {
		t.Errorf("nothing is due: %v %v %v", all, next, err)
	}
	ok(
		t,
		s.Schedule(
			ctx,
			map[string]time.Time{"b": at(7), "a": at(7), "c": at(5), "d": {}, "e": at(9)},
		),
	)
	a, b, c, e := store.DueSource{
		ID: "a",
		At: at(7).UTC(),
	}, store.DueSource{
		ID: "b",
		At: at(7).UTC(),
	}, store.DueSource{
		ID: "c",
		At: at(5).UTC(),
	}, store.DueSource{
		ID: "e",
		At: at(9).UTC(),
	}
	for s := range twice(s, again) {
		for hour, want := range map[int][]store.DueSource{4: nil, 5: {c}, 6: {c}, 7: {c, a, b}, 9: {c, a, b, e}} {
			all, next, err := s.Due(ctx, at(hour))
			ok(t, err)
			same(t, "what is due", all, want)
			some, err := s.DueOf(ctx, at(hour), []string{"a", "d", "e", "nobody"})
			ok(t, err)
			want = slices.DeleteFunc(
				slices.Clone(want),
				func(d store.DueSource) bool { return d == b || d == c },
			)
			same(t, "what is due of some", some, want)
			wantNext := map[int]time.Time{4: at(5), 5: at(7), 6: at(7), 7: at(9)}[hour]
			if !next.Equal(wantNext) {
				t.Errorf("at %d the next is due %v, want %v", hour, next, wantNext)
			}
		}
	}
}

// together reads in several goroutines while polls are written, and sees each poll
// whole or not at all.
func together(t *testing.T, open Open) {
	s, _ := open(t)
	var readers sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				all, err := s.Events(ctx, store.Window{})
				if err != nil || len(all)%10 != 0 {
					t.Errorf("read %d events of polls of ten: %v", len(all), err)
					return
				}
			}
		})
	}
	var writers sync.WaitGroup
	for w := range 3 {
		writers.Go(func() {
			source := fmt.Sprintf("source %d", w)
			for p := range 8 {
				var events []event.Event
				for n := range 10 {
					events = append(
						events,
						gathering(w*1000+p*10+n, source, "e", "2009-05-22", ""),
					)
				}
				id, err := s.OpenPoll(ctx, source, at(p))
				if err == nil {
					err = s.ClosePoll(
						ctx,
						outcome(id, source, p, store.Writing{Events: events}),
					)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	if n := len(must(s.Events(ctx, store.Window{}))(t)); n != 240 {
		t.Errorf("%d events, want 240", n)
	}
}
