package delivery

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"koyomi/internal/mail"
	"koyomi/internal/store"
)

// each makes a round in each minute of a time.
func (b *bureau) each(r *Round, d time.Duration) {
	b.t.Helper()
	for end := b.now.Add(d); b.now.Before(end); b.pass(time.Minute) {
		if err := r.once(context.Background()); err != nil {
			b.t.Fatal(err)
		}
		r.Last = b.now
	}
}

// News since the subscription is told at the next digest, however far ahead the event
// is; before that there is nothing to tell.
func TestNewsSinceTheSubscriptionIsTold(t *testing.T) {
	b := newBureau(t)
	b.tell(1, 60)
	b.readers("", "a")
	if b.day(); len(b.got) != 0 {
		t.Fatalf("a digest of nothing: %s", b.got[0].Text)
	}
	b.tell(2, 90)
	b.pass(24 * time.Hour)
	b.day()
	if len(b.got) != 1 || !strings.Contains(b.got[0].Text, "第2回") || strings.Contains(b.got[0].Text, "第1回") {
		t.Fatalf("%d digests after an announcement", len(b.got))
	}
	if !strings.Contains(b.got[0].Text, "この先の予定がほか1件 https://koyomi.example.jp/") {
		t.Errorf("what is further ahead is not counted:\n%s", b.got[0].Text)
	}
}

// What was sent and not answered is settled before anything else is planned for its
// reader, also over night and with a server that is away until the next day: the same
// change never goes out under a second Message-ID.
func TestUnansweredIsSettledFirstOverNight(t *testing.T) {
	b := newBureau(t)
	readers := b.readers("", "a", "b")
	b.settled(readers...)
	b.tell(1, 40)
	lost := mail.Outcome{Result: mail.Unknown, Cause: "no answer"}
	away := mail.Outcome{Result: mail.Unsent, Cause: "connection refused"}
	b.answer = answers(lost, away)
	round := b.round()
	b.rounds(round, 24*time.Hour)
	b.tell(2, 40)
	b.rounds(round, 20*time.Hour)
	b.answer = nil
	b.asked = nil
	b.rounds(round, 30*time.Hour)
	ids := map[string]string{}
	for _, c := range b.got {
		for _, title := range []string{"第1回", "第2回"} {
			key := c.to + title
			if !strings.Contains(c.Text, title) {
				continue
			}
			if before := ids[key]; before != "" && before != c.id() {
				t.Errorf("%s came as %s and as %s", key, before, c.id())
			}
			ids[key] = c.id()
		}
	}
	if len(ids) != 4 {
		t.Errorf("told %v, want two changes to each of two readers", ids)
	}
	if first := b.messages()[2]; first.State != store.Sent || ids["a@example.jp第1回"] != first.MessageID {
		t.Errorf("the one that was not answered is %s %s", first.State, first.MessageID)
	}
}

// A server that takes ten a minute takes three minutes for thirty readers.
func TestProgressResetsTheBackOff(t *testing.T) {
	b := newBureau(t)
	all := names(30)
	b.settled(b.readers("", all...)...)
	b.tell(1, 20)
	minute, n := time.Time{}, 0
	b.answer = func(string) mail.Outcome {
		if at := b.now.Truncate(time.Minute); at != minute {
			minute, n = at, 0
		}
		if n++; n > 10 {
			return mail.Outcome{Result: mail.Deferred, Code: 450, Cause: "450 4.7.1 too many messages"}
		}
		return mail.Outcome{}
	}
	began := b.now
	b.each(b.round(), 10*time.Minute)
	b.everyOnce(b.got, all)
	if took := b.got[len(b.got)-1].at.Sub(began); took > 3*time.Minute {
		t.Errorf("thirty messages took %s", took)
	}
	if strings.Count(b.log.String(), "mail was sent") != 1 {
		t.Errorf("what was sent is logged more than once in an hour:\n%s", b.log.String())
	}
}

// Full mailboxes, however a server says so, delay nobody else.
func TestFullMailboxesDelayNobody(t *testing.T) {
	for _, full := range []mail.Outcome{
		{Result: mail.DeferredRecipient, Code: 452, Cause: "RCPT: 452 4.2.2 mailbox full"},
		{Result: mail.DeferredRecipient, Code: 452, Cause: "RCPT: 452 mailbox full"},
		{Result: mail.RefusedRecipient, Code: 552, Cause: "RCPT: 552 5.2.2 mailbox full"},
		{Result: mail.RefusedRecipient, Code: 552, Cause: "RCPT: 552 quota"},
		{Result: mail.DeferredRecipient, Code: 450, Cause: "RCPT: 450 4.2.0 greylisted"},
	} {
		t.Run(full.Cause, func(t *testing.T) {
			b := newBureau(t)
			all := names(30)
			b.settled(b.readers("", all...)...)
			b.tell(1, 20)
			b.answer = func(to string) mail.Outcome {
				if to < "r20" {
					return full
				}
				return mail.Outcome{}
			}
			b.each(b.round(), time.Minute)
			b.everyOnce(b.got, all[20:])
		})
	}
}

// What was given up is reported to the operator, once in a day.
func TestGivenUpIsReported(t *testing.T) {
	b := newBureau(t)
	b.Operator = "operator@example.jp"
	b.settled(b.readers("", "a", "b", "c")...)
	b.answer = func(to string) mail.Outcome {
		switch to {
		case "a@example.jp":
			return mail.Outcome{Result: mail.RefusedContent, Code: 554, Cause: "the end of the message: 554 5.6.0 no"}
		case "b@example.jp":
			return mail.Outcome{Result: mail.Deferred, Code: 450, Cause: "450 4.7.1 later"}
		}
		return mail.Outcome{}
	}
	round := b.round()
	for day := range 3 {
		b.tell(day, 40)
		b.rounds(round, 24*time.Hour)
	}
	got, reports := b.byRecipient()
	if len(reports) == 0 || len(reports) > 3 || len(got["c@example.jp"]) != 3 {
		t.Fatalf("%d reports on three days, %d digests for c", len(reports), len(got["c@example.jp"]))
	}
	var text string
	for _, r := range reports {
		text += r.Subject + r.Text
	}
	for _, want := range []string{"a@example.jp, the digest of 2026-11-26 was turned down: the end of the message: 554 5.6.0 no", "b@example.jp, the digest of 2026-11-26 was not accepted in time: 450 4.7.1 later", "given up"} {
		if !strings.Contains(text, want) {
			t.Errorf("the operator does not read %q in\n%s", want, text)
		}
	}
	if fmt.Sprint(strings.Count(text, "the digest of 2026-11-26 was turned down")) != "1" {
		t.Errorf("one is reported more than once:\n%s", text)
	}
}
