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

// A Mailing is a store with an outbox.
type Mailing interface {
	store.Store
	store.Outbox
}

// OpenMailing returns an empty one, and what closes it and opens it again.
type OpenMailing func(t *testing.T) (m Mailing, again func() Mailing)

// RunMail holds an implementation of the outbox against the contract.
func RunMail(t *testing.T, open OpenMailing) {
	for name, test := range map[string]func(*testing.T, OpenMailing){
		"returns subscribers as they were written":       subscribersComeBack,
		"subscribes an address once":                     subscribesOnce,
		"asks, and is confirmed once":                    confirms,
		"asks one address now and then":                  asksSeldom,
		"never writes to a suppressed address":           suppresses,
		"ends the subscription that a token is for":      leaves,
		"plans one message a reader and local date":      plansOnce,
		"plans whole or not at all":                      plansWhole,
		"moves the cursor of who has no news":            movesQuietly,
		"fixes bytes before anything is sent":            fixesBytes,
		"hands a message to one sender":                  oneSender,
		"takes a message over when its sender is gone":   takesOver,
		"moves the cursor when a digest was sent":        movesOnSent,
		"closes yesterday's message when today's is due": carriesOver,
		"settles what may have arrived before it plans":  settlesFirst,
		"says how the outbox fares":                      queues,
		"counts the forms of an address as one":          asksByForm,
		"does not let strangers take the owner's turn":   asksByNetwork,
		"says what a wish would change":                  pending,
		"begins a subscription at the changes of now":    beginsNow,
		"closes messages that nobody took in time":       expires,
		"counts refusals once a day":                     countsRefusals,
		"posts a notice once":                            postsOnce,
		"remembers clock and secret":                     remembers,
		"forgets what is over":                           tidies,
	} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
	for name, test := range readerTests {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

var (
	mailDay = event.Date{Year: 2009, Month: time.May, Day: 20}
	morning = time.Date(2009, 5, 20, 7, 0, 0, 0, event.Tokyo)
)

// reader returns a subscriber of an address.
func reader(name string) subscriber.Subscriber {
	return subscriber.Subscriber{
		Address: subscriber.Address(name + "@example.jp"),
		Wish: subscriber.Wish{
			Query:  "area:東京",
			Zone:   "Asia/Tokyo",
			Minute: 420,
			Lang:   "ja",
			Format: subscriber.Both,
		},
	}
}

// subscribed writes subscribers and returns them as they are kept.
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
	p := store.Planning{
		Now:     now,
		Day:     day,
		Upto:    upto,
		Expires: now.Add(20 * time.Hour),
		Bodies:  []store.Body{{Subject: "件名", Text: [3]string{"a", "b", "c"}}},
	}
	for _, s := range must(m.Waiting(ctx, store.Hour{
		Zone:   "Asia/Tokyo",
		Minute: 420,
	}, day, 0, 0))(t) {
		p.Readers = append(p.Readers, store.Recipient{
			Subscriber: s,
			MessageID:  fmt.Sprintf("<%d.%s@example.jp>", s.ID, day),
		})
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
	ok(t, m.Settle(ctx, store.Settlement{
		ID:    l.ID,
		By:    by,
		Now:   now,
		State: state,
	}))
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
		got := again(t, one, written[1])
		same(t, "wish", got.Wish, b.Wish)
		isNew := got.State == subscriber.Active && got.Generation == 1 && got.Created.Equal(morning)
		if !isNew || !got.Operator {
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
	return askedBy(m, "here", name, token, now)
}

// askedBy asks from a network.
func askedBy(m Mailing, network, name, token string, now time.Time) error {
	r := reader(name)
	return m.Ask(ctx, store.Asking{
		Address: r.Address,
		Wish:    r.Wish,
		Asker:   []byte(network),
		Hash:    subscriber.Hash(token),
		Now:     now,
		Expires: now.Add(subscriber.ConfirmWithin),
		Message: store.Message{
			Key:     "confirm " + token,
			Kind:    store.Confirm,
			To:      r.Address,
			Planned: now,
			Next:    now,
			Expires: now.Add(time.Hour),
		},
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
	newer := subscribed(t, m, "a")[0]
	if must(m.Leave(ctx, old, morning))(t) || again(t, m, s).State != subscriber.Active {
		t.Error("an old link ended a new subscription")
	}
	if !must(m.Leave(ctx, subscriber.Hash(secret.Leave(newer.ID, newer.Generation)), morning))(t) {
		t.Error("the new link ended nothing")
	}
}

// asksByForm: a tag after a + and dots make no other mailbox.
func asksByForm(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	ok(t, asked(m, "john.doe", "one", morning))
	for i, name := range []string{"johndoe", "john.doe+x", "j.o.h.n.doe+news+y", "JohnDoe+"} {
		if err := asked(m, name, fmt.Sprint("form", i), morning); !errors.Is(err, store.ErrLimited) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ok(t, asked(m, "john", "two", morning))
	ok(t, m.Unsubscribe(ctx, "jane@example.jp", morning, true))
	if err := asked(m, "j.ane+x", "three", morning); !errors.Is(err, store.ErrSuppressed) {
		t.Errorf("another form of one who wants no mail: %v", err)
	}
}

// asksByNetwork: what strangers ask for an address voids no wish of its owner's and takes
// no turn; all together they may not flood it.
func asksByNetwork(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	now := morning
	for day := range 4 { // a stranger asks day after day
		err := askedBy(m, "stranger", "a", fmt.Sprint("stranger", day), now)
		if want := day >= subscriber.AddressAsks; errors.Is(err, store.ErrLimited) != want {
			t.Errorf("day %d: %v", day, err)
		}
		now = now.Add(25 * time.Hour)
	}
	ok(t, askedBy(m, "owner", "a", "owner", now))
	ok(t, askedBy(m, "other", "a+x", "other", now.Add(time.Hour)))
	ok(t, askedBy(m, "third", "a", "third", now.Add(time.Hour)))
	if err := askedBy(m, "fourth", "a", "fourth", now.Add(time.Hour)); !errors.Is(err, store.ErrLimited) {
		t.Errorf("a fourth network on one day: %v", err)
	}
	if s := must(m.Confirm(ctx, subscriber.Hash("owner"), now.Add(2*time.Hour)))(t); s.Address != "a@example.jp" {
		t.Errorf("the owner's link confirms %+v", s)
	}
	ok(t, askedBy(m, "stranger", "a", "weeks later", now.Add(subscriber.AddressRest)))
}

// pending: what a link would do is told to who has it.
func pending(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	ok(t, asked(m, "a", "one", morning))
	p := must(m.Pending(ctx, subscriber.Hash("one"), morning))(t)
	if p.Address != "a@example.jp" || p.Wish != reader("a").Wish || p.Now != nil {
		t.Errorf("%+v", p)
	}
	s := reader("a")
	s.Query, s.Minute = "kvm", 600
	must(m.Subscribe(ctx, s, morning))(t)
	if p := must(m.Pending(ctx, subscriber.Hash("one"), morning))(t); p.Now == nil || *p.Now != s.Wish {
		t.Errorf("of a subscription: %+v", p)
	}
	ok(t, m.Unsubscribe(ctx, s.Address, morning, false))
	if p := must(m.Pending(ctx, subscriber.Hash("one"), morning))(t); p.Now != nil {
		t.Errorf("of one that was ended: %+v", p)
	}
	if _, err := m.Pending(ctx, subscriber.Hash("one"), morning.Add(subscriber.ConfirmWithin)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("two days later: %v", err)
	}
	if _, err := m.Pending(ctx, subscriber.Hash("two"), morning); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another token: %v", err)
	}
}

// beginsNow: a new subscription hears of what changes from now on.
func beginsNow(t *testing.T, open OpenMailing) {
	m, _ := open(t)
	events := gatherings()[:1]
	visit(t, m, "bpstudy", 1, store.Writing{
		Events:  events,
		Changes: []event.Change{{UID: events[0].UID, Kind: event.ChangeAdded, At: at(1), Source: "bpstudy"}},
	})
	last := must(m.LastChange(ctx))(t)
	for i := range 2 {
		if s := subscribed(t, m, "a")[0]; last == 0 || s.Cursor != last || !s.Since.IsZero() {
			t.Errorf("time %d: it begins at %d since %s, want %d", i+1, s.Cursor, s.Since, last)
		}
	}
}
