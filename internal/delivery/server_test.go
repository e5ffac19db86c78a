package delivery

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-smtp"

	"koyomi/internal/mail"
)

// names returns so many.
func names(n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("r%02d", i))
	}
	return all
}

// everyOnce looks that every reader got one digest.
func (b *bureau) everyOnce(got []carried, readers []string) {
	b.t.Helper()
	count := map[string]int{}
	for _, c := range got {
		count[c.to]++
	}
	for _, n := range readers {
		if count[n+"@example.jp"] != 1 {
			b.t.Errorf("%s got %d digests", n, count[n+"@example.jp"])
		}
	}
}

// A server that closes the connection after every few messages gets all of them, and
// none counts as put off (F33).
func TestServerCloses(t *testing.T) {
	b, p := newBureau(t), newPostbox(t)
	all := names(20)
	b.settled(b.readers("", all...)...)
	b.tell(1, 20)
	b.Open = p.open
	n := 0
	p.behave(func(step, _ string) error {
		if step != "mail" {
			return nil
		}
		if n++; n%4 == 0 {
			return &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 7, 0}, Message: "too many messages"}
		}
		return nil
	})
	if tally := b.day(); tally.Sent != len(all) || tally.PutOff != 0 || tally.Stop.Reason != Done {
		t.Errorf("%+v", tally)
	}
	b.everyOnce(p.messages(), all)
	for _, l := range b.messages() {
		if l.Attempts != 0 {
			t.Errorf("%s counts %d attempts", l.To, l.Attempts)
		}
	}
}

// A server that takes so many messages a minute and puts off the others gets all of
// them in the end (F34).
func TestServerLimits(t *testing.T) {
	b := newBureau(t)
	all := names(30)
	b.settled(b.readers("", all...)...)
	b.tell(1, 20)
	minute, n := time.Time{}, 0
	var at time.Time
	b.answer = func(string) mail.Outcome {
		if at = b.now.Truncate(time.Minute); at != minute {
			minute, n = at, 0
		}
		if n++; n > 6 {
			return mail.Outcome{Result: mail.Deferred, Code: 450, Cause: "450 4.7.1 too many messages"}
		}
		return mail.Outcome{}
	}
	b.rounds(b.round(), 3*time.Hour)
	b.everyOnce(b.got, all)
	if tried := len(b.asked); tried > 3*len(all) {
		t.Errorf("%d messages were tried %d times", len(all), tried)
	}
}

// A server that says nothing any more, for ever, holds nobody up for longer than two
// messages may take (F35).
func TestServerStalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBureau(t)
		b.settled(b.readers("", names(5)...)...)
		b.tell(1, 20)
		b.plan()
		b.Open = func() Transport { return &slowTransport{fakeTransport: fakeTransport{b}, takes: 1000 * time.Hour} }
		began := time.Now()
		tally := b.send()
		if took := time.Since(began); took > 2*carryWithin || tally.Unknown != 2 || tally.Stop.Reason != Away {
			t.Errorf("it took %s: %+v", took, tally)
		}
		b.db.Close()
	})
}

// Nothing goes out in clear to a server that ought to have TLS and has not (F36).
func TestServerWithoutTLS(t *testing.T) {
	b, p := newBureau(t), newPostbox(t)
	b.settled(b.readers("", "a")...)
	b.tell(1, 20)
	var mu sync.Mutex
	var heard []string
	p.behave(func(step, _ string) error {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, step)
		return nil
	})
	b.Open = func() Transport {
		s := toPort(p.port)
		s.TLS, s.User, s.Password = mail.TLSStart, "koyomi", "secret"
		return mail.Open(s)
	}
	tally := b.day()
	if tally.Stop.Reason != Away || len(heard) != 0 || len(p.messages()) != 0 || strings.Contains(tally.Stop.Cause+b.log.String(), "secret") {
		t.Errorf("%+v; the server heard %v", tally, heard)
	}
}

// A reader who left while the message waited does not get it.
func TestLeftBeforeSending(t *testing.T) {
	b := newBureau(t)
	readers := b.readers("", "a", "b")
	b.settled(readers...)
	b.tell(1, 20)
	b.plan()
	if err := b.db.Unsubscribe(context.Background(), readers[0].Address, b.now, false); err != nil {
		t.Fatal(err)
	}
	b.send()
	b.everyOnce(b.got, []string{"b"})
	if len(b.got) != 1 {
		t.Errorf("%d messages", len(b.got))
	}
}

// The link in a message ends the subscription it was sent to, by the path that the
// pages know.
func TestLeaveLink(t *testing.T) {
	b := newBureau(t)
	readers := b.readers("", "a", "b")
	b.settled(readers...)
	b.tell(1, 20)
	b.day()
	for i, c := range b.got {
		link, ok := strings.CutPrefix(strings.Trim(c.Header.Get("List-Unsubscribe"), "<>"), b.Site+"/unsubscribe/")
		if !ok || strings.Count(c.Text, link) < 2 || strings.Count(c.HTML, link) < 2 {
			t.Fatalf("the way out is %q\n%s", c.Header.Get("List-Unsubscribe"), c.Text)
		}
		signup := &Signup{Outbox: b.db, Site: b.Site, Domain: "example.jp"}
		if err := signup.Leave(context.Background(), link, b.now); err != nil {
			t.Fatal(err)
		}
		if got := b.stands(readers[i]); string(got.Address) != c.to || got.State != "left" {
			t.Errorf("the link of %s leaves %+v", c.to, got)
		}
	}
}

// A message that asks for a confirmation goes out like any other, and has no way out.
func TestConfirmLetter(t *testing.T) {
	b, p := newBureau(t), newPostbox(t)
	b.Open = p.open
	signup := &Signup{Outbox: b.db, Site: b.Site, Domain: "example.jp"}
	w := b.readers("", "a")[0].Wish
	if err := signup.Ask(context.Background(), "new@example.jp", w, netip.Addr{}, b.now); err != nil {
		t.Fatal(err)
	}
	b.send()
	got := p.messages()
	if len(got) != 1 || got[0].to != "new@example.jp" || got[0].Header.Get("List-Unsubscribe") != "" || !strings.Contains(got[0].Text, b.Site+"/confirm/") {
		t.Errorf("%+v", got)
	}
}
