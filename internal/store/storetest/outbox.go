package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

func plansOnce(t *testing.T, open OpenMailing) {
	m, reopen := open(t)
	subscribed(t, m, "a", "b")
	if n := planned(t, m, mailDay, morning, 5); n != 2 {
		t.Fatalf("%d messages", n)
	}
	m = reopen()
	if n := planned(t, m, mailDay, morning, 5); n != 0 {
		t.Errorf("%d more messages of the same date", n)
	}
	stale := must(m.Subscribers(ctx))(t)[0]
	stale.Planned = event.Date{}
	p := store.Planning{Now: morning, Day: mailDay, Upto: 5, Expires: morning.Add(time.Hour), Bodies: []store.Body{{}}, Readers: []store.Recipient{{Subscriber: stale}}}
	if n := must(m.Plan(ctx, p))(t); n != 0 {
		t.Errorf("one who read before the other planned made %d messages more", n)
	}
	if n := planned(t, m, mailDay.Add(-1), morning, 5); n != 0 {
		t.Errorf("%d messages of the day before, after a clock was set back (F26)", n)
	}
	if l := must(m.Messages(ctx, 0))(t); len(l) != 2 || l[0].Key == l[1].Key || l[0].MessageID == l[1].MessageID || l[0].State != store.Planned {
		t.Errorf("messages %+v", l)
	}
}

func plansWhole(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	all := subscribed(t, m, "a", "b")
	p := store.Planning{Now: morning, Day: mailDay, Upto: 5, Expires: time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), Bodies: []store.Body{{}}}
	p.Readers = []store.Recipient{{Subscriber: all[0], Body: -1}, {Subscriber: all[1]}} // the second cannot be written
	if _, err := m.Plan(ctx, p); err == nil {
		t.Fatal("an impossible moment was written")
	}
	for _, s := range all {
		if got := again(t, m, s); got.Planned != s.Planned || got.Cursor != s.Cursor {
			t.Errorf("half of it was written: %+v (F05)", got)
		}
	}
}

func movesQuietly(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	all := subscribed(t, m, "a", "b")
	p := store.Planning{Now: morning, Day: mailDay, Upto: 9, Expires: morning.Add(time.Hour)}
	p.Readers = []store.Recipient{{Subscriber: all[0], Body: -1}, {Subscriber: all[1], Body: -1, Quiet: true}}
	if n := must(m.Plan(ctx, p))(t); n != 0 {
		t.Errorf("%d empty messages", n)
	}
	a, b := again(t, m, all[0]), again(t, m, all[1])
	if a.Cursor != 9 || a.Since != mailDay || a.Planned != mailDay {
		t.Errorf("told nothing: %+v", a)
	}
	if b.Cursor != 0 || !b.Since.IsZero() || b.Planned != mailDay {
		t.Errorf("whose first digest is to come: %+v", b)
	}
	if least := must(m.LeastCursor(ctx))(t); least != 0 {
		t.Errorf("the smallest cursor is %d, want that of who waits for a first digest", least)
	}
}

func fixesBytes(t *testing.T, open OpenMailing) {
	m, reopen := open(t)
	subscribed(t, m, "a")
	planned(t, m, mailDay, morning, 5)
	l := must(m.Ready(ctx, morning, 0))(t)[0]
	if l.Bytes != nil || l.Body.Text[1] != "b" || l.Body.Subject != "件名" {
		t.Errorf("message %+v", l)
	}
	first := must(m.Begin(ctx, l.ID, "x", morning, morning.Add(time.Hour), []byte("first")))(t)
	ok(t, m.Settle(ctx, store.Settlement{ID: l.ID, By: "x", Now: morning, State: store.Retry, Next: morning.Add(time.Minute), Attempts: 1, Cause: "450 busy"}))
	m = reopen()
	if n := len(must(m.Ready(ctx, morning, 0))(t)); n != 0 {
		t.Error("it is ready before its next moment")
	}
	l = must(m.Ready(ctx, morning.Add(time.Minute), 0))(t)[0]
	if string(l.Bytes) != "first" || l.Attempts != 1 || l.State != store.Retry || l.Cause != "450 busy" {
		t.Errorf("message %+v", l)
	}
	second := must(m.Begin(ctx, l.ID, "y", morning.Add(time.Minute), morning.Add(time.Hour), []byte("second")))(t)
	if string(first) != "first" || string(second) != "first" {
		t.Errorf("the bytes were %q, then %q", first, second)
	}
}

func oneSender(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	subscribed(t, m, "a")
	planned(t, m, mailDay, morning, 5)
	l := begun(t, m, morning, "x")[0]
	if _, err := m.Begin(ctx, l.ID, "y", morning, morning.Add(time.Hour), nil); !errors.Is(err, store.ErrStale) {
		t.Errorf("a second sender: %v", err)
	}
	if err := m.Settle(ctx, store.Settlement{ID: l.ID, By: "y", Now: morning, State: store.Sent}); !errors.Is(err, store.ErrStale) {
		t.Errorf("settled by another: %v", err)
	}
	settled(t, m, l, "x", morning, store.Sent)
	if _, err := m.Begin(ctx, l.ID, "x", morning, morning.Add(time.Hour), nil); !errors.Is(err, store.ErrStale) {
		t.Errorf("begun again after it was sent: %v", err)
	}
	if err := m.Settle(ctx, store.Settlement{ID: l.ID, By: "x", Now: morning, State: store.Sent}); !errors.Is(err, store.ErrStale) {
		t.Errorf("settled twice: %v", err)
	}
}

func takesOver(t *testing.T, open OpenMailing) {
	m, reopen := open(t)
	s := subscribed(t, m, "a")[0]
	planned(t, m, mailDay, morning, 5)
	l := begun(t, m, morning, "dead")[0]
	m = reopen()
	if n := len(must(m.Ready(ctx, morning.Add(59*time.Minute), 0))(t)); n != 0 {
		t.Error("its lease is not over")
	}
	if n := len(must(m.Waiting(ctx, store.Hour{Zone: s.Zone, Minute: s.Minute}, mailDay.Add(1), 0, 0))(t)); n != 0 {
		t.Error("the next digest is planned while one is being sent")
	}
	late := must(m.Ready(ctx, morning.Add(time.Hour), 0))(t)
	if len(late) != 1 {
		t.Fatalf("messages %+v", late)
	}
	isSame := string(late[0].Bytes) == "bytes of "+l.Key && late[0].MessageID == l.MessageID
	if late[0].State != store.Unknown || late[0].Unanswered != 1 || !isSame {
		t.Fatalf("messages %+v", late)
	}
	if err := m.Settle(ctx, store.Settlement{ID: l.ID, By: "dead", Now: morning, State: store.Sent}); !errors.Is(err, store.ErrStale) {
		t.Errorf("settled by the dead: %v", err)
	}
	must(m.Begin(ctx, l.ID, "alive", morning.Add(time.Hour), morning.Add(2*time.Hour), nil))(t)
	settled(t, m, l, "alive", morning.Add(time.Hour), store.Sent)
}

func movesOnSent(t *testing.T, open OpenMailing) {
	m, reopen := open(t)
	for i, c := range []struct {
		state store.MessageState
		moves bool
	}{{store.Failed, false}, {store.Expired, false}, {store.Sent, true}, {store.Unknown, true}} {
		s := subscribed(t, m, fmt.Sprint("r", i))[0]
		planned(t, m, mailDay, morning, 7)
		l := begun(t, m, morning, "x")[0]
		if got := again(t, m, s); got.Cursor != 0 {
			t.Errorf("%s: the cursor moved before the answer", c.state)
		}
		settled(t, m, l, "x", morning, c.state)
		m = reopen()
		want := int64(0)
		if c.moves {
			want = 7
		}
		if got := again(t, m, s); got.Cursor != want || got.Since.IsZero() == c.moves {
			t.Errorf("%s: cursor %d since %s, want %d", c.state, got.Cursor, got.Since, want)
		}
		if l := must(m.Messages(ctx, 1))(t)[0]; l.State != c.state || l.Done.IsZero() {
			t.Errorf("%s: message %+v", c.state, l)
		}
	}
}

func carriesOver(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	s := subscribed(t, m, "a")[0]
	planned(t, m, mailDay, morning, 5)
	l := begun(t, m, morning, "x")[0]
	ok(t, m.Settle(ctx, store.Settlement{ID: l.ID, By: "x", Now: morning, State: store.Retry, Next: morning.Add(23 * time.Hour), Attempts: 1}))
	tomorrow := morning.Add(24 * time.Hour)
	if n := planned(t, m, mailDay.Add(1), tomorrow, 9); n != 1 {
		t.Fatalf("%d messages", n)
	}
	ready := must(m.Ready(ctx, tomorrow, 0))(t)
	if len(ready) != 1 || ready[0].Day != mailDay.Add(1) {
		t.Errorf("ready %+v: yesterday's must not come after today's", ready)
	}
	if got := again(t, m, s); got.Cursor != 0 {
		t.Errorf("the cursor is %d: yesterday's content is lost", got.Cursor)
	}
}

// settlesFirst: while a digest may be with the server nothing else is planned for its
// reader, it does not expire with the day, and in the end it counts as told.
func settlesFirst(t *testing.T, open OpenMailing) {
	for name, s := range map[string]store.Settlement{
		"no answer":               {State: store.Unknown, Unanswered: 1},
		"no answer, then put off": {State: store.Retry, Unanswered: 1, Attempts: 1},
	} {
		m, reopen := open(t)
		reader := subscribed(t, m, "a")[0]
		planned(t, m, mailDay, morning, 5)
		l := begun(t, m, morning, "x")[0]
		s.ID, s.By, s.Now, s.Next = l.ID, "x", morning, morning.Add(time.Minute)
		ok(t, m.Settle(ctx, s))
		m = reopen()
		tomorrow := morning.Add(24 * time.Hour)
		if n := planned(t, m, mailDay.Add(1), tomorrow, 9); n != 0 {
			t.Errorf("%s: the next digest is planned before it is settled", name)
		}
		stale := again(t, m, reader)
		p := store.Planning{Now: tomorrow, Day: mailDay.Add(1), Upto: 9, Expires: tomorrow.Add(time.Hour), Bodies: []store.Body{{}}, Readers: []store.Recipient{{Subscriber: stale}}}
		if n := must(m.Plan(ctx, p))(t); n != 0 {
			t.Errorf("%s: one who read before plans it", name)
		}
		ready := must(m.Ready(ctx, tomorrow, 0))(t)
		if len(ready) != 1 || ready[0].MessageID != l.MessageID {
			t.Fatalf("%s: it has expired: %+v", name, ready)
		}
		must(m.Begin(ctx, l.ID, "y", tomorrow, tomorrow.Add(time.Hour), nil))(t)
		ok(t, m.Settle(ctx, store.Settlement{ID: l.ID, By: "y", Now: tomorrow, State: store.Retry, Next: tomorrow.Add(time.Hour), Unanswered: 1, Attempts: 2}))
		end := l.Expires.Add(store.SettleWithin)
		if n := len(must(m.Ready(ctx, end, 0))(t)); n != 0 {
			t.Errorf("%s: %d messages are tried for ever", name, n)
		}
		last := must(m.Messages(ctx, 1))(t)[0]
		if got := again(t, m, reader); last.State != store.Unknown || last.Done.IsZero() || got.Cursor != 5 || got.Since != mailDay {
			t.Errorf("%s: in the end it is %s, the cursor %d", name, last.State, got.Cursor)
		}
	}
}

// queues: how the outbox fares, and what was given up.
func queues(t *testing.T, open OpenMailing) {
	m, reopen := open(t)
	if q := must(m.Queue(ctx, morning))(t); q != (store.Queue{}) {
		t.Errorf("of an empty outbox: %+v", q)
	}
	subscribed(t, m, "a", "b", "c", "d", "e")
	planned(t, m, mailDay, morning, 5)
	for i, l := range begun(t, m, morning, "x") {
		s := store.Settlement{ID: l.ID, By: "x", Now: morning.Add(time.Duration(i) * time.Minute)}
		s.State = []store.MessageState{store.Sent, store.Failed, store.Unknown, store.Retry, store.Expired}[i]
		s.Cause = []string{"", "550 no", "no answer", "450 later", "the subscription was ended"}[i]
		if s.State == store.Retry {
			s.Next = morning.Add(time.Hour)
		}
		ok(t, m.Settle(ctx, s))
	}
	m = reopen()
	q := must(m.Queue(ctx, morning.Add(30*time.Minute)))(t)
	if !q.Oldest.Equal(morning) || !q.Accepted.Equal(morning) || q.Cause != "450 later" {
		t.Errorf("%+v", q)
	}
	q.Oldest, q.Accepted = time.Time{}, time.Time{}
	if want := (store.Queue{Waiting: 1, Refused: 1, Expired: 1, Unanswered: 1, Cause: "450 later"}); q != want {
		t.Errorf("%+v, want %+v", q, want)
	}
	if q := must(m.Queue(ctx, morning.Add(48*time.Hour)))(t); q.Refused+q.Expired+q.Unanswered != 0 || q.Waiting != 1 {
		t.Errorf("two days later: %+v", q)
	}
	var lost []string
	for _, l := range must(m.GivenUp(ctx, morning, 0))(t) {
		lost = append(lost, string(l.To)+" "+l.Cause)
	}
	same(t, "what was given up", lost, []string{"b@example.jp 550 no", "c@example.jp no answer"})
	if n := len(must(m.GivenUp(ctx, morning.Add(time.Minute), 0))(t)); n != 1 {
		t.Errorf("%d were given up after a minute", n)
	}
	if at := must(m.Posted(ctx, "digest "))(t); !at.Equal(morning) {
		t.Errorf("a digest was last planned at %s", at)
	}
	if at := must(m.Posted(ctx, "notice "))(t); !at.IsZero() {
		t.Errorf("a notice was planned at %s", at)
	}
}

func expires(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	s := subscribed(t, m, "a")[0]
	planned(t, m, mailDay, morning, 5)
	if at := must(m.Next(ctx))(t); !at.Equal(morning) {
		t.Errorf("next at %s", at)
	}
	if n := len(must(m.Ready(ctx, morning.Add(20*time.Hour), 0))(t)); n != 0 {
		t.Errorf("%d messages are ready after their time", n)
	}
	if l := must(m.Messages(ctx, 0))(t); l[0].State != store.Expired || again(t, m, s).Cursor != 0 {
		t.Errorf("message %+v", l[0])
	}
	if at := must(m.Next(ctx))(t); !at.IsZero() {
		t.Errorf("next at %s, though none waits", at)
	}
}

func countsRefusals(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	s := subscribed(t, m, "a")[0]
	for i := range subscriber.MaxRefusals {
		now := morning.Add(time.Duration(i) * 24 * time.Hour)
		planned(t, m, mailDay.Add(i), now, 5)
		l := begun(t, m, now, "x")[0]
		ok(t, m.Settle(ctx, store.Settlement{ID: l.ID, By: "x", Now: now, State: store.Failed, Cause: "550 5.1.1", Refused: true}))
		if got := again(t, m, s); got.Refusals != i+1 || (got.State == subscriber.Refused) != (i+1 == subscriber.MaxRefusals) {
			t.Errorf("after %d: %+v", i+1, got)
		}
	}
	if n := planned(t, m, mailDay.Add(9), morning, 5); n != 0 {
		t.Errorf("%d more messages", n)
	}
	if back := subscribed(t, m, "a")[0]; back.Refusals != 0 || back.State != subscriber.Active {
		t.Errorf("confirmed again: %+v", back)
	}
}

func postsOnce(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	l := store.Message{Key: "source osc 1", Kind: store.Notice, To: "op@example.jp", Body: store.Body{Subject: "osc"}, Planned: morning, Next: morning, Expires: morning.Add(time.Hour)}
	for i, want := range []bool{true, false} {
		if posted := must(m.Post(ctx, l))(t); posted != want {
			t.Errorf("time %d: posted %v", i+1, posted)
		}
	}
	settled(t, m, begun(t, m, morning, "x")[0], "x", morning, store.Sent)
	if must(m.Post(ctx, l))(t) {
		t.Error("posted again after it was sent")
	}
}

func remembers(t *testing.T, open OpenMailing) {
	m, reopen := open(t)
	first := must(m.Mail(ctx))(t)
	if len(first.Secret) != subscriber.SecretLen || !first.Seen.IsZero() || !first.NotBefore.IsZero() {
		t.Errorf("at first: %+v", first)
	}
	subscribed(t, m, "a")
	planned(t, m, mailDay, morning, 5)
	m = reopen()
	second := must(m.Mail(ctx))(t)
	if !slices.Equal(second.Secret, first.Secret) || !second.Seen.Equal(morning) {
		t.Errorf("later: %+v", second)
	}
	ok(t, m.SetClock(ctx, morning.Add(-time.Hour)))
	if got := must(m.Mail(ctx))(t); !got.Seen.Equal(morning.Add(-time.Hour)) {
		t.Errorf("set: %s", got.Seen)
	}
	ok(t, m.SetClock(ctx, morning.Add(-48*time.Hour)))
	if n := planned(t, m, mailDay.Add(-1), morning.Add(-24*time.Hour), 5); n != 1 {
		t.Errorf("%d messages of the day after the clock was set back", n)
	}
}

func tidies(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	subscribed(t, m, "a", "b")
	planned(t, m, mailDay, morning, 5)
	settled(t, m, begun(t, m, morning, "x")[0], "x", morning, store.Sent)
	ok(t, m.Tidy(ctx, morning))
	if n := len(must(m.Messages(ctx, 0))(t)); n != 2 {
		t.Errorf("%d messages are left, want 2", n)
	}
	ok(t, m.Tidy(ctx, morning.Add(time.Second)))
	if n := len(must(m.Messages(ctx, 0))(t)); n != 1 {
		t.Errorf("%d messages are left, want the one that is open", n)
	}
	if l := must(m.Ready(ctx, morning.Add(2*time.Hour), 0))(t); len(l) != 1 || l[0].Body.Subject != "件名" {
		t.Errorf("the open one has lost its body: %+v", l)
	}
	if n := planned(t, m, mailDay, morning, 5); n != 0 {
		t.Errorf("%d messages of a date whose messages were forgotten", n)
	}
}
