package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/mail"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// answers returns one outcome after the other, the last for ever.
func answers(all ...mail.Outcome) func(string) mail.Outcome {
	return func(string) mail.Outcome {
		out := all[0]
		all = all[min(1, len(all)-1):]
		return out
	}
}

// goOn sends in each minute of a time in which a message is due.
func (b *bureau) goOn(d time.Duration) {
	b.t.Helper()
	end := b.now.Add(d)
	for b.now.Before(end) {
		b.send()
		next, err := b.db.Next(context.Background())
		if err != nil {
			b.t.Fatal(err)
		}
		if next.IsZero() {
			next = end
		}
		for b.pass(time.Minute); b.now.Before(next) && b.now.Before(end); {
			b.pass(time.Minute)
		}
	}
	b.send()
}

// What becomes of one message, by what the server does.
func TestOutcomes(t *testing.T) {
	ok := mail.Outcome{}
	greylisted := mail.Outcome{Result: mail.Deferred, Code: 451, Cause: "451 4.7.1 try again later"}
	silent := mail.Outcome{Result: mail.Unknown, Cause: "no answer"}
	for name, c := range map[string]struct {
		answer []mail.Outcome
		skip   bool
		// asked is how often the server was asked within a day, state where that
		// led, and whether the cursor moved.
		asked, refusals int
		state           store.MessageState
		moved           bool
	}{
		"accepted":                                          {[]mail.Outcome{ok}, false, 1, 0, store.Sent, true},
		"greylisted, then accepted (F39)":                   {[]mail.Outcome{greylisted, greylisted, ok}, false, 3, 0, store.Sent, true},
		"put off all day: its content stays":                {[]mail.Outcome{greylisted}, false, 13, 0, store.Expired, false},
		"no answer, and again: left at that (F42)":          {[]mail.Outcome{silent}, false, 2, 0, store.Unknown, true},
		"no answer, then accepted (F42)":                    {[]mail.Outcome{silent, ok}, false, 2, 0, store.Sent, true},
		"no answer, then put off, then accepted":            {[]mail.Outcome{silent, greylisted, ok}, false, 3, 0, store.Sent, true},
		"no answer, where that is not sent again":           {[]mail.Outcome{silent}, true, 1, 0, store.Unknown, true},
		"the address is turned down":                        {[]mail.Outcome{{Result: mail.RefusedRecipient, Code: 550, Cause: "550 5.1.1 no such user"}}, false, 1, 1, store.Failed, false},
		"the address is turned down without a status":       {[]mail.Outcome{{Result: mail.RefusedRecipient, Code: 550, Cause: "550 no"}}, false, 1, 1, store.Failed, false},
		"the message is turned down: tried, nobody blamed":  {[]mail.Outcome{{Result: mail.RefusedMessage, Code: 554, Cause: "554 5.7.1 spam"}}, false, 7, 0, store.Expired, false},
		"the content is turned down: given up":              {[]mail.Outcome{{Result: mail.RefusedContent, Code: 554, Cause: "the end of the message: 554 5.6.0 no"}}, false, 2, 0, store.Failed, false},
		"no answer, then the content is turned down":        {[]mail.Outcome{silent, {Result: mail.RefusedContent, Code: 554, Cause: "554 duplicate"}, {Result: mail.RefusedContent, Code: 554, Cause: "554 duplicate"}}, false, 3, 0, store.Unknown, true},
		"the connection is closed once (F33)":               {[]mail.Outcome{{Result: mail.Unsent, Code: 421, Cause: "421 too many"}, ok}, false, 2, 0, store.Sent, true},
		"no password will do for a while (F38), then it is": {[]mail.Outcome{{Result: mail.Unsent, Code: 454, Cause: "454 later"}, ok}, false, 2, 0, store.Sent, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBureau(t)
			b.Resend = !c.skip
			readers := b.readers("", "a")
			b.settled(readers...)
			before := b.stands(readers[0]).Cursor
			b.tell(1, 20)
			b.answer = answers(c.answer...)
			b.plan()
			b.goOn(23 * time.Hour)
			l, after := b.messages()[1], b.stands(readers[0])
			about := 0
			if c.state == store.Expired {
				about = 2 // the waits differ by a fifth
			}
			if n := len(b.asked) - c.asked; n > about || n < -about || l.State != c.state || after.Refusals != c.refusals || (after.Cursor > before) != c.moved {
				t.Errorf("asked %d times, %s, %d refusals, cursor %d → %d; want %+v", len(b.asked), l.State, after.Refusals, before, after.Cursor, c)
			}
			for _, a := range b.asked {
				if a.raw != b.asked[0].raw || a.id() != strings.TrimSpace(l.MessageID) {
					t.Errorf("a copy differs from the first (F02)")
				}
			}
		})
	}
}

// The waits grow, and messages that were put off at once come back at different times.
func TestWaits(t *testing.T) {
	b := newBureau(t)
	b.settled(b.readers("", "a")...)
	b.tell(1, 20)
	b.plan()
	b.answer = answers(mail.Outcome{Result: mail.Deferred, Code: 451, Cause: "451"})
	b.goOn(20 * time.Hour)
	for i, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, 32 * time.Minute, 64 * time.Minute, 128 * time.Minute, 4 * time.Hour, 4 * time.Hour} {
		got := b.asked[i+1].at.Sub(b.asked[i].at)
		if got < want*8/10 || got > want*12/10+time.Minute {
			t.Errorf("wait %d was %s, want %s within a fifth", i+1, got, want)
		}
	}
	seen := map[time.Duration]bool{}
	for i := range 20 {
		seen[after(time.Hour, store.Message{MessageID: fmt.Sprint(i)})] = true
	}
	if len(seen) < 15 {
		t.Errorf("20 messages have %d different waits", len(seen))
	}
}

// One bad address among many is counted against that address alone, once a date, and
// at three it gets no more (F40).
func TestRefusedRecipient(t *testing.T) {
	for _, cause := range []string{"550 5.1.1 no such user", "550 no"} {
		t.Run(cause, func(t *testing.T) {
			b := newBureau(t)
			readers := b.readers("", "a", "b", "c", "d")
			b.settled(readers...)
			b.answer = func(to string) mail.Outcome {
				if to == "b@example.jp" {
					return mail.Outcome{Result: mail.RefusedRecipient, Code: 550, Cause: cause}
				}
				return mail.Outcome{}
			}
			for day := range 5 {
				b.tell(day, 20)
				b.plan()
				b.goOn(3 * time.Hour)
				b.pass(21 * time.Hour)
				for i, s := range readers {
					want := subscriber.Active
					if i == 1 && day >= 2 {
						want = subscriber.Refused
					}
					if got := b.stands(s); got.State != want || i != 1 && got.Refusals != 0 {
						t.Errorf("day %d: %s is %s with %d refusals, want %s", day, s.Address, got.State, got.Refusals, want)
					}
				}
			}
			if len(b.got) != 5*3 || len(b.asked) != 5*3+3 {
				t.Errorf("%d messages arrived, %d were tried; want 15 and 18", len(b.got), len(b.asked))
			}
		})
	}
}

// inARow is how many messages in a row a server may put off or turn down.
const inARow = 5

// A server that turns everybody down has something against us: sending stops after
// five, nobody is blamed, and the operator is told (F41).
func TestServerRefusesAll(t *testing.T) {
	for name, out := range map[string]mail.Outcome{
		"at RCPT":       {Result: mail.RefusedRecipient, Code: 550, Cause: "550 blocked"},
		"for its sake":  {Result: mail.RefusedMessage, Code: 550, Cause: "550 5.7.1 your address is listed"},
		"busy for ever": {Result: mail.Deferred, Code: 450, Cause: "450 4.7.1 slow down"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBureau(t)
			b.Operator = "operator@example.jp"
			var names []string
			for i := range 12 {
				names = append(names, fmt.Sprintf("r%02d", i))
			}
			readers := b.readers("", names...)
			b.settled(readers...)
			round := b.round()
			for day := range 4 {
				b.tell(day, 20)
				b.answer = answers(out)
				asked := len(b.asked)
				b.rounds(round, 4*time.Hour)
				if n := len(b.asked) - asked; n > 4*12*inARow || day == 0 && n < 3*inARow {
					t.Errorf("%d messages were tried in four hours", n)
				}
				b.answer = nil
				b.rounds(round, 20*time.Hour)
			}
			toReaders, toOperator := b.byRecipient()
			for _, s := range readers {
				if got := b.stands(s); got.State != subscriber.Active || got.Refusals != 0 {
					t.Errorf("%s is blamed: %+v", s.Address, got)
				}
				if n := len(toReaders[string(s.Address)]); n != 4 {
					t.Errorf("%s got %d digests on four days", s.Address, n)
				}
			}
			if len(toOperator) == 0 || len(toOperator) > 4 {
				t.Errorf("the operator was told %d times on four days", len(toOperator))
			}
		})
	}
}

// byRecipient returns what arrived by recipient, and what the operator got.
func (b *bureau) byRecipient() (readers map[string][]carried, operator []carried) {
	readers = map[string][]carried{}
	for _, c := range b.got {
		if c.to == "operator@example.jp" {
			operator = append(operator, c)
			continue
		}
		readers[c.to] = append(readers[c.to], c)
	}
	return readers, operator
}

func (b *bureau) round() *Round {
	return &Round{Sender: func() *Sender { return b.Sender }, Now: b.clock, Log: b.Log}
}

// rounds makes one each five minutes for so long, one an hour where nothing waits.
func (b *bureau) rounds(r *Round, d time.Duration) {
	b.t.Helper()
	for end := b.now.Add(d); b.now.Before(end); {
		err := r.once(context.Background())
		if err != nil {
			b.t.Fatal(err)
		}
		r.Last = b.now
		b.pass(min(b.step(5*time.Minute), end.Sub(b.now)))
	}
}

// step returns d where a message waits, else an hour.
func (b *bureau) step(d time.Duration) time.Duration {
	b.t.Helper()
	next, err := b.db.Next(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	if next.IsZero() {
		return time.Hour
	}
	return d
}

// A mail server that is away for a day is asked with patience; nothing is lost, and
// what was meant for yesterday does not come after today's (F32).
func TestServerAway(t *testing.T) {
	for name, c := range map[string]struct {
		out  mail.Outcome
		most int // in an hour
	}{
		"refuses connections":  {mail.Outcome{Result: mail.Unsent, Cause: "connection refused"}, 12},
		"has no TLS (F36)":     {mail.Outcome{Result: mail.Unsent, Cause: "STARTTLS is not offered"}, 12},
		"wrong password (F37)": {mail.Outcome{Result: mail.Unsent, Code: 535, Cause: "535 5.7.8 no"}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBureau(t)
			b.Operator = "operator@example.jp"
			readers := b.readers("", "a", "b")
			b.settled(readers...)
			round := b.round()
			b.rounds(round, time.Minute)
			b.tell(1, 20)
			b.pass(23*time.Hour + 59*time.Minute)
			b.tell(2, 20)
			b.answer = answers(c.out)
			b.asked = nil
			b.rounds(round, 24*time.Hour-time.Minute)
			for i, a := range b.asked {
				if n := slices.IndexFunc(b.asked[i:], func(o carried) bool { return o.at.Sub(a.at) >= time.Hour }); n > c.most {
					t.Errorf("the server was asked %d times within an hour", n)
				}
			}
			if len(b.asked) < 24 || b.opened > len(b.asked)+5 {
				t.Errorf("asked %d times with %d carriers", len(b.asked), b.opened)
			}
			b.answer = nil
			b.pass(time.Minute)
			b.tell(3, 20)
			b.rounds(round, 2*time.Hour)
			got, told := b.byRecipient()
			for _, s := range readers {
				mine := got[string(s.Address)]
				if len(mine) != 1 {
					t.Fatalf("%s got %d digests after the day, want one", s.Address, len(mine))
				}
				for _, title := range []string{"第1回", "第2回", "第3回"} {
					if !strings.Contains(mine[0].Text, title) {
						t.Errorf("%s is lost", title)
					}
				}
			}
			// Of the server on two dates, and once of the digest that was given up.
			if len(told) == 0 || len(told) > 3 {
				t.Errorf("the operator was told %d times", len(told))
			}
		})
	}
}

// What cannot be written down after the server took a message is written as soon as it
// can, and nothing is sent meanwhile (F12).
func TestSettledLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBureau(t)
		b.settled(b.readers("", "a", "b")...)
		b.tell(1, 20)
		b.plan()
		full := &fullStore{Store: b.Store, until: time.Now().Add(time.Minute)}
		b.Store = full
		b.answer = func(string) mail.Outcome {
			if time.Now().Before(full.until) && len(b.got) > 0 {
				t.Error("a message was sent although the one before could not be noted")
			}
			return mail.Outcome{}
		}
		if tally := b.send(); tally.Sent != 2 || len(b.got) != 2 {
			t.Errorf("%+v, %d arrived", tally, len(b.got))
		}
		b.Store = b.db
		if b.send(); len(b.got) != 2 {
			t.Errorf("%d arrived in the end", len(b.got))
		}
		b.db.Close()
	})
}

// A fullBook cannot note an outcome for a while.
type fullStore struct {
	Store
	until time.Time
}

func (f *fullStore) Settle(ctx context.Context, s store.Settlement) error {
	if time.Now().Before(f.until) {
		return store.ErrFull
	}
	return f.Store.Settle(ctx, s)
}

// Two at work on one database at once double nothing (F20).
func TestTwoAtOnce(t *testing.T) {
	b := newBureau(t)
	var names []string
	for i := range 40 {
		names = append(names, fmt.Sprintf("r%02d", i))
	}
	b.settled(b.readers("", names...)...)
	b.tell(1, 20)
	var both sync.WaitGroup
	for range 4 {
		o := b.second(b.db)
		o.Open = b.transport
		o.Log = b.Log
		both.Go(func() {
			if _, err := o.Plan(context.Background()); err != nil {
				t.Error(err)
			}
			if _, err := o.Send(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	got, _ := b.byRecipient()
	for _, n := range names {
		if len(got[n+"@example.jp"]) != 1 {
			t.Errorf("%s got %d digests", n, len(got[n+"@example.jp"]))
		}
	}
}

// A stop lets the message under way be finished, and sends no other.
func TestStopWhileSending(t *testing.T) {
	for name, takes := range map[string]time.Duration{"within the grace": grace - time.Second, "beyond it": time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBureau(t)
				b.settled(b.readers("", "a", "b")...)
				b.tell(1, 20)
				b.plan()
				slow := &slowTransport{fakeTransport: fakeTransport{b}, takes: takes}
				b.Open = func() Transport { return slow }
				ctx, stop := context.WithCancel(context.Background())
				time.AfterFunc(time.Millisecond, stop)
				began := time.Now()
				tally, err := b.Send(ctx)
				if err != nil || time.Since(began) > 8*time.Second || !slow.closed {
					t.Errorf("it ended after %s with %v, closed: %v", time.Since(began), err, slow.closed)
				}
				want := "sent sent sent planned"
				if takes > grace {
					want = "sent sent unknown planned"
				}
				if got := b.states(); got != want {
					t.Errorf("messages %s, want %s; %+v", got, want, tally)
				}
				b.db.Close()
			})
		})
	}
}

// A slowCarrier takes its time over each message, and hears of no answer when it is
// cut off.
type slowTransport struct {
	fakeTransport
	takes  time.Duration
	closed bool
}

func (s *slowTransport) Deliver(ctx context.Context, from, to string, message []byte) mail.Outcome {
	if !sleep(ctx, s.takes) {
		return mail.Outcome{Result: mail.Unknown, Cause: "cut off"}
	}
	return s.fakeTransport.Deliver(ctx, from, to, message)
}

func (s *slowTransport) Close() error { s.closed = true; return nil }

// Whoever dies between the answer and its note leaves a message that is sent once more,
// the same; who dies before asking leaves one that is sent once (F02, F03, F04).
func TestTakenOver(t *testing.T) {
	b := newBureau(t)
	readers := b.readers("", "a")
	b.settled(readers...)
	b.tell(1, 20)
	b.plan()
	ctx := context.Background()
	l, err := b.db.Ready(ctx, b.now, 0)
	if err != nil || len(l) != 1 {
		t.Fatal(l, err)
	}
	state, _ := b.db.Mail(ctx)
	first, err := b.compose(l[0], state.Secret)
	b.pass(time.Minute)
	again, err2 := b.compose(l[0], state.Secret)
	if err = errors.Join(err, err2); err != nil || string(first) != string(again) {
		t.Errorf("written again it differs (F04): %v", err)
	}
	if _, err := b.db.Begin(ctx, l[0].ID, "dead", b.now, b.now.Add(lease), first); err != nil {
		t.Fatal(err)
	}
	if b.send(); len(b.asked) != 0 {
		t.Error("it was taken from one who may be alive")
	}
	b.pass(lease)
	if tally := b.send(); tally.Sent != 1 || b.got[0].raw != string(first) {
		t.Errorf("%+v: %q, want what was fixed before", tally, b.got[0].Text)
	}
	if got := b.stands(readers[0]); got.Since != event.DateOf(morning).Add(1) {
		t.Errorf("told up to %s", got.Since)
	}
}

// A daemon's rounds plan at the hour, send, and end soon after they are told to.
func TestRounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBureau(t)
		b.settled(b.readers("", "a")...)
		b.tell(1, 20)
		began := time.Now()
		base := b.now.Add(-90 * time.Second)
		var jump atomic.Int64
		b.Now = func() time.Time { return base.Add(time.Since(began) + time.Duration(jump.Load())) }
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error)
		r := &Round{Sender: func() *Sender { return b.Sender }, Now: b.Now, Log: b.Log}
		go func() {
			for left := ""; ctx.Err() == nil; {
				left, _ = r.Do(ctx, left) // what went wrong is logged
				select {
				case <-ctx.Done():
				case <-time.After(Next(b.Now(), 0).Sub(b.Now())):
				}
			}
			ended <- nil
		}()
		pass := func(d time.Duration) {
			time.Sleep(d)
			synctest.Wait()
		}
		pass(89 * time.Second)
		if b.arrived() != 0 {
			t.Error("a message came before its hour")
		}
		pass(2 * time.Second)
		if b.arrived() != 1 {
			t.Errorf("%d messages at the hour", b.arrived())
		}
		jump.Store(int64(3 * time.Hour)) // the clock jumps
		b.readers("", "late")
		pass(time.Minute)
		if b.arrived() != 1 || !strings.Contains(b.log.String(), "jumped forward") {
			t.Errorf("%d messages in the minute of the jump\n%s", b.arrived(), b.log.String())
		}
		pass(time.Minute)
		if b.arrived() != 2 {
			t.Errorf("%d messages a minute after the jump", b.arrived())
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		b.db.Close()
	})
}
