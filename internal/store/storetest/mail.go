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

// A Mailing is a store with an outbox.
type Mailing interface {
	store.Store
	store.Outbox
}

// OpenMailing gives an empty one, and what closes it and opens it again.
type OpenMailing func(t *testing.T) (m Mailing, again func() Mailing)

// RunMail holds an implementation of the outbox against the contract.
func RunMail(t *testing.T, open OpenMailing) {
	for name, test := range map[string]func(*testing.T, OpenMailing){
		"gives back subscribers as they were written":    subscribersComeBack,
		"subscribes an address once":                     subscribesOnce,
		"asks, and is confirmed once":                    confirms,
		"asks one address now and then":                  asksSeldom,
		"never writes to a suppressed address":           suppresses,
		"ends the subscription that a token is for":      leaves,
		"plans one message a reader and local date":      plansOnce,
		"plans whole or not at all":                      plansWhole,
		"moves the cursor of who is told nothing":        movesQuietly,
		"fixes bytes before anything is sent":            fixesBytes,
		"gives a message to one sender":                  oneSender,
		"takes a message over when its sender is gone":   takesOver,
		"moves the cursor when a digest was sent":        movesOnSent,
		"closes yesterday's message when today's is due": carriesOver,
		"closes messages that nobody took in time":       expires,
		"counts refusals once a day":                     countsRefusals,
		"posts a notice once":                            postsOnce,
		"remembers clock and secret":                     remembers,
		"forgets what is over":                           tidies,
	} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

var (
	mailDay = event.Date{Year: 2009, Month: time.May, Day: 20}
	morning = time.Date(2009, 5, 20, 7, 0, 0, 0, event.Tokyo)
)

// reader gives a subscriber of an address.
func reader(name string) subscriber.Subscriber {
	return subscriber.Subscriber{
		Address: subscriber.Address(name + "@example.jp"),
		Wish:    subscriber.Wish{Query: "area:東京", Zone: "Asia/Tokyo", Minute: 420, Lang: "ja", Format: subscriber.Both},
	}
}

// subscribed writes subscribers and gives them as they are kept.
func subscribed(t *testing.T, m Mailing, names ...string) []subscriber.Subscriber {
	t.Helper()
	var all []subscriber.Subscriber
	for _, n := range names {
		all = append(all, must(m.Subscribe(ctx, reader(n), morning.Add(-time.Hour)))(t))
	}
	return all
}

// planned plans a digest for everybody who waits, and says how many there are.
func planned(t *testing.T, m Mailing, day event.Date, now time.Time, upto int64) int {
	t.Helper()
	p := store.Planning{Now: now, Day: day, Upto: upto, Expires: now.Add(20 * time.Hour), Bodies: []store.Body{{Subject: "件名", Text: [3]string{"a", "b", "c"}}}}
	for _, s := range must(m.Waiting(ctx, store.Hour{Zone: "Asia/Tokyo", Minute: 420}, day, 0, 0))(t) {
		p.Readers = append(p.Readers, store.Recipient{Subscriber: s, MessageID: fmt.Sprintf("<%d.%s@example.jp>", s.ID, day)})
	}
	return must(m.Plan(ctx, p))(t)
}

// begun begins every message that is ready.
func begun(t *testing.T, m Mailing, now time.Time, by string) []store.Message {
	t.Helper()
	all := must(m.Ready(ctx, now, 0))(t)
	for _, l := range all {
		must(m.Begin(ctx, l.ID, by, now, now.Add(time.Hour), []byte("bytes of "+l.Key)))(t)
	}
	return all
}

func settled(t *testing.T, m Mailing, l store.Message, by string, now time.Time, state store.MessageState) {
	t.Helper()
	ok(t, m.Settle(ctx, store.Settlement{ID: l.ID, By: by, Now: now, State: state}))
}

func again(t *testing.T, m Mailing, s subscriber.Subscriber) subscriber.Subscriber {
	t.Helper()
	return must(m.Subscriber(ctx, s.Address))(t)
}

func subscribersComeBack(t *testing.T, open OpenMailing) {
	m, reopen := open(t)
	b := reader("b")
	b.Operator, b.Format, b.Lang, b.Zone, b.Minute, b.Query = true, subscriber.Text, "en", "Pacific/Kiritimati", 1439, ""
	written := []subscriber.Subscriber{must(m.Subscribe(ctx, reader("a"), morning))(t), must(m.Subscribe(ctx, b, morning))(t)}
	for range 2 {
		one := m
		same(t, "subscribers", must(one.Subscribers(ctx))(t), written)
		if got := again(t, one, written[1]); got.Wish != b.Wish || !got.Operator || got.State != subscriber.Active || got.Generation != 1 || !got.Created.Equal(morning) {
			t.Errorf("came back as %+v", got)
		}
		same(t, "hours", must(one.Hours(ctx))(t), []store.Hour{{Zone: "Asia/Tokyo", Minute: 420}, {Zone: "Pacific/Kiritimati", Minute: 1439}})
		if _, err := one.Subscriber(ctx, "c@example.jp"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a stranger: %v", err)
		}
		m = reopen()
	}
}

func subscribesOnce(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	first := must(m.Subscribe(ctx, reader("A"), morning))(t)
	planned(t, m, mailDay, morning, 5)
	second := must(m.Subscribe(ctx, reader("a"), morning))(t)
	if first.ID != second.ID || second.Generation != first.Generation+1 || second.Address != "a@example.jp" {
		t.Errorf("%+v, then %+v: want one reader of two generations (B86)", first, second)
	}
	if n := len(must(m.Ready(ctx, morning, 0))(t)); n != 0 {
		t.Errorf("%d messages of the former subscription wait", n)
	}
	if n := planned(t, m, mailDay, morning, 5); n != 0 {
		t.Errorf("a new subscription brought %d more digests of the same date", n)
	}
}

// asked asks for an address with a token.
func asked(m Mailing, name, token string, now time.Time) error {
	r := reader(name)
	return m.Ask(ctx, store.Asking{
		Address: r.Address, Wish: r.Wish, Hash: subscriber.Hash(token), Now: now, Expires: now.Add(subscriber.ConfirmWithin),
		Message: store.Message{Key: "confirm " + token, Kind: store.Confirm, To: r.Address, Planned: now, Next: now, Expires: now.Add(time.Hour)},
	})
}

func confirms(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	ok(t, asked(m, "a", "one", morning))
	if l := must(m.Ready(ctx, morning, 0))(t); len(l) != 1 || l[0].Kind != store.Confirm || l[0].To != "a@example.jp" {
		t.Fatalf("messages %+v", l)
	}
	if n := len(must(m.Subscribers(ctx))(t)); n != 0 {
		t.Errorf("%d subscribers before anybody confirmed", n)
	}
	for _, wrong := range []string{"two", ""} {
		if _, err := m.Confirm(ctx, subscriber.Hash(wrong), morning); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("token %q: %v", wrong, err)
		}
	}
	if _, err := m.Confirm(ctx, subscriber.Hash("one"), morning.Add(subscriber.ConfirmWithin)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("two days later: %v", err)
	}
	s := must(m.Confirm(ctx, subscriber.Hash("one"), morning.Add(time.Hour)))(t)
	if s.Address != "a@example.jp" || s.Wish != reader("a").Wish || s.State != subscriber.Active {
		t.Errorf("confirmed %+v", s)
	}
	if _, err := m.Confirm(ctx, subscriber.Hash("one"), morning.Add(time.Hour)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a second time: %v (B77)", err)
	}
}

func asksSeldom(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	now := morning
	for i := range subscriber.AddressAsks {
		ok(t, asked(m, "a", fmt.Sprint("token", i), now))
		if err := asked(m, "A", "another", now.Add(23*time.Hour)); !errors.Is(err, store.ErrLimited) {
			t.Errorf("a day is not over: %v", err)
		}
		now = now.Add(25 * time.Hour)
	}
	if err := asked(m, "a", "late", now); !errors.Is(err, store.ErrLimited) {
		t.Errorf("a fourth time without an answer: %v", err)
	}
	if _, err := m.Confirm(ctx, subscriber.Hash("token1"), now); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a token whose wish was replaced: %v", err)
	}
	must(m.Confirm(ctx, subscriber.Hash("token2"), now))(t)
	ok(t, asked(m, "a", "after", now))
}

func suppresses(t *testing.T, open OpenMailing) {
	m, reopen := open(t)
	subscribed(t, m, "a")
	ok(t, asked(m, "b", "token", morning))
	for _, name := range []string{"a", "b", "c"} {
		ok(t, m.Unsubscribe(ctx, reader(name).Address, morning, true))
	}
	m = reopen()
	for _, name := range []string{"A", "b", "c"} {
		if _, err := m.Subscribe(ctx, reader(name), morning); !errors.Is(err, store.ErrSuppressed) {
			t.Errorf("%s subscribed: %v", name, err)
		}
		if err := asked(m, name, "again"+name, morning.Add(48*time.Hour)); !errors.Is(err, store.ErrSuppressed) {
			t.Errorf("%s asked: %v", name, err)
		}
	}
	if _, err := m.Confirm(ctx, subscriber.Hash("token"), morning); err == nil {
		t.Error("a wish from before was confirmed")
	}
	if err := m.Unsubscribe(ctx, "d@example.jp", morning, false); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a stranger: %v", err)
	}
}

func leaves(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	s := subscribed(t, m, "a", "b")[0]
	secret := must(m.Mail(ctx))(t).Secret
	planned(t, m, mailDay, morning, 5)
	old := subscriber.Hash(secret.Leave(s.ID, s.Generation))
	for i, want := range []bool{true, false} {
		if left := must(m.Leave(ctx, old, morning))(t); left != want {
			t.Errorf("time %d: left %v (B76)", i+1, left)
		}
	}
	if got := again(t, m, s); got.State != subscriber.Left || !got.Ended.Equal(morning) {
		t.Errorf("it stands as %+v", got)
	}
	if l := must(m.Ready(ctx, morning, 0))(t); len(l) != 1 || l[0].To != "b@example.jp" {
		t.Errorf("messages that wait: %+v", l)
	}
	anew := subscribed(t, m, "a")[0]
	if must(m.Leave(ctx, old, morning))(t) || again(t, m, s).State != subscriber.Active {
		t.Error("an old link ended a new subscription")
	}
	if !must(m.Leave(ctx, subscriber.Hash(secret.Leave(anew.ID, anew.Generation)), morning))(t) {
		t.Error("the new link ended nothing")
	}
}

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
	if least := must(m.LeastCursor(ctx))(t); least != 9 {
		t.Errorf("the smallest cursor is %d", least)
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
	if len(late) != 1 || late[0].State != store.Unknown || string(late[0].Bytes) != "bytes of "+l.Key || late[0].MessageID != l.MessageID {
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
		t.Errorf("confirmed anew: %+v", back)
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
