package delivery

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"koyomi/internal/store"
	"koyomi/internal/subscriber"
	"koyomi/internal/text"
)

// TestConfirmLetterIsFit: short lines, the link on one of its own, one message a token,
// good as long as the link.
func TestConfirmLetterIsFit(t *testing.T) {
	now := time.Date(2026, 11, 26, 7, 0, 0, 0, time.UTC)
	secret := subscriber.Secret(strings.Repeat("a", subscriber.SecretLen))
	const link = "https://koyomi.example/confirm/AAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for _, lang := range []string{"ja", "en", "fr", ""} {
		d := &Signup{Site: "https://koyomi.example/", Domain: "koyomi.example", Random: bytes.NewReader(make([]byte, 99))}
		a, err := d.asking("you@example.org", subscriber.Wish{Lang: lang, Query: "秘密"}, secret, now)
		if err != nil || a.link != link {
			t.Fatal(a.link, err)
		}
		body := ConfirmBody(lang, a.link, true)
		if first := ConfirmBody(lang, a.link, false); len(first.Text[0]) >= len(body.Text[0]) || first.Subject != body.Subject {
			t.Errorf("%s: what a change would do is not said", lang)
		}
		found := false
		for line := range strings.Lines(body.Text[0]) {
			line = strings.TrimRight(line, "\n")
			found = found || line == link
			if text.Width(line) > 74 || strings.TrimSpace(line) != line {
				t.Errorf("%s: %d columns: %q", lang, text.Width(line), line)
			}
		}
		if !found || strings.Contains(body.Text[0], "秘密") || strings.Contains(body.Text[0], "you@") || body.Subject == "" || body.Lang != "ja" && body.Lang != "en" || lang == "en" && body.Lang != "en" {
			t.Errorf("%s: %+v", lang, body)
		}
		if !a.Expires.Equal(now.Add(48*time.Hour)) || !a.Message.Expires.Equal(a.Expires) || a.Message.Kind != store.Confirm || a.Message.To != "you@example.org" || !strings.HasSuffix(a.Message.MessageID, "@koyomi.example>") || strings.Contains(a.Message.Key+a.Message.MessageID, "AAAA") {
			t.Errorf("%s: %+v", lang, a)
		}
	}
}

// TestDeskTellsFailures: what is no matter of addresses and tokens is an error.
func TestDeskTellsFailures(t *testing.T) {
	broken := errors.New("broken")
	d := &Signup{Outbox: nobody{state: store.MailState{Secret: make(subscriber.Secret, subscriber.SecretLen)}}, Random: iotest.ErrReader(broken)}
	if err := d.Ask(t.Context(), "you@example.org", subscriber.Wish{}, netip.Addr{}, time.Now()); !errors.Is(err, broken) {
		t.Errorf("no chance: %v", err)
	}
	d = &Signup{Outbox: nobody{}}
	if err := d.Ask(t.Context(), "you@example.org", subscriber.Wish{}, netip.Addr{}, time.Now()); err == nil {
		t.Error("a message without a secret")
	}
}

// nobody is an outbox of which only its state is asked.
type nobody struct {
	Wishes
	state store.MailState
}

func (n nobody) Mail(context.Context) (store.MailState, error) { return n.state, nil }
