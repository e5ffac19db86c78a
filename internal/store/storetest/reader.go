package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// readerTests hold what readers do with their own subscription, and what is told at once.
var readerTests = map[string]func(*testing.T, OpenMailing){
	"changes what a reader asks for":          changesWish,
	"pauses and goes on":                      pauses,
	"records consent":                         consents,
	"moves a subscription to another address": moves,
	"counts bounces once a day":               countsBounces,
	"forgets old bounces":                     forgetsBounces,
	"ends at a complaint":                     complains,
	"tells at once, once":                     tellsAtOnce,
	"tells in the digest what was not told":   tellsLater,
}

// ofOwn asks for a subscription by ID and generation.
func ofOwn(t *testing.T, m Mailing, s subscriber.Subscriber) subscriber.Subscriber {
	t.Helper()
	return must(m.Reader(ctx, s.ID, s.Generation))(t)
}

func changesWish(t *testing.T, open OpenMailing) {
	m, reopen := open(t)
	s, other := subscribed(t, m, "a", "b")[0], must(m.Subscriber(ctx, "b@example.jp"))(t)
	w := subscriber.Wish{
		Query:  "kvm",
		Zone:   "Europe/Berlin",
		Minute: 600,
		Lang:   "en",
		Format: subscriber.Text,
		Rhythm: subscriber.Weekly,
		Look:   3,
		Urgent: true,
	}
	ok(t, m.ChangeWish(ctx, s.ID, s.Generation, w))
	m = reopen()
	got := ofOwn(t, m, s)
	same(t, "wish", got.Wish, w)
	isSame := got.Cursor == s.Cursor && got.Generation == s.Generation &&
		got.Created.Equal(s.Created)
	if !isSame {
		t.Errorf("more than the wish changed: %+v, then %+v", s, got)
	}
	same(t, "another reader", again(t, m, other), other)
	for _, wrong := range [][2]int64{{s.ID, s.Generation + 1}, {s.ID + 100, 1}} {
		if err := m.ChangeWish(
			ctx,
			wrong[0],
			wrong[1],
			w,
		); !errors.Is(
			err,
			store.ErrNotFound,
		) {
			t.Errorf("%v: %v", wrong, err)
		}
		if _, err := m.Reader(ctx, wrong[0], wrong[1]); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%v: %v", wrong, err)
		}
	}
	ok(t, m.Unsubscribe(ctx, s.Address, morning, false))
	if err := m.ChangeWish(ctx, s.ID, s.Generation, w); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("one that was ended: %v", err)
	}
	if got := ofOwn(t, m, s); got.State != subscriber.Left {
		t.Errorf("it stands as %v", got.State)
	}
}

func pauses(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	s := subscribed(t, m, "a")[0]
	until := mailDay.Add(10)
	ok(t, m.Pause(ctx, s.ID, s.Generation, until))
	got := ofOwn(t, m, s)
	if got.PausedUntil != until || !got.Paused(until.Add(-1)) || got.Paused(until) {
		t.Errorf("paused until %s", got.PausedUntil)
	}
	ok(t, m.Pause(ctx, s.ID, s.Generation, event.Date{}))
	if got := ofOwn(t, m, s); !got.PausedUntil.IsZero() || got.Paused(mailDay) {
		t.Errorf("still paused until %s", got.PausedUntil)
	}
}

func consents(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	r := reader("a")
	ok(t, m.Ask(ctx, store.Asking{
		Address: r.Address,
		Wish:    r.Wish,
		Asker:   []byte("x"),
		Network: "192.0.2.0/24",
		Hash:    subscriber.Hash("one"),
		Now:     morning,
		Expires: morning.Add(time.Hour),
		Message: store.Message{Key: "one", To: r.Address},
	}))
	s := must(m.Confirm(ctx, subscriber.Hash("one"), morning.Add(time.Minute)))(t)
	c := must(m.Consent(ctx, s.ID, s.Generation))(t)
	isRight := c.Asked.Equal(morning) && c.At.Equal(morning.Add(time.Minute))
	if !isRight || c.Network != "192.0.2.0/24" || c.Way != store.ByForm {
		t.Errorf("consent %+v", c)
	}
	b := subscribed(t, m, "b")[0]
	if c := must(
		m.Consent(ctx, b.ID, b.Generation),
	)(
		t,
	); c.Way != store.ByOperator ||
		c.At.IsZero() {
		t.Errorf("of one whom the operator added: %+v", c)
	}
	if _, err := m.Consent(ctx, b.ID, b.Generation+1); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of no generation: %v", err)
	}
}

// moves: another address goes on where the former one stood, once it was confirmed.
func moves(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	s := subscribed(t, m, "a")[0]
	planned(t, m, mailDay, morning, 5)
	for _, l := range begun(t, m, morning, "me") {
		settled(t, m, l, "me", morning, store.Sent)
	}
	s = again(t, m, s)
	ask := func(token string) {
		ok(t, m.Ask(ctx, store.Asking{
			Address:         "new@example.jp",
			Wish:            reader("x").Wish,
			Asker:           []byte(token),
			Hash:            subscriber.Hash(token),
			Moves:           s.ID,
			MovesGeneration: s.Generation,
			Now:             morning,
			Expires:         morning.Add(time.Hour),
			Message:         store.Message{Key: token, To: "new@example.jp"},
		}))
	}
	ask("one")
	ask("two")
	if p := must(m.Pending(ctx, subscriber.Hash("one"), morning))(t); !p.Moves {
		t.Errorf("pending %+v", p)
	}
	if got := again(t, m, s); got.State != subscriber.Active {
		t.Errorf("before it is confirmed the former address is %v", got.State)
	}
	moved := must(m.Confirm(ctx, subscriber.Hash("one"), morning.Add(time.Minute)))(t)
	isOn := moved.Address == "new@example.jp" && moved.Cursor == s.Cursor &&
		moved.Since == s.Since &&
		moved.Planned == s.Planned
	if !isOn || moved.Wish != s.Wish || moved.State != subscriber.Active {
		t.Errorf("moved %+v\nfrom %+v", moved, s)
	}
	if got := again(t, m, s); got.State != subscriber.Left {
		t.Errorf("the former address is %v", got.State)
	}
	if n := planned(t, m, mailDay, morning, 5); n != 0 {
		t.Errorf("%d digests of a date that was told", n)
	}
	if c := must(m.Consent(ctx, moved.ID, moved.Generation))(t); c.Way != store.ByMove {
		t.Errorf("consent %+v", c)
	}
	if _, err := m.Confirm(
		ctx,
		subscriber.Hash("two"),
		morning.Add(time.Minute),
	); !errors.Is(
		err,
		store.ErrNotFound,
	) {
		t.Errorf("a second move of what has left: %v", err)
	}
}

func countsBounces(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	s := subscribed(t, m, "a")[0]
	bounce := func(day, points int) bool {
		return must(m.Bounced(ctx, store.Bounce{
			Subscriber: s.ID,
			Generation: s.Generation,
			Day:        mailDay.Add(day),
			Now:        morning,
			Points:     points,
			Cause:      "5.1.1 unknown",
		}))(t)
	}
	for i, c := range []struct {
		day, points, want int
		refused           bool
	}{
		{0, subscriber.HardBounce, 2, false},
		{0, subscriber.HardBounce, 2, false},
		{1, subscriber.SoftBounce, 3, false},
		{2, subscriber.HardBounce, 5, false},
		{1, subscriber.HardBounce, 5, false},
		{3, subscriber.SoftBounce, 6, true},
		{4, subscriber.HardBounce, 6, false},
	} {
		if refused := bounce(
			c.day,
			c.points,
		); refused != c.refused ||
			ofOwn(t, m, s).Bounces != c.want {
			t.Errorf(
				"bounce %d: refused %v, %d counted, want %v and %d",
				i,
				refused,
				ofOwn(t, m, s).Bounces,
				c.refused,
				c.want,
			)
		}
	}
	got := ofOwn(t, m, s)
	if got.State != subscriber.Refused || got.BouncedWhy != "5.1.1 unknown" ||
		got.Ended.IsZero() {
		t.Errorf("it stands as %+v", got)
	}
	ok(t, m.Resume(ctx, s.ID, s.Generation, morning))
	if got := ofOwn(
		t,
		m,
		s,
	); got.State != subscriber.Active || got.Bounces != 0 || !got.Ended.IsZero() ||
		got.Cursor != s.Cursor {
		t.Errorf("resumed as %+v", got)
	}
	if _, err := m.Bounced(
		ctx,
		store.Bounce{Subscriber: s.ID, Generation: s.Generation + 1, Day: mailDay},
	); !errors.Is(
		err,
		store.ErrNotFound,
	) {
		t.Errorf("a bounce of another generation: %v", err)
	}
}

func forgetsBounces(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	s := subscribed(t, m, "a")[0]
	for i := range 6 {
		day := mailDay.Add(i * (subscriber.BounceStale + 1))
		b := store.Bounce{
			Subscriber: s.ID,
			Generation: s.Generation,
			Day:        day,
			Now:        morning,
			Points:     subscriber.HardBounce,
		}
		if must(m.Bounced(ctx, b))(t) || ofOwn(t, m, s).Bounces != subscriber.HardBounce {
			t.Fatalf("bounce %d: %+v", i, ofOwn(t, m, s))
		}
	}
}

func complains(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	s := subscribed(t, m, "a")[0]
	planned(t, m, mailDay, morning, 5)
	b := store.Bounce{
		Subscriber: s.ID,
		Generation: s.Generation,
		Day:        mailDay,
		Now:        morning,
		Complaint:  true,
		Cause:      "abuse",
	}
	if !must(m.Bounced(ctx, b))(t) || ofOwn(t, m, s).State != subscriber.Refused {
		t.Errorf("it stands as %+v", ofOwn(t, m, s))
	}
	if l := must(m.Ready(ctx, morning, 0))(t); len(l) != 0 {
		t.Errorf("messages wait: %+v", l)
	}
}

// urgentReader subscribes one who is told at once.
func urgentReader(t *testing.T, m Mailing, name string) subscriber.Subscriber {
	t.Helper()
	s := reader(name)
	s.Urgent = true
	return must(m.Subscribe(ctx, s, morning.Add(-time.Hour)))(t)
}

// urgent plans a message for all who are to be told at once, and says how many there are.
func urgent(t *testing.T, m Mailing, upto int64, uids ...string) int {
	t.Helper()
	u := store.Urgency{
		Now:     morning,
		Expires: morning.Add(time.Hour),
		Upto:    upto,
		Bodies:  []store.Body{{Subject: "中止"}},
	}
	told := map[int64]int{}
	for _, one := range must(m.ToldAtOnce(ctx))(t) {
		told[one.Subscriber]++
	}
	for _, s := range must(m.UrgentReaders(ctx, upto))(t) {
		u.Readers = append(u.Readers, store.Urgent{
			Subscriber: s,
			MessageID:  fmt.Sprintf("<%d.%d@example.jp>", s.ID, upto),
			Day:        mailDay,
			UIDs:       uids,
			Told:       told[s.ID],
		})
	}
	return must(m.PlanUrgent(ctx, u))(t)
}

func tellsAtOnce(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	s := urgentReader(t, m, "a")
	subscribed(t, m, "b") // who did not ask for it
	for i, want := range []int{1, 0} {
		if n := urgent(t, m, 7, "x", "y"); n != want {
			t.Errorf("time %d: %d messages, want %d", i+1, n, want)
		}
	}
	if told := must(m.ToldAtOnce(ctx))(t); len(told) != 0 {
		t.Errorf("before it was sent: %+v", told)
	}
	all := begun(t, m, morning, "me")
	if len(all) != 1 || all[0].Kind != store.Alert || all[0].Upto != 7 {
		t.Fatalf("messages %+v", all)
	}
	if n := urgent(t, m, 8, "z") + planned(t, m, mailDay, morning, 8); n != 1 { // that of b
		t.Errorf("%d messages while one may be with the server", n)
	}
	settled(t, m, all[0], "me", morning, store.Sent)
	same(
		t,
		"told",
		must(m.ToldAtOnce(ctx))(t),
		[]store.Told{
			{Subscriber: s.ID, UID: "x", Upto: 7},
			{Subscriber: s.ID, UID: "y", Upto: 7},
		},
	)
	if got := again(
		t,
		m,
		s,
	); got.Cursor != s.Cursor || got.Alerted != 7 ||
		got.Since != s.Since {
		t.Errorf("the reader stands as %+v", got)
	}
	stale := store.Planning{
		Now:     morning,
		Day:     mailDay,
		Upto:    9,
		Expires: morning.Add(time.Hour),
		Bodies:  []store.Body{{}},
		Readers: []store.Recipient{
			{Subscriber: again(t, m, s), MessageID: "<x@example.jp>", Told: 1},
		},
	}
	if n := must(m.Plan(ctx, stale))(t); n != 0 {
		t.Errorf("%d digests planned by what had changed", n)
	}
	stale.Readers[0].Told = 2
	if n := must(m.Plan(ctx, stale))(t); n != 1 {
		t.Errorf("%d digests", n)
	}
	for _, l := range begun(t, m, morning, "me") {
		settled(t, m, l, "me", morning, store.Sent)
	}
	if told := must(m.ToldAtOnce(ctx))(t); len(told) != 0 {
		t.Errorf("what the digest covers is still listed: %+v", told)
	}
}

// tellsLater: what was not sent at once is closed by the digest that tells it.
func tellsLater(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	urgentReader(t, m, "a")
	if urgent(t, m, 7, "x") != 1 || planned(t, m, mailDay, morning, 8) != 1 {
		t.Fatal("not planned")
	}
	l := must(m.Ready(ctx, morning, 0))(t)
	if len(l) != 1 || l[0].Kind != store.Digest {
		t.Errorf("messages that wait: %+v", l)
	}
	if told := must(m.ToldAtOnce(ctx))(t); len(told) != 0 {
		t.Errorf("told: %+v", told)
	}
}
