package delivery

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"koyomi/internal/event"
	"koyomi/internal/health"
	"koyomi/internal/mail"
	"koyomi/internal/store"
	"koyomi/internal/subscriber"
)

// turn notes that an event is off, or on again.
func (b *bureau) turn(e event.Event, to event.Status) event.Event {
	was := e.Status
	e.Status, e.Updated = to, b.clock()
	kind := event.ChangeCancelled
	if to != event.Cancelled {
		kind = event.ChangeReinstated
	}
	b.write(store.Poll{State: health.Applied}, []event.Event{e}, []event.Change{{
		UID: e.UID, Kind: kind, Field: "status", Before: event.Text(string(was)), After: event.Text(string(to)), At: b.clock(), Source: "garden",
	}})
	return e
}

// alert plans what is told at once and sends it.
func (b *bureau) alert() int {
	b.t.Helper()
	n, err := b.Alert(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	b.send()
	return n
}

// urgent subscribes one who is told at once.
func (b *bureau) urgent(name string) subscriber.Subscriber {
	return b.reader(name, subscriber.Wish{Zone: "Asia/Tokyo", Minute: 420, Lang: "ja", Format: subscriber.Both, Urgent: true})
}

// TestAlert: a cancellation of what is near is told at once to who asked for it, once, and
// to the others in their digest; what is far is left to the digest.
func TestAlert(t *testing.T) {
	b := newBureau(t)
	b.settled(b.urgent("now"), b.reader("later", subscriber.Wish{Zone: "Asia/Tokyo", Minute: 420, Lang: "ja", Format: subscriber.Both}))
	near, far := b.tell(1, 2), b.tell(2, 20)
	b.day()
	b.pass(3 * time.Hour)
	b.got = nil
	if n := b.alert(); n != 0 {
		t.Errorf("%d messages without a change", n)
	}
	b.turn(near, event.Cancelled)
	b.turn(far, event.Cancelled)
	if n := b.alert(); n != 0 {
		t.Errorf("%d messages of what is not near: it begins on %s", n, near.Start)
	}
	b.pass(12 * time.Hour)
	b.turn(b.tell(3, 1), event.Cancelled) // never heard of
	if n := b.alert(); n != 1 || len(b.got) != 1 {
		t.Fatalf("%d messages planned, %d came", n, len(b.got))
	}
	c := b.got[0]
	if c.to != "now@example.jp" || !strings.HasPrefix(c.Subject, "中止：明後日") && !strings.Contains(c.Subject, "第1回") || strings.Contains(c.Text, "第2回") {
		t.Errorf("to %s: %s\n%s", c.to, c.Subject, c.Text)
	}
	if c.Header.Get("List-Unsubscribe") == "" || strings.Contains(c.Text, "はじめて") {
		t.Errorf("%v\n%s", c.Header, c.Text)
	}
	if n := b.alert(); n != 0 {
		t.Errorf("%d messages of the same", n)
	}
	b.pass(nextMorning(b.now).Sub(b.now))
	b.day()
	for _, c := range b.got[1:] {
		tells := strings.Contains(c.Text, "【中止】") && strings.Contains(c.Text, "第1回")
		if tells != (c.to == "later@example.jp") || !strings.Contains(c.Text, "第2回") {
			t.Errorf("to %s:\n%s", c.to, c.Text)
		}
	}
	if len(b.got) != 3 {
		t.Errorf("%d messages in all", len(b.got))
	}
}

// TestAlertNotAccepted: what could not be told at once is told by the digest.
func TestAlertNotAccepted(t *testing.T) {
	b := newBureau(t)
	b.settled(b.urgent("now"))
	e := b.tell(1, 1)
	b.day()
	b.got = nil
	b.pass(time.Hour)
	b.turn(e, event.Cancelled)
	b.answer = func(string) mail.Outcome { return mail.Outcome{Result: mail.Deferred, Code: 451, Cause: "451 later"} }
	if n := b.alert(); n != 1 || len(b.got) != 0 {
		t.Fatalf("%d planned, %d came", n, len(b.got))
	}
	b.answer = nil
	b.pass(nextMorning(b.now).Sub(b.now))
	b.day()
	if len(b.got) != 1 || !strings.Contains(b.got[0].Text, "【中止】") || b.got[0].Header.Get("Message-Id") == "" {
		t.Fatalf("%d messages: %+v", len(b.got), b.got)
	}
}

// TestPausedAndRhythm: no digest on the days that a reader does not want one, and what
// happened meanwhile in the next.
func TestPausedAndRhythm(t *testing.T) {
	b := newBureau(t)
	weekly := b.reader("weekly", subscriber.Wish{Zone: "Asia/Tokyo", Minute: 420, Lang: "ja", Format: subscriber.Both, Rhythm: subscriber.Weekly, Look: 3})
	paused := b.reader("paused", subscriber.Wish{Zone: "Asia/Tokyo", Minute: 420, Lang: "ja", Format: subscriber.Both})
	b.settled(weekly, paused)
	today := event.DateOf(b.now.In(event.Tokyo))
	until := today.Add(5)
	if err := b.db.Pause(context.Background(), paused.ID, paused.Generation, until); err != nil {
		t.Fatal(err)
	}
	for day := range 10 {
		b.tell(100+day, 30)
		b.got = nil
		b.day()
		d := today.Add(day)
		want := map[string]bool{"weekly@example.jp": subscriber.Weekday(d) == 3, "paused@example.jp": d.Compare(until) >= 0}
		for _, c := range b.got {
			if !want[c.to] {
				t.Errorf("%s (%s): a digest to %s", d, d.Weekday(), c.to)
			}
			delete(want, c.to)
		}
		for to, due := range want {
			if due {
				t.Errorf("%s: no digest to %s", d, to)
			}
		}
		b.pass(nextMorning(b.now).Sub(b.now))
	}
	var heard [10]int
	for _, c := range b.asked {
		for day := range heard {
			if c.to == "paused@example.jp" {
				heard[day] += strings.Count(c.Text, fmt.Sprintf("第%d回", 100+day))
			}
		}
	}
	for day, n := range heard {
		if n != 1 {
			t.Errorf("what came on day %d was told %d times", day, n)
		}
	}
}

var turned = regexp.MustCompile(`【(中止|開催に戻りました)】[^\n]*第1回`)

// TestAlertsAndDigests: whatever the server does and whenever an event is off and on
// again, a reader who is told at once hears of each state once, and knows the last.
func TestAlertsAndDigests(t *testing.T) {
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 1))
		b := newBureau(t)
		b.settled(b.urgent("now"))
		e := b.tell(1, 6)
		b.day()
		b.got = nil
		end := e.Start.Time.Add(-26 * time.Hour)
		arrived := map[string]bool{} // what has no answer may have arrived, and is told by nothing else
		b.answer = func(string) mail.Outcome {
			id := b.asked[len(b.asked)-1].id()
			switch n := rng.IntN(10); {
			case n == 0:
				arrived[id] = true
				return mail.Outcome{Result: mail.Unknown, Cause: "lost"}
			case n < 4:
				return mail.Outcome{Result: mail.Deferred, Code: 451, Cause: "451 later"}
			}
			arrived[id] = true
			return mail.Outcome{}
		}
		for b.now.Before(end) {
			b.pass(time.Duration(10+rng.IntN(240)) * time.Minute)
			if rng.IntN(4) == 0 {
				to := event.Cancelled
				if e.Status == event.Cancelled {
					to = event.Confirmed
				}
				e = b.turn(e, to)
			}
			b.plan()
			b.alert()
		}
		b.answer = func(string) mail.Outcome {
			arrived[b.asked[len(b.asked)-1].id()] = true
			return mail.Outcome{}
		}
		for range 9 {
			b.pass(time.Hour)
			b.plan()
			b.alert()
		}
		told, seen := "", map[string]bool{}
		for _, c := range b.asked {
			if seen[c.id()] || !arrived[c.id()] {
				continue
			}
			seen[c.id()] = true
			if m := turned.FindStringSubmatch(strings.ReplaceAll(c.Text, "\n  ", "")); m != nil {
				if m[1] == told {
					t.Errorf("seed %d: %s was told twice in a row", seed, told)
				}
				told = m[1]
			}
		}
		if want := map[bool]string{true: "中止", false: "開催に戻りました"}[e.Status == event.Cancelled]; told != want && (told != "" || e.Status == event.Cancelled) {
			t.Errorf("seed %d: the reader last heard %q, and it is %v", seed, told, e.Status)
		}
	}
}
